package e2e

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
)

// watcher looks at the whole database of a server, to see that nothing changed.
type watcher struct {
	t      testing.TB
	db     *db.DB
	tables map[string]string // name → statement that reads its rows as one text each
}

// unwatched are tables that change by themselves or record refusals: the trail, the search index that follows the log, and when and
// from where sessions were used.
var unwatched = []string{"audit_", "session", "known_origin", "node", "job", "schema_", "db_", "search_"}

// watch opens the server's database beside it.
func (s *server) watch() *watcher {
	s.t.Helper()
	w := &watcher{t: s.t, db: s.open(), tables: map[string]string{}}
	s.t.Cleanup(func() { _ = w.db.Close() })
	columns := `SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`
	if w.db.Engine() == db.Postgres {
		columns = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	w.read(func(tx *db.Tx) error {
		all, err := db.Column[string](tx, columns)
		for _, name := range all {
			table, column, _ := strings.Cut(name, ".")
			if strings.HasPrefix(table, "sqlite_") || slices.ContainsFunc(unwatched, func(p string) bool { return strings.HasPrefix(table, p) }) {
				continue
			}
			part := `coalesce(hex(` + column + `), '-')`
			if w.db.Engine() == db.Postgres {
				part = `coalesce(` + column + `::text, '-')`
			}
			if before := w.tables[table]; before != "" {
				part = before + ` || '|' || ` + part
			}
			w.tables[table] = part
		}
		return err
	})
	if len(w.tables) < 10 {
		s.t.Fatalf("only %d tables to watch", len(w.tables))
	}
	return w
}

func (w *watcher) read(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// snapshot is the state of every watched table.
func (w *watcher) snapshot() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	w.read(func(tx *db.Tx) error {
		for table, columns := range w.tables {
			rows, err := db.Column[string](tx, `SELECT `+columns+` FROM `+table)
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			slices.Sort(rows)
			out[table] = fmt.Sprintf("%d rows, %x", len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
		}
		return nil
	})
	return out
}

// changed names the tables in which two snapshots differ.
func changed(before, after map[string]string) (tables []string) {
	for table := range after {
		if before[table] != after[table] {
			tables = append(tables, table)
		}
	}
	slices.Sort(tables)
	return tables
}
