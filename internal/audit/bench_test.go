package audit_test

import (
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

// BenchmarkWrite is the cost of a record inside a transaction that is committed with a thousand others.
func BenchmarkWrite(b *testing.B) {
	d := dbtest.Open(b, db.SQLite, audit.Migrations())
	fill(b, d, b.N)
}

// BenchmarkVerify is the cost of verifying one record.
func BenchmarkVerify(b *testing.B) {
	d := dbtest.Open(b, db.SQLite, audit.Migrations())
	l := fill(b, d, b.N)
	b.ResetTimer()
	r, err := l.Verify(b.Context())
	if err != nil || !r.OK() || r.Records != int64(b.N) {
		b.Fatalf("%+v %v", r, err)
	}
}

func fill(b *testing.B, d *db.DB, n int) *audit.Log {
	l := audit.New(audit.Options{DB: d, Clock: xinshu.SystemClock{}})
	for n > 0 {
		batch := min(n, 1000)
		err := d.Write(b.Context(), func(tx *db.Tx) error {
			for range batch {
				if err := l.Write(tx, actor, "session.create", "person:0000000000005", map[string]string{"kind": "reset"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		n -= batch
	}
	return l
}
