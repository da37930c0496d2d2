package org

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// keyOrg is the last stage of hits: people who are found by the name of a department, position or rank only.
const keyOrg = keyMobile + 1

// search finds people by a query. Of one word those lead whom the searcher most likely means ([selection.lead]); then it goes through the kinds of keys in the order of hits, each a range of the index; a
// person comes up with the best of her keys only. Its cursor is KIND.PERSON. Several words are intersected in memory and listed
// by name; the cursor is the person.
func (s *selection) search(tx *db.Tx, q string, page Page) ([]*entry, string, error) {
	terms, err := s.d.terms(q)
	switch {
	case err != nil || len(terms) == 0:
		return nil, "", err
	case len(terms) > 1:
		return s.searchAll(tx, terms, page)
	}
	return s.searchLed(tx, &terms[0], page)
}

// searchTerm finds people by one word, without those who lead.
func (s *selection) searchTerm(tx *db.Tx, t *term, page Page) ([]*entry, string, error) {
	if few, ok := s.few(); ok {
		return s.searchFew(tx, t, few, page)
	}
	return s.searchOne(tx, t, page)
}

// few returns everybody who passes the filter if these are at most smallFilter.
func (s *selection) few() ([]*entry, bool) {
	if s.f.Department == 0 && s.f.Position == 0 && s.f.RankMin == nil && s.f.RankMax == nil && len(s.f.Statuses) == 0 {
		return nil, len(s.d.people) == 0
	}
	var out []*entry
	for _, e := range s.d.sorted {
		if s.has(e) {
			if len(out) == smallFilter {
				return nil, false
			}
			out = append(out, e)
		}
	}
	return out, true
}

// hit is a person with the key that found her.
type hit struct {
	e   *entry
	key searchKey
}

func (h hit) compare(o hit) int { return cmp.Or(h.key.compare(o.key), cmp.Compare(h.e.id, o.e.id)) }

func (h hit) cursor() string { return strconv.Itoa(h.key.kind) + "." + h.e.id.String() }

// pageOf cuts hits to a page.
func pageOf(hits []hit, limit int) ([]*entry, string) {
	next := ""
	if len(hits) > limit {
		hits = hits[:limit]
		next = hits[limit-1].cursor()
	}
	out := make([]*entry, len(hits))
	for i, h := range hits {
		out[i] = h.e
	}
	return out, next
}

