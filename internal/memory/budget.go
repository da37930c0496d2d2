package memory

import (
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
)

const (
	// sampleEvery is how old a look at the memory in use may be; a look costs the kernel about 0.1 ms.
	sampleEvery = 10 * time.Millisecond
	// fullPercent of the limit in use is too much to begin anything: the rest is for what is under way, and for the kernel.
	fullPercent = 85
	// retryAfter is what who is refused is told to wait: what is under way ends within it.
	retryAfter = 2 * time.Second
)

// Budget grants memory to work.
type Budget struct {
	limit int64
	room  int64        // bytes that may be granted at a time
	used  func() int64 // bytes in use, as the kernel counts them

	granted atomic.Int64
	refused atomic.Uint64
	looked  atomic.Int64 // when, Unix ns
	full    atomic.Bool  // then
}

// NewBudget returns a budget of room bytes under a limit of the process; used tells what is in use.
func NewBudget(limit, room int64, used func() int64) *Budget {
	return &Budget{limit: limit, room: room, used: used}
}

// Take grants n bytes, to be given back with [Budget.Give]. [xinshu.Unavailable] when there is no room now, [xinshu.TooLarge] when there
// never is for so much.
func (b *Budget) Take(n int64) error {
	switch {
	case b == nil:
		return nil
	case n > b.room:
		return b.Fits(n)
	case b.granted.Add(n) <= b.room && !b.Full():
		return nil
	}
	b.granted.Add(-n)
	return b.refuse()
}

// Fits returns [xinshu.TooLarge] if n bytes for one purpose are more than there ever is room for.
func (b *Budget) Fits(n int64) error {
	if b == nil || n <= b.room {
		return nil
	}
	b.refused.Add(1)
	return xinshu.Errorf(xinshu.TooLarge, "This is more than the server's memory allows.")
}

// Give gives back what [Budget.Take] granted.
func (b *Budget) Give(n int64) {
	if b != nil {
		b.granted.Add(-n)
	}
}

// Admit is [Budget.Take] for what is not counted in bytes.
func (b *Budget) Admit() error {
	if b == nil || !b.Full() {
		return nil
	}
	return b.refuse()
}

func (b *Budget) refuse() error {
	b.refused.Add(1)
	e := xinshu.Errorf(xinshu.Unavailable, "The server's memory is full at this moment. Please try again.")
	e.RetryAfter = retryAfter
	return e
}

// Full says whether the memory in use is near the limit.
func (b *Budget) Full() bool {
	now, last := time.Now().UnixNano(), b.looked.Load()
	if now-last > int64(sampleEvery) && b.looked.CompareAndSwap(last, now) { // one looks, the others go by the last look
		b.full.Store(b.used() > b.limit/100*fullPercent)
	}
	return b.full.Load()
}

// Forget makes the next question look at the memory in use anew.
func (b *Budget) Forget() { b.looked.Store(0) }

// Limit returns the limit in bytes; 0 without one.
func (b *Budget) Limit() int64 {
	if b == nil {
		return 0
	}
	return b.limit
}

// Used returns the bytes in use.
func (b *Budget) Used() int64 {
	if b == nil {
		return processUsed()
	}
	return b.used()
}

// Refused returns how often something was refused.
func (b *Budget) Refused() uint64 {
	if b == nil {
		return 0
	}
	return b.refused.Load()
}
