package conversation

import (
	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// PinChanged stores, announces and tells that a message was pinned or unpinned (change is [ChangePinned] or [ChangeUnpinned]),
// and saves st. Inside the caller's transaction.
func (s *Service) PinChanged(tx *db.Tx, st *State, actor xinshu.Actor, change string, seq int64) error {
	view := SettingsView{ConversationID: st.ID, Change: change, Seq: seq}
	rev, err := s.AppendChange(tx, st, actor, change, seq, view)
	if err != nil {
		return err
	}
	view.Rev = rev
	known, err := s.names(tx, actor, nil)
	if err != nil {
		return err
	}
	a := Announcement{Kind: change, Actor: known.actor(actor), Seq: seq}
	if err := s.log.Announce(tx, st, actor, a.complete()); err != nil {
		return err
	}
	if err := s.Save(tx, st); err != nil {
		return err
	}
	readers, err := s.ReadersOf(tx, st, seq)
	if err != nil {
		return err
	}
	return s.publish(tx, xinshu.Event{Conversation: st.ID, MemberRev: st.MemberRev, People: readers, Kind: xinshu.EventConversation}, view)
}
