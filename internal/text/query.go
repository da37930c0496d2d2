package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
)

const (
	MaxQuery = xinshu.MaxQuery // code points of a query
	MaxTerms = 16              // terms of a query, excluded ones included; each costs a lookup
)

// Term is one thing to look for: adjacent tokens of the stream, or one character of the singles.
type Term struct {
	Atoms  []string // at least one; neighbours in the stream, in this order
	Prefix bool     // the last atom is the beginning of a token, not a whole one
	Single bool     // the only atom is one character of a run: the beginning of every token that has it first
	Not    bool     // texts with this term are left out
}

// Parsed is a query: a text is a hit when it has every term without Not and none with Not. There is at least one without.
type Parsed struct {
	Terms []Term
}

// Query parses free text: words (all must occur), "phrases" in straight or curly quotes, -word and -"phrase" to leave out, runs
// of ideographs (found as they stand, anywhere). Words and ideographs joined by - . _ / @ : and the like, or by nothing, are
// phrases too. A last word of two characters or more, with nothing behind it, also finds longer words. Filters (from:, in:) must
// have been taken out. Errors: ErrQueryTooLong, ErrTooManyTerms, ErrNoTerms.
func Query(q string) (Parsed, error) {
	if len(q) > MaxQuery*utf8.UTFMax || utf8.RuneCountInString(q) > MaxQuery {
		return Parsed{}, ErrQueryTooLong
	}
	var p parser
	p.parse(Fold(q))
	if len(p.terms) > MaxTerms {
		return Parsed{}, ErrTooManyTerms
	}
	if !slices.ContainsFunc(p.terms, func(t Term) bool { return !t.Not }) {
		return Parsed{}, ErrNoTerms
	}
	return Parsed{Terms: p.terms}, nil
}

type parser struct {
	terms []Term
}

// parse cuts a folded query at spaces and quotes.
func (p *parser) parse(q string) {
	for {
		q = strings.TrimLeft(q, " ")
		if q == "" {
			return
		}
		not := false
		if len(q) > 1 && q[0] == '-' && q[1] != ' ' && q[1] != '-' {
			not, q = true, q[1:]
		}
		if n := quote(q); n > 0 {
			q = q[n:]
			end, n := closing(q)
			p.add(q[:end], chunk{quoted: true, not: not, open: n == 0})
			q = q[end+n:]
			continue
		}
		end := 0
		for end < len(q) && q[end] != ' ' && quote(q[end:]) == 0 {
			_, n := utf8.DecodeRuneInString(q[end:])
			end += n
		}
		p.add(q[:end], chunk{not: not, open: end == len(q)})
		q = q[end:]
	}
}

// quote returns the length of the quotation mark that s begins with, 0 without one.
func quote(s string) int {
	for _, mark := range []string{`"`, "“", "”"} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

// closing returns where the next quotation mark stands and its length; the end and 0 without one.
func closing(s string) (int, int) {
	for i := range s {
		if n := quote(s[i:]); n > 0 {
			return i, n
		}
	}
	return len(s), 0
}

// chunk says how a piece of a query was written.
type chunk struct {
	quoted bool // one phrase whatever stands between its words
	not    bool
	open   bool // the query ends with it: its last word may still be growing
}

// add turns one chunk into terms.
func (p *parser) add(s string, c chunk) {
	folded := []byte(s)
	sc := scanner{s: folded}
	var runs []run
	for r, ok := sc.next(); ok; r, ok = sc.next() {
		if len(runs) > 0 && !c.quoted && parts(folded, runs[len(runs)-1], r) {
			p.addPhrase(folded, runs, c, false)
			runs = runs[:0]
		}
		runs = append(runs, r)
	}
	if len(runs) > 0 {
		p.addPhrase(folded, runs, c, c.open && !c.not && runs[len(runs)-1].end == len(folded))
	}
}

// parts tells whether what stands between two runs of an unquoted chunk ends a phrase. A comma inside a number does not.
func parts(s []byte, a, b run) bool {
	gap := string(s[a.end:b.start])
	if gap == "," {
		return !digit(s[a.end-1]) || !digit(s[b.start])
	}
	return strings.ContainsFunc(gap, func(r rune) bool { return !strings.ContainsRune(`-._/\@:'+#&%=~$*|<>·•‐–—’`, r) })
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// addPhrase adds one term from adjacent runs, unless it is there already.
func (p *parser) addPhrase(s []byte, runs []run, c chunk, growing bool) {
	last := runs[len(runs)-1]
	t := Term{Not: c.not}
	for _, r := range runs {
		eachToken(s, r, func(start, end int) {
			if r.suffix {
				t.Atoms = append(t.Atoms, string(appendSuffix(nil, s[start:end])))
			} else {
				t.Atoms = append(t.Atoms, string(s[start:end]))
			}
		})
	}
	switch {
	case last.class == classWord:
		t.Prefix = growing && !last.suffix && last.runes > 1
	case last.runes > 1: // the run may go on in the text: its last character alone is no token there
		t.Atoms = t.Atoms[:len(t.Atoms)-1]
	case len(t.Atoms) == 1:
		t.Single = true
	default: // one character behind a word: the beginning of whatever pair stands there
		t.Prefix = true
	}
	for _, other := range p.terms {
		if other.Prefix == t.Prefix && other.Not == t.Not && slices.Equal(other.Atoms, t.Atoms) {
			return
		}
	}
	p.terms = append(p.terms, t)
}
