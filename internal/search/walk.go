package search

import (
	"encoding/binary"
	"math"
	"sort"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// fewConversations is up to how many conversations are looked up as terms, in every segment; with more it is quicker to compare groups message
// by message.
const fewConversations = 4

// readers is what a query's searcher may read, in a form that is quick to ask.
type readers struct {
	groups  [1 << 16 / 64]uint64
	exactly map[int64]bool
}

func newReaders(list []xinshu.ConversationID) *readers {
	r := &readers{exactly: make(map[int64]bool, len(list))}
	for _, id := range list {
		g := groupOf(id)
		r.groups[g/64] |= 1 << (g % 64)
		r.exactly[id.Int64()] = true
	}
	return r
}

func (r *readers) perhaps(group uint16) bool { return r.groups[group/64]>>(group%64)&1 != 0 }

// quantum is how many messages a walker looks at before another one may be ahead.
const quantum = 4_096

// walker goes through the messages of one segment that match a query and that its searcher may read, newest first.
type walker struct {
	tx      *db.Tx
	cache   *rowCache
	seg     *segment
	q       *query
	mine    *readers
	first   []list // what a message must be in; all are asked in turn
	then    []list // the same, but dear: asked only about messages of the searcher's
	without []list // what it must not be in
	at, end uint32 // messages not looked at
	found   bool
	place   place // of the message that was found; otherwise nothing newer is left to look at

	rows [2]columnRow
}

// columnRow is the row of a column that was read last.
type columnRow struct {
	number int64
	data   []byte
}

func newWalker(tx *db.Tx, cache *rowCache, seg *segment, q *query, mine *readers) (*walker, error) {
	w := &walker{tx: tx, cache: cache, seg: seg, q: q, mine: mine, end: uint32(seg.messages)}
	w.rows[groupColumn].number, w.rows[placeColumn].number = -1, -1
	if len(q.conversations) <= fewConversations {
		few := make(anyList, len(q.conversations))
		for i, c := range q.conversations {
			few[i] = w.list(tagOf(conversationTag, c))
		}
		w.first = append(w.first, few)
	}
	if q.sender != 0 {
		w.first = append(w.first, w.list(tagOf(senderTag, q.sender)))
	}
	for _, t := range q.terms {
		w.term(t)
	}
	if len(w.first) == 0 {
		w.first, w.then = w.then, nil
	}
	w.place = place{seg.newest, math.MaxInt64, math.MaxInt64 - 1}
	err := w.bounds()
	if err == nil && w.at > 0 && w.at < w.end {
		w.place, err = w.placeOf(w.at)
	}
	return w, err
}

func (w *walker) list(term []byte) *termList {
	return &termList{tx: w.tx, seg: w.seg, term: term, number: -1}
}

func (w *walker) prefix(s string) *prefixList {
	return &prefixList{tx: w.tx, seg: w.seg, prefix: []byte(s)}
}

// term adds the lists of a term. They may say less than the term: that words are neighbours shows in the text only.
func (w *walker) term(t text.Term) {
	last := t.Atoms[len(t.Atoms)-1]
	if t.Not {
		switch {
		case len(t.Atoms) > 1: // leaving out those that have the words somewhere would leave out too much
		case t.Single || t.Prefix:
			w.without = append(w.without, w.prefix(last))
		default:
			w.without = append(w.without, w.list([]byte(last)))
		}
		return
	}
	exact := t.Atoms
	if t.Single || t.Prefix { // every character of a run begins a token, so a single one is the beginning of a term too
		exact = exact[:len(exact)-1]
		w.then = append(w.then, w.prefix(last))
	}
	for _, atom := range exact {
		w.first = append(w.first, w.list([]byte(atom)))
	}
}

// bounds leaves out what is newer or older than asked for.
func (w *walker) bounds() error {
	newest := int64(1<<63 - 1)
	if w.q.after[0] > 0 {
		newest = w.q.after[0]
	}
	if w.q.sentBefore > 0 {
		newest = min(newest, int64(w.q.sentBefore)-1)
	}
	var err error
	if newest < w.seg.newest {
		w.at, err = w.firstNotAfter(newest)
	}
	if oldest := int64(w.q.sentAfter); err == nil && oldest > w.seg.oldest {
		w.end, err = w.firstNotAfter(oldest - 1)
	}
	return err
}

// firstNotAfter returns the number of the first message that was sent at a time or before.
func (w *walker) firstNotAfter(at int64) (uint32, error) {
	var err error
	n := sort.Search(int(w.seg.messages), func(i int) bool {
		p, e := w.placeOf(uint32(i))
		if e != nil {
			err = e
		}
		return p[0] <= at
	})
	return uint32(n), err
}

// advance looks for the next message, but not for long.
func (w *walker) advance() (err error) {
	w.found = false
	for looked := 0; w.at < w.end; looked++ {
		if looked == quantum {
			w.place, err = w.placeOf(w.at)
			return err
		}
		if w.found, err = w.look(); err != nil || w.found {
			w.at++
			return err
		}
	}
	return nil
}

// ended says that there is nothing more.
func (w *walker) ended() bool { return !w.found && w.at >= w.end }

// look looks at the message w.at; if it is not one, w.at goes on to the next that may be.
func (w *walker) look() (bool, error) {
	if skip, err := w.skip(w.first); err != nil || skip {
		return false, err
	}
	group, err := w.groupOf(w.at)
	if err != nil {
		return false, err
	}
	if !w.mine.perhaps(group) {
		w.at++
		return false, nil
	}
	if skip, err := w.skip(w.then); err != nil || skip {
		return false, err
	}
	for _, l := range w.without {
		if n, err := l.seek(w.at); err != nil || n == w.at {
			w.at++
			return false, err
		}
	}
	p, err := w.placeOf(w.at)
	if err != nil {
		return false, err
	}
	if !w.mine.exactly[p[1]] || w.q.after != (place{}) && comparePlaces(p, w.q.after) >= 0 {
		w.at++
		return false, nil
	}
	w.place = p
	return true, nil
}

// skip goes on to where the next message of all lists may be; false if w.at is one.
func (w *walker) skip(lists []list) (bool, error) {
	for _, l := range lists {
		n, err := l.seek(w.at)
		if err != nil {
			return false, err
		}
		if n > w.at {
			w.at = n
			return true, nil
		}
	}
	return false, nil
}

func (w *walker) groupOf(number uint32) (uint16, error) {
	data, err := w.row(groupColumn, int64(number/groupsPerRow))
	at := int(number%groupsPerRow) * groupBytes
	if err != nil || at+groupBytes > len(data) {
		return 0, errorOr(errBroken, err)
	}
	return binary.BigEndian.Uint16(data[at:]), nil
}

func (w *walker) placeOf(number uint32) (place, error) {
	data, err := w.row(placeColumn, int64(number/placesPerRow))
	at := int(number%placesPerRow) * placeBytes
	if err != nil || at+placeBytes > len(data) {
		return place{}, errorOr(errBroken, err)
	}
	return placeAt(data[at:]), nil
}

func (w *walker) row(column int, number int64) (data []byte, err error) {
	r := &w.rows[column]
	if r.number == number {
		return r.data, nil
	}
	id := columnID(w.seg.id, column, number)
	if column == groupColumn { // the places of what is not the searcher's are never asked for
		data = w.cache.get(id)
	}
	if data == nil {
		if data, err = w.seg.columnAt(w.tx, column, number); err != nil {
			return nil, err
		}
		if column == groupColumn {
			w.cache.put(id, data)
		}
	}
	r.number, r.data = number, data
	return data, nil
}
