package conversation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Digest is the salted hash of what one rev holds. The salt makes sure that after erasure of content and salt nobody can find
// out by trying what it was.
type Digest = [sha256.Size]byte

// SaltSize is the length of a salt in bytes.
const SaltSize = 16

// Genesis is the hash before a conversation's first rev.
func Genesis(id xinshu.ConversationID) []byte {
	b := append([]byte("xinshu.conversation.1\x00"), make([]byte, 8)...)
	binary.BigEndian.PutUint64(b[len(b)-8:], uint64(id))
	sum := sha256.Sum256(b)
	return sum[:]
}

// Link is one step of the chain: SHA-256(prev ‖ seq ‖ rev ‖ digest), numbers as 8 bytes big-endian. seq is the message's own,
// or for other changes the last one given out before.
func Link(prev []byte, seq, rev int64, digest Digest) []byte {
	var b [sha256.Size + 16 + sha256.Size]byte
	copy(b[:], prev)
	binary.BigEndian.PutUint64(b[32:], uint64(seq))
	binary.BigEndian.PutUint64(b[40:], uint64(rev))
	copy(b[48:], digest[:])
	sum := sha256.Sum256(b[:])
	return sum[:]
}

// NextMessage gives out the next seq and rev for a message with the digest; st then has its hash and rev.
func (st *State) NextMessage(digest Digest, at xinshu.Millis) (seq, rev int64) {
	st.LastSeq++
	st.Rev++
	st.Hash = Link(st.Hash, st.LastSeq, st.Rev, digest)
	st.UpdatedAt = max(st.UpdatedAt, at)
	return st.LastSeq, st.Rev
}

// ChangeRow is a stored change that is not a new message.
type ChangeRow struct {
	Rev     int64
	Kind    string
	Seq     int64 // message it is about, or 0
	SeqAt   int64 // last_seq when it happened
	Payload string
	Actor   xinshu.PersonID
	At      xinshu.Millis
	Salt    []byte
	Hash    []byte
}

// Digest returns the digest that the chain holds for the row.
func (c *ChangeRow) Digest() Digest {
	b := make([]byte, 0, 64+len(c.Payload))
	b = append(b, "change\x00"...)
	b = append(b, c.Salt...)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(c.Actor))
	b = binary.BigEndian.AppendUint64(b, uint64(c.At))
	b = binary.BigEndian.AppendUint64(b, uint64(len(c.Kind)))
	b = append(b, c.Kind...)
	b = append(b, c.Payload...)
	return sha256.Sum256(b)
}

// Kinds of change rows; the first three groups are about a message, a member, the conversation.
const (
	ChangeEdited     = "edited"
	ChangeRecalled   = "recalled"
	ChangeReacted    = "reacted"
	ChangeUnreacted  = "unreacted"
	ChangePinned     = "pinned"
	ChangeUnpinned   = "unpinned"
	ChangeMember     = "member"
	ChangeSettings   = "conversation"
	ChangeCreated    = "created"
	MaxChangePayload = 64 << 10 // bytes of JSON
)

// AppendChange stores one change that members can see under the next rev, chained, and returns the rev. seq is the message it
// is about, or 0; payload becomes JSON. Inside the caller's transaction, under the conversation's lock.
func (s *Service) AppendChange(tx *db.Tx, st *State, actor xinshu.Actor, kind string, seq int64, payload any) (rev int64, err error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return 0, fmt.Errorf("change payload: %w", err)
	}
	c := ChangeRow{Rev: st.Rev + 1, Kind: kind, Seq: seq, SeqAt: st.LastSeq, Payload: string(text), Actor: actor.Person, At: s.now(), Salt: NewSalt()}
	st.Hash = Link(st.Hash, st.LastSeq, c.Rev, c.Digest())
	st.Rev, st.UpdatedAt = c.Rev, max(st.UpdatedAt, c.At)
	_, err = tx.Exec(`INSERT INTO change (conversation_id, rev, kind, seq, seq_at, payload, actor_id, at, salt, hash)
		VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)`, st.ID, c.Rev, c.Kind, c.Seq, c.SeqAt, c.Payload, c.Actor, c.At, c.Salt, st.Hash)
	if err != nil {
		return 0, fmt.Errorf("append change: %w", err)
	}
	return c.Rev, nil
}

// NewSalt returns a fresh salt.
func NewSalt() []byte {
	b := make([]byte, SaltSize)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("conversation: no randomness: %v", err)) // crypto/rand never fails on supported systems
	}
	return b
}
