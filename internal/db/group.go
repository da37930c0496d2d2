package db

import "context"

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

// Crowded says that so much waits that Submit may have to wait for room.
func (g *Group[T]) Crowded() bool { return g.db.core.crowded(g.g) }

// Do applies item and returns after it is durable; see [DB.Write] for cancellation.
func (g *Group[T]) Do(ctx context.Context, item T) error {
	if g.db.closed.Load() {
		return errClosed
	}
	return g.db.wait(ctx, &request{ctx: ctx, group: g.g, item: item, key: g.key(item)})
}

// Submit applies item and calls done once, from the committer: done must be quick. Items submitted one after the other with
// the same key are applied in that order.
func (g *Group[T]) Submit(ctx context.Context, item T, done func(error)) {
	if g.db.closed.Load() {
		done(errClosed)
		return
	}
	g.db.core.write(&request{ctx: ctx, group: g.g, item: item, key: g.key(item), done: done})
}
