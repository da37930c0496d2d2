package bench

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// stallFor is long enough for the queues of kernel and server to fill at the rates that scenarios use, and shorter than these together
// with the time that the server gives to a client that it has told to go.
const stallFor = 3 * time.Second

// stall reads the first event, then nothing for d, then everything until the server ends the connection, and says how it ended.
func (c *conn) stall(d time.Duration) error {
	first := sync.OnceFunc(func() { time.Sleep(d) })
	c.onEvent = func([]byte, time.Time) { first() }
	_ = c.net.SetReadDeadline(time.Now().Add(10 * d))
	return c.read()
}

// Stalled measures what readers that stop reading do to the others: delivery at a fixed rate to o.Members, alone and beside stalled
// members of the same group. Value is how much longer the others' p99 is, in percent; the details say what each stalled reader cost
// and how many were disconnected as slow.
func (t *Target) Stalled(ctx context.Context, name string, stalled int, o FanoutOptions) (out run, err error) {
	alone, err := t.Fanout(ctx, name+"-alone", o)
	if err != nil {
		return out, err
	}
	if o.Silent, err = t.People(ctx, o.Members, stalled); err != nil {
		return out, err
	}
	conns := make([]*conn, stalled)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.net.Close() // closed by the server, usually
			}
		}
	}()
	err = each(stalled, 16, func(i int) error {
		c, err := t.dial(o.Silent[i].Token)
		if err != nil {
			return err
		}
		conns[i] = c
		if tcp, ok := c.net.(*net.TCPConn); ok {
			if err := tcp.SetReadBuffer(16 << 10); err != nil { // the kernel's patience is no part of the question
				return err
			}
		}
		_, err = c.hello("")
		return err
	})
	if err != nil {
		return out, err
	}
	ends := make(chan error, stalled)
	for _, c := range conns {
		go func() { ends <- c.stall(stallFor) }()
	}
	beside, err := t.Fanout(ctx, name+"-beside", o)
	if err != nil {
		return out, err
	}
	slow := 0
	for range conns {
		if err := <-ends; !strings.HasSuffix(err.Error(), "with 4003") {
			return out, fmt.Errorf("a stalled reader was left otherwise than with 4003: %w", err)
		}
		slow++
	}
	a, b := alone.details["delivery_p99_ms"], beside.details["delivery_p99_ms"]
	return run{100 * (b/a - 1), beside.cost, map[string]float64{
		"alone_p99_ms": a, "beside_p99_ms": b, "alone_p50_ms": alone.value, "beside_p50_ms": beside.value,
		"stalled": float64(stalled), "disconnected_slow": float64(slow),
		"kb_per_stalled": (beside.details["peak_above_idle_mb"] - alone.details["peak_above_idle_mb"]) * 1e3 / float64(stalled),
	}}, nil
}
