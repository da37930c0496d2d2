package org_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// find returns the names that a query finds.
func (b *bundle) find(f org.PersonFilter) []string {
	b.t.Helper()
	list, _, err := b.FindPeople(b.ctx, employee, f)
	if err != nil {
		b.t.Fatalf("find %+v: %v", f, err)
	}
	return names(list)
}

func TestPeopleSearchByEveryName(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		buying := b.department("采购部", top)
		team := b.department("一组", buying)
		pos, err := b.CreatePosition(b.ctx, admin, org.PositionDraft{Name: "采购经理"})
		if err != nil {
			t.Fatal(err)
		}
		rank, err := b.CreateRank(b.ctx, admin, org.RankDraft{Name: "P6", Level: 60})
		if err != nil {
			t.Fatal(err)
		}
		b.person(org.PersonDraft{Name: "张伟", NameEn: "David Zhang", Login: "dzhang", EmployeeNo: "E0042", Email: "david.z@corp.cn", Mobile: "138-0013-8765"}, team)
		b.person(org.PersonDraft{Name: "张伟明"}, top)
		b.person(org.PersonDraft{Name: "单小红", Rank: rank.ID, Memberships: []org.MembershipDraft{{Department: top, Position: pos.ID}}})
		b.person(org.PersonDraft{Name: "張瑋", Login: "zhangwei2"}, top)
		b.person(org.PersonDraft{Name: "John Smith"}, top)
		left := b.person(org.PersonDraft{Name: "张伟国"}, top)
		b.setStatus(left, org.Departed)

		for _, c := range []struct {
			q    string
			want []string
		}{
			{"张伟", []string{"张伟", "张伟明"}},
			{"zhangwei", []string{"张伟", "張瑋", "张伟明"}},
			{"ZhangWei", []string{"张伟", "張瑋", "张伟明"}},
			{"zw", []string{"张伟", "張瑋", "张伟明"}},
			{"8765", []string{"张伟"}},
			{"13800138765", []string{"张伟"}},
			{"+86 138 0013 8765", []string{"张伟"}},
			{"e0042", []string{"张伟"}},
			{"dzh", []string{"张伟"}},
			{"david.z@", []string{"张伟"}},
			{"david", []string{"张伟"}},
			{"伟明", []string{"张伟明"}},
			{"danxiaohong", []string{"单小红"}},
			{"shanxh", []string{"单小红"}},
			{"smith", []string{"John Smith"}},
			{"smith john", []string{"John Smith"}},
			{"zhang wei", []string{"张伟", "張瑋", "张伟明"}},
			{"采购 张", []string{"张伟"}},
			{"张 采购", []string{"张伟"}},
			{"采购", []string{"单小红", "张伟"}},
			{"采购经理", []string{"单小红"}},
			{"p6", []string{"单小红"}},
			{"p6 采购", []string{"单小红"}},
			{"采购 李", []string{}},
			{"nobody", []string{}},
			{"%", []string{}},
			{"' OR 1=1", []string{}},
		} {
			if got := b.find(org.PersonFilter{Query: c.q}); !slices.Equal(sortedIf(got, c.q != "张伟"), sortedIf(c.want, c.q != "张伟")) {
				t.Errorf("%q finds %v, want %v", c.q, got, c.want)
			}
		}
		equal(t, "exact first", b.find(org.PersonFilter{Query: "zhangwei"})[0][:3], "张")
		equalList(t, "department only", b.find(org.PersonFilter{Department: buying}), []string{})
		equalList(t, "subtree", b.find(org.PersonFilter{Department: buying, Subtree: true}), []string{"张伟"})
		equalList(t, "with query", b.find(org.PersonFilter{Department: top, Query: "zw"}), []string{"張瑋", "张伟明"})
		equalList(t, "position", b.find(org.PersonFilter{Position: pos.ID}), []string{"单小红"})
		equalList(t, "rank", b.find(org.PersonFilter{RankMin: ptr(int64(60)), RankMax: ptr(int64(60))}), []string{"单小红"})
		equalList(t, "rank above", b.find(org.PersonFilter{RankMin: ptr(int64(61))}), []string{})
		equalList(t, "all", b.find(org.PersonFilter{}), []string{"John Smith", "单小红", "张伟", "張瑋", "张伟明"})

		_, _, err = b.FindPeople(b.ctx, employee, org.PersonFilter{Statuses: []org.Status{org.Departed}})
		wantCode(t, "statuses are for administrators", err, xinshu.Forbidden)
		list, _, err := b.FindPeople(b.ctx, admin, org.PersonFilter{Query: "张", Statuses: []org.Status{org.Departed}})
		if err != nil || len(list) != 1 || list[0].ID != left {
			t.Errorf("departed for an administrator: %v %v", list, err)
		}

		id := b.person(org.PersonDraft{Name: "改名"})
		if _, err := b.UpdatePerson(b.ctx, admin, id, org.PersonUpdate{Name: ptr("新名字")}); err != nil {
			t.Fatal(err)
		}
		equalList(t, "old name", b.find(org.PersonFilter{Query: "gaiming"}), []string{})
		equalList(t, "new name", b.find(org.PersonFilter{Query: "xinmingzi"}), []string{"新名字"})
	})
}

