package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// asciiFold is the folded form of every ASCII character: lower case, white space as ' ', control characters -1 (dropped).
var asciiFold = [utf8.RuneSelf]rune{
	-1, -1, -1, -1, -1, -1, -1, -1, -1, ' ', ' ', ' ', ' ', ' ', -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	' ', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
	'@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '[', '\\', ']', '^', '_',
	'`', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '{', '|', '}', '~', -1,
}

// plainLetters are Latin letters that people write plainly when they search but that have no decomposition, and the Greek
// final sigma.
var plainLetters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h", 'ı': "i", 'ς': "σ",
	'ǿ': "o", 'Ǿ': "o", 'ǽ': "ae", 'Ǽ': "ae", 'ǣ': "ae", 'Ǣ': "ae",
}

// withoutAccents returns the base of an accented Latin or Greek letter and every other rune as it is. Letters of other scripts
// keep their marks: й is not и, and が is not か.
func withoutAccents(r rune) rune {
	if r < 0xC0 || r > 0x1FFF || (r > 0x3FF && r < 0x1E00) {
		return r
	}
	var buf [utf8.UTFMax]byte
	parts := norm.NFD.Properties(utf8.AppendRune(buf[:0], r)).Decomposition()
	if len(parts) == 0 {
		return r
	}
	base, _ := utf8.DecodeRune(parts)
	return base
}

// invisible tells whether r has no place in folded text: control and format characters (zero width, direction, soft hyphen,
// tags), variation selectors and fillers. White space is not invisible.
func invisible(r rune) bool {
	switch {
	case r < 0x20:
		return r < '\t' || r > '\r'
	case r < 0x7F:
		return false
	case r < 0xA0:
		return r != 0x85 // "next line" is white space
	case r >= hanFirst && r < hanEnd:
		return false
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x180B && r <= 0x180F, r >= 0xE0000 && r <= 0xE0FFF: // selectors, tags
		return true
	case r == 0x34F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0: // grapheme joiner, Hangul fillers
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// accent tells whether r is a combining mark of Latin, Greek, Cyrillic or of symbols; one that is left after composing falls.
func accent(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36F:
		return true
	}
	return r >= 0x1AB0 && r <= 0x1AFF || r >= 0x1DC0 && r <= 0x1DFF || r >= 0x20D0 && r <= 0x20FF || r >= 0xFE20 && r <= 0xFE2F
}
