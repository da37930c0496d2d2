package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/xinshu-im/xinshu"
)

// IsUnique says whether err is a violation of a unique index or primary key. On PostgreSQL the transaction is lost with it;
// prefer ON CONFLICT.
func IsUnique(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return true
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "23505"
}

// outside maps an engine's failure that callers can do something about to its stable code.
func outside(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var known *xinshu.Error
	if errors.As(err, &known) {
		return err
	}
	switch resultCode(err) & 0xff { // the primary code
	case sqlite3.SQLITE_FULL:
		return errFull.Because(err)
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY:
		return errRetry.Because(err)
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "53100":
			return errFull.Because(err)
		case pe.Code == "40001", pe.Code == "40P01", pe.Code[:2] == "53", pe.Code[:2] == "57", pe.Code[:2] == "08":
			return errRetry.Because(err)
		}
		return err
	}
	var ce *pgconn.ConnectError
	if errors.As(err, &ce) || pgconn.SafeToRetry(err) {
		return errRetry.Because(err)
	}
	return err
}

var (
	errRetry = xinshu.Errorf(xinshu.Unavailable, "The data store is busy. Please try again.")
	errFull  = xinshu.Errorf(xinshu.DiskFull, "The server's disk is full. Nothing was stored.")
)

// isInterrupt says whether SQLite ended a statement because its caller has gone.
func isInterrupt(err error) bool { return resultCode(err) == sqlite3.SQLITE_INTERRUPT }

// isFsync says whether SQLite could not force data to disk.
func isFsync(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC:
		return true
	}
	return false
}
