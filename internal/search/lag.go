package search

import (
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

// lag knows how far the index is behind the store. The zero value says: not at all.
type lag struct {
	at atomic.Int64 // xinshu.Millis of the newest message in the index while there are more; 0: there are none
}

func (l *lag) none() { l.at.Store(0) }

// read notes a step; a full one leaves something behind.
func (l *lag) read(entries []message.TailEntry, size int) {
	if len(entries) < size {
		l.none()
		return
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if m := entries[i].Message; m != nil && entries[i].Kind == "message" {
			l.at.Store(int64(m.SentAt))
			return
		}
	}
}

// Behind returns how long ago the newest message was sent that is found; 0 when all are. While the index cannot be written it says
// what it said last.
func (s *Service) Behind() time.Duration {
	at := s.lag.at.Load()
	if at == 0 {
		return 0
	}
	return max(0, time.Duration(int64(xinshu.MillisOf(s.opt.Clock.Now()))-at)*time.Millisecond)
}
