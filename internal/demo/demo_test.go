package demo_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu/internal/demo"
)

// moments are awkward times to start the example: a working afternoon, a night, a Sunday, Monday early, a change of year, leap day.
var moments = []time.Time{
	time.Date(2026, 5, 13, 7, 20, 0, 0, time.UTC),
	time.Date(2026, 5, 13, 19, 5, 0, 0, time.UTC),
	time.Date(2026, 3, 29, 4, 0, 0, 0, time.UTC),
	time.Date(2026, 6, 1, 0, 30, 0, 0, time.UTC),
	time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC),
	time.Date(2028, 2, 29, 9, 59, 59, 0, time.UTC),
}

const seed = 20260101

func each(t *testing.T, check func(t *testing.T, c demo.Company, now time.Time)) {
	t.Helper()
	t.Parallel()
	for _, now := range moments {
		t.Run(now.Format(time.RFC3339), func(t *testing.T) {
			t.Parallel()
			check(t, built(now), now)
		})
	}
}

// companies are the built ones; tests only read them.
var companies sync.Map // time.Time → func() demo.Company

func built(now time.Time) demo.Company {
	build, _ := companies.LoadOrStore(now, sync.OnceValue(func() demo.Company { return demo.Build(seed, now) }))
	return build.(func() demo.Company)()
}

func index[K comparable, V any](list []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(list))
	for _, v := range list {
		m[key(v)] = v
	}
	return m
}

func TestBuildIsDeterministic(t *testing.T) {
	t.Parallel()
	a, b, other := demo.Build(seed, moments[0]), demo.Build(seed, moments[0]), demo.Build(seed+1, moments[0])
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed and moment gave two different companies")
	}
	if reflect.DeepEqual(a.People, other.People) || reflect.DeepEqual(a.Messages, other.Messages) {
		t.Error("another seed gave the same people or messages")
	}
}

func TestDepartmentsAreATreeOfFiveLevels(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, _ time.Time) {
		level := map[demo.DepartmentCode]int{"": 0}
		people := index(c.People, func(p demo.Person) demo.PersonCode { return p.Code })
		deepest, roots := 0, 0
		for _, d := range c.Departments {
			above, known := level[d.Parent]
			if _, twice := level[d.Code]; !known || twice {
				t.Fatalf("department %s: parent %q known %v, code twice %v", d.Code, d.Parent, known, twice)
			}
			if d.Parent == "" {
				roots++
			}
			if people[d.Head].Code == "" {
				t.Errorf("department %s: head %q is nobody", d.Code, d.Head)
			}
			checkName(t, d.Name)
			level[d.Code] = above + 1
			deepest = max(deepest, above+1)
		}
		if deepest != 5 || roots != 1 || len(c.Departments) < 45 || len(c.Departments) > 65 {
			t.Errorf("%d departments, %d levels, %d roots", len(c.Departments), deepest, roots)
		}
	})
}

