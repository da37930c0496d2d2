package search

import (
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

func TestLag(t *testing.T) {
	t.Parallel()
	var l lag
	said := func(kind string, at int64) message.TailEntry {
		return message.TailEntry{Kind: kind, Message: &message.Stored{SentAt: xinshu.Millis(at)}}
	}
	full := []message.TailEntry{said("message", 5), said("message", 7), said("edit", 99)}
	if l.read(full, 3); l.at.Load() != 7 {
		t.Errorf("a full step leaves something behind, since %d", l.at.Load())
	}
	if l.read(full, 4); l.at.Load() != 0 {
		t.Error("a step that found less than it took ends the lag")
	}
	l.read(full, 3)
	if l.none(); l.at.Load() != 0 {
		t.Error("nothing waits")
	}
}
