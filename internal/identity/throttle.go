package identity

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Bounds of wrong passwords within guessWindow.
const (
	guessWindow    = 15 * time.Minute
	guesses        = 10   // for one account from everywhere unknown; from each known device; from each known network
	networkGuesses = 50   // from one network for accounts that never signed in there
	officeGuesses  = 400  // from one network for accounts that did: an office behind one address
	globalGuesses  = 3000 // from all unknown places together
)

// guess describes an attempt to prove who somebody is.
type guess struct {
	account      string // whose; of an unknown login the folded login, so that it is answered like a known one
	network      string
	device       string // hash of a device's secret that this account signed in with before; "" if none
	knownNetwork bool   // the account signed in from this network before
}

// throttle bounds wrong passwords without ever closing an account: attempts from a device that signed in before, from a network
// that did, and from elsewhere are counted apart, so whoever guesses from elsewhere uses up only his own room.
//
// An attempt counts from its beginning and is taken back if it succeeds; so many at the same time get no more tries than one
// after the other. Memory is fixed: places are found by a keyed hash, and two that meet share their room, which the bound over
// all unknown places keeps rare (3,000 marks on 32,768 places of 10). The state is this process's; a restart forgets it.
type throttle struct {
	clock xinshu.Clock
	seed  maphash.Seed
	start time.Time

	// mu guards the fields below.
	mu       sync.Mutex
	windows  []window
	networks []meter
	global   meter
}

const (
	windowPlaces  = 1 << 15 // 40 bytes each, touched only when used
	networkPlaces = 1 << 14
)

func newThrottle(clock xinshu.Clock) *throttle {
	return &throttle{clock: clock, seed: maphash.MakeSeed(), start: clock.Now(),
		windows: make([]window, windowPlaces), networks: make([]meter, networkPlaces)}
}

// window remembers the moments of the last attempts, as seconds from 1; 0 is a free place.
type window [guesses]uint32

// meter allows a number of attempts in guessWindow: half of them at once, the others as time passes, so that no window of that
// length holds more. It is the moment, in milliseconds from the start, at which it is empty again (GCRA).
type meter int64

// attempt is a counted attempt; success takes it back.
type attempt struct {
	t      *throttle
	window *window
	at     uint32
	meters []metered
}

type metered struct {
	m    *meter
	cost int64
}

// try counts an attempt, or refuses it with [xinshu.RateLimited] and the time after which there is room.
func (t *throttle) try(g guess) (*attempt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	elapsed := max(0, t.clock.Now().Sub(t.start))
	ms := elapsed.Milliseconds()
	a := &attempt{t: t, at: uint32(elapsed/time.Second) + 1}
	switch {
	case g.device != "":
		a.window = t.window("device", g.account, g.device)
	case g.knownNetwork:
		a.window = t.window("network", g.account, g.network)
		a.meters = []metered{{t.meter("office", g.network), costOf(officeGuesses)}}
	default:
		a.window = t.window("account", g.account, "")
		a.meters = []metered{{t.meter("network", g.network), costOf(networkGuesses)}, {&t.global, costOf(globalGuesses)}}
	}
	oldest := 0
	for i, at := range a.window {
		if at < a.window[oldest] {
			oldest = i
		}
	}
	var wait time.Duration
	if at := a.window[oldest]; at != 0 {
		// A whole second longer than the window, because both moments are cut to seconds.
		wait = max(wait, time.Duration(at)*time.Second+guessWindow-time.Duration(a.at-1)*time.Second)
	}
	for _, m := range a.meters {
		over := max(int64(*m.m), ms) + m.cost - ms - guessWindow.Milliseconds()
		wait = max(wait, time.Duration(over)*time.Millisecond)
	}
	if wait > 0 {
		e := xinshu.Errorf(xinshu.RateLimited, "Too many wrong passwords. Please wait, or sign in on a device that you have used before.")
		e.RetryAfter = wait
		return nil, e
	}
	a.window[oldest] = a.at
	for _, m := range a.meters {
		*m.m = meter(max(int64(*m.m), ms) + m.cost)
	}
	return a, nil
}

// costOf is how long one attempt weighs on a meter, in milliseconds: twice its share of the window, because half of the attempts
// may come at once and half as time passes.
func costOf(allowed int64) int64 { return 2 * guessWindow.Milliseconds() / allowed }

// success takes the attempt back: right passwords are not counted.
func (a *attempt) success() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	for i, at := range a.window {
		if at == a.at {
			a.window[i] = 0
			break
		}
	}
	for _, m := range a.meters {
		*m.m -= meter(m.cost)
	}
}

func (t *throttle) window(kind, account, place string) *window {
	return &t.windows[t.hash(kind, account, place)%windowPlaces]
}

func (t *throttle) meter(kind, network string) *meter {
	return &t.networks[t.hash(kind, network, "")%networkPlaces]
}

func (t *throttle) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, p := range parts {
		_, _ = h.WriteString(p) // never fails
		_ = h.WriteByte(0)      // likewise
	}
	return h.Sum64()
}
