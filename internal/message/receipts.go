package message

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// ReceiptList says who of a message's audience has read it: the members who were in when it was sent, without its sender.
type ReceiptList struct {
	Read       []Reader          `json:"read"`
	Unread     []org.PersonBrief `json:"unread"`
	ReadCount  int64             `json:"read_count" doc:"Of all pages"`
	UnreadBy   int64             `json:"unread_count" doc:"Of all pages"`
	NextCursor *string           `json:"next_cursor"`
}

// Reader is a person who has read a message.
type Reader struct {
	Person org.PersonBrief `json:"person"`
	At     xinshu.Millis   `json:"at" doc:"Exact to a minute"`
}

// Receipts returns a page of at most limit people, by id, and the counts of all. Every member who may read the message may ask.
// Errors: as [Service.Get]; [xinshu.Invalid] for a foreign cursor.
func (s *Service) Receipts(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, limit int, cursor string) (ReceiptList, error) {
	_, afterID, err := parseCursor(cursor)
	if err != nil {
		return ReceiptList{}, err
	}
	var out ReceiptList
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		out = ReceiptList{Read: []Reader{}, Unread: []org.PersonBrief{}}
		r, err := s.readable(tx, actor, id, seq)
		if err != nil {
			return err
		}
		counts, err := s.conv.ReceiptCounts(tx, id, map[int64]xinshu.PersonID{seq: r.sender})
		if err != nil {
			return err
		}
		out.ReadCount, out.UnreadBy = counts[seq][0], counts[seq][1]
		found, err := s.conv.Receipts(tx, id, seq, r.sender, xinshu.PersonID(afterID), limit+1)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found = found[:limit]
			next := formatCursor(0, found[limit-1].Person.Int64())
			out.NextCursor = &next
		}
		ids := make([]xinshu.PersonID, len(found))
		for i, f := range found {
			ids[i] = f.Person
		}
		people, err := s.briefs(tx, ids)
		if err != nil {
			return fmt.Errorf("receipts: %w", err)
		}
		for i, f := range found {
			if f.At != 0 {
				out.Read = append(out.Read, Reader{people[i], f.At})
			} else {
				out.Unread = append(out.Unread, people[i])
			}
		}
		return nil
	})
	return out, err
}
