package message

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Recall takes a message back: its own sender's inside the recall window, any by owners and admins of a group or channel. The
// archive keeps it; its text, mentions, reactions and pin are gone for everybody. Again is no change. Errors: as
// conversation.ForReading; [xinshu.NotFound]; [xinshu.Forbidden]; [xinshu.WindowClosed].
func (s *Service) Recall(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, m, r, err := s.target(tx, actor, id, seq)
		if err != nil {
			return err
		}
		manages := st.Kind != conversation.Direct && m.Manages()
		switch {
		case r.kind == typeRecalled:
			return nil
		case r.kind == typeSystem:
			return xinshu.Errorf(xinshu.Forbidden, "System messages cannot be recalled.")
		case manages:
		case r.sender != actor.Person:
			return xinshu.Errorf(xinshu.Forbidden, "Only its sender, owners and admins may recall a message.")
		case !withinWindow(s.now(), r.sent, s.opt.Settings.Get().RecallWindowMS):
			return xinshu.Errorf(xinshu.WindowClosed, "It is too late to recall this message.")
		}
		return s.recall(tx, st, actor, r)
	})
}

func (s *Service) recall(tx *db.Tx, st *conversation.State, actor xinshu.Actor, r *row) error {
	people, _ := parseMentions(r.mentions)
	if err := s.conv.Unmention(tx, st.ID, r.seq, append(people, 0)); err != nil {
		return err
	}
	if err := s.conv.Uncount(tx, st, r.seq); err != nil {
		return err
	}
	r.recalled = s.now()
	r.reactions = ""
	if err := s.replace(tx, st, actor, r, conversation.ChangeRecalled, version{typeRecalled, contentRecalled, ""}); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM pin WHERE conversation_id = ?1 AND seq = ?2`, st.ID, r.seq); err != nil {
		return fmt.Errorf("unpin: %w", err)
	}
	if r.seq == st.LastSeq {
		st.Last.Type, st.Last.Excerpt = typeRecalled, ""
	}
	_, err := s.changed(tx, st, r)
	return err
}
