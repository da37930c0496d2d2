package bus

import (
	"slices"
	"sync"

	"github.com/xinshu-im/xinshu"
)

// Bus connects publishers and subscribers.
type Bus interface {
	// Publish hands e to every subscriber. It is called after the commit of the act that e tells about.
	Publish(e xinshu.Event)
	// Subscribe has fn called with every event until cancel is called. After cancel returns fn is not called again.
	Subscribe(fn func(xinshu.Event)) (cancel func())
}

// Local is the bus of a single node.
type Local struct {
	// mu guards subs; publishing holds it for reading, so that cancel waits for calls under way.
	mu   sync.RWMutex
	subs []*subscriber
}

type subscriber struct{ fn func(xinshu.Event) }

// NewLocal returns a bus without subscribers.
func NewLocal() *Local { return &Local{} }

// Publish implements [Bus].
func (l *Local) Publish(e xinshu.Event) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, s := range l.subs {
		s.fn(e)
	}
}

// Subscribe implements [Bus].
func (l *Local) Subscribe(fn func(xinshu.Event)) (cancel func()) {
	s := &subscriber{fn}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subs = append(slices.Clip(l.subs), s)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.subs = slices.DeleteFunc(slices.Clone(l.subs), func(o *subscriber) bool { return o == s })
	}
}