func TestPeopleAreWellFormed(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, now time.Time) {
		if n := len(c.People); n < 280 || n > 330 {
			t.Errorf("%d people", n)
		}
		departments := index(c.Departments, func(d demo.Department) demo.DepartmentCode { return d.Code })
		positions := index(c.Positions, func(p demo.Position) demo.PositionCode { return p.Code })
		ranks := index(c.Ranks, func(r demo.Rank) demo.RankCode { return r.Code })
		unique := map[string]bool{}
		double, homonyms := 0, map[string]map[demo.DepartmentCode]bool{}
		for _, p := range c.People {
			for _, key := range []string{"code " + string(p.Code), "no " + p.EmployeeNo, "login " + p.Login, "mail " + p.Email, "mobile " + p.Mobile} {
				if unique[key] {
					t.Errorf("%s twice", key)
				}
				unique[key] = true
			}
			primaries := 0
			for _, m := range p.Memberships {
				if departments[m.Department].Code == "" || positions[m.Position].Code == "" {
					t.Errorf("%s: membership %+v refers to nothing", p.Code, m)
				}
				if m.Primary {
					primaries++
					if homonyms[p.Name] == nil {
						homonyms[p.Name] = map[demo.DepartmentCode]bool{}
					}
					homonyms[p.Name][m.Department] = true
				}
			}
			if primaries != 1 {
				t.Errorf("%s: %d primary memberships", p.Code, primaries)
			}
			if len(p.Memberships) > 1 {
				double++
			}
			if ranks[p.Rank].Order == 0 || p.Hired.After(now) || p.Location == "" {
				t.Errorf("%s: rank %q, hired %v, location %q", p.Code, p.Rank, p.Hired, p.Location)
			}
			if !strings.HasSuffix(p.Email, "@yunling.example") || strings.Trim(p.Login, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
				t.Errorf("%s: login %q, e-mail %q", p.Code, p.Login, p.Email)
			}
			if digits := strings.TrimPrefix(p.Mobile, "+"); len(digits) < 10 || len(digits) > 14 || strings.Trim(digits, "0123456789") != "" {
				t.Errorf("%s: mobile %q", p.Code, p.Mobile)
			}
			checkName(t, p.Name)
		}
		if double < 12 || len(homonyms["张伟"]) < 3 || len(homonyms["李娜"]) < 2 || len(homonyms["王芳"]) < 2 {
			t.Errorf("%d double memberships; 张伟 %d, 李娜 %d, 王芳 %d", double, len(homonyms["张伟"]), len(homonyms["李娜"]), len(homonyms["王芳"]))
		}
		for _, name := range []string{"張偉強", "陳嘉穎", "Anna Schneider", "Raj Patel", "José García", "Nguyễn Văn An", "Siobhán O’Brien",
			"阿依古丽·买买提", "巴特尔", "欧阳清", "司马文渊", "诸葛明慧", "单国强", "仇磊", "曾志远", "解慧敏", "翟敏", "区家豪", "盖文静", "查理文"} {
			if homonyms[name] == nil {
				t.Errorf("%s is missing", name)
			}
		}
	})
}

func TestManagersLeadToTheChief(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, _ time.Time) {
		people := index(c.People, func(p demo.Person) demo.PersonCode { return p.Code })
		chiefs := 0
		for _, p := range c.People {
			if p.Manager == "" {
				chiefs++
			}
			steps := 0
			for q := p; q.Manager != ""; q = people[q.Manager] {
				if steps++; steps > 10 {
					t.Fatalf("%s: the reporting line does not end", p.Code)
				}
				if people[q.Manager].Code == "" {
					t.Fatalf("%s: manager %q is nobody", q.Code, q.Manager)
				}
			}
		}
		if chiefs != 1 {
			t.Errorf("%d people without a manager", chiefs)
		}
	})
}

func TestConversationsHaveTheirPeople(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, _ time.Time) {
		people := index(c.People, func(p demo.Person) demo.PersonCode { return p.Code })
		if n := len(c.Conversations); n < 40 || n > 65 {
			t.Errorf("%d conversations", n)
		}
		kinds := map[demo.ConversationKind]int{}
		for _, v := range c.Conversations {
			kinds[v.Kind]++
			checkName(t, v.Name)
			for _, p := range v.Members {
				if people[p].Code == "" {
					t.Errorf("%s: member %q is nobody", v.Key, p)
				}
				if _, ok := v.Read[p]; !ok {
					t.Errorf("%s: no read state of %s", v.Key, p)
				}
			}
			if v.Kind == demo.Direct {
				if len(v.Members) != 2 || v.Name != "" {
					t.Errorf("%s: direct with %d members, name %q", v.Key, len(v.Members), v.Name)
				}
				continue
			}
			if !slices.Contains(v.Members, v.Owner) || v.Name == "" || len(v.Members) < 3 {
				t.Errorf("%s: owner %q, name %q, %d members", v.Key, v.Owner, v.Name, len(v.Members))
			}
			for _, p := range v.Admins {
				if !slices.Contains(v.Members, p) {
					t.Errorf("%s: admin %s is no member", v.Key, p)
				}
			}
		}
		if kinds[demo.Direct] < 10 || kinds[demo.Group] < 20 || kinds[demo.Channel] < 8 {
			t.Errorf("kinds: %v", kinds)
		}
	})
}

