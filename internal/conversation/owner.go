package conversation

import (
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

func (s *Service) hasOwner(tx *db.Tx, id xinshu.ConversationID) (bool, error) {
	var n int64
	err := tx.Row(`SELECT count(*) FROM member WHERE conversation_id = ?1 AND left_at = 0 AND role = 'owner'`, id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count owners: %w", err)
	}
	return n > 0, nil
}

// ensureOwner keeps the rule that a group or channel with members has an owner, and archives it when nobody is left who could
// be one; except is a member who cannot (0: nobody).
func (s *Service) ensureOwner(tx *db.Tx, st *State, actor xinshu.Actor, except xinshu.PersonID) error {
	has, err := s.hasOwner(tx, st.ID)
	if err != nil || has {
		return err
	}
	next, err := s.successor(tx, st.ID, except)
	if err != nil {
		return err
	}
	if next != 0 {
		return s.setRole(tx, st, actor, next, RoleOwner)
	}
	if st.ArchivedAt != 0 {
		return nil
	}
	st.ArchivedAt = s.now()
	return s.settingsChanged(tx, st, actor, "archived")
}

// successor returns the oldest admin, else the oldest member; people who take part in the organisation go before others. 0 if
// there is nobody.
func (s *Service) successor(tx *db.Tx, id xinshu.ConversationID, except xinshu.PersonID) (xinshu.PersonID, error) {
	const candidates = 200 // if none of the oldest 200 is active, the very oldest will do
	people, err := db.Column[xinshu.PersonID](tx, `SELECT person_id FROM member WHERE conversation_id = ?1 AND left_at = 0 AND person_id <> ?2
		ORDER BY CASE role WHEN 'admin' THEN 0 ELSE 1 END, joined_seq, person_id LIMIT ?3`, id, except, candidates)
	if err != nil {
		return 0, fmt.Errorf("find a successor: %w", err)
	}
	if len(people) == 0 {
		return 0, nil
	}
	active, err := s.opt.Org.ActiveOf(tx, people)
	if err != nil {
		return 0, fmt.Errorf("active people: %w", err)
	}
	in := map[xinshu.PersonID]bool{}
	for _, p := range active {
		in[p] = true
	}
	for _, p := range people {
		if in[p] {
			return p, nil
		}
	}
	return people[0], nil
}

// OwnerDeparted hands over everything that person owns, for whoever ends her part in the organisation: she stays a member, the
// oldest admin, else the oldest member, becomes owner; a conversation without anybody else is archived. Inside the caller's
// transaction.
func (s *Service) OwnerDeparted(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID) error {
	ids, err := db.Column[xinshu.ConversationID](tx, `SELECT conversation_id FROM member WHERE person_id = ?1 AND left_at = 0 AND role = 'owner'`, person)
	if err != nil {
		return fmt.Errorf("conversations owned: %w", err)
	}
	states, err := s.Lock(tx, ids...) // all before anything else, for the order of locks
	if err != nil {
		return err
	}
	for _, id := range ids { // a handover is rare and names few conversations
		st := states[id]
		if st == nil || st.Kind == Direct {
			continue
		}
		_, err := tx.Exec(`UPDATE member SET role = 'member' WHERE conversation_id = ?1 AND person_id = ?2`, id, person)
		if err != nil {
			return fmt.Errorf("end ownership: %w", err)
		}
		if err := s.ensureOwner(tx, st, actor, person); err != nil {
			return err
		}
		if err := s.Save(tx, st); err != nil {
			return err
		}
	}
	return nil
}
