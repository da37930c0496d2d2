package admin_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

var steps = []db.Migration{
	{Name: "0001_a.sql", Text: `CREATE TABLE parent (id ID_PRIMARY_KEY); CREATE TABLE a_child (id ID_PRIMARY_KEY, parent_id BIGINT NOT NULL REFERENCES parent (id), data BYTES)`},
	{Name: "0002_b.sql", Text: `CREATE TABLE later (id ID_PRIMARY_KEY)`},
}

func add(t *testing.T, d *db.DB, id int64) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Position(); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO parent (id) VALUES (?1)`, id); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO a_child (id, parent_id, data) VALUES (?1, ?1, ?2)`, id, []byte("报销\x00"))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupWhileWritingHoldsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, steps[:1], func(t *testing.T, d *db.DB) {
		data, path := t.TempDir(), filepath.Join(t.TempDir(), "b.tar.zst")
		if err := os.MkdirAll(filepath.Join(data, "keys"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, "keys", "k"), []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		var stop atomic.Bool
		written := make(chan int64)
		started := make(chan struct{})
		go func() {
			n := int64(0)
			for !stop.Load() {
				n++
				add(t, d, n)
				if n == 50 {
					close(started)
				}
			}
			written <- n
		}()
		<-started
		m := admin.Manifest{Version: "t", Migrations: []string{"0001_a.sql"}}
		if _, err := admin.Backup(t.Context(), d, data, path, m); err != nil {
			t.Fatal(err)
		}
		stop.Store(true)
		last := <-written

		url, target := dbtest.URL(t, d.Engine()), filepath.Join(t.TempDir(), "new")
		if d.Engine() == db.SQLite {
			url = "sqlite:" + filepath.Join(target, "xinshu.db")
		}
		if _, err := admin.Restore(t.Context(), path, target, url, steps); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(filepath.Join(target, "keys", "k")); err != nil || string(text) != "secret" {
			t.Fatalf("key: %q %v", text, err)
		}
		restored, err := db.Open(t.Context(), db.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		if err := restored.Migrate(t.Context(), steps); err != nil {
			t.Fatal(err)
		}
		var n, newest int64
		var data0 []byte
		err = restored.Read(t.Context(), func(tx *db.Tx) error {
			if err := tx.Row(`SELECT count(*), max(id) FROM a_child`).Scan(&n, &newest); err != nil {
				return err
			}
			return tx.Row(`SELECT data FROM a_child WHERE id = 1`).Scan(&data0)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n < 50 || n != newest || n > last || string(data0) != "报销\x00" {
			t.Fatalf("%d rows, newest %d, of %d written, data %q", n, newest, last, data0)
		}
		var before, after int64
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { before, err = tx.Horizon(); return err }); err != nil {
			t.Fatal(err)
		}
		add(t, restored, 1_000_000)
		err = restored.Write(t.Context(), func(tx *db.Tx) (err error) { after, err = tx.Position(); return err })
		if err != nil {
			t.Fatal(err)
		}
		if d.Engine() == db.Postgres && after <= before-int64(last) {
			t.Fatalf("positions of the restored database (%d) lie below those of the backup (%d)", after, before)
		}
	})
}

func TestDamagedOrForeignBackupsAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite, steps[:1])
	for i := range int64(200) {
		add(t, d, i+1)
	}
	path := filepath.Join(t.TempDir(), "b.tar.zst")
	if _, err := admin.Backup(t.Context(), d, t.TempDir(), path, admin.Manifest{Migrations: []string{"0001_a.sql"}}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, text []byte, steps []db.Migration) {
		file, target := filepath.Join(t.TempDir(), "x"), filepath.Join(t.TempDir(), "new")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := admin.Restore(t.Context(), file, target, "sqlite:"+filepath.Join(target, "xinshu.db"), steps)
		if xinshu.CodeOf(err) != xinshu.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(target); len(left) > 0 {
			t.Errorf("%s left %v", name, left)
		}
	}
	try("empty", nil, steps)
	try("text", []byte("hello, world"), steps)
	try("cut", whole[:len(whole)-20], steps)
	try("newer", whole, nil)
	for _, at := range []int{len(whole) / 2, len(whole) * 3 / 4} {
		flipped := append([]byte(nil), whole...)
		flipped[at] ^= 1
		try(fmt.Sprint("flipped at ", at), flipped, steps)
	}
}
