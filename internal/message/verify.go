package message

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Fault is the first place at which a conversation's chain does not fit.
type Fault struct {
	Rev    int64
	Reason string
}

// VerifyChain recomputes the chain of a conversation from its first rev; nil is a chain without fault. Only the system may.
func (s *Service) VerifyChain(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID) (*Fault, error) {
	if !actor.IsSystem() {
		return nil, xinshu.Errorf(xinshu.Forbidden, "Only the product itself verifies chains.")
	}
	var fault *Fault
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		fault, _, err = s.verify(tx, id)
		return err
	})
	return fault, err
}

// verifyPage is how many revs are in memory at a time.
const verifyPage = 2_000

// chainRow is a message with what the chain needs.
type chainRow struct {
	row
	originalKind, original string
	originalSalt           []byte
}

func (s *Service) verify(tx *db.Tx, id xinshu.ConversationID) (*Fault, int64, error) {
	var rev, seq, headRev int64
	var headHash []byte
	err := tx.Row(`SELECT rev, hash FROM conversation_head WHERE conversation_id = ?1`, id).Scan(&headRev, &headHash)
	if err != nil {
		return nil, 0, fmt.Errorf("head of the chain: %w", err)
	}
	hash := conversation.Genesis(id)
	now := shownState{}
	for rev < headRev {
		changes, err := s.conv.ChangesAfter(tx, id, rev, verifyPage)
		if err != nil {
			return nil, rev, err
		}
		messages, err := chainRows(tx, id, seq)
		if err != nil {
			return nil, rev, err
		}
		n := 0
		for ; n < verifyPage && len(changes)+len(messages) > 0; n++ {
			var stored []byte
			var digest conversation.Digest
			var fault string
			if len(changes) > 0 && changes[0].Rev == rev+1 {
				c := changes[0]
				changes = changes[1:]
				stored, digest, fault = c.Hash, c.Digest(), checkPlace(c.SeqAt, seq)
				if fault == "" && (c.Kind == conversation.ChangeEdited || c.Kind == conversation.ChangeRecalled) {
					if fault, err = contentFault(tx, id, c); err != nil {
						return nil, rev, err
					}
					now.changed(c)
				}
			} else if len(messages) > 0 && messages[0].rev == rev+1 {
				m := messages[0]
				messages = messages[1:]
				seq++
				now.posted(&m)
				stored, digest, fault = m.hash, m.digest(m.originalSalt, m.originalKind, m.original), checkPlace(m.seq, seq)
			} else {
				return &Fault{rev + 1, "the record is missing"}, rev, nil
			}
			rev++
			hash = conversation.Link(hash, seq, rev, digest)
			if fault == "" && !bytes.Equal(hash, stored) {
				fault = "the record was changed"
			}
			if fault != "" {
				return &Fault{rev, fault}, rev, nil
			}
		}
		if n == 0 {
			return &Fault{rev + 1, "the record is missing"}, rev, nil
		}
	}
	if !bytes.Equal(hash, headHash) || rev != headRev {
		return &Fault{rev, "the head was changed"}, rev, nil
	}
	return now.fault(), rev, nil
}

func checkPlace(got, want int64) string {
	if got != want {
		return "the record has another place"
	}
	return ""
}

// chainRows loads messages with the content that they were posted with.
func chainRows(tx *db.Tx, id xinshu.ConversationID, after int64) ([]chainRow, error) {
	out, err := db.All(tx, func(r *db.Rows) (c chainRow, err error) {
		err = r.Scan(&c.seq, &c.rev, &c.contentRev, &c.edited, &c.recalled, &c.sender, &c.sent, &c.replyTo, &c.key, &c.hash, &c.originalKind, &c.original, &c.originalSalt)
		return c, err
	}, `SELECT m.seq, m.rev, m.content_rev, m.edited_at, m.recalled_at, m.sender_id, m.sent_at, m.reply_to, m.client_key, m.hash,
		CASE WHEN m.content_rev = m.rev THEN m.content_type ELSE v.content_type END,
		CASE WHEN m.content_rev = m.rev THEN m.content ELSE v.content END,
		CASE WHEN m.content_rev = m.rev THEN m.salt ELSE v.salt END
		FROM message m LEFT JOIN message_version v ON v.conversation_id = m.conversation_id AND v.seq = m.seq AND v.rev = m.rev
		WHERE m.conversation_id = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3`, id, after, verifyPage)
	if err != nil {
		return nil, fmt.Errorf("read the chain: %w", err)
	}
	return out, nil
}

