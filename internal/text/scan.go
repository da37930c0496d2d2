package text

import (
	"unicode"
	"unicode/utf8"
)

// class says how a folded rune takes part in tokens.
type class uint8

const (
	classGap  class = iota // parts tokens
	classGram              // written without spaces between words: ideographs, kana, Hangul, Thai …, and emoji; found by every substring
	classWord              // letters, digits and marks of scripts with spaces
)

// classOf sorts a folded rune.
func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return classWord
		}
		return classGap
	case r >= hanFirst && r < hanEnd, r >= 0x20000 && r <= 0x3FFFD:
		return classGram
	case r >= 0x3041 && r <= 0x312F: // kana, bopomofo; without the middle dot and punctuation between them
		return gramUnless(r == 0x30FB || r == 0x30A0 || r == 0x309B || r == 0x309C)
	case r >= 0xAC00 && r <= 0xD7A3, r == 0x3005, r == 0x3007, r >= 0x31A0 && r <= 0x31FF, r >= 0x1100 && r <= 0x11FF:
		return classGram
	case r >= 0x2600 && r <= 0x27BF, r >= 0x1F000 && r <= 0x1FAFF: // symbols and emoji
		return classGram
	case r >= 0x0E00 && r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF: // Thai, Lao; Myanmar; Khmer
		return gramUnless(!unicode.In(r, unicode.L, unicode.M, unicode.N))
	case unicode.In(r, unicode.L, unicode.M, unicode.N):
		return classWord
	}
	return classGap
}

func gramUnless(gap bool) class {
	if gap {
		return classGap
	}
	return classGram
}

// maxWord is the longest word token in runes; what is longer (encoded data, endless digits) is cut into adjacent pieces, so it
// is still found as a whole and no token passes a limit of an index (PostgreSQL: 2,046 bytes).
const maxWord = 64

// run is a stretch of one class in folded bytes.
type run struct {
	class      class
	start, end int
	runes      int
	suffix     bool // one of "+", "++", "#" behind a word: C++, C#, A+
}

// scanner cuts folded text into runs.
type scanner struct {
	s       []byte
	at      int
	wasWord bool // a word ended right at the present position
}

// next returns the next run that is not a gap; false at the end.
func (sc *scanner) next() (run, bool) {
	if sc.wasWord {
		if r, ok := sc.suffix(); ok {
			return r, true
		}
	}
	for sc.at < len(sc.s) {
		first, n := utf8.DecodeRune(sc.s[sc.at:])
		c := classOf(first)
		if c == classGap {
			sc.at += n
			continue
		}
		return sc.take(c, n), true
	}
	return run{}, false
}

// take returns the run of class c that begins with the n bytes at the present position.
func (sc *scanner) take(c class, n int) run {
	r := run{class: c, start: sc.at, end: sc.at + n, runes: 1}
	for r.end < len(sc.s) && (c != classWord || r.runes < maxWord) {
		next, n := utf8.DecodeRune(sc.s[r.end:])
		if classOf(next) != c {
			break
		}
		r.end += n
		r.runes++
	}
	sc.at = r.end
	sc.wasWord = c == classWord
	return r
}

// suffix takes "+", "++" or "#" between a word and something that is neither a word nor more of the same.
func (sc *scanner) suffix() (run, bool) {
	sc.wasWord = false
	n := 0
	for sc.at+n < len(sc.s) && n < 2 && (sc.s[sc.at+n] == '+' || sc.s[sc.at+n] == '#' && n == 0) {
		n++
		if sc.s[sc.at] == '#' {
			break
		}
	}
	if n == 0 {
		return run{}, false
	}
	if end := sc.at + n; end < len(sc.s) {
		if next, _ := utf8.DecodeRune(sc.s[end:]); next == '+' || next == '#' || classOf(next) == classWord {
			return run{}, false
		}
	}
	r := run{class: classWord, start: sc.at, end: sc.at + n, runes: n, suffix: true}
	sc.at = r.end
	return r, true
}
