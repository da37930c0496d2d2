package message

import (
	"encoding/json"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
)

// Message is one entry of a conversation's log as everybody who may read it sees it: it holds nothing that depends on the
// viewer. Its JSON is written by [Message.AppendJSON].
type Message struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Seq            int64                 `json:"seq"`
	Rev            int64                 `json:"rev" doc:"Of its newest change"`
	ClientID       string                `json:"client_id"`
	Sender         *conversation.Sender  `json:"sender" doc:"null for system messages"`
	SentAt         xinshu.Millis         `json:"sent_at"`
	EditedAt       xinshu.Millis         `json:"edited_at,omitempty"`
	RecalledAt     xinshu.Millis         `json:"recalled_at,omitempty"`
	Content        json.RawMessage       `json:"content" doc:"An object with type: text (with text), system (with kind, names and fallback) or recalled"`
	ReplyTo        *Quote                `json:"reply_to,omitempty"`
	Mentions       []Mention             `json:"mentions"`
	Reactions      []Reaction            `json:"reactions"`
}

// Quote is the message that another one answers, as it is now.
type Quote struct {
	Seq     int64              `json:"seq"`
	Sender  *conversation.Name `json:"sender" doc:"null for system messages"`
	Excerpt string             `json:"excerpt" doc:"Beginning of the text, at most 100 characters; empty when it was recalled"`
}

// Mention is a person whom a text mentions; the id "all" is everybody.
type Mention struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Reaction is one emoji on a message.
type Reaction struct {
	Emoji  string            `json:"emoji"`
	Count  int64             `json:"count"`
	People []xinshu.PersonID `json:"people" doc:"The first 20"`
}

// Types of content.
const (
	typeText     = "text"
	typeSystem   = "system"
	typeRecalled = "recalled"
)

// contentRecalled is what stands in place of a recalled content.
const contentRecalled = `{"type":"recalled"}`

// Posted is a message that is durable.
type Posted struct {
	Seq       int64
	Rev       int64
	SentAt    xinshu.Millis
	Duplicate bool // the client_id had been used: this is the message stored then
	Message   Message
}
