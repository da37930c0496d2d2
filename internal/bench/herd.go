package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Herd drops clients at once and lets them come back, each with its cursor and after the pauses of the web client, while others post. Value is the time in ms
// until all are back.
func (t *Target) Herd(ctx context.Context, name string, clients int) (out run, err error) {
	people, err := t.People(ctx, 0, clients+20)
	if err != nil {
		return out, err
	}
	posters := people[clients:]
	groups := make([]string, len(posters))
	for i := range posters {
		members := append([]Person{posters[i]}, people[i*clients/len(posters):(i+1)*clients/len(posters)]...)
		if groups[i], err = t.Group(ctx, fmt.Sprintf("%s-%d", name, i), members); err != nil {
			return out, err
		}
	}
	cursors := make([]string, clients)
	conns := make([]*conn, clients)
	enter := func(i int, since string) error {
		c, err := t.dial(people[i].Token)
		if err != nil {
			return err
		}
		answer, err := c.hello(since)
		if err != nil {
			return errors.Join(err, c.net.Close())
		}
		var ok struct {
			OK struct {
				Cursor string `json:"cursor"`
			} `json:"ok"`
		}
		if err := json.Unmarshal(answer, &ok); err != nil {
			return err
		}
		cursors[i], conns[i] = ok.OK.Cursor, c
		go func() { _ = c.read() }() // ends with the connection
		return nil
	}
	if err := each(clients, 64, func(i int) error { return enter(i, "") }); err != nil {
		return out, err
	}

	var lats latencies
	var mu sync.Mutex
	var failed atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for i := range posters {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
				}
				began := time.Now()
				body := map[string]any{"client_id": uuid7(began), "content": map[string]string{"type": "text", "text": text200}}
				if err := t.call(ctx, "POST", "/api/v1/conversations/"+groups[i]+"/messages", posters[i].Token, body, nil); err != nil {
					failed.Add(1)
				}
				mu.Lock()
				lats = append(lats, time.Since(began))
				mu.Unlock()
			}
		})
	}
	for _, c := range conns {
		_ = c.net.Close()
	}
	var retries atomic.Int64
	began, stopped := time.Now(), t.measure(time.Second)
	err = each(clients, clients, func(i int) error {
		for attempt := 0; ; attempt++ {
			time.Sleep(pauseBefore(attempt, rand.Float64()))
			err := enter(i, cursors[i])
			if err == nil || time.Since(began) > time.Minute {
				return err
			}
			retries.Add(1)
		}
	})
	took := time.Since(began)
	cpu := stopped()
	time.Sleep(500 * time.Millisecond)
	close(stop)
	wg.Wait()
	for _, c := range conns {
		if c != nil {
			_ = c.net.Close()
		}
	}
	if err == nil && failed.Load() > 0 {
		err = fmt.Errorf("%d posts failed meanwhile", failed.Load())
	}
	return run{ms(took), perMillion(cpu, float64(clients)), map[string]float64{
		"clients": float64(clients), "send_p99_ms": lats.at(99), "retries": float64(retries.Load()),
	}}, err
}

// each calls fn for 0…n-1 over a number of workers and returns the first error.
func each(n, workers int, fn func(i int) error) error {
	var next, stopped atomic.Int64
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for stopped.Load() == 0 {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := fn(i); err != nil {
					mu.Lock()
					if failed == nil {
						failed = err
					}
					mu.Unlock()
					stopped.Store(1)
				}
			}
		})
	}
	wg.Wait()
	return failed
}
