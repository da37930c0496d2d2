package bench

import (
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
func (t *Target) connect(ctx context.Context, people []Person, prepare func(i int, c *conn)) (*crowd, error) {
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
		prepare(i, c)
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
	last map[string]int64
	gaps int64
	n    atomic.Int64
}

// hear takes an event; only messages count. The id of a group stands at a fixed place in the frame.
func (o *order) hear(text []byte) (seq int64, isMessage bool) {
	const head = `{"event":"message","data":{"conversation_id":"`
	if len(text) < len(head)+13 || string(text[:len(head)]) != head {
		return 0, false
	}
	id := text[len(head) : len(head)+13]
	seq = field(text[len(head)+13:], "seq")
	last, known := o.last[string(id)]
	if known && seq != last+1 {
		o.gaps++
	}
	if !known {
		o.last[string(id)] = seq
	} else if seq > last {
		o.last[string(id)] = seq
	}
	o.n.Add(1)
	return seq, true
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
