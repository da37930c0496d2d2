package db

import (
	"errors"
	"fmt"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteStmt is a prepared statement. It is in use from bind to reset, by one result at a time.
type sqliteStmt struct {
	lib     *sqliteLib
	stmt    uintptr // sqlite3_stmt*
	params  int
	columns int
	values  []byte // SQLite's memory with the bytes of texts and blobs that are bound
	inUse   bool
}

// keptValues bounds the memory for bound values that an idle statement keeps, in bytes.
const keptValues = 64 << 10

func (l *sqliteLib) prepare(text string) (*sqliteStmt, error) {
	p, err := libc.CString(text)
	if err != nil {
		return nil, err
	}
	defer libc.Xfree(l.tls, p)
	out := l.tls.Alloc(2 * pointerSize)
	defer l.tls.Free(2 * pointerSize)
	tail := out + uintptr(pointerSize)
	if code := sqlite3.Xsqlite3_prepare_v3(l.tls, l.db, p, -1, sqlite3.SQLITE_PREPARE_PERSISTENT, out, tail); code != sqlite3.SQLITE_OK {
		return nil, l.failed(code)
	}
	s := &sqliteStmt{lib: l, stmt: *(*uintptr)(pointer(out))}
	if rest := *(*uintptr)(pointer(tail)); s.stmt == 0 || rest < p+uintptr(len(text)) {
		sqlite3.Xsqlite3_finalize(l.tls, s.stmt)
		return nil, errors.New("db: not one statement")
	}
	s.params = int(sqlite3.Xsqlite3_bind_parameter_count(l.tls, s.stmt))
	s.columns = int(sqlite3.Xsqlite3_column_count(l.tls, s.stmt))
	return s, nil
}

// bind sets all arguments. Texts and blobs lie in one piece of SQLite's memory, which the statement reuses.
func (s *sqliteStmt) bind(args []any) error {
	if s.inUse {
		return errors.New("db: the statement is in use: its rows were not closed")
	}
	if len(args) != s.params {
		return fmt.Errorf("db: %d arguments for %d placeholders", len(args), s.params)
	}
	s.inUse = true
	if err := s.set(args); err != nil {
		s.reset()
		return err
	}
	return nil
}

func (s *sqliteStmt) set(args []any) error {
	size := 0
	for _, a := range args {
		switch v := a.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		}
	}
	if size > len(s.values) {
		s.free()
		p := libc.Xmalloc(s.lib.tls, types.Size_t(size))
		if p == 0 {
			return errRetry
		}
		s.values = memory(p, size)
	}
	at := 0
	for i, a := range args {
		code, n, err := s.bindOne(int32(i+1), a, at)
		if err != nil {
			return err
		}
		if code != sqlite3.SQLITE_OK {
			return s.lib.failed(code)
		}
		at += n
	}
	return nil
}

// bindOne sets an argument and returns how many bytes of values it took, from at on.
func (s *sqliteStmt) bindOne(i int32, a any, at int) (code int32, n int, err error) {
	tls := s.lib.tls
	switch v := a.(type) {
	case string:
		n = copy(s.values[at:], v)
		return sqlite3.Xsqlite3_bind_text(tls, s.stmt, i, s.address(at), int32(n), sqlite3.SQLITE_STATIC), n, nil
	case []byte:
		if v == nil {
			return sqlite3.Xsqlite3_bind_null(tls, s.stmt, i), 0, nil
		}
		n = copy(s.values[at:], v)
		return sqlite3.Xsqlite3_bind_blob(tls, s.stmt, i, s.address(at), int32(n), sqlite3.SQLITE_STATIC), n, nil
	case int64:
		return sqlite3.Xsqlite3_bind_int64(tls, s.stmt, i, v), 0, nil
	}
	p, err := plain(a)
	if err != nil {
		return 0, 0, err
	}
	switch v := p.(type) {
	case int64:
		code = sqlite3.Xsqlite3_bind_int64(tls, s.stmt, i, v)
	case float64:
		code = sqlite3.Xsqlite3_bind_double(tls, s.stmt, i, v)
	default:
		code = sqlite3.Xsqlite3_bind_null(tls, s.stmt, i)
	}
	return code, 0, nil
}

