package search

import (
	"context"

	"github.com/xinshu-im/xinshu/internal/db"
)

// Streams read a segment from its beginning to its end for a merge. Each piece is a transaction of its own: a long one would keep
// the log of SQLite from being cut, and segments do not change.

// placeStream gives the places of a segment.
type placeStream struct {
	x    *index
	seg  segment
	rows [][]byte // that were read; the first is at hand
	row  int64    // number of the next one to read
	at   int      // byte of the first row
}

func (s *placeStream) ok() bool { return len(s.rows) > 0 }

func (s *placeStream) place() place { return placeAt(s.rows[0][s.at:]) }

func (s *placeStream) next(ctx context.Context) error {
	if s.at += placeBytes; s.at+placeBytes <= len(s.rows[0]) {
		return nil
	}
	s.rows, s.at = s.rows[1:], 0
	if len(s.rows) > 0 {
		return nil
	}
	return s.load(ctx)
}

func (s *placeStream) load(ctx context.Context) error {
	return s.x.db.Read(ctx, func(tx *db.Tx) (err error) {
		s.rows, err = db.Column[[]byte](tx, `SELECT data FROM search_column WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3`,
			columnID(s.seg.id, placeColumn, s.row), blockID(s.seg.id+1, 0), blocksAtOnce)
		s.row += int64(len(s.rows))
		return err
	})
}

// termStream gives the entries of a segment.
type termStream struct {
	x      *index
	seg    segment
	blocks [][]byte // that were read
	number int64    // of the next one to read
	reader blockReader
	ok     bool // reader stands at an entry
}

func (s *termStream) next(ctx context.Context) (err error) {
	for {
		if s.ok, err = s.reader.next(); err != nil || s.ok {
			return err
		}
		if len(s.blocks) == 0 {
			if err := s.load(ctx); err != nil || len(s.blocks) == 0 {
				return err
			}
		}
		s.reader.reset(s.blocks[0])
		s.blocks = s.blocks[1:]
	}
}

func (s *termStream) load(ctx context.Context) error {
	return s.x.db.Read(ctx, func(tx *db.Tx) (err error) {
		s.blocks, err = s.seg.blocksFrom(tx, s.number, blocksAtOnce)
		s.number += int64(len(s.blocks))
		return err
	})
}
