package org

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

const (
	maxLead    = 50  // people who lead a list: a page
	maxNames   = 500 // people of one name who are looked at
	nearPeople = 150 // contacts and colleagues whose names are compared with the query
	leadMark   = "lead."
)

// OnContacts has fn say with whom a person talks, the latest first: of several people of a name these are found first. Only while
// the server is put together.
func (s *Service) OnContacts(fn func(tx *db.Tx, person xinshu.PersonID) ([]xinshu.PersonID, error)) {
	s.contacts = fn
}

// circle is whom a searcher knows: with whom she talks, and the colleagues of her departments.
type circle struct {
	self        xinshu.PersonID
	departments []xinshu.DepartmentID
	contacts    []xinshu.PersonID // the latest first
}

func (s *Service) circle(tx *db.Tx, d *directory, p xinshu.PersonID) (c circle, err error) {
	c = circle{self: p}
	if e := d.person(p); e != nil {
		for _, at := range e.in {
			c.departments = append(c.departments, at.department)
		}
	}
	if s.contacts != nil && p != 0 {
		c.contacts, err = s.contacts(tx, p)
	}
	return c, err
}

func (c *circle) has(e *entry) bool {
	return e.id != c.self && (slices.Contains(c.contacts, e.id) || slices.ContainsFunc(e.in, func(p place) bool { return slices.Contains(c.departments, p.department) }))
}

// people returns contacts and colleagues, at most nearPeople.
func (c *circle) people(d *directory) []*entry {
	out := make([]*entry, 0, nearPeople)
	for _, id := range c.contacts {
		if e := d.person(id); e != nil {
			out = append(out, e)
		}
	}
	for _, id := range c.departments {
		if at := d.where(id); at >= 0 {
			out = append(out, d.members[at]...)
		}
	}
	return out[:min(len(out), nearPeople)]
}

// searchLed lists who leads the hits of a term and then the others. Its cursor is that of the others, or leadMark and a person.
func (s *selection) searchLed(tx *db.Tx, t *term, page Page) ([]*entry, string, error) {
	lead, err := s.lead(tx, t)
	if err != nil {
		return nil, "", err
	}
	from := 0
	if id, ok := strings.CutPrefix(page.Cursor, leadMark); ok {
		last, err := xinshu.ParseID[xinshu.PersonID](id)
		if err != nil {
			return nil, "", errCursor
		}
		if from = 1 + slices.IndexFunc(lead, func(e *entry) bool { return e.id == last }); from == 0 {
			from = len(lead) // she leads no more: the others follow
		}
		page.Cursor = ""
	} else if page.Cursor != "" {
		from = len(lead)
	}
	lead = lead[from:]
	if limit := page.limit(); len(lead) >= limit {
		return lead[:limit], leadMark + lead[limit-1].id.String(), nil
	}
	page.Limit = page.limit() - len(lead)
	rest, next, err := s.searchTerm(tx, t, page)
	return append(lead, rest...), next, err
}

// lead returns, in order: whose login, number or address the term is; whose name it is, those whom the searcher knows before others;
// then whom else she knows. They are not among the other hits of the selection any more. Where a name has more people than may
// lead, only those whom she knows do.
func (s *selection) lead(tx *db.Tx, t *term) ([]*entry, error) {
	s.led = map[xinshu.PersonID]bool{}
	var out []*entry
	add := func(list ...*entry) {
		for _, e := range list {
			if len(out) < maxLead && s.has(e) {
				s.led[e.id] = true
				out = append(out, e)
			}
		}
	}
	exact, err := s.named(tx, `SELECT person_id FROM person_key WHERE kind = ?1 AND key = ?2 LIMIT ?3`, keyLiteral, t.literal, maxLead)
	if err != nil {
		return nil, err
	}
	add(exact...)
	namesakes, err := s.named(tx, `SELECT person_id FROM person_key WHERE kind IN (?1, ?2) AND key = ?3 LIMIT ?4`, keyName, keyPinyin, t.key, maxNames)
	if err != nil {
		return nil, err
	}
	var others []*entry
	for _, e := range namesakes {
		if s.circle.has(e) {
			add(e)
		} else if s.has(e) {
			others = append(others, e)
		}
	}
	if len(out)+len(others) > maxLead {
		return out, nil
	}
	add(others...)
	for _, e := range s.circle.people(s.d) {
		if !t.mayBegin(e) || !s.has(e) || e.id == s.circle.self {
			continue
		}
		if _, ok := t.match(keysOf(&record{name: e.name})); ok {
			add(e)
		}
	}
	return out, nil
}

// mayBegin says cheaply whether a name can begin with the term: making all keys of a name takes 20 µs. A rare reading of a surname
// is missed, which costs a place at the top only.
func (t *term) mayBegin(e *entry) bool {
	r, size := utf8.DecodeRuneInString(t.key)
	if r < utf8.RuneSelf {
		return strings.HasPrefix(e.sortKey, t.key[:size])
	}
	return strings.HasPrefix(text.Fold(e.name), t.key[:size])
}

// named reads people by their keys, in the order of names.
func (s *selection) named(tx *db.Tx, q string, args ...any) ([]*entry, error) {
	ids, err := db.Column[xinshu.PersonID](tx, q, args...)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	out := make([]*entry, 0, len(ids))
	for _, id := range slices.Compact(ids) {
		if e := s.d.person(id); e != nil { // otherwise an import has staged her
			out = append(out, e)
		}
	}
	slices.SortFunc(out, bySortKey)
	return out, nil
}
