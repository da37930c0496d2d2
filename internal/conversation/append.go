package conversation

import (
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/text"
)

// AppendJSON appends h exactly as encoding/json would write the struct: a person's list has hundreds.
func (h *Head) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"id":"`...)
	dst = h.ID.AppendText(dst)
	dst = append(dst, `","kind":"`...)
	dst = append(dst, h.Kind...)
	dst = append(dst, `","name":`...)
	dst = text.AppendJSON(dst, h.Name)
	dst = append(dst, `,"purpose":`...)
	dst = text.AppendJSON(dst, h.Purpose)
	dst = appendInt(dst, `,"last_seq":`, h.LastSeq)
	dst = appendInt(dst, `,"rev":`, h.Rev)
	dst = appendInt(dst, `,"member_rev":`, h.MemberRev)
	dst = appendInt(dst, `,"member_count":`, h.MemberCount)
	dst = append(dst, `,"role":"`...)
	dst = append(dst, h.Role...)
	dst = appendInt(dst, `","read_seq":`, h.ReadSeq)
	dst = appendInt(dst, `,"receipt_seq":`, h.ReceiptSeq)
	dst = appendInt(dst, `,"unread":`, h.Unread)
	dst = appendInt(dst, `,"mentions":`, h.Mentions)
	dst = append(dst, `,"muted":`...)
	dst = strconv.AppendBool(dst, h.Muted)
	dst = append(dst, `,"pinned":`...)
	dst = strconv.AppendBool(dst, h.Pinned)
	dst = appendInt(dst, `,"first_seq":`, h.FirstSeq)
	dst = append(dst, `,"last_message":`...)
	dst = h.LastMessage.appendJSON(dst)
	dst = append(dst, `,"peer":`...)
	dst = appendPeer(dst, h.Peer)
	dst = append(dst, `,"history":"`...)
	dst = append(dst, h.History...)
	dst = append(dst, `","post_right":"`...)
	dst = append(dst, h.PostRight...)
	dst = append(dst, `","all_right":"`...)
	dst = append(dst, h.AllRight...)
	dst = append(dst, '"')
	if h.ArchivedAt != 0 {
		dst = appendTime(dst, `,"archived_at":"`, h.ArchivedAt)
	}
	dst = appendTime(dst, `,"created_at":"`, h.CreatedAt)
	dst = appendTime(dst, `,"updated_at":"`, h.UpdatedAt)
	return append(dst, '}')
}

func (l *LastMessage) appendJSON(dst []byte) []byte {
	if l == nil {
		return append(dst, "null"...)
	}
	dst = appendInt(dst, `{"seq":`, l.Seq)
	dst = append(dst, `,"sender":`...)
	dst = l.Sender.AppendJSON(dst)
	dst = appendTime(dst, `,"sent_at":"`, l.SentAt)
	dst = append(dst, `,"excerpt":`...)
	dst = text.AppendJSON(dst, l.Excerpt)
	dst = append(dst, `,"type":`...)
	dst = text.AppendJSON(dst, l.Type)
	if len(l.Content) > 0 {
		dst = append(dst, `,"content":`...)
		dst = append(dst, l.Content...)
	}
	return append(dst, '}')
}

// AppendJSON appends s as encoding/json would, null for nil.
func (s *Sender) AppendJSON(dst []byte) []byte {
	if s == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"id":"`...)
	dst = s.ID.AppendText(dst)
	dst = append(dst, `","kind":`...)
	dst = text.AppendJSON(dst, s.Kind)
	dst = append(dst, `,"name":`...)
	dst = text.AppendJSON(dst, s.Name)
	return append(dst, '}')
}

// appendPeer is not a method of the brief: what embeds one would inherit it.
func appendPeer(dst []byte, p *org.PersonBrief) []byte {
	if p == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"id":"`...)
	dst = p.ID.AppendText(dst)
	dst = append(dst, `","kind":`...)
	dst = text.AppendJSON(dst, p.Kind)
	dst = append(dst, `,"name":`...)
	dst = text.AppendJSON(dst, p.Name)
	dst = append(dst, `,"department":`...)
	dst = text.AppendJSON(dst, p.Department)
	dst = append(dst, `,"position":`...)
	dst = text.AppendJSON(dst, p.Position)
	return append(dst, '}')
}

func appendInt(dst []byte, name string, v int64) []byte {
	return strconv.AppendInt(append(dst, name...), v, 10)
}

func appendTime(dst []byte, name string, at xinshu.Millis) []byte {
	return append(at.AppendText(append(dst, name...)), '"')
}
