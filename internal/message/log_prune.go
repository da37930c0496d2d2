package message

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

const (
	// LogKept is how long entries of the commit-ordered log stay. A reader that was away for longer reads all messages again, see
	// [Service.Tail]. What people and clients read (history, changes, hello) does not use these entries and is never cut.
	LogKept    = 7 * 24 * time.Hour
	markEvery  = time.Hour
	pruneBatch = 2_000 // entries of one transaction: about 5 ms of SQLite's writer
)

// RunLog removes old entries of the log every hour until ctx ends. Faults are logged and tried again.
func (s *Service) RunLog(ctx context.Context) {
	tick := time.NewTicker(markEvery)
	defer tick.Stop()
	for {
		if err := s.PruneLog(ctx); err != nil && ctx.Err() == nil {
			s.opt.Log.Error("remove old entries of the log", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// PruneLog notes how far the log is and removes what is older than [LogKept]. Several nodes may do so at the same time.
func (s *Service) PruneLog(ctx context.Context) error {
	floor, err := s.mark(ctx)
	if err != nil {
		return fmt.Errorf("mark the log: %w", err)
	}
	for {
		end := floor
		more := false
		err := s.opt.DB.Read(ctx, func(tx *db.Tx) error { // the writer is not held by the search
			err := tx.Row(`SELECT pos FROM log_entry WHERE pos < ?1 ORDER BY pos LIMIT 1 OFFSET ?2`, floor, pruneBatch).Scan(&end)
			more = err == nil
			if errors.Is(err, db.ErrNoRows) {
				return nil
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("find old entries: %w", err)
		}
		if more {
			end++ // one commit alone may be larger than a batch
		}
		n := int64(0)
		err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
			n, err = tx.Exec(`DELETE FROM log_entry WHERE pos < ?1`, min(end, floor))
			return err
		})
		if err != nil {
			return fmt.Errorf("remove old entries: %w", err)
		}
		if !more || n == 0 {
			return nil
		}
	}
}

// mark stores how far the log is, and makes the newest mark that is old enough the oldest: readers know before anything is removed.
// It returns the position below which entries can be removed.
func (s *Service) mark(ctx context.Context) (floor int64, err error) {
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.now()
		newest, err := newestEntry(tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO log_mark (at, pos) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM log_mark WHERE at > ?3)
			ON CONFLICT (at) DO NOTHING`, now, newest, now-xinshu.Millis(markEvery/2/time.Millisecond))
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM log_mark WHERE at < (SELECT max(at) FROM log_mark WHERE at <= ?1)`,
			now-xinshu.Millis(LogKept/time.Millisecond))
		if err != nil {
			return err
		}
		floor, err = logFloor(tx)
		return err
	})
	return floor, err
}

// logFloor is the position of the oldest mark.
func logFloor(tx *db.Tx) (pos int64, err error) {
	err = tx.Row(`SELECT pos FROM log_mark ORDER BY at LIMIT 1`).Scan(&pos)
	return pos, err
}

// newestEntry is the largest position of the log with everything below it durable; 0 for an empty log.
func newestEntry(tx *db.Tx) (pos int64, err error) {
	horizon, err := tx.Horizon()
	if err != nil {
		return 0, err
	}
	err = tx.Row(`SELECT pos FROM log_entry WHERE pos < ?1 ORDER BY pos DESC LIMIT 1`, horizon).Scan(&pos)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return pos, err
}
