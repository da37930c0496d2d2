package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
	"unicode/utf8"
)

// pause is from when on two messages of one thread count as separate pieces of talk, between which other threads may come.
const pause = 25 * time.Minute

// piece is a part of a thread without long pauses; it is laid down in one go.
type piece struct {
	start  time.Time
	thread int // index among the conversation's threads
	lines  []int
	after  []time.Duration // after the line before, within the piece
}

// layOut turns the placed threads of a conversation into messages: pieces follow each other, messages are strictly ordered, and
// whatever would lie in the future is left out.
func (t *talk) layOut(c *Conversation) []Message {
	threads := t.placed[c.Key]
	random := stream(t.seed, "layout "+string(c.Key))
	var pieces []piece
	for i := range threads {
		pieces = append(pieces, t.cut(&threads[i], i, random)...)
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.start.Compare(b.start) })
	positions := make([][]int, len(threads)) // of the lines, by thread
	for i := range threads {
		positions[i] = make([]int, len(threads[i].lines))
	}
	var out []Message
	var last time.Time
	for _, p := range pieces {
		if earliest := last.Add(time.Duration(between(random, 40, 160)) * time.Second); p.start.Before(earliest) {
			p.start = earliest
		}
		at := p.start
		for k, n := range p.lines {
			at = at.Add(p.after[k])
			if !at.Before(t.cal.now.Add(-time.Minute)) {
				return out
			}
			th := &threads[p.thread]
			m := t.message(th, n, c, at, random)
			if q := th.quoted(n, random.IntN(100) < 70); q > 0 {
				m.ReplyTo = positions[p.thread][q-1]
			}
			m.Position = len(out) + 1
			positions[p.thread][n] = m.Position
			out = append(out, m)
		}
		last = at
	}
	return out
}

// cut gives the lines of a thread their pace and divides it at the long pauses.
func (t *talk) cut(th *placed, index int, random *rand.Rand) []piece {
	location := t.org.location[th.conversation]
	at := t.cal.at(th.date, th.start, location).Add(time.Duration(random.IntN(60)) * time.Second)
	var out []piece
	for n, l := range th.lines {
		gap := time.Duration(0)
		switch {
		case l.clock >= 0:
			gap = t.cal.at(addWorkingDays(th.date, l.days), l.clock, location).Add(time.Duration(random.IntN(60)) * time.Second).Sub(at)
		case l.wait > 0:
			gap = time.Duration(l.wait)*time.Minute + time.Duration(random.IntN(50))*time.Second
		case n > 0:
			gap = time.Duration(between(random, 9, 45))*time.Second + min(time.Duration(utf8.RuneCountInString(l.text))*600*time.Millisecond, 2*time.Minute)
		}
		at = at.Add(max(gap, time.Second))
		if n == 0 || gap >= pause {
			out = append(out, piece{start: at, thread: index})
			gap = 0
		}
		p := &out[len(out)-1]
		p.lines, p.after = append(p.lines, n), append(p.after, max(gap, 0))
	}
	return out
}

// message makes a message of one line; reactions that the author of the content did not write are drawn.
func (t *talk) message(th *placed, n int, c *Conversation, at time.Time, random *rand.Rand) Message {
	l := th.lines[n]
	m := Message{Conversation: c.Key, Author: th.speakers[n], At: at.UTC().Truncate(time.Millisecond), Text: l.text, Mentions: th.mentions[n],
		Recalled: l.recalled, Pinned: l.pinned}
	if l.before != "" {
		m.Edited = &Edit{Before: l.before, At: m.At.Add(time.Duration(between(random, 20, 240)) * time.Second)}
		if limit := t.cal.now.Add(-time.Second); m.Edited.At.After(limit) {
			m.Edited.At = limit
		}
	}
	for _, note := range l.reactions {
		m.Reactions = append(m.Reactions, t.reactions(note, c, m.Author, random)...)
	}
	if c.Kind != Direct && len(l.reactions) == 0 && !l.recalled && random.IntN(100) < 5 {
		note := []string{"👍", "👍", "👌", "🙏", "💪", "😂"}[random.IntN(6)]
		m.Reactions = t.reactions(fmt.Sprintf("%s *%d", note, between(random, 1, 3)), c, m.Author, random)
	}
	return m
}

// quoted is the number of the line that line n quotes, 0 for none. Who comes back after a while quotes what she comes back to, the last
// thing that somebody else said, unless she forgets to.
func (th *placed) quoted(n int, remembers bool) int {
	l := th.lines[n]
	if l.replyTo > 0 || !remembers || l.wait < comeback && l.clock < 0 {
		return l.replyTo
	}
	for q := n; q > 0; q-- {
		if th.speakers[q-1] != th.speakers[n] && !th.lines[q-1].recalled {
			return q
		}
	}
	return 0
}

// comeback is after how many minutes people quote.
const comeback = 8
