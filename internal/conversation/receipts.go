package conversation

import (
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Receipt says that a person has read a message, and when, exact to a minute.
type Receipt struct {
	Person xinshu.PersonID
	At     xinshu.Millis // 0: not read
}

// Receipts returns who of the audience of the message seq has read it, by person id: the members who were in when it was sent,
// without its sender. Inside the caller's transaction; the caller has checked access.
func (s *Service) Receipts(tx *db.Tx, id xinshu.ConversationID, seq int64, sender, after xinshu.PersonID, limit int) ([]Receipt, error) {
	out, err := db.All(tx, func(r *db.Rows) (rc Receipt, err error) {
		var receipt, from int64
		var at, spanAt xinshu.Millis
		if err := r.Scan(&rc.Person, &receipt, &from, &at, &spanAt); err != nil {
			return rc, err
		}
		if receipt >= seq {
			rc.At = at
			if from > seq {
				rc.At = spanAt
			}
		}
		return rc, nil
	}, `SELECT m.person_id, m.receipt_seq, m.receipt_from, m.receipt_at, r.at FROM member m
		LEFT JOIN receipt_span r ON r.conversation_id = m.conversation_id AND r.person_id = m.person_id AND r.from_seq <= ?2 AND r.to_seq >= ?2
		AND m.receipt_from > ?2
		WHERE m.conversation_id = ?1 AND m.left_at = 0 AND m.joined_seq < ?2 AND m.person_id <> ?3 AND m.person_id > ?4
		ORDER BY m.person_id LIMIT ?5`, id, seq, sender, after, limit)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	return out, nil
}

// ReceiptCounts returns, for each message of a conversation with its sender, how many of its audience have read it and how many
// have not. Inside the caller's transaction; one statement.
func (s *Service) ReceiptCounts(tx *db.Tx, id xinshu.ConversationID, senders map[int64]xinshu.PersonID) (map[int64][2]int64, error) {
	out := make(map[int64][2]int64, len(senders))
	rows := tx.Query(`SELECT person_id, joined_seq, receipt_seq FROM member WHERE conversation_id = ?1 AND left_at = 0`, id)
	for rows.Next() {
		var p xinshu.PersonID
		var joined, receipt int64
		if err := rows.Scan(&p, &joined, &receipt); err != nil {
			return nil, fmt.Errorf("receipt counts: %w", err)
		}
		for seq, sender := range senders {
			if p == sender || joined >= seq {
				continue
			}
			c := out[seq]
			if receipt >= seq {
				c[0]++
			} else {
				c[1]++
			}
			out[seq] = c
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("receipt counts: %w", err)
	}
	return out, nil
}
