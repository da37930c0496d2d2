package door_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/door"
)

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		`{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}`:                  nil,
		`{"a":"a","b":"a"}`:                                          nil,
		`{"a":["a","a"]}`:                                            nil,
		`{"a\"":1,"a":2}`:                                            nil,
		`{"a":1,"a":2}`:                                              door.ErrNameTwice,
		`{"a":1,"\u0061":2}`:                                         door.ErrNameTwice,
		`{"a" :1, "b":{}, "a"` + "\n" + `:2}`:                        door.ErrNameTwice,
		`{"x":[1,{"a":1,"b":"}","a":2}]}`:                            door.ErrNameTwice,
		"{\"a\":\"\xff\"}":                                           door.ErrNotUTF8,
		strings.Repeat("[", 32) + strings.Repeat("]", 32):            nil,
		strings.Repeat("[", 33):                                      door.ErrTooDeep,
		strings.Repeat(`{"a":`, 100_000):                             door.ErrTooDeep,
		`{"a` + strings.Repeat(`":1,"a`, 1) + strings.Repeat("x", 9): nil,
		`"\`:  nil,
		`{"\`: nil,
		`]}`:  nil,
	} {
		if err := door.CheckJSON([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.60s: %v, want %v", text, err, want)
		}
	}
	var many strings.Builder
	many.WriteString(`{"n":0`)
	for i := range 64 {
		many.WriteString(`,"n` + strings.Repeat("x", i+1) + `":0`)
	}
	many.WriteString("}")
	if err := door.CheckJSON([]byte(many.String())); !errors.Is(err, door.ErrTooMany) {
		t.Errorf("65 fields: %v", err)
	}
}

func TestExactNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"client_id":"Client_ID","a1":{"b":["C"]}}`: "",
		`{"a":{"Client_id":1}}`:                      "Client_id",
		`{"\u212aind":1}`:                            "\u212aind", // KELVIN SIGN, which encoding/json takes for k
		`{"":1}`:                                     "",
	} {
		if got := door.ExactNames([]byte(text)); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// FuzzCheckJSON: no text breaks the check, and what it lets through means the same to every reader: decoded and encoded again, it
// has as many fields as before.
func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":[{"c":"\u0061\\\""}]}`, `{"a":1,"\u0061":2}`, `{"":"","\\":""}`, "{\"a\" \n:1}", `"`, `{"a`, `[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := door.CheckJSON(text)
		door.ExactNames(text)
		if err != nil || !json.Valid(text) {
			return
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			return // a number out of range
		}
		if got, want := countNames(v), namesIn(text); got != want {
			t.Errorf("%s: %d fields decoded, %d written", text, got, want)
		}
	})
}

func countNames(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		n = len(v)
		for _, x := range v {
			n += countNames(x)
		}
	case []any:
		for _, x := range v {
			n += countNames(x)
		}
	}
	return n
}

// namesIn counts the fields of valid JSON by its tokens.
func namesIn(text []byte) (n int) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	for {
		tok, err := d.Token()
		if err != nil {
			return n
		}
		if _, ok := tok.(string); ok && colonNext(text[d.InputOffset():]) {
			n++
		}
	}
}

func colonNext(rest []byte) bool {
	s := strings.TrimLeft(string(rest), " \t\r\n")
	return strings.HasPrefix(s, ":")
}
