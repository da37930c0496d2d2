package message

import (
	"strconv"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu/internal/conversation"
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
	dst = appendString(dst, m.ClientID)
	dst = append(dst, `,"sender":`...)
	dst = appendSender(dst, m.Sender)
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
		dst = appendString(dst, v.ID)
		dst = append(dst, `,"name":`...)
		dst = appendString(dst, v.Name)
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

func appendSender(dst []byte, s *conversation.Sender) []byte {
	if s == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"id":"`...)
	dst = s.ID.AppendText(dst)
	dst = append(dst, `","kind":`...)
	dst = appendString(dst, s.Kind)
	dst = append(dst, `,"name":`...)
	dst = appendString(dst, s.Name)
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
		dst = appendString(dst, q.Sender.Name)
		dst = append(dst, '}')
	}
	dst = append(dst, `,"excerpt":`...)
	dst = appendString(dst, q.Excerpt)
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
		dst = appendString(dst, r.Emoji)
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

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string with the escapes of encoding/json, those for HTML included.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				dst = append(append(dst, s[start:i]...), `\ufffd`...)
			case r == '\u2028' || r == '\u2029':
				dst = append(append(dst, s[start:i]...), `\u202`...)
				dst = append(dst, hexDigits[r&15])
			default:
				i += n
				continue
			}
			i += n
			start = i
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = append(dst, `\u00`...)
			dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
