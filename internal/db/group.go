package db

import (
	"context"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Group is a kind of act of which many arrive at once, such as posting: those that wait together are applied together, with
// few statements. On SQLite a group's items share the batch of the committer; on PostgreSQL each lane combines the items of
// its keys.
type Group[T any] struct {
	db  *DB
	g   *group
	key func(T) int64
}

// group is the untyped part.
type group struct {
	name  string
	apply func(tx *Tx, items []*request) ([]error, error)
	lanes []chan *request // PostgreSQL only
}

// lane is where items of a key wait, on PostgreSQL.
func (g *group) lane(key int64) chan *request { return g.lanes[uint64(key)%uint64(len(g.lanes))] }

// NewGroup declares a kind of act. key says which items must stay in order (the conversation). apply gets ≥ 1 items in their
// order of arrival; errs[i] ≠ nil says that item i changed nothing; err ≠ nil undoes everything, after which apply is called
// with each item alone in its own transaction. apply may be called more than once for an item; it sets its results anew.
func NewGroup[T any](d *DB, name string, key func(T) int64, apply func(tx *Tx, items []T) (errs []error, err error)) *Group[T] {
	g := &group{name: name}
	g.apply = func(tx *Tx, reqs []*request) ([]error, error) {
		items := make([]T, len(reqs))
		for i, r := range reqs {
			items[i] = r.item.(T)
		}
		return apply(tx, items)
	}
	out := &Group[T]{db: d, g: g, key: key}
	if pg, ok := d.core.(*postgresCore); ok {
		pg.addGroup(g)
	}
	return out
}

// Do applies item and returns after it is durable; see [DB.Write] for cancellation. [xinshu.Unavailable] with RetryAfter when more
// waits than is worth waiting for: what is refused at once costs little, and what was taken is answered soon.
func (g *Group[T]) Do(ctx context.Context, item T) error {
	key := g.key(item)
	if err := g.refusal(key); err != nil {
		return err
	}
	return g.db.wait(ctx, &request{ctx: ctx, group: g.g, item: item, key: key})
}

// Submit applies item and calls done once, from the committer: done must be quick. Items submitted one after the other with
// the same key are applied in that order. It never waits; it refuses as [Group.Do] does.
func (g *Group[T]) Submit(ctx context.Context, item T, done func(error)) {
	key := g.key(item)
	if err := g.refusal(key); err != nil {
		done(err)
		return
	}
	g.db.core.write(&request{ctx: ctx, group: g.g, item: item, key: key, done: done})
}

func (g *Group[T]) refusal(key int64) error {
	if g.db.closed.Load() {
		return errClosed
	}
	if !g.db.core.crowded(g.g, key) {
		return nil
	}
	if g.db.stats.refused.Add(1); g.db.stats.sayCrowded() {
		g.db.opt.Log.Warn("more to write than the store takes: refusing some", "kind", g.g.name, "refused", g.db.stats.refused.Load())
	}
	e := xinshu.Errorf(xinshu.Unavailable, "The server has too much to do at this moment. Please try again.")
	e.RetryAfter = time.Second
	return e
}
