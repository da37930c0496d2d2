package audit

import (
	"context"

	"github.com/xinshu-im/xinshu/internal/db"
)

// Kind says of which kind a chain is; the numbers are part of what is signed and never change.
type Kind uint8

// The kinds of chains.
const (
	KindAudit        Kind = 1 // ID is the node, Pos the record's n
	KindConversation Kind = 2 // ID is the conversation, Pos the change's rev
)

// Head is a place in a chain and the hash there.
type Head struct {
	ID   int64
	Pos  int64
	Hash []byte // 32 bytes
}

// HeadSource returns heads that changed at or after a position of the commit-ordered log, at most a few thousand, and the
// position from which to ask next. No heads means that there is nothing new.
type HeadSource func(ctx context.Context, since int64) (heads []Head, next int64, err error)

// Chain is a family of chains that another domain keeps; see [Log.Register].
type Chain struct {
	Kind Kind
	Name string // "conversation": how faults name it
	// Heads feeds the signed roots.
	Heads HeadSource
	// Stored returns the stored hash at each place, in order; nil where nothing is stored. At most 1,000 places are asked for.
	Stored func(tx *db.Tx, places []Head) ([][]byte, error)
	// Verify recomputes every chain of the family, reports the first fault of each and returns the number of records read.
	Verify func(tx *db.Tx, fault func(id, pos int64, reason string)) (records int64, err error)
}

// Register adds a family of chains to the signed roots and to verification. Only while the server is put together.
func (l *Log) Register(c Chain) { l.chains = append(l.chains, c) }
