package admin_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/blob"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

// keep puts an object into the data folder and holds it.
func keep(t *testing.T, d *db.DB, data string, content []byte) blob.Digest {
	t.Helper()
	disk, err := blob.NewDisk(filepath.Join(data, admin.BlobFolder))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "part")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	store := blob.New(blob.Options{DB: d, Clock: xinshu.SystemClock{}, Objects: disk})
	digest, _, err := store.Put(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return store.Hold(tx, digest) }); err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestBackupHoldsTheContentsOfFiles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, blob.Migrations(), func(t *testing.T, d *db.DB) {
		data, path := t.TempDir(), filepath.Join(t.TempDir(), "b.tar.zst")
		content := bytes.Repeat([]byte("合同 "), 1<<18) // more than the small files of a backup may have
		digest := keep(t, d, data, content)
		m := admin.Manifest{Migrations: []string{blob.Migrations()[0].Name}}
		if _, err := admin.Backup(t.Context(), d, data, path, m); err != nil {
			t.Fatal(err)
		}
		url, target := dbtest.URL(t, d.Engine()), filepath.Join(t.TempDir(), "new")
		if d.Engine() == db.SQLite {
			url = "sqlite:" + filepath.Join(target, "xinshu.db")
		}
		if _, err := admin.Restore(t.Context(), path, target, url, blob.Migrations()); err != nil {
			t.Fatal(err)
		}
		disk, err := blob.NewDisk(filepath.Join(target, admin.BlobFolder))
		if err != nil {
			t.Fatal(err)
		}
		c, err := disk.Open(digest)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%d bytes came back of %d: %v", len(got), len(content), err)
		}
		if left, _ := filepath.Glob(filepath.Join(target, "*.part")); len(left) > 0 {
			t.Errorf("restore left %v", left)
		}
	})
}

// TestBackupOfADamagedObjectIsRefused: what lies under a digest that is not its own would be found only when somebody needs it.
func TestBackupOfADamagedObjectIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite, blob.Migrations())
	data, path := t.TempDir(), filepath.Join(t.TempDir(), "b.tar.zst")
	name := keep(t, d, data, []byte("the contract")).String()
	if err := os.WriteFile(filepath.Join(data, admin.BlobFolder, name[:2], name[2:4], name), []byte("another one."), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Backup(t.Context(), d, data, path, admin.Manifest{Migrations: []string{blob.Migrations()[0].Name}}); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "new")
	_, err := admin.Restore(t.Context(), path, target, "sqlite:"+filepath.Join(target, "xinshu.db"), blob.Migrations())
	if xinshu.CodeOf(err) != xinshu.Invalid {
		t.Fatalf("restore: %v", err)
	}
	if left, _ := os.ReadDir(target); len(left) > 0 {
		t.Errorf("restore left %v", left)
	}
}

func TestDoctorNamesMissingObjects(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	cfg := &config.Config{Storage: config.Storage{Data: data, Database: "sqlite"}, Listen: "127.0.0.1:1"}
	d, err := db.Open(t.Context(), db.Options{URL: cfg.DatabaseURL()})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), blob.Migrations()); err != nil {
		t.Fatal(err)
	}
	name := keep(t, d, data, []byte("the contract")).String()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	look := func() admin.Finding {
		for _, f := range admin.Examine(t.Context(), cfg) {
			if f.What == "files" {
				return f
			}
		}
		t.Fatal("the doctor does not look at files")
		return admin.Finding{}
	}
	if f := look(); !f.OK || !strings.Contains(f.Text, "1 objects") {
		t.Fatalf("sound: %+v", f)
	}
	if err := os.Remove(filepath.Join(data, admin.BlobFolder, name[:2], name[2:4], name)); err != nil {
		t.Fatal(err)
	}
	if f := look(); f.OK || !strings.Contains(f.Text, name) {
		t.Fatalf("missing: %+v", f)
	}
}
