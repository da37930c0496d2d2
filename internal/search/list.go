package search

import (
	"bytes"
	"math/bits"

	"github.com/xinshu-im/xinshu/internal/db"
)

// list is the messages of a segment that have something in common, newest first.
type list interface {
	// seek returns the first number that is not before at, or noMore. It never goes back.
	seek(at uint32) (uint32, error)
}

// termList is the list of one term. It reads a block when it comes to it.
type termList struct {
	tx       *db.Tx
	seg      *segment
	term     []byte
	reader   blockReader
	number   int64  // of the block in reader; -1: none was read
	postings []byte // what is left of the entry
	at       uint32 // the number that was read last
	begun    bool   // at is valid
	ended    bool
}

// farAhead is how many messages further on it is worth to look a place up instead of reading up to it.
const farAhead = 1 << 14

func (l *termList) seek(at uint32) (uint32, error) {
	if l.begun && l.at >= at {
		return l.at, nil
	}
	for !l.ended {
		for len(l.postings) > 0 {
			d, n := step(l.postings)
			if n <= 0 {
				return 0, errBroken
			}
			l.postings = l.postings[n:]
			if l.at += d; l.at >= at {
				l.begun = true
				return l.at, nil
			}
		}
		if err := l.more(at); err != nil {
			return 0, err
		}
	}
	l.at, l.begun = noMore, true
	return noMore, nil
}

// more goes to the part of the list that has what is not before at, as far as that shows, or ends the list.
func (l *termList) more(at uint32) error {
	if l.number < 0 || at > l.at && at-l.at > farAhead {
		return l.lookUp(at)
	}
	if len(l.reader.rest) > 0 { // another term follows
		l.ended = true
		return nil
	}
	return l.follow()
}

func (l *termList) lookUp(at uint32) error {
	number, data, err := l.seg.floorBlock(l.tx, blockKey(l.term, at))
	if err != nil {
		return err
	}
	if number == l.number && number >= 0 { // what was just read: at lies between its end and the next block
		l.at = at
		return nil
	}
	l.number = max(number, 0)
	if number < 0 {
		if data, err = l.seg.blockAt(l.tx, 0); err != nil {
			return err
		}
	}
	return l.open(data)
}

// follow goes to the next block.
func (l *termList) follow() error {
	data, err := l.seg.blockAt(l.tx, l.number+1)
	if err != nil {
		return err
	}
	l.number++
	return l.open(data)
}

func (l *termList) open(data []byte) error {
	l.reader.reset(data)
	found, over, err := l.reader.find(l.term)
	switch {
	case err != nil:
		return err
	case found:
		l.postings, l.at = l.reader.postings, 0
		return nil
	case over || data == nil:
		l.ended = true
		return nil
	}
	return l.follow() // the list begins with the next block, if there is one
}

// anyList is the messages of a few terms.
type anyList []*termList

func (a anyList) seek(at uint32) (uint32, error) {
	least := uint32(noMore)
	for _, l := range a {
		n, err := l.seek(at)
		if err != nil {
			return 0, err
		}
		least = min(least, n)
	}
	return least, nil
}

// prefixList is the messages of all terms with a beginning. They are collected when the first is asked for: up to a few thousand terms.
type prefixList struct {
	tx     *db.Tx
	seg    *segment
	prefix []byte
	bits   []uint64
}

func (l *prefixList) seek(at uint32) (uint32, error) {
	if l.bits == nil {
		if err := l.collect(); err != nil {
			return 0, err
		}
	}
	word := int(at / 64)
	if word >= len(l.bits) {
		return noMore, nil
	}
	if b := l.bits[word] >> (at % 64); b != 0 {
		return at + uint32(bits.TrailingZeros64(b)), nil
	}
	for word++; word < len(l.bits); word++ {
		if b := l.bits[word]; b != 0 {
			return uint32(64*word + bits.TrailingZeros64(b)), nil
		}
	}
	return noMore, nil
}

// blocksAtOnce bounds the blocks that are read with one statement where many follow each other.
const blocksAtOnce = 64

func (l *prefixList) collect() error {
	l.bits = make([]uint64, (l.seg.messages+63)/64)
	number, data, err := l.seg.floorBlock(l.tx, blockKey(l.prefix, 0))
	if err != nil {
		return err
	}
	var r blockReader
	if data != nil {
		if over, err := l.take(&r, data); err != nil || over {
			return err
		}
	}
	number++
	for size := 1; ; size = min(2*size, blocksAtOnce) { // most beginnings need one block more, if any
		blocks, err := l.seg.blocksFrom(l.tx, number, size)
		if err != nil {
			return err
		}
		for _, data := range blocks {
			if over, err := l.take(&r, data); err != nil || over {
				return err
			}
		}
		if len(blocks) < size {
			return nil
		}
		number += int64(size)
	}
}

// take adds what a block has; over: the next one has nothing.
func (l *prefixList) take(r *blockReader, data []byte) (over bool, err error) {
	r.reset(data)
	for {
		ok, err := r.next()
		if err != nil || !ok {
			return false, err
		}
		if !bytes.HasPrefix(r.term, l.prefix) {
			if bytes.Compare(r.term, l.prefix) > 0 {
				return true, nil
			}
			continue
		}
		at := uint32(0)
		for p := r.postings; len(p) > 0; {
			d, n := step(p)
			if at += d; n <= 0 || int64(at) >= l.seg.messages {
				return false, errBroken
			}
			l.bits[at/64] |= 1 << (at % 64)
			p = p[n:]
		}
	}
}

func errorOr(err, first error) error {
	if first != nil {
		return first
	}
	return err
}
