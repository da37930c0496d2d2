package search

import (
	"container/heap"
	"context"
	"errors"
	"math"

	"github.com/xinshu-im/xinshu/internal/db"
)

// scan proposes messages newest first: all that match the query and lie behind q.after, perhaps some that do not match. truth is the
// caller's snapshot of the store. A message that was edited a moment ago may be in two segments; it is proposed once.
func (x *index) scan(ctx context.Context, truth *db.Tx, q *query, want int) (out page, err error) {
	err = x.read(ctx, truth, func(tx *db.Tx) error {
		out = page{next: q.after}
		s := scanning{tx: tx, q: q, mine: newReaders(q.conversations)}
		if s.closed, err = liveSegments(tx); err != nil {
			return err
		}
		for len(out.proposals) < want {
			p, ok, err := s.next(ctx)
			if errors.Is(err, errLate) {
				out.next = s.reached()
				return nil
			}
			if err != nil {
				return err
			}
			if !ok {
				out.done = true
				return nil
			}
			if p != out.next {
				out.proposals = append(out.proposals, proposal{p.address(), p})
				out.next = p
			}
		}
		return nil
	})
	return out, err
}

// scanning is a scan under way: segments are opened when something in them may be the newest.
type scanning struct {
	tx     *db.Tx
	q      *query
	mine   *readers
	closed []segment // newest first
	open   walkers   // those that have found something
	late   *walker   // was interrupted
}

// next returns the next message.
func (s *scanning) next(ctx context.Context) (p place, ok bool, err error) {
	for len(s.closed) > 0 && (len(s.open) == 0 || s.closed[0].newest >= s.open[0].place[0]) {
		w, err := newWalker(s.tx, &s.closed[0], s.q, s.mine)
		if err != nil {
			return p, false, err
		}
		s.closed = s.closed[1:]
		ok, err := w.next(ctx)
		if err != nil {
			s.late = w
			return p, false, err
		}
		if ok {
			heap.Push(&s.open, w)
		}
	}
	if len(s.open) == 0 {
		return p, false, nil
	}
	w := s.open[0]
	p = w.place
	if ok, err = w.next(ctx); err != nil {
		// p was not given out: the walk goes on from it.
		w.place, s.late = p, nil
		return p, false, err
	}
	if ok {
		heap.Fix(&s.open, 0)
	} else {
		heap.Pop(&s.open)
	}
	return p, true, nil
}

// reached returns the place behind which nothing was looked at.
func (s *scanning) reached() place {
	out := place{}
	note := func(p place) {
		if comparePlaces(p, out) > 0 {
			out = p
		}
	}
	if len(s.open) > 0 {
		note(s.open[0].place)
	}
	if len(s.closed) > 0 {
		note(place{s.closed[0].newest, math.MaxInt64, math.MaxInt64 - 1})
	}
	if s.late != nil && s.late.at < s.late.end {
		if p, err := s.late.placeOf(s.late.at); err == nil {
			note(p)
		}
	}
	out[2]++ // what stands at the place itself comes
	return out
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
