package search_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/text"
)

const (
	largeMessages = 40_000
	largeGroups   = 40
)

// said is a message as its writer knows it.
type said struct {
	group xinshu.ConversationID
	seq   int64
	at    xinshu.Millis
	text  string
}

// TestLarge: with lists that take many blocks, in segments that were merged several times, from conversations of which the searcher reads
// few, some or most, every query finds what reading everything finds, in the same order, and pages fit together.
func TestLarge(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		r := rand.New(rand.NewPCG(3, 4))
		p := b.people(4) // 0 writes; the others read 1, 10 and 30 conversations
		var groups []xinshu.ConversationID
		for i := range largeGroups {
			members := []xinshu.Actor{p[0]}
			for k, n := range []int{1, 10, 30} {
				if i < n {
					members = append(members, p[k+1])
				}
			}
			groups = append(groups, b.group(conversation.HistoryAll, members...))
		}
		start := xinshu.MillisOf(b.clock.Now()) - largeMessages*1_000
		var all []said
		for n := 0; n < largeMessages; {
			g := groups[r.IntN(largeGroups)]
			var items []message.Imported
			late := r.IntN(2) == 0 // one half comes in as it was sent, the other, as imports do, in any order
			for range 100 {
				moment := n / 3 // some are sent in the same
				if late {
					moment = n * 7_919 % largeMessages / 3
				}
				items = append(items, message.Imported{Conversation: g, ClientID: b.clientID(), Author: p[0].Person, SentAt: start + xinshu.Millis(moment*3_000), Text: largeText(r, n)})
				n++
			}
			stored, err := b.log.ImportBatch(b.ctx, system, items)
			if err != nil {
				t.Fatal(err)
			}
			for i, item := range items {
				all = append(all, said{g, stored[i].Seq, item.SentAt, item.Text})
			}
		}
		b.index()
		slices.SortFunc(all, func(x, y said) int {
			if x.at != y.at {
				return int(y.at - x.at)
			}
			if x.group != y.group {
				return int(y.group - x.group)
			}
			return int(y.seq - x.seq)
		})
		for _, c := range []struct {
			f      search.Filter
			people []int // who asks
			pages  int
		}{
			{search.Filter{Text: "every ", Limit: 200}, []int{1, 2, 3}, 3},
			{search.Filter{Text: "every 报销", Limit: 50}, []int{1, 2, 3}, 3},
			{search.Filter{Text: "every rare7 ", Limit: 50}, []int{1, 2, 3}, 3},
			{search.Filter{Text: "rare1", Limit: 200}, []int{1, 2, 3}, 9},
			{search.Filter{Text: "报销单", Limit: 200}, []int{1, 2, 3}, 3},
			{search.Filter{Text: "单", Limit: 200}, []int{1, 2, 3}, 2},
			{search.Filter{Text: "ev", Limit: 100}, []int{1, 3}, 2},
			{search.Filter{Text: "every -tenth -报销", Limit: 200}, []int{1, 3}, 3},
			{search.Filter{Text: "tenth ", In: groups[7], Limit: 50}, []int{2, 3}, 3},
			{search.Filter{In: groups[0], Limit: 200}, []int{1}, 9},
			{search.Filter{Text: "every ", From: p[0].Person, After: start + 9_000_000, Before: start + 9_200_000, Limit: 20}, []int{1, 2, 3}, 99},
			{search.Filter{After: start + 39_950_000, Limit: 50}, []int{1, 2, 3}, 99},
			{search.Filter{Before: start + 50_000, Limit: 50}, []int{1, 2, 3}, 99},
		} {
			for _, who := range c.people {
				readable := map[xinshu.ConversationID]bool{}
				for _, g := range groups[:[]int{0, 1, 10, 30}[who]] {
					readable[g] = true
				}
				want := expected(t, all, readable, c.f)
				got := b.pages(p[who], c.f, c.pages)
				if len(want) > c.pages*c.f.Limit {
					want = want[:c.pages*c.f.Limit]
				}
				if !slices.Equal(got, want) {
					t.Errorf("%+v by the reader of %d: %d hits, want %d", c.f, len(readable), len(got), len(want))
				}
			}
		}

		// A query that runs out of time goes on behind its cursor, and nothing is lost or doubled at the seams.
		if err := b.search.Close(); err != nil {
			t.Fatal(err)
		}
		b.look = time.Nanosecond
		b.open()
		readable := map[xinshu.ConversationID]bool{}
		for _, g := range groups[:30] {
			readable[g] = true
		}
		for _, q := range []string{"rare1", "every -every", "单据 rare"} {
			f := search.Filter{Text: q, Limit: 200}
			got, partial := b.inPieces(p[3], f)
			if want := expected(t, all, readable, f); !slices.Equal(got, want) || partial == 0 {
				t.Errorf("%q in pieces: %d hits, want %d; %d pages were cut short", q, len(got), len(want), partial)
			}
		}
	})
}

func largeText(r *rand.Rand, n int) string {
	words := []string{"every"}
	if r.IntN(10) == 0 {
		words = append(words, "tenth")
	}
	if r.IntN(4) == 0 {
		words = append(words, []string{"报销单", "报销", "单据", "税务"}[r.IntN(4)])
	}
	if n%997 == 0 {
		words = append(words, fmt.Sprintf("rare%d", r.IntN(20)))
	}
	words = append(words, fmt.Sprint("no", n))
	r.Shuffle(len(words), func(i, k int) { words[i], words[k] = words[k], words[i] })
	return strings.Join(words, " ")
}

