package org

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/xinshu-im/xinshu"
)

// node is a department in memory. Nodes, entries and catalogue entries are never modified.
type node struct {
	id, parent   xinshu.DepartmentID
	name, folded string
	code         string
	sort         int64
}

// entry is a person in memory.
type entry struct {
	id      xinshu.PersonID
	name    string
	sortKey string
	status  Status
	rank    xinshu.RankID
	in      []place
}

// place is a membership in memory.
type place struct {
	department xinshu.DepartmentID
	position   xinshu.PositionID
	sort       int64
	primary    bool
	title      string
}

// tree is the departments in preorder: the subtree of order[i] is order[i:end[i]].
type tree struct {
	order  []*node
	end    []int32
	parent []int32 // -1 at the top
	depth  []int32 // 1 at the top
	at     []int32 // index of directory.nodes → index of order; -1 for what hangs below nothing
}

// directory is the organisation at one version.
type directory struct {
	version   int64
	nodes     []*node  // by id
	people    []*entry // by id
	sorted    []*entry // by (sortKey, id)
	positions []catalogueEntry
	ranks     []catalogueEntry
	tree      *tree
	members   [][]*entry     // by index of tree.order: people directly there who count, by (sort, sortKey, id)
	totals    func() []int32 // by index of tree.order: people there and below, each once
}

// catalogueEntry is a position or a rank.
type catalogueEntry struct {
	id                 int64
	name, folded, code string
	level              int64
}

func (n *node) compareID(id xinshu.DepartmentID) int { return cmp.Compare(n.id, id) }
func (e *entry) compareID(id xinshu.PersonID) int    { return cmp.Compare(e.id, id) }

func bySortKey(a, b *entry) int {
	return cmp.Or(strings.Compare(a.sortKey, b.sortKey), cmp.Compare(a.id, b.id))
}

// person returns the entry of a person; nil if there is none.
func (d *directory) person(id xinshu.PersonID) *entry {
	if i, ok := slices.BinarySearchFunc(d.people, id, (*entry).compareID); ok {
		return d.people[i]
	}
	return nil
}

// where returns the index of a department in tree.order; -1 if there is none.
func (d *directory) where(id xinshu.DepartmentID) int32 {
	if i, ok := slices.BinarySearchFunc(d.nodes, id, (*node).compareID); ok {
		return d.tree.at[i]
	}
	return -1
}

func (d *directory) position(id xinshu.PositionID) *Position {
	if c := find(d.positions, int64(id)); c != nil {
		return &Position{ID: id, Name: c.name, Code: c.code}
	}
	return nil
}

func (d *directory) rank(id xinshu.RankID) *Rank {
	if c := find(d.ranks, int64(id)); c != nil {
		return &Rank{ID: id, Name: c.name, Code: c.code, Level: c.level}
	}
	return nil
}

func find(list []catalogueEntry, id int64) *catalogueEntry {
	i, ok := slices.BinarySearchFunc(list, id, func(c catalogueEntry, id int64) int { return cmp.Compare(c.id, id) })
	if !ok {
		return nil
	}
	return &list[i]
}

// path returns the departments from the top to order[at].
func (d *directory) path(at int32) []DepartmentName {
	out := []DepartmentName{}
	for ; at >= 0; at = d.tree.parent[at] {
		out = append(out, DepartmentName{d.tree.order[at].id, d.tree.order[at].name})
	}
	slices.Reverse(out)
	return out
}

// brief returns a person as she appears elsewhere.
func (d *directory) brief(e *entry) PersonBrief {
	b := PersonBrief{ID: e.id, Kind: "person", Name: e.name}
	for _, p := range e.in {
		if !p.primary {
			continue
		}
		if at := d.where(p.department); at >= 0 {
			b.Department = d.tree.order[at].name
		}
		if c := find(d.positions, int64(p.position)); c != nil {
			b.Position = c.name
		}
	}
	return b
}

// build makes what is derived from nodes and people.
func (d *directory) build() {
	d.tree = newTree(d.nodes)
	d.sorted = slices.Clone(d.people)
	slices.SortFunc(d.sorted, bySortKey)
	d.seat()
}

