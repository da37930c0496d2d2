package conversation

import (
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
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
// be one; those in except cannot.
func (s *Service) ensureOwner(tx *db.Tx, st *State, actor xinshu.Actor, except map[xinshu.PersonID]bool) error {
	has, err := s.hasOwner(tx, st.ID)
	if err != nil || has {
		return err
	}
	if err := s.opt.Org.Hold(tx); err != nil { // or the successor leaves the company while she becomes one
		return fmt.Errorf("hold the organisation: %w", err)
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

// successor returns the oldest admin, else the oldest member, of those who take part in the organisation; else the oldest who is
// suspended. 0 if there is nobody: who has left the company owns nothing.
func (s *Service) successor(tx *db.Tx, id xinshu.ConversationID, except map[xinshu.PersonID]bool) (xinshu.PersonID, error) {
	const page = 200
	suspended := xinshu.PersonID(0)
	for from := 0; ; from += page {
		people, err := db.Column[xinshu.PersonID](tx, `SELECT person_id FROM member WHERE conversation_id = ?1 AND left_at = 0
			ORDER BY CASE role WHEN 'admin' THEN 0 ELSE 1 END, joined_seq, person_id LIMIT ?2 OFFSET ?3`, id, page, from)
		if err != nil {
			return 0, fmt.Errorf("find a successor: %w", err)
		}
		active, err := s.opt.Org.ActiveOf(tx, people)
		if err != nil {
			return 0, fmt.Errorf("active people: %w", err)
		}
		in := make(map[xinshu.PersonID]bool, len(active))
		for _, p := range active {
			in[p] = true
		}
		for _, p := range people {
			switch {
			case except[p]:
			case in[p]:
				return p, nil
			case suspended == 0: // rare: nearly everybody is active
				a, err := s.opt.Org.GetAccount(tx, p)
				if err != nil {
					return 0, err
				}
				if a.Status == org.Suspended {
					suspended = p
				}
			}
		}
		if len(people) < page {
			return suspended, nil
		}
	}
}

// OwnerDeparted hands over everything that person owns, for whoever ends her part in the organisation: she stays a member; heir,
// where a member, else the oldest admin, else the oldest member, becomes owner; a conversation without anybody else is archived.
// Nobody gets into a conversation by this. Inside the caller's transaction.
func (s *Service) OwnerDeparted(tx *db.Tx, actor xinshu.Actor, person, heir xinshu.PersonID) error {
	return s.handOver(tx, actor, []xinshu.PersonID{person}, heir)
}

// OwnersDeparted is [Service.OwnerDeparted] for many people who go together, without an heir: none of them follows another.
func (s *Service) OwnersDeparted(tx *db.Tx, actor xinshu.Actor, people []xinshu.PersonID) error {
	return s.handOver(tx, actor, people, 0)
}

func (s *Service) handOver(tx *db.Tx, actor xinshu.Actor, people []xinshu.PersonID, heir xinshu.PersonID) error {
	gone := make(map[xinshu.PersonID]bool, len(people))
	var ids []xinshu.ConversationID
	for chunk := range slices.Chunk(people, db.MaxList) {
		for _, p := range chunk {
			gone[p] = true
		}
		owned, err := db.Column[xinshu.ConversationID](tx, `SELECT conversation_id FROM member WHERE left_at = 0 AND role = 'owner'
			AND person_id IN `+db.List(1, len(chunk)), db.ListArgs(chunk)...)
		if err != nil {
			return fmt.Errorf("conversations owned: %w", err)
		}
		ids = append(ids, owned...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	states, err := s.Lock(tx, ids...) // all before anything else, for the order of locks
	if err != nil {
		return err
	}
	var changed []*State
	for _, id := range ids { // a handover is rare and names few conversations
		st := states[id]
		if st == nil || st.Kind == Direct {
			continue
		}
		for chunk := range slices.Chunk(people, db.MaxList) {
			_, err := tx.Exec(`UPDATE member SET role = 'member' WHERE conversation_id = ?1 AND role = 'owner' AND person_id IN `+
				db.List(2, len(chunk)), append([]any{id}, db.ListArgs(chunk)...)...)
			if err != nil {
				return fmt.Errorf("end ownership: %w", err)
			}
		}
		if err := s.enthrone(tx, st, actor, heir); err != nil {
			return err
		}
		if err := s.ensureOwner(tx, st, actor, gone); err != nil {
			return err
		}
		changed = append(changed, st)
	}
	return s.Save(tx, changed...)
}

// enthrone makes heir owner where that person is a member; 0 is nobody.
func (s *Service) enthrone(tx *db.Tx, st *State, actor xinshu.Actor, heir xinshu.PersonID) error {
	if heir == 0 {
		return nil
	}
	var n int64
	err := tx.Row(`SELECT count(*) FROM member WHERE conversation_id = ?1 AND person_id = ?2 AND left_at = 0 AND role <> 'owner'`, st.ID, heir).Scan(&n)
	if err != nil {
		return fmt.Errorf("find the heir: %w", err)
	}
	if n == 0 {
		return nil
	}
	return s.setRole(tx, st, actor, heir, RoleOwner)
}
