package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"
)

// GrowthOptions say what to grow, and how long to look at each size.
type GrowthOptions struct {
	Folder   string // keeps filled stores, one folder each, and uses those that are there; "": temporary ones
	Runs     int    // of each figure; the median counts
	Duration time.Duration
	Scale    float64 // of messages
	Commit   string
	Progress io.Writer
}

// Growth is the content of bench/results/growth.json: the same figures over stores of many shapes.
type Growth struct {
	Commit  string        `json:"commit"`
	Machine string        `json:"machine"`
	Engine  string        `json:"engine"`
	At      string        `json:"at"`
	Command string        `json:"command"`
	Load    float64       `json:"machine_load"` // average of other programs and this one in the minute before
	Points  []GrowthPoint `json:"points"`
}

// GrowthPoint is what a server does whose store has a shape. Figures are by the names in [GrowthFigures].
type GrowthPoint struct {
	Shape
	Runs    int                `json:"runs"`
	Figures map[string]float64 `json:"figures"`
}

// growthShapes are the sizes on each axis: messages, members of each busy conversation, conversations.
var growthShapes = []Shape{
	{100_000, 1000, 10}, {1_000_000, 1000, 10}, {10_000_000, 1000, 10},
	{100_000, 1000, 1000}, {100_000, 1000, 10_000},
	{1_000_000, 100, 10}, {1_000_000, 10_000, 10}, {1_000_000, 100_000, 10},
}

// MeasureGrowth measures every shape. Points that could be measured are in the report even if err is not nil.
func MeasureGrowth(ctx context.Context, o GrowthOptions) (Growth, error) {
	g := Growth{Commit: o.Commit, Machine: machine(), Engine: "sqlite", At: time.Now().UTC().Format(time.RFC3339), Load: machineLoad(),
		Command: fmt.Sprintf("xinshu bench growth --runs %d --duration %v", o.Runs, o.Duration), Points: []GrowthPoint{}}
	var errs []error
	for _, shape := range growthShapes {
		shape.Messages = max(1000, int(float64(shape.Messages)*o.Scale))
		_, _ = fmt.Fprintf(o.Progress, "%d messages, %d conversations, %d members\n", shape.Messages, shape.Conversations, shape.Members) // progress only
		p, err := o.point(ctx, shape)
		if err != nil {
			errs = append(errs, fmt.Errorf("%+v: %w", shape, err))
			_, _ = fmt.Fprintf(o.Progress, "   %v\n", err)
			continue
		}
		_, _ = fmt.Fprintf(o.Progress, "   %v\n", p.Figures)
		g.Points = append(g.Points, p)
	}
	return g, errors.Join(errs...)
}

// point measures one shape on a server of its own.
func (o GrowthOptions) point(ctx context.Context, shape Shape) (p GrowthPoint, err error) {
	self, err := os.Executable()
	if err != nil {
		return p, err
	}
	start := Launching{Binary: self}
	if o.Folder != "" {
		start.Folder = filepath.Join(o.Folder, fmt.Sprintf("%d-%d-%d", shape.Messages, shape.Members, shape.Conversations))
		if err := os.MkdirAll(start.Folder, 0o700); err != nil {
			return p, err
		}
	}
	t, err := Launch(ctx, start)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	s, err := t.growthStore(ctx, shape)
	if err != nil {
		return p, err
	}
	runs := map[string][]float64{}
	for range o.Runs {
		one, err := t.grown(ctx, s, o.Duration)
		if err != nil {
			return p, err
		}
		for name, v := range one {
			runs[name] = append(runs[name], v)
		}
	}
	p = GrowthPoint{shape, o.Runs, map[string]float64{}}
	for name, values := range runs {
		slices.Sort(values)
		p.Figures[name] = round(values[len(values)/2])
	}
	return p, nil
}

// growthStore fills a server, or finds what an earlier run left in its folder.
func (t *Target) growthStore(ctx context.Context, shape Shape) (s Store, err error) {
	file := filepath.Join(t.Data, "store.json")
	text, err := os.ReadFile(file)
	if err == nil {
		return s, json.Unmarshal(text, &s)
	}
	if s, err = t.Fill(ctx, shape); err != nil {
		return s, err
	}
	if text, err = json.Marshal(s); err != nil {
		return s, err
	}
	return s, os.WriteFile(file, text, 0o600)
}

