package chatimport

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// findReferences returns what keys of a source became, by key; those that became nothing are absent. Inside the caller's transaction.
func findReferences(tx *db.Tx, source, kind string, keys []string) (map[string]int64, error) {
	out := make(map[string]int64, len(keys))
	for chunk := range slices.Chunk(keys, db.MaxList) {
		rows := tx.Query(`SELECT name, id FROM import_reference WHERE source = ?1 AND kind = ?2 AND name IN `+db.List(3, len(chunk)),
			append([]any{source, kind}, db.ListArgs(chunk)...)...)
		for rows.Next() {
			var key string
			var id int64
			if err := rows.Scan(&key, &id); err != nil {
				return nil, err
			}
			out[key] = id
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// storeReferences notes what keys of a source became. Inside the caller's transaction.
func storeReferences(tx *db.Tx, source, kind string, ids map[string]int64) error {
	rows := make([][]any, 0, len(ids))
	for _, key := range slices.Sorted(maps.Keys(ids)) {
		rows = append(rows, []any{source, kind, key, ids[key]})
	}
	err := db.Insert(tx, `INSERT INTO import_reference (source, kind, name, id)`, rows,
		` ON CONFLICT (source, kind, name) DO UPDATE SET id = excluded.id`)
	return err
}

// checkpoint is how far a file was read.
type checkpoint struct {
	first []byte // hash of the first line
	line  int64
	hash  []byte // of everything up to line
}

func (r *run) loadCheckpoint(ctx context.Context) (c checkpoint, err error) {
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT first, line, hash FROM import_progress WHERE source = ?1`, r.req.Source).Scan(&c.first, &c.line, &c.hash)
	})
	if errors.Is(err, db.ErrNoRows) {
		return checkpoint{}, nil
	}
	return c, err
}

func (r *run) storeCheckpoint(ctx context.Context, c checkpoint) error {
	return r.s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO import_progress (source, first, line, hash) VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT (source) DO UPDATE SET first = excluded.first, line = excluded.line, hash = excluded.hash`, r.req.Source, c.first, c.line, c.hash)
		return err
	})
}

// finish forgets the checkpoint and writes the trail.
func (r *run) finish(ctx context.Context) error {
	return r.s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM import_progress WHERE source = ?1`, r.req.Source); err != nil {
			return err
		}
		if r.s.opt.Audit == nil {
			return nil
		}
		rep := &r.report
		return r.s.opt.Audit(tx, r.actor, "chat.import", "source:"+r.req.Source, map[string]any{"lines": rep.Lines, "people": rep.People,
			"conversations": rep.Conversations, "messages": rep.Messages, "repeated": rep.Repeated, "bad_lines": rep.BadLines})
	})
}

// clientID makes the client_id of what came from a source: a UUID (version 8, RFC 9562) that is a hash of where it came from, so
// that the same thing has the same id in every import.
func clientID(parts ...string) string {
	h := sha256.New()
	h.Write([]byte("xinshu.import.1"))
	for _, p := range parts {
		fmt.Fprintf(h, "\x00%d\x00%s", len(p), p)
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

var errOtherFile = xinshu.Errorf(xinshu.Conflict, "This file begins like the one whose import was cut short, and then differs. "+
	"Import the same file again, or read this one from its first line (--restart); what is stored already is not added twice.")
