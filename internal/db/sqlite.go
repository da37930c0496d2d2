package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// sqliteCore is a database file with one writer goroutine and a pool of readers.
type sqliteCore struct {
	path    string
	opt     *Options
	stats   *stats
	writer  *sqliteWriter
	check   *checkpointer
	readers chan *sqliteConn // idle readers; a nil is the right to open one more
	writing sync.WaitGroup   // the writer goroutine
	copying sync.WaitGroup   // the checkpointer goroutine
}

func openSQLite(ctx context.Context, path string, opt *Options, st *stats) (*sqliteCore, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := ownerOnly(path); err != nil {
		return nil, err
	}
	conn, err := openSQLiteConn(path, opt.CacheKB, false)
	if err != nil {
		return nil, err
	}
	// Here and not in every connection: switching to WAL needs the file for itself, and it stays switched.
	for _, pragma := range []string{"PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0",
		"CREATE TABLE IF NOT EXISTS db_position (pos BIGINT NOT NULL)",
		"INSERT INTO db_position (pos) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM db_position)"} {
		if err := conn.script(pragma); err != nil {
			_ = conn.close()
			return nil, fmt.Errorf("%s: %w", pragma, err)
		}
	}
	c := &sqliteCore{path: path, opt: opt, stats: st}
	if c.check, err = newCheckpointer(path, opt, st); err != nil {
		_ = conn.close()
		return nil, err
	}
	if c.writer, err = newSQLiteWriter(conn, c.check, opt, st); err != nil {
		return nil, errors.Join(err, conn.close(), c.check.close())
	}
	n := opt.Readers
	if n == 0 {
		n = 4
	}
	c.readers = make(chan *sqliteConn, n)
	for range n {
		c.readers <- nil
	}
	c.writing.Go(c.writer.loop)
	c.copying.Go(c.check.loop)
	return c, nil
}

// ownerOnly makes the file, empty, before SQLite would, so that nobody else reads it; SQLite gives the log and the shared memory beside it
// the same rights. Those of an older file may stand there already.
func ownerOnly(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Chmod(path+suffix, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (c *sqliteCore) read(ctx context.Context, fn func(*Tx) error) (err error) {
	var conn *sqliteConn
	select {
	case conn = <-c.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { c.readers <- conn }()
	if conn == nil {
		fresh, err := openSQLiteConn(c.path, c.opt.CacheKB/8, true)
		if err != nil {
			return outside(err)
		}
		conn = fresh
	}
	if _, err := conn.exec(context.Background(), "BEGIN", nil); err != nil {
		return outside(err)
	}
	defer func() {
		if _, rerr := conn.exec(context.Background(), "ROLLBACK", nil); rerr != nil { // broken: the next reader gets a new one
			_ = conn.close()
			conn = nil
		}
	}()
	c.stats.reads.Add(1)
	defer conn.during(ctx)() // before the snapshot is given back
	err = fn(&Tx{ctx: ctx, run: conn, engine: SQLite, readOnly: true, stats: c.stats})
	if isInterrupt(err) && ctx.Err() != nil {
		return ctx.Err()
	}
	return outside(err)
}

func (c *sqliteCore) write(r *request) { c.writer.enqueue(r) }

func (c *sqliteCore) crowded(*group, int64) bool { return len(c.writer.queue) > cap(c.writer.queue)/2 }

func (c *sqliteCore) close() error {
	c.writer.stop()
	c.writing.Wait()
	c.check.stop()
	c.copying.Wait()
	for range cap(c.readers) {
		if conn := <-c.readers; conn != nil {
			_ = conn.close()
		}
	}
	err := c.writer.conn.close()
	return errors.Join(err, c.check.close())
}
