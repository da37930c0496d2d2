package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

var steps = []db.Migration{{Name: "0001_test.sql", Text: `
CREATE TABLE item (
	id ID_PRIMARY_KEY,
	name BINARY_TEXT NOT NULL,
	data BYTES,
-- sqlite:
	extra TEXT
-- postgres:
	extra VARCHAR
-- both:
);
CREATE UNIQUE INDEX item_name ON item (name);
`}}

var errRefused = errors.New("refused")

func names(t *testing.T, d *db.DB) []string {
	t.Helper()
	var out []string
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](tx, `SELECT name FROM item ORDER BY name`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func insert(tx *db.Tx, id int, name string) error {
	n, err := tx.Exec(`INSERT INTO item (id, name, data) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING`, id, name, []byte(name))
	if err == nil && n == 0 {
		return xinshu.Errorf(xinshu.Conflict, "The name is taken.")
	}
	return err
}

// TestFilesAreTheOwners: neither the database nor what SQLite keeps beside it can be read by other accounts, even where the folder lets them in.
func TestFilesAreTheOwners(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "open.db")
	for _, suffix := range []string{"", "-wal", "-shm"} { // as an older program left them
		if err := os.WriteFile(path+suffix, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{path, filepath.Join(t.TempDir(), "new.db")} {
		d, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + path})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if err := d.Migrate(t.Context(), steps); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			st, err := os.Stat(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
				t.Errorf("%s has the rights %v", filepath.Base(path)+suffix, st.Mode().Perm())
			}
		}
	}
}

func TestWriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := insert(tx, 1, "a"); err != nil {
				return err
			}
			return errRefused
		})
		if !errors.Is(err, errRefused) {
			t.Fatalf("got %v", err)
		}
		if got := names(t, d); len(got) != 0 {
			t.Fatalf("stored %v", got)
		}
	})
}

func TestActsOfOneCommitDoNotHarmEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		errs := make([]error, 200)
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.Write(t.Context(), func(tx *db.Tx) error {
					if err := insert(tx, i+1, fmt.Sprintf("n%03d", i/2)); err != nil { // every name twice: one of each pair fails
						return err
					}
					switch i / 2 % 10 {
					case 3:
						return errRefused
					case 4:
						panic("boom")
					}
					return nil
				})
			})
		}
		wg.Wait()
		want := []string{}
		for i := range 100 {
			if i%10 != 3 && i%10 != 4 {
				want = append(want, fmt.Sprintf("n%03d", i))
			}
		}
		if got := names(t, d); !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		ok := 0
		for _, err := range errs {
			if err == nil {
				ok++
			}
		}
		if ok != len(want) {
			t.Fatalf("%d acknowledged, %d stored", ok, len(want))
		}
	})
}

// TestGroupRefusesWhatTheStoreCannotTake: while the store stands still, submitting never waits; what was taken is stored, what was
// refused is not, and afterwards there is room again.
func TestGroupRefusesWhatTheStoreCannotTake(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		release := make(chan struct{})
		var once sync.Once
		g := db.NewGroup(d, "test", func(int) int64 { return 1 }, func(tx *db.Tx, items []int) ([]error, error) {
			once.Do(func() { <-release })
			for _, i := range items {
				if err := insert(tx, i, fmt.Sprint(i)); err != nil {
					return nil, err
				}
			}
			return make([]error, len(items)), nil
		})
		const offered = 6000 // more than any queue holds
		var taken, refused atomic.Int64
		var wg sync.WaitGroup
		wg.Add(offered)
		for i := range offered {
			g.Submit(t.Context(), i, func(err error) {
				defer wg.Done()
				var e *xinshu.Error
				switch {
				case err == nil:
					taken.Add(1)
				case errors.As(err, &e) && e.Code == xinshu.Unavailable && e.RetryAfter > 0:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		if refused.Load() == 0 || d.Stats().Refused != refused.Load() {
			t.Errorf("%d refused, %d counted", refused.Load(), d.Stats().Refused)
		}
		close(release)
		wg.Wait()
		if got := names(t, d); int64(len(got)) != taken.Load() || taken.Load() == 0 {
			t.Fatalf("%d acknowledged, %d stored", taken.Load(), len(got))
		}
		if err := g.Do(t.Context(), offered); err != nil {
			t.Fatalf("there is room again: %v", err)
		}
	})
}

func TestGroupAppliesTogetherAndAloneOnFailure(t *testing.T) {
	t.Parallel()
	type item struct{ id int }
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		g := db.NewGroup(d, "test", func(i item) int64 { return int64(i.id % 3) }, func(tx *db.Tx, items []item) ([]error, error) {
			errs := make([]error, len(items))
			for i, it := range items {
				if it.id%10 == 7 {
					if _, err := tx.Exec(`INSERT INTO item (id, name) VALUES (?1, NULL)`, it.id); err != nil {
						return nil, err // breaks the whole call
					}
				}
				if it.id%10 == 8 {
					errs[i] = errRefused
					continue
				}
				if err := insert(tx, it.id, fmt.Sprint(it.id)); err != nil {
					return nil, err
				}
			}
			return errs, nil
		})
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := g.Do(t.Context(), item{i})
				if bad := i%10 == 7 || i%10 == 8; bad != (err != nil) {
					t.Errorf("item %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := names(t, d); len(got) != 80 {
			t.Fatalf("%d stored: %v", len(got), got)
		}
	})
}

func TestCancelledCallerLeavesNoHole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, func(tx *db.Tx) error {
			cancel() // the caller goes away in the middle
			return insert(tx, 1, "a")
		})
		if err != nil {
			t.Fatalf("begun act: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return insert(tx, 2, "b") }); err == nil {
			t.Fatal("act of a caller who had gone before was done")
		}
		if got := names(t, d); !slices.Equal(got, []string{"a"}) {
			t.Fatalf("got %v", got)
		}
	})
}

