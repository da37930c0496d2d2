package org

import (
	"context"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Audience (受众) selects people: everybody in departments, and single people.
type Audience struct {
	Departments []AudienceDepartment `json:"departments,omitempty" maxItems:"1000"`
	People      []xinshu.PersonID    `json:"people,omitempty" maxItems:"1000"`
}

// AudienceDepartment is a department, with all below it if Subtree.
type AudienceDepartment struct {
	ID      xinshu.DepartmentID `json:"id"`
	Subtree bool                `json:"subtree,omitempty"`
}

// AudiencePeople returns the people of an audience who are invited or active, ordered by id, each once, inside the caller's
// transaction. [xinshu.NotFound] for an unknown department; unknown people are left out.
func (s *Service) AudiencePeople(tx *db.Tx, a Audience) ([]xinshu.PersonID, error) {
	d, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	return d.audience(a)
}

// AudienceCount is how many people [Service.AudiencePeople] returns.
func (s *Service) AudienceCount(tx *db.Tx, a Audience) (int, error) {
	people, err := s.AudiencePeople(tx, a)
	return len(people), err
}

func (d *directory) audience(a Audience) ([]xinshu.PersonID, error) {
	if len(a.Departments) > xinshu.MaxMembersRequest || len(a.People) > xinshu.MaxMembersRequest {
		return nil, xinshu.Errorf(xinshu.TooLarge, "An audience names at most %d departments and %d people.", xinshu.MaxMembersRequest, xinshu.MaxMembersRequest)
	}
	out := []xinshu.PersonID{}
	type span struct{ from, to int32 }
	spans := make([]span, 0, len(a.Departments))
	for _, dep := range a.Departments {
		at := d.where(dep.ID)
		if at < 0 {
			return nil, errNoDepartment
		}
		to := at + 1
		if dep.Subtree {
			to = d.tree.end[at]
		}
		spans = append(spans, span{at, to})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.from - b.from) })
	done := int32(0) // nested and repeated departments are walked once
	for _, sp := range spans {
		for at := max(sp.from, done); at < sp.to; at++ {
			for _, e := range d.members[at] {
				out = append(out, e.id)
			}
		}
		done = max(done, sp.to)
	}
	for _, id := range a.People {
		if e := d.person(id); e != nil && e.status.Counts() {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// PreviewAudience returns how many people an audience has and the first of them, for whoever is about to use it.
func (s *Service) PreviewAudience(ctx context.Context, actor xinshu.Actor, a Audience, sample int) (count int, first []PersonBrief, err error) {
	err = s.read(ctx, actor, func(_ *db.Tx, d *directory) error {
		people, err := d.audience(a)
		if err != nil {
			return err
		}
		count, first = len(people), []PersonBrief{}
		for _, id := range people[:min(sample, len(people))] {
			first = append(first, d.brief(d.person(id)))
		}
		return nil
	})
	return count, first, err
}
