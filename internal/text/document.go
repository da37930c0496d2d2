package text

import "unicode/utf8"

// Doc is what an index stores for one text: two strings of tokens parted by single spaces. A Doc is a workspace of about 9 KB:
// keep one per indexing goroutine and Reset it between texts. The zero Doc is ready for use.
type Doc struct {
	Stream  []byte // all tokens in order: phrases and words are looked up here, with positions
	Singles []byte // every character of the class without spaces once: single characters are looked up here, without positions

	folded []byte
	seen   [0x10000 / 64]uint64 // characters already in Singles; those beyond the BMP may repeat
}

// Reset empties d and keeps its memory.
func (d *Doc) Reset() {
	d.Stream, d.Singles = d.Stream[:0], d.Singles[:0]
	clear(d.seen[:])
}

// fieldBreak stands between the fields of a text, so that no phrase reaches over. No query contains it: it is no token class.
const fieldBreak = "\uFFFC"

// Add appends the tokens of one field of the text (body, file name, card title). d.Stream and d.Singles are valid until the
// next Reset.
func (d *Doc) Add(s string) {
	f := folder{dst: d.folded[:0], han: simplifiedOnce()}
	f.fold(s)
	d.folded = f.dst
	if len(d.Stream) > 0 && len(d.folded) > 0 {
		d.Stream = append(d.Stream, " "+fieldBreak...)
	}
	sc := scanner{s: d.folded}
	for r, ok := sc.next(); ok; r, ok = sc.next() {
		switch {
		case r.suffix:
			d.space()
			d.Stream = appendSuffix(d.Stream, d.folded[r.start:r.end])
		case r.class == classWord:
			d.space()
			d.Stream = append(d.Stream, d.folded[r.start:r.end]...)
		default:
			d.grams(d.folded[r.start:r.end])
		}
	}
}

func (d *Doc) space() {
	if len(d.Stream) > 0 {
		d.Stream = append(d.Stream, ' ')
	}
}

// grams writes the pairs of a run, its last character, and each of its characters to Singles. It does what eachToken says,
// with one decoding per character.
func (d *Doc) grams(s []byte) {
	r, n := utf8.DecodeRune(s)
	for {
		d.single(r, s[:n])
		d.space()
		if n == len(s) {
			d.Stream = append(d.Stream, s...)
			return
		}
		next, m := utf8.DecodeRune(s[n:])
		d.Stream = append(d.Stream, s[:n+m]...)
		s, r, n = s[n:], next, m
	}
}

func (d *Doc) single(r rune, encoded []byte) {
	if r <= 0xFFFF {
		word, bit := r>>6, uint64(1)<<(r&63)
		if d.seen[word]&bit != 0 {
			return
		}
		d.seen[word] |= bit
	}
	if len(d.Singles) > 0 {
		d.Singles = append(d.Singles, ' ')
	}
	d.Singles = append(d.Singles, encoded...)
}
