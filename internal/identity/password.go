package identity

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// checkPassword refuses a new password that is too short, too long, or among those that are guessed first. There are no rules
// about kinds of characters (ASVS 5.0, 6.2.5). about are words that belong to the person and the company: login, names, numbers.
// Errors: [xinshu.Invalid] for the length, [xinshu.WeakPassword].
func checkPassword(password string, about []string) error {
	n := utf8.RuneCountInString(norm.NFC.String(password))
	switch {
	case !utf8.ValidString(password):
		return passwordError(xinshu.Invalid, "The password is not valid text.")
	case n < xinshu.MinPassword:
		return passwordError(xinshu.Invalid, "A password has at least 8 characters.")
	case n > xinshu.MaxPassword:
		return passwordError(xinshu.Invalid, "A password has at most 256 characters.")
	}
	s := strings.ToLower(norm.NFKC.String(password))
	if unit := repeated(s); utf8.RuneCountInString(unit) < 6 {
		return passwordError(xinshu.WeakPassword, "The password only repeats a few characters.")
	} else if unit != s {
		s = unit // "dragondragon" is no better than "dragon"
	}
	switch {
	case walks(s):
		return passwordError(xinshu.WeakPassword, "The password follows the keyboard or the alphabet.")
	case isDate(s), isMobile(s):
		return passwordError(xinshu.WeakPassword, "The password is a date or a telephone number.")
	case madeOf(s, contextWords(about)):
		return passwordError(xinshu.WeakPassword, "The password is among those that are tried first, or too close to your name, your login or the company's name.")
	}
	return nil
}

func passwordError(code xinshu.Code, sentence string) error {
	e := xinshu.Errorf(code, "%s", sentence)
	e.Fields = []xinshu.FieldError{{Field: "body.password", Message: sentence}}
	return e
}

// repeated returns the shortest beginning whose repetition is s; s itself if there is none.
func repeated(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && utf8.RuneStart(s[n]) && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	// A last repetition that was cut short counts too: abcabcab.
	for n := 1; n <= 3 && n < len(s); n++ {
		if utf8.RuneStart(s[n]) && strings.HasPrefix(strings.Repeat(s[:n], len(s)/n+1), s) {
			return s[:n]
		}
	}
	return s
}

// keyRows are the keys of a keyboard by rows, shifted signs as their digits; a key's neighbours are those around it.
var keyRows = []string{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"}

var unshift = strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8", "(", "9", ")", "0", "_", "-")

// walks says whether s consists of steps to the same, the next or the previous character, or to a neighbouring key, with so few
// jumps between that every stretch has three characters on average: 12345678, qwer1234, 1qaz2wsx, abc123456.
func walks(s string) bool {
	rs := []rune(unshift.Replace(s))
	stretches := 1
	for i := 1; i < len(rs); i++ {
		if !beside(rs[i-1], rs[i]) {
			stretches++
		}
	}
	return stretches*3 <= len(rs)
}

func beside(a, b rune) bool {
	if d := a - b; a < 128 && d >= -1 && d <= 1 {
		return true
	}
	if unicode.IsDigit(a) && unicode.IsDigit(b) && (a-b == 3 || b-a == 3) { // up and down the number pad
		return true
	}
	ra, ca := keyAt(a)
	rb, cb := keyAt(b)
	if ra < 0 || rb < 0 {
		return a == b
	}
	if ra > rb {
		ra, rb = rb, ra
	}
	return rb-ra <= 1 && ca-cb <= 1 && cb-ca <= 1
}

func keyAt(r rune) (row, column int) {
	for i, keys := range keyRows {
		if at := strings.IndexRune(keys, r); at >= 0 {
			return i, at
		}
	}
	return -1, -1
}

var (
	dateYMD = regexp.MustCompile(`^(19|20)\d\d[-./年]?(0?[1-9]|1[0-2])[-./月]?(0?[1-9]|[12]\d|3[01])日?$`)
	dateDMY = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])[-./]?(0?[1-9]|[12]\d|3[01])[-./]?(19|20)\d\d$`)
	mobile  = regexp.MustCompile(`^(\+?86)?1[3-9]\d{9}$`)
)

func isDate(s string) bool   { return dateYMD.MatchString(s) || dateDMY.MatchString(s) }
func isMobile(s string) bool { return mobile.MatchString(s) }

// What may stand around common words without making a password of them.
const (
	looseLetters = 2 // an initial or two
	looseDigits  = 6 // a year, a birthday; years and well-known numbers count nothing
	looseWords   = 2 // three words and more are a passphrase
)

// madeOf says whether s is one or two common words, or any number of words of its context, with a few digits and signs.
func madeOf(s string, context []string) bool {
	core := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	written := strings.Replace(s, core, unleet.Replace(core), 1) // p@ssw0rd; what stands around the core are digits
	return scan(s, context) || written != s && scan(written, context)
}

var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "|", "l")

var year = regexp.MustCompile(`^(19[4-9]\d|20[0-4]\d)`)

// scan takes the longest known word at each place and counts what is left.
func scan(s string, context []string) bool {
	common := sortedWords()
	words, found, letters, digits := 0, false, 0, 0
	for len(s) > 0 {
		if w := longest(s, context); w != "" {
			s, found = s[len(w):], true
			continue
		}
		if w := longest(s, common); w != "" {
			s, found = s[len(w):], true
			words++
			continue
		}
		if w := longest(s, commonNumbers); w != "" {
			s, found = s[len(w):], found || len(w) >= 6
			continue
		}
		if y := year.FindString(s); y != "" {
			s = s[len(y):]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
		s = s[n:]
	}
	return found && words <= looseWords && letters <= looseLetters && digits <= looseDigits
}

func longest(s string, words []string) string {
	best := ""
	for _, w := range words {
		if len(w) > len(best) && strings.HasPrefix(s, w) {
			best = w
		}
	}
	return best
}

// sortedWords are the common words, once each.
var sortedWords = sync.OnceValue(func() []string {
	words := slices.Clone(commonWords)
	slices.Sort(words)
	return slices.Compact(words)
})

// contextWords are the forms in which words about the person and the company appear in passwords: as written, their parts, and
// the pinyin of names.
func contextWords(about []string) []string {
	out := []string{"xinshu", "信枢"}
	add := func(w string) {
		if utf8.RuneCountInString(w) >= 3 || len(w) >= 6 { // three letters or two ideographs
			out = append(out, w)
		}
	}
	for _, a := range about {
		a = strings.ToLower(norm.NFKC.String(a))
		add(a)
		add(text.Fold(a))
		for _, part := range strings.FieldsFunc(a, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			add(part)
		}
		for _, k := range text.NameKeys(a) {
			if k.Kind == text.KindPinyin {
				add(k.Text)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
