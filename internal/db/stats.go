package db

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// stats counts what the database does.
type stats struct {
	reads, acts, commits, failures  atomic.Int64
	statements                      atomic.Int64
	refused, refusedSaid            atomic.Int64 // acts of groups; Unix ns of the newest line in the log about them
	commitNanos                     atomic.Int64
	checkpoints, heldNanos, heldMax atomic.Int64
}

func (s *stats) commit(acts int, took time.Duration) {
	s.commits.Add(1)
	s.acts.Add(int64(acts))
	s.commitNanos.Add(int64(took))
}

// sayCrowded says whether it is time for a line in the log: one in ten seconds.
func (s *stats) sayCrowded() bool {
	last, now := s.refusedSaid.Load(), time.Now().UnixNano()
	return now-last > int64(10*time.Second) && s.refusedSaid.CompareAndSwap(last, now)
}

// held notes that the writer waited for a checkpoint. Only one goroutine calls it.
func (s *stats) held(took time.Duration) {
	s.heldNanos.Add(int64(took))
	s.heldMax.Store(max(s.heldMax.Load(), int64(took)))
}

// Stats are counters since the start, for metrics.
type Stats struct {
	Reads, Acts, Commits, Failures int64
	Statements                     int64         // of transactions' bodies
	Refused                        int64         // acts that found too much waiting
	CommitTime                     time.Duration // sum over all commits, statements included
	Checkpoints                    int64         // SQLite: moves of the log into the database file
	Held, HeldMax                  time.Duration // SQLite: what the writer waited for them, in all and at most
}

// Stats returns the counters.
func (d *DB) Stats() Stats {
	return Stats{
		Reads: d.stats.reads.Load(), Acts: d.stats.acts.Load(), Commits: d.stats.commits.Load(),
		Failures: d.stats.failures.Load(), Statements: d.stats.statements.Load(), CommitTime: time.Duration(d.stats.commitNanos.Load()),
		Refused: d.stats.refused.Load(), Checkpoints: d.stats.checkpoints.Load(), Held: time.Duration(d.stats.heldNanos.Load()), HeldMax: time.Duration(d.stats.heldMax.Load()),
	}
}

// fatal reports what nobody can continue from; without a hook it ends the process, so that nothing more is acknowledged.
func (o *Options) fatal(err error) {
	o.Log.Error("the data store failed", "error", err)
	if o.Fatal != nil {
		o.Fatal(err)
		return
	}
	fmt.Fprintln(os.Stderr, "xinshu:", err)
	os.Exit(3)
}
