package search

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

const (
	batchSize = 512                    // entries per step that keeps up
	bulkSize  = 4_096                  // entries per step that is far behind: fewer segments to merge
	idle      = 500 * time.Millisecond // between looks when nobody says that there is something
	lookAgain = time.Hour              // between looks for something to merge when nothing was written
	gather    = 100 * time.Millisecond // between steps when there is little: fewer, larger segments
)

// Run follows the log until ctx ends. Faults are logged once and tried again.
func (s *Service) Run(ctx context.Context) {
	cancel := s.opt.Bus.Subscribe(func(xinshu.Event) {
		s.pace.hear()
		wakeUp(s.wake)
	})
	defer cancel()
	var merger sync.WaitGroup
	merger.Go(func() { s.merge(ctx) })
	defer merger.Wait()
	failing, size := false, batchSize
	for {
		began := time.Now()
		n, err := s.step(ctx, size)
		if ctx.Err() != nil {
			return
		}
		s.report(&failing, "the search index cannot be brought up to date", err)
		var pause time.Duration
		canWait := s.Behind() <= patience
		switch {
		case failing:
			pause = time.Second
		case n >= size && canWait && s.pace.busy(): // far behind, and others come first
			pause, size = s.pace.rest(time.Since(began), true), batchSize
		case n >= size: // far behind
			pause, size = s.pace.rest(time.Since(began), canWait), bulkSize
		case n > 0:
			pause, size = gather, batchSize
		}
		if n > 0 {
			wakeUp(s.tidy)
		}
		if !s.wait(ctx, pause, n == 0) {
			return
		}
	}
}

// merge keeps the segments few until ctx ends.
func (s *Service) merge(ctx context.Context) {
	failing := false
	for {
		did, err := s.index.tidy(ctx, func(worked time.Duration) {
			s.wait(ctx, s.pace.rest(worked, s.index.live.Load() <= crowded), false)
		})
		if ctx.Err() != nil {
			return
		}
		s.report(&failing, "the search index cannot be merged", err)
		if failing && !s.wait(ctx, time.Second, false) {
			return
		}
		if did || failing {
			continue
		}
		t := time.NewTimer(lookAgain)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-s.tidy:
			t.Stop()
		case <-t.C: // what is gone for a day is taken out even where nobody says anything
		}
	}
}

// report logs the first of several faults in a row.
func (s *Service) report(failing *bool, what string, err error) {
	if err != nil && !*failing {
		s.opt.Log.Error(what, "error", err)
	}
	*failing = err != nil
}

func wakeUp(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// wait waits for pause, or with sleep until something happens; false when ctx has ended.
func (s *Service) wait(ctx context.Context, pause time.Duration, sleep bool) bool {
	var wake chan struct{}
	if sleep && pause == 0 {
		pause, wake = idle, s.wake
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-t.C:
	}
	return true
}

// CatchUp brings the index up to the newest message, and its segments in order, and returns how many entries of the log it read.
func (s *Service) CatchUp(ctx context.Context) (int, error) {
	return s.catchUp(ctx, func(int) error { return nil })
}

// Rebuild empties the index and fills it from the store; a line about each 50,000 entries goes to progress. Searching goes on
// meanwhile with what is there.
func (s *Service) Rebuild(ctx context.Context, progress io.Writer) error {
	if err := s.index.reset(ctx); err != nil {
		return fmt.Errorf("reset search index: %w", err)
	}
	began, shown := time.Now(), 0
	line := func(total int) error {
		_, err := fmt.Fprintf(progress, "Search index: %d entries, %.0f per second\n", total, float64(total)/time.Since(began).Seconds())
		return err
	}
	total, err := s.catchUp(ctx, func(total int) error {
		if total/50_000 == shown {
			return nil
		}
		shown = total / 50_000
		return line(total)
	})
	if err != nil {
		return err
	}
	return line(total)
}

func (s *Service) catchUp(ctx context.Context, step func(total int) error) (total int, err error) {
	for {
		n, err := s.step(ctx, bulkSize)
		if err != nil {
			return total, err
		}
		for did := true; did; {
			if did, err = s.index.tidy(ctx, func(time.Duration) {}); err != nil {
				return total, fmt.Errorf("merge the search index: %w", err)
			}
		}
		if n == 0 {
			return total, nil
		}
		total += n
		if err := step(total); err != nil {
			return total, err
		}
	}
}

// step brings the next part of the log into the index and returns how many entries it had.
func (s *Service) step(ctx context.Context, size int) (int, error) {
	st, err := s.index.state(ctx)
	if err != nil {
		return 0, fmt.Errorf("state of the search index: %w", err)
	}
	entries, next, err := s.opt.Messages.Tail(ctx, st.cursor, size)
	if err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	if next == st.cursor {
		s.lag.none()
		return 0, nil
	}
	// Somebody else (another node, a rebuild) may have moved the cursor: then this step was for nothing, and the next one is right.
	if _, err := s.index.apply(ctx, st.cursor, next, documents(entries)); err != nil {
		return 0, fmt.Errorf("write the search index: %w", err)
	}
	s.lag.read(entries, size)
	return max(len(entries), 1), nil
}

// sameText are the changes that leave the text of a message as it is.
var sameText = []string{conversation.ChangeReacted, conversation.ChangeUnreacted, conversation.ChangePinned, conversation.ChangeUnpinned}

// documents keeps the newest state of each message whose text entries are about.
func documents(entries []message.TailEntry) []document {
	seen := make(map[message.Address]int, len(entries))
	var out []document
	for _, e := range entries {
		m := e.Message
		if m == nil || slices.Contains(sameText, e.Kind) {
			continue
		}
		d := document{Address: message.Address{Conversation: m.Conversation, Seq: m.Seq}, sender: m.Sender, sentAt: m.SentAt, changed: e.Kind != "message"}
		if m.RecalledAt == 0 {
			d.text = m.Text
		}
		if i, ok := seen[d.Address]; ok {
			d.changed = out[i].changed
			out[i] = d
			continue
		}
		seen[d.Address] = len(out)
		out = append(out, d)
	}
	return out
}