func sortedIf(list []string, yes bool) []string {
	if yes {
		list = slices.Clone(list)
		slices.Sort(list)
	}
	return list
}

// TestPeoplePages: whatever the list, its pages hold each person once, in the order of the whole list.
func TestPeoplePages(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		top := b.department("集团", 0)
		subs := []xinshu.DepartmentID{b.department("采购部", top), b.department("销售部", top)}
		surnames, given := []string{"张", "王", "李"}, []string{"伟", "小明", "芳", "卫"}
		for i := range 36 {
			p := org.PersonDraft{Name: surnames[i%3] + given[i%4], Login: fmt.Sprintf("z%02d", i)}
			if i%5 == 0 {
				p.Memberships = append(p.Memberships, org.MembershipDraft{Department: top, Sort: int64(-i)})
			}
			b.person(p, subs[i%2])
		}
		for _, f := range []org.PersonFilter{{}, {Department: top, Subtree: true}, {Department: subs[0]}, {Query: "z"}, {Query: "zw"},
			{Query: "采购"}, {Query: "采购 张"}, {Query: "wei zhang"}, {Query: "z", Department: top, Subtree: true}, {Query: "zhang", Department: subs[1]}} {
			f.Page.Limit = 200
			whole, next, err := b.FindPeople(b.ctx, employee, f)
			if err != nil || next != "" || len(whole) == 0 {
				t.Fatalf("%+v: %d people, next %q, %v", f, len(whole), next, err)
			}
			for _, limit := range []int{1, 7} {
				var parts []org.PersonItem
				f.Page = org.Page{Limit: limit}
				for range 100 {
					part, next, err := b.FindPeople(b.ctx, employee, f)
					if err != nil {
						t.Fatalf("%+v: %v", f, err)
					}
					parts = append(parts, part...)
					if f.Page.Cursor = next; next == "" {
						break
					}
				}
				equalList(t, fmt.Sprintf("%+v", f), parts, whole)
			}
		}
		for _, f := range []org.PersonFilter{{}, {Query: "z"}, {Query: "a b"}, {Department: top}} {
			for _, cursor := range []string{"x", "0000000000001", "1.0000000000001", "99.x", "..", "0000000000001.1.0000000000001"} {
				f.Page.Cursor = cursor
				_, _, err := b.FindPeople(b.ctx, employee, f)
				if f.Query != "a b" || xinshu.CodeOf(err) != "" {
					wantCode(t, "cursor "+cursor, err, xinshu.Invalid)
				}
			}
		}
		_, _, err := b.FindPeople(b.ctx, xinshu.Actor{}, org.PersonFilter{})
		wantCode(t, "anonymous", err, xinshu.Unauthenticated)
		_, _, err = b.FindPeople(b.ctx, employee, org.PersonFilter{Department: 99})
		wantCode(t, "unknown department", err, xinshu.NotFound)
		_, _, err = b.FindPeople(b.ctx, employee, org.PersonFilter{Query: string(make([]byte, 2000))})
		wantCode(t, "oversize query", err, xinshu.Invalid)
	})
}

