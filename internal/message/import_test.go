package message_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

// TestImportTellsOncePerConversation: clients hear of a batch once in each of its conversations, of a message alone as of any other,
// and nothing of what was there.
func TestImportTellsOncePerConversation(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		many, one, none := b.group(p...), b.group(p...), b.group(p...)
		item := func(id xinshu.ConversationID, text string) message.Imported {
			return message.Imported{Conversation: id, ClientID: b.clientID(), Author: p[1].Person, SentAt: 1, Text: text}
		}
		there := item(none, "there")
		if _, err := b.log.ImportBatch(b.ctx, system, []message.Imported{there}); err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		b.events = nil
		b.mu.Unlock()
		posted, err := b.log.ImportBatch(b.ctx, system, []message.Imported{item(many, "1"), item(one, "alone"), there, item(many, "2"), item(many, "3")})
		if err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		told := map[xinshu.ConversationID][]string{}
		for _, e := range b.events {
			told[e.Conversation] = append(told[e.Conversation], string(e.Frame))
		}
		if f := told[many]; len(f) != 1 || !strings.Contains(f[0], `"imported"`) {
			t.Errorf("a batch: %q", f)
		}
		if f := told[one]; len(f) != 1 || !strings.Contains(f[0], `"alone"`) {
			t.Errorf("one message: %q", f)
		}
		if f := told[none]; len(f) != 0 || !posted[2].Duplicate {
			t.Errorf("what was there: %q, %+v", f, posted[2])
		}
		if posted[0].Seq+1 != posted[3].Seq || posted[3].Seq+1 != posted[4].Seq {
			t.Errorf("places: %+v", posted)
		}
	})
}

// TestImportedReplies: an item may quote one before it in the batch, new or not.
func TestImportedReplies(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		id, other := b.group(p...), b.group(p...)
		item := func(in xinshu.ConversationID, text string, number int) message.Imported {
			return message.Imported{Conversation: in, ClientID: b.clientID(), Author: p[1].Person, SentAt: 1, Text: text, ReplyToItem: number}
		}
		there := item(id, "there", 0)
		if _, err := b.log.ImportBatch(b.ctx, system, []message.Imported{there}); err != nil {
			t.Fatal(err)
		}
		batch := []message.Imported{there, item(id, "new", 1), item(other, "elsewhere", 0), item(id, "newer", 2)}
		for range 2 { // the second time all is there
			if _, err := b.log.ImportBatch(b.ctx, system, batch); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, m := range b.history(p[0], id) {
			if q := m.ReplyTo; q != nil {
				got = append(got, q.Excerpt+" < "+string(m.Content))
			}
		}
		if fmt.Sprint(got) != `[there < {"type":"text","text":"new"} new < {"type":"text","text":"newer"}]` {
			t.Errorf("quotes: %q", got)
		}
		for name, number := range map[string]int{"itself": 1, "one behind": 2, "before all": -1} {
			_, err := b.log.ImportBatch(b.ctx, system, []message.Imported{item(id, "x", number), item(id, "y", 0)})
			want(t, name, err, xinshu.NotFound)
		}
		_, err := b.log.ImportBatch(b.ctx, system, []message.Imported{item(other, "x", 0), item(id, "y", 1)})
		want(t, "another conversation's", err, xinshu.NotFound)
	})
}
