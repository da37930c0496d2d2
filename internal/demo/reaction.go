package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// reactions reads a note such as "👍 张伟 高远" or "🎉 *12" (twelve members, drawn). Names that are unknown are left to the tests.
func (t *talk) reactions(note string, c *Conversation, author PersonCode, random *rand.Rand) []Reaction {
	emoji, names, _ := strings.Cut(note, " ")
	var out []Reaction
	add := func(p PersonCode) {
		if r := (Reaction{Emoji: emoji, Person: p}); p != author && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for names != "" {
		if count, ok := strings.CutPrefix(names, "*"); ok {
			n, _ := strconv.Atoi(count) // a note without a number draws nobody, which a test sees
			for range min(n, len(c.Members)) {
				add(c.Members[random.IntN(len(c.Members))])
			}
			return out
		}
		name, code := t.mentions.match(names, nil)
		if name == "" {
			return nil
		}
		add(code)
		names = strings.TrimPrefix(strings.TrimPrefix(names, name), " ")
	}
	return out
}
