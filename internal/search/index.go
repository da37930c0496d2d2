package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/text"
)

// format is the version of what the index holds: tables, terms, blocks. Another one in the index makes it anew.
const format = 2

// tablesStep is the migration that makes the tables of the index on PostgreSQL.
const tablesStep = "migrations/0009_search_segments.sql"

// fileCacheKB is the page cache of the writer of an index in a file; the store has its own.
const fileCacheKB = 16 << 10

// index is where the terms of messages are: in a file of its own beside SQLite, in tables of the store on PostgreSQL.
type index struct {
	db    *db.DB
	file  string // "" on PostgreSQL
	clock xinshu.Clock
	cache rowCache
	// turn lets one apply or reset work at a time; holds one. It guards builder.
	turn    chan struct{}
	builder builder
	// merging lets one merge or reset work at a time; holds one. Taken before turn. It guards checked.
	merging chan struct{}
	checked int64        // when segments were looked through for what is gone
	live    atomic.Int64 // segments, when a merge was last planned
}

// state is what the index knows of itself.
type state struct {
	format int64
	cursor message.TailCursor
	secret []byte // 32 bytes, seals cursors
}

// document is a message on its way into the index; one without a text is only taken out.
type document struct {
	message.Address
	sender  xinshu.PersonID
	sentAt  xinshu.Millis
	text    string
	changed bool // an older state of it may be in the index
}

// query is what an index is asked.
type query struct {
	terms         []text.Term // none: by filters only
	sender        xinshu.PersonID
	conversations []xinshu.ConversationID // at least one: those that the searcher may read
	sentAfter     xinshu.Millis           // at or after; 0: no bound
	sentBefore    xinshu.Millis           // before; 0: no bound
	after         place                   // where the page before ended; zero: at the newest
	deadline      time.Time               // when to stop with what was found
}

// place is where in the results a message stands: by sent_at, conversation, seq; the largest first.
type place [3]int64

// page is what a scan proposes.
type page struct {
	proposals []proposal
	next      place // where the scan stopped
	done      bool  // there is nothing behind next
}

// proposal is a message that may match.
type proposal struct {
	message.Address
	place place
}

// openIndex opens the index of a store. A file is made anew if it is missing, broken or of another schema.
func openIndex(ctx context.Context, opt Options) (*index, error) {
	x := &index{clock: opt.Clock, turn: make(chan struct{}, 1), merging: make(chan struct{}, 1)}
	if opt.DB.Engine() != db.SQLite {
		x.db = opt.DB
		return x, x.init(ctx)
	}
	x.file = opt.File
	err := x.openFile(ctx)
	if err == nil || ctx.Err() != nil || xinshu.CodeOf(err) == xinshu.DiskFull {
		return x, err
	}
	opt.Log.Warn("the search index cannot be used and is made anew", "file", x.file, "error", err)
	if err := x.removeFile(); err != nil {
		return nil, err
	}
	return x, x.openFile(ctx)
}

func (x *index) openFile(ctx context.Context) error {
	script, err := fileTables()
	if err != nil {
		return err
	}
	x.db, err = db.Open(ctx, db.Options{URL: "sqlite:" + x.file, CacheKB: fileCacheKB})
	if err != nil {
		return err
	}
	if err = x.db.Migrate(ctx, []db.Migration{{Name: "0001_index.sql", Text: script}}); err == nil {
		if err = x.init(ctx); err == nil {
			err = x.leftOver(ctx)
		}
	}
	if err != nil {
		return errors.Join(err, x.db.Close())
	}
	return nil
}

// fileTables returns what makes the tables in a file: the migration from its first table on, without what is said to PostgreSQL alone.
func fileTables() (string, error) {
	step, err := fs.ReadFile(migrations, tablesStep)
	if err != nil {
		return "", err
	}
	text := string(step)
	return storage.ReplaceAllString(text[strings.Index(text, "CREATE TABLE"):], ""), nil
}

// storage are the statements about how PostgreSQL packs a column.
var storage = regexp.MustCompile(`(?m)^ALTER TABLE .* SET STORAGE .*\n`)

