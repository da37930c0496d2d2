package search

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Tags are terms that no text has: the conversation and the sender of a message.
const (
	conversationTag = "\x01"
	senderTag       = "\x02"
)

func tagOf[K any](tag string, id xinshu.ID[K]) []byte { return id.AppendText([]byte(tag)) }

// builder makes a segment of documents. It is a workspace and belongs to one goroutine.
type builder struct {
	doc   text.Doc
	ids   map[string]uint32 // of terms, in the order of their first use
	terms []string
	last  []uint32 // the message that had the term last
	count []uint32 // messages of the term
	pairs []pair   // in the order of messages
}

type pair struct{ term, number uint32 }

// build makes a segment of the documents that have a text.
func (b *builder) build(docs []document) *segmentWriter {
	slices.SortFunc(docs, func(x, y document) int { return comparePlaces(y.place(), x.place()) })
	b.ids = make(map[string]uint32, 64*len(docs)/4)
	b.terms, b.last, b.count, b.pairs = b.terms[:0], b.last[:0], b.count[:0], b.pairs[:0]
	w := &segmentWriter{}
	for i := range docs {
		d := &docs[i]
		if d.text == "" {
			continue
		}
		n := uint32(w.messages)
		w.message(d.place())
		b.doc.Reset()
		b.doc.Add(d.text)
		for rest := b.doc.Stream; len(rest) > 0; {
			var token []byte
			token, rest, _ = bytes.Cut(rest, []byte{' '})
			b.term(token, n)
		}
		b.term(tagOf(conversationTag, d.Conversation), n)
		b.term(tagOf(senderTag, d.sender), n)
	}
	b.lists(w)
	w.blocks.flush()
	return w
}

// term notes that a message has a term.
func (b *builder) term(token []byte, number uint32) {
	id, known := b.ids[string(token)]
	if !known {
		id = uint32(len(b.terms))
		s := string(token)
		b.ids[s] = id
		b.terms, b.last, b.count = append(b.terms, s), append(b.last, noMore), append(b.count, 0)
	}
	if b.last[id] == number {
		return
	}
	b.last[id] = number
	b.count[id]++
	b.pairs = append(b.pairs, pair{id, number})
}

// lists sorts the pairs by term, by counting, and packs them.
func (b *builder) lists(w *segmentWriter) {
	starts := make([]uint32, len(b.terms)+1)
	for i, n := range b.count {
		starts[i+1] = starts[i] + n
	}
	at := slices.Clone(starts)
	numbers := make([]uint32, len(b.pairs))
	for _, p := range b.pairs {
		numbers[at[p.term]] = p.number
		at[p.term]++
	}
	order := make([]uint32, len(b.terms))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.terms[x], b.terms[y]) })
	var term []byte
	for _, id := range order {
		term = append(term[:0], b.terms[id]...)
		w.blocks.add(term, numbers[starts[id]:starts[id+1]])
	}
}

// place orders documents as results are.
func (d *document) place() place { return place{int64(d.sentAt), d.Conversation.Int64(), d.Seq} }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
}
