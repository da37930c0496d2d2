package message

import (
	"errors"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Address names a message.
type Address struct {
	Conversation xinshu.ConversationID
	Seq          int64
}

// StoredAt returns messages as they are in the caller's transaction, for readers that find messages by other ways than history,
// such as search; those that do not exist are absent. access says what the actor may read, from the same transaction; what it
// does not allow is absent too.
func (s *Service) StoredAt(tx *db.Tx, access map[xinshu.ConversationID]conversation.Access, at []Address) (map[Address]*Stored, error) {
	found, err := loadPlaces(tx, allowed(access, at))
	if err != nil {
		return nil, err
	}
	out := make(map[Address]*Stored, len(found))
	for p, r := range found {
		out[Address{p.conversation, p.seq}] = r.stored()
	}
	return out, nil
}

// MessagesAt is [Service.StoredAt] for showing.
func (s *Service) MessagesAt(tx *db.Tx, access map[xinshu.ConversationID]conversation.Access, at []Address) (map[Address]Message, error) {
	found, err := loadPlaces(tx, allowed(access, at))
	if err != nil {
		return nil, err
	}
	shown, err := s.messages(tx, mapValues(found))
	if err != nil {
		return nil, err
	}
	out := make(map[Address]Message, len(shown))
	for _, m := range shown {
		out[Address{m.ConversationID, m.Seq}] = m
	}
	return out, nil
}

// QuotesAt is [Service.StoredAt] in few words, as a quote shows a message.
func (s *Service) QuotesAt(tx *db.Tx, access map[xinshu.ConversationID]conversation.Access, at []Address) (map[Address]Quote, error) {
	found, err := loadPlaces(tx, allowed(access, at))
	if err != nil {
		return nil, err
	}
	people := map[xinshu.PersonID]bool{}
	for _, r := range found {
		people[r.sender] = true
		mentions, _ := parseMentions(r.mentions)
		for _, m := range mentions {
			people[m] = true
		}
	}
	delete(people, 0)
	names, err := s.namesOf(tx, people)
	if err != nil {
		return nil, err
	}
	out := make(map[Address]Quote, len(found))
	for p, r := range found {
		q := Quote{Seq: p.seq, Excerpt: r.excerpt(names)}
		if r.sender != 0 {
			q.Sender = &conversation.Name{ID: r.sender, Name: names[r.sender]}
		}
		out[Address{p.conversation, p.seq}] = q
	}
	return out, nil
}

// allowed keeps the addresses that access allows.
func allowed(access map[xinshu.ConversationID]conversation.Access, at []Address) []place {
	out := make([]place, 0, len(at))
	for _, a := range at {
		if w, ok := access[a.Conversation]; ok && w.CanRead(a.Seq) {
			out = append(out, place{a.Conversation, a.Seq})
		}
	}
	return out
}

// SeqOf returns the place of a message of a conversation by the client_id that an import gave it; [xinshu.NotFound]. Inside the
// caller's transaction; for imports, whose ids nobody else has.
func (s *Service) SeqOf(tx *db.Tx, id xinshu.ConversationID, clientID string) (seq int64, err error) {
	key, _ := conversation.ClientKey(clientID)
	err = tx.Row(`SELECT seq FROM message WHERE client_key = ?1 AND conversation_id = ?2 ORDER BY seq LIMIT 1`, key[:], id).Scan(&seq)
	if errors.Is(err, db.ErrNoRows) {
		return 0, errNoMessage
	}
	return seq, err
}
