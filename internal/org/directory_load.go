package org

import (
	"cmp"
	"context"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// catchUp is how many changed objects are read one list after the other instead of everything anew.
const catchUp = 1_000

// current returns the directory of a reader's snapshot and keeps it for the next.
func (s *Service) current(tx *db.Tx) (*directory, error) {
	h, err := readHead(tx, "")
	if err != nil {
		return nil, err
	}
	if d := s.dir.Load(); d != nil && d.version == h.version {
		return d, nil
	}
	s.loading.Lock() // of many readers after a change one reads it
	defer s.loading.Unlock()
	from := s.dir.Load()
	if from != nil && from.version == h.version {
		return from, nil
	}
	d, err := s.advance(tx, from, h.version)
	if err != nil {
		return nil, err
	}
	if from == nil || from.version < d.version {
		s.dir.Store(d)
	}
	return d, nil
}

// directory returns the directory as tx sees it, its own changes included. What it had to read is kept, that of a write
// once it is durable.
func (s *Service) directory(tx *db.Tx) (*directory, error) {
	if tx.ReadOnly() {
		return s.current(tx)
	}
	h, err := readHead(tx, "")
	if err != nil {
		return nil, err
	}
	from := s.dir.Load()
	if from != nil && from.version == h.version {
		return from, nil
	}
	d, err := s.advance(tx, from, h.version)
	if err != nil {
		return nil, err
	}
	tx.AfterCommit(func() {
		for {
			known := s.dir.Load()
			if known != nil && known.version >= d.version || s.dir.CompareAndSwap(known, d) {
				return
			}
		}
	})
	return d, nil
}

// Warm reads the directory, so that nobody waits for it later; it takes about 0.4 s for 45,000 departments and 50,000 people.
func (s *Service) Warm(ctx context.Context) error {
	return s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		_, err := s.current(tx)
		return err
	})
}

// advance makes the directory of version out of an older one, or from nothing.
func (s *Service) advance(tx *db.Tx, from *directory, version int64) (*directory, error) {
	if from == nil || version <= from.version || version-from.version > catchUp {
		return load(tx, version)
	}
	changes, err := db.All(tx, func(r *db.Rows) (change, error) {
		var c change
		err := r.Scan(&c.kind, &c.id)
		return c, err
	}, `SELECT kind, object_id FROM org_change WHERE version > ?1`, from.version)
	if err != nil {
		return nil, err
	}
	if int64(len(changes)) != version-from.version { // pruned
		return load(tx, version)
	}
	var departments []xinshu.DepartmentID
	var people []xinshu.PersonID
	catalogue := false
	for _, c := range changes {
		switch c.kind {
		case changedDepartment:
			departments = append(departments, xinshu.DepartmentID(c.id))
		case changedPerson:
			people = append(people, xinshu.PersonID(c.id))
		case changedCatalogue:
			catalogue = true
		default:
			return load(tx, version)
		}
	}
	d := *from
	d.version = version
	if catalogue {
		if err := d.loadCatalogues(tx); err != nil {
			return nil, err
		}
	}
	if err := d.patchPeople(tx, people); err != nil {
		return nil, err
	}
	if err := d.patchDepartments(tx, departments); err != nil {
		return nil, err
	}
	return &d, nil
}

const (
	nodeColumns  = `SELECT id, parent_id, name, code, sort FROM department`
	entryColumns = `SELECT id, name, sort_key, status, rank_id FROM person`
	placeColumns = `SELECT person_id, department_id, position_id, sort, is_primary, title FROM membership`
)

func scanNode(r *db.Rows) (*node, error) {
	n := &node{}
	err := r.Scan(&n.id, &n.parent, &n.name, &n.code, &n.sort)
	n.folded = text.Fold(n.name)
	return n, err
}

func scanEntry(r *db.Rows) (*entry, error) {
	e := &entry{}
	var status string
	err := r.Scan(&e.id, &e.name, &e.sortKey, &status, &e.rank)
	e.status = Status(status)
	return e, err
}

// seatEntries reads the memberships of entries, which are ordered by id.
func seatEntries(tx *db.Tx, entries []*entry, where string, args ...any) error {
	rows := tx.Query(placeColumns+where+` ORDER BY person_id, is_primary DESC, sort, department_id, position_id`, args...)
	at := 0
	for rows.Next() {
		var person xinshu.PersonID
		var p place
		if err := rows.Scan(&person, &p.department, &p.position, &p.sort, &p.primary, &p.title); err != nil {
			return err
		}
		for at < len(entries) && entries[at].id < person {
			at++
		}
		if at < len(entries) && entries[at].id == person {
			entries[at].in = append(entries[at].in, p)
		}
	}
	return rows.Err()
}

