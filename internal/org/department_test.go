package org_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

func TestDepartmentTreeCountsAndOrder(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		rd, sales := b.department("研发中心", top), b.department("销售部", top)
		backend, frontend := b.department("后端组", rd), b.department("前端组", rd)
		b.person(org.PersonDraft{Name: "张伟"}, backend)
		both := b.person(org.PersonDraft{Name: "李娜"}, backend, frontend)
		gone := b.person(org.PersonDraft{Name: "王芳"}, sales)

		d := b.get(rd)
		equal(t, "children", d.Children, 2)
		equal(t, "direct", d.People, 0)
		equal(t, "all, the one with two memberships once", d.PeopleAll, 2)
		equal(t, "path", fmt.Sprint(d.Path[0].Name, d.Path[1].Name), "集团研发中心")
		equal(t, "top", b.get(top).PeopleAll, 3)

		b.setStatus(gone, org.Suspended)
		equal(t, "without the suspended", b.get(top).PeopleAll, 2)
		b.setStatus(gone, org.Active)
		equal(t, "restored", b.get(top).PeopleAll, 3)

		if _, err := b.MoveDepartment(b.ctx, admin, frontend, sales, 0); err != nil {
			t.Fatal(err)
		}
		equal(t, "research after the move", b.get(rd).PeopleAll, 2)
		equal(t, "sales after the move", b.get(sales).PeopleAll, 2)
		equal(t, "top after the move", b.get(top).PeopleAll, 3)

		if _, err := b.UpdateDepartment(b.ctx, admin, sales, org.DepartmentUpdate{Sort: ptr(int64(-1))}); err != nil {
			t.Fatal(err)
		}
		list, _, err := b.FindDepartments(b.ctx, employee, top, org.Page{})
		if err != nil || len(list) != 2 || list[0].ID != sales {
			t.Fatalf("order: %v %v", list, err)
		}
		if _, err := b.UpdatePerson(b.ctx, admin, both, org.PersonUpdate{Memberships: &[]org.MembershipDraft{{Department: rd}}}); err != nil {
			t.Fatal(err)
		}
		equal(t, "direct after a change of memberships", b.get(rd).People, 1)
		equal(t, "left", b.get(frontend).People, 0)
	})
}

func TestDepartmentRefusals(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		rd := b.department("研发", top)
		leaf := b.department("组", rd)
		b.person(org.PersonDraft{Name: "张伟"}, leaf)
		move := func(id, to xinshu.DepartmentID) error {
			_, err := b.MoveDepartment(b.ctx, admin, id, to, 0)
			return err
		}
		create := func(d org.DepartmentDraft) error {
			_, err := b.CreateDepartment(b.ctx, admin, d)
			return err
		}
		wantCode(t, "below itself", move(rd, rd), xinshu.Conflict)
		wantCode(t, "below its own child", move(top, leaf), xinshu.Conflict)
		wantCode(t, "unknown parent", move(leaf, 99), xinshu.NotFound)
		wantCode(t, "unknown department", move(99, top), xinshu.NotFound)
		wantCode(t, "create under an unknown one", create(org.DepartmentDraft{Name: "x", Parent: 99}), xinshu.NotFound)
		wantCode(t, "delete with children", b.DeleteDepartment(b.ctx, admin, top), xinshu.Conflict)
		wantCode(t, "delete with people", b.DeleteDepartment(b.ctx, admin, leaf), xinshu.Conflict)
		wantCode(t, "delete unknown", b.DeleteDepartment(b.ctx, admin, 99), xinshu.NotFound)
		for _, name := range []string{"", "  ", "\u200b", "a\u202eb", "a\x00b", "\xff", strings.Repeat("长", xinshu.MaxName+1)} {
			wantCode(t, fmt.Sprintf("name %.20q", name), create(org.DepartmentDraft{Name: name}), xinshu.Invalid)
		}
		if err := create(org.DepartmentDraft{Name: "a", Code: "D1"}); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "code taken", create(org.DepartmentDraft{Name: "b", Code: "D1"}), xinshu.Conflict)
		equal(t, "children of the top unchanged", b.get(top).Children, 1)

		parent := xinshu.DepartmentID(0)
		for range xinshu.MaxDepartmentDepth {
			parent = b.department("层", parent)
		}
		wantCode(t, "too deep", create(org.DepartmentDraft{Name: "x", Parent: parent}), xinshu.Invalid)
		wantCode(t, "moved too deep", move(rd, b.get(parent).Path[30].ID), xinshu.Invalid)
	})
}

func TestCreatingRequestsCanBeRepeated(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		const id = "0197a3b1-7c00-7000-8000-0123456789ab" // one for all: each kind is a place of its own
		for kind, create := range map[string]func(name string) (int64, error){
			"department": func(name string) (int64, error) {
				d, err := b.CreateDepartment(b.ctx, admin, org.DepartmentDraft{Name: name, ClientID: id})
				return d.ID.Int64(), err
			},
			"position": func(name string) (int64, error) {
				p, err := b.CreatePosition(b.ctx, admin, org.PositionDraft{Name: name, ClientID: id})
				return p.ID.Int64(), err
			},
			"rank": func(name string) (int64, error) {
				k, err := b.CreateRank(b.ctx, admin, org.RankDraft{Name: name, ClientID: id})
				return k.ID.Int64(), err
			},
			"person": func(name string) (int64, error) {
				p, err := b.CreatePerson(b.ctx, admin, org.PersonDraft{Name: name, ClientID: id})
				return p.ID.Int64(), err
			},
		} {
			one, err := create("一")
			if err != nil {
				t.Fatal(kind, err)
			}
			two, err := create("一")
			if err != nil || two != one {
				t.Errorf("%s again: %v %v", kind, two, err)
			}
			_, err = create("二")
			wantCode(t, kind+" with other content", err, xinshu.Conflict)
		}
	})
}

// TestRepeatedCreationShowsWhatIsThereNow: the answer to a repeat is the entry as it is, and none when it is gone.
func TestRepeatedCreationShowsWhatIsThereNow(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		draft := org.RankDraft{Name: "P6", Level: 60, ClientID: "r"}
		made, err := b.CreateRank(b.ctx, admin, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = b.UpdateRank(b.ctx, admin, made.ID, org.RankUpdate{Name: ptr("P7")}); err != nil {
			t.Fatal(err)
		}
		again, err := b.CreateRank(b.ctx, admin, draft)
		equal(t, "renamed", again, org.Rank{ID: made.ID, Name: "P7", Level: 60})
		if err = errors.Join(err, b.DeleteRank(b.ctx, admin, made.ID)); err != nil {
			t.Fatal(err)
		}
		_, err = b.CreateRank(b.ctx, admin, draft)
		wantCode(t, "deleted", err, xinshu.NotFound)
	})
}
