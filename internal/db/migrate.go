package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
)

// Migration is one step of the schema. Steps are numbered over all domains and never change once released.
type Migration struct {
	Name string // "0003_conversation.sql"
	Text string
}

// Migrations reads the *.sql files of a domain's embedded folder.
func Migrations(fsys fs.FS) ([]Migration, error) {
	names, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	out := make([]Migration, 0, len(names))
	for _, n := range names {
		text, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, err
		}
		out = append(out, Migration{Name: path.Base(n), Text: string(text)})
	}
	return out, nil
}

// Migrate applies the steps that the database has not seen, in the order of their names, each in one transaction together with
// its record. It refuses a database that has seen steps which this program does not know, or other texts under the same name.
func (d *DB) Migrate(ctx context.Context, steps []Migration) error {
	steps = slices.Clone(steps)
	slices.SortFunc(steps, func(a, b Migration) int { return strings.Compare(a.Name, b.Name) })
	err := d.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`CREATE TABLE IF NOT EXISTS db_migration (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL)`)
		return err
	})
	if err != nil {
		return fmt.Errorf("migration table: %w", err)
	}
	done := map[string]string{}
	err = d.Read(ctx, func(tx *Tx) error {
		rows := tx.Query(`SELECT name, hash FROM db_migration`)
		for rows.Next() {
			var name, hash string
			if err := rows.Scan(&name, &hash); err != nil {
				return err
			}
			done[name] = hash
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	known := map[string]bool{}
	for _, s := range steps {
		known[s.Name] = true
		sum := sha256.Sum256([]byte(s.Text))
		hash := hex.EncodeToString(sum[:])
		if old, ok := done[s.Name]; ok {
			if old != hash {
				return fmt.Errorf("migration %s differs from the one that this database has seen", s.Name)
			}
			continue
		}
		err := d.Write(ctx, func(tx *Tx) error {
			if err := tx.script(dialect(d.engine, s.Text)); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO db_migration (name, hash) VALUES (?1, ?2)`, s.Name, hash)
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %s: %w", s.Name, err)
		}
	}
	for name := range done {
		if !known[name] {
			return xinshu.Errorf(xinshu.Conflict, "The database was used by a newer version of this program (step %s).", name)
		}
	}
	return nil
}

// script runs several statements without arguments.
func (tx *Tx) script(text string) error {
	switch r := tx.run.(type) {
	case *sqliteConn:
		return r.script(text)
	case *pgRunner:
		_, err := r.tx.Conn().PgConn().Exec(tx.ctx, text).ReadAll()
		return err
	}
	return fmt.Errorf("db: no scripts on %T", tx.run)
}
