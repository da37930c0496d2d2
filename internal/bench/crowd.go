package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is a number of connected clients that listen.
type crowd struct {
	conns []*conn
	wg    sync.WaitGroup
	ended atomic.Bool

	// mu guards failed.
	mu     sync.Mutex
	failed error
}

// connect opens a stream for each person, says hello and starts reading. prepare is called before the reading with the index.
func (t *Target) connect(ctx context.Context, people []Person, prepare func(i int, c *conn) error) (*crowd, error) {
	cr := &crowd{conns: make([]*conn, len(people))}
	gate := make(chan struct{}, 64)
	var wg sync.WaitGroup
	for i, p := range people {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			if ctx.Err() != nil {
				cr.fail(ctx.Err())
				return
			}
			c, err := t.dial(p.Token)
			if err == nil {
				_, err = c.hello("")
			}
			if err != nil {
				cr.fail(fmt.Errorf("client %d: %w", i, err))
				return
			}
			cr.conns[i] = c
		})
	}
	wg.Wait()
	if cr.failed != nil {
		return nil, errors.Join(cr.failed, cr.close())
	}
	for i, c := range cr.conns {
		if err := prepare(i, c); err != nil {
			return nil, errors.Join(err, cr.close())
		}
	}
	for i, c := range cr.conns {
		cr.wg.Go(func() {
			if err := c.read(); !cr.ended.Load() {
				cr.fail(fmt.Errorf("client %d: %w", i, err))
			}
		})
	}
	return cr, nil
}

func (cr *crowd) fail(err error) {
	cr.mu.Lock()
	defer cr.mu.Unlock()
	if cr.failed == nil {
		cr.failed = err
	}
}

func (cr *crowd) err() error {
	cr.mu.Lock()
	defer cr.mu.Unlock()
	return cr.failed
}

func (cr *crowd) close() error {
	cr.ended.Store(true)
	for _, c := range cr.conns {
		if c != nil {
			_ = c.net.Close() // the reader sees it
		}
	}
	cr.wg.Wait()
	return nil
}

// order verifies that a client hears every seq of every group, once and in order. Each client has its own; groups are few.
type order struct {
	last map[string]*int64
	gaps int64
	n    atomic.Int64
}

func newOrder() *order { return &order{last: map[string]*int64{}} }

// hear takes an event; only messages count. The id of a group stands at a fixed place in the frame.
func (o *order) hear(text []byte) (seq int64, isMessage bool) {
	const head = `{"event":"message","data":{"conversation_id":"`
	if len(text) < len(head)+13 || string(text[:len(head)]) != head {
		return 0, false
	}
	id := text[len(head) : len(head)+13]
	seq = leadingSeq(text[len(head)+13:])
	last := o.last[string(id)]
	switch {
	case last == nil:
		last = new(int64)
		o.last[string(id)] = last
	case seq != *last+1:
		o.gaps++
	}
	*last = max(*last, seq)
	o.n.Add(1)
	return seq, true
}

// leadingSeq reads the seq that follows a conversation's id in an event; -1 when it is not there.
func leadingSeq(text []byte) int64 {
	rest, ok := bytes.CutPrefix(text, []byte(`","seq":`))
	if !ok {
		return -1
	}
	seq := int64(0)
	for i := 0; i < len(rest) && '0' <= rest[i] && rest[i] <= '9'; i++ {
		seq = seq*10 + int64(rest[i]-'0')
	}
	return seq
}

// await polls until done or the time is over.
func await(limit time.Duration, done func() bool) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return done()
}
