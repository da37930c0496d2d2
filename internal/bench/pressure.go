package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// PressureOptions shape a run of more posts than the server can take.
type PressureOptions struct {
	Senders   int
	GroupSize int
	Times     float64 // offered rate, in multiples of the closed-loop peak that is measured before
	Duration  time.Duration
	WarmUp    time.Duration
}

// recoveryProbes is how many quick answers in a row count as recovered.
const recoveryProbes = 5

// Pressure offers posts in an open loop at several times what the server can take. Value is the goodput in percent of its peak:
// posts that were acknowledged, over those of a closed loop just before. Every refusal must say "unavailable" and when to try again.
func (t *Target) Pressure(ctx context.Context, prefix string, o PressureOptions) (out run, err error) {
	calm, err := t.Send(ctx, prefix+"-peak", SendOptions{Senders: o.Senders, GroupSize: o.GroupSize, Duration: o.Duration / 4, WarmUp: o.WarmUp})
	if err != nil {
		return out, fmt.Errorf("peak: %w", err)
	}
	people, groups, err := t.rings(ctx, prefix, o.Senders, o.GroupSize)
	if err != nil {
		return out, err
	}
	var accepted, refused, strange atomic.Int64
	var oddity atomic.Value
	floods := make([]*flood, o.Senders)
	probe := make(chan bool, 1) // answers to the last sender's probes
	cr, err := t.connect(ctx, people, func(i int, c *conn) error {
		c.buffer = 16 << 10
		s, err := newSender(c, groups[i])
		floods[i] = &flood{sender: s}
		c.onReply = func(_ int, ok bool, text []byte, _ time.Time) {
			switch floods[i].answers.Add(1); {
			case ok:
				accepted.Add(1)
			case bytes.Contains(text, []byte(`"code":"unavailable"`)) && bytes.Contains(text, []byte(`"retry_after":`)):
				refused.Add(1)
			default:
				strange.Add(1)
				oddity.CompareAndSwap(nil, string(text))
			}
			if floods[i].probing.Load() {
				select {
				case probe <- ok:
				default:
				}
			}
		}
		return err
	})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, cr.close()) }()

	rate := o.Times * calm.value
	start := time.Now().Add(o.WarmUp)
	end := start.Add(o.Duration)
	done := make(chan error, o.Senders)
	for _, f := range floods {
		go func() { done <- f.run(rate/float64(o.Senders), end) }()
	}
	time.Sleep(time.Until(start))
	stop, before := t.measure(o.Duration), accepted.Load()
	time.Sleep(time.Until(end))
	cpu, good := stop(), float64(accepted.Load()-before)
	offered := int64(0)
	for range o.Senders {
		err = errors.Join(err, <-done)
	}
	for _, f := range floods {
		offered += f.offered
	}
	recovery, rerr := floods[o.Senders-1].recover(probe)
	switch err = errors.Join(err, rerr, cr.err()); {
	case err != nil:
		return out, err
	case strange.Load() > 0:
		return out, fmt.Errorf("%d answers were neither ok nor a refusal with retry_after, such as %.300v", strange.Load(), oddity.Load())
	}
	return run{100 * good / o.Duration.Seconds() / calm.value, perMillion(cpu, good), map[string]float64{
		"peak_per_s": calm.value, "goodput_per_s": good / o.Duration.Seconds(), "refused": float64(refused.Load()),
		"offered_per_s": float64(offered) / (o.Duration + o.WarmUp).Seconds(), "wanted_per_s": rate, "recovery_ms": ms(recovery),
		"peak_mb": float64(t.RSS()) / 1e6,
	}}, nil
}

// flood posts without waiting for answers.
type flood struct {
	*sender
	offered int64
	answers atomic.Int64
	probing atomic.Bool
}

// run posts rate messages/s until end, what is due in 10 ms in one write. When the server does not read, what is due waits: the
// kernel's buffers are the client's only patience.
func (f *flood) run(rate float64, end time.Time) error {
	began := time.Now()
	var burst []byte
	for time.Now().Before(end) {
		time.Sleep(10 * time.Millisecond)
		due := int64(rate * time.Since(began).Seconds())
		burst = burst[:0]
		for ; f.offered < due && len(burst) < 64<<10; f.offered++ {
			f.stamp(time.Now().UnixNano())
			burst = append(burst, f.frame...)
		}
		if due > f.offered {
			began = time.Now().Add(-time.Duration(float64(f.offered) / rate * float64(time.Second))) // it cannot be made up for
		}
		_ = f.c.net.SetWriteDeadline(end.Add(30 * time.Second))
		if err := f.c.write(burst); err != nil {
			return fmt.Errorf("the server did not read for long: %w", err)
		}
	}
	return nil
}

// recover posts one message after the other until several were acknowledged quickly, and returns how long that took.
func (f *flood) recover(probe chan bool) (time.Duration, error) {
	began := time.Now()
	for f.answers.Load() < int64(f.next) { // what it offered before
		if time.Since(began) > time.Minute {
			return 0, errors.New("not everything was answered within a minute after the flood")
		}
		time.Sleep(time.Millisecond)
	}
	f.probing.Store(true)
	for quick := 0; quick < recoveryProbes; {
		if time.Since(began) > time.Minute {
			return 0, errors.New("the server did not recover within a minute")
		}
		at := time.Now()
		f.stamp(at.UnixNano())
		if err := f.c.write(f.frame); err != nil {
			return 0, err
		}
		select {
		case ok := <-probe:
			if quick++; !ok || time.Since(at) > 100*time.Millisecond {
				quick = 0
			}
		case <-time.After(10 * time.Second):
			return 0, errors.New("no answer within 10 s after the flood")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(began), nil
}
