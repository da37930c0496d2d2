package conversation

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Update says what to change about a conversation; nil leaves a field alone.
type Update struct {
	Name      *string  `json:"name,omitempty" maxLength:"512"`
	Purpose   *string  `json:"purpose,omitempty" maxLength:"4000"`
	History   *History `json:"history,omitempty" doc:"What newcomers may read from now on: all or joined"`
	PostRight *Right   `json:"post_right,omitempty" doc:"Who may post: all or admins"`
	AllRight  *Right   `json:"all_right,omitempty" doc:"Who may mention everybody: all or admins"`
	Archived  *bool    `json:"archived,omitempty" doc:"Owners only; nothing is posted in an archived conversation"`
}

// Update changes a group or channel. Admins do it, archiving only owners. Nothing changed is no rev. Errors: as
// [Service.ForReading]; [xinshu.Forbidden]; [xinshu.Invalid].
func (s *Service) Update(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, u Update) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, me, err := s.forActing(tx, actor, id)
		if err != nil {
			return err
		}
		switch {
		case st.Kind == Direct:
			return xinshu.Errorf(xinshu.Forbidden, "A direct conversation has no settings.")
		case !me.Role.manages():
			return errAdmins
		case u.Archived != nil && me.Role != RoleOwner:
			return errOwners
		case st.ArchivedAt != 0 && (u.Archived == nil || *u.Archived):
			return errArchived
		}
		changes, err := st.apply(u, s.now())
		if err != nil || len(changes) == 0 {
			return err
		}
		for _, change := range changes { // at most four
			if err := s.settingsChanged(tx, st, actor, change); err != nil {
				return err
			}
		}
		if err := s.Save(tx, st); err != nil {
			return err
		}
		return s.audit(tx, actor, "conversation.update", st, map[string]any{"changes": changes})
	})
}

// apply changes st and returns what changed, in the words of announcements.
func (st *State) apply(u Update, now xinshu.Millis) (changes []string, err error) {
	if u.Name != nil {
		name, err := checkName(*u.Name, st.Kind)
		if err != nil {
			return nil, err
		}
		if name != st.Name {
			st.Name, changes = name, append(changes, "renamed")
		}
	}
	if u.Purpose != nil {
		purpose, err := checkPurpose(*u.Purpose)
		if err != nil {
			return nil, err
		}
		if purpose != st.Purpose {
			st.Purpose, changes = purpose, append(changes, "purpose")
		}
	}
	old := [...]string{string(st.History), string(st.PostRight), string(st.AllRight)}
	if u.History != nil {
		st.History = *u.History
	}
	if u.PostRight != nil {
		st.PostRight = *u.PostRight
	}
	if u.AllRight != nil {
		st.AllRight = *u.AllRight
	}
	if err := checkSettings(st.History, st.PostRight, st.AllRight); err != nil {
		return nil, err
	}
	if old != [...]string{string(st.History), string(st.PostRight), string(st.AllRight)} {
		changes = append(changes, "settings")
	}
	if u.Archived != nil && *u.Archived != (st.ArchivedAt != 0) {
		if *u.Archived {
			st.ArchivedAt, changes = now, append(changes, "archived")
		} else {
			st.ArchivedAt, changes = 0, append(changes, "restored")
		}
	}
	return changes, nil
}

// Mine is what a member sets for herself; nil leaves a field alone.
type Mine struct {
	Muted  *bool `json:"muted,omitempty"`
	Pinned *bool `json:"pinned,omitempty" doc:"At the top of her list"`
}

// UpdateMine changes what only the actor sees of a conversation. Errors: as [Service.ForReading].
func (s *Service) UpdateMine(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, u Mine) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.ForReading(tx, actor, id); err != nil {
			return err
		}
		if actor.Person == 0 {
			return errNotFound
		}
		var muted, pinned bool
		const q = `SELECT muted, pinned FROM member WHERE conversation_id = ?1 AND person_id = ?2 /*FOR UPDATE*/`
		if err := tx.Row(q, id, actor.Person).Scan(&muted, &pinned); err != nil {
			return fmt.Errorf("own settings: %w", err)
		}
		was := [2]bool{muted, pinned}
		if u.Muted != nil {
			muted = *u.Muted
		}
		if u.Pinned != nil {
			pinned = *u.Pinned
		}
		if was == [2]bool{muted, pinned} {
			return nil
		}
		revs, err := s.bump(tx, []xinshu.PersonID{actor.Person})
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE member SET muted = ?3, pinned = ?4, person_rev = ?5 WHERE conversation_id = ?1 AND person_id = ?2`,
			id, actor.Person, muted, pinned, revs[actor.Person])
		if err != nil {
			return fmt.Errorf("own settings: %w", err)
		}
		return s.publish(tx, xinshu.Event{People: []xinshu.PersonID{actor.Person}, Kind: xinshu.EventConversation},
			SettingsView{ConversationID: id, Change: "mine", Muted: muted, Pinned: pinned, PersonRev: revs[actor.Person]})
	})
}
