package db

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Engine names the database system.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say which database to open and how.
type Options struct {
	// URL is "sqlite:PATH" (a file, made if absent) or "postgres://…".
	URL string
	// Readers bounds concurrent reads; 0 means 4 on SQLite and 32 on PostgreSQL.
	Readers int
	// CacheKB bounds SQLite's page cache of the writer, in KiB; 0 means 65,536. Readers get an eighth each.
	CacheKB int
	// CommitWindow is how long a busy writer waits for company; 0 means 2 ms. Only SQLite.
	CommitWindow time.Duration
	// CheckpointPages is how far SQLite's log grows until it is moved into the file, in pages of 4 KiB; 0 means 4,000.
	CheckpointPages int
	// Fatal is called on a failed fsync, after which nothing may be acknowledged; nil ends the process.
	Fatal func(error)
	// Log receives what no caller gets to see; nil means slog.Default.
	Log *slog.Logger
}

// DB is an open database.
type DB struct {
	engine Engine
	core   core
	opt    Options
	closed atomic.Bool
	stats  stats
}

// core is what the two engines implement.
type core interface {
	read(ctx context.Context, fn func(*Tx) error) error
	write(r *request)                 // enqueues; the request's done is called exactly once
	crowded(g *group, key int64) bool // so much waits where an item of this key would
	close() error
}

// request is one act on its way through the writer.
type request struct {
	ctx   context.Context // the caller's; looked at only before the act begins
	fn    func(*Tx) error // nil for an item of a group
	group *group
	item  any
	key   int64
	done  func(error) // called once, after commit hooks
	state atomic.Int32
	err   error // how the act itself ended; the committer's
	// applied says that the item was part of a group call earlier in this batch; the committer's.
	applied bool
}

const (
	stateWaiting int32 = iota
	stateRunning
	stateDropped
)

// begin says whether the act may start: false if its caller has gone.
func (r *request) begin() bool {
	if r.ctx != nil && r.ctx.Err() != nil {
		r.state.CompareAndSwap(stateWaiting, stateDropped)
	}
	return r.state.CompareAndSwap(stateWaiting, stateRunning)
}

// Open opens the database and checks that it answers.
func Open(ctx context.Context, opt Options) (*DB, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.CommitWindow == 0 {
		opt.CommitWindow = 2 * time.Millisecond
	}
	if opt.CacheKB == 0 {
		opt.CacheKB = 65536
	}
	if opt.CheckpointPages == 0 {
		opt.CheckpointPages = defaultCheckpointPages
	}
	d := &DB{opt: opt}
	var err error
	switch {
	case strings.HasPrefix(opt.URL, "sqlite:"):
		d.engine = SQLite
		d.core, err = openSQLite(ctx, strings.TrimPrefix(opt.URL, "sqlite:"), &d.opt, &d.stats)
	case strings.HasPrefix(opt.URL, "postgres://"), strings.HasPrefix(opt.URL, "postgresql://"):
		d.engine = Postgres
		d.core, err = openPostgres(ctx, opt.URL, &d.opt, &d.stats)
	default:
		return nil, fmt.Errorf("database: want sqlite:PATH or postgres://…")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// Engine returns which system holds the data. Only db and search may decide anything by it.
func (d *DB) Engine() Engine { return d.engine }

// Read runs fn on one consistent snapshot. Reads never wait for the writer. A cancelled ctx interrupts the running statement.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if d.closed.Load() {
		return errClosed
	}
	return d.core.read(ctx, fn)
}

// Write runs fn in one transaction and returns after it is durable. If fn returns an error, nothing of it is stored and the
// error is returned. fn may run more than once (PostgreSQL's serialisation failures), so it must not change anything outside
// the transaction except results that it sets anew each time.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if d.closed.Load() {
		return errClosed
	}
	r := &request{ctx: ctx, fn: fn}
	return d.wait(ctx, r)
}

// wait hands r to the writer and waits for its end; a caller that leaves before the act began takes it along.
func (d *DB) wait(ctx context.Context, r *request) error {
	done := make(chan error, 1)
	r.done = func(err error) { done <- err }
	d.core.write(r)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		if r.state.CompareAndSwap(stateWaiting, stateDropped) {
			return ctx.Err()
		}
		return <-done // begun: it will end soon, and the caller learns the truth
	}
}

// Close waits for the acts under way and closes the database. Later calls fail with [xinshu.Unavailable].
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	return d.core.close()
}

var errClosed = xinshu.Errorf(xinshu.Unavailable, "The server is stopping.")
