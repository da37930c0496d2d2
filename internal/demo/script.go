package demo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// thread is a piece of dialogue that belongs together: a scene, or one draw of a routine.
type thread struct {
	where string // file and line, for complaints
	lines []line
}

// line is one message of a thread before it has a time.
type line struct {
	speaker   string // alias, or A to E in a routine
	text      string
	before    string // what it said before an edit
	reactions []string
	replyTo   int // number of a line of the thread, from 1; 0 for none
	wait      int // minutes after the line before; 0 lets the reader's pace decide
	days      int // working days after the thread's day, with clock
	clock     int // minutes after midnight; -1 for none
	recalled  bool
	pinned    bool
}

// modifier is what may stand between a speaker and the colon.
var modifier = regexp.MustCompile(`^(.*\S) (>\d+|\+\d+|@\d\d:\d\d|@\+\d+d/\d\d:\d\d)$`)

// add reads one line of a file into the thread.
func (t *thread) add(s string) error {
	if strings.HasPrefix(s, "|") {
		if len(t.lines) == 0 {
			return fmt.Errorf("continuation without a line")
		}
		l, more := &t.lines[len(t.lines)-1], strings.TrimPrefix(strings.TrimPrefix(s, "|"), " ")
		if l.text != "" {
			more = "\n" + more
		}
		l.text += more
		return nil
	}
	if note, ok := strings.CutPrefix(s, "~ "); ok {
		return t.annotate(note)
	}
	head, text, ok := strings.Cut(s, ": ")
	if !ok { // the text begins on the next line
		head, ok = strings.CutSuffix(s, ":")
	}
	if !ok {
		return fmt.Errorf("neither a line of dialogue nor a note: %q", s)
	}
	l := line{text: text, clock: -1}
	for {
		m := modifier.FindStringSubmatch(head)
		if m == nil {
			break
		}
		head = m[1]
		if err := l.modify(m[2], len(t.lines)); err != nil {
			return err
		}
	}
	l.speaker = head
	t.lines = append(t.lines, l)
	return nil
}

func (l *line) modify(m string, before int) (err error) {
	switch m[0] {
	case '>':
		l.replyTo, err = strconv.Atoi(m[1:])
		if err == nil && (l.replyTo < 1 || l.replyTo > before) {
			err = fmt.Errorf("quotes line %d of %d", l.replyTo, before)
		}
	case '+':
		l.wait, err = strconv.Atoi(m[1:])
	default:
		at := m[1:]
		if days, rest, ok := strings.Cut(strings.TrimPrefix(at, "+"), "d/"); ok {
			if l.days, err = strconv.Atoi(days); err != nil {
				return err
			}
			at = rest
		}
		l.clock, err = clock(at)
	}
	return err
}

// annotate applies a "~" note to the last line.
func (t *thread) annotate(note string) error {
	if len(t.lines) == 0 {
		return fmt.Errorf("note without a line: %q", note)
	}
	l := &t.lines[len(t.lines)-1]
	before, edited := strings.CutPrefix(note, "edit ")
	switch {
	case note == "recall":
		l.recalled = true
	case note == "pin":
		l.pinned = true
	case edited:
		l.before = before
	default:
		l.reactions = append(l.reactions, note)
	}
	return nil
}

// mention matches "@" and what follows it as far as a name may reach.
type mentions struct {
	names []string // longest first
	alias map[string]PersonCode
	plain *strings.Replacer // turns an alias that tells homonyms apart into the name that people say
}

func newMentions(alias map[string]PersonCode, person map[PersonCode]*Person) mentions {
	m := mentions{alias: map[string]PersonCode{"所有人": Everyone, "all": Everyone}}
	var pairs []string
	for name, code := range alias {
		m.alias[name] = code
		if said := person[code].Name; said != name && strings.HasPrefix(name, said) {
			pairs = append(pairs, name, said)
		}
	}
	m.plain = strings.NewReplacer(pairs...)
	for name := range m.alias {
		m.names = append(m.names, name)
	}
	slices.SortFunc(m.names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return m
}

// resolve turns "@name" into "@{code}" and lists who is mentioned. roles maps the letters of a routine to codes.
func (m mentions) resolve(text string, roles map[string]PersonCode) (string, []PersonCode) {
	var out strings.Builder
	var who []PersonCode
	for {
		i := strings.IndexByte(text, '@')
		if i < 0 {
			out.WriteString(m.plain.Replace(text))
			return out.String(), who
		}
		out.WriteString(m.plain.Replace(text[:i]))
		text = text[i+1:]
		name, code := m.match(text, roles)
		if name == "" {
			out.WriteByte('@')
			continue
		}
		out.WriteString("@{" + string(code) + "}")
		if !slices.Contains(who, code) {
			who = append(who, code)
		}
		text = text[len(name):]
	}
}

func (m mentions) match(text string, roles map[string]PersonCode) (string, PersonCode) {
	if text != "" && (len(text) == 1 || !isLetter(text[1])) {
		if code, ok := roles[text[:1]]; ok {
			return text[:1], code
		}
	}
	for _, name := range m.names {
		if strings.HasPrefix(text, name) {
			return name, m.alias[name]
		}
	}
	return "", ""
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
