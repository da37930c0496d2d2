package message

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Announce implements [conversation.Log]: it appends a system message to a conversation that the transaction has locked. Whoever
// locked it saves it.
func (s *Service) Announce(tx *db.Tx, st *conversation.State, _ xinshu.Actor, content conversation.Announcement) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode announcement: %w", err)
	}
	r := &row{sent: s.now(), kind: typeSystem, content: string(text)}
	r.key = systemKey(r.sent, st.LastSeq+1)
	r.requestHash = requestHash(r.kind, r.content, 0)
	r.chain(st, conversation.NewSalt())
	said, err := json.Marshal(content.Brief())
	if err != nil {
		return fmt.Errorf("encode announcement: %w", err)
	}
	st.Last = conversation.Last{At: r.sent, Type: r.kind, Excerpt: excerpt(content.Fallback, nil), Said: said}
	if err := insertRows(tx, []*row{r}); err != nil {
		return err
	}
	if err := s.conv.Uncount(tx, st, r.seq); err != nil {
		return err
	}
	m := r.message(nil, nil)
	e := xinshu.Event{Conversation: st.ID, MemberRev: st.MemberRev, Kind: xinshu.EventMessage,
		Frame: m.appendFrame(nil, xinshu.EventMessage)}
	tx.AfterCommit(func() { s.opt.Bus.Publish(e) })
	return nil
}

// systemKey is a client_key that begins with the time, as those of clients do, and is unique in the conversation by its seq.
func systemKey(at xinshu.Millis, seq int64) []byte {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at)<<16|0x8000) // version 8 of RFC 9562: a UUID of our own making
	binary.BigEndian.PutUint64(b[8:], 1<<63|uint64(seq))     // its variant bits
	return b[:]
}

// OwnSince implements [conversation.Log].
func (s *Service) OwnSince(tx *db.Tx, person xinshu.PersonID, from map[xinshu.ConversationID]int64) (map[xinshu.ConversationID]int64, error) {
	places := make([]place, 0, len(from))
	for id, seq := range from {
		places = append(places, place{id, seq})
	}
	out := make(map[xinshu.ConversationID]int64, len(from))
	err := db.EachChunk(places, []any{person}, func(n int, args []any) error {
		rows := tx.Query(db.Pairs("k(c, s)", 2, n, 2)+`SELECT k.c, count(*) FROM k JOIN message m ON m.conversation_id = k.c AND m.seq >= k.s
			WHERE m.sender_id = ?1 AND m.recalled_at = 0 GROUP BY k.c`, args...)
		for rows.Next() {
			var id xinshu.ConversationID
			var count int64
			if err := rows.Scan(&id, &count); err != nil {
				return err
			}
			out[id] = count
		}
		return rows.Err()
	}, func(p place) []any { return []any{p.conversation, p.seq} })
	if err != nil {
		return nil, fmt.Errorf("count own messages: %w", err)
	}
	return out, nil
}

// Receipted implements [conversation.Log].
func (s *Service) Receipted(id xinshu.ConversationID, from, to int64) { s.receipts.add(id, from, to) }
