package chatimport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/message/chatimport"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

var system = xinshu.SystemActor("test")

// bundle is a company with 张伟 and 李娜.
type bundle struct {
	t     testing.TB
	ctx   context.Context
	db    *db.DB
	clock xinshu.Clock
	org   *org.Service
	conv  *conversation.Service
	log   *message.Service
	chat  *chatimport.Service
	zhang xinshu.Actor
	li    xinshu.Actor
}

func steps() []db.Migration {
	return slices.Concat(org.Migrations(), conversation.Migrations(), message.Migrations(), settings.Migrations(), chatimport.Migrations())
}

func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, steps(), func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

func newBundle(t testing.TB, d *db.DB) *bundle {
	clock := xinshu.SystemClock{}
	ids := xinshu.NewIDSource(clock, 1)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	b := &bundle{t: t, ctx: t.Context(), db: d, clock: clock}
	local := bus.NewLocal()
	b.org = org.New(org.Options{DB: d, Clock: clock, IDs: ids, Log: quiet})
	b.conv = conversation.New(conversation.Options{DB: d, Clock: clock, IDs: ids, Log: quiet, Bus: local, Org: b.org})
	b.log = message.New(message.Options{DB: d, Clock: clock, Log: quiet, Bus: local, Org: b.org, Conversations: b.conv,
		Settings: settings.New(settings.Options{DB: d, Clock: clock, Log: quiet})})
	t.Cleanup(b.log.Close)
	b.chat = chatimport.New(chatimport.Options{DB: d, Clock: clock, Log: quiet, Org: b.org, Conversations: b.conv, Messages: b.log, CheckEvery: 2_000})
	b.zhang = b.person(org.PersonDraft{Name: "张伟", Login: "zhangwei", EmployeeNo: "0001"})
	b.li = b.person(org.PersonDraft{Name: "李娜", Login: "lina", Email: "li.na@corp.cn"})
	return b
}

func (b *bundle) person(d org.PersonDraft) xinshu.Actor {
	b.t.Helper()
	d.Status = org.Active
	var a xinshu.Actor
	err := b.db.Write(b.ctx, func(tx *db.Tx) (err error) {
		a.Person, err = b.org.AddPerson(tx, system, d)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

var request = chatimport.Request{Source: "old-chat"}

func (b *bundle) run(file string) chatimport.Report {
	b.t.Helper()
	rep, err := b.chat.Import(b.ctx, system, strings.NewReader(file), io.Discard, request)
	if err != nil {
		b.t.Fatalf("import: %v", err)
	}
	return rep
}

// heads are the conversations of a person by name.
func (b *bundle) heads(a xinshu.Actor) map[string]xinshu.ConversationID {
	b.t.Helper()
	heads, _, err := b.conv.List(b.ctx, a, conversation.ListFilter{Limit: 100})
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]xinshu.ConversationID{}
	for _, h := range heads {
		out[h.Name] = h.ID
	}
	return out
}

// talk is what somebody sees in a conversation, "name: text" and the quote in brackets; system messages are left out.
func (b *bundle) talk(a xinshu.Actor, id xinshu.ConversationID) (out []string) {
	b.t.Helper()
	items, _, err := b.log.History(b.ctx, a, id, message.Page{Limit: 200})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range items {
		if m.Sender == nil {
			continue
		}
		s := m.Sender.Name + ": " + strings.TrimSuffix(strings.TrimPrefix(string(m.Content), `{"type":"text","text":"`), `"}`)
		if m.ReplyTo != nil {
			s += " [" + m.ReplyTo.Excerpt + "]"
		}
		out = append(out, s)
	}
	return out
}

const small = "\uFEFF" + `{"type":"person","key":"u1","login":"zhangwei"}
{"type":"person","key":"u9","name":"王芳"}

{"type":"conversation","key":"c1","kind":"group","name":"报销","members":["u1","li.na@corp.cn","u9"]}
{"type":"conversation","key":"c2","kind":"direct","members":["lina","0001"]}
{"type":"message","conversation":"c1","id":"1","sender":"u1","sent_at":"2024-05-01T09:00:00+08:00","text":"报销单交了吗"}
{"type":"message","conversation":"c1","id":"2","sender":"u9","sent_at":"2024-05-01T01:00:01Z","text":"交了","reply_to":"1"}
{"type":"message","conversation":"c2","id":"1","sender":"lina","sent_at":"2024-05-01T01:00:02.5Z","text":"hello"}
`

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		rep := b.run(small)
		want := chatimport.Report{Lines: 8, People: 1, Conversations: 2, Messages: 3}
		if fmt.Sprint(rep) != fmt.Sprint(want) {
			t.Fatalf("report %+v, want %+v", rep, want)
		}
		heads := b.heads(b.li)
		if len(heads) != 2 {
			t.Fatalf("conversations: %v", heads)
		}
		if got, want := b.talk(b.li, heads["报销"]), []string{"张伟: 报销单交了吗", "王芳: 交了 [报销单交了吗]"}; !slices.Equal(got, want) {
			t.Errorf("group: %q, want %q", got, want)
		}
		if got, want := b.talk(b.zhang, heads[""]), []string{"李娜: hello"}; !slices.Equal(got, want) {
			t.Errorf("direct: %q, want %q", got, want)
		}
		items, _, err := b.log.History(b.ctx, b.li, heads["报销"], message.Page{Limit: 10})
		if err != nil || items[len(items)-2].SentAt.Time() != time.Date(2024, 5, 1, 1, 0, 0, 0, time.UTC) {
			t.Errorf("sent at: %+v, %v", items, err)
		}

		again := b.run(small)
		if want = (chatimport.Report{Lines: 8, Repeated: 3}); fmt.Sprint(again) != fmt.Sprint(want) {
			t.Errorf("again: %+v, want %+v", again, want)
		}
		longer := b.run(small + `{"type":"message","conversation":"c1","id":"3","sender":"u9","sent_at":"2024-05-02T01:00:00Z","text":"more","reply_to":"2"}`)
		if want = (chatimport.Report{Lines: 9, Repeated: 3, Messages: 1}); fmt.Sprint(longer) != fmt.Sprint(want) {
			t.Errorf("longer: %+v, want %+v", longer, want)
		}
		if got := b.talk(b.li, b.heads(b.li)["报销"]); len(got) != 3 || got[2] != "王芳: more [交了]" {
			t.Errorf("group: %q", got)
		}
	})
}

