package org

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// PersonFilter says which people are wanted. Everything that is set must hold.
type PersonFilter struct {
	// Query finds by name, pinyin, initials, English name, login, employee number, e-mail address (their beginnings), the last digits
	// of the mobile number, and by names of departments, positions and ranks. Several words must all be found.
	Query      string
	Department xinshu.DepartmentID // 0: all
	Subtree    bool                // with Department: also those below it
	Position   xinshu.PositionID   // 0: all
	RankMin    *int64              // levels of ranks, both ends included
	RankMax    *int64
	Statuses   []Status // for administrators; empty means invited and active
	Page       Page
}

// FindPeople lists people: with a query of one word whose login or name it is, those whom the actor knows (the latest direct
// conversations, the same department) before others, then whom else she knows, then the other hits, the best first; in a department in its order, otherwise by name in pinyin. A page may
// have fewer people than asked for although next is not "". [xinshu.NotFound] for an unknown department, [xinshu.Forbidden] when
// somebody else than an administrator asks for statuses, [xinshu.Invalid] for a cursor of another list or a query that is too long.
func (s *Service) FindPeople(ctx context.Context, actor xinshu.Actor, f PersonFilter) (items []PersonItem, next string, err error) {
	err = s.read(ctx, actor, func(tx *db.Tx, d *directory) error {
		sel, err := d.selection(actor, f)
		if err != nil {
			return err
		}
		var hits []*entry
		switch {
		case strings.TrimSpace(f.Query) != "":
			if sel.circle, err = s.circle(tx, d, actor.Person); err != nil {
				return err
			}
			hits, next, err = sel.search(tx, f.Query, f.Page)
		case f.Department != 0 && len(f.Statuses) == 0:
			hits, next, err = sel.walk(f.Page)
		default:
			hits, next, err = sel.list(f.Page)
		}
		if err != nil {
			return err
		}
		items, err = d.items(tx, actor, hits)
		return err
	})
	return items, next, err
}

// DepartmentPeople lists the people of a department, in its order; subtree adds those below it, department by department, each
// person once, at her first place.
func (s *Service) DepartmentPeople(ctx context.Context, actor xinshu.Actor, id xinshu.DepartmentID, subtree bool, page Page) ([]PersonItem, string, error) {
	if id == 0 {
		return nil, "", errNoDepartment
	}
	return s.FindPeople(ctx, actor, PersonFilter{Department: id, Subtree: subtree, Page: page})
}

// selection is a filter on one directory.
type selection struct {
	d        *directory
	f        PersonFilter
	statuses []Status
	from, to int32 // with a department: its part of tree.order
	circle   circle
	led      map[xinshu.PersonID]bool // who leads the list and is not listed again
}

func (d *directory) selection(actor xinshu.Actor, f PersonFilter) (*selection, error) {
	s := &selection{d: d, f: f, statuses: f.Statuses}
	for _, status := range f.Statuses {
		if !status.valid() {
			return nil, invalid("status", "The status is one of invited, active, suspended, departed.")
		}
	}
	if len(f.Statuses) > 0 && !isAdmin(actor) {
		return nil, errForbidden
	}
	if len(f.Statuses) == 0 {
		s.statuses = []Status{Invited, Active}
	}
	if f.Department != 0 {
		at := d.where(f.Department)
		if at < 0 {
			return nil, errNoDepartment
		}
		s.from, s.to = at, at+1
		if f.Subtree {
			s.to = d.tree.end[at]
		}
	}
	return s, nil
}

// has says whether a person passes the filter, the query aside.
func (s *selection) has(e *entry) bool {
	if !slices.Contains(s.statuses, e.status) || s.led[e.id] {
		return false
	}
	if s.f.Department != 0 && s.seat(e) < 0 {
		return false
	}
	if s.f.Position != 0 && !slices.ContainsFunc(e.in, func(p place) bool { return p.position == s.f.Position }) {
		return false
	}
	if s.f.RankMin != nil || s.f.RankMax != nil {
		c := find(s.d.ranks, int64(e.rank))
		if c == nil || s.f.RankMin != nil && c.level < *s.f.RankMin || s.f.RankMax != nil && c.level > *s.f.RankMax {
			return false
		}
	}
	return true
}

