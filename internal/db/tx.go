package db

import (
	"context"
	"errors"
)

// Tx is one transaction, or one snapshot inside [DB.Read].
//
// SQL is one text for both engines: ?1 ?2 placeholders; times and ids as BIGINT; JSON as TEXT; explicit conflict targets. A
// comment /*FOR UPDATE*/ or /*ORDER BY … FOR UPDATE*/ becomes the clause on PostgreSQL, where rows must be locked by hand, in one
// order; SQLite has one writer and ignores it. Arguments are int, int64, bool (stored as 0 or 1), string, []byte, nil and types with Int64() int64.
type Tx struct {
	ctx      context.Context
	run      runner
	engine   Engine
	commit   []func()
	rollback []func()
	position func() (int64, error)
	readOnly bool
	stats    *stats
}

// runner executes statements on one connection.
type runner interface {
	exec(ctx context.Context, q string, args []any) (int64, error)
	query(ctx context.Context, q string, args []any) (cursor, error)
}

// cursor is an engine's result set.
type cursor interface {
	next() bool
	scan(dest []any) error
	close() error // returns the error that ended the rows, if any
}

// ErrNoRows is returned by [Row.Scan] when there is no row.
var ErrNoRows = errors.New("db: no rows")

// Context returns the context of the transaction's statements: the caller's in a read, detached from it in a write.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine returns the engine; only db and search may decide anything by it.
func (tx *Tx) Engine() Engine { return tx.engine }

// ReadOnly says whether this is a read: nothing of it becomes durable, so no hook is called.
func (tx *Tx) ReadOnly() bool { return tx.readOnly }

// Exec runs a statement and returns the number of rows it changed.
func (tx *Tx) Exec(q string, args ...any) (int64, error) {
	tx.stats.statements.Add(1)
	return tx.run.exec(tx.ctx, q, args)
}

// Later runs a statement of which only the effect matters. PostgreSQL gets it together with others before the next statement, or before the
// commit: then, too, its error ends the act. The values of args must stay as they are.
func (tx *Tx) Later(q string, args ...any) error {
	tx.stats.statements.Add(1)
	if p, ok := tx.run.(*pgRunner); ok {
		return p.later(q, args)
	}
	_, err := tx.run.exec(tx.ctx, q, args)
	return err
}

// Query runs a statement that returns rows. Its error is reported by [Rows.Err] and [Rows.Close].
func (tx *Tx) Query(q string, args ...any) *Rows {
	tx.stats.statements.Add(1)
	c, err := tx.run.query(tx.ctx, q, args)
	return &Rows{c: c, err: err}
}

// Row runs a statement of which one row is wanted.
func (tx *Tx) Row(q string, args ...any) Row { return Row{tx.Query(q, args...)} }

// AfterCommit has fn called once the transaction is durable: to publish events and to change memory that mirrors the store.
// fn must be quick and must not call the DB; it runs on the committer.
func (tx *Tx) AfterCommit(fn func()) { tx.commit = append(tx.commit, fn) }

// AfterRollback has fn called if the transaction does not become durable.
func (tx *Tx) AfterRollback(fn func()) { tx.rollback = append(tx.rollback, fn) }

// Position returns this transaction's place in the commit-ordered log, > 0. On SQLite later commits have larger positions. On
// PostgreSQL it is the transaction's number: of two positions the larger may commit first, which is why readers trust only
// what is below [Tx.Horizon].
func (tx *Tx) Position() (int64, error) { return tx.position() }

// Horizon returns the position up to which (exclusive) everything that will ever be committed is visible in tx.
func (tx *Tx) Horizon() (int64, error) {
	var p int64
	err := tx.Row(horizonSQL[tx.engine]).Scan(&p)
	return p, err
}

var horizonSQL = map[Engine]string{
	SQLite:   `SELECT pos + 1 FROM db_position`,
	Postgres: `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT pos FROM db_position)`,
}

// Rows iterates over a result. Close it, or read it to the end.
type Rows struct {
	c   cursor
	err error
}

// Next moves to the next row; false at the end or on an error.
func (r *Rows) Next() bool {
	if r.c == nil || r.err != nil {
		return false
	}
	if r.c.next() {
		return true
	}
	_ = r.Close() // the error stays in r.err
	return false
}

// Scan copies the row's columns into pointers to int, int64, bool, string, []byte, or a type with SetInt64(int64). NULL
// becomes the zero value.
func (r *Rows) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if err := r.c.scan(dest); err != nil {
		r.err = err
		return err
	}
	return nil
}

// Err returns the error that ended the iteration.
func (r *Rows) Err() error { return r.err }

// Close ends the iteration early; it may be called again.
func (r *Rows) Close() error {
	if r.c != nil {
		if err := r.c.close(); err != nil && r.err == nil {
			r.err = err
		}
		r.c = nil
	}
	return r.err
}

// Row is a result of which the first row is wanted.
type Row struct{ rows *Rows }

// Scan copies the first row; [ErrNoRows] if there is none.
func (r Row) Scan(dest ...any) error {
	if r.rows.Next() {
		if err := r.rows.Scan(dest...); err != nil {
			_ = r.rows.Close()
			return err
		}
		return r.rows.Close()
	}
	if err := r.rows.Err(); err != nil {
		return err
	}
	return ErrNoRows
}

// All collects every row of a statement through scan. The slice is never nil.
func All[T any](tx *Tx, scan func(*Rows) (T, error), q string, args ...any) ([]T, error) {
	rows := tx.Query(q, args...)
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			_ = rows.Close()
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// One returns the first row of a statement through scan; [ErrNoRows] if there is none.
func One[T any](tx *Tx, scan func(*Rows) (T, error), q string, args ...any) (T, error) {
	rows := tx.Query(q, args...)
	var zero T
	if rows.Next() {
		v, err := scan(rows)
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
		return v, err
	}
	if err := rows.Err(); err != nil {
		return zero, err
	}
	return zero, ErrNoRows
}

// Column collects the first column of every row.
func Column[T any](tx *Tx, q string, args ...any) ([]T, error) {
	return All(tx, func(r *Rows) (T, error) {
		var v T
		err := r.Scan(&v)
		return v, err
	}, q, args...)
}
