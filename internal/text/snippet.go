package text

import (
	"sort"
	"unicode"
	"unicode/utf8"
)

// Excerpt is the part of a text that is shown for a hit.
type Excerpt struct {
	Text   string  `json:"text"`             // as in the original, line breaks included
	Ranges []Range `json:"ranges,omitempty"` // the terms in Text, in UTF-16 code units
	Before bool    `json:"before,omitempty"` // text was cut off in front
	After  bool    `json:"after,omitempty"`  // text was cut off behind
}

// maxSnippetRanges bounds the marks in one excerpt.
const maxSnippetRanges = 64

// maxJoined is how many code points a cut may move to keep a drawn character whole; stacked marks could go on for ever.
const maxJoined = 16

// Snippet returns the terms of p with radius code points of original around them: the place where most different terms stand
// close together, the earliest of equals; the beginning of the text when none is found.
func Snippet(original string, p Parsed, radius int) Excerpt {
	radius = min(max(radius, 0), 1<<16)
	found := occurrences(original, p)
	marks := merge(found)
	from, to := 0, forward(original, 0, 2*radius)
	if len(found) > 0 {
		start := found[densest(found, len(p.Terms), 4*radius)].Start // in bytes: between 2 for ASCII and 6 for ideographs
		mark := marks[sort.Search(len(marks), func(i int) bool { return marks[i].End > start })]
		from = backward(original, start, radius)
		to = forward(original, min(mark.End, forward(original, start, MaxQuery)), radius)
	}
	e := Excerpt{Text: original[from:to], Before: from > 0, After: to < len(original)}
	for _, r := range marks {
		if r.Start < to && r.End > from && len(e.Ranges) < maxSnippetRanges {
			e.Ranges = append(e.Ranges, Range{max(r.Start, from) - from, min(r.End, to) - from})
		}
	}
	UTF16(e.Text, e.Ranges)
	return e
}

// densest returns the occurrence that has the most different terms within width bytes behind its start.
func densest(found []occurrence, terms, width int) int {
	counts := make([]int, terms) // occurrences of each term between i and last
	best, most, last, different := 0, 0, 0, 0
	for i := range found {
		for last < len(found) && found[last].Start-found[i].Start <= width {
			if counts[found[last].term]++; counts[found[last].term] == 1 {
				different++
			}
			last++
		}
		if different > most {
			best, most = i, different
		}
		if counts[found[i].term]--; counts[found[i].term] == 0 {
			different--
		}
	}
	return best
}

// backward moves n code points towards the start, and on over marks that belong to the character before.
func backward(s string, at, n int) int {
	for ; at > 0; n-- {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if next, _ := utf8.DecodeRuneInString(s[at:]); n <= -maxJoined || n <= 0 && !joins(next) && r != zeroWidthJoiner {
			return at
		}
		at -= size
	}
	return at
}

// forward moves n code points towards the end, and on over marks that belong to the last character.
func forward(s string, at, n int) int {
	for ; at < len(s); n-- {
		r, size := utf8.DecodeRuneInString(s[at:])
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		if n <= -maxJoined || n <= 0 && !joins(r) && before != zeroWidthJoiner {
			return at
		}
		at += size
	}
	return at
}

const zeroWidthJoiner = '\u200D'

// joins tells whether r is drawn together with the character before it: marks, selectors, skin tones, joiners.
func joins(r rune) bool {
	return unicode.Is(unicode.M, r) || r == zeroWidthJoiner || r >= 0x1F3FB && r <= 0x1F3FF
}