// nothing is where a value of no bytes lies; SQLite takes no address for NULL.
var nothing = func() uintptr { return libc.Xmalloc(nil, 1) }()

func (s *sqliteStmt) address(at int) uintptr {
	if at >= len(s.values) {
		return nothing
	}
	return addressOf(&s.values[at])
}

// step runs to the next row, or to the end.
func (s *sqliteStmt) step() (row bool, err error) {
	switch code := sqlite3.Xsqlite3_step(s.lib.tls, s.stmt); code {
	case sqlite3.SQLITE_ROW:
		return true, nil
	case sqlite3.SQLITE_DONE:
		return false, nil
	default:
		return false, s.lib.failed(code)
	}
}

// column copies a value of the row into dest, which is one of those that [Rows.Scan] names.
func (s *sqliteStmt) column(i int, dest any) error {
	tls, at := s.lib.tls, int32(i)
	kind := sqlite3.Xsqlite3_column_type(tls, s.stmt, at)
	switch d := dest.(type) {
	case *string:
		if kind != sqlite3.SQLITE_NULL {
			if kind != sqlite3.SQLITE_TEXT && kind != sqlite3.SQLITE_BLOB {
				return mismatch(kind, dest)
			}
			*d = string(s.bytes(at))
			return nil
		}
		*d = ""
	case *[]byte:
		if kind != sqlite3.SQLITE_NULL {
			if kind != sqlite3.SQLITE_TEXT && kind != sqlite3.SQLITE_BLOB {
				return mismatch(kind, dest)
			}
			*d = append([]byte(nil), s.bytes(at)...)
			return nil
		}
		*d = nil
	case *float64:
		if kind == sqlite3.SQLITE_TEXT || kind == sqlite3.SQLITE_BLOB {
			return mismatch(kind, dest)
		}
		*d = sqlite3.Xsqlite3_column_double(tls, s.stmt, at) // NULL is 0
	default:
		if kind != sqlite3.SQLITE_INTEGER && kind != sqlite3.SQLITE_NULL {
			return mismatch(kind, dest)
		}
		v := sqlite3.Xsqlite3_column_int64(tls, s.stmt, at) // NULL is 0
		switch d := dest.(type) {
		case *int64:
			*d = v
		case *int:
			*d = int(v)
		case *bool:
			*d = v != 0
		case int64setter:
			d.SetInt64(v)
		default:
			return fmt.Errorf("db: cannot scan into %T", dest)
		}
	}
	return nil
}

func mismatch(kind int32, dest any) error {
	name := map[int32]string{sqlite3.SQLITE_INTEGER: "integer", sqlite3.SQLITE_FLOAT: "real", sqlite3.SQLITE_TEXT: "text", sqlite3.SQLITE_BLOB: "blob"}[kind]
	return fmt.Errorf("db: %s into %T", name, dest)
}

// bytes is the value as it lies in SQLite's memory, until the next step.
func (s *sqliteStmt) bytes(at int32) []byte {
	p := sqlite3.Xsqlite3_column_blob(s.lib.tls, s.stmt, at) // of a text too: every text is UTF-8 here
	if p == 0 {
		return nil
	}
	return memory(p, int(sqlite3.Xsqlite3_column_bytes(s.lib.tls, s.stmt, at)))
}

// reset ends the use of the statement. What made a step fail was reported by it.
func (s *sqliteStmt) reset() {
	sqlite3.Xsqlite3_reset(s.lib.tls, s.stmt)
	s.inUse = false
	if len(s.values) > keptValues {
		sqlite3.Xsqlite3_clear_bindings(s.lib.tls, s.stmt)
		s.free()
	}
}

func (s *sqliteStmt) free() {
	if len(s.values) > 0 {
		libc.Xfree(s.lib.tls, addressOf(&s.values[0]))
		s.values = nil
	}
}

func (s *sqliteStmt) close() {
	sqlite3.Xsqlite3_finalize(s.lib.tls, s.stmt) // reports what the last step did
	s.free()
}
