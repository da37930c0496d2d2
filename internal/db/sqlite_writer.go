package db

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/xinshu-im/xinshu"
)

// maxBatch bounds the acts of one physical commit, and so how long a reader of the log waits for it.
const maxBatch = 1024

// sqliteWriter owns the writing connection. Its loop is the committer: the only goroutine that writes.
type sqliteWriter struct {
	conn     *sqliteConn
	check    *checkpointer
	opt      *Options
	stats    *stats
	queue    chan *request
	quit     chan struct{}
	ctx      context.Context // detached: nothing interrupts a statement of the writer
	lastPos  int64           // position of the newest commit that took one
	usedPos  bool            // some act of the batch under way asked for a position
	fresh    bool            // nothing was done yet in the physical transaction under way
	broken   error           // why there is no physical transaction any more
	lastSize int             // acts in the last commit: the sign of company to wait for
}

func newSQLiteWriter(conn *sqliteConn, check *checkpointer, opt *Options, st *stats) (*sqliteWriter, error) {
	w := &sqliteWriter{
		conn: conn, check: check, opt: opt, stats: st,
		queue: make(chan *request, 4*maxBatch),
		quit:  make(chan struct{}),
		ctx:   context.Background(),
	}
	tx := w.newTx()
	err := tx.Row("SELECT pos FROM db_position").Scan(&w.lastPos)
	return w, err
}

// enqueue waits for a place in the queue; it refuses when the writer has stopped or the caller goes away first.
func (w *sqliteWriter) enqueue(r *request) {
	var gone <-chan struct{}
	if r.ctx != nil {
		gone = r.ctx.Done()
	}
	select {
	case <-w.quit:
		r.done(errClosed)
		return
	default:
	}
	select {
	case w.queue <- r:
	case <-gone:
		r.done(r.ctx.Err())
	case <-w.quit:
		r.done(errClosed)
	}
}

func (w *sqliteWriter) stop() { close(w.quit) }

// loop commits batches until stop, then what is queued.
func (w *sqliteWriter) loop() {
	batch := make([]*request, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case r := <-w.queue:
			batch = append(batch, r)
		case <-w.quit:
			for {
				select {
				case r := <-w.queue:
					w.commit([]*request{r})
				default:
					return
				}
			}
		}
		batch = w.gather(batch)
		w.lastSize = len(batch)
		w.commit(batch)
	}
}

// gather adds what is queued. When there is company, or was a moment ago, it waits CommitWindow for more: the cost of SQLite is
// the dirty page, and acts that share a commit share pages and the fsync.
func (w *sqliteWriter) gather(batch []*request) []*request {
	drain := func() {
		for len(batch) < maxBatch {
			select {
			case r := <-w.queue:
				batch = append(batch, r)
			default:
				return
			}
		}
	}
	drain()
	if len(batch) == 1 && w.lastSize <= 1 || len(batch) == maxBatch {
		return batch
	}
	timer := time.NewTimer(w.opt.CommitWindow)
	defer timer.Stop()
	for len(batch) < maxBatch {
		select {
		case r := <-w.queue:
			batch = append(batch, r)
			drain()
		case <-timer.C:
			return batch
		case <-w.quit:
			return batch
		}
	}
	return batch
}

func (w *sqliteWriter) newTx() *Tx {
	return &Tx{ctx: w.ctx, run: w.conn, engine: SQLite, position: w.position, stats: w.stats}
}

func (w *sqliteWriter) position() (int64, error) {
	w.usedPos = true
	return w.lastPos + 1, nil
}

// commit runs a batch in one physical transaction and tells every caller how its act ended.
func (w *sqliteWriter) commit(batch []*request) {
	w.check.turn.Lock()
	w.transact(batch)
	w.check.turn.Unlock()
	w.check.wrote(w.conn)
}

