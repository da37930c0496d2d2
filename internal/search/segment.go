package search

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// segment is a part of the index that never changes: some messages, numbered from 0 from the newest on, the lists of their terms, and
// two columns. A segment is written by one step or by a merge, and goes when it has been merged.
type segment struct {
	id       int64
	messages int64
	newest   int64 // sent_at of number 0
	oldest   int64 // of the last one
}

// States of a segment.
const (
	segmentBuilding = 0 // a merge writes it
	segmentLive     = 1
	segmentGone     = 2 // merged; its blocks are taken out by and by
)

// numberBits is the room for the blocks and for the rows of columns of one segment.
const numberBits = 24

// The columns: the group of the conversation, by which most of what a searcher may not read is passed over, and the place.
const (
	groupColumn  = 0
	placeColumn  = 1
	groupBytes   = 2
	placeBytes   = 20
	columnBytes  = 4_000 // of a row of a column
	groupsPerRow = columnBytes / groupBytes
	placesPerRow = columnBytes / placeBytes
)

func blockID(segment, number int64) int64 { return segment<<numberBits | number }

func columnID(segment int64, column int, row int64) int64 {
	return segment<<numberBits | int64(column)<<(numberBits-1) | row
}

// groupOf spreads conversations over 65,536 groups.
func groupOf(id xinshu.ConversationID) uint16 {
	return uint16(uint64(id) * 0x9E3779B97F4A7C15 >> 48)
}

func appendPlace(dst []byte, p place) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(p[0]))
	dst = binary.BigEndian.AppendUint64(dst, uint64(p[1]))
	return binary.BigEndian.AppendUint32(dst, uint32(min(p[2], math.MaxUint32)))
}

func placeAt(b []byte) place {
	return place{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:])), int64(binary.BigEndian.Uint32(b[16:]))}
}

func (p place) address() message.Address {
	return message.Address{Conversation: xinshu.ConversationID(p[1]), Seq: p[2]}
}

// segmentWriter collects what belongs into a segment.
type segmentWriter struct {
	segment
	blocks  blockWriter
	columns [2][]byte
	// What is in the store: blocks, and rows of columns.
	storedBlocks int64
	storedRows   [2]int64
}

// message adds the next message, an older one than all before.
func (w *segmentWriter) message(p place) {
	if w.messages == 0 {
		w.newest = p[0]
	}
	w.oldest = p[0]
	w.messages++
	w.columns[groupColumn] = binary.BigEndian.AppendUint16(w.columns[groupColumn], groupOf(xinshu.ConversationID(p[1])))
	w.columns[placeColumn] = appendPlace(w.columns[placeColumn], p)
}

// pending is about how many blocks and rows wait to be stored.
func (w *segmentWriter) pending() int {
	return len(w.blocks.done) + len(w.columns[groupColumn])/columnBytes + len(w.columns[placeColumn])/columnBytes
}

// store writes what is finished; all, with the last.
func (w *segmentWriter) store(tx *db.Tx, last bool) error {
	rows := make([][]any, len(w.blocks.done))
	for i, b := range w.blocks.done {
		rows[i] = []any{blockID(w.id, w.storedBlocks+int64(i)), w.id, b.key, b.data}
	}
	if err := db.Insert(tx, `INSERT INTO search_block (id, segment, term, data)`, rows, ""); err != nil {
		return err
	}
	rows = rows[:0]
	for column, data := range w.columns {
		for row := w.storedRows[column]; len(data) >= columnBytes || last && len(data) > 0; row++ {
			n := min(columnBytes, len(data))
			rows = append(rows, []any{columnID(w.id, column, row), data[:n]})
			data = data[n:]
		}
	}
	err := db.Insert(tx, `INSERT INTO search_column (id, data)`, rows, "")
	return err
}

// stored forgets what store wrote, once it is durable.
func (w *segmentWriter) stored() {
	w.storedBlocks += int64(len(w.blocks.done))
	w.blocks.done = w.blocks.done[:0]
	for column, data := range w.columns {
		n := len(data) / columnBytes
		w.storedRows[column] += int64(n)
		w.columns[column] = append(data[:0], data[n*columnBytes:]...)
	}
}

// liveSegments returns what a query looks through, newest first.
func liveSegments(tx *db.Tx) ([]segment, error) {
	return db.All(tx, func(r *db.Rows) (s segment, err error) {
		err = r.Scan(&s.id, &s.messages, &s.newest, &s.oldest)
		return s, err
	}, `SELECT id, messages, newest, oldest FROM search_segment WHERE state = 1 ORDER BY newest DESC, id DESC`)
}

// floorBlock returns the last block whose key is not behind a key; number -1 if there is none.
func (s *segment) floorBlock(tx *db.Tx, key []byte) (number int64, data []byte, err error) {
	var id int64
	err = tx.Row(`SELECT id, data FROM search_block WHERE segment = ?1 AND term <= ?2 ORDER BY segment DESC, term DESC LIMIT 1`, s.id, key).Scan(&id, &data)
	if errors.Is(err, db.ErrNoRows) {
		return -1, nil, nil
	}
	return id - blockID(s.id, 0), data, err
}

// blockAt returns a block by its number; nil behind the last one.
func (s *segment) blockAt(tx *db.Tx, number int64) (data []byte, err error) {
	err = tx.Row(`SELECT data FROM search_block WHERE id = ?1`, blockID(s.id, number)).Scan(&data)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

// blocksFrom returns the blocks from a number on, at most a count.
func (s *segment) blocksFrom(tx *db.Tx, number int64, count int) ([][]byte, error) {
	return db.Column[[]byte](tx, `SELECT data FROM search_block WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3`,
		blockID(s.id, number), blockID(s.id+1, 0), count)
}

// columnAt returns a row of a column.
func (s *segment) columnAt(tx *db.Tx, column int, row int64) (data []byte, err error) {
	err = tx.Row(`SELECT data FROM search_column WHERE id = ?1`, columnID(s.id, column, row)).Scan(&data)
	return data, err
}
