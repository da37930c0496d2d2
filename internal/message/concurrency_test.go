package message_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// TestManyActsAtOnce: everything happens to two conversations at the same time; no act fails for another's sake, and what is
// counted is what a recount finds.
func TestManyActsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(8)
		ids := []xinshu.ConversationID{
			b.create(p[0], conversation.Draft{Kind: conversation.Channel, Name: "C", Members: personIDs(p[1:6])}),
			b.create(p[0], conversation.Draft{Kind: conversation.Group, Name: "G", Members: personIDs(p[1:])}),
		}
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(w), 7))
				a := p[w%8]
				for i := range 60 {
					id := ids[random.IntN(2)]
					h, err := b.conv.Get(b.ctx, a, id)
					if err != nil {
						t.Error(err)
						return
					}
					if h.Role == "" {
						want(t, "join", b.conv.Join(b.ctx, a, id), "")
						continue
					}
					seq := 1 + random.Int64N(h.LastSeq)
					switch random.IntN(8) {
					case 0, 1, 2:
						text := "x <@" + p[random.IntN(8)].Person.String() + ">"
						_, err = b.log.Post(b.ctx, a, message.Draft{Conversation: id, ClientID: fmt.Sprint(w, " ", i), Text: text})
					case 3, 4:
						_, err = b.conv.Read(b.ctx, a, id, h.LastSeq)
					case 5:
						_, err = b.conv.Unread(b.ctx, a, id, seq)
					case 6:
						_, err = b.log.React(b.ctx, a, id, seq, "👍")
					case 7:
						err = b.conv.Leave(b.ctx, a, ids[0])
					}
					switch xinshu.CodeOf(err) {
					case "", xinshu.NotAMember, xinshu.Forbidden: // her other self had left, or the message was recalled
					default:
						t.Errorf("worker %d: %v", w, err)
					}
				}
			})
		}
		wg.Wait()
		for _, id := range ids {
			if f, err := b.log.VerifyChain(b.ctx, system, id); err != nil || f != nil {
				t.Errorf("chain: %+v %v", f, err)
			}
			for _, a := range p {
				if h := b.head(a, id); h.Role != "" {
					b.recount(t, a, h)
				}
			}
		}
	})
}

// recount compares the counts of a head with what is there.
func (b *bundle) recount(t *testing.T, a xinshu.Actor, h conversation.Head) {
	t.Helper()
	c := &client{b: b, actor: a, id: h.ID}
	all, err := c.whole()
	if err != nil {
		t.Fatal(err)
	}
	var unread, mentions int64
	for i, m := range all {
		if m.Seq != int64(i+1) {
			t.Fatalf("message %d has seq %d", i, m.Seq)
		}
		if m.Seq <= h.ReadSeq || m.Sender == nil || m.Sender.ID == a.Person {
			continue
		}
		unread++
		for _, x := range m.Mentions {
			if x.ID == a.Person.String() {
				mentions++
			}
		}
	}
	// A mention counts for who was a member when it was made: those who left in between may have fewer.
	if h.Unread != unread || h.Mentions > mentions || h.Kind == conversation.Group && h.Mentions != mentions {
		t.Errorf("%s: %d unread and %d mentions, a recount finds %d and %d", a.Person, h.Unread, h.Mentions, unread, mentions)
	}
}
