package org_test

import (
	"errors"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

func TestPersonProfile(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		rd := b.department("研发", top)
		position, err := b.CreatePosition(b.ctx, admin, org.PositionDraft{Name: "后端工程师", Code: "BE"})
		if err != nil {
			t.Fatal(err)
		}
		rank, err := b.CreateRank(b.ctx, admin, org.RankDraft{Name: "P6", Level: 60})
		if err != nil {
			t.Fatal(err)
		}
		boss := b.person(org.PersonDraft{Name: "王总"}, top)
		lead := b.person(org.PersonDraft{Name: "李经理", Manager: boss}, rd)
		p, err := b.CreatePerson(b.ctx, admin, org.PersonDraft{Name: " 张 伟 ", Login: "ZhangWei", EmployeeNo: "E001", Email: "Zhang@Corp.cn",
			Mobile: "+86 138-0013-8000", Rank: rank.ID, Manager: lead, HiredOn: "2026-03-01",
			Memberships: []org.MembershipDraft{{Department: top, Title: "顾问"}, {Department: rd, Position: position.ID, Primary: true}}})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "name", p.Name, "张 伟")
		equal(t, "login", p.Login, "zhangwei")
		equal(t, "email", p.Email, "zhang@corp.cn")
		equal(t, "status", p.Status, org.Invited)
		equal(t, "rank", p.Rank.Name, "P6")
		equal(t, "brief", p.Brief(), org.PersonBrief{ID: p.ID, Kind: "person", Name: "张 伟", Department: "研发", Position: "后端工程师"})
		equal(t, "memberships", len(p.Memberships), 2)
		equal(t, "primary first", p.Memberships[0].Department.ID, rd)
		equal(t, "line", [2]string{p.Line.Up[0].Name, p.Line.Up[1].Name}, [2]string{"李经理", "王总"})
		l, err := b.GetReportingLine(b.ctx, employee, lead)
		if err != nil || len(l.Down) != 1 || l.Down[0].ID != p.ID {
			t.Fatalf("down: %v %v", l, err)
		}

		seen, err := b.GetPerson(b.ctx, employee, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "login is for administrators", seen.Login, "")
		equal(t, "mobile is for colleagues", seen.Mobile, "+86 138-0013-8000")
		b.setStatus(p.ID, org.Departed)
		if seen, err = b.GetPerson(b.ctx, employee, p.ID); err != nil || seen.Mobile != "" || seen.Email != "" || seen.Status != org.Departed {
			t.Errorf("departed: %+v %v", seen, err)
		}

		b.read(func(tx *db.Tx) error {
			briefs, err := b.Briefs(tx, []xinshu.PersonID{p.ID, boss, 99})
			equal(t, "briefs", len(briefs), 2)
			equal(t, "boss", briefs[boss].Department, "集团")
			return err
		})
		b.read(func(tx *db.Tx) error {
			active, err := b.ActiveOf(tx, []xinshu.PersonID{lead, p.ID, 99, boss, lead})
			equalList(t, "active", active, []xinshu.PersonID{lead, boss})
			return err
		})
	})
}

func TestPersonByLogin(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		id := b.person(org.PersonDraft{Name: "张伟", Login: "zhangwei", EmployeeNo: "E001", Email: "zw@corp.cn", Mobile: "13800138000"})
		b.person(org.PersonDraft{Name: "一", Email: "shared@corp.cn"})
		b.person(org.PersonDraft{Name: "二", Email: "shared@corp.cn"})
		b.read(func(tx *db.Tx) error {
			for _, login := range []string{"zhangwei", "ZHANGWEI", " zhangwei ", "e001", "E001", "ZW@corp.cn", "13800138000", "+86 138 0013 8000", "Ｅ００１"} {
				a, err := b.PersonByLogin(tx, login)
				if err != nil || a.ID != id {
					t.Errorf("%q: %v %v", login, a, err)
				}
			}
			for _, login := range []string{"", " ", "nobody", "shared@corp.cn", "%", "zhang", "\xff", "-"} {
				_, err := b.PersonByLogin(tx, login)
				wantCode(t, login, err, xinshu.NotFound)
			}
			a, err := b.GetAccount(tx, id)
			equal(t, "account", a.Login, "zhangwei")
			return err
		})
	})
}

