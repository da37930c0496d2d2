package conversation

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// MemberChange is what a membership act did, the payload of its change row and part of its event.
type MemberChange struct {
	Kind   string            `json:"kind" enum:"joined,added,left,removed,role" doc:"What happened"`
	People []xinshu.PersonID `json:"people"`
	Role   Role              `json:"role,omitempty" doc:"With role and added: the role they have now"`
}

// AddMembers adds people to a group or channel; those who are members already are left alone. Any member of a group may, and
// any member of a channel. Errors: [xinshu.NotFound] also for people who do not exist or take no part; [xinshu.Forbidden] for
// direct and archived conversations.
func (s *Service) AddMembers(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, people []xinshu.PersonID) error {
	if len(people) == 0 || len(people) > xinshu.MaxMembersRequest {
		return xinshu.Errorf(xinshu.Invalid, "Name 1 to %d people.", xinshu.MaxMembersRequest)
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, _, err := s.forActing(tx, actor, id)
		if err != nil {
			return err
		}
		if err := st.mayChangeMembers(); err != nil {
			return err
		}
		if err := s.allActive(tx, people); err != nil {
			return err
		}
		if err := s.add(tx, st, actor, people, RoleMember, "added"); err != nil {
			return err
		}
		return s.Save(tx, st)
	})
}

// Join makes actor a member of a channel; again is no change. Errors: [xinshu.NotFound] for everything but channels.
func (s *Service) Join(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID) error {
	if actor.Person == 0 {
		return errAnonymous
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, err := s.lockOne(tx, id)
		if err != nil {
			return err
		}
		if st.Kind != Channel {
			if _, err := s.ForReading(tx, actor, id); err != nil {
				return err
			}
			return nil // a member already
		}
		if err := st.mayChangeMembers(); err != nil {
			return err
		}
		if err := s.add(tx, st, actor, []xinshu.PersonID{actor.Person}, RoleMember, "joined"); err != nil {
			return err
		}
		return s.Save(tx, st)
	})
}

func (st *State) mayChangeMembers() error {
	switch {
	case st.Kind == Direct:
		return errDirect
	case st.ArchivedAt != 0:
		return errArchived
	}
	return nil
}

// allActive refuses with not found unless every one of people takes part in the organisation.
func (s *Service) allActive(tx *db.Tx, people []xinshu.PersonID) error {
	active, err := s.opt.Org.ActiveOf(tx, people)
	if err != nil {
		return fmt.Errorf("active people: %w", err)
	}
	known := map[xinshu.PersonID]bool{}
	for _, p := range active {
		known[p] = true
	}
	for _, p := range people {
		if !known[p] {
			return errPerson
		}
	}
	return nil
}

// add makes people members and tells everybody. Who is one already is left alone; if all are, nothing happens.
func (s *Service) add(tx *db.Tx, st *State, actor xinshu.Actor, people []xinshu.PersonID, role Role, kind string) error {
	fresh, err := s.strangers(tx, st.ID, people)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if st.MemberCount+int64(len(fresh)) > xinshu.MaxMembers {
		return errTooMany
	}
	if err := s.insertMembers(tx, joining{st, fresh, func(xinshu.PersonID) Role { return role }}); err != nil {
		return err
	}
	change := MemberChange{Kind: kind, People: fresh}
	if kind == "added" {
		change.Role = role
	}
	return s.memberChanged(tx, st, actor, change)
}

// strangers returns those of people who are not members now, each once, by id.
func (s *Service) strangers(tx *db.Tx, id xinshu.ConversationID, people []xinshu.PersonID) ([]xinshu.PersonID, error) {
	people = slices.Clone(people)
	slices.Sort(people)
	people = slices.Compact(people)
	keys := make([]MemberKey, len(people))
	for i, p := range people {
		keys[i] = MemberKey{id, p}
	}
	in, err := s.Members(tx, keys)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(people, func(p xinshu.PersonID) bool { _, ok := in[MemberKey{id, p}]; return ok }), nil
}

// joining are memberships of one conversation that begin now.
type joining struct {
	st     *State
	people []xinshu.PersonID // sorted; none of them is a member
	role   func(xinshu.PersonID) Role
}

// insertMembers stores memberships. What a person set for herself (muted, pinned) survives an absence, everything else begins anew.
func (s *Service) insertMembers(tx *db.Tx, all ...joining) error {
	var people []xinshu.PersonID
	for _, j := range all {
		people = append(people, j.people...)
	}
	slices.Sort(people)
	revs, err := s.bump(tx, slices.Compact(people))
	if err != nil {
		return err
	}
	now := s.now()
	rows := make([][]any, 0, len(people))
	for _, j := range all {
		st, first := j.st, int64(1)
		if st.History == HistoryJoined {
			first = st.LastSeq + 1
			st.WindowSeq = first
		}
		for _, p := range j.people {
			rows = append(rows, []any{st.ID, p, string(j.role(p)), now, st.LastSeq, first, 0, st.LastSeq, st.LastSeq, 0, 0, 0, 0, 0, 0, revs[p]})
		}
	}
	err = db.Insert(tx, `INSERT INTO member (conversation_id, person_id, role, joined_at, joined_seq, first_seq, left_at, read_seq,
		receipt_seq, receipt_from, receipt_at, own_from, mention_seq, muted, pinned, person_rev)`, rows,
		` ON CONFLICT (conversation_id, person_id) DO UPDATE SET role = excluded.role, joined_at = excluded.joined_at,
		joined_seq = excluded.joined_seq, first_seq = excluded.first_seq, left_at = 0, read_seq = excluded.read_seq,
		receipt_seq = excluded.receipt_seq, receipt_from = 0, receipt_at = 0, own_from = 0, mention_seq = 0, person_rev = excluded.person_rev`)
	if err != nil {
		return fmt.Errorf("insert members: %w", err)
	}
	for _, j := range all {
		j.st.MemberCount += int64(len(j.people))
		s.membershipTouched(tx, j.st)
	}
	return nil
}

// membershipTouched counts a change of who is a member or as what.
func (s *Service) membershipTouched(tx *db.Tx, st *State) {
	st.MemberRev++
	st.settings = true
	for _, fn := range s.onMember {
		fn(tx, st.ID)
	}
}

// bump gives each person the next person_rev, in the order of ids, and returns them.
func (s *Service) bump(tx *db.Tx, people []xinshu.PersonID) (map[xinshu.PersonID]int64, error) {
	rows := make([][]any, len(people))
	for i, p := range people {
		rows[i] = []any{p, 1}
	}
	err := db.Insert(tx, `INSERT INTO person_state (person_id, rev)`, rows, ` ON CONFLICT (person_id) DO UPDATE SET rev = person_state.rev + 1`)
	if err != nil {
		return nil, fmt.Errorf("next person_rev: %w", err)
	}
	out := make(map[xinshu.PersonID]int64, len(people))
	for chunk := range slices.Chunk(people, db.MaxList) {
		rows := tx.Query(`SELECT person_id, rev FROM person_state WHERE person_id IN `+db.List(1, len(chunk)), db.ListArgs(chunk)...)
		for rows.Next() {
			var p xinshu.PersonID
			var rev int64
			if err := rows.Scan(&p, &rev); err != nil {
				return nil, fmt.Errorf("read person_rev: %w", err)
			}
			out[p] = rev
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("read person_rev: %w", err)
		}
	}
	return out, nil
}

// SortedKeys returns the keys of m in the order of locks.
func SortedKeys[V any](m map[MemberKey]V) []MemberKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b MemberKey) int {
		return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Person, b.Person))
	})
}
