package search

import (
	"sync"
	"time"
)

const (
	pressure = 2000 // events a second above which posting needs the processors more than an index that is far behind
	share    = 10   // then the index works a tenth of the time
	sample   = 200 * time.Millisecond
	// Yielding is for a while: an index that is further behind than this, or has more segments, works half of the time whoever posts.
	patience = 10 * time.Second
	crowded  = 64
)

// pace knows how busy the others are.
type pace struct {
	// mu guards the fields below.
	mu    sync.Mutex
	heard int       // events since the sample began
	began time.Time // of the sample
	rate  float64   // events a second in the last sample
}

// hear counts an event.
func (p *pace) hear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard++
	p.look()
}

// look ends a sample that is old enough. mu is held.
func (p *pace) look() {
	if took := time.Since(p.began); took >= sample {
		p.rate = float64(p.heard) / took.Seconds()
		p.heard, p.began = 0, time.Now()
	}
}

// busy says whether posting needs the processors more.
func (p *pace) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.look()
	return p.rate > pressure
}

// rest returns how long the index leaves the processors to others after it worked: as long as it worked, and never more than a
// moment at once; or, while posting is busy and the index can wait, nine times as long.
func (p *pace) rest(worked time.Duration, canWait bool) time.Duration {
	if canWait && p.busy() {
		return min((share-1)*worked, time.Second)
	}
	return min(worked, gather)
}
