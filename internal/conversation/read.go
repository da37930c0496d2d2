package conversation

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// ReadState is how far a member has read, in the event "read" to her own devices.
type ReadState struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	ReadSeq        int64                 `json:"read_seq"`
	ReceiptSeq     int64                 `json:"receipt_seq"`
	Unread         int64                 `json:"unread"`
	Mentions       int64                 `json:"mentions"`
	PersonRev      int64                 `json:"person_rev" doc:"Counts the changes that only this person sees"`
}

// receiptSpan is how long one span of receipts grows: times of reading are that exact. 60 s in milliseconds.
const receiptSpan xinshu.Millis = 60_000

// Read moves the actor's read position forward to seq; behind it is no change. Receipts follow and never go back. Errors: as
// [Service.ForReading]; [xinshu.Invalid] for a seq that does not exist.
func (s *Service) Read(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (ReadState, error) {
	return s.move(ctx, actor, id, func(m *readRow, last int64) error {
		if seq < 0 || seq > last {
			return errNoSeq
		}
		m.moveTo(max(m.read, seq), last)
		return nil
	})
}

// Unread marks the message seq and everything after it as unread, as far as the actor was a member; receipts stay. Errors: as
// [Service.Read].
func (s *Service) Unread(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, from int64) (ReadState, error) {
	return s.move(ctx, actor, id, func(m *readRow, last int64) error {
		if from < 1 || from > last {
			return errNoSeq
		}
		m.moveTo(max(m.joined, from-1), last)
		return nil
	})
}

var errNoSeq = xinshu.Errorf(xinshu.Invalid, "There is no message with this seq.")

// readRow is the reading part of a membership.
type readRow struct {
	joined, read, ownFrom             int64
	receipt, receiptFrom, receiptedTo int64 // receiptedTo: the receipt before this act
	receiptAt                         xinshu.Millis
	mentionSeq                        int64
	personRev                         int64
	left                              xinshu.Millis
}

// moveTo sets the read position; what is known about own messages after it stays true.
func (m *readRow) moveTo(seq, last int64) {
	switch {
	case seq < m.read: // her own may be among those that become unread again
		m.ownFrom = seq + 1
	case m.ownFrom > seq, m.ownFrom == 0:
	case seq >= last:
		m.ownFrom = 0
	default:
		m.ownFrom = seq + 1
	}
	m.read = seq
}

func (s *Service) move(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, act func(m *readRow, last int64) error) (ReadState, error) {
	var out ReadState
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		out = ReadState{}
		a, err := s.ForReading(tx, actor, id)
		if err != nil {
			return err
		}
		if actor.Person == 0 {
			return errNotFound
		}
		m, err := lockReadRow(tx, id, actor.Person)
		if err != nil {
			return err
		}
		if m.left != 0 { // between the look and the lock
			return refusal(a.Kind)
		}
		var last int64 // under the lock: her own post is either in it, or waits and will see the new position
		if err := tx.Row(`SELECT last_seq FROM conversation_head WHERE conversation_id = ?1`, id).Scan(&last); err != nil {
			return fmt.Errorf("last seq: %w", err)
		}
		before := m
		if err := act(&m, last); err != nil {
			return err
		}
		if m.read == before.read && m.receipt >= m.read { // the usual repetition: nothing is written
			out, err = s.readState(tx, actor.Person, id, &m)
			return err
		}
		revs, err := s.bump(tx, []xinshu.PersonID{actor.Person})
		if err != nil {
			return err
		}
		m.personRev = revs[actor.Person]
		if err := s.receipt(tx, id, actor.Person, &m); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE member SET read_seq = ?3, own_from = ?4, receipt_seq = ?5, receipt_from = ?6, receipt_at = ?7, person_rev = ?8
			WHERE conversation_id = ?1 AND person_id = ?2`,
			id, actor.Person, m.read, m.ownFrom, m.receipt, m.receiptFrom, m.receiptAt, m.personRev)
		if err != nil {
			return fmt.Errorf("read state: %w", err)
		}
		if out, err = s.readState(tx, actor.Person, id, &m); err != nil {
			return err
		}
		if m.receipt > m.receiptedTo {
			tx.AfterCommit(func() { s.log.Receipted(id, m.receiptedTo+1, m.receipt) })
		}
		return s.publish(tx, xinshu.Event{People: []xinshu.PersonID{actor.Person}, Kind: xinshu.EventRead}, out)
	})
	return out, err
}

func lockReadRow(tx *db.Tx, id xinshu.ConversationID, person xinshu.PersonID) (m readRow, err error) {
	err = tx.Row(`SELECT joined_seq, read_seq, own_from, receipt_seq, receipt_from, receipt_at, mention_seq, person_rev, left_at FROM member
		WHERE conversation_id = ?1 AND person_id = ?2 /*FOR UPDATE*/`, id, person).
		Scan(&m.joined, &m.read, &m.ownFrom, &m.receipt, &m.receiptFrom, &m.receiptAt, &m.mentionSeq, &m.personRev, &m.left)
	m.receiptedTo = m.receipt
	if err != nil {
		return m, fmt.Errorf("read state: %w", err)
	}
	return m, nil
}

// receipt moves the receipt up to the read position: the span under way grows for a minute, then it is stored and another begins.
func (s *Service) receipt(tx *db.Tx, id xinshu.ConversationID, person xinshu.PersonID, m *readRow) error {
	if m.read <= m.receipt {
		return nil
	}
	if now := s.now(); m.receiptAt == 0 || now-m.receiptAt > receiptSpan {
		if m.receiptAt != 0 {
			_, err := tx.Exec(`INSERT INTO receipt_span (conversation_id, person_id, from_seq, to_seq, at) VALUES (?1,?2,?3,?4,?5)
				ON CONFLICT (conversation_id, person_id, from_seq) DO NOTHING`, id, person, m.receiptFrom, m.receipt, m.receiptAt)
			if err != nil {
				return fmt.Errorf("receipt span: %w", err)
			}
		}
		m.receiptFrom, m.receiptAt = m.receipt+1, now
	}
	m.receipt = m.read
	return nil
}

// readState returns the state with exact counts.
func (s *Service) readState(tx *db.Tx, person xinshu.PersonID, id xinshu.ConversationID, m *readRow) (ReadState, error) {
	c := counted{id: id, base: max(m.read, m.joined), ownFrom: m.ownFrom, mentionSeq: m.mentionSeq}
	err := tx.Row(`SELECT last_seq, uncounted_seq, all_seq FROM conversation_head WHERE conversation_id = ?1`, id).Scan(&c.last, &c.uncountedSeq, &c.allSeq)
	if err != nil {
		return ReadState{}, fmt.Errorf("read state: %w", err)
	}
	if err := s.count(tx, person, []*counted{&c}); err != nil {
		return ReadState{}, err
	}
	return ReadState{ConversationID: id, ReadSeq: m.read, ReceiptSeq: m.receipt, Unread: c.unread, Mentions: c.mentions, PersonRev: m.personRev}, nil
}
