package org

import (
	"cmp"
	"context"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

const insertDepartment = `INSERT INTO department_row (id, parent_id, name, code, sort, created_at, updated_at, rev, gen_from, gen_to)`

// stage writes the next generation beside the visible one. Old rows are closed before new ones come: the unique indexes look at
// rows without an end.
func (im *importing) stage(ctx context.Context, b *Bulk) error {
	if err := im.stageCatalogues(ctx, b); err != nil {
		return err
	}
	departments := slices.Clone(b.DeletedDepartments)
	for _, d := range b.ChangedDepartments {
		departments = append(departments, d.ID)
	}
	if err := im.closeRows(ctx, `UPDATE department_row SET gen_to = ?1 WHERE gen_to = ?2 AND id IN `, ids(departments)); err != nil {
		return err
	}
	people := make([]int64, len(b.ChangedPeople))
	for i, p := range b.ChangedPeople {
		people[i] = int64(p.ID)
	}
	if err := im.closeRows(ctx, `UPDATE person_row SET gen_to = ?1 WHERE gen_to = ?2 AND id IN `, people); err != nil {
		return err
	}
	if err := im.closeRows(ctx, `UPDATE membership_row SET gen_to = ?1 WHERE gen_to = ?2 AND person_id IN `, people); err != nil {
		return err
	}
	if err := pieces(ctx, im, append(slices.Clone(b.NewDepartments), b.ChangedDepartments...), im.stageDepartments); err != nil {
		return err
	}
	changed, fresh := im.staged(b.ChangedPeople), im.staged(b.NewPeople)
	if err := pieces(ctx, im, changed, func(tx *db.Tx, part []stagedPerson) error { return im.stagePeople(tx, part, b.StatusOf) }); err != nil {
		return err
	}
	if err := pieces(ctx, im, fresh, func(tx *db.Tx, part []stagedPerson) error { return im.stagePeople(tx, part, nil) }); err != nil {
		return err
	}
	return im.stageKeys(ctx, fresh)
}

// stagedPerson is a person with all that is derived from her: made before the writer is asked for.
type stagedPerson struct {
	record      *record
	memberships []MembershipDraft
}

func (im *importing) staged(people []PersonRow) []stagedPerson {
	now := im.now()
	out := make([]stagedPerson, len(people))
	for i := range people {
		out[i] = stagedPerson{people[i].record(now), people[i].Memberships}
	}
	return out
}

func ids[T ~int64](list []T) []int64 {
	out := make([]int64, len(list))
	for i, id := range list {
		out[i] = int64(id)
	}
	return out
}

func (im *importing) closeRows(ctx context.Context, update string, list []int64) error {
	return pieces(ctx, im, list, func(tx *db.Tx, part []int64) error {
		set, args := in(3, part)
		_, err := tx.Exec(update+set, append([]any{im.gen, forever}, args...)...)
		return err
	})
}

func (im *importing) stageCatalogues(ctx context.Context, b *Bulk) error {
	err := pieces(ctx, im, b.Positions, func(tx *db.Tx, part []Position) error {
		rows := make([][]any, len(part))
		for i, p := range part {
			rows[i] = []any{p.ID, im.gen, p.Name, p.Code}
		}
		err := db.Insert(tx, `INSERT INTO position_row (id, gen_from, name, code)`, rows, "")
		return err
	})
	if err != nil {
		return err
	}
	return pieces(ctx, im, b.Ranks, func(tx *db.Tx, part []Rank) error {
		rows := make([][]any, len(part))
		for i, p := range part {
			rows[i] = []any{p.ID, im.gen, p.Name, p.Code, p.Level}
		}
		err := db.Insert(tx, `INSERT INTO rank_row (id, gen_from, name, code, level)`, rows, "")
		return err
	})
}

func (im *importing) stageDepartments(tx *db.Tx, part []DepartmentRow) error {
	now := im.now()
	rows := make([][]any, len(part))
	for i, d := range part {
		created := cmp.Or(d.created, now)
		rows[i] = []any{d.ID, d.Parent, d.Name, d.Code, d.Sort, created, now, d.rev + 1, im.gen, forever}
	}
	err := db.Insert(tx, insertDepartment, rows, "")
	return err
}

func (p *PersonRow) record(now xinshu.Millis) *record {
	r := &record{id: p.ID, name: p.Name, nameEn: p.NameEn, login: p.Login, employeeNo: p.EmployeeNo, email: p.Email, mobile: p.Mobile,
		status: p.Status, rank: p.Rank, manager: p.Manager, location: p.Location, hiredOn: p.HiredOn, locale: p.Locale, source: "manual",
		created: cmp.Or(p.created, now), updated: now, rev: p.rev + 1}
	if p.Imported {
		r.source = sourceImport
	}
	r.derive()
	return r
}

// stagePeople writes people and their memberships. Whoever was suspended since the snapshot stays so, unless her status is meant
// to change.
func (im *importing) stagePeople(tx *db.Tx, part []stagedPerson, statusOf map[xinshu.PersonID]bool) error {
	list := make([]xinshu.PersonID, len(part))
	for i := range part {
		list[i] = part[i].record.id
	}
	set, args := in(1, list)
	status := map[xinshu.PersonID]string{}
	rows := tx.Query(`SELECT id, status FROM person WHERE id IN `+set, args...)
	for rows.Next() {
		var id xinshu.PersonID
		var s string
		if err := rows.Scan(&id, &s); err != nil {
			return err
		}
		status[id] = s
	}
	if err := rows.Err(); err != nil {
		return err
	}
	people := make([][]any, len(part))
	var places [][]any
	for i := range part {
		r := *part[i].record // a copy: the piece may run more than once
		if s, ok := status[r.id]; ok && !statusOf[r.id] {
			r.status = Status(s)
		}
		people[i] = append(r.values(), im.gen, forever)
		for _, m := range part[i].memberships {
			places = append(places, []any{r.id, m.Department, m.Position, m.Primary, m.Title, m.Sort, im.gen, forever})
		}
	}
	if err := db.Insert(tx, insertRecord, people, ""); err != nil {
		return err
	}
	err := db.Insert(tx, insertMembership, places, "")
	return err
}

// personKey is a row of person_key.
type personKey struct {
	searchKey
	id xinshu.PersonID
}

// stageKeys writes the search keys of new people in the order of the table: neighbours share pages, and pages are what a commit
// costs. Keys of people that nobody sees yet find nothing.
func (im *importing) stageKeys(ctx context.Context, people []stagedPerson) error {
	keys := make([]personKey, 0, 14*len(people))
	for i := range people {
		for _, k := range keysOf(people[i].record) {
			keys = append(keys, personKey{k, people[i].record.id})
		}
	}
	slices.SortFunc(keys, func(a, b personKey) int { return cmp.Or(a.compare(b.searchKey), cmp.Compare(a.id, b.id)) })
	im.total += len(keys)
	return pieces(ctx, im, keys, func(tx *db.Tx, part []personKey) error {
		rows := make([][]any, len(part))
		for i, k := range part {
			rows[i] = []any{k.kind, k.text, k.id}
		}
		err := db.Insert(tx, insertKey, rows, ` ON CONFLICT (kind, key, person_id) DO NOTHING`)
		return err
	})
}
