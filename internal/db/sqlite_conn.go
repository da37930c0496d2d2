package db

import (
	"context"
	"fmt"
)

// sqliteConn is one connection with its prepared statements. It belongs to one goroutine at a time.
type sqliteConn struct {
	*sqliteLib
	stmts map[string]*sqliteStmt
}

// maxStatements bounds the prepared statements of a connection; statement texts are few, lists of differing length aside.
const maxStatements = 512

func openSQLiteConn(path string, cacheKB int, readOnly bool) (*sqliteConn, error) {
	lib, err := openSQLiteLib(path)
	if err != nil {
		return nil, err
	}
	c := &sqliteConn{sqliteLib: lib, stmts: map[string]*sqliteStmt{}}
	settings := fmt.Sprintf(`PRAGMA busy_timeout=5000; PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%d`, cacheKB)
	if readOnly {
		settings += "; PRAGMA query_only=1"
	}
	if err := c.script(settings); err != nil {
		_ = c.close()
		return nil, err
	}
	return c, nil
}

func (c *sqliteConn) close() error {
	for _, s := range c.stmts {
		s.close()
	}
	return c.sqliteLib.close()
}

// statement returns the statement of a text, with its arguments.
func (c *sqliteConn) statement(q string, args []any) (*sqliteStmt, error) {
	s, ok := c.stmts[q]
	if !ok {
		if len(c.stmts) >= maxStatements {
			c.forget()
		}
		var err error
		if s, err = c.prepare(q); err != nil {
			return nil, fmt.Errorf("prepare %.120q: %w", q, err)
		}
		c.stmts[q] = s
	}
	if err := s.bind(args); err != nil {
		return nil, err
	}
	return s, nil
}

// forget closes a statement that is not in use, any one: hot texts come back at once.
func (c *sqliteConn) forget() {
	for text, s := range c.stmts {
		if !s.inUse {
			s.close()
			delete(c.stmts, text)
			return
		}
	}
}

func (c *sqliteConn) exec(_ context.Context, q string, args []any) (int64, error) {
	s, err := c.statement(q, args)
	if err != nil {
		return 0, err
	}
	defer s.reset()
	for more := true; more; {
		if more, err = s.step(); err != nil {
			return 0, err
		}
	}
	return c.changes(), nil
}

func (c *sqliteConn) query(ctx context.Context, q string, args []any) (cursor, error) {
	s, err := c.statement(q, args)
	if err != nil {
		return nil, err
	}
	return &sqliteCursor{stmt: s, ctx: ctx}, nil
}

type sqliteCursor struct {
	stmt *sqliteStmt
	ctx  context.Context
	err  error
}

func (c *sqliteCursor) next() (row bool) {
	if c.err = c.ctx.Err(); c.err == nil {
		row, c.err = c.stmt.step()
	}
	return row
}

func (c *sqliteCursor) scan(dest []any) error {
	if len(dest) != c.stmt.columns {
		return fmt.Errorf("db: %d columns into %d variables", c.stmt.columns, len(dest))
	}
	for i, d := range dest {
		if err := c.stmt.column(i, d); err != nil {
			return err
		}
	}
	return nil
}

func (c *sqliteCursor) close() error {
	c.stmt.reset()
	return c.err
}
