package blob

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Grace is how long an object stays that nobody holds: longer than a backup takes, which copies objects after the database.
const Grace = 24 * time.Hour

// sweepEvery is how often [Store.Run] looks.
const sweepEvery = time.Hour

// Options are what a [Store] needs.
type Options struct {
	DB      *db.DB
	Clock   xinshu.Clock
	Log     *slog.Logger
	Objects Objects
}

// Store is the objects together with the count of who refers to them.
type Store struct {
	opt Options
	// mu guards the moment between a row of blob and its object: it may be removed by one and put by another.
	mu sync.Mutex
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this package's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("blob: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// New returns a store.
func New(opt Options) *Store {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Store{opt: opt}
}

// Put takes over the complete file at path and returns its name and size in bytes after it is durable. Nobody holds it yet:
// [Store.Hold] has to follow within [Grace]. Errors: [xinshu.DiskFull], [xinshu.Unavailable].
func (s *Store) Put(ctx context.Context, path string) (Digest, int64, error) {
	d, size, err := sumFile(path)
	if err != nil {
		return d, 0, fmt.Errorf("read file: %w", err)
	}
	return d, size, s.PutAs(ctx, d, size, path)
}

// PutAs is [Store.Put] for a file whose digest and size are known. It may be repeated after a failure at any point.
func (s *Store) PutAs(ctx context.Context, d Digest, size int64, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := xinshu.MillisOf(s.opt.Clock.Now())
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) error { // first: what was put and never held is found by its row
		_, err := tx.Exec(`INSERT INTO blob (digest, size, refs, released_at) VALUES (?1, ?2, 0, ?3)
			ON CONFLICT (digest) DO UPDATE SET released_at = excluded.released_at`, d[:], size, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("record object: %w", err)
	}
	return s.opt.Objects.Adopt(d, path)
}

// Hold counts one more reference; [xinshu.NotFound] for what was not put. Inside the caller's transaction.
func (s *Store) Hold(tx *db.Tx, d Digest) error {
	n, err := tx.Exec(`UPDATE blob SET refs = refs + 1 WHERE digest = ?1`, d[:])
	if err == nil && n == 0 {
		return errNoObject
	}
	return err
}

// Drop counts one reference less. Inside the caller's transaction.
func (s *Store) Drop(tx *db.Tx, d Digest) error {
	n, err := tx.Exec(`UPDATE blob SET refs = refs - 1, released_at = ?2 WHERE digest = ?1 AND refs > 0`, d[:], xinshu.MillisOf(s.opt.Clock.Now()))
	if err == nil && n == 0 {
		return errNoObject
	}
	return err
}

// Open returns the content of an object; [xinshu.NotFound] if there is none. The caller closes it.
func (s *Store) Open(d Digest) (Content, error) { return s.opt.Objects.Open(d) }

// sweepBatch bounds the objects of one look, and so how long the writer is held.
const sweepBatch = 100

// Sweep removes what nobody has held for [Grace] and returns how many objects.
func (s *Store) Sweep(ctx context.Context) (removed int, err error) {
	before := xinshu.MillisOf(s.opt.Clock.Now().Add(-Grace))
	for {
		var old [][]byte
		err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
			old, err = db.Column[[]byte](tx, `SELECT digest FROM blob WHERE refs = 0 AND released_at < ?1 ORDER BY released_at LIMIT ?2`, before, sweepBatch)
			return err
		})
		if err != nil {
			return removed, fmt.Errorf("objects nobody holds: %w", err)
		}
		for _, d := range old {
			gone, err := s.remove(ctx, Digest(d), before)
			if err != nil {
				return removed, err
			}
			if gone {
				removed++
			}
		}
		if len(old) < sweepBatch {
			return removed, nil
		}
	}
}

// remove removes an object unless somebody came to hold it.
func (s *Store) remove(ctx context.Context, d Digest, before xinshu.Millis) (gone bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM blob WHERE digest = ?1 AND refs = 0 AND released_at < ?2`, d[:], before)
		gone = n > 0
		return err
	})
	if err != nil || !gone {
		return false, err
	}
	if err := s.opt.Objects.Remove(d); err != nil {
		return false, fmt.Errorf("remove object %s: %w", d, err)
	}
	return true, nil
}

// Run sweeps now and then until ctx ends.
func (s *Store) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.opt.Log.Error("remove objects that nobody holds", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Report is what [Store.Check] found.
type Report struct {
	Objects int64
	Bytes   int64
	Faults  []string // one sentence for each object that is missing or not what its name says, at most 20
}

// maxFaults bounds [Report.Faults].
const maxFaults = 20

// Check looks whether every object that somebody holds is there with its size, and, if deep, whether its content is what its name says.
func (s *Store) Check(ctx context.Context, deep bool) (r Report, err error) {
	type held struct {
		digest Digest
		size   int64
	}
	for last := []byte{}; ; {
		var page []held
		err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = db.All(tx, func(rows *db.Rows) (h held, err error) {
				var digest []byte
				err = rows.Scan(&digest, &h.size)
				copy(h.digest[:], digest)
				return h, err
			}, `SELECT digest, size FROM blob WHERE refs > 0 AND digest > ?1 ORDER BY digest LIMIT 500`, last)
			return err
		})
		if err != nil || len(page) == 0 {
			return r, err
		}
		for _, h := range page {
			if err := ctx.Err(); err != nil {
				return r, err
			}
			r.Objects++
			r.Bytes += h.size
			if fault := s.fault(h.digest, h.size, deep); fault != "" && len(r.Faults) < maxFaults {
				r.Faults = append(r.Faults, fmt.Sprintf("object %s %s", h.digest, fault))
			}
		}
		last = page[len(page)-1].digest[:]
	}
}

// fault says what is wrong with an object, "" for nothing.
func (s *Store) fault(d Digest, size int64, deep bool) string {
	c, err := s.opt.Objects.Open(d)
	if err != nil {
		var known *xinshu.Error
		if errors.As(err, &known) && known.Code == xinshu.NotFound {
			return "is missing"
		}
		return "cannot be read: " + err.Error()
	}
	defer c.Close()
	if c.Size() != size {
		return fmt.Sprintf("has %d bytes instead of %d", c.Size(), size)
	}
	if !deep {
		return ""
	}
	sum, _, err := Sum(c)
	switch {
	case err != nil:
		return "cannot be read: " + err.Error()
	case sum != d:
		return "is damaged"
	}
	return ""
}