func expected(t *testing.T, all []said, readable map[xinshu.ConversationID]bool, f search.Filter) (out []string) {
	t.Helper()
	var parsed text.Parsed
	if f.Text != "" {
		var err error
		if parsed, err = text.Query(f.Text); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range all {
		if !readable[m.group] || f.In != 0 && m.group != f.In || f.After != 0 && m.at < f.After || f.Before != 0 && m.at >= f.Before ||
			f.Text != "" && !text.Matches(m.text, parsed) {
			continue
		}
		out = append(out, fmt.Sprint(m.group, m.seq))
	}
	return out
}

// pages returns what the first few pages have.
func (b *bundle) pages(who xinshu.Actor, f search.Filter, most int) (out []string) {
	b.t.Helper()
	for range most {
		r, err := b.search.Find(b.ctx, who, f)
		if err != nil {
			b.t.Fatalf("%+v: %v", f, err)
		}
		for _, h := range r.Hits {
			out = append(out, fmt.Sprint(h.Message.ConversationID, h.Message.Seq))
		}
		if f.Cursor = r.Next; r.Next == "" {
			break
		}
	}
	return out
}

// inPieces asks for one thing until there is no more, with no time to look, and counts the pages that time cut short.
func (b *bundle) inPieces(who xinshu.Actor, f search.Filter) (out []string, partial int) {
	b.t.Helper()
	for {
		r, err := b.search.Find(b.ctx, who, f)
		if err != nil {
			b.t.Fatalf("%+v: %v", f, err)
		}
		for _, h := range r.Hits {
			out = append(out, fmt.Sprint(h.Message.ConversationID, h.Message.Seq))
		}
		if r.Partial {
			partial++
		}
		if f.Cursor = r.Next; r.Next == "" {
			return out, partial
		}
	}
}

// TestFindEndsWithItsCaller: a query whose caller has gone ends without an answer.
func TestFindEndsWithItsCaller(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		b.post(p[0], g, "alpha")
		b.index()
		ctx, cancel := context.WithCancel(b.ctx)
		cancel()
		if r, err := b.search.Find(ctx, p[1], search.Filter{Text: "alpha", Limit: 1}); !errors.Is(err, context.Canceled) {
			t.Errorf("after its end: %+v, %v", r, err)
		}
	})
}

// TestInterrupted: following and merging may be cut off anywhere, by their caller's end or the process's, and go on from there; nothing is lost,
// nothing is left over, and the segments are few.
func TestInterrupted(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		r := rand.New(rand.NewPCG(5, 6))
		p := b.people(2)
		g := b.group("", p...)
		const messages = 15_000
		first := int64(0)
		for n := 0; n < messages; n += 50 { // a transaction each, so a step of the log each
			var items []message.Imported
			for i := range 50 {
				items = append(items, message.Imported{Conversation: g, ClientID: b.clientID(), Author: p[0].Person, SentAt: xinshu.Millis(1_000 * (n + i + 1)), Text: fmt.Sprint("cut no", n+i)})
			}
			stored, err := b.log.ImportBatch(b.ctx, system, items)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = stored[0].Seq
			}
		}
		for range 40 {
			ctx, cancel := context.WithTimeout(b.ctx, time.Duration(1+r.IntN(80))*time.Millisecond)
			b.search.Run(ctx)
			cancel()
			if r.IntN(8) == 0 {
				if err := b.search.Close(); err != nil {
					t.Fatal(err)
				}
				b.open()
			}
		}
		b.inIndex(func(tx *db.Tx) error { // what a process that was killed leaves behind
			if _, err := tx.Exec(`INSERT INTO search_segment (id, state, messages, newest, oldest, touched_at) VALUES (?1, 0, 0, 0, 0, 1)`, 1<<30); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO search_block (id, segment, term, data) VALUES (?1, ?2, ?3, ?3)`, 1<<54, 1<<30, []byte("cut"))
			return err
		})
		b.index()
		for range 30 {
			n := r.IntN(messages)
			b.expect(p[1], fmt.Sprint("no", n, " "), first+int64(n))
		}
		if got := b.pages(p[1], search.Filter{Text: "cut", Limit: 200}, messages); len(got) != messages {
			t.Errorf("%d of %d messages are found", len(got), messages)
		}
		segments, orphans := b.segments()
		if segments > 20 || orphans > 0 {
			t.Errorf("%d segments, %d rows of none that lives", segments, orphans)
		}
	})
}

// segments counts those of the index, and what belongs to none.
func (b *bundle) segments() (segments, orphans int) {
	b.t.Helper()
	b.inIndex(func(tx *db.Tx) error {
		return tx.Row(`SELECT (SELECT count(*) FROM search_segment), (SELECT count(*) FROM search_block WHERE segment NOT IN (SELECT id FROM search_segment WHERE state = 1))
			+ (SELECT count(*) FROM search_column WHERE id / 16777216 NOT IN (SELECT id FROM search_segment WHERE state = 1))`).Scan(&segments, &orphans)
	})
	return segments, orphans
}

// inIndex reads and writes the tables of the index behind the product's back.
func (b *bundle) inIndex(fn func(tx *db.Tx) error) {
	b.t.Helper()
	d := b.db
	if d.Engine() == db.SQLite {
		var err error
		if d, err = db.Open(b.ctx, db.Options{URL: "sqlite:" + b.file}); err != nil {
			b.t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
	}
	if err := d.Write(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}