// TestKnownPeopleLead: of many people of a name those are listed first whom the searcher knows, whoever else there is; nobody is
// listed twice.
func TestKnownPeopleLead(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		ours, theirs := b.department("我们", 0), b.department("他们", 0)
		me := xinshu.Actor{Person: b.person(org.PersonDraft{Name: "搜索者"}, ours)}
		for i := range 70 { // more namesakes than may lead
			b.person(org.PersonDraft{Name: "王芳", Login: fmt.Sprintf("wang%02d", i)}, theirs)
		}
		for range 3 {
			b.person(org.PersonDraft{Name: "张伟"}, theirs)
		}
		longer := b.person(org.PersonDraft{Name: "张伟民"}, ours)
		colleague := b.person(org.PersonDraft{Name: "张伟"}, ours)
		fang := b.person(org.PersonDraft{Name: "王芳"}, ours)
		contact := b.person(org.PersonDraft{Name: "王芳"}, theirs)
		login := b.person(org.PersonDraft{Name: "周敏", Login: "zhangwei"}, theirs)
		gone := b.person(org.PersonDraft{Name: "张伟"}, ours)
		b.setStatus(gone, org.Departed)
		b.OnContacts(func(_ *db.Tx, p xinshu.PersonID) ([]xinshu.PersonID, error) {
			if p == me.Person {
				return []xinshu.PersonID{contact}, nil
			}
			return nil, nil
		})
		ids := func(a xinshu.Actor, q string, limit int) (out []xinshu.PersonID) {
			t.Helper()
			f := org.PersonFilter{Query: q, Page: org.Page{Limit: limit}}
			for range 300 {
				list, next, err := b.FindPeople(b.ctx, a, f)
				if err != nil || len(list) > limit {
					t.Fatalf("%q: %d people, %v", q, len(list), err)
				}
				for _, p := range list {
					out = append(out, p.ID)
				}
				if f.Page.Cursor = next; next == "" {
					break
				}
			}
			return out
		}
		for _, c := range []struct {
			q     string
			total int
			want  []xinshu.PersonID // who comes first
		}{
			{"张伟", 5, []xinshu.PersonID{colleague}},
			{"zhangwei", 6, []xinshu.PersonID{login, colleague}},
			{"王芳", 72, []xinshu.PersonID{fang, contact}},
			{"wangfang", 72, []xinshu.PersonID{fang, contact}},
			{"wf", 72, []xinshu.PersonID{contact, fang}},
			{"zw", 6, []xinshu.PersonID{longer, colleague}},
			{"wang05", 1, nil},
		} {
			whole := ids(me, c.q, 200)
			if len(whole) != c.total && c.q != "zw" {
				t.Errorf("%q finds %d, want %d", c.q, len(whole), c.total)
			}
			first := slices.Clone(whole[:len(c.want)])
			slices.Sort(first)
			want := slices.Clone(c.want)
			slices.Sort(want)
			if !slices.Equal(first, want) {
				t.Errorf("%q begins with %v, want %v", c.q, first, want)
			}
			seen := map[xinshu.PersonID]bool{}
			for _, p := range whole {
				if seen[p] || p == gone {
					t.Errorf("%q lists %s again, or somebody who left", c.q, p)
				}
				seen[p] = true
			}
			for _, limit := range []int{1, 2, 7, 60} {
				equalList(t, fmt.Sprintf("%q by %d", c.q, limit), ids(me, c.q, limit), whole)
			}
			if got := ids(employee, c.q, 200); len(got) != len(whole) {
				t.Errorf("%q: a stranger finds %d, not %d", c.q, len(got), len(whole))
			}
		}
		equal(t, "login first", ids(me, "zhangwei", 1)[0], login)
		equal(t, "namesakes before whom she only knows", slices.Index(ids(me, "张伟", 50), longer), 4)
		_, _, err := b.FindPeople(b.ctx, me, org.PersonFilter{Query: "张伟", Page: org.Page{Cursor: "lead.x"}})
		wantCode(t, "foreign cursor", err, xinshu.Invalid)
	})
}
