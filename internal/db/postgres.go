package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresCore is a pool of connections; each act is one ordinary transaction, groups are combined in lanes.
type postgresCore struct {
	pool  *pgxpool.Pool
	opt   *Options
	stats *stats
	ctx   context.Context // ends when the DB is closed
	stop  context.CancelFunc
	wg    sync.WaitGroup // lanes and writes under way
}

// lanesPerGroup bounds the concurrent transactions of one group: two keep a 2-core server busy while one waits for its fsync.
const lanesPerGroup = 4

// attempts is how often an act that lost to another one (serialisation failure, deadlock) is tried.
const attempts = 5

func openPostgres(ctx context.Context, url string, opt *Options, st *stats) (*postgresCore, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read") // the driver's text may hold the password
	}
	n := opt.Readers
	if n == 0 {
		n = 32
	}
	cfg.MaxConns = int32(n)
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["synchronous_commit"] = "on"
	// Prepared statements keep the plan that was best when a table was young, until statistics are gathered again: a scan, which
	// made an import into a fresh database ten times slower. Our statements are look-ups; where only a scan will do, it is used still.
	cfg.ConnConfig.RuntimeParams["enable_seqscan"] = "off"
	cfg.ConnConfig.RuntimeParams["jit"] = "off" // the penalty on scans would make it compile them
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for _, q := range []string{
		"CREATE TABLE IF NOT EXISTS db_position (pos BIGINT NOT NULL)",
		"INSERT INTO db_position (pos) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM db_position)",
	} {
		if _, err := pool.Exec(ctx, q); err != nil && !isDuplicateTable(err) {
			pool.Close()
			return nil, err
		}
	}
	c := &postgresCore{pool: pool, opt: opt, stats: st}
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c, nil
}

// isDuplicateTable says that another node made the table at the same moment.
func isDuplicateTable(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "42P07" || pe.Code == "23505")
}

func (c *postgresCore) read(ctx context.Context, fn func(*Tx) error) error {
	c.stats.reads.Add(1)
	err := pgx.BeginTxFunc(ctx, c.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(ptx pgx.Tx) error {
		return fn(&Tx{ctx: ctx, run: &pgRunner{tx: ptx}, engine: Postgres, readOnly: true, stats: c.stats})
	})
	return outside(err)
}

func (c *postgresCore) write(r *request) {
	if r.group != nil {
		select {
		case r.group.lane(r.key) <- r:
		case <-r.ctx.Done():
			r.done(r.ctx.Err())
		case <-c.ctx.Done():
			r.done(errClosed)
		}
		return
	}
	c.wg.Go(func() {
		if !r.begin() {
			r.done(context.Canceled)
			return
		}
		r.done(c.transact(r.fn))
	})
}

func (c *postgresCore) crowded(g *group, key int64) bool {
	lane := g.lane(key)
	return len(lane) > cap(lane)/2
}

// transact runs fn in one transaction, again when it lost to another, and its hooks after the commit.
func (c *postgresCore) transact(fn func(*Tx) error) error {
	ctx := context.Background() // detached: the caller's going away does not interrupt the act
	began := time.Now()
	var err error
	for try := range attempts {
		tx := &Tx{ctx: ctx, engine: Postgres, stats: c.stats}
		err = pgx.BeginTxFunc(ctx, c.pool, pgx.TxOptions{}, func(ptx pgx.Tx) error {
			run := &pgRunner{tx: ptx}
			tx.run = run
			tx.position = func() (int64, error) {
				var p int64
				err := tx.Row("SELECT pg_current_xact_id()::text::bigint + (SELECT pos FROM db_position)").Scan(&p)
				return p, err
			}
			if err := protect(fn, tx); err != nil {
				return err
			}
			return run.flush(ctx)
		})
		tx.finish(err == nil)
		if err == nil {
			c.stats.commit(1, time.Since(began))
			return nil
		}
		var pe *pgconn.PgError
		if !errors.As(err, &pe) || pe.Code != "40001" && pe.Code != "40P01" {
			break
		}
		time.Sleep(time.Duration(try+1) * 5 * time.Millisecond)
	}
	return outside(err)
}

// addGroup starts the lanes of a group.
func (c *postgresCore) addGroup(g *group) {
	for range lanesPerGroup {
		lane := make(chan *request, maxBatch)
		g.lanes = append(g.lanes, lane)
		c.wg.Go(func() { c.runLane(g, lane) })
	}
}

