package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Record is one link of a node's chain.
type Record struct {
	Node    uint8            `json:"node"`
	N       int64            `json:"n" doc:"Place in the node's chain, from 1"`
	At      xinshu.Millis    `json:"at"`
	Person  xinshu.PersonID  `json:"person,omitempty" doc:"Who acted; absent for the system and for people who were not signed in"`
	Session xinshu.SessionID `json:"session,omitempty"`
	System  string           `json:"system,omitempty" doc:"Part of the product that acted on its own"`
	Address string           `json:"address,omitempty" doc:"Network address of the client"`
	Action  string           `json:"action" doc:"What was done, such as person.suspend"`
	Object  string           `json:"object,omitempty" doc:"To what, as kind:id"`
	Detail  json.RawMessage  `json:"detail,omitempty" doc:"Further facts"`

	hash []byte
}

const recordColumns = `node, n, at, person_id, session_id, system, address, action, object, detail, hash`

func scanRecord(rows *db.Rows) (r Record, err error) {
	var node int64
	var detail string
	err = rows.Scan(&node, &r.N, &r.At, &r.Person, &r.Session, &r.System, &r.Address, &r.Action, &r.Object, &detail, &r.hash)
	r.Node = uint8(node)
	if detail != "" {
		r.Detail = json.RawMessage(detail)
	}
	return r, err
}

// genesis is the hash before a chain's first record.
func genesis() []byte {
	sum := sha256.Sum256([]byte("xinshu audit chain"))
	return sum[:]
}

// sum is the record's hash: SHA-256 over a label with the version, the hash before it, the numbers as 8 bytes big-endian, and
// every text behind its length, so that no two records have the same bytes.
func (r *Record) sum(prev []byte) []byte {
	h := sha256.New()
	h.Write([]byte("xinshu.audit.1\x00"))
	h.Write(prev)
	writeInts(h, int64(r.Node), r.N, r.At.Int64(), r.Person.Int64(), r.Session.Int64())
	for _, s := range []string{r.System, r.Address, r.Action, r.Object, string(r.Detail)} {
		writeInts(h, int64(len(s)))
		h.Write([]byte(s))
	}
	return h.Sum(nil)
}

func writeInts(h hash.Hash, values ...int64) {
	var b [8]byte
	for _, v := range values {
		binary.BigEndian.PutUint64(b[:], uint64(v))
		h.Write(b[:])
	}
}
