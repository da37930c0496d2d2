package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// uuid7 returns a UUID that begins with the time, as clients make them.
func uuid7(now time.Time) string {
	var b [16]byte
	_, _ = rand.Read(b[6:]) // crypto/rand does not fail
	ms := now.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	b[6], b[8] = b[6]&15|0x70, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// SendOptions shape a run of durable sends.
type SendOptions struct {
	Senders   int           // connections, each one person
	GroupSize int           // members of each group, all connected
	Rate      float64       // messages/s over all senders; 0: saturation with one outstanding message per sender
	Duration  time.Duration // of the measured part
	WarmUp    time.Duration
}

// Send measures durable posts: sender i posts into group i, whose members are the senders i…i+GroupSize-1. Value is posts/s;
// every delivery is verified.
func (t *Target) Send(ctx context.Context, prefix string, o SendOptions) (out run, err error) {
	people, err := t.People(ctx, 0, o.Senders)
	if err != nil {
		return out, err
	}
	groups := make([]string, o.Senders)
	for i := range groups {
		members := make([]Person, o.GroupSize)
		for k := range members {
			members[k] = people[(i+k)%o.Senders]
		}
		if groups[i], err = t.Group(ctx, fmt.Sprintf("%s-%d", prefix, i), members); err != nil {
			return out, err
		}
	}
	var posted, failed, measured atomic.Int64
	var from, until atomic.Int64 // Unix nanoseconds of the measured part
	orders := make([]*order, o.Senders)
	lats := make([]latencies, o.Senders)
	due := make([]atomic.Int64, o.Senders) // when the outstanding message was sent, or should have been
	free := make([]chan struct{}, o.Senders)
	cr, err := t.connect(ctx, people, func(i int, c *conn) {
		orders[i] = &order{last: map[string]int64{}}
		free[i] = make(chan struct{}, 1)
		c.onEvent = func(text []byte, _ time.Time) { orders[i].hear(text) }
		c.onReply = func(_ int, ok bool, _ []byte, at time.Time) {
			if !ok {
				failed.Add(1)
			} else {
				posted.Add(1)
			}
			now := at.UnixNano()
			if d := due[i].Load(); ok && d >= from.Load() && now <= until.Load() {
				measured.Add(1)
				lats[i] = append(lats[i], time.Duration(now-d))
			}
			free[i] <- struct{}{}
		}
	})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, cr.close()) }()

	start := time.Now().Add(o.WarmUp)
	end := start.Add(o.Duration)
	from.Store(start.UnixNano())
	until.Store(end.UnixNano())
	done := make(chan error, o.Senders)
	for i, c := range cr.conns {
		go func() { done <- sender(c, groups[i], i, o, end, &due[i], free[i]) }()
	}
	time.Sleep(time.Until(start))
	cpu := t.CPU()
	time.Sleep(time.Until(end))
	cpu = t.CPU() - cpu
	for range cr.conns {
		err = errors.Join(err, <-done)
	}
	want := posted.Load() * int64(o.GroupSize)
	heard := func() (n int64) {
		for _, o := range orders {
			n += o.n.Load()
		}
		return n
	}
	complete := await(20*time.Second, func() bool { return heard() >= want })
	gaps := int64(0)
	_ = cr.close()
	var all latencies
	for i := range orders {
		gaps += orders[i].gaps
		all = append(all, lats[i]...)
	}
	switch {
	case err != nil || cr.err() != nil:
		return out, errors.Join(err, cr.err())
	case failed.Load() > 0:
		return out, fmt.Errorf("%d posts were refused", failed.Load())
	case !complete || gaps > 0:
		return out, fmt.Errorf("%d of %d deliveries, %d out of order or missing", heard(), want, gaps)
	}
	n := float64(measured.Load())
	return run{n / o.Duration.Seconds(), perMillion(cpu, n), map[string]float64{
		"reply_p50_ms": all.at(50), "reply_p99_ms": all.at(99), "deliveries_per_s": n * float64(o.GroupSize) / o.Duration.Seconds(),
	}}, nil
}

// sender posts until end: one message outstanding, or one whenever it is due.
func sender(c *conn, group string, i int, o SendOptions, end time.Time, due *atomic.Int64, free chan struct{}) error {
	gap := time.Duration(0)
	next := time.Now()
	if o.Rate > 0 {
		gap = time.Duration(float64(o.Senders) / o.Rate * float64(time.Second))
		next = next.Add(gap * time.Duration(i) / time.Duration(o.Senders)) // senders are out of step
	}
	for id := 2; time.Now().Before(end); id++ {
		if gap > 0 {
			time.Sleep(time.Until(next))
			due.Store(next.UnixNano())
			next = next.Add(gap)
		} else {
			due.Store(time.Now().UnixNano())
		}
		in, _ := postInputKeyed(group)
		if err := c.request(id, "post", in); err != nil {
			return err
		}
		select {
		case <-free:
		case <-time.After(30 * time.Second):
			return errors.New("no answer within 30 s")
		}
	}
	return nil
}
