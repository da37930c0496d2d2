package message_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

// TestTailSeesEverythingOnce: a reader that follows while many write ends with every rev of every conversation, each once.
func TestTailSeesEverythingOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		ids := []xinshu.ConversationID{b.group(p...), b.group(p...), b.group(p...)}
		type key struct {
			id  xinshu.ConversationID
			rev int64
		}
		seen := map[key]message.TailEntry{}
		var cursor message.TailCursor
		step := func(ctx context.Context) int {
			entries, next, err := b.log.Tail(ctx, cursor, 7)
			if err != nil {
				t.Errorf("tail: %v", err)
				return 0
			}
			for _, e := range entries {
				k := key{e.Conversation, e.Rev}
				if _, twice := seen[k]; twice {
					t.Errorf("%+v came twice", k)
				}
				seen[k] = e
			}
			cursor = next
			return len(entries)
		}
		stop := make(chan struct{})
		var reader, writers sync.WaitGroup
		reader.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					step(b.ctx)
				}
			}
		})
		for w := range 8 {
			writers.Go(func() {
				for i := range 25 {
					id := ids[(w+i)%3]
					m, err := b.log.Post(b.ctx, p[w%4], message.Draft{Conversation: id, ClientID: fmt.Sprint(w, " ", i), Text: fmt.Sprint("text ", w, " ", i)})
					if err != nil {
						t.Error(err)
						return
					}
					switch i % 5 {
					case 0:
						_, err = b.log.Edit(b.ctx, p[w%4], id, m.Seq, "edited")
					case 1:
						err = b.log.Recall(b.ctx, p[w%4], id, m.Seq)
					case 2:
						_, err = b.log.React(b.ctx, p[w%4], id, m.Seq, "👍")
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		reader.Wait()
		total := 0
		for _, id := range ids {
			total += int(b.head(p[0], id).Rev)
		}
		for deadline := time.Now().Add(20 * time.Second); len(seen) < total && time.Now().Before(deadline); { // other tests hold the horizon back
			step(b.ctx)
		}
		if len(seen) != total {
			t.Fatalf("%d of %d revs", len(seen), total)
		}
		for k, e := range seen {
			switch {
			case e.Seq == 0 && e.Kind == "created":
			case e.Message == nil || e.Message.Conversation != k.id || e.Message.Seq != e.Seq:
				t.Fatalf("%+v: %+v", e, e.Message)
			case e.Kind == "recalled" && (e.Message.Text != "" || e.Message.RecalledAt == 0):
				t.Fatalf("recalled: %+v", e.Message)
			case e.Kind == "edited" && e.Message.Text != "edited":
				t.Fatalf("edited: %+v", e.Message)
			}
		}
		if step(b.ctx) != 0 {
			t.Error("there is always more")
		}
	})
}
