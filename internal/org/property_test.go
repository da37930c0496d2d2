package org_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// model is what the organisation below one department should be.
type model struct {
	parent map[xinshu.DepartmentID]xinshu.DepartmentID
	sort   map[xinshu.DepartmentID]int64
	in     map[xinshu.PersonID][]xinshu.DepartmentID
	status map[xinshu.PersonID]org.Status
}

// below says whether d is top or below it.
func (m *model) below(d, top xinshu.DepartmentID) bool {
	for ; d != 0; d = m.parent[d] {
		if d == top {
			return true
		}
	}
	return false
}

func (m *model) children(d xinshu.DepartmentID) []xinshu.DepartmentID {
	out := []xinshu.DepartmentID{}
	for c, p := range m.parent {
		if p == d && c != d {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b xinshu.DepartmentID) int {
		if m.sort[a] != m.sort[b] {
			return int(m.sort[a] - m.sort[b])
		}
		return int(min(max(a-b, -1), 1))
	})
	return out
}

// people are those who count directly in d, and in it and below, each once.
func (m *model) people(d xinshu.DepartmentID) (direct, all int) {
	for p, places := range m.in {
		if !m.status[p].Counts() {
			continue
		}
		if slices.Contains(places, d) {
			direct++
		}
		if slices.ContainsFunc(places, func(q xinshu.DepartmentID) bool { return m.below(q, d) }) {
			all++
		}
	}
	return direct, all
}

func (m *model) empty(d xinshu.DepartmentID) bool {
	for _, places := range m.in {
		if slices.Contains(places, d) {
			return false
		}
	}
	return len(m.children(d)) == 0
}

// TestTreeAgainstModel: after any sequence of creating, moving, ordering, deleting, placing and suspending, every department has
// the children, order and counts of the model, refusals are those of the model, and a fresh process reads the same.
func TestTreeAgainstModel(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		rapid.Check(t, func(rt *rapid.T) {
			root := b.department("根", 0)
			m := &model{parent: map[xinshu.DepartmentID]xinshu.DepartmentID{root: 0}, sort: map[xinshu.DepartmentID]int64{},
				in: map[xinshu.PersonID][]xinshu.DepartmentID{}, status: map[xinshu.PersonID]org.Status{}}
			department := func(label string) xinshu.DepartmentID { return rapid.SampledFrom(sortedKeys(m.parent)).Draw(rt, label) }
			person := func() xinshu.PersonID { // 0: nobody yet
				if len(m.in) == 0 {
					return 0
				}
				return rapid.SampledFrom(sortedKeys(m.in)).Draw(rt, "person")
			}
			places := func() ([]xinshu.DepartmentID, []org.MembershipDraft) {
				ids := rapid.SliceOfNDistinct(rapid.SampledFrom(sortedKeys(m.parent)), 0, min(3, len(m.parent)), rapid.ID).Draw(rt, "places")
				drafts := make([]org.MembershipDraft, len(ids))
				for i, id := range ids {
					drafts[i].Department = id
				}
				return ids, drafts
			}
			rt.Repeat(map[string]func(*rapid.T){
				"create": func(rt *rapid.T) {
					parent := department("parent")
					d := b.department("部", parent)
					m.parent[d] = parent
				},
				"move": func(rt *rapid.T) {
					d, to, sort := department("department"), department("to"), int64(rapid.IntRange(-2, 2).Draw(rt, "sort"))
					if d == root {
						return
					}
					_, err := b.MoveDepartment(b.ctx, admin, d, to, sort)
					if m.below(to, d) {
						if xinshu.CodeOf(err) != xinshu.Conflict {
							rt.Fatalf("a cycle was not refused: %v", err)
						}
						return
					}
					if err != nil {
						rt.Fatal(err)
					}
					m.parent[d], m.sort[d] = to, sort
				},
				"delete": func(rt *rapid.T) {
					d := department("department")
					if d == root {
						return
					}
					err := b.DeleteDepartment(b.ctx, admin, d)
					if (err == nil) != m.empty(d) {
						rt.Fatalf("delete: %v, empty %v", err, m.empty(d))
					}
					if err == nil {
						delete(m.parent, d)
					}
				},
				"hire": func(*rapid.T) {
					ids, drafts := places()
					p := b.person(org.PersonDraft{Name: "人", Memberships: drafts})
					m.in[p], m.status[p] = ids, org.Invited
				},
				"place": func(rt *rapid.T) {
					p := person()
					if p == 0 {
						return
					}
					ids, drafts := places()
					if _, err := b.UpdatePerson(b.ctx, admin, p, org.PersonUpdate{Memberships: &drafts}); err != nil {
						rt.Fatal(err)
					}
					m.in[p] = ids
				},
				"status": func(rt *rapid.T) {
					p := person()
					if p == 0 {
						return
					}
					s := rapid.SampledFrom([]org.Status{org.Active, org.Suspended, org.Departed}).Draw(rt, "status")
					b.setStatus(p, s)
					m.status[p] = s
				},
				"": func(rt *rapid.T) { m.compare(rt, b, root) },
			})
			m.compare(rt, newBundle(t, b.db), root)
		})
	})
}

func (m *model) compare(rt *rapid.T, b *bundle, d xinshu.DepartmentID) {
	got, err := b.GetDepartment(b.ctx, employee, d)
	if err != nil {
		rt.Fatal(err)
	}
	direct, all := m.people(d)
	list, _, err := b.FindDepartments(b.ctx, employee, d, org.Page{Limit: 200})
	if err != nil {
		rt.Fatal(err)
	}
	ids := make([]xinshu.DepartmentID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	want := m.children(d)
	if got.People != direct || got.PeopleAll != all || got.Children != len(want) || !slices.Equal(ids, want) {
		rt.Fatalf("%s: got %d/%d people, children %v; want %d/%d, %v", d, got.People, got.PeopleAll, ids, direct, all, want)
	}
	items, _, err := b.DepartmentPeople(b.ctx, employee, d, true, org.Page{Limit: 200})
	if err != nil || len(items) != min(all, 200) {
		rt.Fatalf("%d people listed below %s, want %d (%v)", len(items), d, all, err)
	}
	err = b.db.Read(b.ctx, func(tx *db.Tx) error {
		n, err := b.AudienceCount(tx, org.Audience{Departments: []org.AudienceDepartment{{ID: d, Subtree: true}}})
		if n != all {
			err = fmt.Errorf("audience of %d, want %d", n, all)
		}
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	for _, c := range want {
		m.compare(rt, b, c)
	}
}

func sortedKeys[K ~int64, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
