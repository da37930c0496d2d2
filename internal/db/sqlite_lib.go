package db

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteError is a result code of SQLite, in its extended form, with its message.
type sqliteError struct {
	code int32
	text string
}

func (e *sqliteError) Error() string { return fmt.Sprintf("%s (%d)", e.text, e.code) }

// resultCode returns SQLite's extended code of an error, 0 of others.
func resultCode(err error) int32 {
	var e *sqliteError
	if errors.As(err, &e) {
		return e.code
	}
	return sqlite3.SQLITE_OK
}

// sqliteLib is a connection as SQLite's C interface gives it (https://sqlite.org/c3ref/intro.html): nothing of a general driver is between its values
// and ours. One goroutine at a time uses it, therefore it locks nothing.
type sqliteLib struct {
	tls *libc.TLS
	db  uintptr // sqlite3*
}

const openFlags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE | sqlite3.SQLITE_OPEN_NOMUTEX | sqlite3.SQLITE_OPEN_EXRESCODE

func openSQLiteLib(path string) (*sqliteLib, error) {
	sqlite3.PatchIssue199() // of the library, on one kind of machine
	l := &sqliteLib{tls: libc.NewTLS()}
	name, err := libc.CString(path)
	if err != nil {
		l.tls.Close()
		return nil, err
	}
	defer libc.Xfree(l.tls, name)
	out := l.tls.Alloc(pointerSize)
	defer l.tls.Free(pointerSize)
	code := sqlite3.Xsqlite3_open_v2(l.tls, name, out, openFlags, 0)
	l.db = *(*uintptr)(pointer(out))
	if code != sqlite3.SQLITE_OK {
		return nil, errors.Join(l.failed(code), l.close())
	}
	return l, nil
}

const pointerSize = int(unsafe.Sizeof(uintptr(0)))

// pointer makes an address of SQLite's memory, which Go's collector does not move or free, one that Go reads.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// memory is n bytes of SQLite's memory.
func memory(address uintptr, n int) []byte { return unsafe.Slice((*byte)(pointer(address)), n) }

func addressOf(b *byte) uintptr { return uintptr(unsafe.Pointer(b)) }

// failed is the error of a call that returned code.
func (l *sqliteLib) failed(code int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(l.tls, code))
	if l.db != 0 && sqlite3.Xsqlite3_extended_errcode(l.tls, l.db)&0xff == code&0xff {
		if more := libc.GoString(sqlite3.Xsqlite3_errmsg(l.tls, l.db)); more != text {
			text += ": " + more
		}
	}
	return &sqliteError{code, text}
}

// script runs statements without arguments.
func (l *sqliteLib) script(text string) error {
	p, err := libc.CString(text)
	if err != nil {
		return err
	}
	defer libc.Xfree(l.tls, p)
	if code := sqlite3.Xsqlite3_exec(l.tls, l.db, p, 0, 0, 0); code != sqlite3.SQLITE_OK {
		return l.failed(code)
	}
	return nil
}

// pagesWritten returns how many pages were written since the last call.
func (l *sqliteLib) pagesWritten() int64 {
	out := l.tls.Alloc(8)
	defer l.tls.Free(8)
	if sqlite3.Xsqlite3_db_status(l.tls, l.db, sqlite3.SQLITE_DBSTATUS_CACHE_WRITE, out, out+4, 1) != sqlite3.SQLITE_OK {
		return 1 // not known: the count decides only when
	}
	return int64(*(*int32)(pointer(out)))
}

// changes returns how many rows the last statement that could change any has changed.
func (l *sqliteLib) changes() int64 { return int64(sqlite3.Xsqlite3_changes64(l.tls, l.db)) }

// interruptPause is how long an interrupt has to meet a running statement: one that comes between two statements is forgotten.
const interruptPause = 5 * time.Millisecond

// during interrupts what runs once ctx has ended, until the function that it returns is called.
func (l *sqliteLib) during(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(ended)
		for {
			sqlite3.Xsqlite3_interrupt(l.tls, l.db)
			select {
			case <-quit:
				return
			case <-time.After(interruptPause):
			}
		}
	})
	return func() {
		if !cancel() {
			close(quit)
			<-ended
		}
	}
}

// close ends the connection; its statements must have been closed.
func (l *sqliteLib) close() error {
	var err error
	if code := sqlite3.Xsqlite3_close_v2(l.tls, l.db); code != sqlite3.SQLITE_OK {
		err = l.failed(code)
	}
	l.db = 0
	l.tls.Close()
	return err
}
