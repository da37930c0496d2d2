package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
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
	return string(appendUUID(make([]byte, 0, 36), b))
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
	people, groups, err := t.rings(ctx, prefix, o.Senders, o.GroupSize)
	if err != nil {
		return out, err
	}
	return t.sendInto(ctx, people, groups, o)
}

// sendInto is [Target.Send] of people who each post into the group at their place; o.GroupSize of them hear each post.
func (t *Target) sendInto(ctx context.Context, people []Person, groups []string, o SendOptions) (out run, err error) {
	orders := make([]*order, o.Senders)
	senders := make([]*sender, o.Senders)
	cr, err := t.connect(ctx, people, func(i int, c *conn) error {
		orders[i], c.buffer = newOrder(), 16<<10
		senders[i], err = newSender(c, groups[i])
		c.onEvent = func(text []byte, _ time.Time) { orders[i].hear(text) }
		c.onReply = func(id int, ok bool, _ []byte, at time.Time) { senders[i].answered(id, ok, at, o.Rate == 0) }
		return err
	})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, cr.close()) }()

	start := time.Now().Add(o.WarmUp)
	end := start.Add(o.Duration)
	for _, s := range senders {
		s.mu.Lock()
		s.from, s.until = start.UnixNano(), end.UnixNano()
		if o.Rate == 0 {
			s.post(time.Now().UnixNano())
		}
		s.mu.Unlock()
	}
	paced := make(chan error, 1)
	if o.Rate > 0 {
		go func() { paced <- pace(ctx, senders, o.Rate, end) }()
	}
	time.Sleep(time.Until(start))
	stop, own := t.measure(o.Duration), ownCPU()
	time.Sleep(time.Until(end))
	cpu := stop()
	own = ownCPU() - own
	if o.Rate > 0 {
		err = <-paced
	}
	answered := await(30*time.Second, func() bool { return !slices.ContainsFunc(senders, func(s *sender) bool { return !s.idle() }) })
	posted, failed, gaps := int64(0), int64(0), int64(0)
	for _, s := range senders {
		posted, failed = posted+int64(s.answers)-s.failed, failed+s.failed
		err = errors.Join(err, s.err)
	}
	want := posted * int64(o.GroupSize)
	heard := func() (n int64) {
		for _, o := range orders {
			n += o.n.Load()
		}
		return n
	}
	complete := await(20*time.Second, func() bool { return heard() >= want })
	_ = cr.close()
	var all latencies
	for i := range orders {
		gaps += orders[i].gaps
		all = append(all, senders[i].lats...)
	}
	switch {
	case err != nil || cr.err() != nil:
		return out, errors.Join(err, cr.err())
	case !answered:
		return out, errors.New("posts were not answered within 30 s")
	case failed > 0:
		return out, fmt.Errorf("%d posts were refused", failed)
	case !complete || gaps > 0:
		return out, fmt.Errorf("%d of %d deliveries, %d out of order or missing", heard(), want, gaps)
	}
	n := float64(len(all))
	return run{n / o.Duration.Seconds(), perMillion(cpu, n), map[string]float64{
		"reply_p50_ms": all.at(50), "reply_p99_ms": all.at(99), "deliveries_per_s": n * float64(o.GroupSize) / o.Duration.Seconds(),
		"client_cost": perMillion(own, n),
	}}, nil
}

// rings returns n people and n groups: the members of group i are the people i…i+size-1.
func (t *Target) rings(ctx context.Context, prefix string, n, size int) (people []Person, groups []string, err error) {
	if people, err = t.People(ctx, 0, n); err != nil {
		return nil, nil, err
	}
	groups = make([]string, n)
	for i := range groups {
		members := make([]Person, size)
		for k := range members {
			members[k] = people[(i+k)%n]
		}
		if groups[i], err = t.Group(ctx, fmt.Sprintf("%s-%d", prefix, i), members); err != nil {
			return nil, nil, err
		}
	}
	return people, groups, nil
}
