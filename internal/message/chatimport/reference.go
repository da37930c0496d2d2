package chatimport

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// findReference returns what a key of a source became, 0 if nothing. Inside the caller's transaction.
func findReference(tx *db.Tx, source, kind, key string) (id int64, err error) {
	err = tx.Row(`SELECT id FROM import_reference WHERE source = ?1 AND kind = ?2 AND name = ?3`, source, kind, key).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

func storeReference(tx *db.Tx, source, kind, key string, id int64) error {
	_, err := tx.Exec(`INSERT INTO import_reference (source, kind, name, id) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (source, kind, name) DO UPDATE SET id = excluded.id`, source, kind, key, id)
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
