package message

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// TailCursor is a place in the commit-ordered log; the zero value is its beginning. Readers may store its fields and look into none.
type TailCursor struct {
	Pos          int64 // < 0: all messages are read again, and then the log from -Pos
	Conversation xinshu.ConversationID
	Rev          int64 // first rev of the part that was read last; seq while all messages are read
}

// TailEntry is one rev for readers of the whole log: search, push, archives.
type TailEntry struct {
	Conversation xinshu.ConversationID
	Rev          int64
	Kind         string  // "message" or a kind of change row, such as conversation.ChangeEdited
	Seq          int64   // the message it is about, 0 for members and settings
	Message      *Stored // the message as it is now; nil when Seq is 0
}

// Stored is a message without names, for readers that are not people.
type Stored struct {
	Conversation xinshu.ConversationID
	Seq          int64
	Rev          int64 // of its newest change
	Sender       xinshu.PersonID
	SentAt       xinshu.Millis
	RecalledAt   xinshu.Millis
	Type         string // "text", "system", "recalled"
	Text         string // "" unless it is text
}

func (r *row) stored() *Stored {
	return &Stored{Conversation: r.conversation, Seq: r.seq, Rev: r.lastRev, Sender: r.sender, SentAt: r.sent, RecalledAt: r.recalled,
		Type: r.kind, Text: r.text()}
}

// Tail returns about limit entries after a cursor in the order in which transactions became durable, and the cursor after them;
// no new cursor means that there is nothing new. On PostgreSQL a part counts only when every older transaction has ended, so nothing that
// commits late is skipped. Entries of one transaction and conversation come together, in rev order, which is why there may be more
// than limit (up to the size of an import's batch). Messages are given as they are now: a reader that keeps the newest state per
// message ends right whatever it saw before. Only for the product itself; it sees everything.
//
// The log is kept for [LogKept]. After a cursor that is older, such as that of a reader that begins, first come all messages as they
// are now, by conversation, and then the log from where it was when this began.
func (s *Service) Tail(ctx context.Context, from TailCursor, limit int) (entries []TailEntry, next TailCursor, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		entries, next = nil, from
		floor, err := logFloor(tx)
		if err != nil {
			return fmt.Errorf("begin of the log: %w", err)
		}
		if from.Pos < 0 || from.Pos < floor {
			entries, next, err = s.tailAll(tx, from, floor, limit)
			return err
		}
		parts, err := s.parts(tx, from, limit)
		if err != nil || len(parts) == 0 {
			return err
		}
		last := parts[len(parts)-1]
		next = TailCursor{last.pos, last.conversation, last.firstRev}
		if entries, err = tailMessages(tx, from, next); err != nil {
			return err
		}
		changes, err := tailChanges(tx, from, next)
		if err != nil {
			return err
		}
		order := make(map[xinshu.ConversationID]int, len(parts))
		for i, p := range parts {
			if _, ok := order[p.conversation]; !ok {
				order[p.conversation] = i
			}
		}
		entries = append(entries, changes...)
		slices.SortFunc(entries, func(a, b TailEntry) int {
			return cmp.Or(cmp.Compare(order[a.Conversation], order[b.Conversation]), cmp.Compare(a.Rev, b.Rev))
		})
		return nil
	})
	return entries, next, err
}

// tailAll returns messages of all conversations after a cursor; none means that from next on the log is read.
func (s *Service) tailAll(tx *db.Tx, from TailCursor, floor int64, limit int) (entries []TailEntry, next TailCursor, err error) {
	if from.Pos >= 0 || -from.Pos < floor { // begins, or took longer than the log is kept
		newest, err := newestEntry(tx)
		if err != nil {
			return nil, from, fmt.Errorf("end of the log: %w", err)
		}
		from = TailCursor{Pos: -newest}
	}
	entries, err = db.All(tx, func(rows *db.Rows) (TailEntry, error) {
		r, err := scanRow(rows)
		return TailEntry{Conversation: r.conversation, Rev: r.rev, Kind: "message", Seq: r.seq, Message: r.stored()}, err
	}, `SELECT `+shownColumns+` FROM message m WHERE m.conversation_id >= ?1 AND (m.conversation_id > ?1 OR m.seq > ?2)
		ORDER BY m.conversation_id, m.seq LIMIT ?3`, from.Conversation, from.Rev, limit)
	if err != nil {
		return nil, from, fmt.Errorf("all messages: %w", err)
	}
	if len(entries) == 0 {
		return nil, TailCursor{Pos: -from.Pos}, nil
	}
	last := entries[len(entries)-1]
	return entries, TailCursor{from.Pos, last.Conversation, last.Seq}, nil
}

