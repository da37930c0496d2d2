package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// organisation is the company without its talk, with the look-ups that building the talk needs.
type organisation struct {
	company  *Company
	alias    map[string]PersonCode // how the content files name a person
	person   map[PersonCode]*Person
	parent   map[DepartmentCode]DepartmentCode
	place    map[DepartmentCode]string
	fill     map[DepartmentCode]string
	ranksOf  map[PositionCode][2]RankCode
	location map[ConversationKey]string
}

// loadCatalogues fills ranks, positions and departments; heads are aliases until the cast is known.
func (o *organisation) loadCatalogues() error {
	for i := 1; i <= 15; i++ {
		code := RankCode("P" + strconv.Itoa(i))
		if i > 10 {
			code = RankCode("M" + strconv.Itoa(i-10))
		}
		o.company.Ranks = append(o.company.Ranks, Rank{Code: code, Name: string(code), Order: i})
	}
	positions, err := rows("positions.txt", 3)
	if err != nil {
		return err
	}
	for i, c := range positions {
		p := Position{Code: PositionCode(c[0]), Name: c[0], Sort: i + 1}
		o.company.Positions = append(o.company.Positions, p)
		o.ranksOf[p.Code] = [2]RankCode{RankCode(c[1]), RankCode(c[2])}
	}
	departments, err := rows("departments.txt", 6)
	if err != nil {
		return err
	}
	siblings := map[DepartmentCode]int{}
	for _, c := range departments {
		d := Department{Code: DepartmentCode(c[0]), Parent: DepartmentCode(c[1]), Name: c[2], Head: PersonCode(c[4])}
		siblings[d.Parent]++
		d.Sort = siblings[d.Parent]
		o.parent[d.Code], o.place[d.Code], o.fill[d.Code] = d.Parent, c[3], c[5]
		o.company.Departments = append(o.company.Departments, d)
	}
	return nil
}

// within says whether a department lies in the subtree of another.
func (o *organisation) within(d, top DepartmentCode) bool {
	for d != "" && d != top {
		d = o.parent[d]
	}
	return d == top
}

// find resolves an alias of the content files.
func (o *organisation) find(alias string) (PersonCode, error) {
	if c, ok := o.alias[alias]; ok {
		return c, nil
	}
	return "", fmt.Errorf("nobody is called %q", alias)
}

// appointHeads turns the departments' heads into codes and gives everybody a manager: the head of the department, or for a head
// the head of the next department above that somebody else leads.
func (o *organisation) appointHeads() error {
	heads := map[DepartmentCode]PersonCode{}
	for i := range o.company.Departments {
		d := &o.company.Departments[i]
		code, err := o.find(string(d.Head))
		if err != nil {
			return fmt.Errorf("department %s: %w", d.Code, err)
		}
		d.Head, heads[d.Code] = code, code
	}
	for i := range o.company.People {
		p := &o.company.People[i]
		d := p.primary().Department
		for d != "" && heads[d] == p.Code {
			d = o.parent[d]
		}
		p.Manager = heads[d]
	}
	return nil
}

func (p *Person) primary() Membership {
	for _, m := range p.Memberships {
		if m.Primary {
			return m
		}
	}
	return Membership{}
}

// memberOf says whether a person holds any membership in the subtree.
func (o *organisation) memberOf(p *Person, top DepartmentCode) bool {
	for _, m := range p.Memberships {
		if o.within(m.Department, top) {
			return true
		}
	}
	return false
}

// select lists people by the words of the content files, comma separated: "*" everyone, "*40" about 40 in a hundred of everyone (drawn
// with the label), "loc:昆明" a location, a department code with its subtree, or an alias.
func (o *organisation) choose(words []string, seed uint64, label string) ([]PersonCode, error) {
	var out []PersonCode
	seen := map[PersonCode]bool{}
	add := func(c PersonCode) {
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	for _, w := range words {
		percent, share := strings.CutPrefix(w, "*")
		location, byLocation := strings.CutPrefix(w, "loc:")
		_, byDepartment := o.parent[DepartmentCode(w)]
		if !share && !byLocation && !byDepartment {
			c, err := o.find(w)
			if err != nil {
				return nil, err
			}
			add(c)
			continue
		}
		limit, r := 100, stream(seed, "choose "+label)
		if share && percent != "" {
			n, err := strconv.Atoi(percent)
			if err != nil {
				return nil, fmt.Errorf("share %q", w)
			}
			limit = n
		}
		for i := range o.company.People {
			p := &o.company.People[i]
			drawn := r.IntN(100) < limit
			if share && drawn || byLocation && p.Location == location || byDepartment && o.memberOf(p, DepartmentCode(w)) {
				add(p.Code)
			}
		}
	}
	return out, nil
}
