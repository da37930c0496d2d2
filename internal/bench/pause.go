package bench

import (
	"math"
	"time"
)

// pauseBefore is the web client's pause before the nth try (from 0) to come back; 0 ≤ random < 1. web/src/sync/pauses.json holds both to it.
func pauseBefore(attempt int, random float64) time.Duration {
	longest := min(10_000, 1_000*math.Pow(1.5, float64(attempt)))
	return time.Duration(math.Round(longest*(0.3+0.7*random))) * time.Millisecond
}
