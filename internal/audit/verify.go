package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Report is the outcome of a verification.
type Report struct {
	Records   int64            `json:"records"`       // audit records read
	Others    map[string]int64 `json:"others"`        // records read of the other families, by name
	Roots     int64            `json:"roots"`         // signed roots read
	Heads     int64            `json:"heads"`         // signed heads compared with what is stored
	SignedAt  xinshu.Millis    `json:"signed_at"`     // time of the newest root; 0 without any
	LastRoot  string           `json:"last_root"`     // its hash in hex: noted elsewhere, it shows removed roots
	Keys      []string         `json:"keys"`          // public keys in hex that signed, in order of first use
	Faults    []Fault          `json:"faults"`        // the first of each chain, at most 100
	More      bool             `json:"more,omitzero"` // there were more faults than that
	faulty    map[string]bool
	signedPos map[int64][]Head // of the audit chains, by node, rising
}

// Fault is the first bad record of one chain.
type Fault struct {
	Chain  string `json:"chain"` // "audit:0", "root:0", "conversation:06A…"
	Pos    int64  `json:"pos"`   // n of the record or root, rev of the change
	Reason string `json:"reason"`
}

// String is the fault for a terminal.
func (f Fault) String() string { return fmt.Sprintf("%s record %d: %s", f.Chain, f.Pos, f.Reason) }

// OK says whether nothing was found.
func (r *Report) OK() bool { return len(r.Faults) == 0 }

const maxFaults = 100

func (r *Report) fault(chain string, pos int64, format string, args ...any) {
	if r.faulty[chain] {
		return
	}
	r.faulty[chain] = true
	if len(r.Faults) == maxFaults {
		r.More = true
		return
	}
	r.Faults = append(r.Faults, Fault{chain, pos, fmt.Sprintf(format, args...)})
}

// Verify recomputes every chain and checks every signed root against it. It only reads, in one snapshot, so it also works on the
// database of a server that runs or does not. trusted are public keys noted elsewhere; without any, the keys that the database
// names are believed. Faults are in the report; the error is for a database that could not be read.
func (l *Log) Verify(ctx context.Context, trusted ...ed25519.PublicKey) (Report, error) {
	r := Report{Others: map[string]int64{}, Keys: []string{}, Faults: []Fault{}, faulty: map[string]bool{}, signedPos: map[int64][]Head{}}
	err := l.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if err := l.verifyRoots(tx, &r, trusted); err != nil {
			return fmt.Errorf("verify roots: %w", err)
		}
		if err := verifyRecords(tx, &r); err != nil {
			return fmt.Errorf("verify records: %w", err)
		}
		for _, c := range l.chains {
			n, err := c.Verify(tx, func(id, pos int64, reason string) { r.fault(chainName(c.Name, id), pos, "%s", reason) })
			if err != nil {
				return fmt.Errorf("verify %s: %w", c.Name, err)
			}
			r.Others[c.Name] = n
		}
		return nil
	})
	return r, err
}

