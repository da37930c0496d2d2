package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Sample is what a server holds at one moment, and what it did since the sample before.
type Sample struct {
	At          float64            `json:"at_s"`   // since the load began
	Posted      int64              `json:"posted"` // acknowledged since the load began
	ReplyP50    float64            `json:"reply_p50_ms"`
	ReplyP99    float64            `json:"reply_p99_ms"`
	Cores       float64            `json:"server_cores"` // busy, on average
	Machine     float64            `json:"machine_load"` // load average of one minute, all programs
	RSS         float64            `json:"rss_mb"`
	Heap        float64            `json:"heap_mb"` // live and not yet collected
	Goroutines  float64            `json:"goroutines"`
	Descriptors float64            `json:"descriptors"`
	Connections float64            `json:"connections"`
	Behind      float64            `json:"search_behind_s"`
	Files       map[string]float64 `json:"files_mb"` // of the data folder, by name
}

// sample looks at a server that was started here, watched.
func (t *Target) sample(ctx context.Context) (Sample, error) {
	gauges, err := t.gauges(ctx)
	if err != nil {
		return Sample{}, err
	}
	files, err := sizes(t.dataFolder())
	if err != nil {
		return Sample{}, err
	}
	return Sample{
		Machine: machineLoad(), RSS: float64(t.RSS()) / 1e6, Heap: gauges["go_memstats_heap_alloc_bytes"] / 1e6,
		Goroutines: gauges["go_goroutines"], Descriptors: gauges["process_open_fds"], Connections: gauges["xinshu_stream_connections"],
		Behind: gauges["xinshu_search_behind_seconds"], Files: files,
	}, nil
}

// gauges reads the server's metrics without labels.
func (t *Target) gauges(ctx context.Context) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+t.admin+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("metrics: %s", resp.Status)
	}
	out := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil { // comments are no numbers
			out[name] = v
		}
	}
	return out, lines.Err()
}

// sizes returns the sizes in MB of a folder's files.
func sizes(folder string) (map[string]float64, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(folder, e.Name()))
		if err == nil && info.Mode().IsRegular() { // one may have gone
			out[e.Name()] = float64(info.Size()) / 1e6
		}
	}
	return out, nil
}

// machineLoad is the load average of the last minute; 0 where it is not known.
func machineLoad() float64 {
	text, _ := os.ReadFile("/proc/loadavg") // elsewhere: not known
	first, _, _ := strings.Cut(string(text), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return load
}

// watcher takes samples at fixed intervals until it is stopped.
type watcher struct {
	target  *Target
	began   time.Time
	every   time.Duration
	posted  func() int64
	lats    func() latencies // since the last call
	heard   func(Sample)     // progress
	samples []Sample
}

// run watches until ctx ends.
func (w *watcher) run(ctx context.Context) error {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	cpu, at := w.target.CPU(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		s, err := w.target.sample(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		l := w.lats()
		now, used := time.Now(), w.target.CPU()
		s.At, s.Posted, s.ReplyP50, s.ReplyP99 = now.Sub(w.began).Seconds(), w.posted(), l.at(50), l.at(99)
		s.Cores = (used - cpu).Seconds() / now.Sub(at).Seconds()
		cpu, at = used, now
		w.samples = append(w.samples, s)
		w.heard(s)
	}
}
