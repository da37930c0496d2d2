package db

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/xinshu-im/xinshu"
)

// Backup writes everything that was committed before the call, and nothing that was committed after some moment during it, as
// entries of a tar archive below "db/". Writers are not held up. scratch is a folder on a disk with room for a copy of the
// data; only SQLite uses it.
func (d *DB) Backup(ctx context.Context, scratch string, w *tar.Writer) error {
	if d.engine == SQLite {
		return d.backupSQLite(ctx, scratch, w)
	}
	return d.backupPostgres(ctx, scratch, w)
}

// sqliteEntry is the archive's entry that holds the SQLite database.
const sqliteEntry = "db/xinshu.db"

// positionEntry holds the horizon of a PostgreSQL backup.
const positionEntry = "db/position"

// tablePrefix begins the entries of PostgreSQL tables, in PostgreSQL's binary COPY format.
const tablePrefix = "db/table/"

func (d *DB) backupSQLite(ctx context.Context, scratch string, w *tar.Writer) error {
	dir, err := os.MkdirTemp(scratch, "backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "xinshu.db")
	conn, err := openSQLiteConn(d.core.(*sqliteCore).path, 4096, false)
	if err != nil {
		return err
	}
	stop := conn.during(ctx)
	_, err = conn.exec(ctx, "VACUUM INTO ?1", []any{copied}) // reads one snapshot; the writer goes on
	stop()
	if err = errors.Join(err, conn.close()); err != nil {
		return outside(err)
	}
	return addFile(w, sqliteEntry, copied)
}

func (d *DB) backupPostgres(ctx context.Context, scratch string, w *tar.Writer) error {
	pool := d.core.(*postgresCore).pool
	return outside(pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		tables, err := tableOrder(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if err := copyOut(ctx, tx, t, scratch, w); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		var horizon int64
		if err := tx.QueryRow(ctx, horizonSQL[Postgres]).Scan(&horizon); err != nil {
			return err
		}
		text := fmt.Sprint(horizon)
		if err := w.WriteHeader(&tar.Header{Name: positionEntry, Mode: 0o600, Size: int64(len(text))}); err != nil {
			return err
		}
		_, err = io.WriteString(w, text)
		return err
	}))
}

// copyOut writes one table through a scratch file, because a tar entry begins with its size.
func copyOut(ctx context.Context, tx pgx.Tx, table, scratch string, w *tar.Writer) error {
	f, err := os.CreateTemp(scratch, "backup-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	_, err = tx.Conn().PgConn().CopyTo(ctx, f, "COPY "+pgx.Identifier{table}.Sanitize()+" TO STDOUT (FORMAT binary)")
	if err != nil {
		return err
	}
	return addFile(w, tablePrefix+table, f.Name())
}

func addFile(w *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// tableOrder lists the schema's tables so that each comes after those that it refers to.
func tableOrder(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT c.relname, coalesce((SELECT string_agg(r.relname::text, ',') FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
		WHERE k.conrelid = c.oid AND k.contype = 'f' AND r.oid <> c.oid), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	var names []string
	for rows.Next() {
		var name, refs string
		if err := rows.Scan(&name, &refs); err != nil {
			return nil, err
		}
		names = append(names, name)
		if refs != "" {
			needs[name] = strings.Split(refs, ",")
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var order []string
	for len(order) < len(names) {
		before := len(order)
		for _, n := range names {
			if !slices.Contains(order, n) && !slices.ContainsFunc(needs[n], func(r string) bool { return !slices.Contains(order, r) }) {
				order = append(order, n)
			}
		}
		if len(order) == before {
			return nil, errors.New("tables refer to each other in a circle")
		}
	}
	return order, nil
}

// Restorer puts the entries of a backup into an empty database.
type Restorer struct {
	url   string
	steps []Migration
	db    *DB // PostgreSQL only
	ctx   context.Context
}

// NewRestorer prepares an empty database at url; one that holds data is [xinshu.Conflict]. steps are the program's migrations.
func NewRestorer(ctx context.Context, url string, steps []Migration) (*Restorer, error) {
	r := &Restorer{url: url, steps: steps, ctx: ctx}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(path); err == nil {
			return nil, errNotEmpty
		}
		return r, os.MkdirAll(filepath.Dir(path), 0o700)
	}
	d, err := Open(ctx, Options{URL: url})
	if err != nil {
		return nil, err
	}
	r.db = d
	var tables int
	err = d.Read(ctx, func(tx *Tx) error {
		return tx.Row(`SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> 'db_position'`).Scan(&tables)
	})
	if err == nil && tables > 0 {
		err = errNotEmpty
	}
	if err == nil {
		err = d.Migrate(ctx, steps)
	}
	if err == nil {
		err = d.Write(ctx, func(tx *Tx) error {
			names, err := tableOrder(ctx, tx.run.(*pgRunner).tx)
			if err != nil {
				return err
			}
			slices.Reverse(names)
			for _, n := range names { // rows that migrations made come back from the backup
				if _, err := tx.Exec("DELETE FROM " + pgx.Identifier{n}.Sanitize()); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return r, nil
}

var errNotEmpty = xinshu.Errorf(xinshu.Conflict, "The target is not empty. A backup is restored into an empty place only.")

// Entry restores one entry; names that no backup of this engine has are [xinshu.Invalid].
func (r *Restorer) Entry(name string, content io.Reader) error {
	if r.db == nil {
		if name != sqliteEntry {
			return errForeignEntry
		}
		f, err := os.OpenFile(strings.TrimPrefix(r.url, "sqlite:"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		if err == nil {
			err = f.Sync()
		}
		return errors.Join(err, f.Close())
	}
	if name == positionEntry {
		text, err := io.ReadAll(io.LimitReader(content, 32))
		if err != nil {
			return err
		}
		var horizon int64
		if _, err := fmt.Sscan(string(text), &horizon); err != nil {
			return errForeignEntry.Because(err)
		}
		// Positions go on above those of the backup, whatever numbers the new server gives its transactions.
		return r.db.Write(r.ctx, func(tx *Tx) error {
			_, err := tx.Exec(`UPDATE db_position SET pos = ?1`, horizon)
			return err
		})
	}
	table, ok := strings.CutPrefix(name, tablePrefix)
	if !ok {
		return errForeignEntry
	}
	return r.db.Write(r.ctx, func(tx *Tx) error {
		conn := tx.run.(*pgRunner).tx.Conn().PgConn()
		_, err := conn.CopyFrom(r.ctx, content, "COPY "+pgx.Identifier{table}.Sanitize()+" FROM STDIN (FORMAT binary)")
		return err
	})
}

var errForeignEntry = xinshu.Errorf(xinshu.Invalid, "The backup was made with another database engine, or is no backup.")

// Close ends the restoring.
func (r *Restorer) Close() error {
	if r.db == nil {
		return nil
	}
	return r.db.Close()
}

// Check asks the engine whether its files are sound; PostgreSQL keeps checksums of its own.
func (d *DB) Check(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	return d.Read(ctx, func(tx *Tx) error {
		var result string
		if err := tx.Row("PRAGMA integrity_check(1)").Scan(&result); err != nil {
			return err
		}
		if result != "ok" {
			return fmt.Errorf("the database file is damaged: %s", result)
		}
		return nil
	})
}
