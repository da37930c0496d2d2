package message

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// row is a message as stored.
type row struct {
	conversation           xinshu.ConversationID
	seq                    int64
	rev, lastRev           int64
	contentRev             int64
	sender                 xinshu.PersonID
	sent, edited, recalled xinshu.Millis
	replyTo                int64
	key                    []byte
	clientID               string
	requestHash            []byte
	kind                   string
	content                string
	mentions               string
	reactions              string
	salt                   []byte
	hash                   []byte
}

const rowColumns = `conversation_id, seq, rev, last_rev, content_rev, sender_id, sent_at, edited_at, recalled_at, reply_to, client_key,
	client_id, request_hash, content_type, content, mentions, reactions, salt, hash`

// values are the columns in the form that db passes on as it is: every message comes by here.
func (r *row) values() []any {
	return []any{int64(r.conversation), r.seq, r.rev, r.lastRev, r.contentRev, int64(r.sender), int64(r.sent), int64(r.edited), int64(r.recalled), r.replyTo, r.key,
		r.clientID, r.requestHash, r.kind, r.content, r.mentions, r.reactions, r.salt, r.hash}
}

// shownColumns are what readers need of a row; keys, hashes and salts stay where they are.
const shownColumns = `m.conversation_id, m.seq, m.rev, m.last_rev, m.content_rev, m.sender_id, m.sent_at, m.edited_at, m.recalled_at,
	m.reply_to, m.client_key, m.client_id, m.content_type, m.content, m.mentions, m.reactions`

func (r *row) shownFields() []any {
	return []any{&r.conversation, &r.seq, &r.rev, &r.lastRev, &r.contentRev, &r.sender, &r.sent, &r.edited, &r.recalled,
		&r.replyTo, &r.key, &r.clientID, &r.kind, &r.content, &r.mentions, &r.reactions}
}

func scanRow(rows *db.Rows) (*row, error) {
	r := &row{}
	return r, rows.Scan(r.shownFields()...)
}

// digest is what the chain holds of a message: everything that does not change when it is edited, and the content of its rev.
func (r *row) digest(salt []byte, kind, content string) conversation.Digest {
	b := make([]byte, 0, 96+len(content))
	b = append(b, "message\x00"...)
	b = append(b, salt...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.sender))
	b = binary.BigEndian.AppendUint64(b, uint64(r.sent))
	b = binary.BigEndian.AppendUint64(b, uint64(r.replyTo))
	b = append(b, r.key...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(kind)))
	b = append(b, kind...)
	b = append(b, content...)
	return sha256.Sum256(b)
}

// chain gives the row its seq, rev and place in the chain of st.
func (r *row) chain(st *conversation.State, salt []byte) {
	r.conversation, r.salt = st.ID, salt
	r.seq, r.rev = st.NextMessage(r.digest(salt, r.kind, r.content), r.sent)
	r.lastRev, r.contentRev, r.hash = r.rev, r.rev, st.Hash
}

func insertRows(tx *db.Tx, rows []*row) error {
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = r.values()
	}
	if err := db.Insert(tx, `INSERT INTO message (`+rowColumns+`)`, values, ""); err != nil {
		return fmt.Errorf("insert messages: %w", err)
	}
	return nil
}

// text returns the text of a text message, "" for others.
func (r *row) text() string {
	if r.kind != typeText {
		return ""
	}
	var c struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal([]byte(r.content), &c); err != nil {
		return ""
	}
	return c.Text
}

// fallback returns what a system message says in English.
func (r *row) fallback() string {
	var c struct {
		Fallback string `json:"fallback"`
	}
	if r.kind != typeSystem || json.Unmarshal([]byte(r.content), &c) != nil {
		return ""
	}
	return c.Fallback
}

func (r *row) reactionList() []Reaction {
	out := []Reaction{}
	if r.reactions != "" {
		if err := json.Unmarshal([]byte(r.reactions), &out); err != nil {
			return []Reaction{}
		}
	}
	return out
}
