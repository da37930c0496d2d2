package db

import "testing"

func TestRebind(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		`SELECT a FROM t WHERE b = ?1 AND c = ?12`:                 `SELECT a FROM t WHERE b = $1 AND c = $12`,
		`SELECT a FROM t /*FOR UPDATE*/`:                           `SELECT a FROM t FOR UPDATE`,
		`SELECT a FROM t /*ORDER BY t.a, t.b DESC FOR UPDATE*/`:    `SELECT a FROM t ORDER BY t.a, t.b DESC FOR UPDATE`,
		`SELECT a FROM t /* a remark */ ORDER BY a /*FOR UPDATE*/`: `SELECT a FROM t /* a remark */ ORDER BY a FOR UPDATE`,
	} {
		if got := rebind(q); got != want {
			t.Errorf("%s\n→ %s\nwant %s", q, got, want)
		}
	}
}
