package demo

import (
	"hash/fnv"
	"math/rand/v2"
)

// stream is a random source of its own for one label, so that new content in one place does not change the rest of the company.
func stream(seed uint64, label string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(label)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// between is uniform in [lo, hi].
func between(r *rand.Rand, lo, hi int) int { return lo + r.IntN(hi-lo+1) }
