package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form under which texts are compared: Unicode NFKC (which folds full and half width), without control,
// format and combining accent characters, accents of Latin and Greek letters taken off, lower case, traditional ideographs
// as simplified ones. White space of any kind becomes U+0020 each; every byte that is not UTF-8 becomes U+FFFD.
// Fold(Fold(s)) == Fold(s).
func Fold(s string) string { return string(AppendFold(nil, s)) }

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	f := folder{dst: dst, han: simplifiedOnce()}
	f.fold(s)
	return f.dst
}

// folder is one run of Fold.
type folder struct {
	dst     []byte
	spans   *Offsets    // nil when nobody asks where a byte came from
	han     *simplifier // nil keeps traditional characters
	segment []byte      // scratch of slow
	normal  []byte      // scratch of normalSegment
}

// fold walks s in segments that normalise independently of each other. Nearly all text is runes that neither change under
// NFKC nor join with what stands before them; one of those followed by another is emitted without a look at the tables.
func (f *folder) fold(s string) {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if i+1 == len(s) || s[i+1] < utf8.RuneSelf || startsInert(s[i+1:]) {
				f.emit(asciiFold[c], i, i+1)
				i++
				continue
			}
		} else if r, n := utf8.DecodeRuneInString(s[i:]); inert(r) && startsInert(s[i+n:]) {
			if letter(r) {
				f.emitFolded(r, i, i+n)
			} else {
				f.emit(f.foldInert(r), i, i+n)
			}
			i += n
			continue
		}
		i = f.slow(s, i)
	}
}

// inert tells whether r is a starter that NFKC leaves alone or maps to one rune, and that never joins the rune before it.
func inert(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return true
	case r >= hanFirst && r < hanEnd, r >= 0x20000 && r <= 0x2A6DF: // ideographs
		return true
	case letter(r):
		return true
	case r >= 0x3000 && r <= 0x3020, r >= 0xFF01 && r <= 0xFF5E: // punctuation, full-width ASCII
		return true
	case r >= 0x3041 && r <= 0x3096, r >= 0x30A0 && r <= 0x30FC, r >= 0xAC00 && r <= 0xD7A3: // kana, Hangul syllables
		return true
	case r >= 0x2012 && r <= 0x2014, r >= 0x2018 && r <= 0x2022, r >= 0x1F300 && r <= 0x1FAFF: // dashes and quotes, emoji
		return true
	}
	return false
}

// letter tells whether r is an inert letter of Latin (with the accents of Europe) or Cyrillic.
func letter(r rune) bool {
	switch {
	case r < 0xC0:
		return false
	case r <= 0x17E: // but ligatures and letters with an apostrophe or dot behind
		return r != 0x132 && r != 0x133 && r != 0x13F && r != 0x140 && r != 0x149
	}
	return r >= 0x400 && r <= 0x52F && (r < 0x483 || r > 0x489) // 483–489 are marks
}

// startsInert tells whether s is empty or begins with an inert rune.
func startsInert(s string) bool {
	if s == "" || s[0] < utf8.RuneSelf {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s)
	return inert(r)
}

// foldInert folds one inert rune; dropped runes are -1.
func (f *folder) foldInert(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return asciiFold[r]
	case r >= 0xFF01 && r <= 0xFF5E:
		return asciiFold[r-0xFEE0]
	case r == 0x3000:
		return ' '
	case r >= hanFirst && f.han != nil:
		return f.han.simplify(r)
	}
	return r
}

// slow folds the segment that begins at s[i] and returns its end. Invisible characters are taken out before normalising, for
// what they part may join; those at the end of a segment belong to it.
func (f *folder) slow(s string, i int) int {
	f.segment = f.segment[:0]
	end := i
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if r == utf8.RuneError && n == 1 {
			if len(f.segment) == 0 {
				f.segment = utf8.AppendRune(f.segment, utf8.RuneError)
				end++
			}
			break
		}
		if !invisible(r) {
			if len(f.segment) > 0 && norm.NFKC.PropertiesString(s[end:]).BoundaryBefore() {
				break
			}
			f.segment = append(f.segment, s[end:end+n]...)
		}
		end += n
	}
	for _, r := range string(f.normalSegment()) {
		f.emitFolded(r, i, end)
	}
	return end
}

// normalSegment is the segment in NFKC without accents. Taking an accent out may let its neighbours join, hence the loop; the
// library itself puts a joiner (which counts as an accent here) into runs of more than 30 marks, hence its bound.
func (f *folder) normalSegment() []byte {
	for range 3 {
		f.normal = norm.NFKC.Append(f.normal[:0], f.segment...)
		f.segment = f.segment[:0]
		for _, r := range string(f.normal) {
			if !accent(r) {
				f.segment = utf8.AppendRune(f.segment, r)
			}
		}
		if len(f.segment) == len(f.normal) {
			break
		}
	}
	return f.segment
}

// emitFolded folds one rune that is already normalised.
func (f *folder) emitFolded(r rune, start, end int) {
	switch {
	case r < utf8.RuneSelf:
		f.emit(asciiFold[r], start, end)
		return
	case invisible(r):
		return
	case unicode.IsSpace(r):
		f.emit(' ', start, end)
		return
	}
	if plain, ok := plainLetters[r]; ok {
		for _, p := range plain {
			f.emit(p, start, end)
		}
		return
	}
	r = unicode.ToLower(withoutAccents(r))
	if f.han != nil {
		r = f.han.simplify(r)
	}
	f.emit(r, start, end)
}

func (f *folder) emit(r rune, start, end int) {
	if r < 0 {
		return
	}
	if f.spans != nil {
		f.spans.add(len(f.dst), start, end)
	}
	f.dst = utf8.AppendRune(f.dst, r)
}