func TestPersonRefusals(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		one := b.person(org.PersonDraft{Name: "一", Login: "one", EmployeeNo: "e1"})
		two := b.person(org.PersonDraft{Name: "二", Login: "two", Manager: one})
		for what, c := range map[string]struct {
			draft org.PersonDraft
			code  xinshu.Code
		}{
			"no name":            {org.PersonDraft{}, xinshu.Invalid},
			"bidi name":          {org.PersonDraft{Name: "a\u202e"}, xinshu.Invalid},
			"bidi login":         {org.PersonDraft{Name: "a", Login: "a\u202eb"}, xinshu.Invalid},
			"login taken":        {org.PersonDraft{Name: "a", Login: "ONE"}, xinshu.Conflict},
			"number taken":       {org.PersonDraft{Name: "a", EmployeeNo: "Ｅ1"}, xinshu.Conflict},
			"no e-mail":          {org.PersonDraft{Name: "a", Email: "a b@c"}, xinshu.Invalid},
			"named e-mail":       {org.PersonDraft{Name: "a", Email: "A <a@c.cn>"}, xinshu.Invalid},
			"no mobile":          {org.PersonDraft{Name: "a", Mobile: "call me"}, xinshu.Invalid},
			"no date":            {org.PersonDraft{Name: "a", HiredOn: "yesterday"}, xinshu.Invalid},
			"no status":          {org.PersonDraft{Name: "a", Status: "god"}, xinshu.Invalid},
			"unknown rank":       {org.PersonDraft{Name: "a", Rank: 9}, xinshu.NotFound},
			"unknown manager":    {org.PersonDraft{Name: "a", Manager: 9}, xinshu.NotFound},
			"unknown place":      {org.PersonDraft{Name: "a", Memberships: []org.MembershipDraft{{Department: 9}}}, xinshu.NotFound},
			"unknown position":   {org.PersonDraft{Name: "a", Memberships: []org.MembershipDraft{{Department: top, Position: 9}}}, xinshu.NotFound},
			"twice":              {org.PersonDraft{Name: "a", Memberships: []org.MembershipDraft{{Department: top}, {Department: top}}}, xinshu.Invalid},
			"two primary":        {org.PersonDraft{Name: "a", Memberships: []org.MembershipDraft{{Department: top, Primary: true}, {Department: 1, Primary: true}}}, xinshu.Invalid},
			"many memberships":   {org.PersonDraft{Name: "a", Memberships: make([]org.MembershipDraft, 21)}, xinshu.Invalid},
			"oversize client id": {org.PersonDraft{Name: "a", ClientID: string(make([]byte, 65))}, xinshu.Invalid},
		} {
			_, err := b.CreatePerson(b.ctx, admin, c.draft)
			wantCode(t, what, err, c.code)
		}
		_, err := b.UpdatePerson(b.ctx, admin, one, org.PersonUpdate{Manager: &two})
		wantCode(t, "circle of managers", err, xinshu.Conflict)
		_, err = b.UpdatePerson(b.ctx, admin, two, org.PersonUpdate{Login: ptr("one")})
		wantCode(t, "login taken by update", err, xinshu.Conflict)
		_, err = b.UpdatePerson(b.ctx, admin, 99, org.PersonUpdate{})
		wantCode(t, "unknown", err, xinshu.NotFound)
		_, err = b.GetPerson(b.ctx, employee, 99)
		wantCode(t, "unknown to readers", err, xinshu.NotFound)
	})
}

func TestAudience(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		rd := b.department("研发", top)
		one, two := b.person(org.PersonDraft{Name: "一"}, top, rd), b.person(org.PersonDraft{Name: "二"}, rd)
		three, out := b.person(org.PersonDraft{Name: "三"}), b.person(org.PersonDraft{Name: "四"}, rd)
		b.setStatus(out, org.Departed)
		for what, c := range map[string]struct {
			a    org.Audience
			want []xinshu.PersonID
		}{
			"nobody":  {org.Audience{}, []xinshu.PersonID{}},
			"direct":  {org.Audience{Departments: []org.AudienceDepartment{{ID: top}}}, []xinshu.PersonID{one}},
			"subtree": {org.Audience{Departments: []org.AudienceDepartment{{ID: top, Subtree: true}}}, []xinshu.PersonID{one, two}},
			"overlap": {org.Audience{Departments: []org.AudienceDepartment{{ID: rd}, {ID: top, Subtree: true}, {ID: rd}}, People: []xinshu.PersonID{three, two, out, 99}}, []xinshu.PersonID{one, two, three}},
		} {
			b.read(func(tx *db.Tx) error {
				got, err := b.AudiencePeople(tx, c.a)
				equalList(t, what, got, c.want)
				return err
			})
		}
		_, _, err := b.PreviewAudience(b.ctx, employee, org.Audience{Departments: []org.AudienceDepartment{{ID: 99}}}, 3)
		wantCode(t, "unknown department", err, xinshu.NotFound)
	})
}

// TestTransactionSeesItsOwnChanges: methods that take a tx answer for that transaction, and a rolled back one leaves nothing in memory.
func TestTransactionSeesItsOwnChanges(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		aud := org.Audience{Departments: []org.AudienceDepartment{{ID: top, Subtree: true}}}
		undo := errors.New("undo")
		add := func(tx *db.Tx) (xinshu.PersonID, error) {
			sub, err := b.AddDepartment(tx, admin, org.DepartmentDraft{Name: "下", Parent: top})
			if err != nil {
				return 0, err
			}
			return b.AddPerson(tx, admin, org.PersonDraft{Name: "张伟", Memberships: []org.MembershipDraft{{Department: sub}}})
		}
		err := b.db.Write(b.ctx, func(tx *db.Tx) error {
			if _, err := add(tx); err != nil {
				return err
			}
			n, err := b.AudienceCount(tx, aud)
			equal(t, "inside", n, 1)
			return errors.Join(err, undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		equal(t, "after the rollback", b.get(top).PeopleAll, 0)
		b.write(func(tx *db.Tx) error {
			if _, err := add(tx); err != nil {
				return err
			}
			_, err := b.AudienceCount(tx, aud)
			return err
		})
		equal(t, "after the commit", b.get(top).PeopleAll, 1)
	})
}
