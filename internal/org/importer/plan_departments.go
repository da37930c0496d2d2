package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

// unit is a department on its way: as stored and as it will be.
type unit struct {
	row   org.DepartmentRow
	old   *org.DepartmentRow // nil: new
	line  int                // where the file names it; 0: not at all, or only in a path
	depth int                // levels from the top; 0: not known yet, -1: being looked at
}

// departments are all departments, those of the file included.
type departments struct {
	all    []*unit
	byID   map[xinshu.DepartmentID]*unit
	byCode map[string]*unit
	byName map[childName][]*unit
}

type childName struct {
	parent xinshu.DepartmentID
	name   string
}

func (d *departments) add(u *unit) {
	d.all = append(d.all, u)
	d.byID[u.row.ID] = u
	if u.row.Code != "" {
		d.byCode[u.row.Code] = u
	}
	d.index(u)
}

func (d *departments) index(u *unit) {
	key := childName{u.row.Parent, u.row.Name}
	d.byName[key] = append(d.byName[key], u)
}

// place gives a unit another parent and name.
func (d *departments) place(u *unit, parent xinshu.DepartmentID, name string) {
	if u.row.Parent == parent && u.row.Name == name {
		return
	}
	key := childName{u.row.Parent, u.row.Name}
	rest := d.byName[key][:0:0]
	for _, o := range d.byName[key] {
		if o != u {
			rest = append(rest, o)
		}
	}
	d.byName[key] = rest
	u.row.Parent, u.row.Name = parent, name
	d.index(u)
}

func (p *planner) planDepartments() {
	d := &departments{byID: map[xinshu.DepartmentID]*unit{}, byCode: map[string]*unit{}, byName: map[childName][]*unit{}}
	p.departments = d
	for i := range p.snap.Departments {
		old := &p.snap.Departments[i]
		d.add(&unit{row: *old, old: old})
	}
	var coded []DepartmentLine
	for _, l := range p.Departments {
		switch {
		case l.Path != nil && *l.Path != "":
			p.departmentByPath(l)
		case l.Code != nil && *l.Code != "":
			if p.departmentByCode(l) {
				coded = append(coded, l)
			}
		default:
			p.fail(l.Line, "path", "", "A department needs a path or a code.")
		}
	}
	p.placeCoded(coded) // when all codes are known, whatever their order
	for _, u := range d.all {
		p.measure(u)
	}
}

// split cuts a path at its slashes; "\/" is a slash in a name.
func split(path string) []string {
	var parts []string
	var part strings.Builder
	escaped := false
	for _, r := range path {
		switch {
		case escaped:
			if r != '/' && r != '\\' {
				part.WriteByte('\\')
			}
			part.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '/':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteRune(r)
		}
	}
	if escaped {
		part.WriteByte('\\')
	}
	parts = append(parts, part.String())
	if len(parts) > 1 && strings.TrimSpace(parts[0]) == "" { // "/集团/研发"
		parts = parts[1:]
	}
	return parts
}

// walk finds the department of a path and makes what is missing, if create says so; nil when it was reported as wrong.
func (p *planner) walk(line int, column, path string, parts []string, create bool) *unit {
	var at *unit
	var parent xinshu.DepartmentID
	if len(parts) > xinshu.MaxDepartmentDepth {
		p.fail(line, column, path, fmt.Sprintf("Departments may have at most %d levels.", xinshu.MaxDepartmentDepth))
		return nil
	}
	for _, part := range parts {
		clean, err := name(column, part)
		if err != nil {
			p.refuse(line, column, path, err)
			return nil
		}
		found := p.departments.byName[childName{parent, clean}]
		switch {
		case len(found) > 1:
			p.fail(line, column, path, fmt.Sprintf("There are several departments %q in the same place; use codes.", cut(clean)))
			return nil
		case len(found) == 1:
			at = found[0]
		case !create:
			p.fail(line, column, path, fmt.Sprintf("There is no department %q in this place.", cut(clean)))
			return nil
		default:
			at = &unit{row: org.DepartmentRow{ID: p.svc.NewDepartmentID(), Parent: parent, Name: clean}}
			p.departments.add(at)
		}
		parent = at.row.ID
	}
	return at
}

func (p *planner) departmentByPath(l DepartmentLine) {
	parts := split(*l.Path)
	var u *unit
	if l.Code != nil && *l.Code != "" {
		code := p.clean(l.Line, "code", *l.Code, optional(64))
		if known := p.departments.byCode[code]; known != nil && known.line == 0 { // the code tells which one it is, the path where it belongs
			var parent xinshu.DepartmentID
			if len(parts) > 1 {
				above := p.walk(l.Line, "path", *l.Path, parts[:len(parts)-1], true)
				if above == nil {
					return
				}
				parent = above.row.ID
			}
			last, err := name("path", parts[len(parts)-1])
			if err != nil {
				p.refuse(l.Line, "path", *l.Path, err)
				return
			}
			p.departments.place(known, parent, last)
			u = known
		} else if known != nil {
			p.fail(l.Line, "code", code, fmt.Sprintf("The code stands in line %d already.", known.line))
			return
		}
	}
	if u == nil {
		if u = p.walk(l.Line, "path", *l.Path, parts, true); u == nil {
			return
		}
	}
	if u.line != 0 {
		p.fail(l.Line, "path", *l.Path, fmt.Sprintf("The department stands in line %d already.", u.line))
		return
	}
	u.line = l.Line
	if l.Name != nil && *l.Name != "" && *l.Name != u.row.Name {
		p.fail(l.Line, "name", *l.Name, "The name differs from the end of the path.")
	}
	p.setDepartment(u, l)
}

