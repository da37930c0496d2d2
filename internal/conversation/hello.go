package conversation

import (
	"context"
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Hello is what a client that comes back needs to know.
type Hello struct {
	Cursor string // for the next time
	Heads  []Head // conversations that changed since; with Role "" those that she is no member of any more
	Full   bool   // too much changed, or the cursor is none: the client lists its conversations anew
}

// maxHello bounds the changed conversations that a hello carries.
const maxHello = 50

// HelloHeads returns what changed for the actor since a cursor that an earlier call returned: changes that all members see, by
// the position of the commit-ordered log, and her own, by person_rev. A cursor that is empty or not understood is a first time.
// The cursor is taken before the heads are read, in one snapshot: nothing is skipped, a head may come twice.
func (s *Service) HelloHeads(ctx context.Context, actor xinshu.Actor, since string) (Hello, error) {
	var out Hello
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		out = Hello{Heads: []Head{}}
		horizon, err := tx.Horizon()
		if err != nil {
			return fmt.Errorf("horizon: %w", err)
		}
		var rev int64
		err = tx.Row(`SELECT rev FROM person_state WHERE person_id = ?1`, actor.Person).Scan(&rev)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return fmt.Errorf("person_rev: %w", err)
		}
		out.Cursor = formatCursor(rev, horizon)
		sinceRev, sincePos, err := parseCursor(since)
		if since == "" || err != nil || sinceRev > rev || sincePos > horizon { // also a cursor of a store that was restored since
			out.Full = true
			return nil
		}
		// The index alone says which conversations are hers: rows of memberships are read only where something changed.
		q, args := `WITH changed AS (SELECT m.conversation_id AS id FROM member m JOIN conversation_head h ON h.conversation_id = m.conversation_id
			WHERE m.person_id = ?1 AND m.left_at = 0 AND h.pos >= ?2 LIMIT ?3) `+headSelect+`JOIN changed ON changed.id = m.conversation_id
			WHERE m.person_id = ?1`, []any{actor.Person, sincePos, maxHello + 1}
		if sinceRev != rev {
			q = headSelect + `WHERE m.person_id = ?1 AND (m.left_at = 0 AND h.pos >= ?2 OR m.person_rev > ?4) LIMIT ?3`
			args = append(args, sinceRev)
		}
		rows, err := db.All(tx, scanHead, q, args...)
		if err != nil {
			return fmt.Errorf("changed conversations: %w", err)
		}
		if len(rows) > maxHello {
			out.Full = true
			return nil
		}
		out.Heads, err = s.complete(tx, actor.Person, rows)
		return err
	})
	return out, err
}