// runLane combines what waits in the lane into one transaction after the other.
func (c *postgresCore) runLane(g *group, lane chan *request) {
	last := 0 // acts in the last transaction: the sign of company to wait for
	for {
		var batch []*request
		select {
		case r := <-lane:
			batch = append(batch, r)
		case <-c.ctx.Done():
			for {
				select {
				case r := <-lane:
					r.done(errClosed)
				default:
					return
				}
			}
		}
		batch = c.gather(lane, batch, last)
		last = len(batch)
		c.runBatch(g, batch)
	}
}

// gather adds what waits in the lane; with company it waits CommitWindow for more, because each transaction costs several round
// trips and a forced write.
func (c *postgresCore) gather(lane chan *request, batch []*request, last int) []*request {
	drain := func() {
		for len(batch) < maxBatch/4 {
			select {
			case r := <-lane:
				batch = append(batch, r)
			default:
				return
			}
		}
	}
	drain()
	if len(batch) == 1 && last <= 1 || len(batch) == maxBatch/4 {
		return batch
	}
	select {
	case <-time.After(c.opt.CommitWindow):
	case <-c.ctx.Done():
	}
	drain()
	return batch
}

func (c *postgresCore) runBatch(g *group, batch []*request) {
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
	var errs []error
	err := c.transact(func(tx *Tx) (err error) {
		errs, err = g.apply(tx, live)
		return err
	})
	if err == nil {
		for i, r := range live {
			r.done(outside(errs[i]))
		}
		return
	}
	if len(live) == 1 {
		live[0].done(err)
		return
	}
	for _, r := range live {
		one := []*request{r}
		r.done(c.transact(func(tx *Tx) error {
			errs, err := g.apply(tx, one)
			if err == nil {
				err = errs[0]
			}
			return err
		}))
	}
}

func (c *postgresCore) close() error {
	c.stop()
	c.wg.Wait()
	c.pool.Close()
	return nil
}

// pgRunner runs statements in a transaction.
type pgRunner struct {
	tx      pgx.Tx
	waiting *pgx.Batch // for [Tx.Later]; nil: none
}

// maxWaiting bounds the statements that are sent together, and with them the memory that they hold.
const maxWaiting = 64

func (p *pgRunner) later(q string, args []any) error {
	in, err := plainAll(args)
	if err != nil {
		return err
	}
	if p.waiting == nil {
		p.waiting = &pgx.Batch{}
	}
	p.waiting.Queue(rebind(q), in...)
	if p.waiting.Len() < maxWaiting {
		return nil
	}
	return p.flush(context.Background())
}

// flush sends what waits, in one round trip.
func (p *pgRunner) flush(ctx context.Context) error {
	b := p.waiting
	if b == nil {
		return nil
	}
	p.waiting = nil
	results := p.tx.SendBatch(ctx, b)
	for i := range b.Len() {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // says the same
			return fmt.Errorf("%.120q: %w", b.QueuedQueries[i].SQL, err)
		}
	}
	return results.Close()
}

func (p *pgRunner) exec(ctx context.Context, q string, args []any) (int64, error) {
	in, err := plainAll(args)
	if err != nil {
		return 0, err
	}
	if err := p.flush(ctx); err != nil {
		return 0, err
	}
	tag, err := p.tx.Exec(ctx, rebind(q), in...)
	if err != nil {
		return 0, fmt.Errorf("%.120q: %w", q, err)
	}
	return tag.RowsAffected(), nil
}

func (p *pgRunner) query(ctx context.Context, q string, args []any) (cursor, error) {
	in, err := plainAll(args)
	if err != nil {
		return nil, err
	}
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	rows, err := p.tx.Query(ctx, rebind(q), in...)
	if err != nil {
		return nil, fmt.Errorf("%.120q: %w", q, err)
	}
	return &pgCursor{rows: rows, q: q}, nil
}

func plainAll(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		v, err := plain(a)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

type pgCursor struct {
	rows pgx.Rows
	q    string
}

func (c *pgCursor) next() bool { return c.rows.Next() }

func (c *pgCursor) scan(dest []any) error {
	values, err := c.rows.Values()
	if err != nil {
		return err
	}
	if len(values) != len(dest) {
		return fmt.Errorf("db: %d columns into %d variables", len(values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, values[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *pgCursor) close() error {
	c.rows.Close()
	if err := c.rows.Err(); err != nil {
		return fmt.Errorf("%.120q: %w", c.q, err)
	}
	return nil
}
