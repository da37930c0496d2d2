package quota

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Rate is how many requests are allowed.
type Rate struct {
	PerSecond int // in the long run; 0: no bound
	Burst     int // at once, after a pause
}

// every is the time in which one request's allowance comes back.
func (r Rate) every() time.Duration { return time.Second / time.Duration(r.PerSecond) }

// Refill is the time after which a bucket that was emptied is full.
func (r Rate) Refill() time.Duration { return time.Duration(max(1, r.Burst)) * r.every() }

// Bucket is what is left of one allowance: the moment at which it is full again (GCRA). The zero bucket is full.
type Bucket time.Duration

// Take asks for one request at the moment now, counted from any fixed one. wait is the time after which to try again; 0 grants it.
func (b *Bucket) Take(r Rate, now time.Duration) (wait time.Duration) {
	if r.PerSecond == 0 {
		return 0
	}
	full := max(time.Duration(*b), now) + r.every()
	if over := full - now - r.Refill(); over > 0 {
		return over
	}
	*b = Bucket(full)
	return 0
}

// Limiter bounds what each of many asks for: people, or sessions.
type Limiter[K comparable] struct {
	rate  Rate
	clock xinshu.Clock
	start time.Time

	refused atomic.Uint64

	// mu guards the fields below.
	mu sync.Mutex
	// Buckets live in two generations. The younger becomes the older after the time in which any bucket fills, and the older, whose
	// buckets are all full by then, goes as a whole.
	young, old map[K]Bucket
	turned     time.Duration
}

// New returns a limiter; one without a bound grants everything and remembers nobody.
func New[K comparable](rate Rate, clock xinshu.Clock) *Limiter[K] {
	return &Limiter[K]{rate: rate, clock: clock, start: clock.Now(), young: map[K]Bucket{}}
}

// Take counts one request, or refuses it with [xinshu.RateLimited] and the time after which there is room. A nil limiter and who
// has no id (nobody, the system) know no bound.
func (l *Limiter[K]) Take(who K) error {
	var nobody K
	if l == nil || l.rate.PerSecond == 0 || who == nobody {
		return nil
	}
	wait := l.take(who)
	if wait == 0 {
		return nil
	}
	l.refused.Add(1)
	e := xinshu.Errorf(xinshu.RateLimited, "Too much at once. Please wait a moment.")
	e.RetryAfter = wait
	return e
}

func (l *Limiter[K]) take(who K) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now().Sub(l.start)
	if age := now - l.turned; age >= l.rate.Refill() {
		l.old, l.young, l.turned = l.young, map[K]Bucket{}, now
	}
	b, ok := l.young[who]
	if !ok {
		b = l.old[who]
	}
	wait := b.Take(l.rate, now)
	l.young[who] = b
	return wait
}

// Refused returns how often the limiter refused.
func (l *Limiter[K]) Refused() uint64 {
	if l == nil {
		return 0
	}
	return l.refused.Load()
}

// Known returns how many the limiter remembers.
func (l *Limiter[K]) Known() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.young)
	for who := range l.old {
		if _, ok := l.young[who]; !ok {
			n++
		}
	}
	return n
}
