package identity

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// keepEnded is how long ended sessions, used links and expired ones are kept, in milliseconds: as long as somebody may come back
// with an old token and should be told that the session ended.
const keepEnded = xinshu.Millis(30 * 24 * time.Hour / time.Millisecond)

// sweepEvery is how often expired sessions are looked for: an open connection outlives its session by no more than this.
const sweepEvery = time.Minute

// Run notes the uses of sessions and ends those whose time has come, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	noted, hashes := s.now(), int64(0)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second) // part of the 10 s in which the server drains
			defer cancel()
			if err := s.NoteUses(last); err != nil {
				s.opt.Log.Error("note uses of sessions", "error", err)
			}
			return
		case <-tick.C:
		}
		if s.now()-noted >= noteEvery {
			noted = s.now()
			if err := s.NoteUses(ctx); err != nil && ctx.Err() == nil {
				s.opt.Log.Error("note uses of sessions", "error", err)
			}
		}
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.opt.Log.Error("sweep sessions", "error", err)
		}
		if n := s.Hashes(); n != hashes {
			hashes = n
			debug.FreeOSMemory() // a hash leaves 64 MiB that nobody needs until the next one
		}
	}
}

// sweepBatch is how many rows one transaction touches, so that the writer is never held.
const sweepBatch = 500

// NoteUses writes when and from where sessions were used since the last time.
func (s *Service) NoteUses(ctx context.Context) error {
	s.mu.Lock()
	uses := maps.Clone(s.seen)
	s.mu.Unlock()
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(uses)), sweepBatch) {
		err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
			for _, id := range ids { // one prepared statement, bounded by sweepBatch
				u := uses[id]
				_, err := tx.Exec(`UPDATE session SET seen_at = ?2, address = CASE WHEN ?3 = '' THEN address ELSE ?3 END
					WHERE id = ?1 AND ended_at = 0 AND seen_at < ?2`, id, u.at, u.address)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("note uses: %w", err)
		}
		s.mu.Lock()
		for _, id := range ids { // only now: until the database has them, memory is asked
			if s.seen[id] == uses[id] {
				delete(s.seen, id)
			}
		}
		s.mu.Unlock()
	}
	return nil
}

// Sweep ends sessions that expired, and those of people who are not active any more (an import may let people go), and removes
// what was kept long enough. [Service.Run] calls it every minute; the server may call it after an import.
func (s *Service) Sweep(ctx context.Context) error {
	for _, find := range []struct {
		reason, where string
		args          func() []any
	}{
		{"idle", `s.seen_at <= ?2`, func() []any { return []any{s.now() - xinshu.Millis(s.opt.Settings.Get().SessionIdleMS)} }},
		{"expired", `s.created_at <= ?2`, func() []any { return []any{s.now() - xinshu.Millis(s.opt.Settings.Get().SessionAbsoluteMS)} }},
		{"departed", `NOT EXISTS (SELECT 1 FROM person p WHERE p.id = s.person_id AND p.status = ?2)`, func() []any { return []any{"active"} }},
	} {
		if err := s.endWhere(ctx, find.reason, find.where, find.args()); err != nil {
			return err
		}
	}
	old := s.now() - keepEnded
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		for _, q := range []string{
			`DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_at <> 0 AND ended_at < ?1 LIMIT ?2)`,
			`DELETE FROM link WHERE id IN (SELECT id FROM link WHERE expires_at < ?1 LIMIT ?2)`,
		} {
			if _, err := tx.Exec(q, old, sweepBatch); err != nil {
				return fmt.Errorf("remove old rows: %w", err)
			}
		}
		return nil
	})
}

// endWhere ends the live sessions that match, a batch per transaction.
func (s *Service) endWhere(ctx context.Context, reason, where string, args []any) error {
	type found struct {
		id     xinshu.SessionID
		person xinshu.PersonID
	}
	for {
		var page []found
		err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = db.All(tx, func(r *db.Rows) (f found, err error) { return f, r.Scan(&f.id, &f.person) },
				`SELECT s.id, s.person_id FROM session s WHERE s.ended_at = 0 AND `+where+` ORDER BY s.id LIMIT ?1`, append([]any{sweepBatch}, args...)...)
			return err
		})
		if err != nil {
			return fmt.Errorf("find sessions to end: %w", err)
		}
		page = slices.DeleteFunc(page, func(f found) bool { return reason == "idle" && s.lastUse(f.id) != 0 }) // in use: noted soon
		if len(page) == 0 {
			return nil
		}
		err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
			for _, f := range page {
				if err := s.endSessions(tx, f.person, []xinshu.SessionID{f.id}, reason); err != nil {
					return err
				}
			}
			return s.opt.Audit.Write(tx, xinshu.SystemActor("identity"), "session.expire", "", map[string]any{"reason": reason, "sessions": len(page)})
		})
		if err != nil {
			return err
		}
		if len(page) < sweepBatch {
			return nil
		}
	}
}
