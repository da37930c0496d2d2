package later

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// Options are what a [Service] needs.
type Options struct {
	DB            *db.DB
	Clock         xinshu.Clock
	Log           *slog.Logger
	Bus           bus.Bus
	Conversations *conversation.Service
	Messages      *message.Service
}

// Service keeps the lists of all people.
type Service struct {
	opt  Options
	wake chan struct{} // a reminder was set; holds one
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("later: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// New returns the lists.
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Service{opt: opt, wake: make(chan struct{}, 1)}
}

func (s *Service) now() xinshu.Millis { return xinshu.MillisOf(s.opt.Clock.Now()) }

// Wanted is how a person wants to have a message on her list.
type Wanted struct {
	Done     bool          `json:"done,omitempty" doc:"It was dealt with"`
	RemindAt xinshu.Millis `json:"remind_at,omitempty" doc:"When to remind; one that has passed is due at once. Not together with done"`
	Quiet    bool          `json:"quiet,omitempty" doc:"Takes the reminder away; without it and remind_at what is open keeps its reminder"`
}

// Counts say how long a person's list is.
type Counts struct {
	Rev  int64 `json:"rev" doc:"Counts the changes of the list; of two events the one with the larger rev is newer"`
	Open int64 `json:"open" doc:"Messages that are not done"`
	Due  int64 `json:"due" doc:"Those of them whose reminder has come"`
}

// Event is what the event "later" says: one message of the person's list changed, and how long the list is now.
type Event struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Seq            int64                 `json:"seq"`
	Change         string                `json:"change" enum:"open,done,removed,due"`
	Counts
}

var (
	errAnonymous = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	errRecalled  = xinshu.Errorf(xinshu.Forbidden, "The message was recalled.")
	errDone      = xinshu.Errorf(xinshu.Invalid, "What is done needs no reminder.")
	errFull      = xinshu.Errorf(xinshu.Invalid, "At most %d messages are open for later.", xinshu.MaxLater)
)

// Keep puts a message on the actor's list, or changes how it stands there; a reminder stays unless
// another, none (Quiet) or done is wanted. Errors: as
// message.Service.Get for messages that are not on the list yet, [xinshu.Forbidden] for recalled ones; [xinshu.Invalid] for a
// reminder of what is done, or when xinshu.MaxLater messages are open.
func (s *Service) Keep(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, w Wanted) error {
	if w.Done && w.RemindAt != 0 {
		return errDone
	}
	leave := !w.Done && !w.Quiet && w.RemindAt == 0
	err := s.change(ctx, actor, id, seq, func(tx *db.Tx, rev int64, kept bool) (string, error) {
		now := s.now()
		done, change := xinshu.Millis(0), "open"
		if w.Done {
			done, change = now, "done"
		}
		if kept {
			set := `, remind_at = ?6, reminded_at = 0`
			args := []any{actor.Person, id, seq, done, rev, w.RemindAt}
			if leave {
				set, args = "", args[:5]
			}
			_, err := tx.Exec(`UPDATE later SET done_at = ?4, rev = ?5`+set+` WHERE person_id = ?1 AND conversation_id = ?2 AND seq = ?3`, args...)
			return change, err
		}
		if err := s.mayKeep(tx, actor, id, seq); err != nil {
			return "", err
		}
		_, err := tx.Exec(`INSERT INTO later (person_id, conversation_id, seq, rev, kept_at, done_at, remind_at, reminded_at)
			VALUES (?1,?2,?3,?4,?5,?6,?7,0)`, actor.Person, id, seq, rev, now, done, w.RemindAt)
		return change, err
	})
	if err == nil && w.RemindAt != 0 {
		select {
		case s.wake <- struct{}{}:
		default: // it is awake already
		}
	}
	return err
}

// Remove takes a message off the actor's list. Errors: as message.Service.Get for messages that are not on it.
func (s *Service) Remove(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) error {
	return s.change(ctx, actor, id, seq, func(tx *db.Tx, _ int64, kept bool) (string, error) {
		if !kept {
			_, err := s.opt.Messages.GetIn(tx, actor, id, seq)
			return "", err
		}
		_, err := tx.Exec(`DELETE FROM later WHERE person_id = ?1 AND conversation_id = ?2 AND seq = ?3`, actor.Person, id, seq)
		return "removed", err
	})
}

// change does an act on one message of the actor's list under the list's lock. The act is told whether the message is on the list
// and says what it did, "" for nothing.
func (s *Service) change(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, act func(tx *db.Tx, rev int64, kept bool) (string, error)) error {
	if actor.Person == 0 {
		return errAnonymous
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		rev, err := nextRev(tx, actor.Person)
		if err != nil {
			return err
		}
		var found int
		err = tx.Row(`SELECT count(*) FROM later WHERE person_id = ?1 AND conversation_id = ?2 AND seq = ?3`, actor.Person, id, seq).Scan(&found)
		if err != nil {
			return fmt.Errorf("find for later: %w", err)
		}
		change, err := act(tx, rev, found > 0)
		if err != nil || change == "" {
			return err
		}
		c, err := counts(tx, actor.Person)
		if err != nil {
			return err
		}
		if change == "open" && c.Open > xinshu.MaxLater {
			return errFull
		}
		c.Rev = rev
		return s.tell(tx, actor.Person, Event{ConversationID: id, Seq: seq, Change: change, Counts: c})
	})
}

// mayKeep checks that a message may come onto the actor's list.
func (s *Service) mayKeep(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, seq int64) error {
	m, err := s.opt.Messages.GetIn(tx, actor, id, seq)
	if err == nil && m.RecalledAt != 0 {
		return errRecalled
	}
	return err
}

// nextRev locks a person's list and gives its next rev.
func nextRev(tx *db.Tx, person xinshu.PersonID) (rev int64, err error) {
	_, err = tx.Exec(`INSERT INTO later_list (person_id, rev) VALUES (?1, 1) ON CONFLICT (person_id) DO UPDATE SET rev = later_list.rev + 1`, person)
	if err == nil {
		rev, err = revOf(tx, person)
	}
	if err != nil {
		return 0, fmt.Errorf("next rev of later: %w", err)
	}
	return rev, nil
}

func revOf(tx *db.Tx, person xinshu.PersonID) (rev int64, err error) {
	err = tx.Row(`SELECT rev FROM later_list WHERE person_id = ?1`, person).Scan(&rev)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return rev, err
}

// counts says how long a person's list is, without its rev.
func counts(tx *db.Tx, person xinshu.PersonID) (c Counts, err error) {
	err = tx.Row(`SELECT count(*), coalesce(sum(CASE WHEN reminded_at > 0 THEN 1 ELSE 0 END), 0) FROM later WHERE person_id = ?1 AND done_at = 0`,
		person).Scan(&c.Open, &c.Due)
	if err != nil {
		return c, fmt.Errorf("count later: %w", err)
	}
	return c, nil
}

// tell sends an event to all clients of a person once tx is durable.
func (s *Service) tell(tx *db.Tx, person xinshu.PersonID, e Event) error {
	frame, err := conversation.Frame(xinshu.EventLater, e)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() {
		s.opt.Bus.Publish(xinshu.Event{People: []xinshu.PersonID{person}, Kind: xinshu.EventLater, Frame: frame})
	})
	return nil
}
