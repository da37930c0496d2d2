package message

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Pin puts a message on the conversation's board, for everybody; again is no change. Members who may post do it. Errors: as
// [Service.React]; [xinshu.Invalid] when 200 messages are pinned.
func (s *Service) Pin(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) error {
	return s.pin(ctx, actor, id, seq, conversation.ChangePinned)
}

// Unpin takes it off; again is no change. Errors: as [Service.Pin].
func (s *Service) Unpin(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) error {
	return s.pin(ctx, actor, id, seq, conversation.ChangeUnpinned)
}

func (s *Service) pin(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, change string) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, m, r, err := s.target(tx, actor, id, seq)
		if err != nil {
			return err
		}
		if err := st.MayPost(m); err != nil {
			return err
		}
		if r.kind == typeRecalled {
			return errRecalled
		}
		var n int64
		if change == conversation.ChangePinned {
			n, err = s.insertPin(tx, actor, id, seq)
		} else {
			n, err = tx.Exec(`DELETE FROM pin WHERE conversation_id = ?1 AND seq = ?2`, id, seq)
		}
		if err != nil || n == 0 {
			return err
		}
		return s.conv.PinChanged(tx, st, actor, change, seq)
	})
}

func (s *Service) insertPin(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (int64, error) {
	n, err := tx.Exec(`INSERT INTO pin (conversation_id, seq, person_id, at) VALUES (?1,?2,?3,?4) ON CONFLICT (conversation_id, seq) DO NOTHING`,
		id, seq, actor.Person, s.now())
	if err != nil || n == 0 {
		return n, err
	}
	var pins int
	if err := tx.Row(`SELECT count(*) FROM pin WHERE conversation_id = ?1`, id).Scan(&pins); err != nil {
		return 0, fmt.Errorf("count pins: %w", err)
	}
	if pins > xinshu.MaxPins {
		return 0, xinshu.Errorf(xinshu.Invalid, "A conversation has at most %d pinned messages.", xinshu.MaxPins)
	}
	return n, nil
}

// Pins returns the pinned messages that the actor may read, the newest pin first. Errors: as conversation.ForReading.
func (s *Service) Pins(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID) ([]Message, error) {
	var out []Message
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := s.conv.ForReading(tx, actor, id)
		if err != nil {
			return err
		}
		rows, err := db.All(tx, scanRow, `SELECT `+shownColumns+` FROM pin p JOIN message m ON m.conversation_id = p.conversation_id AND m.seq = p.seq
			WHERE p.conversation_id = ?1 AND p.seq >= ?2 ORDER BY p.at DESC, p.seq DESC LIMIT ?3`, id, a.FirstSeq, xinshu.MaxPins)
		if err != nil {
			return fmt.Errorf("pins: %w", err)
		}
		out, err = s.messages(tx, rows)
		return err
	})
	return out, err
}
