package message

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Imported is a message that was written elsewhere, or earlier.
type Imported struct {
	Conversation xinshu.ConversationID
	ClientID     string // of the source, unique per author: importing again adds nothing
	Author       xinshu.PersonID
	SentAt       xinshu.Millis // not in the future
	Text         string
	ReplyTo      int64 // seq in the conversation, or 0
	ReplyToItem  int   // instead, of an item before in the same batch: its number, from 1
}

// MaxImported bounds one batch: about 25 ms of SQLite's writer.
const MaxImported = 1_000

// ImportBatch appends messages to their conversations in their order, in one transaction, through the same chain and rules as posts
// except that authors need not be members, that rights and windows do not apply, and that clients hear once per conversation that
// there is more. Only the system may. The answer is parallel to items; Duplicate marks those that were there. The first fault refuses
// the batch: errors as [Service.Post], and [xinshu.NotFound] for unknown authors; the message says which item.
func (s *Service) ImportBatch(ctx context.Context, actor xinshu.Actor, items []Imported) ([]Posted, error) {
	if !actor.IsSystem() {
		return nil, xinshu.Errorf(xinshu.Forbidden, "Only the product itself imports messages.")
	}
	if len(items) > MaxImported {
		return nil, xinshu.Errorf(xinshu.TooLarge, "A batch has at most %d messages.", MaxImported)
	}
	posts := make([]*post, len(items))
	for i, it := range items {
		p, err := s.prepare(xinshu.Actor{Person: it.Author}, Draft{Conversation: it.Conversation, ClientID: it.ClientID, Text: it.Text, ReplyTo: it.ReplyTo})
		if err != nil {
			return nil, nth(i, err)
		}
		if it.SentAt <= 0 || it.SentAt > s.now() {
			return nil, nth(i, xinshu.Errorf(xinshu.Invalid, "The time is missing or in the future."))
		}
		p.sent, p.imported = it.SentAt, true
		if n := it.ReplyToItem; n != 0 {
			if n < 0 || n > i || items[n-1].Conversation != it.Conversation {
				return nil, nth(i, errNoMessage)
			}
			p.quotes = posts[n-1]
		}
		posts[i] = p
	}
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		errs, err := s.apply(tx, posts)
		if err != nil {
			return err
		}
		for i, err := range errs {
			if err != nil {
				return nth(i, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Posted, len(posts))
	for i, p := range posts {
		out[i] = p.out
	}
	return out, nil
}

func nth(i int, err error) error {
	code := xinshu.CodeOf(err)
	if code == xinshu.Internal {
		return fmt.Errorf("imported message %d: %w", i, err)
	}
	return xinshu.Errorf(code, "Message %d of the batch: %w", i, err)
}

// imported is what an import added to one conversation.
type imported struct {
	count int
	last  *post
}

// event tells that there is more: clients see the rev jump and ask for the changes. One message alone makes no jump and is told as
// any other.
func (m *imported) event(memberRev int64) (e xinshu.Event, err error) {
	out := &m.last.out
	e = xinshu.Event{Conversation: m.last.conversation, MemberRev: memberRev, Kind: xinshu.EventMessage}
	if m.count == 1 {
		e.Frame = out.Message.appendFrame(nil, e.Kind)
		return e, nil
	}
	e.Kind = xinshu.EventConversation
	e.Frame, err = conversation.Frame(e.Kind, conversation.SettingsView{ConversationID: e.Conversation, Rev: out.Rev, Change: "imported"})
	return e, err
}