// GetRoot returns when the root with an id was signed. [xinshu.NotFound] says that the trail is not, or not any more, the one in
// which the id was noted. The chain of roots itself is [Log.Verify]'s.
func (l *Log) GetRoot(ctx context.Context, id []byte) (at xinshu.Millis, err error) {
	err = l.opt.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT at FROM audit_root WHERE id = ?1`, id).Scan(&at)
	})
	if errors.Is(err, db.ErrNoRows) {
		return 0, xinshu.Errorf(xinshu.NotFound, "The trail does not hold the root that was noted: it was cut or replaced.")
	}
	return at, err
}

func chainName(family string, id int64) string {
	return family + ":" + xinshu.ConversationID(id).String()
}

// verifyRoots checks the chain of roots, their signatures and their leaves.
func (l *Log) verifyRoots(tx *db.Tx, r *Report, trusted []ed25519.PublicKey) error {
	known, err := db.Column[[]byte](tx, `SELECT public FROM audit_key`)
	if err != nil {
		return err
	}
	node, n, prev := int64(-1), int64(0), genesis()
	for {
		// A page at a time: an open result keeps the connection, and comparing asks on it.
		page, err := db.All(tx, scanRoot, `SELECT node, n, at, leaves, root, id, public, signature FROM audit_root
			WHERE (node, n) > (?1, ?2) ORDER BY node, n LIMIT ?3`, node, n, rootPage)
		if err != nil {
			return err
		}
		for i := range page {
			o := &page[i]
			if o.node != node {
				node, n, prev = o.node, 0, genesis()
			}
			l.verifyRoot(r, o, n, prev, known, trusted)
			n, prev = o.n, o.id
		}
		if err := l.verifyLeaves(tx, r, page); err != nil {
			return err
		}
		if len(page) < rootPage {
			return nil
		}
	}
}

// rootPage is how many roots are held in memory: 100 of at most 490 KB, of a few hundred bytes in most companies.
const rootPage = 100

func scanRoot(rows *db.Rows) (o root, err error) {
	err = rows.Scan(&o.node, &o.n, &o.at, &o.leaves, &o.root, &o.id, &o.public, &o.signature)
	return o, err
}

// verifyRoot checks one root against the number n and the id prev of the one before.
func (l *Log) verifyRoot(r *Report, o *root, n int64, prev []byte, known [][]byte, trusted []ed25519.PublicKey) {
	r.Roots++
	name := fmt.Sprintf("root:%d", o.node)
	statement := o.statement(prev)
	sum := sha256.Sum256(statement)
	key := fmt.Sprintf("%x", o.public)
	switch {
	case o.n != n+1:
		r.fault(name, n+1, "the root is missing")
	case !bytes.Equal(merkle(o.leaves), o.root):
		r.fault(name, o.n, "the heads differ from those that were signed")
	case !bytes.Equal(sum[:], o.id):
		r.fault(name, o.n, "the root does not continue the one before")
	case len(o.public) != ed25519.PublicKeySize || !ed25519.Verify(o.public, statement, o.signature):
		r.fault(name, o.n, "the signature is wrong")
	case !slices.ContainsFunc(known, func(k []byte) bool { return bytes.Equal(k, o.public) }):
		r.fault(name, o.n, "signed by the unknown key %s", key)
	case len(trusted) > 0 && !slices.ContainsFunc(trusted, func(k ed25519.PublicKey) bool { return bytes.Equal(k, o.public) }):
		r.fault(name, o.n, "signed by the key %s, which is not the given one", key)
	}
	if !slices.Contains(r.Keys, key) {
		r.Keys = append(r.Keys, key)
	}
	if at := xinshu.Millis(o.at); at >= r.SignedAt {
		r.SignedAt, r.LastRoot = at, fmt.Sprintf("%x", o.id)
	}
}

// verifyLeaves compares the signed heads of a page of roots; those of audit chains are remembered for the walk over the records.
func (l *Log) verifyLeaves(tx *db.Tx, r *Report, page []root) error {
	pending := map[Kind][]leaf{} // until there are enough for one question
	for _, o := range page {
		leaves, err := parseLeaves(o.leaves)
		if err != nil {
			r.fault(fmt.Sprintf("root:%d", o.node), o.n, "%v", err)
		}
		for _, f := range leaves {
			r.Heads++
			if f.kind == KindAudit {
				r.signedPos[f.ID] = append(r.signedPos[f.ID], f.Head)
			} else {
				pending[f.kind] = append(pending[f.kind], f)
			}
		}
	}
	for kind, fs := range pending {
		for chunk := range slices.Chunk(fs, maxPlaces) {
			if err := l.compare(tx, r, kind, chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxPlaces is how many stored hashes are asked for at once.
const maxPlaces = 1000

// compare checks signed heads of another family against what is stored.
func (l *Log) compare(tx *db.Tx, r *Report, kind Kind, fs []leaf) error {
	at := slices.IndexFunc(l.chains, func(c Chain) bool { return c.Kind == kind })
	if at < 0 {
		return nil // a family of a later version
	}
	c := l.chains[at]
	places := make([]Head, len(fs))
	for i, f := range fs {
		places[i] = f.Head
	}
	stored, err := c.Stored(tx, places)
	if err != nil {
		return err
	}
	for i, p := range places {
		switch {
		case stored[i] == nil:
			r.fault(chainName(c.Name, p.ID), p.Pos, "the record is missing; it was there when a root was signed")
		case !bytes.Equal(stored[i], p.Hash):
			r.fault(chainName(c.Name, p.ID), p.Pos, "the record differs from what was signed")
		}
	}
	return nil
}
