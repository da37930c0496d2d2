package search

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

//go:embed index/*.sql
var sqliteIndex embed.FS

// sqliteCacheKB is the page cache of the index's writer; the store has its own. Merges read pages once.
const sqliteCacheKB = 16 << 10

// fts is the index in a file of its own.
type fts struct {
	file string
	db   *db.DB
	x    *indexer // apply's
	// turn lets one apply or reset work at a time; holds one.
	turn chan struct{}
}

// openSQLite opens the file, or makes it anew if it is missing, broken or of another schema.
func openSQLite(ctx context.Context, file string, log *slog.Logger) (*fts, error) {
	f := &fts{file: file, x: newIndexer(), turn: make(chan struct{}, 1)}
	err := f.open(ctx)
	if err == nil || ctx.Err() != nil || xinshu.CodeOf(err) == xinshu.DiskFull {
		return f, err
	}
	log.Warn("the search index cannot be used and is made anew", "file", file, "error", err)
	if err := f.remove(); err != nil {
		return nil, err
	}
	return f, f.open(ctx)
}

func (f *fts) open(ctx context.Context) error {
	d, err := db.Open(ctx, db.Options{URL: "sqlite:" + f.file, CacheKB: sqliteCacheKB})
	if err != nil {
		return err
	}
	if err := f.prepare(ctx, d); err != nil {
		return errors.Join(err, d.Close())
	}
	f.db = d
	return nil
}

// prepare brings an empty file to the schema and checks that a used one answers.
func (f *fts) prepare(ctx context.Context, d *db.DB) error {
	script, err := fs.ReadFile(sqliteIndex, "index/0001_index.sql")
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx, []db.Migration{{Name: "0001_index.sql", Text: string(script)}}); err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		var n int64
		if err := tx.Row(`SELECT count(*) FROM search_state`).Scan(&n); err != nil || n == 1 {
			return err
		}
		return initState(tx)
	})
}

func (f *fts) remove() error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(f.file + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *fts) close() error { return f.db.Close() }

// reset empties the tables in place: readers go on.
func (f *fts) reset(ctx context.Context) error {
	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	return f.db.Write(ctx, func(tx *db.Tx) error {
		for _, q := range []string{`INSERT INTO search_text (search_text) VALUES ('delete-all')`, `DELETE FROM search_message`, `DELETE FROM search_word`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return initState(tx)
	})
}

func (f *fts) state(ctx context.Context) (st state, err error) {
	err = f.db.Read(ctx, func(tx *db.Tx) error { return tx.Row(stateSelect).Scan(stateFields(&st)...) })
	return st, err
}

// dayBits is the room for one day's messages in an id: 134 million, 1,500 per second around the clock.
const dayBits = 27

const dayMillis = 24 * 60 * 60 * 1000

func dayOf(at xinshu.Millis) int64 { return max(0, int64(at)/dayMillis) << dayBits }

func (f *fts) apply(ctx context.Context, from, to message.TailCursor, docs []document) (moved bool, err error) {
	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	slices.SortStableFunc(docs, func(a, b document) int { return cmp.Compare(a.sentAt, b.sentAt) })
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		if moved, err = moveCursor(tx, from, to); err != nil || !moved {
			return err
		}
		known, err := f.known(tx, docs)
		if err != nil {
			return err
		}
		if err := f.takeOut(tx, known); err != nil {
			return err
		}
		return f.putIn(tx, docs)
	})
	return moved, err
}

// known returns the ids of those documents that are in the index.
func (f *fts) known(tx *db.Tx, docs []document) (ids []int64, err error) {
	err = db.EachChunk(docs, nil, func(n int, args []any) error {
		found, err := db.Column[int64](tx, db.Pairs("k(c, s)", 1, n, 2)+`SELECT d.id FROM k JOIN search_message d ON d.conversation_id = k.c AND d.seq = k.s`, args...)
		ids = append(ids, found...)
		return err
	}, func(d document) []any { return []any{d.Conversation, d.Seq} })
	slices.Sort(ids) // FTS5 writes a segment whenever ids go back
	return ids, err
}

func (f *fts) takeOut(tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if _, err := tx.Exec(`DELETE FROM search_text WHERE rowid = ?1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM search_message WHERE id = ?1`, id); err != nil {
			return err
		}
	}
	return nil
}

// putIn adds documents, which are in the order of sentAt.
func (f *fts) putIn(tx *db.Tx, docs []document) error {
	clear(f.x.words)
	next := int64(-1)
	for i := range docs {
		d := &docs[i]
		if d.text == "" {
			continue
		}
		if day := dayOf(d.sentAt); next>>dayBits != day>>dayBits {
			err := tx.Row(`SELECT coalesce(max(id), ?1 - 1) + 1 FROM search_message WHERE id >= ?1 AND id < ?2`, day, day+1<<dayBits).Scan(&next)
			if err != nil {
				return err
			}
		}
		stream, tags := f.x.index(d)
		if _, err := tx.Exec(`INSERT INTO search_text (rowid, stream, tags) VALUES (?1, ?2, ?3)`, next, string(stream), string(tags)); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO search_message (id, conversation_id, seq) VALUES (?1, ?2, ?3)`, next, d.Conversation, d.Seq); err != nil {
			return err
		}
		next++
	}
	words := make([][]any, 0, len(f.x.words))
	for w := range f.x.words {
		words = append(words, []any{w})
	}
	slices.SortFunc(words, func(a, b []any) int { return strings.Compare(a[0].(string), b[0].(string)) })
	_, err := db.Insert(tx, `INSERT INTO search_word (word)`, words, ` ON CONFLICT (word) DO NOTHING`)
	return err
}
