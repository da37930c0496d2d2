package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ValidText refuses s unless it is UTF-8 of at most maxCodePoints code points and free of control characters other than tab,
// line feed and carriage return (some editors, databases and terminals take the rest for commands). Errors: ErrInvalidText,
// ErrTextTooLong.
func ValidText(s string, maxCodePoints int) error {
	if len(s) > maxCodePoints && utf8.RuneCountInString(s) > maxCodePoints {
		return ErrTextTooLong
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7F {
				return ErrInvalidText
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < 0xA0 {
			return ErrInvalidText
		}
		i += n
	}
	return nil
}

// CleanName returns the name of a person, department, conversation … as it is stored: NFC, without space at its ends, any white
// space inside as one U+0020, without the invisible characters that copying from tables brings along (U+FEFF, U+200B, U+2060,
// U+00AD). It refuses control characters and those that turn the direction of text, by which one name can look like another.
// Errors: ErrInvalidText, ErrTextTooLong, ErrEmptyName.
func CleanName(s string, maxCodePoints int) (string, error) {
	if len(s) > 16*utf8.UTFMax*maxCodePoints { // no name is mostly spaces and invisible characters
		return "", ErrTextTooLong
	}
	if !utf8.ValidString(s) {
		return "", ErrInvalidText
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch {
		case unicode.IsSpace(r):
			r = ' '
		case r == 0xFEFF || r == 0x200B || r == 0x2060 || r == 0xAD:
			continue
		case unicode.IsControl(r) || turnsDirection(r) || r >= 0xE0000 && r <= 0xE007F || r >= 0xFFF9 && r <= 0xFFFB:
			return "", ErrInvalidText
		}
		b.WriteRune(r)
	}
	name := strings.Join(strings.Fields(b.String()), " ")
	if utf8.RuneCountInString(name) > maxCodePoints {
		return "", ErrTextTooLong
	}
	if strings.TrimFunc(Fold(name), unicode.IsSpace) == "" {
		return "", ErrEmptyName
	}
	return norm.NFC.String(name), nil
}

// turnsDirection tells whether r is a bidirectional control (Unicode UAX #9, Bidi_Control).
func turnsDirection(r rune) bool {
	return r == 0x61C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