func load(tx *db.Tx, version int64) (*directory, error) {
	d := &directory{version: version}
	var err error
	if d.nodes, err = db.All(tx, scanNode, nodeColumns+` ORDER BY id`); err != nil {
		return nil, err
	}
	if d.people, err = db.All(tx, scanEntry, entryColumns+` ORDER BY id`); err != nil {
		return nil, err
	}
	if err := seatEntries(tx, d.people, ""); err != nil {
		return nil, err
	}
	if err := d.loadCatalogues(tx); err != nil {
		return nil, err
	}
	d.build()
	return d, nil
}

func (d *directory) loadCatalogues(tx *db.Tx) (err error) {
	scan := func(r *db.Rows) (catalogueEntry, error) {
		var c catalogueEntry
		err := r.Scan(&c.id, &c.name, &c.code, &c.level)
		c.folded = text.Fold(c.name)
		return c, err
	}
	if d.positions, err = db.All(tx, scan, `SELECT id, name, code, 0 FROM position ORDER BY id`); err != nil {
		return err
	}
	d.ranks, err = db.All(tx, scan, `SELECT id, name, code, level FROM rank ORDER BY id`)
	return err
}

// patchDepartments reads departments again and derives the tree anew.
func (d *directory) patchDepartments(tx *db.Tx, ids []xinshu.DepartmentID) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	fresh := map[xinshu.DepartmentID]*node{}
	for chunk := range slices.Chunk(ids, 500) { // at most two rounds, see catchUp
		nodes, err := db.All(tx, scanNode, nodeColumns+` WHERE id IN `+db.In(1, len(chunk)), db.Args(chunk)...)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			fresh[n.id] = n
		}
	}
	nodes := make([]*node, 0, len(d.nodes)+len(fresh))
	for _, n := range d.nodes {
		if _, changed := slices.BinarySearch(ids, n.id); !changed {
			nodes = append(nodes, n)
		}
	}
	for _, n := range fresh {
		nodes = append(nodes, n)
	}
	slices.SortFunc(nodes, func(a, b *node) int { return cmp.Compare(a.id, b.id) })
	d.nodes = nodes
	d.tree = newTree(nodes)
	d.seat()
	return nil
}

// patchPeople reads people again; only their departments' lists are made anew.
func (d *directory) patchPeople(tx *db.Tx, ids []xinshu.PersonID) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var fresh []*entry
	for chunk := range slices.Chunk(ids, 500) { // at most two rounds, see catchUp
		list, args := db.In(1, len(chunk)), db.Args(chunk)
		entries, err := db.All(tx, scanEntry, entryColumns+` WHERE id IN `+list+` ORDER BY id`, args...)
		if err != nil {
			return err
		}
		if err := seatEntries(tx, entries, ` WHERE person_id IN `+list, args...); err != nil {
			return err
		}
		fresh = append(fresh, entries...)
	}
	d.people, d.sorted, d.members = slices.Clone(d.people), slices.Clone(d.sorted), slices.Clone(d.members)
	changed := map[int32]bool{}
	for _, e := range fresh {
		i, known := slices.BinarySearchFunc(d.people, e.id, (*entry).compareID)
		if known {
			old := d.people[i]
			d.seatOne(old, func(at int32) {
				changed[at] = true
				d.members[at] = slices.DeleteFunc(slices.Clone(d.members[at]), func(m *entry) bool { return m == old })
			})
			if j, ok := slices.BinarySearchFunc(d.sorted, old, bySortKey); ok {
				d.sorted = slices.Delete(d.sorted, j, j+1)
			}
			d.people[i] = e
		} else {
			d.people = slices.Insert(d.people, i, e)
		}
		j, _ := slices.BinarySearchFunc(d.sorted, e, bySortKey)
		d.sorted = slices.Insert(d.sorted, j, e)
		d.seatOne(e, func(at int32) {
			changed[at] = true
			d.members[at] = append(slices.Clip(d.members[at]), e)
		})
	}
	for at := range changed {
		d.members[at] = slices.Clone(d.members[at])
		d.sortMembers(at)
	}
	d.count()
	return nil
}