// leftOver gives up the merge of a process that ended: nobody else uses the file.
func (x *index) leftOver(ctx context.Context) error {
	return x.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE search_segment SET state = 2 WHERE state = 0`)
		return err
	})
}

func (x *index) removeFile() error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(x.file + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (x *index) close() error {
	if x.file == "" {
		return nil
	}
	return x.db.Close()
}

// read gives the index as it is: truth is the caller's snapshot of the store, which holds the index on PostgreSQL.
func (x *index) read(ctx context.Context, truth *db.Tx, fn func(tx *db.Tx) error) error {
	if x.file == "" {
		return fn(truth)
	}
	return x.db.Read(ctx, fn)
}

func (x *index) now() int64 { return int64(xinshu.MillisOf(x.clock.Now())) }

// init makes the state of an empty index if there is none.
func (x *index) init(ctx context.Context) error {
	return x.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO search_state (id, format, cursor_pos, cursor_conversation, cursor_rev, last_segment, secret)
			VALUES (1, ?1, 0, 0, 0, 0, ?2) ON CONFLICT (id) DO NOTHING`, format, newSecret())
		return err
	})
}

// state returns what the index knows of itself.
func (x *index) state(ctx context.Context) (st state, err error) {
	err = x.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT format, cursor_pos, cursor_conversation, cursor_rev, secret FROM search_state WHERE id = 1`).
			Scan(&st.format, &st.cursor.Pos, &st.cursor.Conversation, &st.cursor.Rev, &st.secret)
	})
	return st, err
}

// reset empties the index, with a new secret and the cursor at the beginning. Readers go on.
func (x *index) reset(ctx context.Context) error {
	x.merging <- struct{}{}
	defer func() { <-x.merging }()
	x.turn <- struct{}{}
	defer func() { <-x.turn }()
	return x.db.Write(ctx, func(tx *db.Tx) error {
		for _, table := range []string{"search_segment", "search_block", "search_column", "search_gone"} {
			if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE search_state SET format = ?1, cursor_pos = 0, cursor_conversation = 0, cursor_rev = 0, secret = ?2 WHERE id = 1`,
			format, newSecret())
		return err
	})
}

// apply stores documents as a segment and moves the cursor, in one transaction; false and nothing done if the cursor is not at from.
func (x *index) apply(ctx context.Context, from, to message.TailCursor, docs []document) (moved bool, err error) {
	x.turn <- struct{}{}
	defer func() { <-x.turn }()
	w := x.builder.build(docs)
	err = x.db.Write(ctx, func(tx *db.Tx) error {
		if moved, err = moveCursor(tx, from, to); err != nil || !moved {
			return err
		}
		if len(docs) == 0 {
			return nil
		}
		if w.id, err = newSegment(tx); err != nil {
			return err
		}
		if err := noteGone(tx, docs, w.id, x.now()); err != nil {
			return fmt.Errorf("note what is gone: %w", err)
		}
		if w.messages == 0 {
			return nil
		}
		if err := w.store(tx, true); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO search_segment (id, state, messages, newest, oldest, touched_at) VALUES (?1, 1, ?2, ?3, ?4, 0)`,
			w.id, w.messages, w.newest, w.oldest)
		return err
	})
	return moved, err
}

// moveCursor moves the stored cursor; false if it is not at from. Inside the caller's transaction.
func moveCursor(tx *db.Tx, from, to message.TailCursor) (bool, error) {
	n, err := tx.Exec(`UPDATE search_state SET cursor_pos = ?1, cursor_conversation = ?2, cursor_rev = ?3
		WHERE id = 1 AND cursor_pos = ?4 AND cursor_conversation = ?5 AND cursor_rev = ?6`,
		to.Pos, to.Conversation, to.Rev, from.Pos, from.Conversation, from.Rev)
	return n == 1, err
}

// newSegment returns the number of a new segment, larger than all before. Inside the caller's transaction.
func newSegment(tx *db.Tx) (id int64, err error) {
	if _, err = tx.Exec(`UPDATE search_state SET last_segment = last_segment + 1 WHERE id = 1`); err == nil {
		err = tx.Row(`SELECT last_segment FROM search_state WHERE id = 1`).Scan(&id)
	}
	return id, err
}

// noteGone remembers that older segments have documents in a state that is no more; merges leave those out.
func noteGone(tx *db.Tx, docs []document, before, now int64) error {
	var rows [][]any
	for i := range docs {
		if d := &docs[i]; d.changed {
			rows = append(rows, []any{d.Conversation, d.Seq, before, d.sentAt, now})
		}
	}
	err := db.Insert(tx, `INSERT INTO search_gone (conversation_id, seq, before, sent_at, noted_at)`, rows,
		` ON CONFLICT (conversation_id, seq) DO UPDATE SET before = excluded.before`)
	return err
}
