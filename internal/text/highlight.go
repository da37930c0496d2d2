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
	ranges := merge(occurrences(original, p))
	return UTF16(original, ranges[:min(len(ranges), max(limit, 0))])
}

// occurrence is one place of one term, in bytes of the original.
type occurrence struct {
	Range
	term int
}

// occurrences returns every place of every wanted term by ascending start.
func occurrences(original string, p Parsed) []occurrence {
	folded, offsets := FoldMap(original)
	tokens := tokensOf(folded)
	var found []occurrence
	for n, t := range p.Terms {
		if t.Not {
			continue
		}
		for i := range tokens {
			if end, ok := t.at(tokens, i); ok {
				from, to := offsets.Original(tokens[i].Start, end)
				found = append(found, occurrence{Range{from, to}, n})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b occurrence) int { return a.Start - b.Start })
	return found
}

// merge joins occurrences that overlap or touch.
func merge(found []occurrence) []Range {
	var out []Range
	for _, o := range found {
		if n := len(out); n > 0 && o.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, o.End)
			continue
		}
		out = append(out, o.Range)
	}
	return out
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
