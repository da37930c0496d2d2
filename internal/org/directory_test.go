package org_test

import (
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// TestReadersKeepTheDirectory: after a change the first reader reads it; those after it ask for its version alone.
func TestReadersKeepTheDirectory(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		id := b.person(org.PersonDraft{Name: "王伟"}, b.department("销售部", 0))
		b.setStatus(id, org.Active)
		fresh := newBundle(t, b.db) // a server that has just started
		names := func() int64 {
			before := b.db.Stats().Statements
			fresh.read(func(tx *db.Tx) error {
				known, err := fresh.ActiveOf(tx, []xinshu.PersonID{id})
				if len(known) != 1 {
					t.Errorf("%d people", len(known))
				}
				return err
			})
			return b.db.Stats().Statements - before
		}
		if n := names(); n < 2 {
			t.Errorf("the first reader had %d statements", n)
		}
		if n := names(); n != 1 {
			t.Errorf("the second reader had %d statements, want one", n)
		}
	})
}
