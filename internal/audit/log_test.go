package audit_test

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

// clock is a fake clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type bundle struct {
	d     *db.DB
	clock *clock
	log   *audit.Log
	key   string
}

func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	dbtest.Each(t, audit.Migrations(), func(t *testing.T, d *db.DB) {
		b := &bundle{d: d, clock: &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}, key: filepath.Join(t.TempDir(), "keys", "audit.pem")}
		b.log = b.open(0)
		fn(t, b)
	})
}

func (b *bundle) open(node uint8) *audit.Log {
	return audit.New(audit.Options{DB: b.d, Clock: b.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Node: node, KeyFile: b.key})
}

var actor = xinshu.Actor{Person: 5, Session: 6, Address: "192.0.2.7"}

// write appends count records, one transaction each.
func (b *bundle) write(t *testing.T, count int) {
	t.Helper()
	for range count {
		b.clock.add(time.Millisecond)
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			return b.log.Write(tx, actor, "test.act", "person:0000000000005", map[string]int{"value": 1})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bundle) exec(t *testing.T, q string, args ...any) {
	t.Helper()
	err := b.d.Write(t.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(q, args...)
		if err == nil && n == 0 {
			return errors.New("changed no row: " + q)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) count(t *testing.T, q string) (n int64) {
	t.Helper()
	if err := b.d.Read(t.Context(), func(tx *db.Tx) error { return tx.Row(q).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRecordAndActAreOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		refused := errors.New("refused")
		b.write(t, 1)
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			if err := b.log.Write(tx, actor, "test.act", "", nil); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		b.write(t, 1)
		if n := b.count(t, `SELECT count(*) FROM audit_record`); n != 2 {
			t.Fatalf("%d records", n)
		}
		if n := b.count(t, `SELECT max(n) FROM audit_record`); n != 2 {
			t.Fatalf("a refused act left a hole: last n is %d", n)
		}
	})
}

func TestConcurrentActsMakeOneChain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				err := b.d.Write(t.Context(), func(tx *db.Tx) error {
					return b.log.Write(tx, actor, "test.act", "", nil)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := b.count(t, `SELECT max(n) FROM audit_record`); n != 40 {
			t.Fatalf("last n is %d", n)
		}
	})
}
