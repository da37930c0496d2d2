package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
)

// A block is what is read at once: terms in order, each with the messages that have it.
//
//	entry := shared uvarint   bytes that the term has in common with the one before it, 0 for the first of a block
//	         length uvarint, the rest of the term
//	         size uvarint, the postings in that many bytes: the first number, then the differences
//
// Messages are numbered within a segment, newest first. A long list goes on at the beginning of the next block, under its term again.

const (
	// blockBytes lets a block and its key fill one page of 4 KiB of SQLite and no more.
	blockBytes = 4_020
	// worthCutting is the room at the end of a block for which a list is not torn apart.
	worthCutting = 48
	// noMore stands for the end of a list.
	noMore = math.MaxUint32
)

var errBroken = errors.New("search index: a block cannot be read")

// block is one on its way into the store.
type block struct {
	key  []byte
	data []byte
}

// blockKey orders blocks: the term that one begins with, and the first message of the list there. Terms have no NUL.
func blockKey(term []byte, first uint32) []byte {
	key := make([]byte, 0, len(term)+5)
	key = append(append(key, term...), 0)
	return binary.BigEndian.AppendUint32(key, first)
}

// blockWriter packs lists, which come in the order of terms.
type blockWriter struct {
	done    []block
	open    block
	last    []byte // the term of the last entry in open
	scratch []byte
}

// add packs a list; numbers are in order and there is at least one.
func (w *blockWriter) add(term []byte, numbers []uint32) {
	for len(numbers) > 0 {
		if len(w.open.key) > 0 && w.room()-len(term) < worthCutting {
			w.flush()
		}
		shared := 0
		if len(w.open.key) == 0 {
			w.open.key = blockKey(term, numbers[0])
			w.open.data = make([]byte, 0, blockBytes)
		} else {
			for shared < len(term) && shared < len(w.last) && term[shared] == w.last[shared] {
				shared++
			}
		}
		head := 6 + len(term) - shared
		n := w.pack(numbers, w.room()-head)
		if n == 0 { // a term that fills what is left
			w.flush()
			continue
		}
		d := binary.AppendUvarint(w.open.data, uint64(shared))
		d = binary.AppendUvarint(d, uint64(len(term)-shared))
		d = append(d, term[shared:]...)
		d = binary.AppendUvarint(d, uint64(len(w.scratch)))
		w.open.data = append(d, w.scratch...)
		w.last = append(w.last[:0], term...)
		numbers = numbers[n:]
		if len(numbers) > 0 {
			w.flush()
		}
	}
}

func (w *blockWriter) room() int { return blockBytes - len(w.open.key) - len(w.open.data) }

// pack writes as many numbers to scratch as fit into some bytes.
func (w *blockWriter) pack(numbers []uint32, room int) int {
	w.scratch = w.scratch[:0]
	before := uint32(0)
	for i, v := range numbers {
		if len(w.scratch)+binary.MaxVarintLen32 > room {
			return i
		}
		w.scratch = binary.AppendUvarint(w.scratch, uint64(v-before))
		before = v
	}
	return len(numbers)
}

func (w *blockWriter) flush() {
	if len(w.open.key) > 0 {
		w.done = append(w.done, w.open)
		w.open = block{}
		w.last = w.last[:0]
	}
}

// blockReader goes through the entries of a block.
type blockReader struct {
	rest     []byte
	term     []byte
	postings []byte // of the entry; see decode
}

func (r *blockReader) reset(data []byte) { r.rest, r.term, r.postings = data, r.term[:0], nil }

// next goes to the next entry; false at the end of the block.
func (r *blockReader) next() (bool, error) {
	if len(r.rest) == 0 {
		return false, nil
	}
	shared, a := binary.Uvarint(r.rest)
	if a <= 0 || shared > uint64(len(r.term)) {
		return false, errBroken
	}
	own, b := binary.Uvarint(r.rest[a:])
	if b <= 0 || own > uint64(len(r.rest)-a-b) {
		return false, errBroken
	}
	at := a + b + int(own)
	size, c := binary.Uvarint(r.rest[at:])
	if c <= 0 || size > uint64(len(r.rest)-at-c) {
		return false, errBroken
	}
	r.term = append(r.term[:shared], r.rest[a+b:at]...)
	r.postings = r.rest[at+c : at+c+int(size)]
	r.rest = r.rest[at+c+int(size):]
	return true, nil
}

// find goes to the entry of a term. found: it is there; over: it cannot stand behind this block either.
func (r *blockReader) find(term []byte) (found, over bool, err error) {
	for {
		ok, err := r.next()
		if err != nil || !ok {
			return false, false, err
		}
		switch order := bytes.Compare(r.term, term); {
		case order == 0:
			return true, false, nil
		case order > 0:
			return false, true, nil
		}
	}
}

// decode appends the numbers of an entry.
func decode(dst []uint32, postings []byte) ([]uint32, error) {
	v := uint32(0)
	for len(postings) > 0 {
		d, n := step(postings)
		if n <= 0 {
			return dst, errBroken
		}
		v += d
		dst = append(dst, v)
		postings = postings[n:]
	}
	return dst, nil
}

// step reads one difference; most are of one byte.
func step(postings []byte) (difference uint32, n int) {
	if c := postings[0]; c < 0x80 {
		return uint32(c), 1
	}
	d, n := binary.Uvarint(postings)
	return uint32(d), n
}
