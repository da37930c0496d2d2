package message

import (
	"strconv"

	"github.com/xinshu-im/xinshu/internal/text"
)

// AppendJSON appends m exactly as encoding/json would write the struct. Messages are the only hot values of the product: this
// takes a third of encoding/json's time and allocates nothing when dst has room.
func (m *Message) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"conversation_id":"`...)
	dst = m.ConversationID.AppendText(dst)
	dst = append(dst, `","seq":`...)
	dst = strconv.AppendInt(dst, m.Seq, 10)
	dst = append(dst, `,"rev":`...)
	dst = strconv.AppendInt(dst, m.Rev, 10)
	dst = append(dst, `,"client_id":`...)
	dst = text.AppendJSON(dst, m.ClientID)
	dst = append(dst, `,"sender":`...)
	dst = m.Sender.AppendJSON(dst)
	dst = append(dst, `,"sent_at":"`...)
	dst = m.SentAt.AppendText(dst)
	dst = append(dst, '"')
	if m.EditedAt != 0 {
		dst = append(dst, `,"edited_at":"`...)
		dst = m.EditedAt.AppendText(dst)
		dst = append(dst, '"')
	}
	if m.RecalledAt != 0 {
		dst = append(dst, `,"recalled_at":"`...)
		dst = m.RecalledAt.AppendText(dst)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"content":`...)
	dst = append(dst, m.Content...)
	if m.ReplyTo != nil {
		dst = append(dst, `,"reply_to":`...)
		dst = m.ReplyTo.appendJSON(dst)
	}
	dst = append(dst, `,"mentions":[`...)
	for i, v := range m.Mentions {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":`...)
		dst = text.AppendJSON(dst, v.ID)
		dst = append(dst, `,"name":`...)
		dst = text.AppendJSON(dst, v.Name)
		dst = append(dst, '}')
	}
	dst = append(dst, `],"reactions":`...)
	dst = appendReactions(dst, m.Reactions)
	return append(dst, '}')
}

// MarshalJSON implements json.Marshaler.
func (m Message) MarshalJSON() ([]byte, error) {
	return m.AppendJSON(make([]byte, 0, 384+len(m.Content))), nil
}

// appendFrame appends {"event":kind,"data":m}.
func (m *Message) appendFrame(dst []byte, kind string) []byte {
	dst = append(dst, `{"event":"`...)
	dst = append(dst, kind...)
	dst = append(dst, `","data":`...)
	dst = m.AppendJSON(dst)
	return append(dst, '}')
}

func (q *Quote) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"seq":`...)
	dst = strconv.AppendInt(dst, q.Seq, 10)
	dst = append(dst, `,"sender":`...)
	if q.Sender == nil {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, `{"id":"`...)
		dst = q.Sender.ID.AppendText(dst)
		dst = append(dst, `","name":`...)
		dst = text.AppendJSON(dst, q.Sender.Name)
		dst = append(dst, '}')
	}
	dst = append(dst, `,"excerpt":`...)
	dst = text.AppendJSON(dst, q.Excerpt)
	return append(dst, '}')
}

// appendReactions appends the array; it is also the form in which reactions are stored with their message.
func appendReactions(dst []byte, all []Reaction) []byte {
	dst = append(dst, '[')
	for i, r := range all {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"emoji":`...)
		dst = text.AppendJSON(dst, r.Emoji)
		dst = append(dst, `,"count":`...)
		dst = strconv.AppendInt(dst, r.Count, 10)
		dst = append(dst, `,"people":[`...)
		for j, p := range r.People {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, '"')
			dst = p.AppendText(dst)
			dst = append(dst, '"')
		}
		dst = append(dst, ']', '}')
	}
	return append(dst, ']')
}
