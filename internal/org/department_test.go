package org_test

import (
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
		draft := org.DepartmentDraft{Name: "研发", ClientID: "0197a3b1-7c00-7000-8000-0123456789ab"}
		one, err := b.CreateDepartment(b.ctx, admin, draft)
		if err != nil {
			t.Fatal(err)
		}
		two, err := b.CreateDepartment(b.ctx, admin, draft)
		if err != nil || two.ID != one.ID {
			t.Fatalf("again: %v %v", two, err)
		}
		draft.Name = "销售"
		_, err = b.CreateDepartment(b.ctx, admin, draft)
		wantCode(t, "other content", err, xinshu.Conflict)
	})
}
