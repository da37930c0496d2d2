package door

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
)

// Bounds of JSON from outside: no request comes near them.
const (
	maxDepth = 32 // objects and arrays inside each other
	maxNames = 64 // fields of one object
)

// What [CheckJSON] refuses.
var (
	ErrNotUTF8   = errors.New("the text is not UTF-8")
	ErrTooDeep   = errors.New("nested too deep")
	ErrNameTwice = errors.New("an object has a field twice")
	ErrTooMany   = errors.New("an object has too many fields")
)

// CheckJSON refuses what encoding/json lets pass and readers understand differently: text that is not UTF-8, a name twice in one
// object (a checker may see the first value and the program use the last), and nesting or objects that no request has. It does
// not check the syntax otherwise; the decoder does.
func CheckJSON(text []byte) error {
	if !utf8.Valid(text) {
		return ErrNotUTF8
	}
	var (
		names  = make([][]byte, 0, 32) // of all open objects
		begins = make([]int, 0, 8)     // for each open object its first place in names; -1 for an array
	)
	for i := 0; i < len(text); {
		switch text[i] {
		case '{', '[':
			if len(begins) == maxDepth {
				return ErrTooDeep
			}
			begin := -1
			if text[i] == '{' {
				begin = len(names)
			}
			begins = append(begins, begin)
		case '}', ']':
			if n := len(begins); n > 0 {
				if begins[n-1] >= 0 {
					names = names[:begins[n-1]]
				}
				begins = begins[:n-1]
			}
		case '"':
			end := endOfString(text, i)
			word := text[i:end]
			i = end
			if n := len(begins); n == 0 || begins[n-1] < 0 || !colonFollows(text[end:]) {
				continue
			}
			mine := names[begins[len(begins)-1]:]
			if len(mine) == maxNames {
				return ErrTooMany
			}
			word = plainName(word)
			for _, other := range mine {
				if bytes.Equal(other, word) {
					return ErrNameTwice
				}
			}
			names = append(names, word)
			continue
		}
		i++
	}
	return nil
}

// endOfString returns the place behind the string that begins at start, or the end of the text.
func endOfString(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// colonFollows says whether the string before rest was a name.
func colonFollows(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}

// plainName is a quoted name without escapes, so that "\u006eame" is name.
func plainName(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return quoted // the decoder refuses it
	}
	return append(append([]byte{'"'}, s...), '"')
}

// ExactNames refuses names that are not written like any of ours (lower case, digits, _): encoding/json would take "Client_ID"
// for client_id. It returns the first such name, "" without one. The text is one that was decoded.
func ExactNames(text []byte) string {
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		end := endOfString(text, i)
		if word := plainName(text[i:end]); colonFollows(text[end:]) {
			name := word[1 : len(word)-1]
			for _, c := range name {
				if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
					return string(name)
				}
			}
		}
		i = end - 1
	}
	return ""
}

// checkAddress refuses a path or query that cannot be what somebody meant: half-read escapes, a parameter twice (one reader takes
// the first, another the last), text that is not UTF-8 or holds NUL, which no store takes.
func checkAddress(u *url.URL) error {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errAddress.Because(err)
	}
	if !storable(u.Path) {
		return errAddress
	}
	for name, values := range q {
		if len(values) > 1 || !storable(name) || !storable(values[0]) {
			return errAddress
		}
	}
	return nil
}

func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

var errAddress = xinshu.Errorf(xinshu.Invalid, "The address is not valid.")
