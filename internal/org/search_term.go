package org

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

const (
	maxTerms    = 8     // words of a query; more are not needed to tell people apart, and each costs lookups
	minTail     = 3     // digits of a mobile number that are looked up from its end
	minOrgName  = 2     // characters that are looked up in names of departments and positions: one alone is in very many
	readRows    = 8_000 // keys of all terms together that are read into memory: 6 ms
	smallFilter = 300   // people whose keys are made anew for a query instead of looking them up: 3 ms
	scanRows    = 8_000 // keys looked at for one page: 6 ms; then the page ends early
	makeKeys    = 500   // people whose keys are made anew for one page of several words: 6 ms; then the page ends early
)

// term is one word of a query.
type term struct {
	key     string // beginning of a key made from a name
	literal string // beginning of a login, employee number or e-mail address
	tail    string // beginning of a mobile number read from its end; "" if it is no number
	org     orgNames
}

// orgNames are the departments, positions and ranks whose names a term is part of.
type orgNames struct {
	departments []bool // by index of tree.order, those below included; nil: none
	positions   []xinshu.PositionID
	ranks       []xinshu.RankID
}

func (o *orgNames) empty() bool {
	return o.departments == nil && len(o.positions) == 0 && len(o.ranks) == 0
}

// terms cuts a query into words; a number written with spaces is one.
func (d *directory) terms(q string) ([]term, error) {
	p, err := text.PersonQuery(q)
	switch {
	case errors.Is(err, text.ErrNoTerms):
		return nil, nil
	case err != nil:
		return nil, invalid("q", "The query is too long.")
	}
	if len(p.Words) == 0 || p.Digits != "" {
		return []term{d.term(p)}, nil
	}
	if isInitials(p.Words) { // "z w" is zw, and each of its letters alone the beginning of ten thousand names
		return []term{d.term(text.PersonLookup{Key: p.Key, Literal: p.Key})}, nil
	}
	var out []term
	for _, word := range strings.Fields(p.Literal) {
		if w, err := text.PersonQuery(word); err == nil && len(out) < maxTerms {
			out = append(out, d.term(w))
		}
	}
	return out, nil
}

func isInitials(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return len(w) != 1 || w[0] < 'a' || w[0] > 'z' })
}

func (d *directory) term(p text.PersonLookup) term {
	t := term{key: p.Key, literal: p.Literal}
	if len(p.Digits) >= minTail {
		t.tail = reversed(p.Digits)
	}
	if utf8.RuneCountInString(p.Literal) < minOrgName {
		return t
	}
	for at, n := range d.tree.order {
		if !strings.Contains(n.folded, p.Literal) {
			continue
		}
		if t.org.departments == nil {
			t.org.departments = make([]bool, len(d.tree.order))
		}
		if !t.org.departments[at] { // below one that is found everything is
			for i := int32(at); i < d.tree.end[at]; i++ {
				t.org.departments[i] = true
			}
		}
	}
	for _, c := range d.positions {
		if strings.Contains(c.folded, p.Literal) {
			t.org.positions = append(t.org.positions, xinshu.PositionID(c.id))
		}
	}
	for _, c := range d.ranks {
		if c.folded == p.Literal {
			t.org.ranks = append(t.org.ranks, xinshu.RankID(c.id))
		}
	}
	return t
}

// orgHas says whether a person works in a department, in a position or at a rank that the term names.
func (d *directory) orgHas(t *term, e *entry) bool {
	if t.org.empty() {
		return false
	}
	if slices.Contains(t.org.ranks, e.rank) {
		return true
	}
	for _, p := range e.in {
		if t.org.departments != nil {
			if at := d.where(p.department); at >= 0 && t.org.departments[at] {
				return true
			}
		}
		if slices.Contains(t.org.positions, p.position) {
			return true
		}
	}
	return false
}

// prefix returns what the term is among keys of a kind; "" if it cannot be there.
func (t *term) prefix(kind int) string {
	switch kind {
	case keyLiteral:
		return t.literal
	case keyMobile:
		return t.tail
	}
	return t.key
}

// match returns the best of a person's ordered keys that the term finds.
func (t *term) match(keys []searchKey) (searchKey, bool) {
	for _, k := range keys {
		if p := t.prefix(k.kind); p != "" && strings.HasPrefix(k.text, p) {
			return k, true
		}
	}
	return searchKey{}, false
}

// found is what a term finds among the keys.
type found struct {
	ids      map[xinshu.PersonID]bool
	complete bool
}

// lookUp reads the people that a term finds among the keys, up to rows keys.
func (t *term) lookUp(tx *db.Tx, rows int) (found, error) {
	var q strings.Builder
	args := []any{}
	for kind := keyName; kind <= keyMobile; kind++ {
		p := t.prefix(kind)
		if p == "" {
			continue
		}
		if q.Len() > 0 {
			q.WriteString(` UNION ALL `)
		}
		n := len(args)
		fmt.Fprintf(&q, `SELECT person_id FROM person_key WHERE kind = ?%d AND key >= ?%d AND key < ?%d`, n+1, n+2, n+3)
		args = append(args, kind, p, text.PrefixEnd(p))
	}
	ids, err := db.Column[xinshu.PersonID](tx, q.String()+fmt.Sprintf(` LIMIT ?%d`, len(args)+1), append(args, rows)...)
	f := found{ids: make(map[xinshu.PersonID]bool, len(ids)), complete: len(ids) < rows}
	for _, id := range ids {
		f.ids[id] = true
	}
	return f, err
}
