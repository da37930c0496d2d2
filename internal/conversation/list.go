package conversation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// ListFilter says which of her conversations a person wants, newest change first.
type ListFilter struct {
	UpdatedAfter xinshu.Millis // 0: all
	Limit        int           // 1 to xinshu.MaxHeads
	Cursor       string        // next_cursor of the previous page
}

// List returns the actor's conversations, the ones with the newest change first, and the cursor of the next page, "" at the end.
// The number of statements does not depend on how many there are. Errors: [xinshu.Invalid] for a foreign cursor.
func (s *Service) List(ctx context.Context, actor xinshu.Actor, f ListFilter) (heads []Head, next string, err error) {
	at, id, err := parseCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := db.All(tx, scanHead, `WITH page AS (SELECT m.conversation_id AS id FROM member m JOIN conversation_head h ON h.conversation_id = m.conversation_id
			WHERE m.person_id = ?1 AND m.left_at = 0 AND h.updated_at > ?2 AND (h.updated_at < ?3 OR h.updated_at = ?3 AND m.conversation_id < ?4)
			ORDER BY h.updated_at DESC, m.conversation_id DESC LIMIT ?5) `+headSelect+`JOIN page ON page.id = m.conversation_id WHERE m.person_id = ?1`,
			actor.Person, f.UpdatedAfter, at, id, f.Limit+1)
		if err != nil {
			return fmt.Errorf("list conversations: %w", err)
		}
		slices.SortFunc(rows, func(a, b *headRow) int {
			return cmp.Or(cmp.Compare(b.UpdatedAt, a.UpdatedAt), cmp.Compare(b.ID, a.ID))
		})
		next = ""
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[len(rows)-1]
			next = formatCursor(last.UpdatedAt.Int64(), last.ID.Int64())
		}
		heads, err = s.complete(tx, actor.Person, rows)
		return err
	})
	return heads, next, err
}

const farFuture = 1 << 62

// formatCursor and parseCursor keep a place in a list as two numbers; clients must not look inside.
func formatCursor(a, b int64) string {
	return strconv.FormatInt(a, 36) + "." + strconv.FormatInt(b, 36)
}

func parseCursor(c string) (a, b int64, err error) {
	if c == "" {
		return farFuture, farFuture, nil
	}
	left, right, ok := strings.Cut(c, ".")
	a, errA := strconv.ParseInt(left, 36, 64)
	b, errB := strconv.ParseInt(right, 36, 64)
	if !ok || errA != nil || errB != nil || a < 0 || b < 0 {
		return 0, 0, errCursor
	}
	return a, b, nil
}

var errCursor = xinshu.Errorf(xinshu.Invalid, "The cursor is not one of this list.")

// ChannelItem is a channel among all channels.
type ChannelItem struct {
	ID          xinshu.ConversationID `json:"id"`
	Name        string                `json:"name"`
	Purpose     string                `json:"purpose"`
	MemberCount int64                 `json:"member_count"`
	Joined      bool                  `json:"joined" doc:"The viewer is a member"`
}

// Channels lists the channels that are not archived and whose name contains q (folded; "" is all), by name. Errors:
// [xinshu.Invalid] for a foreign cursor.
func (s *Service) Channels(ctx context.Context, actor xinshu.Actor, q string, limit int, cursor string) (items []ChannelItem, next string, err error) {
	if actor.IsAnonymous() {
		return nil, "", errAnonymous
	}
	afterKey, afterID, err := parseNameCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	like := "%" + likeEscape.Replace(text.Fold(q)) + "%"
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		keys := []string{}
		items, err = db.All(tx, func(r *db.Rows) (c ChannelItem, err error) {
			var key string
			err = r.Scan(&c.ID, &c.Name, &key, &c.Purpose, &c.MemberCount, &c.Joined)
			keys = append(keys, key)
			return c, err
		}, `SELECT c.id, c.name, c.name_key, c.purpose, c.member_count,
			CASE WHEN m.person_id IS NULL OR m.left_at <> 0 THEN 0 ELSE 1 END
			FROM conversation c LEFT JOIN member m ON m.conversation_id = c.id AND m.person_id = ?1
			WHERE c.kind = 'channel' AND c.archived_at = 0 AND c.name_key LIKE ?2 ESCAPE '!'
			AND (c.name_key > ?3 OR c.name_key = ?3 AND c.id > ?4) ORDER BY c.name_key, c.id LIMIT ?5`,
			actor.Person, like, afterKey, afterID, limit+1)
		if err != nil {
			return fmt.Errorf("list channels: %w", err)
		}
		next = ""
		if len(items) > limit {
			items = items[:limit]
			next = formatNameCursor(keys[limit-1], items[limit-1].ID.Int64())
		}
		return nil
	})
	return items, next, err
}

var likeEscape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
