package message

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Page says which part of a conversation is wanted: at most one of Before, After and Around is not 0; none is the newest part.
type Page struct {
	Before int64 // messages with a smaller seq, the nearest
	After  int64 // messages with a larger seq, the nearest
	Around int64 // the message, half of the page before it and half after it
	Limit  int   // 1 to xinshu.MaxPage
}

// History returns messages in the order of seq, and the seq from which to go on in the direction asked for ("" at the end).
// Nothing from before the actor's history window is in it. Errors: as conversation.ForReading; [xinshu.Invalid] for a page that
// says two things or a negative seq.
func (s *Service) History(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, p Page) (items []Message, next string, err error) {
	if err := p.check(); err != nil {
		return nil, "", err
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := s.conv.ForReading(tx, actor, id)
		if err != nil {
			return err
		}
		first := max(1, a.FirstSeq)
		var rows []*row
		more := false
		switch {
		case p.After > 0:
			rows, more, err = after(tx, id, max(p.After, first-1), p.Limit)
		case p.Around > 0:
			rows, err = around(tx, id, first, p.Around, p.Limit)
		default:
			before := p.Before
			if before == 0 {
				before = a.LastSeq + 1
			}
			rows, more, err = backwards(tx, id, first, before, p.Limit)
		}
		if err != nil {
			return fmt.Errorf("history: %w", err)
		}
		next = ""
		if more && p.After > 0 {
			next = strconv.FormatInt(rows[len(rows)-1].seq, 10)
		} else if more {
			next = strconv.FormatInt(rows[0].seq, 10)
		}
		items, err = s.messages(tx, rows)
		return err
	})
	return items, next, err
}

func (p *Page) check() error {
	given := 0
	for _, v := range []int64{p.Before, p.After, p.Around} {
		if v < 0 {
			return xinshu.Errorf(xinshu.Invalid, "A seq is not negative.")
		}
		if v > 0 {
			given++
		}
	}
	if given > 1 {
		return xinshu.Errorf(xinshu.Invalid, "Ask for before, after or around.")
	}
	if p.Limit < 1 || p.Limit > xinshu.MaxPage {
		return xinshu.Errorf(xinshu.Invalid, "A page has 1 to %d messages.", xinshu.MaxPage)
	}
	return nil
}

func backwards(tx *db.Tx, id xinshu.ConversationID, first, before int64, limit int) (rows []*row, more bool, err error) {
	rows, err = db.All(tx, scanRow, `SELECT `+shownColumns+` FROM message m WHERE m.conversation_id = ?1 AND m.seq >= ?2 AND m.seq < ?3
		ORDER BY m.seq DESC LIMIT ?4`, id, first, before, limit+1)
	if len(rows) > limit {
		rows, more = rows[:limit], true
	}
	slices.Reverse(rows)
	return rows, more, err
}

func after(tx *db.Tx, id xinshu.ConversationID, seq int64, limit int) (rows []*row, more bool, err error) {
	rows, err = db.All(tx, scanRow, `SELECT `+shownColumns+` FROM message m WHERE m.conversation_id = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3`,
		id, seq, limit+1)
	if len(rows) > limit {
		rows, more = rows[:limit], true
	}
	return rows, more, err
}

func around(tx *db.Tx, id xinshu.ConversationID, first, seq int64, limit int) ([]*row, error) {
	older, _, err := backwards(tx, id, first, seq, limit/2)
	if err != nil {
		return nil, err
	}
	newer, _, err := after(tx, id, max(seq, first)-1, limit-len(older))
	return append(older, newer...), err
}

// Get returns one message. Errors: as conversation.ForReading; [xinshu.NotFound] outside the actor's history window.
func (s *Service) Get(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (Message, error) {
	var out Message
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.GetIn(tx, actor, id, seq)
		return err
	})
	return out, err
}

// GetIn is [Service.Get] inside the caller's transaction.
func (s *Service) GetIn(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (Message, error) {
	if _, err := s.readable(tx, actor, id, seq); err != nil {
		return Message{}, err
	}
	return s.one(tx, place{id, seq})
}

// readable returns a message that the actor may read.
func (s *Service) readable(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (*row, error) {
	a, err := s.conv.ForReading(tx, actor, id)
	if err != nil {
		return nil, err
	}
	if !a.CanRead(seq) {
		return nil, errNoMessage
	}
	found, err := loadPlaces(tx, []place{{id, seq}})
	if err != nil {
		return nil, err
	}
	if r := found[place{id, seq}]; r != nil {
		return r, nil
	}
	return nil, errNoMessage
}

// one loads a message for showing.
func (s *Service) one(tx *db.Tx, p place) (Message, error) {
	found, err := loadPlaces(tx, []place{p})
	if err != nil {
		return Message{}, err
	}
	messages, err := s.messages(tx, mapValues(found))
	if err != nil {
		return Message{}, err
	}
	if len(messages) == 0 {
		return Message{}, errNoMessage
	}
	return messages[0], nil
}
