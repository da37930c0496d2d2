package importer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
	words "github.com/xinshu-im/xinshu/internal/text"
)

// unique refuses logins and employee numbers that two people would have.
func (p *planner) unique() {
	numbers, logins := map[string]*human{}, map[string]*human{}
	for _, h := range p.people.all {
		for _, k := range []struct {
			m      map[string]*human
			column string
			key    string
		}{{numbers, "employee_no", words.Fold(h.row.EmployeeNo)}, {logins, "login", h.row.Login}} {
			if k.key == "" {
				continue
			}
			other := k.m[k.key]
			if other == nil {
				k.m[k.key] = h
				continue
			}
			bad, first := h, other
			if bad.line == 0 {
				bad, first = other, h
			}
			if bad.line == 0 {
				continue // stored so already
			}
			reason := "It belongs to another person."
			if first.line != 0 {
				reason = fmt.Sprintf("It stands in line %d already.", first.line)
			}
			p.fail(bad.line, k.column, k.key, reason)
		}
	}
}

// managers finds the managers that lines name, and circles among them.
func (p *planner) managers() {
	for _, h := range p.people.all {
		if h.manager == nil {
			continue
		}
		h.row.Manager = 0
		if *h.manager == "" {
			continue
		}
		key := words.Fold(*h.manager)
		m := cmp.Or(p.people.byNumber[key], p.people.byLogin[key], p.people.byMail[key])
		if m == nil {
			p.fail(h.line, "manager", *h.manager, "There is no person with this employee number, login or e-mail address.")
			continue
		}
		h.row.Manager = m.row.ID
	}
	for _, h := range p.people.all {
		var way []*human
		at := h
		for at != nil && at.state == 0 {
			at.state = 1
			way = append(way, at)
			at = p.people.byID[at.row.Manager]
		}
		if at != nil && at.state == 1 {
			for _, c := range way[slices.Index(way, at):] {
				if c.line != 0 {
					p.fail(c.line, "manager", or(c.manager), "The managers form a circle.")
				}
			}
		}
		for _, w := range way {
			w.state = 2
		}
	}
}

func or(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// collectPeople puts what is new or different into the bulk.
func (p *planner) collectPeople() {
	for _, h := range p.people.all {
		if h.refused {
			continue
		}
		if h.old == nil {
			p.bulk.NewPeople = append(p.bulk.NewPeople, h.row)
			p.diff.People.Created++
			p.item("person", "created", h.line, h.row.Name, p.called(h))
			continue
		}
		places := samePlaces(h.row.Memberships, h.old.Memberships)
		if places && samePerson(&h.row, h.old) {
			continue
		}
		if h.row.Status != h.old.Status {
			p.bulk.StatusOf[h.row.ID] = true
		}
		p.bulk.ChangedPeople = append(p.bulk.ChangedPeople, h.row)
		act := "changed"
		switch {
		case h.row.Status == org.Departed && h.old.Status != org.Departed:
			act = "left"
			p.diff.People.Left++
		case !places && !slices.Equal(departmentsOf(h.row.Memberships), departmentsOf(h.old.Memberships)):
			act = "moved"
			p.diff.People.Moved++
		default:
			p.diff.People.Changed++
		}
		p.item("person", act, h.line, h.row.Name, p.called(h))
	}
}

// administrators refuses to let go or suspend everybody who could administer the system.
func (p *planner) administrators(ctx context.Context) error {
	var going []xinshu.PersonID
	for _, h := range p.people.all {
		if h.old != nil && h.old.Status.Counts() && !h.row.Status.Counts() {
			going = append(going, h.row.ID)
		}
	}
	needed, err := p.svc.Needed(ctx, going)
	for _, id := range needed {
		h := p.people.byID[id]
		reason := "Nobody else is an active system administrator: this person can be neither suspended nor let go."
		if h.line == 0 {
			reason = "The file does not name this person, who would leave. " + reason
		}
		p.fail(h.line, "status", h.row.Name, reason)
	}
	return err
}

func departmentsOf(list []org.MembershipDraft) []xinshu.DepartmentID {
	out := make([]xinshu.DepartmentID, len(list))
	for i, m := range list {
		out[i] = m.Department
	}
	slices.Sort(out)
	return out
}

// samePlaces compares memberships whatever their order.
func samePlaces(a, b []org.MembershipDraft) bool {
	order := func(x, y org.MembershipDraft) int {
		return cmp.Or(cmp.Compare(x.Department, y.Department), cmp.Compare(x.Position, y.Position))
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortFunc(a, order)
	slices.SortFunc(b, order)
	return slices.Equal(a, b)
}

// samePerson compares everything but memberships.
func samePerson(a, b *org.PersonRow) bool {
	return a.Name == b.Name && a.NameEn == b.NameEn && a.Login == b.Login && a.EmployeeNo == b.EmployeeNo && a.Email == b.Email &&
		a.Mobile == b.Mobile && a.Location == b.Location && a.HiredOn == b.HiredOn && a.Locale == b.Locale && a.Status == b.Status &&
		a.Rank == b.Rank && a.Manager == b.Manager
}
