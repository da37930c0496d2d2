package later

import (
	"context"
	"fmt"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

const (
	remindBatch = 200              // reminders looked for at a time
	longestNap  = 30 * time.Second // another node may have set a reminder, or the machine slept
	pause       = time.Second      // after a fault
)

// Run tells reminders when they are due until ctx ends, beginning with those that were missed. Faults are logged and tried again.
func (s *Service) Run(ctx context.Context) {
	for {
		next, err := s.Remind(ctx)
		nap := longestNap
		switch {
		case err != nil && ctx.Err() == nil:
			s.opt.Log.Error("reminders", "error", err)
			nap = pause
		case next != 0:
			nap = min(nap, max(0, next.Time().Sub(s.opt.Clock.Now())))
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(nap):
		}
	}
}

// due is a reminder that has come.
type due struct {
	person       xinshu.PersonID
	conversation xinshu.ConversationID
	seq          int64
}

// Remind tells every reminder that is due, each once though several nodes do so, and returns when the next one will be, 0 for none.
func (s *Service) Remind(ctx context.Context) (next xinshu.Millis, err error) {
	for {
		var found []due
		err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
			if err := tx.Row(`SELECT coalesce(min(remind_at), 0) FROM later WHERE remind_at > ?1`, s.now()).Scan(&next); err != nil {
				return err
			}
			found, err = db.All(tx, func(r *db.Rows) (d due, err error) {
				err = r.Scan(&d.person, &d.conversation, &d.seq)
				return d, err
			}, `SELECT person_id, conversation_id, seq FROM later WHERE remind_at > 0 AND remind_at <= ?1 ORDER BY remind_at LIMIT ?2`, s.now(), remindBatch)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("find due reminders: %w", err)
		}
		for _, d := range found {
			if err := s.remind(ctx, d); err != nil {
				return 0, err
			}
		}
		if len(found) < remindBatch {
			return next, nil
		}
	}
}

// remind tells one reminder, unless another node was first or the person changed it meanwhile.
func (s *Service) remind(ctx context.Context, d due) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		rev, err := nextRev(tx, d.person)
		if err != nil {
			return err
		}
		now := s.now()
		n, err := tx.Exec(`UPDATE later SET remind_at = 0, reminded_at = ?4, rev = ?5 WHERE person_id = ?1 AND conversation_id = ?2 AND seq = ?3
			AND remind_at > 0 AND remind_at <= ?4`, d.person, d.conversation, d.seq, now, rev)
		if err != nil {
			return fmt.Errorf("mark a reminder: %w", err)
		}
		if n == 0 {
			return nil
		}
		c, err := counts(tx, d.person)
		if err != nil {
			return err
		}
		c.Rev = rev
		return s.tell(tx, d.person, Event{ConversationID: d.conversation, Seq: d.seq, Change: "due", Counts: c})
	})
}