// grown takes all figures once. Memory is looked at on a fresh server, then after the load.
func (t *Target) grown(ctx context.Context, s Store, d time.Duration) (map[string]float64, error) {
	out := map[string]float64{}
	if err := t.Restart(ctx); err != nil {
		return nil, err
	}
	time.Sleep(2 * time.Second) // what starting left behind is collected
	out["start_ms"], out["idle_mb"] = ms(t.Start), float64(t.RSS())/1e6
	people, err := t.People(ctx, 0, 2+BusyPeople)
	if err != nil {
		return nil, err
	}
	s.Token, s.OneToken = people[0].Token, people[1].Token // the stored ones may have ended
	steps := []func() error{
		func() error { return t.grownDelivery(ctx, out, s, people[2:], d) },
		func() error {
			r, err := t.History(ctx, s, d)
			out["history_p50_ms"], out["history_p99_ms"], out["history_cost"] = r.details["server_p50_ms"], r.value, r.cost
			return err
		},
		func() error {
			r, err := t.hello(ctx, people[0], people[0], s.Mine, 50)
			out["resume_p50_ms"], out["resume_p99_ms"] = r.value, r.details["resume_p99_ms"]
			return err
		},
	}
	for _, kind := range []string{"chinese", "english", "common"} {
		steps = append(steps, func() error {
			r, err := t.Search(ctx, s, kind, d)
			out["search_"+kind+"_p50_ms"], out["search_"+kind+"_p99_ms"], out["search_"+kind+"_cost"] = r.details["p50_ms"], r.value, r.cost
			return err
		})
	}
	// At last, for it makes the store larger than it is meant to be.
	steps = append(steps, func() error { return t.grownSend(ctx, out, s, people[2:], d) })
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	out["loaded_mb"] = float64(t.RSS()) / 1e6
	return out, nil
}

// busyGroups are the busy conversations into which the people around the circle post: each into one of which they are a member.
func (s Store) busyGroups() []string {
	groups := make([]string, BusyPeople)
	for i := range groups {
		groups[i] = s.Busy[i*BusyConversations/BusyPeople].ID
	}
	return groups
}

// grownSend measures durable posts at saturation: each of two hundred people has one outstanding.
func (t *Target) grownSend(ctx context.Context, out map[string]float64, s Store, people []Person, d time.Duration) error {
	r, err := t.sendInto(ctx, people, s.busyGroups(), SendOptions{Senders: BusyPeople, GroupSize: 10, Duration: d, WarmUp: d / 3})
	out["send_per_s"], out["send_cost"] = r.value, r.cost
	out["send_p50_ms"], out["send_p99_ms"] = r.details["reply_p50_ms"], r.details["reply_p99_ms"]
	return err
}

// growthRate is how many posts a second there are while delivery is measured: few, so that nothing waits for anything else.
const growthRate = 200

// grownDelivery measures the time from a post to its arrival at each of ten people.
func (t *Target) grownDelivery(ctx context.Context, out map[string]float64, s Store, people []Person, d time.Duration) error {
	sent := newSendTimes()
	lats := make([]latencies, len(people))
	var heard atomic.Int64
	var refused atomic.Value
	cr, err := t.connect(ctx, people, func(i int, c *conn) error {
		c.onEvent = func(text []byte, at time.Time) {
			if due := sent.due(text); due > 0 {
				lats[i] = append(lats[i], time.Duration(at.UnixNano()-due))
				heard.Add(1)
			}
		}
		c.onReply = func(_ int, ok bool, text []byte, _ time.Time) {
			if !ok {
				refused.CompareAndSwap(nil, fmt.Errorf("a post was refused: %s", text))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	groups := s.busyGroups()
	began, posts := time.Now(), int(growthRate*d.Seconds())
	for n := range posts {
		due := began.Add(time.Duration(n) * time.Second / growthRate)
		time.Sleep(time.Until(due))
		in, key := postInputKeyed(groups[n*7%len(groups)])
		sent.put(key, due.UnixNano())
		if err := cr.conns[n*7%len(groups)].request(n+2, "post", in); err != nil {
			return errors.Join(err, cr.close())
		}
	}
	await(20*time.Second, func() bool { return heard.Load() >= int64(10*posts) || refused.Load() != nil })
	if err, ok := refused.Load().(error); ok {
		return errors.Join(err, cr.close())
	}
	if err := errors.Join(cr.err(), cr.close()); err != nil {
		return err
	}
	all := slices.Concat(lats...)
	if len(all) != 10*posts {
		return fmt.Errorf("%d of %d deliveries", len(all), 10*posts)
	}
	out["delivery_p50_ms"], out["delivery_p99_ms"] = all.at(50), all.at(99)
	return nil
}
