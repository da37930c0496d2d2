package org

import (
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// searchAll finds people who have every word, by name in pinyin.
func (s *selection) searchAll(tx *db.Tx, terms []term, page Page) ([]*entry, string, error) {
	i, err := s.d.afterCursor(page.Cursor)
	if err != nil {
		return nil, "", err
	}
	sets := make([]found, len(terms))
	base := -1 // the word that people can only be found by their names with, and few are
	for k := range terms {
		if sets[k], err = terms[k].lookUp(tx, readRows/len(terms)); err != nil { // at most maxTerms
			return nil, "", err
		}
		if terms[k].org.empty() && sets[k].complete && (base < 0 || len(sets[k].ids) < len(sets[base].ids)) {
			base = k
		}
	}
	candidates := s.d.sorted[i:]
	if base >= 0 {
		candidates = s.among(sets[base].ids, candidates)
	}
	var out []*entry
	var last *entry // the last one looked at
	made := 0
	for _, e := range candidates {
		if made >= makeKeys {
			return out, last.id.String(), nil
		}
		last = e
		if !s.has(e) || !s.hasAll(terms, sets, e, &made) {
			continue
		}
		if len(out) == page.limit() {
			return out, out[len(out)-1].id.String(), nil
		}
		out = append(out, e)
	}
	return out, "", nil
}

// hasAll says whether every word finds e; made counts people whose keys had to be made.
func (s *selection) hasAll(terms []term, sets []found, e *entry, made *int) bool {
	for k := range terms {
		if sets[k].ids[e.id] || s.d.orgHas(&terms[k], e) {
			continue
		}
		if sets[k].complete {
			return false
		}
	}
	var keys []searchKey
	for k := range terms {
		if sets[k].ids[e.id] || s.d.orgHas(&terms[k], e) {
			continue
		}
		if keys == nil {
			keys = keysOf(&record{name: e.name}) // a word that finds so many is the beginning of names
			*made++
		}
		if _, ok := terms[k].match(keys); !ok {
			return false
		}
	}
	return true
}

// among returns those of the ordered rest whose ids are in the set.
func (s *selection) among(ids map[xinshu.PersonID]bool, rest []*entry) []*entry {
	out := make([]*entry, 0, len(ids))
	if len(rest) == 0 {
		return out
	}
	for id := range ids {
		if e := s.d.person(id); e != nil && bySortKey(rest[0], e) <= 0 {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, bySortKey)
	return out
}
