package db_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// openPages opens a SQLite database of its own whose log is moved every so many pages.
func openPages(t *testing.T, path string, pages int) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + path, CheckpointPages: pages})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(t.Context(), steps); err != nil {
		t.Fatal(err)
	}
	return d
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

var fiftyPages = bytes.Repeat([]byte("x"), 50*4096)

func addPages(t *testing.T, d *db.DB, id int) {
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO item (id, name, data) VALUES (?1, ?2, ?3)`, id, fmt.Sprint(id), fiftyPages)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNoCommitMovesTheLog: without a checkpointer that has work, the database file stays as it is however much is committed.
func TestNoCommitMovesTheLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	d := openPages(t, path, 1<<30)
	before := size(t, path)
	for i := range 200 { // 10,000 pages: SQLite by itself would begin at 1,000
		addPages(t, d, i)
	}
	if after := size(t, path); after != before {
		t.Fatalf("the database file grew from %d to %d bytes in commits", before, after)
	}
	if wal := size(t, path+"-wal"); wal < 10_000*4096 {
		t.Fatalf("the log has %d bytes", wal)
	}
}

// TestLogStaysBounded: writers and readers that never pause do not let the log grow, and it is empty when they have ended.
func TestLogStaysBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	const pages = 250
	d := openPages(t, path, pages)
	var readers, writers sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				err := d.Read(context.Background(), func(tx *db.Tx) error {
					_, err := db.Column[string](tx, `SELECT name FROM item WHERE id >= (SELECT max(id) - 50 FROM item)`)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	const each, all = 50, 200
	var largest int64
	for w := range all / each {
		writers.Go(func() {
			for i := range each {
				addPages(t, d, w*each+i)
				if w == 0 {
					largest = max(largest, size(t, path+"-wal"))
				}
			}
		})
	}
	writers.Wait()
	cancel()
	readers.Wait()
	if limit := int64(16 * pages * 4096); largest > limit { // of 40 MB that were written
		t.Errorf("the log grew to %d bytes, more than %d", largest, limit)
	}
	s := d.Stats()
	t.Logf("largest log %.1f MB, %d checkpoints, writer held %v in all, %v at most", float64(largest)/1e6, s.Checkpoints, s.Held, s.HeldMax)
	for deadline := time.Now().Add(30 * time.Second); size(t, path+"-wal") > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the log of an idle database was not emptied")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := names(t, d); len(got) != all {
		t.Errorf("%d of %d rows", len(got), all)
	}
}

// TestReaderOfTheOldSeesTheOld: a reader pins its snapshot through any number of checkpoints; afterwards the log shrinks again.
func TestReaderOfTheOldSeesTheOld(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	d := openPages(t, path, 200)
	addPages(t, d, 1000)
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		count := func() (n int, err error) { err = tx.Row(`SELECT count(*) FROM item`).Scan(&n); return n, err }
		if n, err := count(); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		for i := range 40 { // 2,000 pages
			addPages(t, d, i)
		}
		n, err := count()
		if n != 1 {
			t.Errorf("the snapshot shows %d rows", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); size(t, path+"-wal") > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the log was not emptied after its reader had gone")
		}
		time.Sleep(20 * time.Millisecond)
	}
}
