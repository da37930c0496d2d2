package text

import (
	"strings"
	"unicode/utf8"
)

// PersonLookup is what a person typed to find somebody, ready for lookups.
type PersonLookup struct {
	Key     string   // a prefix to look for among the keys of NameKeys; "" when nothing in the query can be part of a name
	Words   []string // when there are several: each a prefix of some key of the same person, in any order ("smith john", "wei zhang")
	Literal string   // lower case, single spaces: a prefix of login, e-mail address or employee number
	Digits  string   // set when the query is a number, without its separators and +86: the end of a mobile number, or an employee number
}

// PersonQuery folds q for the lookup of people. It refuses more than MaxQuery code points with ErrQueryTooLong and a query
// without letter and digit with ErrNoTerms.
func PersonQuery(q string) (PersonLookup, error) {
	if len(q) > MaxQuery*utf8.UTFMax || utf8.RuneCountInString(q) > MaxQuery {
		return PersonLookup{}, ErrQueryTooLong
	}
	folded := Fold(q)
	p := PersonLookup{Literal: strings.Join(strings.Fields(folded), " "), Digits: number(folded)}
	for _, field := range strings.Fields(folded) {
		bytes := withoutApostrophes([]byte(field))
		var word strings.Builder
		sc := scanner{s: bytes}
		for r, ok := sc.next(); ok; r, ok = sc.next() {
			if !r.suffix {
				word.Write(bytes[r.start:r.end])
			}
		}
		if word.Len() > 0 {
			p.Words = append(p.Words, cutRunes(word.String(), maxKeyRunes))
		}
	}
	p.Key = cutRunes(strings.Join(p.Words, ""), maxKeyRunes)
	if len(p.Words) < 2 {
		p.Words = nil
	}
	if p.Key == "" {
		return PersonLookup{}, ErrNoTerms
	}
	return p, nil
}

// number returns the digits of a folded text that holds nothing but digits and the separators of telephone numbers.
func number(folded string) string {
	var digits strings.Builder
	for _, r := range folded {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune(" +-().", r):
			return ""
		}
	}
	s := digits.String()
	if rest, ok := strings.CutPrefix(s, "86"); ok && (strings.HasPrefix(strings.TrimSpace(folded), "+") || len(s) == 13) {
		return rest
	}
	return s
}

// PrefixEnd returns the end of the range of strings that begin with prefix, in bytewise order: prefix <= key < PrefixEnd(prefix).
// It is valid UTF-8, as PostgreSQL asks for.
func PrefixEnd(prefix string) string { return prefix + "\U0010FFFF" }
