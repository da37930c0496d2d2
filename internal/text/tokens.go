package text

import "unicode/utf8"

// Token is one entry of the stream of a text.
type Token struct {
	Text       string // as it stands in the index
	Start, End int    // bytes of the folded text
}

// Tokens returns the stream of tokens of s in order; neighbours in the slice are neighbours for phrases. See the package
// documentation for its rules.
func Tokens(s string) []Token { return tokensOf(Fold(s)) }

// tokensOf is Tokens for a folded text.
func tokensOf(folded string) []Token {
	bytes := []byte(folded)
	tokens := make([]Token, 0, len(folded)/3+1)
	sc := scanner{s: bytes}
	for r, ok := sc.next(); ok; r, ok = sc.next() {
		eachToken(bytes, r, func(start, end int) {
			text := folded[start:end]
			if r.suffix {
				text = string(appendSuffix(nil, bytes[start:end]))
			}
			tokens = append(tokens, Token{Text: text, Start: start, End: end})
		})
	}
	return tokens
}

// eachToken calls f with the bounds of every token of a run: a word as a whole; n grams as their n-1 overlapping pairs and then
// the last character alone, so that there is one token for each character, beginning with it.
func eachToken(folded []byte, r run, f func(start, end int)) {
	if r.class == classWord {
		f(r.start, r.end)
		return
	}
	start := r.start
	_, n := utf8.DecodeRune(folded[start:r.end])
	for start+n < r.end {
		_, m := utf8.DecodeRune(folded[start+n : r.end])
		f(start, start+n+m)
		start, n = start+n, m
	}
	f(start, r.end)
}

// appendSuffix writes + and # in their full-width forms: an index must not take them for separators, and Fold leaves no other
// full-width form in any text.
func appendSuffix(dst, suffix []byte) []byte {
	for _, c := range suffix {
		dst = utf8.AppendRune(dst, rune(c)+0xFEE0)
	}
	return dst
}
