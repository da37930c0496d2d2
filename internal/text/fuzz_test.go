package text_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu/internal/text"
)

func FuzzFold(f *testing.F) {
	for _, s := range corpus() {
		f.Add(s)
	}
	f.Add("\xff\u1100\u200d\u1161\u0301\u3099")
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}

func FuzzQuery(f *testing.F) {
	for _, q := range questions() {
		f.Add(q)
	}
	f.Add(`"-“ -"a" --b ++ # 1,2`)
	f.Fuzz(func(t *testing.T, q string) {
		p, err := text.Query(q)
		if err != nil {
			if !errors.Is(err, text.ErrNoTerms) && !errors.Is(err, text.ErrTooManyTerms) && !errors.Is(err, text.ErrQueryTooLong) {
				t.Fatalf("Query(%q): unknown error %v", q, err)
			}
			return
		}
		positive := 0
		for _, term := range p.Terms {
			if len(term.Atoms) == 0 || term.Single && (len(term.Atoms) != 1 || term.Prefix) {
				t.Fatalf("Query(%q): term %+v", q, term)
			}
			if !term.Not {
				positive++
			}
			for _, atom := range term.Atoms {
				checkAtom(t, atom)
			}
		}
		if positive == 0 || len(p.Terms) > text.MaxTerms {
			t.Fatalf("Query(%q) = %+v", q, p)
		}
	})
}

// checkAtom holds what the package promises of tokens: nothing in them needs escaping in any index.
func checkAtom(t *testing.T, atom string) {
	t.Helper()
	if atom == "" || !utf8.ValidString(atom) || len(atom) > 4*64 {
		t.Fatalf("token %q", atom)
	}
	for _, r := range atom {
		if r < utf8.RuneSelf && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			t.Fatalf("token %q holds %q", atom, r)
		}
	}
}

func FuzzHighlight(f *testing.F) {
	for _, s := range corpus() {
		f.Add(s, "报销 c++ weekly rep", 3)
	}
	f.Add("ﷺ\xff税", "税 ص", 0)
	f.Fuzz(func(t *testing.T, s, q string, radius int) {
		for _, token := range text.Tokens(s) {
			checkAtom(t, token.Text)
		}
		p, err := text.Query(q)
		if err != nil {
			return
		}
		ranges := text.Highlight(s, p, 100)
		checkRanges(t, s, ranges)
		if !text.Matches(s, p) && len(p.Terms) == 1 && len(ranges) > 0 {
			t.Fatalf("%q is no hit for %q and is marked %v", s, q, ranges)
		}
		e := text.Snippet(s, p, radius)
		checkRanges(t, e.Text, e.Ranges)
		if len(ranges) > 0 && len(e.Ranges) == 0 {
			t.Fatalf("%q for %q: the excerpt %q shows no hit", s, q, e.Text)
		}
	})
}

func checkRanges(t *testing.T, s string, ranges []text.Range) {
	t.Helper()
	length, last := len(utf16Of(s)), -1
	for _, r := range ranges {
		if r.Start <= last || r.End <= r.Start || r.End > length {
			t.Fatalf("%q of %d units is marked %v", s, length, ranges)
		}
		last = r.End
	}
}

func FuzzNameKeys(f *testing.F) {
	for _, s := range []string{"单小明", "买买提·吐尔逊", "Seán O'Neill", "\xff'", "吕"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		keys := text.NameKeys(name)
		for _, k := range keys {
			if k.Text == "" || !utf8.ValidString(k.Text) || utf8.RuneCountInString(k.Text) > 64 {
				t.Fatalf("%q has the key %q", name, k.Text)
			}
			for _, r := range k.Text {
				if r < utf8.RuneSelf && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
					t.Fatalf("%q has the key %q", name, k.Text)
				}
			}
		}
		if utf8.RuneCountInString(name) <= 256 && len(keys) > 0 && !finds(t, name, name) {
			t.Fatalf("%q is not found by itself; keys %v", name, keys)
		}
	})
}
