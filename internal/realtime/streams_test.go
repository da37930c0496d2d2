package realtime

import (
	"errors"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
)

// TestStreamsOfEverybodyAreBounded: one more is refused with the time to come again, and one that leaves makes room.
func TestStreamsOfEverybodyAreBounded(t *testing.T) {
	t.Parallel()
	s := streams{max: 3, open: map[xinshu.PersonID]int{}}
	for p := range 3 {
		if err := s.take(xinshu.PersonID(p + 1)); err != nil {
			t.Fatal(err)
		}
	}
	var e *xinshu.Error
	if err := s.take(9); !errors.As(err, &e) || e.Code != xinshu.Unavailable || e.RetryAfter < time.Second {
		t.Errorf("one more: %v", err)
	}
	s.leave(2)
	if err := s.take(9); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
