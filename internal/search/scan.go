package search

import (
	"container/heap"
	"context"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// scan proposes messages newest first: all that match the query and lie behind q.after, perhaps some that do not match. truth is the
// caller's snapshot of the store. A message that was edited a moment ago may be in two segments; it is proposed once.
func (x *index) scan(ctx context.Context, truth *db.Tx, q *query, want int) (out page, err error) {
	err = x.read(ctx, truth, func(tx *db.Tx) error {
		out = page{}
		s := scanning{tx: tx, cache: &x.cache, q: q, mine: newReaders(q.conversations), last: q.after}
		if s.closed, err = liveSegments(tx); err != nil {
			return err
		}
		for len(out.proposals) < want {
			p, ok, err := s.next(ctx)
			if err != nil {
				return err
			}
			if !ok {
				out.done = len(s.open) == 0
				out.next = s.last
				return nil
			}
			out.proposals = append(out.proposals, proposal{p.address(), p})
		}
		out.next = s.last
		return nil
	})
	return out, err
}

// scanning is a scan under way: segments are opened when something in them may be the newest, and the walker that is the least far
// goes on.
type scanning struct {
	tx     *db.Tx
	cache  *rowCache
	q      *query
	mine   *readers
	closed []segment // newest first
	open   walkers
	last   place // behind which to go on: what was proposed last, or how far it was looked
	moved  bool  // last is not where the scan began
}

// next returns the next message; false at the end, or with walkers left when the time is over.
func (s *scanning) next(ctx context.Context) (p place, ok bool, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return p, false, err
		}
		if err := s.openMore(); err != nil {
			return p, false, err
		}
		if len(s.open) == 0 {
			return p, false, nil
		}
		w := s.open[0]
		if w.found {
			w.found = false
			if w.place == s.last { // an older state of what was just proposed
				continue
			}
			s.last, s.moved = w.place, true
			return w.place, true, nil
		}
		if s.late() {
			return p, false, nil
		}
		if err := w.advance(); err != nil {
			return p, false, err
		}
		if w.ended() {
			heap.Pop(&s.open)
		} else {
			heap.Fix(&s.open, 0)
		}
	}
}

func (s *scanning) openMore() error {
	for len(s.closed) > 0 && (len(s.open) == 0 || s.closed[0].newest >= s.open[0].place[0]) {
		w, err := newWalker(s.tx, s.cache, &s.closed[0], s.q, s.mine)
		if err != nil {
			return err
		}
		s.closed = s.closed[1:]
		if !w.ended() {
			heap.Push(&s.open, w)
		}
	}
	return nil
}

// late says whether to stop because the time is over. A scan gets somewhere before it does, or it would never end.
func (s *scanning) late() bool {
	if !time.Now().After(s.q.deadline) {
		return false
	}
	reached := s.open[0].place
	reached[2]++ // the message there was not looked at
	if s.last == (place{}) || comparePlaces(reached, s.last) < 0 {
		s.last, s.moved = reached, true
	}
	return s.moved
}

// walkers is a heap, the newest message on top.
type walkers []*walker

func (h walkers) Len() int           { return len(h) }
func (h walkers) Less(i, j int) bool { return comparePlaces(h[i].place, h[j].place) > 0 }
func (h walkers) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *walkers) Push(w any)        { *h = append(*h, w.(*walker)) }
func (h *walkers) Pop() any {
	old := *h
	w := old[len(old)-1]
	*h = old[:len(old)-1]
	return w
}