// setDepartment takes over code and order.
func (p *planner) setDepartment(u *unit, l DepartmentLine) {
	if l.Code != nil {
		code := p.clean(l.Line, "code", *l.Code, optional(64))
		if code != u.row.Code {
			if other := p.departments.byCode[code]; code != "" && other != nil && other != u {
				p.fail(l.Line, "code", code, "The code belongs to another department.")
				return
			}
			delete(p.departments.byCode, u.row.Code)
			if u.row.Code = code; code != "" {
				p.departments.byCode[code] = u
			}
		}
	}
	if l.Sort != nil {
		u.row.Sort = *l.Sort
	}
}

// departmentByCode finds or makes the department of a code; its place is looked at later.
func (p *planner) departmentByCode(l DepartmentLine) bool {
	before := len(p.Errors)
	code := p.clean(l.Line, "code", *l.Code, optional(64))
	if len(p.Errors) > before {
		return false
	}
	u := p.departments.byCode[code]
	switch {
	case u != nil && u.line != 0:
		p.fail(l.Line, "code", code, fmt.Sprintf("The code stands in line %d already.", u.line))
		return false
	case u == nil && (l.Name == nil || *l.Name == ""):
		p.fail(l.Line, "name", "", "A new department needs a name.")
		return false
	}
	clean := ""
	if l.Name != nil && *l.Name != "" {
		if clean = p.clean(l.Line, "name", *l.Name, name); clean == "" {
			return false
		}
	}
	if u == nil {
		u = &unit{row: org.DepartmentRow{ID: p.svc.NewDepartmentID(), Parent: pending, Name: clean, Code: code}}
		p.departments.add(u)
	} else if clean != "" {
		p.departments.place(u, u.row.Parent, clean)
	}
	u.line = l.Line
	if l.Sort != nil {
		u.row.Sort = *l.Sort
	}
	return true
}

// pending is the parent of new departments whose line was not placed yet; no department has this id.
const pending xinshu.DepartmentID = -1

func (p *planner) placeCoded(lines []DepartmentLine) {
	for _, l := range lines {
		u := p.departments.byCode[p.clean(l.Line, "code", *l.Code, optional(64))]
		if u == nil {
			continue
		}
		parent := u.row.Parent
		if parent == pending {
			parent = 0
		}
		if l.ParentCode != nil {
			parent = 0
			if *l.ParentCode != "" {
				above := p.departments.byCode[p.clean(l.Line, "parent_code", *l.ParentCode, optional(64))]
				if above == nil {
					p.fail(l.Line, "parent_code", *l.ParentCode, "There is no department with this code.")
				} else {
					parent = above.row.ID
				}
			}
		}
		p.departments.place(u, parent, u.row.Name)
	}
}

// measure finds how deep a department is, and cycles on the way; it walks up without recursion, because a cycle may be long.
func (p *planner) measure(u *unit) {
	var way []*unit
	at := u
	for at != nil && at.depth == 0 {
		at.depth = -1
		way = append(way, at)
		at = p.departments.byID[at.row.Parent]
	}
	depth := 0
	if at != nil && at.depth == -1 { // the way came back to itself
		for _, c := range way {
			c.depth = 1
		}
		for _, c := range way[slices.Index(way, at):] {
			if c.line != 0 {
				p.fail(c.line, "parent_code", c.row.Name, "The department stands below itself.")
			}
		}
		return
	}
	if at != nil {
		depth = at.depth
	}
	for i := len(way) - 1; i >= 0; i-- {
		depth++
		way[i].depth = depth
		if depth == xinshu.MaxDepartmentDepth+1 {
			p.fail(max(way[i].line, 1), "path", way[i].row.Name, fmt.Sprintf("Departments may have at most %d levels.", xinshu.MaxDepartmentDepth))
		}
	}
}

// collectDepartments puts what is new or different into the bulk.
func (p *planner) collectDepartments() {
	for _, u := range p.departments.all {
		switch {
		case u.old == nil:
			p.bulk.NewDepartments = append(p.bulk.NewDepartments, u.row)
			p.diff.Departments.Created++
			p.item("department", "created", u.line, u.row.Name, u.row.Code)
		case u.row == *u.old:
		default:
			p.bulk.ChangedDepartments = append(p.bulk.ChangedDepartments, u.row)
			act := "changed"
			if u.row.Parent != u.old.Parent {
				act = "moved"
				p.diff.Departments.Moved++
			} else {
				p.diff.Departments.Changed++
			}
			p.item("department", act, u.line, u.row.Name, u.row.Code)
		}
	}
}
