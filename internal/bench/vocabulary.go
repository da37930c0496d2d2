package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/xinshu-im/xinshu/internal/text"
)

// CommonWord stands in a tenth of the messages of a [Vocabulary] that are to have it.
const CommonWord = "status"

const (
	vocabularyWords = 20_000 // of each language
	vocabularyChars = 3_000
)

// Vocabulary makes texts of about 200 bytes out of made-up words, Chinese two times in three. Words are as unevenly frequent as in
// speech: the word of rank k comes (8+k)^-1.1 times as often, and so do the characters of words. It counts how many texts have
// the words that are to be looked for.
type Vocabulary struct {
	rng     *rand.Rand
	ranks   *rand.Zipf
	chinese []string
	english []string
	probes  []Probe
}

// Probe is a word to look for.
type Probe struct {
	Kind     string `json:"kind"` // "chinese" of two characters, "english", "character", "common"
	Band     string `json:"band"` // "frequent", "medium" or "rare": ranks from 0, 300 and 12,000 on
	Word     string `json:"word"`
	Messages int64  `json:"messages"` // texts that have it
}

// NewVocabulary returns the vocabulary of a seed.
func NewVocabulary(seed uint64) *Vocabulary {
	rng := rand.New(rand.NewPCG(1, seed))
	v := &Vocabulary{rng: rng, ranks: rand.NewZipf(rng, 1.1, 8, vocabularyWords-1)}
	chars := characters(rng)
	common := rand.NewZipf(rng, 1.05, 10, vocabularyChars-1)
	syllables := strings.Fields("ta re in con per mo si te ra no li va der ing port ser com pro dis tion ment al er ex un")
	v.chinese = words(func() (w string) {
		for range 1 + (rng.IntN(10)+7)/8 { // a tenth have one, a tenth three
			w += chars[common.Uint64()]
		}
		return w
	})
	v.english = words(func() (w string) {
		for range 2 + rng.IntN(3) {
			w += syllables[rng.IntN(len(syllables))]
		}
		return w
	})
	for _, b := range []struct {
		band string
		rank int
		char int
	}{{"frequent", 0, 0}, {"medium", 300, 400}, {"rare", 12_000, 2_000}} {
		v.probe("chinese", b.band, v.chinese[b.rank:], func(w string) bool { return len([]rune(w)) == 2 })
		v.probe("english", b.band, v.english[b.rank:], func(w string) bool { return len(w) > 5 })
		v.probe("character", b.band, chars[b.char:], func(string) bool { return true })
	}
	v.probes = append(v.probes, Probe{Kind: "common", Band: "tenth", Word: CommonWord})
	return v
}

// characters are simplified ideographs in a random order.
func characters(rng *rand.Rand) (out []string) {
	for _, n := range rng.Perm(0x9FA5 - 0x4E00) {
		if c := string(rune(0x4E00 + n)); text.Fold(c) == c {
			out = append(out, c)
		}
		if len(out) == vocabularyChars {
			break
		}
	}
	return out
}

// words returns different words.
func words(next func() string) []string {
	seen := map[string]bool{}
	out := make([]string, 0, vocabularyWords)
	for len(out) < vocabularyWords {
		if w := next(); !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// probe takes the first few words that fit.
func (v *Vocabulary) probe(kind, band string, from []string, fits func(string) bool) {
	n := 0
	for _, w := range from {
		if fits(w) {
			v.probes = append(v.probes, Probe{Kind: kind, Band: band, Word: w})
			if n++; n == 5 {
				return
			}
		}
	}
}

// Text returns the next text; one in ten of those that may has [CommonWord].
func (v *Vocabulary) Text(common bool) string {
	var b strings.Builder
	english := v.rng.IntN(3) == 0
	for b.Len() < 180 {
		n := v.ranks.Uint64()
		switch {
		case english:
			b.WriteString(v.english[n])
			b.WriteByte(' ')
		case v.rng.IntN(10) == 0:
			b.WriteString("，")
		default:
			b.WriteString(v.chinese[n])
		}
	}
	fmt.Fprintf(&b, " %d", v.rng.IntN(1_000_000)) // numbers of orders, tickets, amounts: rare words
	if common && v.rng.IntN(10) == 0 {
		b.WriteString(" " + CommonWord)
	}
	s := b.String()
	for i := range v.probes {
		if p := &v.probes[i]; has(s, p) {
			p.Messages++
		}
	}
	return s
}

// has says whether a text has the word of a probe, words of English as the beginning of a word.
func has(s string, p *Probe) bool {
	if p.Kind == "chinese" || p.Kind == "character" {
		return strings.Contains(s, p.Word)
	}
	return strings.HasPrefix(s, p.Word) || strings.Contains(s, " "+p.Word)
}

// Probes returns what to look for, and in how many of the texts made so far it is.
func (v *Vocabulary) Probes() []Probe { return v.probes }
