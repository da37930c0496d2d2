package xinshu

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
)

// ID is a 63-bit identifier of a thing of kind K: 42 bits of Unix milliseconds, 8 bits of node, 13 bits of counter.
// Its text form is 13 characters of Crockford base32, upper case; parsing accepts lower case too. The zero ID names nothing.
// The kind exists at compile time only: a [PersonID] cannot be passed where a [ConversationID] is wanted.
type ID[K any] int64

// Kinds of things that have ids; they exist for the type system only.
type (
	personKind       struct{}
	departmentKind   struct{}
	positionKind     struct{}
	rankKind         struct{}
	conversationKind struct{}
	sessionKind      struct{}
	jobKind          struct{}
)

type (
	// PersonID names a person (人员).
	PersonID = ID[personKind]
	// DepartmentID names a department (部门).
	DepartmentID = ID[departmentKind]
	// PositionID names a position (岗位).
	PositionID = ID[positionKind]
	// RankID names a rank (职级).
	RankID = ID[rankKind]
	// ConversationID names a conversation (会话) of any kind.
	ConversationID = ID[conversationKind]
	// SessionID names a signed-in session; it is not the secret that proves it.
	SessionID = ID[sessionKind]
	// JobID names a piece of durable background work.
	JobID = ID[jobKind]
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// idLength is the number of base32 characters that hold 63 bits.
const idLength = 13

// String returns the 13-character text form.
func (id ID[K]) String() string {
	return string(id.AppendText(make([]byte, 0, idLength)))
}

// AppendText appends the text form to dst; it allocates nothing when dst has room.
func (id ID[K]) AppendText(dst []byte) []byte {
	v := uint64(id)
	for shift := 5 * (idLength - 1); shift >= 0; shift -= 5 {
		dst = append(dst, crockford[v>>shift&31])
	}
	return dst
}

// MarshalText implements encoding.TextMarshaler, and so JSON.
func (id ID[K]) MarshalText() ([]byte, error) {
	return id.AppendText(make([]byte, 0, idLength)), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It fails with [Invalid] on anything that [ID.String] does not produce,
// lower case aside.
func (id *ID[K]) UnmarshalText(text []byte) error {
	v, err := parseID(text)
	if err != nil {
		return err
	}
	*id = ID[K](v)
	return nil
}

// Int64 returns the number that is stored.
func (id ID[K]) Int64() int64 { return int64(id) }

// SetInt64 sets the id from its stored number.
func (id *ID[K]) SetInt64(v int64) { *id = ID[K](v) }

// ParseID reads the text form of an id of kind K; [Invalid] on malformed text.
func ParseID[T ID[K], K any](text string) (T, error) {
	v, err := parseID([]byte(text))
	return T(v), err
}

func parseID(text []byte) (int64, error) {
	if len(text) != idLength {
		return 0, Errorf(Invalid, "An id has %d characters.", idLength)
	}
	var v uint64
	for _, c := range text {
		d := crockfordValue(c)
		if d < 0 {
			return 0, Errorf(Invalid, "An id consists of digits and letters without I, L, O and U.")
		}
		if v>>58 != 0 { // the next shift would leave 63 bits
			return 0, Errorf(Invalid, "The id is out of range.")
		}
		v = v<<5 | uint64(d)
	}
	return int64(v), nil
}

func crockfordValue(c byte) int {
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	for i := range crockford {
		if crockford[i] == c {
			return i
		}
	}
	return -1
}

// Bits of an id, from the right: counter, node, milliseconds.
const (
	counterBits = 13
	nodeBits    = 8
)

// IDSource makes ids that rise with time and are unique among nodes with different numbers. Safe for concurrent use.
type IDSource struct {
	clock Clock
	node  int64

	// mu guards the fields below.
	mu      sync.Mutex
	last    int64 // milliseconds of the newest id; never goes back, even if the clock does
	counter int64
	rest    int64 // ids left in this millisecond
}

// NewIDSource returns a source for the node 0–255.
func NewIDSource(clock Clock, node uint8) *IDSource {
	return &IDSource{clock: clock, node: int64(node)}
}

// Next returns a fresh id number. When a millisecond's 8,192 numbers are used up it borrows the next millisecond.
func (s *IDSource) Next() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now().UnixMilli()
	if now > s.last {
		s.last = now
		s.restart()
	} else if s.rest == 0 {
		s.last++
		s.restart()
	}
	s.rest--
	id := s.last<<(nodeBits+counterBits) | s.node<<counterBits | s.counter
	s.counter = (s.counter + 1) & (1<<counterBits - 1)
	return id
}

// restart begins a millisecond at a random counter, so that ids of two restarted nodes rarely meet; it counts upwards only,
// which keeps ids of one node rising.
func (s *IDSource) restart() {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("xinshu: no randomness: %v", err)) // crypto/rand never fails on supported systems
	}
	s.counter = int64(binary.BigEndian.Uint16(b[:])) & (1<<(counterBits-1) - 1) // lower half: ≥ 4,096 rising numbers remain
	s.rest = 1<<counterBits - s.counter
}

// NewID returns a fresh id of kind K, for example NewID[xinshu.PersonID](source).
func NewID[T ID[K], K any](s *IDSource) T { return T(s.Next()) }