func TestBadLines(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		msg := func(fields string) string {
			return `{"type":"message","conversation":"c1","sender":"u1",` + fields + "}"
		}
		at := `"sent_at":"2024-05-01T01:00:00Z"`
		cases := []struct{ line, field string }{ // good lines have the field "-"
			{`{"type":"person","key":"u1","login":"zhangwei"}`, "-"},
			{`{"type":"conversation","key":"c1","kind":"group","name":"G","members":["u1"]}`, "-"},
			{`nonsense`, ""},
			{`[]`, ""},
			{`{"type":"person","key":"u1"} {}`, ""},
			{"{\"type\":\"person\",\"key\":\"u\xff\"}", ""},
			{`{"type":"banana"}`, "type"},
			{`{"type":"person","key":"u2","shoe_size":43}`, "shoe_size"},
			{`{"type":"person","key":7}`, "key"},
			{`{"type":"person","name":"x"}`, "key"},
			{`{"type":"person","key":"u2"}`, "name"},
			{`{"type":"person","key":"u2","login":"nobody"}`, "login"},
			{`{"type":"person","key":"u2","name":"x","text":"y"}`, "text"},
			{`{"type":"person","key":"u2","name":"` + strings.Repeat("x", 200) + `"}`, ""},
			{`{"type":"person","key":"` + strings.Repeat("x", 201) + `","name":"x"}`, "key"},
			{`{"type":"conversation","key":"c1","kind":"group","name":"again","members":["u1"]}`, "key"},
			{`{"type":"conversation","key":"c3","kind":"galaxy","name":"G","members":["u1"]}`, ""},
			{`{"type":"conversation","key":"c4","kind":"group","name":"G","members":["nobody"]}`, "members[0]"},
			{`{"type":"conversation","key":"c5","kind":"group","name":"G"}`, "members"},
			{`{"type":"conversation","key":"c6","kind":"direct","members":["u1"]}`, "members"},
			{`{"type":"message","conversation":"c9","id":"1","sender":"u1",` + at + `,"text":"x"}`, "conversation"},
			{`{"type":"message","conversation":"c5","id":"1","sender":"u1",` + at + `,"text":"x"}`, "conversation"},
			{`{"type":"message","conversation":"c1","id":"1","sender":"nobody",` + at + `,"text":"x"}`, "sender"},
			{msg(`"id":"1","text":"x"`), "sent_at"},
			{msg(`"id":"1","sent_at":"yesterday","text":"x"`), "sent_at"},
			{msg(`"id":"1","sent_at":"2924-05-01T01:00:00Z","text":"in 900 years"`), ""},
			{msg(at + `,"text":"x"`), "id"},
			{msg(`"id":"1",` + at + `,"text":"  "`), ""},
			{msg(`"id":"1",` + at + `,"text":"` + strings.Repeat("长", 16_001) + `"`), ""},
			{msg(`"id":"1",` + at + `,"text":"x","reply_to":"later"`), "reply_to"},
			{msg(`"id":"1",` + at + `,"text":"x","login":"zhangwei"`), ""},
			{msg(`"id":"good",` + at + `,"text":"good"`), "-"},
			{msg(`"id":"good",` + at + `,"text":"another of the same id"`), ""},
			{`{"type":"message","text":"` + strings.Repeat("x", 2<<20) + `"}`, ""},
			{msg(`"id":"lost",` + at + `,"text":"x","reply_to":"good2"`), "reply_to"},
			{msg(`"id":"good2",` + at + `,"text":"good too","reply_to":"good"`), "-"},
			{`{"type":"person","key":"u8","login":"\u0000"}`, "login"},
			{`{"type":"person","key":"u8","employee_no":"zhang\u0000wei"}`, "employee_no"},
			{`{"type":"person","key":"u8","email":"\ud800","name":"A\u0000B"}`, ""},
			{`{"type":"conversation","key":"c80","kind":"group","name":"G","members":["\u0000"]}`, "members[0]"},
			{`{"type":"conversation","key":"c81","kind":"group","name":"G","owner":"a\u0000","members":["u1"]}`, "owner"},
			{`{"type":"conversation","key":"c82","kind":"group","name":"G\u0000","members":["u1"]}`, ""},
			{`{"type":"conversation","key":"c83","kind":"group","name":"G","purpose":"\u0000","members":["u1"]}`, ""},
			{msg(`"id":"nul",` + at + `,"text":"a\u0000b"`), ""},
		}
		var file strings.Builder
		type place struct {
			line  int64
			field string
		}
		var want, got []place
		for i, c := range cases {
			file.WriteString(c.line + "\n")
			if c.field != "-" {
				want = append(want, place{int64(i + 1), c.field})
			}
		}
		rep := b.run(file.String())
		for _, l := range rep.Bad {
			got = append(got, place{l.Line, l.Field})
			if l.Reason == "" || !strings.HasSuffix(l.Reason, ".") {
				t.Errorf("line %d: reason %q", l.Line, l.Reason)
			}
		}
		if !slices.Equal(got, want) || rep.BadLines != int64(len(want)) {
			t.Errorf("bad lines %v (%d), want %v", rep.Bad, rep.BadLines, want)
		}
		if got := b.talk(b.zhang, b.heads(b.zhang)["G"]); !slices.Equal(got, []string{"张伟: good", "张伟: good too [good]"}) {
			t.Errorf("talk: %q", got)
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		for _, c := range []struct {
			name  string
			actor xinshu.Actor
			req   chatimport.Request
			file  string
			want  xinshu.Code
		}{
			{"a person", b.zhang, request, small, xinshu.Forbidden},
			{"no source", system, chatimport.Request{}, small, xinshu.Invalid},
			{"bad source", system, chatimport.Request{Source: "Old Chat"}, small, xinshu.Invalid},
			{"empty", system, request, "", xinshu.Invalid},
			{"another format", system, request, "PK\x03\x04 something\nelse\n", xinshu.Invalid},
		} {
			if _, err := b.chat.Import(b.ctx, c.actor, strings.NewReader(c.file), io.Discard, c.req); xinshu.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
		}
	})
}