func (w *sqliteWriter) transact(batch []*request) {
	began := time.Now()
	live := batch[:0:0]
	for _, r := range batch {
		if r.begin() {
			live = append(live, r)
		} else {
			r.done(context.Canceled)
		}
	}
	if len(live) == 0 {
		return
	}
	w.usedPos = false
	if _, err := w.conn.exec(w.ctx, "BEGIN IMMEDIATE", nil); err != nil {
		w.fail(live, nil, err)
		return
	}
	w.fresh, w.broken = true, nil
	var txs []*Tx
	for i := 0; i < len(live); i++ {
		r := live[i]
		if r.fn != nil {
			var tx *Tx
			tx, r.err = w.savepoint(r.fn)
			txs = append(txs, tx)
			continue
		}
		if r.applied {
			continue
		}
		var items []*request // every item of the group in this batch, at the place of its first
		for _, o := range live[i:] {
			if o.group == r.group {
				items = append(items, o)
			}
		}
		txs = append(txs, w.group(r.group, items)...)
	}
	if w.broken != nil {
		w.fail(live, txs, w.broken)
		return
	}
	if w.usedPos {
		if _, err := w.conn.exec(w.ctx, "UPDATE db_position SET pos = ?1", []any{w.lastPos + 1}); err != nil {
			w.fail(live, txs, err)
			return
		}
	}
	if _, err := w.conn.exec(w.ctx, "COMMIT", nil); err != nil {
		w.fail(live, txs, err)
		return
	}
	if w.usedPos {
		w.lastPos++
	}
	w.stats.commit(len(live), time.Since(began))
	for _, tx := range txs {
		tx.finish(true)
	}
	for _, r := range live {
		r.done(outside(r.err))
	}
}

// fail ends a batch whose physical transaction did not become durable.
func (w *sqliteWriter) fail(live []*request, txs []*Tx, err error) {
	_, _ = w.conn.exec(w.ctx, "ROLLBACK", nil) // SQLite may have rolled back by itself
	if isFsync(err) {
		w.opt.fatal(fmt.Errorf("forcing data to disk failed, what the disk holds is unknown: %w", err))
	}
	w.stats.failures.Add(1)
	w.opt.Log.Error("commit failed", "acts", len(live), "error", err)
	for _, tx := range txs {
		tx.finish(false)
	}
	for _, r := range live {
		if r.err == nil {
			r.err = failure(err)
		}
		r.done(outside(r.err))
	}
}

// failure is what the callers of a lost commit get: always retryable, nothing was stored.
func failure(err error) error {
	if out := outside(err); xinshu.CodeOf(out) != xinshu.Internal {
		return out
	}
	return errRetry.Because(err)
}

// savepoint runs fn so that its failure undoes fn alone. The transaction is finished as rolled back if fn fails. The first act of
// a batch needs no savepoint, because there is nothing else to be undone; a savepoint copies every page before its first change.
func (w *sqliteWriter) savepoint(fn func(*Tx) error) (*Tx, error) {
	tx := w.newTx()
	if w.broken != nil {
		return tx, failure(w.broken)
	}
	if w.fresh {
		err := protect(fn, tx)
		if w.fresh = err != nil; w.fresh {
			_, _ = w.conn.exec(w.ctx, "ROLLBACK", nil) // SQLite may have rolled back by itself; if it did not, BEGIN fails
			_, w.broken = w.conn.exec(w.ctx, "BEGIN IMMEDIATE", nil)
			tx.finish(false)
		}
		return tx, err
	}
	if _, err := w.conn.exec(w.ctx, "SAVEPOINT act", nil); err != nil {
		return tx, err
	}
	err := protect(fn, tx)
	if err != nil {
		if _, rerr := w.conn.exec(w.ctx, "ROLLBACK TO act", nil); rerr != nil {
			err = fmt.Errorf("%w (and rollback: %v)", err, rerr)
		}
		tx.finish(false)
	}
	if _, rerr := w.conn.exec(w.ctx, "RELEASE act", nil); rerr != nil && err == nil {
		err = rerr
	}
	return tx, err
}

// group applies items together; if that fails, one by one, so that only those that fail alone fail.
func (w *sqliteWriter) group(g *group, items []*request) []*Tx {
	for _, r := range items {
		r.applied = true
	}
	var errs []error
	tx, err := w.savepoint(func(tx *Tx) (err error) {
		errs, err = g.apply(tx, items)
		return err
	})
	if err == nil {
		for i, r := range items {
			r.err = errs[i]
		}
		return []*Tx{tx}
	}
	if len(items) == 1 {
		items[0].err = err
		return nil
	}
	txs := make([]*Tx, 0, len(items))
	for _, r := range items {
		one := []*request{r}
		tx, err := w.savepoint(func(tx *Tx) error {
			errs, err := g.apply(tx, one)
			if err == nil {
				err = errs[0]
			}
			return err
		})
		r.err = err
		txs = append(txs, tx)
	}
	return txs
}

// finish runs the hooks of a transaction once.
func (tx *Tx) finish(committed bool) {
	hooks := tx.rollback
	if committed {
		hooks = tx.commit
	}
	tx.commit, tx.rollback = nil, nil
	for _, fn := range hooks {
		fn()
	}
}

// protect turns a panic in fn into an error: the other acts of the batch go on.
func protect(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(tx)
}
