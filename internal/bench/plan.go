package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// Plan says what to measure and where.
type Plan struct {
	Scenario string // "all" or one scenario
	URL      string // "": start a server here
	PID      int
	On       string // data folder of that server, if it is not for load tests alone
	Database string
	Runs     int
	Duration time.Duration
	Rate     float64
	Scale    float64 // of crowds and stores
	People   int     // office: how many
	Posts    float64 // office: times the usual rate of posts
	Profile  string
	NATS     string // program of a bare NATS server to run beside fan-out, or ""
	Commit   string
	Progress io.Writer
}

// Report is the content of bench/results/latest.json.
type Report struct {
	Commit  string   `json:"commit"`
	Machine string   `json:"machine"`
	Engine  string   `json:"engine"`
	At      string   `json:"at"`
	Figures []Figure `json:"figures"`
}

// scenario is one figure: how to measure it and when its promise is kept.
type scenario struct {
	name   string // of the command line
	figure Figure
	once   bool // a second run would measure the same server in the same state
	filled bool // needs the store of a million messages; such scenarios share one server
	alone  bool // takes long: not one of "all"
	run    func(ctx context.Context, b *session, n int) (run, error)
	met    func(r run) bool
}

// session is a plan under way.
type session struct {
	plan   Plan
	target *Target
	store  *Store
	series []Moment // of a long run
	serial int      // makes names of groups unique on one server
}

// scaled is a size of the promises in this plan.
func (b *session) scaled(n int) int { return max(1, int(float64(n)*b.plan.Scale)) }

// name returns a fresh prefix for groups.
func (b *session) name(what string) string {
	b.serial++
	return fmt.Sprintf("%s-%d-%d", what, time.Now().Unix(), b.serial)
}

// Measure carries out a plan. Figures that could be measured are in the report even if err is not nil.
func Measure(ctx context.Context, p Plan) (Report, error) {
	report := Report{Commit: p.Commit, Machine: machine(), Engine: p.Database, At: time.Now().UTC().Format(time.RFC3339), Figures: []Figure{}}
	if p.Database != "sqlite" && p.Database != "" {
		report.Engine = "postgres"
	}
	var errs []error
	var shared *session // holds the filled server between the scenarios that need it
	defer func() {
		if shared != nil {
			_ = shared.target.Close() // its figures are in the report; the folder is in the temporary place
		}
	}()
	for _, s := range scenarios() {
		if p.Scenario != s.name && (p.Scenario != "all" || s.alone) {
			continue
		}
		_, _ = fmt.Fprintf(p.Progress, "%s %s\n", s.figure.ID, s.figure.Name) // progress only
		b, err := shared, error(nil)
		if !s.filled || b == nil {
			b, err = p.session(ctx)
		}
		if s.filled {
			shared = b
		}
		var f Figure
		if err == nil {
			f, err = b.measure(ctx, s)
			if !s.filled {
				err = errors.Join(err, b.target.Close())
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", s.figure.ID, s.figure.Name, err))
			_, _ = fmt.Fprintf(p.Progress, "   %v\n", err)
			continue
		}
		_, _ = fmt.Fprintf(p.Progress, "   %v %s (%s), %v %s, promise %s, met %v %v\n", f.Value, f.Unit, f.Spread, f.Cost, f.CostUnit, f.Promise, f.Met, f.Details)
		report.Figures = append(report.Figures, f)
	}
	return report, errors.Join(errs...)
}

// session starts a server, or takes the one that the plan names.
func (p Plan) session(ctx context.Context) (*session, error) {
	b := &session{plan: p}
	var err error
	if p.Profile != "" {
		if err := os.MkdirAll(p.Profile, 0o755); err != nil {
			return nil, err
		}
	}
	if p.URL != "" {
		b.target, err = Attach(ctx, p.URL, p.PID, p.On)
		return b, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b.target, err = Launch(ctx, Launching{Binary: self, Profiles: p.Profile, Flags: []string{"--database", p.Database}})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// measure runs one scenario.
func (b *session) measure(ctx context.Context, s scenario) (Figure, error) {
	n := b.plan.Runs
	if s.once {
		n = 1
	}
	b.target.profiles.name = s.figure.ID
	var runs []run
	for i := range n {
		r, err := s.run(ctx, b, i)
		if err != nil {
			return Figure{}, err
		}
		if err := b.target.profiles.wait(); err != nil {
			return Figure{}, err
		}
		runs = append(runs, r)
	}
	f := s.figure
	f.Command, f.Series = "xinshu bench "+s.name, b.series
	return summarise(f, runs, s.met), nil
}

func machine() string {
	return fmt.Sprintf("%d cores, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}
