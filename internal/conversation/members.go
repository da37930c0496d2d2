package conversation

import (
	"context"
	"fmt"
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

// memberScan bounds how many members one page of a search by name looks at.
const memberScan = 5_000

// ListMembers returns the members in the order of their ids; with q only those whose name contains it (folded). Everybody may
// see who is in a channel. A page may hold fewer than limit items, even none, and still have a next cursor. Errors: as
// [Service.ForReading]; [xinshu.Invalid] for a foreign cursor.
func (s *Service) ListMembers(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, q string, limit int, cursor string) (items []MemberItem, next string, err error) {
	_, after, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	if cursor == "" {
		after = 0
	}
	key := strings.TrimSpace(text.Fold(q))
	scan := limit
	if key != "" {
		scan = memberScan
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		items, next = []MemberItem{}, ""
		if _, err := s.ForReading(tx, actor, id); err != nil && xinshu.CodeOf(err) != xinshu.NotAMember {
			return err
		}
		found, err := db.All(tx, func(r *db.Rows) (m MemberItem, err error) {
			err = r.Scan(&m.Person.ID, (*string)(&m.Role), &m.JoinedAt)
			return m, err
		}, `SELECT person_id, role, joined_at FROM member WHERE conversation_id = ?1 AND left_at = 0 AND person_id > ?2
			ORDER BY person_id LIMIT ?3`, id, after, scan+1)
		if err != nil {
			return fmt.Errorf("list members: %w", err)
		}
		more := len(found) > scan
		found = found[:min(scan, len(found))]
		ids := make([]xinshu.PersonID, len(found))
		for i, m := range found {
			ids[i] = m.Person.ID
		}
		known, err := s.names(tx, xinshu.Actor{}, ids)
		if err != nil {
			return err
		}
		for i, m := range found {
			m.Person = known.brief(m.Person.ID)
			if key != "" && !strings.Contains(text.Fold(m.Person.Name), key) {
				continue
			}
			if items = append(items, m); len(items) == limit && i < len(found)-1 {
				next = formatCursor(0, m.Person.ID.Int64())
				return nil
			}
		}
		if more {
			next = formatCursor(0, ids[len(ids)-1].Int64())
		}
		return nil
	})
	return items, next, err
}
