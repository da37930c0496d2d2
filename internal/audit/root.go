package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// rootEvery is how often heads are signed; what was cut within it does not show.
const rootEvery = time.Minute

// maxLeaves bounds one root, about 490 KB; more heads make more roots.
const maxLeaves = 10_000

// root is one signed root.
type root struct {
	node, n, at       int64
	leaves, root, id  []byte
	public, signature []byte
}

// statement is what is signed: everything but the leaves, which the Merkle root stands for.
func (r *root) statement(prev []byte) []byte {
	b := []byte("xinshu.root.1\x00")
	for _, v := range []int64{r.node, r.n, r.at, int64(len(r.leaves) / leafSize)} {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	b = append(b, prev...)
	return append(b, r.root...)
}

// Run signs roots until ctx ends, and once more then.
func (l *Log) Run(ctx context.Context) {
	tick := time.NewTicker(rootEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // part of the 10 s in which the server drains
			defer cancel()
			if _, err := l.Sign(last); err != nil {
				l.opt.Log.Error("last signed root", "error", err)
			}
			return
		case <-tick.C:
			if _, err := l.Sign(ctx); err != nil && ctx.Err() == nil {
				l.opt.Log.Error("signed root", "error", err)
			}
		}
	}
}

// Sign signs the heads that moved since the last root, and returns how many; nothing is written when none did. After
// [Log.Open] only.
func (l *Log) Sign(ctx context.Context) (heads int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.key == nil {
		return 0, errors.New("audit: the trail is not open")
	}
	for _, c := range l.chains {
		n, err := l.signChain(ctx, c)
		heads += n
		if err != nil {
			return heads, fmt.Errorf("heads of %s: %w", c.Name, err)
		}
	}
	own, err := l.ownHead(ctx)
	if err != nil || own == nil {
		return heads, err
	}
	return heads + 1, l.store(ctx, own, nil)
}

// source is how far a family's heads have been taken.
type source struct {
	kind Kind
	pos  int64
}

func (l *Log) signChain(ctx context.Context, c Chain) (signed int, err error) {
	var since int64
	err = l.opt.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.Row(`SELECT pos FROM audit_source WHERE node = ?1 AND kind = ?2`, l.opt.Node, uint8(c.Kind)).Scan(&since)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for {
		heads, next, err := c.Heads(ctx, since)
		if err != nil || len(heads) == 0 {
			return signed, err
		}
		var leaves []byte
		for i, h := range heads {
			if len(h.Hash) != sha256.Size {
				return signed, fmt.Errorf("hash of %d bytes", len(h.Hash))
			}
			leaves = appendLeaf(leaves, c.Kind, h)
			if len(leaves) == maxLeaves*leafSize || i == len(heads)-1 {
				var done *source
				if i == len(heads)-1 {
					done = &source{c.Kind, next}
				}
				if err := l.store(ctx, leaves, done); err != nil {
					return signed, err
				}
				leaves = nil
			}
		}
		signed += len(heads)
		if next <= since { // a source that does not move on would be asked for ever
			return signed, nil
		}
		since = next
	}
}

// ownHead returns the head of this node's records as a leaf; nil when it did not move since the last root that holds one.
func (l *Log) ownHead(ctx context.Context) ([]byte, error) {
	h := Head{ID: int64(l.opt.Node)}
	var signed int64
	err := l.opt.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.Row(`SELECT n, hash FROM audit_head WHERE node = ?1`, l.opt.Node).Scan(&h.Pos, &h.Hash)
		if err == nil {
			err = tx.Row(`SELECT pos FROM audit_source WHERE node = ?1 AND kind = ?2`, l.opt.Node, uint8(KindAudit)).Scan(&signed)
		}
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || h.Pos == 0 || h.Pos == signed {
		return nil, err
	}
	return appendLeaf(nil, KindAudit, h), nil
}

// store signs leaves and stores them as the node's next root, together with how far their source has been taken.
func (l *Log) store(ctx context.Context, leaves []byte, done *source) error {
	if done == nil && Kind(leaves[0]) == KindAudit {
		all, err := parseLeaves(leaves)
		if err != nil {
			return err
		}
		done = &source{KindAudit, all[0].Pos}
	}
	return l.opt.DB.Write(ctx, func(tx *db.Tx) error {
		r := root{node: int64(l.opt.Node), at: l.opt.Clock.Now().UnixMilli(), leaves: leaves, root: merkle(leaves)}
		prev := genesis()
		err := tx.Row(`SELECT n, id FROM audit_root WHERE node = ?1 ORDER BY n DESC LIMIT 1`, r.node).Scan(&r.n, &prev)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		r.n++
		statement := r.statement(prev)
		id := sha256.Sum256(statement)
		_, err = tx.Exec(`INSERT INTO audit_root (node, n, at, leaves, root, id, public, signature) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)`,
			r.node, r.n, r.at, r.leaves, r.root, id[:], []byte(l.key.Public().(ed25519.PublicKey)), ed25519.Sign(l.key, statement))
		if err != nil || done == nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO audit_source (node, kind, pos) VALUES (?1, ?2, ?3)
			ON CONFLICT (node, kind) DO UPDATE SET pos = excluded.pos`, r.node, uint8(done.kind), done.pos)
		return err
	})
}
