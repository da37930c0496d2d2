package demo

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// placed is a thread in a conversation on a date, with its texts filled and its speakers known.
type placed struct {
	thread
	conversation ConversationKey
	date         time.Time
	start        int // minutes after midnight where the conversation's owner sits
	speakers     []PersonCode
	mentions     [][]PersonCode
}

// talk gathers the placed threads of all conversations.
type talk struct {
	org      *organisation
	cal      calendar
	seed     uint64
	lists    map[string][]string
	mentions mentions
	at       map[ConversationKey]*Conversation
	placed   map[ConversationKey][]placed
	said     map[saying]bool // the long texts
}

func newTalk(o *organisation, cal calendar, seed uint64) (*talk, error) {
	t := &talk{org: o, cal: cal, seed: seed, lists: map[string][]string{}, mentions: newMentions(o.alias, o.person),
		at: map[ConversationKey]*Conversation{}, placed: map[ConversationKey][]placed{},
		said: map[saying]bool{}}
	for i := range o.company.Conversations {
		t.at[o.company.Conversations[i].Key] = &o.company.Conversations[i]
	}
	b, err := content.ReadFile("content/org/lists.txt")
	if err != nil {
		return nil, err
	}
	for _, l := range strings.Split(string(b), "\n") {
		if name, words, ok := strings.Cut(l, ": "); ok && l[0] != '#' {
			t.lists[name] = strings.Split(words, "|")
		}
	}
	return t, nil
}

// scene is a thread of content/scenes with its header.
type scene struct {
	thread
	conversation ConversationKey
	when         string
}

// addScenes places every hand-written scene. Those without a date are spread over the weeks in the order in which they are written.
func (t *talk) addScenes() error {
	names, bodies, err := texts("scenes")
	if err != nil {
		return err
	}
	var scenes []scene
	for i := range names {
		found, err := readScenes(names[i], bodies[i])
		if err != nil {
			return err
		}
		scenes = append(scenes, found...)
	}
	floating, seen := map[ConversationKey]int{}, map[ConversationKey]int{}
	for _, s := range scenes {
		if !strings.Contains(s.when, " ") {
			floating[s.conversation]++
		}
	}
	for i, s := range scenes {
		date, minutes, anywhere, err := t.cal.when(s.when)
		if err != nil {
			return fmt.Errorf("%s: %w", s.where, err)
		}
		if anywhere {
			span, n, k := 1-t.cal.firstDay()-2, floating[s.conversation], seen[s.conversation]
			date = t.cal.date(t.cal.firstDay() + (2*k+1)*span/(2*n))
			seen[s.conversation]++
		}
		p, err := t.prepare(s.thread, s.conversation, date, minutes, nil, &slots{rand: stream(t.seed, fmt.Sprint("scene", i)), lists: t.lists})
		if err != nil {
			return err
		}
		t.file(p)
	}
	return nil
}

func readScenes(name, body string) ([]scene, error) {
	var out []scene
	for i, l := range strings.Split(body, "\n") {
		where := fmt.Sprintf("%s:%d", name, i+1)
		switch {
		case l == "" || strings.HasPrefix(l, "//"):
		case strings.HasPrefix(l, "# "):
			key, when, ok := strings.Cut(l[2:], " ")
			if !ok {
				return nil, fmt.Errorf("%s: header %q", where, l)
			}
			out = append(out, scene{thread: thread{where: where}, conversation: ConversationKey(key), when: when})
		case len(out) == 0:
			return nil, fmt.Errorf("%s: text before the first header", where)
		default:
			if err := out[len(out)-1].add(l); err != nil {
				return nil, fmt.Errorf("%s: %w", where, err)
			}
		}
	}
	return out, nil
}

// prepare fills a thread's slots and resolves its people.
func (t *talk) prepare(th thread, key ConversationKey, date time.Time, start int, roles map[string]PersonCode, s *slots) (placed, error) {
	s.date, s.values = date, map[string]string{}
	p := placed{thread: thread{where: th.where}, conversation: key, date: date, start: start}
	if t.at[key] == nil {
		return p, fmt.Errorf("%s: no conversation %q", th.where, key)
	}
	for _, l := range th.lines {
		code, ok := roles[l.speaker]
		if !ok {
			var err error
			if code, err = t.org.find(l.speaker); err != nil {
				return p, fmt.Errorf("%s: %w", th.where, err)
			}
		}
		var who []PersonCode
		if l.before != "" {
			l.before, _ = t.mentions.resolve(s.fill(l.before), roles)
		}
		l.text, who = t.mentions.resolve(s.fill(l.text), roles)
		p.lines, p.speakers, p.mentions = append(p.lines, l), append(p.speakers, code), append(p.mentions, who)
	}
	return p, nil
}

// file puts a thread into its conversation and makes those who speak and those who are mentioned members.
func (t *talk) file(p placed) {
	c := t.at[p.conversation]
	for i, code := range p.speakers {
		if l := p.lines[i]; long(l.text) {
			t.said[saying{p.conversation, l.text}] = true
		}
		if c.Kind == Direct {
			continue
		}
		c.Members = append(c.Members, code)
		for _, w := range p.mentions[i] {
			if w != Everyone {
				c.Members = append(c.Members, w)
			}
		}
	}
	t.placed[p.conversation] = append(t.placed[p.conversation], p)
}

// saying is a text in a conversation.
type saying struct {
	conversation ConversationKey
	text         string
}

// long says whether a reader would notice that a text stands twice; "收到" may.
func long(text string) bool { return utf8.RuneCountInString(text) > 10 }

// repeats says whether a thread holds a long text that its conversation has already.
func (t *talk) repeats(p placed) bool {
	for _, l := range p.lines {
		if t.said[saying{p.conversation, l.text}] {
			return true
		}
	}
	return false
}
