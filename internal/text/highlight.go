package text

import (
	"slices"
	"strings"
)

// Matches tells whether s is a hit for p, without an index.
func Matches(s string, p Parsed) bool {
	tokens := tokensOf(Fold(s))
	for _, t := range p.Terms {
		found := false
		for i := 0; i < len(tokens) && !found; i++ {
			_, found = t.at(tokens, i)
		}
		if found == t.Not {
			return false
		}
	}
	return true
}

// Highlight returns where the terms of p stand in the original text, as ranges of UTF-16 code units: ascending, not touching,
// at most limit of them. Excluded terms are ignored.
func Highlight(original string, p Parsed, limit int) []Range {
	return UTF16(original, highlight(original, p, limit))
}

// highlight is Highlight in bytes of the original.
func highlight(original string, p Parsed, limit int) []Range {
	folded, offsets := FoldMap(original)
	tokens := tokensOf(folded)
	var found []Range
	for _, t := range p.Terms {
		if t.Not {
			continue
		}
		for i := range tokens {
			if end, ok := t.at(tokens, i); ok {
				from, to := offsets.Original(tokens[i].Start, end)
				found = append(found, Range{from, to})
			}
		}
	}
	found = merge(found)
	return found[:min(len(found), max(limit, 0))]
}

// at tells whether t begins at tokens[i], and where it ends in the folded text.
func (t Term) at(tokens []Token, i int) (end int, ok bool) {
	last := len(t.Atoms) - 1
	if last < 0 || i+last >= len(tokens) {
		return 0, false
	}
	for j, atom := range t.Atoms {
		token := tokens[i+j]
		if j == last && (t.Prefix || t.Single) {
			return token.Start + len(atom), strings.HasPrefix(token.Text, atom)
		}
		if token.Text != atom {
			return 0, false
		}
	}
	return tokens[i+last].End, true
}

// merge sorts ranges and joins those that overlap or touch.
func merge(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return a.Start - b.Start })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && r.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
			continue
		}
		out = append(out, r)
	}
	return out
}
