package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"modernc.org/sqlite"
)

// sqliteConn is one connection with its prepared statements. It belongs to one goroutine at a time.
type sqliteConn struct {
	conn  driver.Conn
	stmts map[string]driver.Stmt
	named []driver.NamedValue // reused for arguments
}

// maxStatements bounds the prepared statements of a connection; statement texts are few, lists of differing length aside.
const maxStatements = 512

func openSQLiteConn(path string, cacheKB int, readOnly bool) (*sqliteConn, error) {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(5000)")
	q.Add("_pragma", "synchronous(FULL)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "temp_store(MEMORY)")
	q.Add("_pragma", fmt.Sprintf("cache_size(-%d)", cacheKB))
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	conn, err := (&sqlite.Driver{}).Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, stmts: map[string]driver.Stmt{}}, nil
}

func (c *sqliteConn) close() error {
	for _, s := range c.stmts {
		_ = s.Close() // closing the connection reports what matters
	}
	return c.conn.Close()
}

func (c *sqliteConn) prepare(q string) (driver.Stmt, error) {
	if s, ok := c.stmts[q]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		for text, s := range c.stmts { // any one: hot texts come back at once
			_ = s.Close()
			delete(c.stmts, text)
			break
		}
	}
	s, err := c.conn.Prepare(unnumbered(q))
	if err != nil {
		return nil, fmt.Errorf("prepare %.120q: %w", q, err)
	}
	c.stmts[q] = s
	return s, nil
}

// unnumbered writes ? for each ?n that is one more than the largest before it, as which SQLite counts a bare one. A numbered placeholder has a name for the
// driver, which looks through all names for each value: 600 values took a third of the time of posting.
func unnumbered(q string) string {
	b := make([]byte, 0, len(q))
	largest := 0
	for i := 0; i < len(q); {
		b = append(b, q[i])
		if i++; q[i-1] != '?' {
			continue
		}
		end := i
		for end < len(q) && '0' <= q[end] && q[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(q[i:end])
		if err != nil || n != largest+1 {
			b = append(b, q[i:end]...)
		}
		largest = max(largest, n)
		i = end
	}
	return string(b)
}

func (c *sqliteConn) arguments(args []any) ([]driver.NamedValue, error) {
	c.named = c.named[:0]
	for i, a := range args {
		v, err := plain(a)
		if err != nil {
			return nil, err
		}
		c.named = append(c.named, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.named, nil
}

func (c *sqliteConn) exec(ctx context.Context, q string, args []any) (int64, error) {
	s, err := c.prepare(q)
	if err != nil {
		return 0, err
	}
	named, err := c.arguments(args)
	if err != nil {
		return 0, err
	}
	res, err := s.(driver.StmtExecContext).ExecContext(ctx, named)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// script runs several statements without arguments.
func (c *sqliteConn) script(ctx context.Context, text string) error {
	_, err := c.conn.(driver.ExecerContext).ExecContext(ctx, text, nil)
	return err
}

func (c *sqliteConn) query(ctx context.Context, q string, args []any) (cursor, error) {
	s, err := c.prepare(q)
	if err != nil {
		return nil, err
	}
	named, err := c.arguments(args)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, named)
	if err != nil {
		return nil, err
	}
	return &sqliteCursor{rows: rows, ctx: ctx, row: make([]driver.Value, len(rows.Columns()))}, nil
}

type sqliteCursor struct {
	rows driver.Rows
	ctx  context.Context
	row  []driver.Value
	err  error
}

func (c *sqliteCursor) next() bool {
	if err := c.ctx.Err(); err != nil {
		c.err = err
		return false
	}
	if err := c.rows.Next(c.row); err != nil {
		if !errors.Is(err, io.EOF) {
			c.err = err
		}
		return false
	}
	return true
}

func (c *sqliteCursor) scan(dest []any) error {
	if len(dest) != len(c.row) {
		return fmt.Errorf("db: %d columns into %d variables", len(c.row), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, c.row[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *sqliteCursor) close() error {
	if err := c.rows.Close(); c.err == nil {
		c.err = err
	}
	return c.err
}
