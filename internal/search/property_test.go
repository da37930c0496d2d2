package search_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/text"
)

// pieces make texts that have much in common and every kind of token.
var pieces = []string{"报销", "報銷單", "税", "报", "iphone15手机", "PO-2024-0031", "C++", "v2.3", "report", "reports", "reporting", "re", "weekly", "Café",
	"ありがとう", "한국어", "привет", "𠮷野", "👍🫡", "10.0.0.12", "li.ming@corp.cn", "的", "one", "two", "information", "informal", "ไทย", "O'Neill", "\"quoted\""}

func phraseOf(r *rand.Rand, most int) string {
	parts := make([]string, 1+r.IntN(most))
	for i := range parts {
		parts[i] = pieces[r.IntN(len(pieces))]
	}
	return strings.Join(parts, []string{" ", "", ", "}[r.IntN(3)])
}

// queryOf is a piece of a text, perhaps cut, quoted or left out.
func queryOf(r *rand.Rand) string {
	q := []rune(phraseOf(r, 2))
	if r.IntN(2) == 0 {
		q = q[:1+r.IntN(len(q))]
	}
	s := string(q)
	switch r.IntN(6) {
	case 0:
		s = `"` + s + `"`
	case 1:
		s = "-" + phraseOf(r, 1) + " " + s
	case 2:
		s += " "
	}
	return s
}

// TestAgainstModel: what is found is what text.Matches says of the messages that the person's history gives her, newest first.
func TestAgainstModel(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		r := rand.New(rand.NewPCG(7, 11))
		p := b.people(5)
		var groups []xinshu.ConversationID
		for i := range 20 { // more than are looked up as tags
			history := conversation.HistoryAll
			if i%2 == 0 {
				history = conversation.HistoryJoined
			}
			groups = append(groups, b.group(history, p[0], p[1]))
		}
		for i := range 400 {
			g := groups[min(r.IntN(len(groups)), r.IntN(len(groups)))]
			switch n := r.IntN(20); {
			case n == 0:
				_ = b.conv.AddMembers(b.ctx, p[0], g, []xinshu.PersonID{p[2+r.IntN(3)].Person})
			case n == 1:
				_ = b.conv.RemoveMember(b.ctx, p[0], g, p[2+r.IntN(3)].Person) // not there: nothing happens
			case n == 2:
				b.clock.advance(time.Duration(r.IntN(30)) * time.Hour)
			case n < 6:
				items, _, err := b.log.History(b.ctx, p[0], g, message.Page{Limit: 20})
				if err != nil || len(items) == 0 {
					t.Fatalf("history: %v", err)
				}
				m := items[r.IntN(len(items))]
				if m.Sender == nil || m.Sender.ID != p[0].Person || m.RecalledAt != 0 {
					continue
				}
				if n == 3 {
					_ = b.log.Recall(b.ctx, p[0], g, m.Seq) // perhaps too late
				} else {
					_, _ = b.log.Edit(b.ctx, p[0], g, m.Seq, phraseOf(r, 5))
				}
			default:
				b.post(p[r.IntN(2)], g, phraseOf(r, 5))
			}
			if i%37 == 0 {
				b.index()
			}
		}
		b.index()
		for range 150 {
			who := p[r.IntN(len(p))]
			f := search.Filter{Text: queryOf(r), Limit: 1 + r.IntN(60)}
			switch r.IntN(5) {
			case 0:
				f.From = p[r.IntN(2)].Person
			case 1:
				f.After = xinshu.MillisOf(b.clock.Now().Add(-time.Duration(r.IntN(100)) * time.Hour))
			case 2:
				f.Before = xinshu.MillisOf(b.clock.Now().Add(-time.Duration(r.IntN(100)) * time.Hour))
			}
			if _, err := text.Query(f.Text); err != nil {
				continue
			}
			if got, want := shown(b.find(who, f)), b.model(who, groups, f); !slices.Equal(got, want) {
				t.Fatalf("%+v finds %d %v\nthe model %d %v", f, len(got), got, len(want), want)
			}
		}
	})
}

func shown(hits []search.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, fmt.Sprint(h.Message.ConversationID, h.Message.Seq, string(h.Message.Content)))
	}
	return out
}

// model goes through everything that the person may read.
func (b *bundle) model(who xinshu.Actor, groups []xinshu.ConversationID, f search.Filter) []string {
	b.t.Helper()
	parsed, err := text.Query(f.Text)
	if err != nil {
		b.t.Fatal(err)
	}
	var found []message.Message
	for _, g := range groups {
		for page := (message.Page{After: 1, Limit: 200}); ; {
			items, next, err := b.log.History(b.ctx, who, g, page)
			if err != nil { // not hers
				break
			}
			for _, m := range items {
				if m.Sender == nil || m.RecalledAt != 0 || f.From != 0 && m.Sender.ID != f.From ||
					f.After != 0 && m.SentAt < f.After || f.Before != 0 && m.SentAt >= f.Before || !text.Matches(textOf(b.t, m), parsed) {
					continue
				}
				found = append(found, m)
			}
			if next == "" {
				break
			}
			page.After = items[len(items)-1].Seq
		}
	}
	slices.SortFunc(found, func(a, b message.Message) int {
		return cmp.Or(cmp.Compare(b.SentAt, a.SentAt), cmp.Compare(b.ConversationID, a.ConversationID), cmp.Compare(b.Seq, a.Seq))
	})
	out := []string{}
	for _, m := range found {
		out = append(out, fmt.Sprint(m.ConversationID, m.Seq, string(m.Content)))
	}
	return out
}
