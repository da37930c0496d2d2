package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"
)

// SoakOptions shape a long run.
type SoakOptions struct {
	Database string
	Rate     float64 // posts/s; 0: half of what a closed loop reaches in the beginning
	Duration time.Duration
	Scale    float64 // of the crowd
	Commit   string
	Progress io.Writer
}

// SoakReport is the content of bench/results/soak.json.
type SoakReport struct {
	Commit     string           `json:"commit"`
	Machine    string           `json:"machine"`
	Engine     string           `json:"engine"`
	At         string           `json:"at"`
	Command    string           `json:"command"`
	Seconds    float64          `json:"seconds"`
	Rate       float64          `json:"rate_per_s"`
	Messages   int64            `json:"messages"`
	Deliveries int64            `json:"deliveries"` // verified: each once and in order
	Missing    int64            `json:"missing"`    // deliveries that did not come, or not in order
	Acts       map[string]int64 `json:"acts"`       // of other kinds
	Failed     int64            `json:"failed"`     // posts and acts
	Evidence   string           `json:"evidence"`   // what 'xinshu audit verify' says afterwards
	Level      bool             `json:"level"`
	Levels     []Level          `json:"levels"`
	Series     []Sample         `json:"series"`
}

const (
	sampleEvery = 10 * time.Second
	keptSamples = 90
	soakTexts   = 8192 // different ones
)

// Soak puts half a load on a server for long and judges whether what it holds stays level. The posts are those of [Target.Send], in words
// that are as unevenly frequent as in speech, and every delivery is verified; beside them a few people do everything else. The
// report is complete also when it is not level, which is no error.
func Soak(ctx context.Context, o SoakOptions) (out SoakReport, err error) {
	self, err := os.Executable()
	if err != nil {
		return out, err
	}
	t, err := Launch(ctx, Launching{Binary: self, Watched: true, Flags: []string{"--database", o.Database}})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	senders := max(2, int(200*o.Scale))
	if o.Rate == 0 {
		peak, err := t.Send(ctx, "peak", SendOptions{Senders: senders, GroupSize: min(10, senders), Duration: 15 * time.Second, WarmUp: 3 * time.Second})
		if err != nil {
			return out, fmt.Errorf("peak: %w", err)
		}
		o.Rate = peak.value / 2
	}
	out = SoakReport{Commit: o.Commit, Machine: machine(), Engine: "sqlite", At: time.Now().UTC().Format(time.RFC3339), Rate: round(o.Rate),
		Seconds: o.Duration.Seconds(), Command: fmt.Sprintf("xinshu bench soak --rate %.0f --duration %s", o.Rate, o.Duration)}
	if o.Database != "sqlite" && o.Database != "" {
		out.Engine = "postgres"
	}
	s := &soak{t: t, o: o, report: &out}
	if err := s.run(ctx, senders); err != nil {
		return out, err
	}
	if err := t.stop(); err != nil {
		return out, fmt.Errorf("stop: %w", err)
	}
	t.cmd = nil
	defer func() { err = errors.Join(err, os.RemoveAll(t.Data)) }()
	out.Evidence, err = verifyEvidence(ctx, self, t.dataFolder(), o.Database)
	return out, err
}

// verifyEvidence recomputes all chains of the data.
func verifyEvidence(ctx context.Context, binary, data, database string) (string, error) {
	text, err := exec.CommandContext(ctx, binary, "audit", "verify", "--data", data, "--database", database).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("audit verify: %w: %s", err, text)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return first, nil
}

// soak is a long run under way.
type soak struct {
	t       *Target
	o       SoakOptions
	report  *SoakReport
	senders []*sender
	orders  []*order
}

