package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// OfficeOptions shape a run of people at work.
type OfficeOptions struct {
	People   int
	Posts    float64 // times the usual rate of posts; all else happens as often as ever
	Probes   []Probe // what to search for
	Duration time.Duration
	WarmUp   time.Duration
}

// actEvery is how often an active person does something, on average: Mattermost's load test, which took it and the shares of
// [acts] from the busiest hours of its largest customer.
const actEvery = 108 * time.Second

// maxActs bounds the acts under way: a server that is that far behind does not come back.
const maxActs = 10_000

// Moment is what a long run looked like at one time.
type Moment struct {
	At    float64 `json:"at_s"` // since the load began, warm-up included
	RSS   float64 `json:"rss_mb"`
	Cores float64 `json:"server_cores"` // busy since the moment before
	Acts  int     `json:"acts"`         // answered since the moment before
	P99   float64 `json:"reply_p99_ms"` // of these
}

// momentEvery is the distance of moments.
const momentEvery = 10 * time.Second

// Office has people work: each act is due at a random time, independent of all others, and its clock starts then. Value is the
// p99 in ms of whole acts, of which some are several requests one after the other.
func (t *Target) Office(ctx context.Context, prefix string, o OfficeOptions) (out run, series []Moment, err error) {
	of, err := t.openOffice(ctx, prefix, o)
	if err != nil {
		return out, series, err
	}
	defer func() { err = errors.Join(err, of.close()) }()
	began := time.Now()
	of.from, of.until = began.Add(o.WarmUp), began.Add(o.WarmUp+o.Duration)
	watching, stop := context.WithCancel(ctx)
	moments := make(chan []Moment, 1)
	go func() { moments <- of.watch(watching, began) }()
	cpu, own := t.CPU(), ownCPU()
	err = of.work(ctx, o.Posts)
	cpu, own = t.CPU()-cpu, ownCPU()-own
	stop()
	series = <-moments
	if err != nil {
		return out, series, err
	}
	whole := o.Duration + o.WarmUp
	out.value, out.cost, out.details = of.figures()
	out.cost = perMillion(cpu, out.cost)
	out.details["server_cores"], out.details["client_cores"] = cpu.Seconds()/whole.Seconds(), own.Seconds()/whole.Seconds()
	out.details["people"], out.details["posts_times"] = float64(o.People), o.Posts
	level(series, o.WarmUp, out.details)
	return out, series, of.oddity
}

// level judges memory: the mean of the first sixth after the warm-up against that of the last.
func level(series []Moment, warmUp time.Duration, details map[string]float64) {
	for len(series) > 0 && series[0].At < warmUp.Seconds() {
		series = series[1:]
	}
	mean := func(part []Moment) (sum float64) {
		for _, m := range part {
			sum += m.RSS
		}
		return sum / float64(max(1, len(part)))
	}
	sixth := (len(series) + 5) / 6
	first, last, peak := mean(series[:sixth]), mean(series[len(series)-sixth:]), 0.0
	for _, m := range series {
		peak = max(peak, m.RSS)
	}
	details["rss_first_mb"], details["rss_last_mb"], details["rss_peak_mb"] = first, last, peak
	if first > 0 {
		details["rss_growth_percent"] = 100 * (last/first - 1)
	}
}

// office is people at work.
type office struct {
	target         *Target
	people         []*colleague
	rooms          []*officeRoom
	texts, queries []string
	posted         sync.Map // client_id → when the post was due, Unix ns

	from, until time.Time // acts that are due between them are measured
	acting      atomic.Int64

	// mu guards the fields below.
	mu        sync.Mutex
	all       latencies
	byAct     map[string]latencies
	recent    latencies // since the last moment
	delivered latencies
	refused   int
	failed    int
	oddity    error // the first failure
}

// work lets acts happen until the end and waits for their answers.
func (of *office) work(ctx context.Context, posts float64) error {
	rng := rand.New(rand.NewPCG(1, uint64(len(of.people))))
	var sum float64
	for _, a := range acts {
		sum += a.share(posts)
	}
	mean := float64(actEvery) * usualShares() / sum / float64(len(of.people))
	var wg sync.WaitGroup
	defer wg.Wait()
	for due := time.Now(); due.Before(of.until); due = due.Add(time.Duration(rng.ExpFloat64() * mean)) {
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if of.acting.Load() > maxActs {
			return errors.New("the server answers too slowly: 10,000 acts under way")
		}
		a, p := pick(rng, posts, sum), of.people[rng.IntN(len(of.people))]
		seed := rng.Uint64()
		of.acting.Add(1)
		wg.Go(func() {
			defer of.acting.Add(-1)
			of.act(ctx, a, p, due, rand.New(rand.NewPCG(seed, 2)))
		})
	}
	return nil
}

// act has one person do one thing; nobody does two at a time.
func (of *office) act(ctx context.Context, a act, p *colleague, due time.Time, rng *rand.Rand) {
	p.busy.Lock()
	err := a.do(of, ctx, p, rng, due)
	p.busy.Unlock()
	took := time.Since(due)
	of.mu.Lock()
	defer of.mu.Unlock()
	var answer *answerError
	switch {
	case err == nil:
		of.recent = append(of.recent, took)
		if !due.Before(of.from) {
			of.all = append(of.all, took)
			of.byAct[a.name] = append(of.byAct[a.name], took)
		}
	case errors.As(err, &answer) && (answer.status == 429 || answer.status == 503):
		of.refused++
	default:
		of.failed++
		if of.oddity == nil {
			of.oddity = fmt.Errorf("%s: %w", a.name, err)
		}
	}
}

// figures returns the p99 of all acts, their number, warm-up included, and the details.
func (of *office) figures() (p99, number float64, details map[string]float64) {
	of.mu.Lock()
	defer of.mu.Unlock()
	details = map[string]float64{
		"p50_ms": of.all.at(50), "max_ms": of.all.at(100), "acts": float64(len(of.all)), "acts_per_s": float64(len(of.all)) / of.until.Sub(of.from).Seconds(),
		"refused": float64(of.refused), "failed": float64(of.failed),
		"deliveries": float64(len(of.delivered)), "delivery_p50_ms": of.delivered.at(50), "delivery_p99_ms": of.delivered.at(99),
	}
	for name, l := range of.byAct {
		details[name+"_n"], details[name+"_p50_ms"], details[name+"_p99_ms"] = float64(len(l)), l.at(50), l.at(99)
	}
	share := of.until.Sub(of.from).Seconds() / time.Since(of.from).Seconds()
	return of.all.at(99), float64(len(of.all)) / min(1, share), details
}

// watch records moments until ctx ends.
func (of *office) watch(ctx context.Context, began time.Time) (out []Moment) {
	tick := time.NewTicker(momentEvery)
	defer tick.Stop()
	cpu, last := of.target.CPU(), began
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return out
		}
		now, used := time.Now(), of.target.CPU()
		of.mu.Lock()
		l := of.recent
		of.recent = nil
		of.mu.Unlock()
		out = append(out, Moment{At: round(now.Sub(began).Seconds()), RSS: round(float64(of.target.RSS()) / 1e6),
			Cores: round((used - cpu).Seconds() / now.Sub(last).Seconds()), Acts: len(l), P99: round(l.at(99))})
		cpu, last = used, now
	}
}
