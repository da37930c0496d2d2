package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
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
	Waiting    int // requests that may wait for their turn, in each of the two queues; 0 means 32.
}

// hasher computes argon2id (RFC 9106) hashes, a few at a time. People who come from where they signed in before go first, so that
// guessing from elsewhere does not keep them waiting. Safe for concurrent use.
type hasher struct {
	opt   HashOptions
	dummy string       // a hash that no password has
	count atomic.Int64 // hashes computed

	// mu guards the fields below.
	mu      sync.Mutex
	free    int
	running map[string]int // hashes being computed, by whose password it is about
	queue   [2][]waiter    // strangers, known
}

// rank says who goes first when hashes are scarce.
type rank int

const (
	stranger rank = iota
	known
)

// waitingOfOne is how many requests about one person may wait in a queue: as many as there may be wrong guesses at once.
const waitingOfOne = guesses

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
	h := &hasher{opt: opt, free: opt.Concurrent, running: map[string]int{}}
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

// hash returns the encoded hash of a password; by says whose it is. [xinshu.Unavailable] when too many wait, altogether or by the
// same.
func (h *hasher) hash(ctx context.Context, who rank, by, password string) (string, error) {
	if err := h.acquire(ctx, who, by); err != nil {
		return "", err
	}
	defer h.release(by)
	e := encoded{h.opt.MemoryKB, h.opt.Passes, randomBytes(saltBytes), nil}
	e.key = e.derive(password)
	return e.String(), nil
}

// verify says whether password has the encoded hash, and whether the hash should be made anew with today's parameters. It always
// computes one hash: for a stored "" that of nobody, so that the time tells nothing.
func (h *hasher) verify(ctx context.Context, who rank, by, stored, password string) (ok, stale bool, err error) {
	nobody := stored == ""
	if nobody {
		stored = h.dummy
	}
	e, err := parseEncoded(stored)
	if err != nil {
		return false, false, err
	}
	if err := h.acquire(ctx, who, by); err != nil {
		return false, false, err
	}
	defer h.release(by)
	same := subtle.ConstantTimeCompare(e.derive(password), e.key) == 1
	return same && !nobody, e.memoryKB != h.opt.MemoryKB || e.passes != h.opt.Passes, nil
}

// waiter is a request in a queue; turn is buffered: release never waits for somebody who left.
type waiter struct {
	by   string
	turn chan struct{}
}

// acquire waits for the right to compute one hash.
func (h *hasher) acquire(ctx context.Context, who rank, by string) error {
	h.mu.Lock()
	if h.free > 0 {
		h.free--
		h.begin(by)
		h.mu.Unlock()
		return nil
	}
	mine := 0
	for _, w := range h.queue[who] {
		if w.by == by {
			mine++
		}
	}
	if len(h.queue[who]) >= h.opt.Waiting || mine >= waitingOfOne {
		h.mu.Unlock()
		return errBusy()
	}
	w := waiter{by, make(chan struct{}, 1)}
	h.queue[who] = append(h.queue[who], w)
	h.mu.Unlock()
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	if i := slices.Index(h.queue[who], w); i >= 0 {
		h.queue[who] = slices.Delete(h.queue[who], i, i+1)
		h.mu.Unlock()
		return ctx.Err()
	}
	h.mu.Unlock()
	h.release(by) // the turn came in the same moment: pass it on
	return ctx.Err()
}

// begin counts a hash of by; mu is held.
func (h *hasher) begin(by string) {
	h.running[by]++
	h.count.Add(1)
}

// release gives the right of by to the next in line, first to those for whom no hash is being computed: one person with many
// requests leaves room for everybody else, also for strangers.
func (h *hasher) release(by string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running[by]--; h.running[by] == 0 {
		delete(h.running, by)
	}
	for _, most := range []int{0, h.opt.Concurrent} {
		for _, who := range []rank{known, stranger} {
			i := slices.IndexFunc(h.queue[who], func(w waiter) bool { return h.running[w.by] <= most })
			if i < 0 {
				continue
			}
			next := h.queue[who][i]
			h.queue[who] = slices.Delete(h.queue[who], i, i+1)
			h.begin(next.by)
			next.turn <- struct{}{}
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
