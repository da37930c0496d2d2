package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/xinshu-im/xinshu"
)

// HashOptions say what a password hash costs. The zero value is the default of each field.
type HashOptions struct {
	MemoryKB   int // of one hash; 0 means 65,536. A box with little memory may use 19,456 with 2 passes (OWASP's minimum) or more
	Passes     int // over that memory; 0 means 3
	Concurrent int // hashes at the same time, which bounds the memory; 0 means 2
	Waiting    int // requests that may wait for their turn, in each of the two queues; 0 means 32
}

// hasher computes argon2id (RFC 9106) hashes, a few at a time. People who come from where they signed in before go first, so that
// guessing from elsewhere does not keep them waiting. Safe for concurrent use.
type hasher struct {
	opt   HashOptions
	dummy string       // a hash that no password has
	count atomic.Int64 // hashes computed

	// mu guards the fields below.
	mu    sync.Mutex
	free  int
	queue [2][]chan struct{} // waiting: strangers, known
}

// rank says who goes first when hashes are scarce.
type rank int

const (
	stranger rank = iota
	known
)

const (
	saltBytes = 16
	keyBytes  = 32
)

func newHasher(opt HashOptions) *hasher {
	set := func(v *int, to int) {
		if *v <= 0 {
			*v = to
		}
	}
	set(&opt.MemoryKB, 65536)
	set(&opt.Passes, 3)
	set(&opt.Concurrent, 2)
	set(&opt.Waiting, 32)
	h := &hasher{opt: opt, free: opt.Concurrent}
	h.dummy = encoded{opt.MemoryKB, opt.Passes, randomBytes(saltBytes), randomBytes(keyBytes)}.String()
	return h
}

// encoded is a stored hash: "$argon2id$v=19$m=65536,t=3,p=1$SALT$KEY" with unpadded base64.
type encoded struct {
	memoryKB, passes int
	salt, key        []byte
}

func (e encoded) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, e.memoryKB, e.passes,
		base64.RawStdEncoding.EncodeToString(e.salt), base64.RawStdEncoding.EncodeToString(e.key))
}

// Bounds of stored parameters: a manipulated row must not stop the server.
const (
	maxMemoryKB = 1 << 20 // 1 GiB
	maxPasses   = 20
)

func parseEncoded(s string) (e encoded, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return e, fmt.Errorf("identity: not an argon2id hash")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &e.memoryKB, &e.passes); err != nil {
		return e, fmt.Errorf("identity: parameters of a hash: %w", err)
	}
	if e.memoryKB < 8 || e.memoryKB > maxMemoryKB || e.passes < 1 || e.passes > maxPasses {
		return e, fmt.Errorf("identity: parameters of a hash are out of bounds")
	}
	if e.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		e.key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(e.salt) < 8 || len(e.key) != keyBytes {
		return e, fmt.Errorf("identity: salt or key of a hash")
	}
	return e, nil
}

func (e encoded) derive(password string) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), e.salt, uint32(e.passes), uint32(e.memoryKB), 1, keyBytes)
}

// hash returns the encoded hash of a password. [xinshu.Unavailable] when too many wait.
func (h *hasher) hash(ctx context.Context, who rank, password string) (string, error) {
	if err := h.acquire(ctx, who); err != nil {
		return "", err
	}
	defer h.release()
	e := encoded{h.opt.MemoryKB, h.opt.Passes, randomBytes(saltBytes), nil}
	e.key = e.derive(password)
	return e.String(), nil
}

// verify says whether password has the encoded hash, and whether the hash should be made anew with today's parameters. It always
// computes one hash: for a stored "" that of nobody, so that the time tells nothing.
func (h *hasher) verify(ctx context.Context, who rank, stored, password string) (ok, stale bool, err error) {
	nobody := stored == ""
	if nobody {
		stored = h.dummy
	}
	e, err := parseEncoded(stored)
	if err != nil {
		return false, false, err
	}
	if err := h.acquire(ctx, who); err != nil {
		return false, false, err
	}
	defer h.release()
	same := subtle.ConstantTimeCompare(e.derive(password), e.key) == 1
	return same && !nobody, e.memoryKB != h.opt.MemoryKB || e.passes != h.opt.Passes, nil
}

// acquire waits for the right to compute one hash.
func (h *hasher) acquire(ctx context.Context, who rank) error {
	h.mu.Lock()
	if h.free > 0 {
		h.free--
		h.mu.Unlock()
		h.count.Add(1)
		return nil
	}
	if len(h.queue[who]) >= h.opt.Waiting {
		h.mu.Unlock()
		return errBusy()
	}
	turn := make(chan struct{}, 1) // buffered: release never waits for somebody who left
	h.queue[who] = append(h.queue[who], turn)
	h.mu.Unlock()
	select {
	case <-turn:
		h.count.Add(1)
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	for i, c := range h.queue[who] {
		if c == turn {
			h.queue[who] = append(h.queue[who][:i], h.queue[who][i+1:]...)
			h.mu.Unlock()
			return ctx.Err()
		}
	}
	h.mu.Unlock()
	h.release() // the turn came in the same moment: pass it on
	return ctx.Err()
}

// release gives the right to the next in line.
func (h *hasher) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, who := range []rank{known, stranger} {
		if q := h.queue[who]; len(q) > 0 {
			h.queue[who] = q[1:]
			q[0] <- struct{}{}
			return
		}
	}
	h.free++
}

func errBusy() error {
	e := xinshu.Errorf(xinshu.Unavailable, "Too many people are signing in at this moment. Please try again.")
	e.RetryAfter = 5 * time.Second // half of what a full queue takes on two cores, at half a second for a hash
	return e
}

// randomBytes returns n bytes from the system's generator, which never fails on supported systems.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("identity: no randomness: %v", err))
	}
	return b
}
