package audit

import (
	"bytes"
	"fmt"

	"github.com/xinshu-im/xinshu/internal/db"
)

// verifyRecords walks every node's chain and compares it with the signed heads and with the stored head.
func verifyRecords(tx *db.Tx, r *Report) error {
	heads := map[int64]Head{}
	rows := tx.Query(`SELECT node, n, hash FROM audit_head`)
	for rows.Next() {
		var h Head
		if err := rows.Scan(&h.ID, &h.Pos, &h.Hash); err != nil {
			return err
		}
		heads[h.ID] = h
	}
	if err := rows.Err(); err != nil {
		return err
	}
	walks := map[int64]*walk{}
	rows = tx.Query(`SELECT ` + recordColumns + ` FROM audit_record ORDER BY node, n`)
	for rows.Next() {
		rec, err := scanRecord(rows)
		if err != nil {
			return err
		}
		r.Records++
		node := int64(rec.Node)
		w := walks[node]
		if w == nil {
			w = newWalk(node, r)
			walks[node] = w
		}
		w.step(&rec)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for node, h := range heads {
		w := walks[node]
		if w == nil {
			w = newWalk(node, r)
			walks[node] = w
		}
		if w.n < h.Pos {
			r.fault(w.name, w.n+1, "the record is missing; the chain had %d", h.Pos)
		} else if w.n > h.Pos || w.n > 0 && !bytes.Equal(w.prev, h.Hash) {
			r.fault(w.name, w.n, "the record is not the one that the chain ended with")
		}
	}
	for node := range r.signedPos {
		w := walks[node]
		if w == nil {
			w = newWalk(node, r)
		}
		w.end()
	}
	for node, w := range walks {
		if _, ok := heads[node]; !ok {
			r.fault(w.name, w.n, "the chain has no head")
		}
	}
	return nil
}

// walk goes along one node's chain.
type walk struct {
	r      *Report
	name   string
	n      int64
	prev   []byte
	signed []Head // heads still to come, rising
}

func newWalk(node int64, r *Report) *walk {
	return &walk{r: r, name: fmt.Sprintf("audit:%d", node), prev: genesis(), signed: r.signedPos[node]}
}

func (w *walk) step(rec *Record) {
	if rec.N != w.n+1 {
		w.r.fault(w.name, w.n+1, "the record is missing")
	} else if !bytes.Equal(rec.sum(w.prev), rec.hash) {
		w.r.fault(w.name, rec.N, "the record was changed, or does not continue the one before")
	}
	for len(w.signed) > 0 && w.signed[0].Pos <= rec.N {
		if h := w.signed[0]; h.Pos < rec.N {
			w.r.fault(w.name, h.Pos, "the record is missing; it was there when a root was signed")
		} else if !bytes.Equal(h.Hash, rec.hash) {
			w.r.fault(w.name, rec.N, "the record differs from what was signed")
		}
		w.signed = w.signed[1:]
	}
	w.n, w.prev = rec.N, rec.hash
}

// end reports a cut tail: a signed head that the walk did not reach.
func (w *walk) end() {
	if len(w.signed) > 0 {
		w.r.fault(w.name, w.n+1, "the record is missing; a root signed up to record %d", w.signed[len(w.signed)-1].Pos)
	}
}
