package search_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/search"
)

// leaving is a caller who goes away when she was asked for a number of times whether she is still there.
type leaving struct {
	context.Context
	leave context.CancelFunc
	left  atomic.Int64
}

func (l *leaving) Err() error {
	if l.left.Add(-1) == 0 {
		l.leave()
	}
	return l.Context.Err()
}

// talk imports n messages of one conversation that have the commonest characters, and nothing else in common.
func (b *bundle) talk(n int) (who []xinshu.Actor) {
	b.t.Helper()
	who = b.people(2)
	g := b.group("", who...)
	for at := 0; at < n; at += 500 {
		var items []message.Imported
		for i := range 500 {
			items = append(items, message.Imported{Conversation: g, ClientID: b.clientID(), Author: who[0].Person,
				SentAt: xinshu.Millis(1_000 * (at + i + 1)), Text: fmt.Sprintf("的是一 %s every e%d", strings.Repeat("的是一不了", 1+i%3), at+i)})
		}
		if _, err := b.log.ImportBatch(b.ctx, system, items); err != nil {
			b.t.Fatal(err)
		}
		b.index() // a segment each, as long as none are merged
	}
	return who
}

// TestAbandonedFindStops: a search whose caller goes away in the middle asks no database for anything more, and its snapshots are
// released: many more are abandoned than there are connections, and then somebody searches.
func TestAbandonedFindStops(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		who := b.talk(2_000)
		f := search.Filter{Text: "的 -never", Limit: 200}
		cost := func(find func()) int64 {
			before := b.db.Stats().Statements + b.search.IndexStatements()
			find()
			return b.db.Stats().Statements + b.search.IndexStatements() - before
		}
		whole := cost(func() { b.find(who[1], f) })
		for i := range 100 {
			inner, cancel := context.WithCancel(b.ctx)
			ctx := &leaving{Context: inner, leave: cancel}
			ctx.left.Store(int64(1 + i%40)) // wherever that is
			abandoned := cost(func() {
				if r, err := b.search.Find(ctx, who[1], f); !errors.Is(err, context.Canceled) {
					t.Errorf("%d hits, %v", len(r.Hits), err)
				}
			})
			if ctx.left.Load() > 0 {
				t.Fatal("the caller was still there at the end")
			}
			if abandoned >= whole {
				t.Fatalf("%d statements of an abandoned search, %d of a whole one", abandoned, whole)
			}
			cancel()
		}
		ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second) // for a connection that never comes
		defer cancel()
		if r, err := b.search.Find(ctx, who[1], f); err != nil || len(r.Hits) != f.Limit {
			t.Errorf("afterwards %d hits, %v", len(r.Hits), err)
		}
	})
}

// TestWorstQueries: whatever is asked, a page of a search whose time is over costs a number of statements that depends on the number of
// segments and the length of the query, and on neither the hits nor the messages.
func TestWorstQueries(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		who := b.talk(4_000)
		if err := b.search.Close(); err != nil {
			t.Fatal(err)
		}
		b.look = time.Nanosecond
		b.open()
		var words []string
		for i := range text16 {
			words = append(words, string(rune('a'+i)))
		}
		long := strings.Repeat("的是一不了", xinshu.MaxQuery/5)
		for name, f := range map[string]search.Filter{
			"commonest characters": {Text: "的 是 一 不 了"},
			"one letter":           {Text: "e"},
			"long":                 {Text: long},
			"long, nowhere":        {Text: long[:len(long)-3] + "龘"},
			"many terms":           {Text: strings.Join(words, " ")},
			"all but":              {Text: "的 -是不 -一不 -了不 -zz"},
			"wildcards":            {Text: "e* %e% e? [a-z]* .*"},
			"many filters":         {Text: "的 e", From: who[0].Person, After: 1, Before: 1 << 50},
		} {
			f.Limit = xinshu.MaxPage
			var most, all int64
			for page := 0; page == 0 || f.Cursor != "" && page < 20; page++ {
				before := b.db.Stats().Statements + b.search.IndexStatements()
				r, err := b.search.Find(b.ctx, who[1], f)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				n := b.db.Stats().Statements + b.search.IndexStatements() - before
				most, all, f.Cursor = max(most, n), all+n, r.Next
			}
			t.Logf("%s: at most %d statements of a page, %d in all", name, most, all)
			if most > mostStatements {
				t.Errorf("%s: %d statements, want at most %d", name, most, mostStatements)
			}
		}
	})
}

const (
	text16         = 16
	mostStatements = 1_000
)