// seat is the first of a person's places within the department of the filter; -1 if she has none.
func (s *selection) seat(e *entry) int32 {
	first := int32(-1)
	for _, p := range e.in {
		if at := s.d.where(p.department); at >= s.from && at < s.to && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// list goes through everybody by name.
func (s *selection) list(page Page) ([]*entry, string, error) {
	i, err := s.d.afterCursor(page.Cursor)
	if err != nil {
		return nil, "", err
	}
	var out []*entry
	for ; i < len(s.d.sorted); i++ {
		if e := s.d.sorted[i]; s.has(e) {
			if len(out) == page.limit() {
				return out, out[len(out)-1].id.String(), nil
			}
			out = append(out, e)
		}
	}
	return out, "", nil
}

// afterCursor returns where sorted goes on after the person that a cursor names.
func (d *directory) afterCursor(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	id, err := xinshu.ParseID[xinshu.PersonID](cursor)
	if err != nil {
		return 0, errCursor
	}
	e := d.person(id)
	if e == nil {
		return 0, errCursor
	}
	i, _ := slices.BinarySearchFunc(d.sorted, e, bySortKey)
	return i + 1, nil
}

// walk goes through a department and, with Subtree, those below it. Its cursor is DEPARTMENT.SORT.PERSON.
func (s *selection) walk(page Page) ([]*entry, string, error) {
	at, i := s.from, 0
	if page.Cursor != "" {
		var err error
		if at, i, err = s.resume(page.Cursor); err != nil {
			return nil, "", err
		}
	}
	var out []*entry
	next := ""
	for ; at < s.to; at, i = at+1, 0 {
		for _, e := range s.d.members[at][i:] {
			if s.seat(e) != at || !s.has(e) { // she was listed at an earlier place
				continue
			}
			if len(out) == page.limit() {
				return out, next, nil
			}
			out = append(out, e)
			id := s.d.tree.order[at].id
			next = id.String() + "." + strconv.FormatInt(e.sortIn(id), 10) + "." + e.id.String()
		}
	}
	return out, "", nil
}

func (s *selection) resume(cursor string) (at int32, i int, err error) {
	parts := strings.Split(cursor, ".")
	if len(parts) != 3 {
		return 0, 0, errCursor
	}
	department, err1 := xinshu.ParseID[xinshu.DepartmentID](parts[0])
	sort, err2 := strconv.ParseInt(parts[1], 10, 64)
	id, err3 := xinshu.ParseID[xinshu.PersonID](parts[2])
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, 0, errCursor
	}
	last := s.d.person(id)
	at = s.d.where(department)
	if last == nil || at < s.from || at >= s.to {
		return 0, 0, errCursor
	}
	members := s.d.members[at]
	i, _ = slices.BinarySearchFunc(members, last, func(m, last *entry) int {
		if c := m.sortIn(department) - sort; c != 0 {
			return int(min(max(c, -1), 1))
		}
		return bySortKey(m, last)
	})
	if i < len(members) && members[i] == last {
		i++
	}
	return at, i, nil
}

// items describes hits in their order.
func (d *directory) items(tx *db.Tx, actor xinshu.Actor, hits []*entry) ([]PersonItem, error) {
	out := make([]PersonItem, 0, len(hits))
	if len(hits) == 0 {
		return out, nil
	}
	records, err := recordsOf(tx, hits)
	if err != nil {
		return nil, err
	}
	for _, e := range hits {
		r := records[e.id]
		if r == nil {
			continue
		}
		item := PersonItem{PersonBrief: d.brief(e), NameEn: r.nameEn, EmployeeNo: r.employeeNo, Status: e.status}
		if isAdmin(actor) {
			item.Login = r.login
		}
		if e.status.Counts() || isAdmin(actor) {
			item.Email, item.Mobile = r.email, r.mobile
		}
		if c := find(d.ranks, int64(e.rank)); c != nil {
			item.Rank = c.name
		}
		for _, p := range e.in {
			if p.primary {
				item.Title = p.title
			}
		}
		out = append(out, item)
	}
	return out, nil
}

// recordsOf reads the rows of people, at most 500.
func recordsOf(tx *db.Tx, people []*entry) (map[xinshu.PersonID]*record, error) {
	out := make(map[xinshu.PersonID]*record, len(people))
	if len(people) == 0 {
		return out, nil
	}
	// Lists are rounded up to a power of two with id 0, so that there are few texts of the statement.
	size := 1
	for size < len(people) {
		size *= 2
	}
	args := make([]any, size)
	for i := range args {
		args[i] = int64(0)
		if i < len(people) {
			args[i] = people[i].id
		}
	}
	rows := tx.Query(`SELECT `+recordColumns+` FROM person WHERE id IN `+db.In(1, size), args...)
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return nil, err
		}
		out[r.id] = r
	}
	return out, rows.Err()
}