// contentFault compares the content that came in with an edit or recall with the digest that the chain holds. Edits are rare.
func contentFault(tx *db.Tx, id xinshu.ConversationID, c conversation.ChangeRow) (string, error) {
	var payload contentChange
	if err := json.Unmarshal([]byte(c.Payload), &payload); err != nil {
		return "the record was changed", nil
	}
	rows, err := db.All(tx, func(r *db.Rows) (c chainRow, err error) {
		err = r.Scan(&c.sender, &c.sent, &c.replyTo, &c.key, &c.originalKind, &c.original, &c.originalSalt)
		return c, err
	}, `SELECT m.sender_id, m.sent_at, m.reply_to, m.client_key,
		CASE WHEN m.content_rev = ?3 THEN m.content_type ELSE v.content_type END,
		CASE WHEN m.content_rev = ?3 THEN m.content ELSE v.content END,
		CASE WHEN m.content_rev = ?3 THEN m.salt ELSE v.salt END
		FROM message m LEFT JOIN message_version v ON v.conversation_id = m.conversation_id AND v.seq = m.seq AND v.rev = ?3
		WHERE m.conversation_id = ?1 AND m.seq = ?2`, id, c.Seq, c.Rev)
	if err != nil {
		return "", fmt.Errorf("read versions: %w", err)
	}
	if len(rows) == 0 {
		return "the message is missing", nil
	}
	digest := rows[0].digest(rows[0].originalSalt, rows[0].originalKind, rows[0].original)
	if hex.EncodeToString(digest[:]) != payload.Digest {
		return "the content was changed", nil
	}
	return "", nil
}

// Chain is what the audit trail needs to cover the conversations' chains with its signed roots and its verification.
func (s *Service) Chain() audit.Chain {
	return audit.Chain{
		Kind: audit.KindConversation, Name: "conversation", Heads: s.chainHeads, Stored: chainStored,
		Verify: func(tx *db.Tx, fault func(id, pos int64, reason string)) (records int64, err error) {
			ids, err := db.Column[xinshu.ConversationID](tx, `SELECT conversation_id FROM conversation_head ORDER BY conversation_id`)
			if err != nil {
				return 0, fmt.Errorf("list chains: %w", err)
			}
			for _, id := range ids { // a verification reads everything
				f, n, err := s.verify(tx, id)
				if err != nil {
					return records, err
				}
				if records += n; f != nil {
					fault(id.Int64(), f.Rev, f.Reason)
				}
			}
			return records, nil
		},
	}
}

// chainHeads implements [audit.HeadSource].
func (s *Service) chainHeads(ctx context.Context, since int64) (heads []audit.Head, next int64, err error) {
	const most = 2_000
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		end := int64(math.MaxInt64)
		if next, err = tx.Horizon(); err != nil {
			return fmt.Errorf("horizon: %w", err)
		}
		var cut int64
		err := tx.Row(`SELECT pos FROM conversation_head WHERE pos >= ?1 ORDER BY pos LIMIT 1 OFFSET ?2`, since, most).Scan(&cut)
		if err == nil { // one commit may have moved more: they stay together
			end = min(max(cut, since+1), next)
			next = end
		} else if !errors.Is(err, db.ErrNoRows) {
			return fmt.Errorf("heads of chains: %w", err)
		}
		heads, err = db.All(tx, func(r *db.Rows) (h audit.Head, err error) {
			err = r.Scan(&h.ID, &h.Pos, &h.Hash)
			return h, err
		}, `SELECT conversation_id, rev, hash FROM conversation_head WHERE pos >= ?1 AND pos < ?2 ORDER BY pos, conversation_id`, since, end)
		if err != nil {
			return fmt.Errorf("heads of chains: %w", err)
		}
		return nil
	})
	return heads, next, err
}

// chainStored returns the stored hash at each place.
func chainStored(tx *db.Tx, places []audit.Head) ([][]byte, error) {
	out := make([][]byte, len(places))
	at := make(map[[2]int64][]int, len(places))
	for i, p := range places {
		at[[2]int64{p.ID, p.Pos}] = append(at[[2]int64{p.ID, p.Pos}], i)
	}
	err := db.EachChunk(places, nil, func(n int, args []any) error {
		rows := tx.Query(db.Pairs("k(c, r)", 1, n, 2)+`SELECT k.c, k.r, x.hash FROM k JOIN change x ON x.conversation_id = k.c AND x.rev = k.r
			UNION ALL SELECT k.c, k.r, m.hash FROM k JOIN message m ON m.conversation_id = k.c AND m.rev = k.r AND m.seq =
			(SELECT b.seq_at + k.r - b.rev FROM change b WHERE b.conversation_id = k.c AND b.rev <= k.r ORDER BY b.rev DESC LIMIT 1)`, args...)
		for rows.Next() {
			var id, rev int64
			var hash []byte
			if err := rows.Scan(&id, &rev, &hash); err != nil {
				return err
			}
			for _, i := range at[[2]int64{id, rev}] {
				out[i] = hash
			}
		}
		return rows.Err()
	}, func(h audit.Head) []any { return []any{h.ID, h.Pos} })
	if err != nil {
		return nil, fmt.Errorf("stored hashes: %w", err)
	}
	return out, nil
}
