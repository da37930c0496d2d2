package message_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

func TestPostTakesTheNextSeqAndIsRead(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		id := b.group(p...)
		first := b.post(p[0], id, "你好 <@"+p[1].Person.String()+">")
		second := b.post(p[1], id, "hello")
		if first.Seq+1 != second.Seq || first.Rev+1 != second.Rev {
			t.Fatalf("seq %d, %d; rev %d, %d", first.Seq, second.Seq, first.Rev, second.Rev)
		}
		items := b.history(p[2], id)
		if len(items) != 3 || string(items[1].Content) != `{"type":"text","text":"你好 \u003c@`+p[1].Person.String()+`\u003e"}` {
			t.Fatalf("history: %+v", items)
		}
		h := b.head(p[1], id)
		if h.Unread != 1 || h.Mentions != 1 || h.LastMessage.Excerpt != "hello" {
			t.Fatalf("head: %+v", h)
		}
		if h := b.head(p[2], id); h.Unread != 2 || h.Mentions != 0 {
			t.Fatalf("head: %+v", h)
		}
	})
}

func TestPostIsIdempotentForEver(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		id := b.group(p...)
		for _, clientID := range []string{b.clientID(), "any other text 任何"} {
			d := message.Draft{Conversation: id, ClientID: clientID, Text: "once"}
			var wg sync.WaitGroup
			out := make([]message.Posted, 20)
			errs := make([]error, 20)
			for i := range out {
				wg.Go(func() { out[i], errs[i] = b.log.Post(b.ctx, p[0], d) })
			}
			wg.Wait()
			fresh := 0
			for i := range out {
				if errs[i] != nil || out[i].Seq != out[0].Seq || out[i].Message.Seq != out[0].Seq || out[i].Message.ClientID != clientID {
					t.Fatalf("post %d: %+v %v", i, out[i], errs[i])
				}
				if !out[i].Duplicate {
					fresh++
				}
			}
			if fresh != 1 {
				t.Fatalf("%d posts think they were first", fresh)
			}
			other := d
			other.Text = "twice"
			_, err := b.log.Post(b.ctx, p[0], other)
			want(t, "another text", err, xinshu.Conflict)
			if again, err := b.log.Post(b.ctx, p[1], other); err != nil || again.Duplicate {
				t.Fatalf("another sender: %+v %v", again, err)
			}
		}
		if h := b.head(p[0], id); h.LastSeq != 5 { // created, two times two
			t.Fatalf("last seq %d", h.LastSeq)
		}
	})
}

func TestConcurrentWritersLeaveNoHoles(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(5)
		ids := []xinshu.ConversationID{b.group(p...), b.group(p...), b.group(p...)}
		stranger := b.people(1)[0]
		var wg sync.WaitGroup
		for w := range 50 {
			wg.Go(func() {
				for i := range 10 {
					id := ids[(w+i)%3]
					d := message.Draft{Conversation: id, ClientID: fmt.Sprintf("w%d-%d", w, i), Text: "x"}
					if _, err := b.log.Post(b.ctx, p[w%5], d); err != nil {
						t.Errorf("post: %v", err)
					}
					if i%3 == 0 {
						if _, err := b.log.Post(b.ctx, stranger, d); xinshu.CodeOf(err) != xinshu.NotFound {
							t.Errorf("stranger: %v", err)
						}
					}
				}
			})
		}
		wg.Wait()
		total := 0
		for _, id := range ids {
			items := b.history(p[0], id)
			for i, m := range items {
				if m.Seq != int64(i+1) || m.Rev != int64(i+2) { // rev 1 is the creation
					t.Fatalf("message %d has seq %d rev %d", i, m.Seq, m.Rev)
				}
			}
			total += len(items) - 1
		}
		if total != 500 {
			t.Fatalf("%d messages", total)
		}
	})
}
