package bustest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
)

// Run tries a bus; open returns a fresh one.
func Run(t *testing.T, open func(t *testing.T) bus.Bus) {
	t.Run("every subscriber gets every event in order", func(t *testing.T) {
		t.Parallel()
		b := open(t)
		const events = 100
		var a, c collector
		defer b.Subscribe(a.add)()
		defer b.Subscribe(c.add)()
		for i := range events {
			b.Publish(xinshu.Event{MemberRev: int64(i), Kind: xinshu.EventMessage})
		}
		want := make([]int64, events)
		for i := range want {
			want[i] = int64(i)
		}
		for _, got := range [][]int64{a.wait(t, events), c.wait(t, events)} {
			if !slices.Equal(got, want) {
				t.Fatalf("got %v", got)
			}
		}
	})
	t.Run("nothing after cancel", func(t *testing.T) {
		t.Parallel()
		b := open(t)
		var gone, stays collector
		cancel := b.Subscribe(gone.add)
		defer b.Subscribe(stays.add)()
		b.Publish(xinshu.Event{MemberRev: 1})
		gone.wait(t, 1)
		cancel()
		b.Publish(xinshu.Event{MemberRev: 2})
		stays.wait(t, 2)
		if got := gone.wait(t, 1); len(got) != 1 {
			t.Fatalf("got %v", got)
		}
	})
	t.Run("concurrent use", func(t *testing.T) {
		t.Parallel()
		b := open(t)
		var all collector
		defer b.Subscribe(all.add)()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 50 {
					cancel := b.Subscribe(func(xinshu.Event) {})
					b.Publish(xinshu.Event{})
					cancel()
				}
			})
		}
		wg.Wait()
		all.wait(t, 400)
	})
}

// collector remembers the MemberRev of the events that it got.
type collector struct {
	mu   sync.Mutex
	revs []int64
}

func (c *collector) add(e xinshu.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revs = append(c.revs, e.MemberRev)
}

// wait polls until n events have come and returns them.
func (c *collector) wait(t *testing.T, n int) []int64 {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		c.mu.Lock()
		got := slices.Clone(c.revs)
		c.mu.Unlock()
		if len(got) >= n {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d events", len(got), n)
		}
	}
}
