package search

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Tags are tokens without a place: the single characters of a text; "c" and "p" with the id of the conversation and the sender;
// "x" with the first 2, 3 and 4 characters of each longer word. The last make the beginning of a word one lookup: FTS5 would
// collect every message that has any word of the kind before it gives the first (110 ms for th* in a million messages).
const (
	tagConversation = "c"
	tagSender       = "p"
	tagPrefix       = "x"
)

const (
	minPrefixTag = 2
	maxPrefixTag = 4
)

// indexer turns documents into tokens. It belongs to one goroutine.
type indexer struct {
	doc  text.Doc
	tags []byte
	seen map[string]bool // prefixes of the document at hand
	// words collects the words that are longer than any prefix tag, for the dictionary.
	words map[string]bool
}

func newIndexer() *indexer { return &indexer{seen: map[string]bool{}, words: map[string]bool{}} }

// index returns the tokens of d; they are valid until the next call.
func (x *indexer) index(d *document) (stream, tags []byte) {
	x.doc.Reset()
	x.doc.Add(d.text)
	x.tags = append(x.tags[:0], x.doc.Singles...)
	if len(x.tags) > 0 {
		x.tags = append(x.tags, ' ')
	}
	x.tags = append(x.tags, conversationTag(d.Conversation)...)
	x.tags = append(x.tags, ' ')
	x.tags = append(x.tags, senderTag(d.sender)...)
	clear(x.seen)
	for rest := x.doc.Stream; len(rest) > 0; {
		var token []byte
		token, rest, _ = bytes.Cut(rest, []byte{' '})
		x.prefixes(token)
	}
	return x.doc.Stream, x.tags
}

// prefixes adds the beginnings of a word to the tags. What has two characters at most is its own lookup, or no word at all.
func (x *indexer) prefixes(token []byte) {
	n := 0
	for at := range string(token) {
		if n >= minPrefixTag && n <= maxPrefixTag && !x.seen[string(token[:at])] {
			p := string(token[:at])
			x.seen[p] = true
			x.tags = append(x.tags, ' ')
			x.tags = append(x.tags, tagPrefix...)
			x.tags = append(x.tags, p...)
		}
		n++
	}
	if n > maxPrefixTag && !x.words[string(token)] {
		x.words[string(token)] = true
	}
}

func conversationTag(id xinshu.ConversationID) string {
	return tagConversation + strings.ToLower(id.String())
}
func senderTag(id xinshu.PersonID) string { return tagSender + strings.ToLower(id.String()) }

// clause is one condition of a query in a form that both engines can look up: at least one of several ways to say it.
type clause struct {
	not  bool
	ways []way
}

// way is adjacent tokens of the stream, or one tag.
type way struct {
	atoms  []string
	prefix bool // the last atom is the beginning of a token
	tag    bool
}

func phrase(atoms []string) way { return way{atoms: atoms} }

func tag(t string) way { return way{atoms: []string{t}, tag: true} }

// maxWords bounds how many words one beginning may stand for in a query.
const maxWords = 128

// clauses translates terms. complete finds the words in the dictionary that begin with a prefix, at most limit.
// A term may be translated into less than it says; the caller checks each message.
func clauses(terms []text.Term, complete func(prefix string, limit int) ([]string, error)) ([]clause, error) {
	var out []clause
	for _, t := range terms {
		last := t.Atoms[len(t.Atoms)-1]
		head := t.Atoms[:len(t.Atoms)-1]
		n := utf8.RuneCountInString(last)
		switch {
		case t.Not && t.Prefix: // what is left out must not be left out too much: the caller checks
		case t.Single:
			out = append(out, clause{t.Not, []way{tag(last)}})
		case !t.Prefix:
			out = append(out, clause{t.Not, []way{phrase(t.Atoms)}})
		case n == 1: // a character behind a word: one of many pairs; the single character is the quicker lookup
			out = append(out, clause{false, []way{phrase(head)}}, clause{false, []way{tag(last)}})
		case n <= maxPrefixTag:
			if len(head) > 0 {
				out = append(out, clause{false, []way{phrase(head)}})
			}
			out = append(out, clause{false, []way{tag(tagPrefix + last), phrase([]string{last})}})
		default:
			ways := []way{phrase(t.Atoms)}
			words, err := complete(last, maxWords+1)
			if err != nil {
				return nil, err
			}
			for _, w := range words {
				if w != last {
					ways = append(ways, phrase(append(head[:len(head):len(head)], w)))
				}
			}
			if len(words) > maxWords {
				ways = []way{{atoms: t.Atoms, prefix: true}}
			}
			out = append(out, clause{false, ways})
		}
	}
	return out, nil
}
