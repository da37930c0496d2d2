package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/xinshu-im/xinshu/internal/db"
)

// Each runs fn as a parallel subtest on a fresh database of every engine, after applying steps.
func Each(t *testing.T, steps []db.Migration, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, engine, steps))
		})
	}
}

// Open returns a fresh database of an engine after applying steps; it is closed and removed with the test.
func Open(t testing.TB, engine db.Engine, steps []db.Migration) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: URL(t, engine), Readers: 4, CacheKB: 8192})
	if err != nil {
		t.Fatalf("open %s: %v", engine, err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close %s: %v", engine, err)
		}
	})
	if err := d.Migrate(t.Context(), steps); err != nil {
		t.Fatalf("migrate %s: %v", engine, err)
	}
	return d
}

// URL returns the address of an empty database of an engine, for tests that open it themselves or start the product on it.
func URL(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "xinshu.db")
	}
	base := os.Getenv("XINSHU_TEST_POSTGRES")
	if base == "" {
		t.Fatal("XINSHU_TEST_POSTGRES names no PostgreSQL server; run the tests with: make test")
	}
	return schema(t, base)
}

// schema makes a schema in the server at base and returns the address that uses it.
func schema(t testing.TB, base string) string {
	t.Helper()
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	name := "test_" + hex.EncodeToString(b[:])
	run := func(q string) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		conn, err := pgx.Connect(ctx, base)
		if err != nil {
			t.Fatalf("connect to PostgreSQL: %v", err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, q); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
	run("CREATE SCHEMA " + name)
	t.Cleanup(func() { run("DROP SCHEMA " + name + " CASCADE") })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