// many is a file of n messages in three conversations.
func many(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"type":"person","key":"x","name":"External"}` + "\n")
	for c := range 3 {
		fmt.Fprintf(&b, `{"type":"conversation","key":"c%d","kind":"channel","name":"Channel %d","members":["lina"]}`+"\n", c, c)
	}
	for i := range n {
		fmt.Fprintf(&b, `{"type":"message","conversation":"c%d","id":"m%d","sender":"%s","sent_at":"2024-05-01T01:00:00Z","text":"number %d"`,
			i%3, i, []string{"x", "lina"}[i%2], i)
		if i%50 == 49 {
			fmt.Fprintf(&b, `,"reply_to":"m%d"`, i-3)
		}
		b.WriteString("}\n")
	}
	return b.Bytes()
}

var errCut = errors.New("cut")

// cut ends a file in the middle with an error, as a crash does.
type cut struct {
	r io.Reader
	n int
}

func (c *cut) Read(p []byte) (int, error) {
	if c.n <= 0 {
		return 0, errCut
	}
	n, err := c.r.Read(p[:min(len(p), c.n)])
	c.n -= n
	return n, err
}

// TestResume: an import that is cut short at any point goes on and stores everything once, in the order of the file.
func TestResume(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		const n = 6_000
		file := many(n)
		var stored, resumed int64
		for _, part := range []int{len(file) / 50, len(file) * 9 / 10, len(file) * 19 / 20} {
			rep, err := b.chat.Import(b.ctx, system, &cut{bytes.NewReader(file), part}, io.Discard, request)
			if !errors.Is(err, errCut) {
				t.Fatalf("cut at %d: %v", part, err)
			}
			stored, resumed = stored+rep.Messages, max(resumed, rep.Resumed)
		}
		other := bytes.Replace(file, []byte("number 17"), []byte("number 71"), 1)
		if _, err := b.chat.Import(b.ctx, system, bytes.NewReader(other), io.Discard, request); xinshu.CodeOf(err) != xinshu.Conflict {
			t.Errorf("another file that begins the same: %v", err)
		}
		rep := b.run(string(file))
		if stored+rep.Messages != n || rep.BadLines != 0 || resumed < 4_000 || rep.Resumed != resumed {
			t.Fatalf("stored %d + %d, want %d; resumed %d, then %+v", stored, rep.Messages, n, resumed, rep)
		}
		if rep = b.run(string(file)); rep.Messages != 0 || rep.Repeated != n || rep.Resumed != 0 {
			t.Errorf("again: %+v", rep)
		}
		for name, id := range b.heads(b.li) {
			c := int(name[len(name)-1] - '0')
			next := c
			for page := (message.Page{After: 1, Limit: 200}); ; {
				items, more, err := b.log.History(b.ctx, b.li, id, page)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range items {
					if want := fmt.Sprintf(`{"type":"text","text":"number %d"}`, next); string(m.Content) != want {
						t.Fatalf("%s seq %d: %s, want %s", name, m.Seq, m.Content, want)
					}
					if q := m.ReplyTo; (q != nil) != (next%50 == 49) || q != nil && q.Excerpt != fmt.Sprintf("number %d", next-3) {
						t.Fatalf("%s seq %d quotes %+v", name, m.Seq, q)
					}
					next += 3
					page.After = m.Seq
				}
				if more == "" {
					break
				}
			}
			if next != n+c {
				t.Errorf("%s ends before %d, want %d", name, next, n+c)
			}
		}
	})
}

func TestProgress(t *testing.T) {
	t.Parallel()
	b := newBundle(t, dbtest.Open(t, db.SQLite, steps()))
	var out bytes.Buffer
	if _, err := b.chat.Import(b.ctx, system, strings.NewReader(small), &out, request); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "8 lines: 3 messages added, 0 were there, 2 conversations and 1 people added, 0 bad lines, ") {
		t.Errorf("progress: %q", out.String())
	}
}

// FuzzImport: no file makes the import fail in another way than by its codes.
func FuzzImport(f *testing.F) {
	f.Add([]byte(small))
	f.Add(many(3))
	f.Add([]byte(`{"type":"message","conversation":"c1","id":"1","sender":"u1","sent_at":"2024-05-01T01:00:00Z","text":"\u0000<@all>"}`))
	b := newBundle(f, dbtest.Open(f, db.SQLite, steps()))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, err := b.chat.Import(t.Context(), system, bytes.NewReader(append([]byte(small), file...)), io.Discard, request)
		if code := xinshu.CodeOf(err); code != "" && code != xinshu.Conflict {
			t.Errorf("%v", err)
		}
	})
}

// TestPieces: authors and conversations that the messages alternate with come in pieces, and one that is refused takes nobody along.
func TestPieces(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		const n = 500
		var file strings.Builder
		for i := range n {
			fmt.Fprintf(&file, `{"type":"person","key":"p%d","name":"Author %d"}`+"\n", i, i)
			kind, members := "group", `"lina"`
			switch i {
			case 77:
				kind = "galaxy"
			case 177:
				members = fmt.Sprintf(`"p%d"`, i) // from outside, and nobody else
			case 277:
				kind, members = "direct", `"lina","zhangwei"`
			}
			fmt.Fprintf(&file, `{"type":"conversation","key":"c%d","kind":"%s","members":[%s]}`+"\n", i, kind, members)
			fmt.Fprintf(&file, `{"type":"message","conversation":"c%d","id":"1","sender":"p%d","sent_at":"2024-05-01T01:00:00Z","text":"%d"}`+"\n", i, i, i)
		}
		began := b.db.Stats()
		rep := b.run(file.String())
		acts := b.db.Stats().Acts - began.Acts
		var bad []string
		for _, l := range rep.Bad {
			bad = append(bad, fmt.Sprint(l.Line, l.Field))
		}
		if want := []string{"233", "234conversation", "533members", "534conversation"}; !slices.Equal(bad, want) {
			t.Errorf("bad lines %v, want %v", bad, want)
		}
		if rep.People != n || rep.Conversations != n-2 || rep.Messages != n-2 {
			t.Errorf("report %+v", rep)
		}
		if acts > 100 { // 5 of authors, 20 of conversations and their references, 50 for those beside the refused one, 8 of messages
			t.Errorf("%d transactions", acts)
		}
		if again := b.run(file.String()); again.People+again.Conversations+again.Messages != 0 || again.Repeated != n-2 {
			t.Errorf("again: %+v", again)
		}
		if got := b.talk(b.zhang, b.heads(b.zhang)[""]); !slices.Equal(got, []string{"Author 277: 277"}) {
			t.Errorf("direct: %q", got)
		}
	})
}