// part is one row of log_entry.
type part struct {
	pos          int64
	conversation xinshu.ConversationID
	firstRev     int64
}

// parts returns the rows after a cursor that hold about limit revs.
func (s *Service) parts(tx *db.Tx, from TailCursor, limit int) ([]part, error) {
	horizon, err := tx.Horizon()
	if err != nil {
		return nil, fmt.Errorf("horizon: %w", err)
	}
	rows := tx.Query(`SELECT pos, conversation_id, first_rev, last_rev FROM log_entry WHERE `+afterCursor("")+` AND pos < ?4
		ORDER BY pos, conversation_id, first_rev LIMIT ?5`, from.Pos, from.Conversation, from.Rev, horizon, limit)
	var out []part
	for revs := int64(0); revs < int64(limit) && rows.Next(); {
		var p part
		var lastRev int64
		if err := rows.Scan(&p.pos, &p.conversation, &p.firstRev, &lastRev); err != nil {
			return nil, fmt.Errorf("tail: %w", err)
		}
		revs += lastRev - p.firstRev + 1
		out = append(out, p)
	}
	if err := rows.Close(); err != nil {
		return nil, fmt.Errorf("tail: %w", err)
	}
	return out, nil
}

// afterCursor and upTo are conditions on log_entry. The first comparison alone gives both engines the range of the index.
func afterCursor(t string) string {
	return t + `pos >= ?1 AND (` + t + `pos > ?1 OR ` + t + `conversation_id > ?2 OR ` + t + `conversation_id = ?2 AND ` + t + `first_rev > ?3)`
}

func upTo(t string) string {
	return t + `pos <= ?4 AND (` + t + `pos < ?4 OR ` + t + `conversation_id < ?5 OR ` + t + `conversation_id = ?5 AND ` + t + `first_rev <= ?6)`
}

func tailMessages(tx *db.Tx, from, to TailCursor) ([]TailEntry, error) {
	out, err := db.All(tx, func(rows *db.Rows) (TailEntry, error) {
		r, err := scanRow(rows)
		return TailEntry{Conversation: r.conversation, Rev: r.rev, Kind: "message", Seq: r.seq, Message: r.stored()}, err
	}, `SELECT `+shownColumns+` FROM log_entry g JOIN message m ON m.conversation_id = g.conversation_id AND m.seq BETWEEN g.first_seq AND g.last_seq
		WHERE `+afterCursor("g.")+` AND `+upTo("g."), from.Pos, from.Conversation, from.Rev, to.Pos, to.Conversation, to.Rev)
	if err != nil {
		return nil, fmt.Errorf("tail messages: %w", err)
	}
	return out, nil
}

func tailChanges(tx *db.Tx, from, to TailCursor) ([]TailEntry, error) {
	var places []place
	out, err := db.All(tx, func(rows *db.Rows) (e TailEntry, err error) {
		if err = rows.Scan(&e.Conversation, &e.Rev, &e.Kind, &e.Seq); e.Seq != 0 {
			places = append(places, place{e.Conversation, e.Seq})
		}
		return e, err
	}, `SELECT c.conversation_id, c.rev, c.kind, c.seq FROM log_entry g JOIN change c ON c.conversation_id = g.conversation_id
		AND c.rev BETWEEN g.first_rev AND g.last_rev WHERE `+afterCursor("g.")+` AND `+upTo("g."),
		from.Pos, from.Conversation, from.Rev, to.Pos, to.Conversation, to.Rev)
	if err != nil {
		return nil, fmt.Errorf("tail changes: %w", err)
	}
	found, err := loadPlaces(tx, places)
	if err != nil {
		return nil, err
	}
	for i, e := range out {
		if r := found[place{e.Conversation, e.Seq}]; r != nil {
			out[i].Message = r.stored()
		}
	}
	return out, nil
}

var _ conversation.Log = (*Service)(nil)
