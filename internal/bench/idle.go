package bench

import (
	"context"
	"time"
)

// Conns measures what idle connections cost: value is server memory per connection in bytes.
func (t *Target) Conns(ctx context.Context, n int) (out run, err error) {
	people, err := t.People(ctx, 0, n)
	if err != nil {
		return out, err
	}
	time.Sleep(2 * time.Second) // what preparing left behind is collected
	before := t.RSS()
	cr, err := t.connect(ctx, people, func(int, *conn) error { return nil })
	if err != nil {
		return out, err
	}
	defer cr.close()
	time.Sleep(3 * time.Second)
	after := t.RSS()
	const watch = 10 * time.Second
	stop := t.measure(watch)
	time.Sleep(watch)
	cpu := stop()
	return run{value: float64(after-before) / float64(n), details: map[string]float64{
		"connections": float64(n), "idle_cpu_percent": 100 * cpu.Seconds() / watch.Seconds(), "rss_mb": float64(after) / 1e6,
	}}, cr.err()
}

// Start measures a restart on the data there is: value is the time to ready in ms.
func (t *Target) StartUp(ctx context.Context) (out run, err error) {
	if err := t.Restart(ctx); err != nil {
		return out, err
	}
	time.Sleep(5 * time.Second)
	return run{value: ms(t.Start), details: map[string]float64{"idle_rss_mb": float64(t.RSS()) / 1e6}}, nil
}
