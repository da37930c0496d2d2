package quota_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/quota"
)

// clock is moved by the test.
type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

func setup(rate quota.Rate) (*quota.Limiter[xinshu.PersonID], *clock) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	return quota.New[xinshu.PersonID](rate, c), c
}

// granted counts how many of n requests are granted.
func granted(l *quota.Limiter[xinshu.PersonID], p xinshu.PersonID, n int) (ok int) {
	for range n {
		if l.Take(p) == nil {
			ok++
		}
	}
	return ok
}

func TestBurstAndRate(t *testing.T) {
	t.Parallel()
	l, c := setup(quota.Rate{PerSecond: 50, Burst: 200})
	if got := granted(l, 1, 1000); got != 200 {
		t.Errorf("at once: %d", got)
	}
	if got := granted(l, 2, 1000); got != 200 {
		t.Errorf("another person: %d", got)
	}
	var refusal *xinshu.Error
	if err := l.Take(1); !errors.As(err, &refusal) || refusal.Code != xinshu.RateLimited || refusal.RetryAfter != 20*time.Millisecond {
		t.Errorf("refusal: %v", err)
	}
	if got := l.Refused(); got != 800+800+1 {
		t.Errorf("counted %d refusals", got)
	}
	total := 0
	for range 100 { // ten seconds, asking all the time
		c.at = c.at.Add(100 * time.Millisecond)
		total += granted(l, 1, 50)
	}
	if total != 500 {
		t.Errorf("in ten seconds: %d", total)
	}
	c.at = c.at.Add(time.Hour)
	if got := granted(l, 1, 1000); got != 200 {
		t.Errorf("after a pause: %d", got)
	}
}

// TestForgetsTheQuiet: memory follows who asked lately, and forgetting gives nobody more than she has.
func TestForgetsTheQuiet(t *testing.T) {
	t.Parallel()
	rate := quota.Rate{PerSecond: 50, Burst: 200}
	l, c := setup(rate)
	for p := range xinshu.PersonID(10_000) {
		granted(l, p+1, 1)
	}
	if n := l.Known(); n != 10_000 {
		t.Errorf("remembers %d", n)
	}
	greedy := xinshu.PersonID(20_000)
	total, from := granted(l, greedy, 1000), c.at
	for range 40 {
		c.at = c.at.Add(rate.Refill() / 7)
		total += granted(l, greedy, 1000)
	}
	if want := 200 + int(c.at.Sub(from).Seconds()*50); total > want {
		t.Errorf("granted %d, allowed %d", total, want)
	}
	if n := l.Known(); n != 1 {
		t.Errorf("still remembers %d", n)
	}
}

func TestNoBound(t *testing.T) {
	t.Parallel()
	l, _ := setup(quota.Rate{})
	var none *quota.Limiter[xinshu.PersonID]
	limited, _ := setup(quota.Rate{PerSecond: 1, Burst: 1})
	if granted(l, 1, 500) != 500 || l.Known() != 0 || granted(none, 1, 500) != 500 || granted(limited, 0, 500) != 500 {
		t.Error("refused what has no bound")
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	l, _ := setup(quota.Rate{PerSecond: 1, Burst: 300})
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 8 {
		wg.Go(func() {
			n := granted(l, 7, 100)
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	if wg.Wait(); total != 300 {
		t.Errorf("granted %d", total)
	}
}
