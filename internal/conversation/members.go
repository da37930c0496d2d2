package conversation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/text"
)

// MemberItem is a member in the list of members.
type MemberItem struct {
	Person   org.PersonBrief `json:"person"`
	Role     Role            `json:"role" enum:"owner,admin,member"`
	JoinedAt xinshu.Millis   `json:"joined_at"`
}

const (
	memberScan = 5_000 // members, or people who may be some, that one page looks at
	smallRoll  = 1_000 // members that are read and put in order for each page; of more the company's order is walked
	rollChunk  = 500   // people of whom one statement asks whether they are members
)

var roleRank = map[Role]int64{RoleOwner: 0, RoleAdmin: 1, RoleMember: 2}

// ListMembers returns the owner, the admins and then the members, each by name in pinyin; with q only those whose name contains it
// (folded). Everybody may see who is in a channel. A page may hold fewer than limit items, even none, and still have a next cursor.
// Errors: as [Service.ForReading]; [xinshu.Invalid] for a foreign cursor.
func (s *Service) ListMembers(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, q string, limit int, cursor string) (items []MemberItem, next string, err error) {
	from := place{rank: -1}
	if cursor != "" {
		rank, person, err := parseCursor(cursor)
		if err != nil || rank > roleRank[RoleMember] {
			return nil, "", errCursor
		}
		from = place{rank, xinshu.PersonID(person)}
	}
	key := strings.TrimSpace(text.Fold(q))
	scan := limit
	if key != "" {
		scan = memberScan
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := s.ForReading(tx, actor, id); err != nil && xinshu.CodeOf(err) != xinshu.NotAMember {
			return err
		}
		found, end, err := s.roll(tx, id, from, scan+1)
		if err != nil {
			return err
		}
		items, next, err = s.memberPage(tx, found, key, limit)
		if next == "" && end != nil {
			next = end.cursor()
		}
		return err
	})
	return items, next, err
}

// memberPage names those of found whose name contains key, at most limit; next is "" when all were looked at.
func (s *Service) memberPage(tx *db.Tx, found []MemberItem, key string, limit int) (items []MemberItem, next string, err error) {
	items = []MemberItem{}
	ids := make([]xinshu.PersonID, len(found))
	for i, m := range found {
		ids[i] = m.Person.ID
	}
	known, err := s.names(tx, xinshu.Actor{}, ids)
	if err != nil {
		return nil, "", err
	}
	for i, m := range found {
		m.Person = known.brief(m.Person.ID)
		if key != "" && !strings.Contains(text.Fold(m.Person.Name), key) {
			continue
		}
		if items = append(items, m); len(items) == limit && i < len(found)-1 {
			return items, placeOf(m).cursor(), nil
		}
	}
	return items, "", nil
}

// place is where somebody stands in the list of members: after whoever has a smaller rank, and by name.
type place struct {
	rank   int64
	person xinshu.PersonID
}

func placeOf(m MemberItem) place { return place{roleRank[m.Role], m.Person.ID} }

func (p place) cursor() string { return formatCursor(p.rank, p.person.Int64()) }

// roll returns members in their order after from, about want of them; end is where it goes on, nil at the end of the list.
func (s *Service) roll(tx *db.Tx, id xinshu.ConversationID, from place, want int) (out []MemberItem, end *place, err error) {
	var members int
	if err := tx.Row(`SELECT member_count FROM conversation WHERE id = ?1`, id).Scan(&members); err != nil {
		return nil, nil, fmt.Errorf("list members: %w", err)
	}
	if members <= smallRoll {
		out, err = s.ordered(tx, from, `SELECT person_id, role, joined_at FROM member WHERE conversation_id = ?1 AND left_at = 0`, id)
	} else {
		out, err = s.ordered(tx, from, `SELECT person_id, role, joined_at FROM member WHERE conversation_id = ?1 AND left_at = 0 AND role <> 'member'`, id)
		if err == nil && len(out) < want {
			return s.walk(tx, id, from, out, want)
		}
	}
	if len(out) > want {
		out = out[:want]
		last := placeOf(out[want-1])
		end = &last
	} else if members > smallRoll && err == nil {
		end = &place{roleRank[RoleMember], 0}
	}
	return out, end, err
}

// ordered reads members and returns those after from, in the order of the list.
func (s *Service) ordered(tx *db.Tx, from place, q string, args ...any) ([]MemberItem, error) {
	found, err := memberRows(tx, q, args...)
	if err != nil {
		return nil, err
	}
	ids := []xinshu.PersonID{from.person}
	for _, m := range found {
		ids = append(ids, m.Person.ID)
	}
	byName, err := s.opt.Org.ByName(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	at := make(map[xinshu.PersonID]int, len(byName)) // from 1; 0 is nobody
	for i, p := range byName {
		at[p] = i + 1
	}
	compare := func(a, b place) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(at[a.person], at[b.person]))
	}
	found = slices.DeleteFunc(found, func(m MemberItem) bool { return compare(placeOf(m), from) <= 0 })
	slices.SortFunc(found, func(a, b MemberItem) int { return compare(placeOf(a), placeOf(b)) })
	return found, nil
}

// walk adds plain members to out by going through the company in the order of names.
func (s *Service) walk(tx *db.Tx, id xinshu.ConversationID, from place, out []MemberItem, want int) (_ []MemberItem, end *place, err error) {
	last := xinshu.PersonID(0)
	if from.rank == roleRank[RoleMember] {
		last = from.person
	}
	for looked := 0; looked < memberScan && len(out) < want; looked += rollChunk {
		people, err := s.opt.Org.NextByName(tx, last, rollChunk)
		if err != nil {
			return nil, nil, err
		}
		if len(people) == 0 {
			return out, nil, nil
		}
		found, err := memberRows(tx, `SELECT person_id, role, joined_at FROM member WHERE conversation_id = ?1 AND left_at = 0 AND role = 'member'
			AND person_id IN `+db.In(2, len(people)), append([]any{id}, db.Args(people)...)...)
		if err != nil {
			return nil, nil, err
		}
		is := make(map[xinshu.PersonID]MemberItem, len(found))
		for _, m := range found {
			is[m.Person.ID] = m
		}
		for _, p := range people {
			if m, ok := is[p]; ok && len(out) < want {
				out = append(out, m)
			}
		}
		last = people[len(people)-1]
	}
	if len(out) >= want {
		last = out[len(out)-1].Person.ID
	}
	return out, &place{roleRank[RoleMember], last}, nil
}

func memberRows(tx *db.Tx, q string, args ...any) ([]MemberItem, error) {
	out, err := db.All(tx, func(r *db.Rows) (m MemberItem, err error) {
		err = r.Scan(&m.Person.ID, (*string)(&m.Role), &m.JoinedAt)
		return m, err
	}, q, args...)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return out, nil
}
