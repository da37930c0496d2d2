package message_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// TestRefusedPostsHarmNobody mixes every kind of refusal into the batches of posts that succeed.
func TestRefusedPostsHarmNobody(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		id := b.create(p[0], conversation.Draft{Kind: conversation.Group, Name: "G", Members: personIDs(p[1:3]), AllRight: conversation.RightAdmins})
		quiet := b.create(p[0], conversation.Draft{Kind: conversation.Group, Name: "Q", Members: personIDs(p[1:3]), PostRight: conversation.RightAdmins})
		b.post(p[1], id, "first")
		kinds := []struct {
			actor xinshu.Actor
			draft message.Draft
			code  xinshu.Code
		}{
			{p[1], message.Draft{Conversation: id, Text: "good"}, ""},
			{p[3], message.Draft{Conversation: id, Text: "stranger"}, xinshu.NotFound},
			{p[1], message.Draft{Conversation: id, Text: "<@all>"}, xinshu.Forbidden},
			{p[1], message.Draft{Conversation: quiet, Text: "no right"}, xinshu.Forbidden},
			{p[2], message.Draft{Conversation: id, Text: "good too", ReplyTo: 2}, ""},
			{p[1], message.Draft{Conversation: id, Text: "quotes nothing", ReplyTo: 1 << 40}, xinshu.NotFound},
			{p[1], message.Draft{Conversation: 12345, Text: "nowhere"}, xinshu.NotFound},
			{p[0], message.Draft{Conversation: quiet, Text: "owner"}, ""},
		}
		var wg sync.WaitGroup
		const rounds = 40
		for i := range rounds {
			for j, k := range kinds {
				wg.Go(func() {
					k.draft.ClientID = fmt.Sprint("round ", i, " ", j)
					_, err := b.log.Post(b.ctx, k.actor, k.draft)
					if xinshu.CodeOf(err) != k.code {
						t.Errorf("%s: %v, want %q", k.draft.Text, err, k.code)
					}
				})
			}
		}
		wg.Wait()
		if h := b.head(p[0], id); h.LastSeq != 2+2*rounds || h.Rev != h.LastSeq+1 {
			t.Errorf("head %+v", h)
		}
		if h := b.head(p[0], quiet); h.LastSeq != 1+rounds {
			t.Errorf("head %+v", h)
		}
		for _, c := range []xinshu.ConversationID{id, quiet} {
			if f, err := b.log.VerifyChain(b.ctx, system, c); err != nil || f != nil {
				t.Errorf("chain: %+v %v", f, err)
			}
		}
	})
}

// TestCancelledCallers: whoever goes away learns the truth when the act had begun; nothing is half done.
func TestCancelledCallers(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		id := b.group(p...)
		var wg sync.WaitGroup
		var mu sync.Mutex
		stored := map[string]bool{}
		for i := range 200 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(b.ctx, time.Duration(rand.IntN(3000))*time.Microsecond)
				defer cancel()
				d := message.Draft{Conversation: id, ClientID: fmt.Sprint("c", i), Text: "x"}
				if _, err := b.log.Post(ctx, p[i%3], d); err == nil {
					mu.Lock()
					stored[d.ClientID] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for after, next := int64(1), "x"; next != ""; {
			items, n, err := b.log.History(b.ctx, p[0], id, message.Page{After: after, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range items {
				if m.Seq != after+1 || seen[m.ClientID] {
					t.Fatalf("message %d %s after %d", m.Seq, m.ClientID, after)
				}
				after, seen[m.ClientID] = m.Seq, true
			}
			next = n
		}
		for clientID := range stored {
			if !seen[clientID] {
				t.Errorf("%s was acknowledged and is not there", clientID)
			}
		}
	})
}

func TestPostAsyncKeepsTheOrder(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(1)
		id := b.group(p...)
		const n = 300
		results := make(chan int64, n)
		for i := range n {
			b.log.PostAsync(b.ctx, p[0], message.Draft{Conversation: id, ClientID: fmt.Sprint(i), Text: fmt.Sprint(i)}, func(got message.Posted, err error) {
				if err != nil {
					t.Error(err)
				}
				results <- got.Seq - int64(i)
			})
		}
		for range n {
			if offset := <-results; offset != 2 {
				t.Fatalf("a message has seq %d more than its place", offset)
			}
		}
		b.log.PostAsync(b.ctx, p[0], message.Draft{Conversation: id, ClientID: "x", Text: "\x00"}, func(_ message.Posted, err error) {
			want(t, "malformed", err, xinshu.Invalid)
		})
	})
}

// TestStatementsDoNotGrowWithTheBatch: no query in a loop.
func TestStatementsDoNotGrowWithTheBatch(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(40)
		var ids []xinshu.ConversationID
		for range 40 {
			ids = append(ids, b.group(p[:5]...))
		}
		count := func(fn func()) int64 {
			before := b.db.Stats().Statements
			fn()
			return b.db.Stats().Statements - before
		}
		batch := func(n int) func() {
			return func() {
				items := make([]message.Imported, n)
				for i := range items {
					items[i] = message.Imported{Conversation: ids[i%40], ClientID: b.clientID(), Author: p[i%5].Person, SentAt: 1, Text: "hi <@" + p[(i+1)%5].Person.String() + ">"}
				}
				if _, err := b.log.ImportBatch(b.ctx, system, items); err != nil {
					t.Fatal(err)
				}
			}
		}
		few, many := count(batch(2)), count(batch(256))
		if many > few+2*256/32+4 { // two multi-row inserts of 32 rows each, two lists of 128
			t.Errorf("2 messages take %d statements, 256 take %d", few, many)
		}
		list := func(limit int) func() {
			return func() {
				heads, _, err := b.conv.List(b.ctx, p[0], conversation.ListFilter{Limit: limit})
				if err != nil || len(heads) != limit {
					t.Fatal(len(heads), err)
				}
			}
		}
		if one, all := count(list(1)), count(list(40)); all > one+3 {
			t.Errorf("a list of 1 takes %d statements, of 40 %d", one, all)
		}
		page := func(limit int) func() {
			return func() {
				if _, _, err := b.log.History(b.ctx, p[0], ids[0], message.Page{Limit: limit}); err != nil {
					t.Fatal(err)
				}
				if _, _, err := b.log.Changes(b.ctx, p[0], ids[0], 0, limit); err != nil {
					t.Fatal(err)
				}
			}
		}
		if one, all := count(page(1)), count(page(200)); all > one+3 {
			t.Errorf("pages of 1 take %d statements, of 200 %d", one, all)
		}
	})
}