// run puts the load on the server.
func (s *soak) run(ctx context.Context, n int) (err error) {
	size := min(10, n)
	people, groups, err := s.t.rings(ctx, "soak", n, size)
	if err != nil {
		return err
	}
	life, err := newLife(ctx, s.t, people, groups)
	if err != nil {
		return err
	}
	s.senders, s.orders = make([]*sender, n), make([]*order, n)
	texts := sameLength(NewVocabulary(1), soakTexts)
	cr, err := s.t.connect(ctx, people, func(i int, c *conn) error {
		s.orders[i], c.buffer = newOrder(), 16<<10
		if s.senders[i], err = newSender(c, groups[i]); err != nil {
			return err
		}
		s.senders[i].texts = append(texts[i*len(texts)/n:len(texts):len(texts)], texts[:i*len(texts)/n]...)
		c.onEvent = func(text []byte, _ time.Time) { s.orders[i].hear(text) }
		c.onReply = func(id int, ok bool, _ []byte, at time.Time) { s.senders[i].answered(id, ok, at, false) }
		return nil
	})
	if err != nil {
		return err
	}
	began := time.Now()
	end := began.Add(s.o.Duration)
	for _, x := range s.senders {
		x.mu.Lock()
		x.until = end.UnixNano()
		x.mu.Unlock()
	}
	ctx, stop := context.WithDeadline(ctx, end)
	defer stop()
	w := &watcher{target: s.t, began: began, every: min(sampleEvery, s.o.Duration/12), posted: func() int64 { posted, _ := s.answers(); return posted },
		lats: s.latencies, heard: s.progress}
	watched, lived := make(chan error, 1), make(chan struct{})
	go func() { watched <- w.run(ctx) }()
	go func() { life.run(ctx); close(lived) }()
	err = pace(context.WithoutCancel(ctx), s.senders, s.o.Rate, end)
	stop()
	<-lived
	err = errors.Join(err, <-watched, s.settle(cr, size), cr.close(), cr.err())
	s.report.Acts = life.counts()
	s.report.Failed += life.failed.Load()
	if len(w.samples) >= 4 {
		s.report.Levels, s.report.Level = judge(w.samples)
	}
	s.report.Series = thin(w.samples, keptSamples)
	return errors.Join(err, life.fault())
}

// settle waits for what is under way and counts.
func (s *soak) settle(cr *crowd, size int) error {
	answered := await(30*time.Second, func() bool {
		for _, x := range s.senders {
			if !x.idle() {
				return false
			}
		}
		return true
	})
	if !answered {
		return errors.New("posts were not answered within 30 s")
	}
	heard := func() (n int64) {
		for _, o := range s.orders {
			n += o.n.Load()
		}
		return n
	}
	r := s.report
	r.Messages, r.Failed = s.answers()
	want := r.Messages * int64(size)
	await(30*time.Second, func() bool { return heard() >= want })
	_ = cr.close() // and nobody reads any more
	r.Deliveries = heard()
	r.Missing = want - r.Deliveries
	for _, o := range s.orders {
		r.Missing += o.gaps
	}
	return nil
}

// answers returns how many posts were acknowledged and how many refused.
func (s *soak) answers() (posted, failed int64) {
	for _, x := range s.senders {
		x.mu.Lock()
		posted, failed = posted+int64(x.answers)-x.failed, failed+x.failed
		x.mu.Unlock()
	}
	return posted, failed
}

func (s *soak) latencies() (all latencies) {
	for _, x := range s.senders {
		all = append(all, x.takeLatencies()...)
	}
	return all
}

func (s *soak) progress(x Sample) {
	_, _ = fmt.Fprintf(s.o.Progress, "%5.0f s %10d posts, p99 %6.1f ms, %.2f cores, RSS %.0f MB, heap %.0f MB, %v goroutines, %v descriptors, index %.1f s behind, store %.0f + %.0f, index %.0f + %.0f\n",
		x.At, x.Posted, x.ReplyP99, x.Cores, x.RSS, x.Heap, x.Goroutines, x.Descriptors, x.Behind,
		x.Files["xinshu.db"], x.Files["xinshu.db-wal"], x.Files["search.db"], x.Files["search.db-wal"]) // progress only
}

// sameLength returns texts that are as long as text200.
func sameLength(v *Vocabulary, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		text := []byte(v.Text(true))
		cut := min(len(text), len(text200))
		for cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut--
		}
		out[i] = append(text[:cut:cut], strings.Repeat(".", len(text200)-cut)...)
	}
	return out
}
