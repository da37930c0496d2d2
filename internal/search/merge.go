package search

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// storeEvery is how many blocks a merge stores in one transaction: 1 MB.
const storeEvery = 256

// merge makes one segment of several.
type merge struct {
	x      *index
	inputs []segment
	out    segmentWriter
	pause  func(time.Duration)
	began  time.Time // of the piece of work since the last transaction
}

func (m *merge) run(ctx context.Context) error {
	m.began = time.Now()
	numbers, err := m.messages(ctx)
	if err != nil {
		return fmt.Errorf("merge places: %w", err)
	}
	if err := m.terms(ctx, numbers); err != nil {
		return fmt.Errorf("merge terms: %w", err)
	}
	m.out.blocks.flush()
	return m.x.db.Write(ctx, func(tx *db.Tx) error {
		if err := m.out.store(tx, true); err != nil {
			return err
		}
		for _, s := range m.inputs {
			if n, err := tx.Exec(`UPDATE search_segment SET state = 2 WHERE id = ?1 AND state = 1`, s.id); err != nil || n != 1 {
				return errorOr(errMergeLost, err)
			}
		}
		state := segmentLive
		if m.out.messages == 0 {
			state = segmentGone
		}
		n, err := tx.Exec(`UPDATE search_segment SET state = ?2, messages = ?3, newest = ?4, oldest = ?5 WHERE id = ?1 AND state = 0`,
			m.out.id, state, m.out.messages, m.out.newest, m.out.oldest)
		if err != nil || n != 1 {
			return errorOr(errMergeLost, err)
		}
		return nil
	})
}

// flush stores what is finished if it is much, and says that the merge lives.
func (m *merge) flush(ctx context.Context) error {
	if m.out.pending() < storeEvery {
		return nil
	}
	err := m.x.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE search_segment SET touched_at = ?2 WHERE id = ?1 AND state = 0`, m.out.id, m.x.now())
		if err != nil || n != 1 {
			return errorOr(errMergeLost, err)
		}
		return m.out.store(tx, false)
	})
	if err != nil {
		return err
	}
	m.out.stored()
	m.pause(time.Since(m.began))
	m.began = time.Now()
	return ctx.Err()
}

// messages merges the columns and returns the new number of each message of each input; noMore for those that are gone.
func (m *merge) messages(ctx context.Context) (numbers [][]uint32, err error) {
	gone, err := m.gone(ctx)
	if err != nil {
		return nil, err
	}
	streams := make([]placeStream, len(m.inputs))
	numbers = make([][]uint32, len(m.inputs))
	for i, s := range m.inputs {
		streams[i] = placeStream{x: m.x, seg: s}
		numbers[i] = make([]uint32, 0, s.messages)
		if err := streams[i].load(ctx); err != nil {
			return nil, err
		}
	}
	for {
		var p place
		found := false
		for i := range streams {
			if s := &streams[i]; s.ok() && (!found || comparePlaces(s.place(), p) > 0) {
				p, found = s.place(), true
			}
		}
		if !found {
			return numbers, nil
		}
		number := uint32(noMore)
		for i := len(streams) - 1; i >= 0; i-- { // the newest segment has the newest text
			s := &streams[i]
			if !s.ok() || s.place() != p {
				continue
			}
			if number == noMore && gone[p.address()] <= m.inputs[i].id {
				number = uint32(m.out.messages)
				m.out.message(p)
				numbers[i] = append(numbers[i], number)
			} else {
				numbers[i] = append(numbers[i], noMore)
			}
			if err := s.next(ctx); err != nil {
				return nil, err
			}
		}
		if err := m.flush(ctx); err != nil {
			return nil, err
		}
	}
}

// gone returns which messages are gone from segments before which.
func (m *merge) gone(ctx context.Context) (map[message.Address]int64, error) {
	out := map[message.Address]int64{}
	oldest, newest := m.inputs[0].oldest, m.inputs[0].newest
	for _, s := range m.inputs {
		oldest, newest = min(oldest, s.oldest), max(newest, s.newest)
	}
	err := m.x.db.Read(ctx, func(tx *db.Tx) error {
		rows := tx.Query(`SELECT conversation_id, seq, before FROM search_gone WHERE before > ?1 AND sent_at BETWEEN ?2 AND ?3`, m.inputs[0].id, oldest, newest)
		for rows.Next() {
			var at message.Address
			var before int64
			if err := rows.Scan(&at.Conversation, &at.Seq, &before); err != nil {
				return errorOr(rows.Close(), err)
			}
			out[at] = before
		}
		return rows.Err()
	})
	return out, err
}

// terms merges the lists.
func (m *merge) terms(ctx context.Context, numbers [][]uint32) error {
	streams := make([]termStream, len(m.inputs))
	for i, s := range m.inputs {
		streams[i] = termStream{x: m.x, seg: s}
		if err := streams[i].next(ctx); err != nil {
			return err
		}
	}
	var term []byte
	var list, part []uint32
	for {
		least := -1
		for i := range streams {
			if streams[i].ok && (least < 0 || bytes.Compare(streams[i].reader.term, streams[least].reader.term) < 0) {
				least = i
			}
		}
		if least < 0 {
			return nil
		}
		term, list = append(term[:0], streams[least].reader.term...), list[:0]
		for i := range streams {
			for s := &streams[i]; s.ok && bytes.Equal(s.reader.term, term); {
				var err error
				if part, err = decode(part[:0], s.reader.postings); err != nil {
					return err
				}
				if list, err = renumber(list, part, numbers[i]); err != nil {
					return err
				}
				if err := s.next(ctx); err != nil {
					return err
				}
			}
		}
		if !slices.IsSorted(list) {
			slices.Sort(list)
		}
		if len(list) > 0 {
			m.out.blocks.add(term, list)
		}
		if err := m.flush(ctx); err != nil {
			return err
		}
	}
}

func renumber(dst, part, numbers []uint32) ([]uint32, error) {
	for _, n := range part {
		if int(n) >= len(numbers) {
			return dst, errBroken
		}
		if to := numbers[n]; to != noMore {
			dst = append(dst, to)
		}
	}
	return dst, nil
}
