package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/xinshu-im/xinshu/internal/bench"
)

type benchCmd struct {
	Scenario string        `arg:"" enum:"all,conns,fanout,send,latency,hello,history,herd,stalled,pressure,search,people,start,office" help:"all (but office, which takes long), or one of conns, fanout, send, latency, hello, history, herd, stalled, pressure, search, people, start, office."`
	URL      string        `name:"url" help:"Server that runs with --bench; default: one is started here on an empty folder." placeholder:"URL"`
	PID      int           `name:"pid" help:"Process of that server, when it is on this machine, for its CPU and memory." placeholder:"PID"`
	Database string        `help:"Database of the server that is started." default:"sqlite" placeholder:"URL"`
	Runs     int           `help:"Runs of each scenario." default:"3"`
	Duration time.Duration `help:"Measured part of a run." default:"5s"`
	Rate     float64       `help:"send, fanout: messages per second; 0 is saturation." default:"0"`
	Scale    float64       `help:"Size of crowds and stores, 1 is that of the promises." default:"1"`
	People   int           `help:"office: active people." default:"1000"`
	Posts    float64       `help:"office: times the usual rate of posts." default:"1"`
	Out      string        `help:"Write the figures to this file too." type:"path" placeholder:"FILE"`
	Profile  string        `help:"Keep CPU and allocation profiles of the started server in this folder, one of each scenario." type:"path" placeholder:"DIR"`
	NATS     string        `name:"nats" help:"fanout: measure this program, a bare NATS server, with the same crowd." type:"existingfile" placeholder:"PROGRAM"`
}

// Run measures and prints the figures as JSON.
func (c *benchCmd) Run(ctx context.Context) error {
	report, err := bench.Measure(ctx, bench.Plan{
		Scenario: c.Scenario, URL: c.URL, PID: c.PID, Database: c.Database, Runs: c.Runs, Duration: c.Duration,
		Rate: c.Rate, Scale: c.Scale, People: c.People, Posts: c.Posts, Profile: c.Profile, NATS: c.NATS, Commit: commit, Progress: os.Stderr,
	})
	if len(report.Figures) == 0 && err != nil {
		return err
	}
	text, jerr := json.MarshalIndent(report, "", "  ")
	if jerr != nil {
		return errors.Join(err, jerr)
	}
	text = append(text, '\n')
	fmt.Print(string(text))
	if c.Out != "" {
		err = errors.Join(err, os.WriteFile(c.Out, text, 0o644))
	}
	return err
}
