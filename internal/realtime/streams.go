package realtime

import (
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
)

// streams counts the open streams of each person, those that have not said hello included: each costs a descriptor and may
// send frames of its own, so nobody may have any number of them.
type streams struct {
	max int // of everybody together; 0: any number

	// mu guards the fields below.
	mu   sync.Mutex
	open map[xinshu.PersonID]int
	all  int
}

// take counts one more, or refuses it with [xinshu.RateLimited], or with [xinshu.Unavailable] when the server has as many as it can hold.
func (s *streams) take(p xinshu.PersonID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[p] >= xinshu.MaxStreams {
		e := xinshu.Errorf(xinshu.RateLimited, "Too many connections of one person. Please close some.")
		e.RetryAfter = time.Minute
		return e
	}
	if s.max > 0 && s.all >= s.max {
		e := xinshu.Errorf(xinshu.Unavailable, "The server holds as many connections as its memory allows. Please try again.")
		e.RetryAfter = 5 * time.Second
		return e
	}
	s.open[p]++
	s.all++
	return nil
}

// leave counts one less.
func (s *streams) leave(p xinshu.PersonID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.open[p]--; s.open[p] <= 0 {
		delete(s.open, p)
	}
}
