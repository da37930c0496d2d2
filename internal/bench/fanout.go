package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// FanoutOptions shape a run of fan-out.
type FanoutOptions struct {
	Members  int     // all connected
	Senders  int     // of the members
	Rate     float64 // messages/s over all senders; 0: saturation
	Window   int     // messages outstanding per sender at saturation
	Duration time.Duration
	WarmUp   time.Duration
	Silent   []Person // members besides, who are somebody else's to connect
}

// Fanout measures deliveries into one group. Value is deliveries/s at saturation, and the median delivery time in ms at a fixed
// rate. Every delivery is verified to come once and in order.
func (t *Target) Fanout(ctx context.Context, name string, o FanoutOptions) (out run, err error) {
	people, err := t.People(ctx, 0, o.Members)
	if err != nil {
		return out, err
	}
	group, err := t.Group(ctx, name, slices.Concat(people, o.Silent))
	if err != nil {
		return out, err
	}
	idle := t.RSS()
	orders := make([]*order, o.Members)
	lats := make([]latencies, o.Members)
	var posted, failed atomic.Int64
	var from, until atomic.Int64
	sent := newSendTimes()
	free := make([]chan struct{}, o.Members)
	cr, err := t.connect(ctx, people, func(i int, c *conn) error {
		orders[i] = newOrder()
		free[i] = make(chan struct{}, max(1, o.Window))
		c.onEvent = func(text []byte, at time.Time) {
			seq, ok := orders[i].hear(text)
			if !ok || o.Rate == 0 || at.UnixNano() > until.Load() {
				return
			}
			if d := sent.get(seq, text); d >= from.Load() && d > 0 {
				lats[i] = append(lats[i], time.Duration(at.UnixNano()-d))
			}
		}
		c.onReply = func(_ int, ok bool, _ []byte, _ time.Time) {
			if ok {
				posted.Add(1)
			} else {
				failed.Add(1)
			}
			free[i] <- struct{}{}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, cr.close()) }()
	loaded := t.RSS()
	start := time.Now().Add(o.WarmUp)
	end := start.Add(o.Duration)
	from.Store(start.UnixNano())
	until.Store(end.UnixNano())
	done := make(chan error, o.Senders)
	for i := range o.Senders {
		go func() { done <- shout(cr.conns[i], group, i, o, end, free[i], sent) }()
	}
	heard := func() (n int64) {
		for _, o := range orders {
			n += o.n.Load()
		}
		return n
	}
	time.Sleep(time.Until(start))
	stop, before := t.measure(o.Duration), heard()
	time.Sleep(time.Until(end))
	cpu := stop()
	deliveries := float64(heard() - before)
	peak := t.RSS()
	for range o.Senders {
		err = errors.Join(err, <-done)
	}
	want := posted.Load() * int64(o.Members)
	complete := await(30*time.Second, func() bool { return heard() >= want })
	_ = cr.close()
	gaps := int64(0)
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
	out = run{deliveries / o.Duration.Seconds(), perMillion(cpu, deliveries), map[string]float64{
		"posts_per_s":  deliveries / float64(o.Members) / o.Duration.Seconds(),
		"connected_mb": float64(loaded-idle) / 1e6, "peak_above_idle_mb": float64(peak-idle) / 1e6,
	}}
	if o.Rate > 0 {
		out.details["deliveries_per_s"] = out.value
		out.value = all.at(50)
		out.details["delivery_p99_ms"] = all.at(99)
	}
	return out, nil
}

// shout posts until end: Window messages outstanding, or one whenever it is due.
func shout(c *conn, group string, i int, o FanoutOptions, end time.Time, free chan struct{}, sent *sendTimes) error {
	outstanding := 0
	wait := func() error {
		select {
		case <-free:
			outstanding--
			return nil
		case <-time.After(30 * time.Second):
			return errors.New("no answer within 30 s")
		}
	}
	gap := time.Duration(0)
	next := time.Now()
	if o.Rate > 0 {
		gap = time.Duration(float64(o.Senders) / o.Rate * float64(time.Second))
		next = next.Add(gap * time.Duration(i) / time.Duration(o.Senders))
	}
	for id := 2; time.Now().Before(end); id++ {
		if gap > 0 {
			time.Sleep(time.Until(next))
		}
		in, key := postInputKeyed(group)
		if gap > 0 {
			sent.put(key, next.UnixNano())
			next = next.Add(gap)
		}
		if err := c.request(id, "post", in); err != nil {
			return err
		}
		outstanding++
		for outstanding >= max(1, o.Window) {
			if err := wait(); err != nil {
				return err
			}
		}
	}
	for outstanding > 0 {
		if err := wait(); err != nil {
			return err
		}
	}
	return nil
}
