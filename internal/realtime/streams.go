package realtime

import (
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
)

// streams counts the open streams of each person, those that have not said hello included: each costs a descriptor and may
// send frames of its own, so nobody may have any number of them.
type streams struct {
	// mu guards open.
	mu   sync.Mutex
	open map[xinshu.PersonID]int
}

// take counts one more, or refuses it with [xinshu.RateLimited].
func (s *streams) take(p xinshu.PersonID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[p] >= xinshu.MaxStreams {
		e := xinshu.Errorf(xinshu.RateLimited, "Too many connections of one person. Please close some.")
		e.RetryAfter = time.Minute
		return e
	}
	s.open[p]++
	return nil
}

// leave counts one less.
func (s *streams) leave(p xinshu.PersonID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[p]--; s.open[p] <= 0 {
		delete(s.open, p)
	}
}
