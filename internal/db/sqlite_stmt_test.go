package db

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func openTestConn(t *testing.T) *sqliteConn {
	t.Helper()
	c, err := openSQLiteConn(filepath.Join(t.TempDir(), "x.db"), 1024, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestStatementKeepsValues(t *testing.T) {
	t.Parallel()
	c := openTestConn(t)
	if err := c.script(`CREATE TABLE v (n INTEGER, r REAL, s TEXT, b BLOB)`); err != nil {
		t.Fatal(err)
	}
	type row struct {
		n int64
		r float64
		s string
		b []byte
	}
	long := strings.Repeat("长", keptValues)
	rows := []row{{1, 0.5, "文字\x00 and more", []byte{0, 1, 0}}, {-1 << 63, -1e300, "", []byte{}}, {2, 0, long, []byte(long)}, {1<<63 - 1, 3, "short again", nil}}
	for _, r := range rows {
		if n, err := c.exec(t.Context(), `INSERT INTO v VALUES (?1, ?2, ?3, ?4)`, []any{r.n, r.r, r.s, r.b}); err != nil || n != 1 {
			t.Fatalf("insert: %d %v", n, err)
		}
	}
	if kept := len(c.stmts[`INSERT INTO v VALUES (?1, ?2, ?3, ?4)`].values); kept > keptValues {
		t.Errorf("an idle statement keeps %d bytes", kept)
	}
	q, err := c.query(t.Context(), `SELECT n, r, s, b, b IS NULL FROM v ORDER BY rowid`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range rows {
		var got row
		var null bool
		if !q.next() {
			t.Fatal("too few rows")
		}
		if err := q.scan([]any{&got.n, &got.r, &got.s, &got.b, &null}); err != nil {
			t.Fatal(err)
		}
		if got.n != want.n || got.r != want.r || got.s != want.s || !bytes.Equal(got.b, want.b) || null != (want.b == nil) {
			t.Errorf("got %d %v %d bytes %d bytes null %t", got.n, got.r, len(got.s), len(got.b), null)
		}
	}
	if q.next() || q.close() != nil {
		t.Error("too many rows, or an error")
	}
}

func TestStatementRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	c := openTestConn(t)
	for name, q := range map[string]string{"two statements": `SELECT 1; SELECT 2`, "none": ` -- nothing`, "no SQL": `SELEKT`} {
		if _, err := c.exec(t.Context(), q, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, args := range [][]any{{}, {1, 2, 3}, {1, struct{}{}}} {
		if _, err := c.exec(t.Context(), `SELECT ?1, ?2`, args); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
	if _, err := c.exec(t.Context(), `SELECT ?1, ?2`, []any{1, nil}); err != nil {
		t.Errorf("after refusals: %v", err)
	}
	var i int64
	var s string
	for q, dest := range map[string]any{`SELECT 'text'`: &i, `SELECT 1.5`: &i, `SELECT 1`: &s, `SELECT 'x'`: new(float64), `SELECT 2`: new(chan int)} {
		rows, err := c.query(t.Context(), q, nil)
		if err != nil || !rows.next() {
			t.Fatal(q, err)
		}
		if rows.scan([]any{dest}) == nil {
			t.Errorf("%s into %T: no error", q, dest)
		}
		_ = rows.close()
	}
}

func TestStatementInUseIsNotTakenTwice(t *testing.T) {
	t.Parallel()
	c := openTestConn(t)
	const q = `SELECT 1 UNION ALL SELECT 2`
	rows, err := c.query(t.Context(), q, nil)
	if err != nil || !rows.next() {
		t.Fatal(err)
	}
	if _, err := c.query(t.Context(), q, nil); err == nil {
		t.Error("the rows that are being read were begun anew")
	}
	var n int
	if !rows.next() || rows.scan([]any{&n}) != nil || n != 2 {
		t.Errorf("the second row is %d", n)
	}
	_ = rows.close()
	if _, err := c.exec(t.Context(), q, nil); err != nil {
		t.Errorf("after it was closed: %v", err)
	}
}

// TestInterruptMeetsTheStatement: whenever the context ends, what runs under it stops, and what comes after it does not.
func TestInterruptMeetsTheStatement(t *testing.T) {
	t.Parallel()
	c := openTestConn(t)
	for i := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		stop := c.during(ctx)
		time.AfterFunc(time.Duration(i)*20*time.Microsecond, cancel)
		_, err := c.exec(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n`, nil)
		if !isInterrupt(err) {
			t.Fatalf("got %v", err)
		}
		stop()
		if _, err := c.exec(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT max(i) FROM n`, nil); err != nil {
			t.Fatalf("the next: %v", err)
		}
	}
}