// seat fills members and totals.
func (d *directory) seat() {
	d.members = make([][]*entry, len(d.tree.order))
	for _, e := range d.people {
		d.seatOne(e, func(at int32) { d.members[at] = append(d.members[at], e) })
	}
	for at := range d.members {
		d.sortMembers(int32(at))
	}
	d.count()
}

func (d *directory) count() {
	tree, people := d.tree, d.people
	where := d.where
	d.totals = sync.OnceValue(func() []int32 { return totals(tree, people, where) })
}

// seatOne calls fn once for every department that e counts in.
func (d *directory) seatOne(e *entry, fn func(at int32)) {
	if !e.status.Counts() {
		return
	}
	for i, p := range e.in {
		if slices.ContainsFunc(e.in[:i], func(q place) bool { return q.department == p.department }) {
			continue // two positions in one department
		}
		if at := d.where(p.department); at >= 0 {
			fn(at)
		}
	}
}

// sortIn returns e's place among the people of a department.
func (e *entry) sortIn(id xinshu.DepartmentID) int64 {
	for _, p := range e.in {
		if p.department == id {
			return p.sort
		}
	}
	return 0
}

func (d *directory) sortMembers(at int32) {
	id := d.tree.order[at].id
	slices.SortFunc(d.members[at], func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.sortIn(id), b.sortIn(id)), bySortKey(a, b))
	})
}

// newTree orders departments; what is not below a top department (it cannot happen) is left out.
func newTree(nodes []*node) *tree {
	children := make([]int32, len(nodes)) // indexes of nodes, by (parent, sort, id)
	for i := range children {
		children[i] = int32(i)
	}
	slices.SortFunc(children, func(a, b int32) int {
		x, y := nodes[a], nodes[b]
		return cmp.Or(cmp.Compare(x.parent, y.parent), cmp.Compare(x.sort, y.sort), cmp.Compare(x.id, y.id))
	})
	first := func(parent xinshu.DepartmentID) int {
		return sort.Search(len(children), func(i int) bool { return nodes[children[i]].parent >= parent })
	}
	t := &tree{at: make([]int32, len(nodes))}
	for i := range t.at {
		t.at[i] = -1
	}
	var walk func(parent xinshu.DepartmentID, above, depth int32)
	walk = func(parent xinshu.DepartmentID, above, depth int32) {
		for i := first(parent); i < len(children) && nodes[children[i]].parent == parent; i++ {
			n, at := nodes[children[i]], int32(len(t.order))
			t.at[children[i]] = at
			t.order, t.parent, t.depth, t.end = append(t.order, n), append(t.parent, above), append(t.depth, depth), append(t.end, 0)
			if depth < 10*xinshu.MaxDepartmentDepth { // a bound on the stack whatever the table holds
				walk(n.id, at, depth+1)
			}
			t.end[at] = int32(len(t.order))
		}
	}
	walk(0, -1, 1)
	return t
}

// height returns how many levels the subtree of order[at] has.
func (t *tree) height(at int32) int32 {
	deepest := t.depth[at]
	for i := at; i < t.end[at]; i++ {
		deepest = max(deepest, t.depth[i])
	}
	return deepest - t.depth[at] + 1
}

// above says whether order[a] is order[b] or stands above it.
func (t *tree) above(a, b int32) bool { return a <= b && b < t.end[a] }

// totals counts the people in every subtree, each once: +1 at each of her departments in preorder, −1 where the ways up from two
// neighbouring ones meet; sums over subtrees are then exact.
func totals(t *tree, people []*entry, where func(xinshu.DepartmentID) int32) []int32 {
	out := make([]int32, len(t.order))
	var seats []int32
	for _, e := range people {
		if !e.status.Counts() {
			continue
		}
		seats = seats[:0]
		for _, p := range e.in {
			if at := where(p.department); at >= 0 {
				seats = append(seats, at)
			}
		}
		slices.Sort(seats)
		seats = slices.Compact(seats)
		for i, at := range seats {
			out[at]++
			if i == 0 {
				continue
			}
			meet := seats[i-1]
			for meet >= 0 && !t.above(meet, at) {
				meet = t.parent[meet]
			}
			if meet >= 0 {
				out[meet]--
			}
		}
	}
	for i := len(out) - 1; i >= 0; i-- {
		if t.parent[i] >= 0 {
			out[t.parent[i]] += out[i]
		}
	}
	return out
}
