package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/xinshu-im/xinshu/internal/bench"
)

type benchCmd struct {
	Scenario string        `arg:"" enum:"all,conns,fanout,send,latency,hello,history,herd,stalled,pressure,search,people,start,office,soak,growth" help:"all (but office, soak and growth, which take long), or one of conns, fanout, send, latency, hello, history, herd, stalled, pressure, search, people, start, office, soak, growth."`
	URL      string        `name:"url" help:"Server that runs with --bench; default: one is started here on an empty folder." placeholder:"URL"`
	PID      int           `name:"pid" help:"Process of that server, when it is on this machine, for its CPU and memory." placeholder:"PID"`
	On       string        `help:"Data folder of that server, as it was given to it, when it holds other data than that of load tests." placeholder:"DIR"`
	Database string        `help:"Database of the server that is started." default:"sqlite" placeholder:"URL"`
	Runs     int           `help:"Runs of each scenario." default:"3"`
	Duration time.Duration `help:"Measured part of a run; 0: 5s, for soak 1h." default:"0s"`
	Rate     float64       `help:"send, fanout: messages per second, 0 is saturation; soak: 0 is half of that." default:"0"`
	Scale    float64       `help:"Size of crowds and stores, 1 is that of the promises." default:"1"`
	People   int           `help:"office: active people." default:"1000"`
	Posts    float64       `help:"office: times the usual rate of posts." default:"1"`
	Stores   string        `help:"growth: keep the filled stores here and use those that are there; default: temporary ones." type:"path" placeholder:"DIR"`
	From     string        `help:"growth: measure nothing, draw the figures of this file." type:"existingfile" placeholder:"FILE"`
	Charts   string        `help:"growth: draw the figures into this folder, as capacity.svg and capacity.zh-CN.svg." type:"existingdir" placeholder:"DIR"`
	Out      string        `help:"Write the figures to this file too." type:"path" placeholder:"FILE"`
	Profile  string        `help:"Keep CPU and allocation profiles of the started server in this folder, one of each scenario." type:"path" placeholder:"DIR"`
	NATS     string        `name:"nats" help:"fanout: measure this program, a bare NATS server, with the same crowd." type:"existingfile" placeholder:"PROGRAM"`
}

// Run measures and prints the figures as JSON.
func (c *benchCmd) Run(ctx context.Context) error {
	if c.Scenario == "soak" {
		return c.soak(ctx)
	}
	if c.Scenario == "growth" {
		return c.growth(ctx)
	}
	report, err := bench.Measure(ctx, bench.Plan{
		Scenario: c.Scenario, URL: c.URL, PID: c.PID, On: c.On, Database: c.Database, Runs: c.Runs, Duration: cmp.Or(c.Duration, 5*time.Second),
		Rate: c.Rate, Scale: c.Scale, People: c.People, Posts: c.Posts, Profile: c.Profile, NATS: c.NATS, Commit: commit, Progress: os.Stderr,
	})
	if len(report.Figures) == 0 && err != nil {
		return err
	}
	return errors.Join(err, c.print(report))
}

// soak runs for long on a server of its own.
func (c *benchCmd) soak(ctx context.Context) error {
	report, err := bench.Soak(ctx, bench.SoakOptions{Database: c.Database, Rate: c.Rate, Duration: cmp.Or(c.Duration, time.Hour), Scale: c.Scale,
		Commit: commit, Progress: os.Stderr})
	if len(report.Series) == 0 && err != nil {
		return err
	}
	if err == nil && (!report.Level || report.Missing != 0 || report.Failed != 0) {
		err = errors.New("not everything is level, or something failed: see the report")
	}
	return errors.Join(err, c.print(report))
}

// growth measures servers of its own, one for each size, and draws the figures, or those of an earlier run.
func (c *benchCmd) growth(ctx context.Context) error {
	if c.From != "" {
		text, err := os.ReadFile(c.From)
		if err != nil {
			return err
		}
		var report bench.Growth
		if err := json.Unmarshal(text, &report); err != nil {
			return fmt.Errorf("%s: %w", c.From, err)
		}
		return c.draw(report)
	}
	report, err := bench.MeasureGrowth(ctx, bench.GrowthOptions{Folder: c.Stores, Runs: c.Runs, Duration: cmp.Or(c.Duration, 5*time.Second), Scale: c.Scale,
		Commit: commit, Progress: os.Stderr})
	if len(report.Points) == 0 && err != nil {
		return err
	}
	return errors.Join(err, c.print(report), c.draw(report))
}

// draw writes the pictures of the pages about capacity.
func (c *benchCmd) draw(report bench.Growth) error {
	if c.Charts == "" {
		return nil
	}
	return errors.Join(os.WriteFile(filepath.Join(c.Charts, "capacity.svg"), bench.Chart(report, false), 0o644),
		os.WriteFile(filepath.Join(c.Charts, "capacity.zh-CN.svg"), bench.Chart(report, true), 0o644))
}

// print writes a report to the terminal, and to a file that was named.
func (c *benchCmd) print(report any) error {
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	fmt.Print(string(text))
	if c.Out == "" {
		return nil
	}
	return os.WriteFile(c.Out, text, 0o644)
}
