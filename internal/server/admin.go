package server

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// serveAdmin listens for machines that watch this server. A taken default address is no reason not to start.
func (a *App) serveAdmin(failed chan<- error) (stop func() error, err error) {
	if a.cfg.AdminOff() {
		return func() error { return nil }, nil
	}
	l, err := net.Listen("tcp", a.cfg.AdminListen)
	if err != nil {
		if a.cfg.AdminListen == config.DefaultAdminListen {
			a.log.Warn("no admin listener: the default address is taken", "address", a.cfg.AdminListen)
			return func() error { return nil }, nil
		}
		return nil, err
	}
	r := door.New(noPeople{}, a.opt.Clock, a.log, a.opt.Version)
	a.healthDoors(r)
	metrics := promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{})
	r.Plain(door.Door{Name: "metrics", Method: "GET", Path: "/metrics", Policy: door.Metrics, Hidden: true, Summary: "Prometheus metrics"},
		func(w http.ResponseWriter, req *http.Request, _ xinshu.Actor) error {
			metrics.ServeHTTP(w, req)
			return nil
		})
	if a.cfg.Profile {
		for path, h := range map[string]http.HandlerFunc{
			"/debug/pprof/": pprof.Index, "/debug/pprof/profile": pprof.Profile, "/debug/pprof/trace": pprof.Trace,
			"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/cmdline": pprof.Cmdline,
		} {
			r.Plain(door.Door{Name: "profile." + path, Method: "GET", Path: path, Policy: door.Metrics, Hidden: true, Summary: "Go profile"},
				func(w http.ResponseWriter, req *http.Request, _ xinshu.Actor) error {
					h(w, req)
					return nil
				})
		}
	}
	s := a.httpServer(r)
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return s.Close, nil
}

// metrics gathers the counters of the parts.
func (a *App) metrics() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counter := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "xinshu", Name: name, Help: help}, value))
	}
	counter("db_reads_total", "Read transactions.", func() float64 { return float64(a.db.Stats().Reads) })
	counter("db_acts_total", "Committed acts.", func() float64 { return float64(a.db.Stats().Acts) })
	counter("db_commits_total", "Physical commits; on SQLite several acts share one.", func() float64 { return float64(a.db.Stats().Commits) })
	counter("db_commit_failures_total", "Physical commits that failed.", func() float64 { return float64(a.db.Stats().Failures) })
	counter("db_refused_total", "Posts refused because too much waited to be written.", func() float64 { return float64(a.db.Stats().Refused) })
	counter("db_commit_seconds_total", "Time in commits, statements included.", func() float64 { return a.db.Stats().CommitTime.Seconds() })
	counter("db_checkpoints_total", "Moves of SQLite's log into the database file.", func() float64 { return float64(a.db.Stats().Checkpoints) })
	counter("db_held_seconds_total", "Time that commits waited for such moves.", func() float64 { return a.db.Stats().Held.Seconds() })
	counter("memory_refused_total", "Requests, posts and streams that were refused because they would not fit into the memory.", func() float64 { return float64(a.memory.Refused()) })
	gauge := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "xinshu", Name: name, Help: help}, value))
	}
	gauge("memory_limit_bytes", "Memory that the server may use; 0 without a limit.", func() float64 { return float64(a.memory.Limit()) })
	gauge("memory_used_bytes", "Memory in use that the kernel cannot take back, as the limit counts it.", func() float64 { return float64(a.memory.Used()) })
	gauge("sessions_connected", "Sessions whose stream is open and has said hello.", func() float64 { return float64(a.realtime.Sessions()) })
	stream := func(value func(socket.Stats) uint64) func() float64 {
		return func() float64 { return float64(value(a.realtime.Stats())) }
	}
	gauge("stream_connections", "Open WebSocket connections.", func() float64 { return float64(a.realtime.Stats().Connections) })
	counter("stream_accepted_total", "Connections since the start.", stream(func(s socket.Stats) uint64 { return s.Accepted }))
	counter("stream_messages_in_total", "Frames with operations that clients sent.", stream(func(s socket.Stats) uint64 { return s.MessagesIn }))
	counter("stream_bytes_in_total", "Bytes that clients sent.", stream(func(s socket.Stats) uint64 { return s.BytesIn }))
	counter("stream_bytes_out_total", "Bytes that sockets took.", stream(func(s socket.Stats) uint64 { return s.BytesOut }))
	counter("stream_slow_total", "Clients that were disconnected because they did not read.", stream(func(s socket.Stats) uint64 { return s.SlowCloses }))
	counter("stream_timeouts_total", "Clients that were disconnected because they were silent.", stream(func(s socket.Stats) uint64 { return s.Timeouts }))
	counter("stream_refused_total", "Clients that were disconnected because they broke the protocol or a limit.", stream(func(s socket.Stats) uint64 { return s.Refused }))
	counter("requests_refused_total", "Requests and operations of streams that were refused because somebody sent too many.", func() float64 { return float64(a.door.Limited().Refused()) })
	gauge("search_behind_seconds", "Age of the newest message that is in the search index while others wait to be; 0: none waits.",
		func() float64 { return a.search.Behind().Seconds() })
	info := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "xinshu", Name: "info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": a.opt.Version, "database": string(a.db.Engine())}})
	info.Set(1)
	reg.MustRegister(info)
	return reg
}