func TestLoginsAreUsefulPeople(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, now time.Time) {
		roles, news := map[string]int{}, map[demo.PersonCode]int{}
		last := map[demo.ConversationKey]int{}
		for _, m := range c.Messages {
			last[m.Conversation] = m.Position
		}
		for _, v := range c.Conversations {
			for p, read := range v.Read {
				if read < 0 || read > last[v.Key] {
					t.Errorf("%s: %s read %d of %d", v.Key, p, read, last[v.Key])
				}
				news[p] += last[v.Key] - read
			}
		}
		people := index(c.People, func(p demo.Person) demo.PersonCode { return p.Code })
		newest, homonym := 0, 0
		for _, l := range c.Logins {
			roles[l.Role]++
			if people[l.Person].Code == "" {
				t.Errorf("login of %q, who is nobody", l.Person)
			}
			if l.Role == "employee" && news[l.Person] < 5 {
				t.Errorf("%s finds %d new messages", l.Person, news[l.Person])
			}
			if now.Sub(people[l.Person].Hired) < 8*24*time.Hour {
				newest++
			}
			if people[l.Person].Name == "张伟" {
				homonym++
			}
		}
		if roles["employee"] != 5 || roles["system_admin"] != 1 || roles["security_admin"] != 1 || roles["audit_admin"] != 1 || newest != 1 || homonym != 1 {
			t.Errorf("roles %v, newcomers %d, 张伟 %d", roles, newest, homonym)
		}
	})
}

func TestMessagesAreInOrder(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, now time.Time) {
		conversations := index(c.Conversations, func(v demo.Conversation) demo.ConversationKey { return v.Key })
		people := index(c.People, func(p demo.Person) demo.PersonCode { return p.Code })
		last := map[demo.ConversationKey]demo.Message{}
		var before time.Time
		for _, m := range c.Messages {
			v, ok := conversations[m.Conversation]
			if !ok || !slices.Contains(v.Members, m.Author) {
				t.Fatalf("%s %d: author %s is no member", m.Conversation, m.Position, m.Author)
			}
			prev := last[v.Key]
			if m.Position != prev.Position+1 || !m.At.After(prev.At) || m.At.Before(before) || !m.At.After(v.Created) {
				t.Fatalf("%s %d at %v: after %d at %v", v.Key, m.Position, m.At, prev.Position, prev.At)
			}
			if !m.At.Before(now) || m.At.Before(people[m.Author].Hired) {
				t.Errorf("%s %d: at %v", v.Key, m.Position, m.At)
			}
			if m.ReplyTo < 0 || m.ReplyTo >= m.Position {
				t.Errorf("%s %d: quotes %d", v.Key, m.Position, m.ReplyTo)
			}
			if e := m.Edited; e != nil && (!e.At.After(m.At) || e.At.After(now) || e.Before == m.Text || e.Before == "") {
				t.Errorf("%s %d: edit %+v", v.Key, m.Position, e)
			}
			for i, r := range m.Reactions {
				if !slices.Contains(v.Members, r.Person) || r.Emoji == "" || r.Person == m.Author || slices.Contains(m.Reactions[:i], r) {
					t.Errorf("%s %d: reaction %+v", v.Key, m.Position, r)
				}
			}
			for _, p := range m.Mentions {
				if p != demo.Everyone && !slices.Contains(v.Members, p) || !strings.Contains(m.Text, "@{"+string(p)+"}") {
					t.Errorf("%s %d: mention of %s", v.Key, m.Position, p)
				}
			}
			last[v.Key], before = m, m.At
		}
	})
}

func TestMessagesShowWhatTheProductCanDo(t *testing.T) {
	each(t, func(t *testing.T, c demo.Company, _ time.Time) {
		n := map[string]int{}
		for _, m := range c.Messages {
			for what, is := range map[string]bool{"edited": m.Edited != nil, "recalled": m.Recalled, "pinned": m.Pinned, "quotes": m.ReplyTo > 0,
				"mentions": len(m.Mentions) > 0, "everyone": slices.Contains(m.Mentions, demo.Everyone), "reactions": len(m.Reactions) > 0,
				"code": strings.Contains(m.Text, "```"), "table": strings.Contains(m.Text, "|---"), "list": strings.Contains(m.Text, "\n- ")} {
				if is {
					n[what]++
				}
			}
		}
		for what, least := range map[string]int{"edited": 12, "recalled": 7, "pinned": 12, "quotes": 50, "mentions": 60, "everyone": 4, "reactions": 300,
			"code": 8, "table": 8, "list": 15} {
			if n[what] < least {
				t.Errorf("%d messages with %s, want at least %d", n[what], what, least)
			}
		}
	})
}

func checkName(t *testing.T, s string) {
	t.Helper()
	if n := utf8.RuneCountInString(s); n > 128 || strings.TrimSpace(s) != s || !utf8.ValidString(s) {
		t.Errorf("name %q", s)
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
