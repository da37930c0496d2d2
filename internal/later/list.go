package later

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// Item is one message of a person's list.
type Item struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Seq            int64                 `json:"seq"`
	KeptAt         xinshu.Millis         `json:"kept_at"`
	DoneAt         xinshu.Millis         `json:"done_at,omitempty"`
	RemindAt       xinshu.Millis         `json:"remind_at,omitempty" doc:"A reminder that is still to come"`
	RemindedAt     xinshu.Millis         `json:"reminded_at,omitempty" doc:"The reminder has come and was not acted on"`
	Message        *message.Message      `json:"message" doc:"null when it was recalled or may no longer be read"`

	rev int64
}

// List returns the open or the done messages of the actor, the newest change first, and the cursor of the next page, "" at the
// end. A cursor that is none is [xinshu.Invalid].
func (s *Service) List(ctx context.Context, actor xinshu.Actor, done bool, limit int, cursor string) (items []Item, next string, err error) {
	before := int64(math.MaxInt64)
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 36, 64); err != nil {
			return nil, "", xinshu.Errorf(xinshu.Invalid, "The cursor is not one of this list.")
		}
	}
	state := "done_at = 0"
	if done {
		state = "done_at > 0"
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		next = ""
		items, err = db.All(tx, scanItem, `SELECT conversation_id, seq, rev, kept_at, done_at, remind_at, reminded_at FROM later
			WHERE person_id = ?1 AND rev < ?2 AND `+state+` ORDER BY rev DESC LIMIT ?3`, actor.Person, before, limit+1)
		if err != nil {
			return fmt.Errorf("list later: %w", err)
		}
		if len(items) > limit {
			items = items[:limit]
			next = strconv.FormatInt(items[limit-1].rev, 36)
		}
		return s.show(tx, actor, items)
	})
	return items, next, err
}

func scanItem(rows *db.Rows) (i Item, err error) {
	err = rows.Scan(&i.ConversationID, &i.Seq, &i.rev, &i.KeptAt, &i.DoneAt, &i.RemindAt, &i.RemindedAt)
	return i, err
}

// show adds the messages that the actor may read now.
func (s *Service) show(tx *db.Tx, actor xinshu.Actor, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	readable, err := s.opt.Conversations.ReadableBy(tx, actor.Person)
	if err != nil {
		return fmt.Errorf("conversations for later: %w", err)
	}
	access := make(map[xinshu.ConversationID]conversation.Access, len(readable))
	for _, a := range readable {
		access[a.ID] = a
	}
	at := make([]message.Address, len(items))
	for i, item := range items {
		at[i] = message.Address{Conversation: item.ConversationID, Seq: item.Seq}
	}
	found, err := s.opt.Messages.MessagesAt(tx, access, at)
	if err != nil {
		return fmt.Errorf("messages for later: %w", err)
	}
	for i, a := range at {
		if m, ok := found[a]; ok && m.RecalledAt == 0 {
			items[i].Message = &m
		}
	}
	return nil
}

// Count says how long the actor's list is.
func (s *Service) Count(ctx context.Context, actor xinshu.Actor) (c Counts, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if c, err = counts(tx, actor.Person); err != nil {
			return err
		}
		c.Rev, err = revOf(tx, actor.Person)
		return err
	})
	return c, err
}
