package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate go run ./gen

// Both tables are built from their generated constants when first used (0.2 and 1 ms) and never change afterwards.
var (
	simplifiedOnce = sync.OnceValue(loadSimplified)
	pinyinOnce     = sync.OnceValue(loadPinyin)
)

const (
	hanFirst = 0x3400 // CJK Extension A, the first ideograph of the BMP
	hanEnd   = 0xA000 // one past CJK Unified Ideographs
)

// simplifier maps traditional characters to simplified ones; the BMP by index, the rest by map.
type simplifier struct {
	bmp  [hanEnd - hanFirst]rune // 0: unchanged
	rest map[rune]rune
}

func loadSimplified() *simplifier {
	t := &simplifier{rest: map[rune]rune{}}
	for s := simplifiedPairs; s != ""; {
		from, n := utf8.DecodeRuneInString(s)
		to, m := utf8.DecodeRuneInString(s[n:])
		if from >= hanFirst && from < hanEnd {
			t.bmp[from-hanFirst] = to
		} else {
			t.rest[from] = to
		}
		s = s[n+m:]
	}
	return t
}

func (t *simplifier) simplify(r rune) rune {
	if r >= hanFirst && r < hanEnd {
		if to := t.bmp[r-hanFirst]; to != 0 {
			return to
		}
		return r
	}
	if r >= 0x20000 {
		if to, ok := t.rest[r]; ok {
			return to
		}
	}
	return r
}

// pinyinTable holds, in pages of 256 code points, the number of each character's list of readings; list 0 is empty.
type pinyinTable struct {
	pages    [0x324]*[256]uint16
	readings [][]string
}

func loadPinyin() *pinyinTable {
	t := &pinyinTable{readings: make([][]string, 1, 1+strings.Count(pinyinGroups, ":"))}
	for group := range strings.SplitSeq(pinyinGroups, " ") {
		list, chars, _ := strings.Cut(group, ":")
		number := uint16(len(t.readings))
		t.readings = append(t.readings, strings.Split(list, ","))
		for _, r := range chars {
			page := &t.pages[r>>8]
			if *page == nil {
				*page = new([256]uint16)
			}
			(*page)[r&0xFF] = number
		}
	}
	return t
}

// of returns the readings of one character, most common first; none for anything that is not a known ideograph. The slice is
// shared and must not be changed.
func (t *pinyinTable) of(r rune) []string {
	if p := int(r >> 8); p < len(t.pages) && t.pages[p] != nil {
		return t.readings[t.pages[p][r&0xFF]]
	}
	return nil
}
