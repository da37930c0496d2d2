package search

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

const (
	batchSize = 512                    // entries per step: about 60 ms of the index's writer
	idle      = 500 * time.Millisecond // between looks when nobody says that there is something
	gather    = 100 * time.Millisecond // between steps when there is little: fewer, larger commits
)

// Run follows the log until ctx ends. Faults are logged once and tried again.
func (s *Service) Run(ctx context.Context) {
	cancel := s.opt.Bus.Subscribe(func(xinshu.Event) {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	})
	defer cancel()
	failing := false
	for {
		began := time.Now()
		n, err := s.step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			s.opt.Log.Error("the search index cannot be brought up to date", "error", err)
		}
		failing = err != nil
		var pause time.Duration
		switch {
		case failing:
			pause = time.Second
		case n >= batchSize: // far behind: posting has the other half of the time
			pause = min(time.Since(began), gather)
		case n > 0:
			pause = gather
		}
		if !s.wait(ctx, pause, n == 0) {
			return
		}
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

// CatchUp brings the index up to the newest message and returns how many entries of the log it read.
func (s *Service) CatchUp(ctx context.Context) (total int, err error) {
	for {
		n, err := s.step(ctx)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// Rebuild empties the index and fills it from the store; a line about each 50,000 entries goes to progress. Searching goes on
// meanwhile with what is there.
func (s *Service) Rebuild(ctx context.Context, progress io.Writer) error {
	if err := s.index.reset(ctx); err != nil {
		return fmt.Errorf("reset search index: %w", err)
	}
	began, total, shown := time.Now(), 0, 0
	for {
		n, err := s.step(ctx)
		if err != nil {
			return err
		}
		if total += n; n == 0 || total/50_000 > shown {
			shown = total / 50_000
			rate := float64(total) / time.Since(began).Seconds()
			if _, err := fmt.Fprintf(progress, "Search index: %d entries, %.0f per second\n", total, rate); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
	}
}

// step brings the next part of the log into the index and returns how many entries it had.
func (s *Service) step(ctx context.Context) (int, error) {
	st, err := s.index.state(ctx)
	if err != nil {
		return 0, fmt.Errorf("state of the search index: %w", err)
	}
	entries, next, err := s.opt.Messages.Tail(ctx, st.cursor, batchSize)
	if err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	if next == st.cursor {
		return 0, nil
	}
	// Somebody else (another node, a rebuild) may have moved the cursor: then this step was for nothing, and the next one is right.
	if _, err := s.index.apply(ctx, st.cursor, next, documents(entries)); err != nil {
		return 0, fmt.Errorf("write the search index: %w", err)
	}
	return max(len(entries), 1), nil
}

// documents keeps the newest state of each message that entries are about.
func documents(entries []message.TailEntry) []document {
	seen := make(map[message.Address]int, len(entries))
	var out []document
	for _, e := range entries {
		m := e.Message
		if m == nil {
			continue
		}
		d := document{Address: message.Address{Conversation: m.Conversation, Seq: m.Seq}, sender: m.Sender, sentAt: m.SentAt}
		if m.RecalledAt == 0 {
			d.text = m.Text
		}
		if i, ok := seen[d.Address]; ok {
			out[i] = d
			continue
		}
		seen[d.Address] = len(out)
		out = append(out, d)
	}
	return out
}