// TestCrowdedKeyRefusesNoOther: on PostgreSQL what waits for one conversation, as behind its lock, leaves those of other lanes alone.
func TestCrowdedKeyRefusesNoOther(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres, steps)
	release := make(chan struct{})
	g := db.NewGroup(d, "test", func(i int) int64 { return int64(i % 2) }, func(tx *db.Tx, items []int) ([]error, error) {
		if items[0]%2 == 0 {
			<-release
		}
		return make([]error, len(items)), nil
	})
	const offered = 6000 // more than any queue holds
	var wg sync.WaitGroup
	wg.Add(offered)
	for i := range offered {
		g.Submit(t.Context(), 2*i, func(error) { wg.Done() })
	}
	if d.Stats().Refused == 0 {
		t.Error("none of the crowded key was refused")
	}
	if err := g.Do(t.Context(), 1); err != nil {
		t.Errorf("another key: %v", err)
	}
	close(release)
	wg.Wait()
}

// TestCancelledReadSaysSo: a statement that runs when its caller goes away ends, with the caller's own error.
func TestCancelledReadSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(50*time.Millisecond, cancel).Stop()
		err := d.Read(ctx, func(tx *db.Tx) error {
			var n int
			return tx.Row(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n`).Scan(&n)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestPositionsAndHorizon(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		last := int64(0)
		for i := range 5 {
			var pos, horizon int64
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				if pos, err = tx.Position(); err != nil {
					return err
				}
				return insert(tx, i+1, fmt.Sprint(i))
			})
			if err != nil {
				t.Fatal(err)
			}
			if pos <= last {
				t.Fatalf("position %d after %d", pos, last)
			}
			last = pos
			for deadline := time.Now().Add(20 * time.Second); horizon <= pos; { // other tests' transactions hold it back on PostgreSQL
				err = d.Read(t.Context(), func(tx *db.Tx) (err error) { horizon, err = tx.Horizon(); return err })
				if err != nil {
					t.Fatal(err)
				}
				if time.Now().After(deadline) {
					t.Fatalf("horizon %d does not cover committed position %d", horizon, pos)
				}
			}
		}
	})
}

func TestHooksFollowTheOutcome(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		var log []string
		run := func(name string, result error) {
			_ = d.Write(t.Context(), func(tx *db.Tx) error {
				tx.AfterCommit(func() { log = append(log, name+" committed") })
				tx.AfterRollback(func() { log = append(log, name+" rolled back") })
				return result
			})
		}
		run("a", nil)
		run("b", errRefused)
		if want := []string{"a committed", "b rolled back"}; !slices.Equal(log, want) {
			t.Fatalf("got %v", log)
		}
	})
}

// TestLaterEndsTheActToo: whether what comes later is read, followed by nothing, or one of many, its error undoes everything.
func TestLaterEndsTheActToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		const q = `INSERT INTO item (id, name) VALUES (?1, ?2)`
		many := make([][]any, 3000) // more than wait together
		for i := range many {
			many[i] = []any{i + 1, fmt.Sprint(i)}
		}
		for name, act := range map[string]func(tx *db.Tx) error{
			"twice": func(tx *db.Tx) error { return errors.Join(tx.Later(q, 1, "a"), tx.Later(q, 1, "b")) },
			"in the middle of many": func(tx *db.Tx) error {
				return errors.Join(tx.Later(q, 1000, "a"), db.Insert(tx, `INSERT INTO item (id, name)`, many, ""))
			},
			"and read": func(tx *db.Tx) error {
				var n int
				return errors.Join(tx.Later(q, 1, "a"), tx.Later(q, 2, "a"), tx.Row(`SELECT count(*) FROM item`).Scan(&n))
			},
		} {
			if err := d.Write(t.Context(), act); !db.IsUnique(err) {
				t.Errorf("%s: %v", name, err)
			}
			if got := names(t, d); len(got) != 0 {
				t.Fatalf("%s: stored %v", name, got)
			}
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := tx.Later(q, 1, "a"); err != nil {
				return err
			}
			found, err := db.Column[string](tx, `SELECT name FROM item`)
			if err == nil && len(found) != 1 {
				err = fmt.Errorf("the act sees %v", found)
			}
			return errors.Join(err, tx.Later(q, 2, "b"))
		})
		if got := names(t, d); err != nil || len(got) != 2 {
			t.Errorf("stored %v, %v", got, err)
		}
	})
}

func TestInsertManyRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		rows := make([][]any, 77)
		for i := range rows {
			rows[i] = []any{i + 1, fmt.Sprintf("n%02d", i)}
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			n, err := db.InsertCounted(tx, `INSERT INTO item (id, name)`, rows, ` ON CONFLICT (name) DO NOTHING`)
			if err == nil && n != 77 {
				return fmt.Errorf("%d rows changed", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := names(t, d); len(got) != 77 {
			t.Fatalf("%d rows", len(got))
		}
	})
}

func TestPlaceholdersInAnyOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			for q, want := range map[string]string{
				`SELECT CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), CAST(?3 AS BIGINT)`:                                           "1 2 3",
				`SELECT CAST(?3 AS BIGINT), CAST(?1 AS BIGINT), CAST(?2 AS BIGINT)`:                                           "3 1 2",
				`SELECT CAST(?1 AS BIGINT) + CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), CAST(?1 AS BIGINT) + CAST(?3 AS BIGINT)`: "2 2 4",
			} {
				var a, b, c int
				if err := tx.Row(q, 1, 2, 3).Scan(&a, &b, &c); err != nil {
					return err
				}
				if got := fmt.Sprint(a, b, c); got != want {
					t.Errorf("%s: %s, want %s", q, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
