package audit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
)

var auditor = xinshu.Actor{Person: 1, Roles: xinshu.AuditAdmin}

func TestFindRecords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		start := b.clock.Now()
		for i := range 10 {
			b.clock.add(time.Duration(i%2) * time.Second) // pairs at the same time
			a := xinshu.Actor{Person: xinshu.PersonID(i%3 + 1)}
			action := []string{"person.suspend", "person.restore", "personal.note"}[i%3]
			err := b.d.Write(t.Context(), func(tx *db.Tx) error { return b.log.Write(tx, a, action, fmt.Sprintf("person:%d", i%5), nil) })
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			filter audit.Filter
			want   string
		}{
			{audit.Filter{}, "[10 9 8 7 6 5 4 3 2 1]"},
			{audit.Filter{Person: 2}, "[8 5 2]"},
			{audit.Filter{Action: "person.suspend"}, "[10 7 4 1]"},
			{audit.Filter{Action: "person."}, "[10 8 7 5 4 2 1]"},
			{audit.Filter{Action: "person"}, "[]"},
			{audit.Filter{Object: "person:4"}, "[10 5]"},
			{audit.Filter{After: xinshu.MillisOf(start.Add(4 * time.Second))}, "[10 9 8]"},
			{audit.Filter{Before: xinshu.MillisOf(start.Add(time.Second))}, "[1]"},
			{audit.Filter{Person: 2, Action: "person.restore", Object: "person:1"}, "[2]"},
			{audit.Filter{Object: `' OR 1=1 --`}, "[]"},
		} {
			for _, limit := range []int{1, 3, 200} {
				f := c.filter
				f.Limit = limit
				got := []int64{}
				for {
					records, next, err := b.log.FindRecords(t.Context(), auditor, f)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range records {
						got = append(got, r.N)
					}
					if f.Cursor = next; next == "" {
						break
					}
				}
				if fmt.Sprint(got) != c.want {
					t.Errorf("%+v: %v, want %s", f, got, c.want)
				}
			}
		}
	})
}

func TestFindRecordsRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		for _, a := range []xinshu.Actor{{}, {Person: 1}, {Person: 1, Roles: xinshu.SystemAdmin | xinshu.SecurityAdmin}} {
			if _, _, err := b.log.FindRecords(t.Context(), a, audit.Filter{Limit: 1}); xinshu.CodeOf(err) != xinshu.Forbidden {
				t.Errorf("%+v: %v", a, err)
			}
		}
		for _, f := range []audit.Filter{{}, {Limit: -1}, {Limit: 201}, {Limit: 1, Cursor: "x"}, {Limit: 1, Cursor: "1.2"}, {Limit: 1, Cursor: "1.2.3.4"},
			{Limit: 1, Cursor: "1.2.3'--"}, {Limit: 1, Cursor: "99999999999999999999.1.1"}} {
			if _, _, err := b.log.FindRecords(t.Context(), auditor, f); xinshu.CodeOf(err) != xinshu.Invalid {
				t.Errorf("%+v: %v", f, err)
			}
		}
	})
}
