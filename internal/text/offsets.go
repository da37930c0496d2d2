package text

import (
	"slices"
	"unicode/utf8"
)

// Range is a part of a text, from Start up to but without End. The unit is the UTF-16 code unit where nothing else is said,
// because that is how browsers count.
type Range struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Offsets leads from bytes of a folded text back to the original.
type Offsets struct {
	folded      []int32 // byte offset of each rune of the folded text, ascending
	start, end  []int32 // the bytes of the original that this rune came from
	foldedLen   int
	originalLen int
}

func (o *Offsets) add(folded, start, end int) {
	o.folded = append(o.folded, int32(folded))
	o.start = append(o.start, int32(start))
	o.end = append(o.end, int32(end))
}

// FoldMap returns Fold(s) and the way back from its bytes to those of s, for texts up to 2 GiB.
func FoldMap(s string) (string, Offsets) {
	offsets := Offsets{originalLen: len(s)}
	f := folder{spans: &offsets, han: simplifiedOnce()}
	f.fold(s)
	offsets.foldedLen = len(f.dst)
	return string(f.dst), offsets
}

// Original returns the bytes of the original text that the bytes start to end of the folded text came from. Where several
// characters became one (e and an accent) or one became several (㎏) the whole origin is returned. Bounds outside the folded
// text are moved inside; an empty range stays empty.
func (o *Offsets) Original(start, end int) (int, int) {
	start, end = min(max(start, 0), o.foldedLen), min(end, o.foldedLen)
	if start == o.foldedLen {
		return o.originalLen, o.originalLen
	}
	first := o.runeAt(start)
	if end <= start {
		return int(o.start[first]), int(o.start[first])
	}
	return int(o.start[first]), int(o.end[o.runeAt(end-1)])
}

// runeAt is the index of the rune that holds byte b of the folded text.
func (o *Offsets) runeAt(b int) int {
	i, exact := slices.BinarySearch(o.folded, int32(b))
	if exact {
		return i
	}
	return i - 1
}

// UTF16 turns ascending byte ranges of s into ranges of UTF-16 code units, in place. A byte that is not UTF-8 counts as one
// unit (U+FFFD), as in JSON.
func UTF16(s string, bytes []Range) []Range {
	units, at := 0, 0
	advance := func(to int) int {
		for at < to && at < len(s) {
			r, n := utf8.DecodeRuneInString(s[at:])
			at += n
			units++
			if r > 0xFFFF {
				units++
			}
		}
		return units
	}
	for i := range bytes {
		bytes[i].Start = advance(bytes[i].Start)
		bytes[i].End = advance(bytes[i].End)
	}
	return bytes
}
