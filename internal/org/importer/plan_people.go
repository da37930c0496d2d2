package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
	words "github.com/xinshu-im/xinshu/internal/text"
)

// human is a person on her way: as stored and as she will be.
type human struct {
	row     org.PersonRow
	old     *org.PersonRow // nil: new
	line    int
	manager *string
	refused bool // a new person or a repetition with a fault that leaves nobody to store; what else is wrong is named too
	state   int  // of the search for circles of managers: 0 not looked at, 1 on the way, 2 done
}

// people are all people, those of the file included, by what tells them apart as it is stored.
type people struct {
	all                       []*human
	byID                      map[xinshu.PersonID]*human
	byNumber, byLogin, byMail map[string]*human
}

func (l *people) add(h *human) {
	l.all = append(l.all, h)
	l.byID[h.row.ID] = h
	for _, k := range []struct {
		m   map[string]*human
		key string
	}{{l.byNumber, words.Fold(h.row.EmployeeNo)}, {l.byLogin, h.row.Login}, {l.byMail, h.row.Email}} {
		if k.key != "" && k.m[k.key] == nil {
			k.m[k.key] = h
		}
	}
}

// catalogues indexes positions and ranks and adds those that the file brings.
func (p *planner) catalogues() {
	p.positions, p.ranks = map[string]xinshu.PositionID{}, map[string]xinshu.RankID{}
	for _, c := range p.snap.Positions {
		p.positions[c.Name] = c.ID
		if c.Code != "" {
			p.positions[c.Code] = c.ID
		}
	}
	for _, c := range p.snap.Ranks {
		p.ranks[words.Fold(c.Name)] = c.ID
		if c.Code != "" {
			p.ranks[words.Fold(c.Code)] = c.ID
		}
	}
	for _, l := range p.Positions {
		code := ""
		if l.Code != nil {
			code = p.clean(l.Line, "code", *l.Code, optional(64))
		}
		p.position(l.Line, l.Name, code)
	}
	for _, l := range p.Ranks {
		code := ""
		if l.Code != nil {
			code = p.clean(l.Line, "code", *l.Code, optional(64))
		}
		p.rank(l.Line, l.Name, code, &l.Level)
	}
}

// position finds a position by name or code, or makes it.
func (p *planner) position(line int, s, code string) xinshu.PositionID {
	clean := p.clean(line, "position", s, name)
	if clean == "" {
		return 0
	}
	if id, ok := p.positions[clean]; ok {
		return id
	}
	id := p.svc.NewPositionID()
	p.positions[clean] = id
	if code != "" {
		if _, ok := p.positions[code]; ok {
			p.fail(line, "code", code, "The code belongs to another position.")
		}
		p.positions[code] = id
	}
	p.bulk.Positions = append(p.bulk.Positions, org.Position{ID: id, Name: clean, Code: code})
	p.diff.Positions++
	return id
}

// rank finds a rank by name or code; a new one needs a level.
func (p *planner) rank(line int, s, code string, level *int64) xinshu.RankID {
	clean := p.clean(line, "rank", s, name)
	if clean == "" {
		return 0
	}
	if id, ok := p.ranks[words.Fold(clean)]; ok {
		return id
	}
	if level == nil {
		p.fail(line, "rank", s, "There is no such rank. Create it, or give its level in a column rank_level.")
		return 0
	}
	id := p.svc.NewRankID()
	p.ranks[words.Fold(clean)] = id
	if code != "" {
		if _, ok := p.ranks[words.Fold(code)]; ok {
			p.fail(line, "code", code, "The code belongs to another rank.")
		}
		p.ranks[words.Fold(code)] = id
	}
	p.bulk.Ranks = append(p.bulk.Ranks, org.Rank{ID: id, Name: clean, Code: code, Level: *level})
	p.diff.Ranks++
	return id
}

func (p *planner) planPeople() {
	p.people = &people{byID: map[xinshu.PersonID]*human{}, byNumber: map[string]*human{}, byLogin: map[string]*human{}, byMail: map[string]*human{}}
	for i := range p.snap.People {
		old := &p.snap.People[i]
		h := &human{row: *old, old: old}
		h.row.Memberships = slices.Clone(old.Memberships)
		p.people.add(h)
	}
	p.paths()
	for _, l := range p.People {
		p.person(l)
	}
	p.unique()
	p.managers()
	if p.opt.Replace {
		for _, h := range p.people.all {
			if h.line == 0 && h.old.Imported && h.row.Status.Counts() {
				h.row.Status = org.Departed
			}
		}
	}
	p.collectDepartments()
	p.collectPeople()
}

// known finds the stored person that a line means.
func (p *planner) known(l PersonLine) (*human, bool) {
	var found *human
	column, tried := "", false
	for _, k := range []struct {
		column string
		value  *string
		m      map[string]*human
	}{{"employee_no", l.EmployeeNo, p.people.byNumber}, {"login", l.Login, p.people.byLogin}, {"email", l.Email, p.people.byMail}} {
		if k.value == nil || *k.value == "" {
			continue
		}
		tried = true
		h := k.m[words.Fold(strings.TrimSpace(*k.value))]
		if h != nil && k.column != "employee_no" && or(l.EmployeeNo) != "" && h.row.EmployeeNo != "" {
			continue // another number is another person, whatever else is the same
		}
		if found == nil {
			found, column = h, k.column
		}
	}
	if !tried {
		p.fail(l.Line, "employee_no", "", "A person needs an employee number, a login or an e-mail address.")
		return nil, false
	}
	if found != nil && found.line != 0 && !found.refused {
		p.fail(l.Line, column, p.called(found), fmt.Sprintf("This person stands in line %d already.", found.line))
		return nil, false
	}
	return found, true
}

