package text

import "unicode/utf8"

// Doc is what an index stores for one text: its tokens in order, parted by single spaces. A Doc is a workspace: keep one per
// indexing goroutine and Reset it between texts. The zero Doc is ready for use.
type Doc struct {
	Stream []byte

	folded []byte
}

// Reset empties d and keeps its memory.
func (d *Doc) Reset() { d.Stream = d.Stream[:0] }

// fieldBreak stands between the fields of a text, so that no phrase reaches over. No query contains it: it is no token class.
const fieldBreak = "\uFFFC"

// Add appends the tokens of one field of the text (body, file name, card title). d.Stream is valid until the next Reset.
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

// grams writes the pairs of a run and its last character. It does what eachToken says, with one decoding per character.
func (d *Doc) grams(s []byte) {
	_, n := utf8.DecodeRune(s)
	for {
		d.space()
		if n == len(s) {
			d.Stream = append(d.Stream, s...)
			return
		}
		_, m := utf8.DecodeRune(s[n:])
		d.Stream = append(d.Stream, s[:n+m]...)
		s, n = s[n:], m
	}
}
