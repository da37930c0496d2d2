package org_test

import (
	"context"
	"slices"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/org"
)

var (
	admin    = xinshu.Actor{Person: 1, Roles: xinshu.SystemAdmin}
	employee = xinshu.Actor{Person: 2}
)

// bundle is an organisation on an empty database.
type bundle struct {
	*org.Service
	t   testing.TB
	ctx context.Context
	db  *db.DB
}

func newBundle(t testing.TB, d *db.DB) *bundle {
	clock := xinshu.SystemClock{}
	return &bundle{org.New(org.Options{DB: d, Clock: clock, IDs: xinshu.NewIDSource(clock, 1)}), t, t.Context(), d}
}

// each runs fn on both engines.
func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Parallel()
	dbtest.Each(t, org.Migrations(), func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

func (b *bundle) department(name string, parent xinshu.DepartmentID) xinshu.DepartmentID {
	b.t.Helper()
	d, err := b.CreateDepartment(b.ctx, admin, org.DepartmentDraft{Name: name, Parent: parent})
	if err != nil {
		b.t.Fatalf("create department %s: %v", name, err)
	}
	return d.ID
}

func (b *bundle) person(draft org.PersonDraft, departments ...xinshu.DepartmentID) xinshu.PersonID {
	b.t.Helper()
	for _, d := range departments {
		draft.Memberships = append(draft.Memberships, org.MembershipDraft{Department: d})
	}
	p, err := b.CreatePerson(b.ctx, admin, draft)
	if err != nil {
		b.t.Fatalf("create person %s: %v", draft.Name, err)
	}
	return p.ID
}

func (b *bundle) read(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Read(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) write(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) setStatus(id xinshu.PersonID, status org.Status) {
	b.t.Helper()
	b.write(func(tx *db.Tx) error {
		_, err := b.SetStatus(tx, admin, id, status)
		return err
	})
}

func (b *bundle) get(id xinshu.DepartmentID) org.Department {
	b.t.Helper()
	d, err := b.GetDepartment(b.ctx, employee, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// wantCode fails unless err has the code.
func wantCode(t testing.TB, what string, err error, code xinshu.Code) {
	t.Helper()
	if xinshu.CodeOf(err) != code {
		t.Errorf("%s: got %v, want code %q", what, err, code)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func names(list []org.PersonItem) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Name
	}
	return out
}

func equalList[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func ptr[T any](v T) *T { return &v }