func (p *planner) called(h *human) string {
	switch {
	case h.row.EmployeeNo != "":
		return h.row.EmployeeNo
	case h.row.Login != "":
		return h.row.Login
	}
	return h.row.Email
}

func (p *planner) person(l PersonLine) {
	h, ok := p.known(l)
	isNew := h == nil
	if isNew {
		h = &human{row: org.PersonRow{ID: p.svc.NewPersonID(), Status: org.Invited, Imported: true}, refused: !ok}
		if ok && (l.Name == nil || *l.Name == "") {
			p.fail(l.Line, "name", "", "A new person needs a name.")
			h.refused = true
			l.Name = nil
		}
	}
	h.line = l.Line
	for _, f := range []struct {
		to     *string
		from   *string
		column string
		check  func(field, s string) (string, error)
	}{{&h.row.Name, l.Name, "name", name}, {&h.row.NameEn, l.NameEn, "name_en", optional(xinshu.MaxName)}, {&h.row.Login, l.Login, "login", org.CleanLogin},
		{&h.row.EmployeeNo, l.EmployeeNo, "employee_no", optional(64)}, {&h.row.Email, l.Email, "email", org.CleanEmail},
		{&h.row.Mobile, l.Mobile, "mobile", org.CleanMobile}, {&h.row.Location, l.Location, "location", optional(128)},
		{&h.row.HiredOn, l.HiredOn, "hired_on", org.CleanDate}, {&h.row.Locale, l.Locale, "locale", org.CleanLocale}} {
		if f.from != nil {
			*f.to = p.clean(l.Line, f.column, *f.from, f.check)
		}
	}
	if l.Rank != nil {
		if h.row.Rank = 0; *l.Rank != "" {
			h.row.Rank = p.rank(l.Line, *l.Rank, "", l.RankLevel)
		}
	}
	if l.Status != nil {
		p.status(h, l)
	}
	h.manager = l.Manager
	if l.Memberships != nil {
		p.memberships(h, l)
	}
	if !ok { // whom the line means is told already
		h.row.EmployeeNo, h.row.Login, h.row.Email = "", "", ""
	}
	if isNew {
		p.people.add(h)
	}
}

var statuses = map[string]org.Status{"invited": org.Invited, "active": org.Active, "suspended": org.Suspended, "departed": org.Departed,
	"待激活": org.Invited, "未激活": org.Invited, "邀请中": org.Invited, "在职": org.Active, "正常": org.Active, "启用": org.Active,
	"停用": org.Suspended, "禁用": org.Suspended, "离职": org.Departed}

// status takes over a status. "active" does not wake somebody who was never activated, nor does it turn her back to invited.
func (p *planner) status(h *human, l PersonLine) {
	s, ok := statuses[words.Fold(*l.Status)]
	switch {
	case !ok:
		p.fail(l.Line, "status", *l.Status, "The status is one of invited, active, suspended, departed (待激活, 在职, 停用, 离职).")
	case s.Counts() && h.row.Status.Counts():
	case s == org.Active && h.old == nil:
		h.row.Status = org.Invited
	default:
		h.row.Status = s
	}
}

func (p *planner) memberships(h *human, l PersonLine) {
	if len(*l.Memberships) > xinshu.MaxMemberships {
		p.fail(l.Line, "department", "", "A person has at most 20 memberships.")
		return
	}
	var out []org.MembershipDraft
	primary := -1
	for _, m := range *l.Memberships {
		d := org.MembershipDraft{Sort: m.Sort, Title: p.clean(l.Line, "title", m.Title, optional(xinshu.MaxName))}
		if m.Position != "" {
			d.Position = p.position(l.Line, m.Position, "")
		}
		u := p.department(l.Line, m.Department)
		if u == nil {
			continue
		}
		d.Department = u.row.ID
		if slices.ContainsFunc(out, func(o org.MembershipDraft) bool {
			return o.Department == d.Department && o.Position == d.Position
		}) {
			p.fail(l.Line, "department", m.Department, "The same department and position stand twice.")
			continue
		}
		for _, o := range h.row.Memberships { // a table has no column for the place among colleagues: it stays
			if d.Sort == 0 && o.Department == d.Department && o.Position == d.Position {
				d.Sort = o.Sort
			}
		}
		if m.Primary {
			if primary >= 0 {
				p.fail(l.Line, "primary", m.Department, "Only one membership is the primary one.")
				continue
			}
			primary = len(out)
		}
		out = append(out, d)
	}
	if len(out) > 0 {
		out[max(primary, 0)].Primary = true
	}
	h.row.Memberships = out
}

// department finds a department by code or path. What is written as a path, with a slash, is made if it is missing.
func (p *planner) department(line int, s string) *unit {
	if u := p.departments.byCode[strings.TrimSpace(s)]; u != nil {
		return u
	}
	return p.walk(line, "department", s, split(s), strings.Contains(s, "/"))
}

// paths makes the departments of all paths, so that a name alone finds a top department whatever the order of the lines. What is
// wrong with them is reported at the lines later.
func (p *planner) paths() {
	known := len(p.Errors)
	for _, l := range p.People {
		if l.Memberships == nil {
			continue
		}
		for _, m := range *l.Memberships {
			if strings.Contains(m.Department, "/") {
				p.department(l.Line, m.Department)
			}
		}
	}
	p.Errors = p.Errors[:known]
}