// searchFew makes the keys of few people and compares.
func (s *selection) searchFew(tx *db.Tx, t *term, few []*entry, page Page) ([]*entry, string, error) {
	after, err := s.startAfter(tx, t, page.Cursor)
	if err != nil {
		return nil, "", err
	}
	records, err := recordsOf(tx, few)
	if err != nil {
		return nil, "", err
	}
	var hits []hit
	for _, e := range few {
		r := records[e.id]
		if r == nil {
			continue
		}
		h := hit{e: e}
		var ok bool
		if h.key, ok = t.match(keysOf(r)); !ok {
			if !s.d.orgHas(t, e) {
				continue
			}
			h.key = searchKey{keyOrg, e.sortKey}
		}
		if after.compare(h) < 0 {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, hit.compare)
	out, next := pageOf(hits, page.limit())
	return out, next, nil
}

// startAfter finds the hit that a cursor names; without a cursor one that stands before all.
func (s *selection) startAfter(tx *db.Tx, t *term, cursor string) (hit, error) {
	if cursor == "" {
		return hit{e: &entry{}}, nil
	}
	head, tail, ok := strings.Cut(cursor, ".")
	kind, err1 := strconv.Atoi(head)
	id, err2 := xinshu.ParseID[xinshu.PersonID](tail)
	if !ok || err1 != nil || err2 != nil || kind < keyName || kind > keyOrg {
		return hit{}, errCursor
	}
	e := s.d.person(id)
	if e == nil {
		return hit{}, errCursor
	}
	h := hit{e: e, key: searchKey{kind, t.prefix(kind)}}
	if kind == keyOrg {
		h.key.text = e.sortKey
		return h, nil
	}
	r, err := getRecord(tx, id)
	if err != nil {
		return hit{}, err
	}
	for _, k := range keysOf(r) { // her best key of this kind; if she was renamed meanwhile, the kind begins anew
		if k.kind == kind && strings.HasPrefix(k.text, t.prefix(kind)) {
			h.key = k
			break
		}
	}
	return h, nil
}

// searchOne goes through the kinds of keys until the page is full.
func (s *selection) searchOne(tx *db.Tx, t *term, page Page) ([]*entry, string, error) {
	after, err := s.startAfter(tx, t, page.Cursor)
	if err != nil {
		return nil, "", err
	}
	sc := scan{selection: s, tx: tx, t: t, want: page.limit() + 1}
	for kind := keyName; kind <= keyMobile && len(sc.hits) < sc.want; kind++ {
		prefix := t.prefix(kind)
		if prefix == "" || after.key.kind > kind {
			continue
		}
		from := keyRow{prefix, 0}
		if after.key.kind == kind {
			from = keyRow{after.key.text, after.e.id}
		}
		last, err := sc.kind(kind, from)
		if err != nil {
			return nil, "", err
		}
		if last != 0 { // enough looked at: the page ends here
			out, _ := pageOf(sc.hits, page.limit())
			return out, hit{s.d.person(last), searchKey{kind: kind}}.cursor(), nil
		}
	}
	if len(sc.hits) < sc.want {
		if err := sc.byOrg(after); err != nil {
			return nil, "", err
		}
	}
	out, next := pageOf(sc.hits, page.limit())
	return out, next, nil
}

// scan is one walk over the keys.
type scan struct {
	*selection
	tx     *db.Tx
	t      *term
	want   int
	hits   []hit
	looked int
}

const keyPage = `SELECT key, person_id FROM person_key WHERE kind = ?1 AND key >= ?2 AND key < ?3 AND (key > ?2 OR person_id > ?4) ORDER BY key, person_id LIMIT ?5`

// keyRow is a row of person_key within a kind.
type keyRow struct {
	text string
	id   xinshu.PersonID
}

func scanKeyRow(r *db.Rows) (keyRow, error) {
	var k keyRow
	err := r.Scan(&k.text, &k.id)
	return k, err
}

// kind adds the hits of one kind after from. When it gives up after scanRows it returns the last person it looked at, otherwise 0.
func (sc *scan) kind(kind int, from keyRow) (last xinshu.PersonID, err error) {
	end := text.PrefixEnd(sc.t.prefix(kind))
	for size := sc.want; ; size = min(2*size, 512) { // few hits among many: larger steps
		rows, err := db.All(sc.tx, scanKeyRow, keyPage, kind, from.text, end, from.id, size)
		if err != nil {
			return 0, err
		}
		batch := make([]hit, 0, len(rows))
		for _, r := range rows {
			if e := sc.d.person(r.id); e != nil { // otherwise an import has staged her
				batch = append(batch, hit{e, searchKey{kind, r.text}})
				last = e.id
			}
		}
		if err := sc.take(batch); err != nil {
			return 0, err
		}
		if len(rows) < size || len(sc.hits) >= sc.want {
			return 0, nil
		}
		from = rows[len(rows)-1]
		if sc.looked += len(rows); sc.looked >= scanRows && last != 0 {
			return last, nil
		}
	}
}

// take keeps those of a batch who pass the filter and have no better key.
func (sc *scan) take(batch []hit) error {
	passed := batch[:0:0]
	people := make([]*entry, 0, len(batch))
	for _, h := range batch {
		if h.e != nil && sc.has(h.e) {
			passed, people = append(passed, h), append(people, h.e)
		}
	}
	records, err := recordsOf(sc.tx, people)
	if err != nil {
		return err
	}
	for _, h := range passed {
		r := records[h.e.id]
		if r == nil {
			continue
		}
		if best, ok := sc.t.match(keysOf(r)); ok && best == h.key && len(sc.hits) < sc.want {
			sc.hits = append(sc.hits, h)
		}
	}
	return nil
}

// byOrg adds people who are found by the organisation's names only.
func (sc *scan) byOrg(after hit) error {
	if sc.t.org.empty() {
		return nil
	}
	known, err := sc.t.lookUp(sc.tx, readRows)
	if err != nil {
		return err
	}
	i := 0
	if after.key.kind == keyOrg {
		i, _ = slices.BinarySearchFunc(sc.d.sorted, after.e, bySortKey)
		i++
	}
	for ; i < len(sc.d.sorted) && len(sc.hits) < sc.want; i++ {
		e := sc.d.sorted[i]
		if known.ids[e.id] || !sc.d.orgHas(sc.t, e) || !sc.has(e) {
			continue
		}
		if !known.complete {
			if _, ok := sc.t.match(keysOf(&record{name: e.name})); ok {
				continue
			}
		}
		sc.hits = append(sc.hits, hit{e, searchKey{keyOrg, e.sortKey}})
	}
	return nil
}
