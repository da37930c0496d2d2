package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// Segments are merged by size, so that there are few and each message is written a few times only.
const (
	mergeFew      = 8         // so many of one size are merged
	mergeMost     = 16        // at once
	smallestTier  = 1_024     // messages; each tier holds mergeFew times the one before
	largestMerged = 1 << 16   // segments above are left alone, save for what is gone in them
	mergeLease    = 30 * 1000 // ms after which a merge that does not go on was left by its process
	sweepAtOnce   = 500       // blocks per transaction
	// A segment is written anew when so many of its messages were edited or recalled and one in goneShare, or one was a day ago.
	goneFloor = 100
	goneShare = 100
	goneDay   = 24 * 60 * 60 * 1000 // ms
	goneCheck = 60 * 1000           // ms between looks for such segments
)

// errMergeLost ends a merge of which somebody else has taken a segment.
var errMergeLost = errors.New("search index: the segments of a merge have changed")

// tidy does one piece of housekeeping: a merge, or taking out what was merged. false: there is nothing to do. pause is called between
// transactions.
func (x *index) tidy(ctx context.Context, pause func(worked time.Duration)) (did bool, err error) {
	select {
	case x.merging <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-x.merging }()
	if swept, err := x.sweep(ctx, pause); err != nil || swept {
		return swept, err
	}
	inputs, out, err := x.plan(ctx)
	if err != nil || len(inputs) == 0 {
		return false, err
	}
	m := merge{x: x, inputs: inputs, out: segmentWriter{segment: segment{id: out}}, pause: pause}
	if err = m.run(ctx); err == nil {
		return true, nil
	}
	// What was written is of no use to anybody.
	undo := x.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE search_segment SET state = 2 WHERE id = ?1 AND state = 0`, out)
		return err
	})
	if errors.Is(err, errMergeLost) {
		err = nil
	}
	return err == nil, errorOr(undo, err)
}

// plan chooses what to merge and makes the row of the new segment, which is also the lease.
func (x *index) plan(ctx context.Context) (inputs []segment, out int64, err error) {
	err = x.db.Write(ctx, func(tx *db.Tx) error {
		inputs = nil
		live, err := liveSegments(tx)
		if err != nil {
			return err
		}
		x.live.Store(int64(len(live)))
		var building int64
		if err := tx.Row(`SELECT count(*) FROM search_segment WHERE state = 0`).Scan(&building); err != nil || building > 0 {
			return err
		}
		if x.now()-x.checked >= goneCheck {
			if inputs, err = stale(tx, live, x.now()); err != nil {
				return err
			}
		}
		if len(inputs) == 0 {
			x.checked = x.now()
			inputs = choose(live)
		}
		if len(inputs) == 0 {
			return nil
		}
		if out, err = newSegment(tx); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO search_segment (id, state, messages, newest, oldest, touched_at) VALUES (?1, 0, 0, 0, 0, ?2)`, out, x.now())
		return err
	})
	return inputs, out, err
}

// stale returns a segment that is to be written anew for what is gone in it, or none.
func stale(tx *db.Tx, live []segment, now int64) ([]segment, error) {
	// An older state of a message can only be where its time is.
	_, err := tx.Exec(`DELETE FROM search_gone WHERE NOT EXISTS (SELECT 1 FROM search_segment s
		WHERE s.state = 1 AND s.id < search_gone.before AND search_gone.sent_at BETWEEN s.oldest AND s.newest)`)
	if err != nil {
		return nil, fmt.Errorf("forget what is gone: %w", err)
	}
	rows := tx.Query(`SELECT s.id, count(*), min(g.noted_at) FROM search_segment s JOIN search_gone g ON g.before > s.id AND g.sent_at BETWEEN s.oldest AND s.newest
		WHERE s.state = 1 GROUP BY s.id`)
	for rows.Next() {
		var id, gone, noted int64
		if err := rows.Scan(&id, &gone, &noted); err != nil {
			return nil, errorOr(rows.Close(), err)
		}
		i := slices.IndexFunc(live, func(s segment) bool { return s.id == id })
		if i >= 0 && (gone > goneFloor+live[i].messages/goneShare || now-noted > goneDay) {
			return live[i : i+1], rows.Close()
		}
	}
	return nil, rows.Err()
}

// choose returns the segments to merge, oldest first, or none.
func choose(live []segment) []segment {
	live = slices.Clone(live)
	slices.SortFunc(live, func(a, b segment) int { return cmp.Compare(a.id, b.id) })
	below := int64(0)
	for top := int64(smallestTier); top <= largestMerged; below, top = top, top*mergeFew {
		var tier []segment
		for _, s := range live {
			if s.messages > below && s.messages <= top {
				tier = append(tier, s)
			}
		}
		if len(tier) >= mergeFew {
			return tier[:min(len(tier), mergeMost)]
		}
	}
	return nil
}

// sweep takes out the blocks of one segment that is gone, or that a merge left behind which does not go on.
func (x *index) sweep(ctx context.Context, pause func(time.Duration)) (bool, error) {
	var id int64
	err := x.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT id FROM search_segment WHERE state = 2 OR state = 0 AND touched_at < ?1 ORDER BY id LIMIT 1`, x.now()-mergeLease).Scan(&id)
	})
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for left := int64(1); left > 0; {
		began := time.Now()
		err := x.db.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(`UPDATE search_segment SET state = 2 WHERE id = ?1`, id); err != nil {
				return err
			}
			left = 0
			for _, table := range []string{"search_block", "search_column"} {
				n, err := tx.Exec(`DELETE FROM `+table+` WHERE id IN (SELECT id FROM `+table+` WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3)`,
					blockID(id, 0), blockID(id+1, 0), sweepAtOnce)
				if err != nil {
					return err
				}
				left += n
			}
			if left > 0 {
				return nil
			}
			_, err := tx.Exec(`DELETE FROM search_segment WHERE id = ?1`, id)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("take out a merged segment: %w", err)
		}
		pause(time.Since(began))
	}
	return true, nil
}
