package demo

import (
	"math/rand/v2"
)

// markRead draws how far every member has read: most are nearly through, some are days behind, and the people with passwords find
// something new when they sign in. Nobody is behind what they said themselves.
func (c *Conversation) markRead(messages []Message, logins []Login, random *rand.Rand) {
	own := map[PersonCode]int{}
	for _, m := range messages {
		own[m.Author] = m.Position
	}
	for _, p := range c.Members {
		behind := 0
		switch n := random.IntN(100); {
		case n < 55:
		case n < 85:
			behind = between(random, 1, 6)
		default:
			behind = between(random, 7, 90)
		}
		for _, l := range logins {
			if l.Person == p {
				behind = between(random, 0, 14)
			}
		}
		c.Read[p] = max(own[p], len(messages)-behind, 0)
	}
}
