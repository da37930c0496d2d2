package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultCheckpointPages = 4000 // 16 MB: fewer cost more writes of the same page, more take longer to start after a crash
	checkpointRounds       = 8    // copies beside the writer, until little is left for the moment in which it waits
	littleLeft             = 256  // pages, of 4 KiB: about 1 ms
	checkpointPatience     = 20   // ms that the writer is kept waiting for readers to leave the log
	throttleAfter          = 4    // × CheckpointPages written during one copy: the disk cannot follow
	throttle               = 50 * time.Millisecond
	idleAfter              = 2 * time.Second // without a commit: the log is emptied, so that a start after a crash has nothing to do
)

// checkpointer moves what commits have appended to the write-ahead log into the database file, beside the writer, so that no
// commit pays for it. The log is copied while commits go on; what they added meanwhile is copied, and the log begun anew, in a
// short moment between two commits. The log is bounded by that, by what is written during a copy (the writer is slowed down when
// the disk cannot follow), and by the oldest reader: nothing can be begun anew that somebody still reads.
type checkpointer struct {
	conn  *sqliteConn
	file  *os.File // the database file, to force copied pages to disk before the writer has to wait
	opt   *Options
	stats *stats
	kick  chan struct{}
	quit  chan struct{}

	turn    sync.Mutex   // held by the writer during a commit, and by the checkpointer while the writer must wait
	written atomic.Int64 // pages that commits have appended since the start
	next    atomic.Int64 // value of written at which the next copy begins
	empty   int64        // value of written when the log was last left empty; the loop's
	failing bool         // the newest checkpoint failed; the loop's

	// mu guards the fields below.
	mu     sync.Mutex
	copied chan struct{} // closed when the copy under way ends; nil: none
	from   int64         // value of written when it began
}

func newCheckpointer(path string, opt *Options, st *stats) (*checkpointer, error) {
	conn, err := openSQLiteConn(path, 256, false)
	if err != nil {
		return nil, err
	}
	if err := conn.script(fmt.Sprintf("PRAGMA wal_autocheckpoint=0; PRAGMA busy_timeout=%d", checkpointPatience)); err != nil {
		_ = conn.close()
		return nil, err
	}
	// Closed after all connections: closing any descriptor of the file takes SQLite's locks on it away from this process.
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		_ = conn.close()
		return nil, err
	}
	c := &checkpointer{conn: conn, file: file, opt: opt, stats: st, kick: make(chan struct{}, 1), quit: make(chan struct{})}
	c.next.Store(int64(opt.CheckpointPages))
	return c, nil
}

// wrote counts what a commit of w appended. It is called by the writer, without turn.
func (c *checkpointer) wrote(w *sqliteConn) {
	now := c.written.Add(w.pagesWritten())
	if now < c.next.Load() {
		return
	}
	select {
	case c.kick <- struct{}{}:
	default: // it knows
	}
	c.mu.Lock()
	copied, behind := c.copied, now-c.from
	c.mu.Unlock()
	if copied == nil || behind < int64(throttleAfter*c.opt.CheckpointPages) {
		return
	}
	timer := time.NewTimer(throttle)
	defer timer.Stop()
	select {
	case <-copied:
	case <-timer.C:
	}
}

func (c *checkpointer) loop() {
	tick := time.NewTicker(idleAfter)
	defer tick.Stop()
	seen := int64(0)
	for {
		select {
		case <-c.quit:
			return
		case <-c.kick:
			if c.written.Load() >= c.next.Load() {
				c.run("RESTART")
			}
		case <-tick.C:
			now := c.written.Load()
			if now == seen && now != c.empty {
				c.run("TRUNCATE")
			}
			seen = now
		}
	}
}

// run empties the log; mode says how the last step leaves the file: RESTART as long as it is, TRUNCATE empty.
func (c *checkpointer) run(mode string) {
	defer func() { c.next.Store(c.written.Load() + int64(c.opt.CheckpointPages)) }()
	for range checkpointRounds {
		before := c.written.Load()
		left, err := c.copy(before)
		if err != nil {
			c.failed(err)
			return
		}
		if left > int64(c.opt.CheckpointPages) { // somebody reads what is old: keep the writer waiting for nothing
			return
		}
		if c.written.Load()-before <= littleLeft {
			break
		}
	}
	c.turn.Lock()
	began := time.Now()
	busy, _, err := c.checkpoint(mode)
	if err == nil && !busy && mode == "TRUNCATE" {
		c.empty = c.written.Load()
	}
	c.turn.Unlock()
	c.stats.held(time.Since(began))
	if err != nil {
		c.failed(err)
		return
	}
	c.failing = false
}

// copy moves pages beside the writer and returns how many of those that it saw are left.
func (c *checkpointer) copy(from int64) (left int64, err error) {
	done := make(chan struct{})
	c.mu.Lock()
	c.copied, c.from = done, from
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.copied = nil
		c.mu.Unlock()
		close(done)
	}()
	if _, left, err = c.checkpoint("PASSIVE"); err != nil {
		return 0, err
	}
	if err := c.file.Sync(); err != nil { // SQLite forces it again before it begins the log anew; then there is little to force
		c.opt.fatal(fmt.Errorf("forcing data to disk failed, what the disk holds is unknown: %w", err))
		return 0, err
	}
	return left, nil
}

func (c *checkpointer) checkpoint(mode string) (busy bool, left int64, err error) {
	rows, err := c.conn.query(context.Background(), "PRAGMA wal_checkpoint("+mode+")", nil)
	if err != nil {
		return false, 0, err
	}
	var stuck, pages, moved int64
	if rows.next() {
		err = rows.scan([]any{&stuck, &pages, &moved})
	}
	if cerr := rows.close(); err == nil {
		err = cerr
	}
	c.stats.checkpoints.Add(1)
	return stuck != 0, pages - moved, err
}

// failed reports a checkpoint that did not happen: the log holds everything still, so nothing is lost, and the next one tries again.
func (c *checkpointer) failed(err error) {
	if isFsync(err) {
		c.opt.fatal(fmt.Errorf("forcing data to disk failed, what the disk holds is unknown: %w", err))
	}
	if !c.failing { // once, not every few seconds while a disk is full
		c.opt.Log.Error("checkpoint failed", "error", err)
	}
	c.failing = true
}

func (c *checkpointer) stop() { close(c.quit) }

func (c *checkpointer) close() error { return errors.Join(c.conn.close(), c.file.Close()) }
