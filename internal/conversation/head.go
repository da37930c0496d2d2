package conversation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Head is a conversation as its viewer's list shows it. With Role "" she is not a member (any more) and only id, kind and, for
// channels, the name and what else everybody may know are set.
type Head struct {
	ID          xinshu.ConversationID `json:"id"`
	Kind        Kind                  `json:"kind" enum:"direct,group,channel"`
	Name        string                `json:"name"`
	Purpose     string                `json:"purpose"`
	LastSeq     int64                 `json:"last_seq"`
	Rev         int64                 `json:"rev"`
	MemberRev   int64                 `json:"member_rev"`
	MemberCount int64                 `json:"member_count"`
	Role        Role                  `json:"role" enum:"owner,admin,member," doc:"The viewer's; empty: not a member"`
	ReadSeq     int64                 `json:"read_seq"`
	ReceiptSeq  int64                 `json:"receipt_seq"`
	Unread      int64                 `json:"unread"`
	Mentions    int64                 `json:"mentions" doc:"Unread messages that mention the viewer"`
	Muted       bool                  `json:"muted"`
	Pinned      bool                  `json:"pinned"`
	FirstSeq    int64                 `json:"first_seq" doc:"Oldest message the viewer may read"`
	LastMessage *LastMessage          `json:"last_message"`
	Peer        *org.PersonBrief      `json:"peer" doc:"The other one of a direct conversation"`
	History     History               `json:"history" enum:"all,joined"`
	PostRight   Right                 `json:"post_right" enum:"all,admins"`
	AllRight    Right                 `json:"all_right" enum:"all,admins"`
	ArchivedAt  xinshu.Millis         `json:"archived_at,omitempty"`
	CreatedAt   xinshu.Millis         `json:"created_at"`
	UpdatedAt   xinshu.Millis         `json:"updated_at"`
}

// LastMessage is the newest message in few words.
type LastMessage struct {
	Seq     int64                  `json:"seq"`
	Sender  *Sender                `json:"sender" doc:"null for system messages"`
	SentAt  xinshu.Millis          `json:"sent_at"`
	Excerpt string                 `json:"excerpt" doc:"Beginning of the text, at most 100 characters"`
	Type    string                 `json:"type" doc:"Type of the content"`
	Content door.Raw[Announcement] `json:"content,omitempty" doc:"Of a system message: what it says, for clients to say in their language"`
}

// Sender is who sent a message.
type Sender struct {
	ID   xinshu.PersonID `json:"id"`
	Kind string          `json:"kind"`
	Name string          `json:"name"`
}

// headRow is what a head is made from.
type headRow struct {
	Head
	low, high xinshu.PersonID
	last      Last
	counted   counted
	left      xinshu.Millis
	personRev int64
}

const headSelect = `SELECT c.id, c.kind, c.name, c.purpose, c.low_id, c.high_id, c.history, c.post_right, c.all_right, c.member_rev,
	c.member_count, c.archived_at, c.created_at, h.last_seq, h.rev, h.updated_at, h.uncounted_seq, h.all_seq,
	h.last_sender, h.last_at, h.last_type, h.last_excerpt, m.role, m.joined_seq, m.first_seq, m.left_at, m.read_seq, m.receipt_seq,
	m.own_from, m.mention_seq, m.muted, m.pinned, m.person_rev
	FROM member m JOIN conversation c ON c.id = m.conversation_id JOIN conversation_head h ON h.conversation_id = m.conversation_id `

func scanHead(rows *db.Rows) (*headRow, error) {
	r := &headRow{}
	var joined int64
	err := rows.Scan(&r.ID, (*string)(&r.Kind), &r.Name, &r.Purpose, &r.low, &r.high, (*string)(&r.History), (*string)(&r.PostRight),
		(*string)(&r.AllRight), &r.MemberRev, &r.MemberCount, &r.ArchivedAt, &r.CreatedAt, &r.LastSeq, &r.Rev, &r.UpdatedAt,
		&r.counted.uncountedSeq, &r.counted.allSeq, &r.last.Sender, &r.last.At, &r.last.Type, &r.last.Excerpt, (*string)(&r.Role),
		&joined, &r.FirstSeq, &r.left, &r.ReadSeq, &r.ReceiptSeq, &r.counted.ownFrom, &r.counted.mentionSeq, &r.Muted, &r.Pinned, &r.personRev)
	r.last.split()
	r.counted.id, r.counted.last, r.counted.base = r.ID, r.LastSeq, max(r.ReadSeq, joined)
	return r, err
}

// complete turns rows of one viewer into heads: counts, names, and nothing of what she has left. At most three statements per 128
// rows.
func (s *Service) complete(tx *db.Tx, viewer xinshu.PersonID, rows []*headRow) ([]Head, error) {
	var toCount []*counted
	people := make([]xinshu.PersonID, 0, 2*len(rows))
	for _, r := range rows {
		if r.left != 0 {
			continue
		}
		toCount = append(toCount, &r.counted)
		if r.Kind == Direct {
			people = append(people, r.peer(viewer))
		}
		if r.last.Sender != 0 {
			people = append(people, r.last.Sender)
		}
	}
	if err := s.count(tx, viewer, toCount); err != nil {
		return nil, err
	}
	slices.Sort(people)
	known := names{}
	if people = slices.Compact(people); len(people) > 0 {
		m, err := s.opt.Org.Briefs(tx, people)
		if err != nil {
			return nil, fmt.Errorf("names: %w", err)
		}
		known = m
	}
	heads := make([]Head, len(rows))
	for i, r := range rows {
		heads[i] = r.head(viewer, known)
	}
	return heads, nil
}

func (r *headRow) peer(viewer xinshu.PersonID) xinshu.PersonID {
	if r.low == viewer {
		return r.high
	}
	return r.low
}

func (r *headRow) head(viewer xinshu.PersonID, known names) Head {
	if r.left != 0 {
		h := Head{ID: r.ID, Kind: r.Kind, History: r.History, PostRight: r.PostRight, AllRight: r.AllRight, CreatedAt: r.CreatedAt, UpdatedAt: r.left}
		if r.Kind == Channel {
			h.Name, h.Purpose, h.MemberCount, h.ArchivedAt = r.Name, r.Purpose, r.MemberCount, r.ArchivedAt
		}
		return h
	}
	r.Unread, r.Mentions = r.counted.unread, r.counted.mentions
	if r.Kind == Direct {
		b := known.brief(r.peer(viewer))
		r.Peer = &b
	}
	if r.LastSeq >= max(1, r.FirstSeq) {
		r.LastMessage = &LastMessage{Seq: r.LastSeq, SentAt: r.last.At, Excerpt: r.last.Excerpt, Type: r.last.Type,
			Content: r.last.Said}
		if r.last.Sender != 0 {
			b := known.brief(r.last.Sender)
			r.LastMessage.Sender = &Sender{ID: b.ID, Kind: b.Kind, Name: b.Name}
		}
	}
	return r.Head
}

// Get returns the head of a conversation for the actor. Channels are known to everybody. Errors: [xinshu.NotFound].
func (s *Service) Get(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID) (Head, error) {
	var out Head
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.GetIn(tx, actor, id)
		return err
	})
	return out, err
}

// GetIn is [Service.Get] inside the caller's transaction.
func (s *Service) GetIn(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (Head, error) {
	row, err := db.One(tx, scanHead, headSelect+`WHERE m.conversation_id = ?1 AND m.person_id = ?2 AND m.left_at = 0`, id, actor.Person)
	if errors.Is(err, db.ErrNoRows) {
		return s.fromOutside(tx, actor, id)
	}
	if err != nil {
		return Head{}, fmt.Errorf("load head: %w", err)
	}
	heads, err := s.complete(tx, actor.Person, []*headRow{row})
	if err != nil {
		return Head{}, err
	}
	return heads[0], nil
}

// fromOutside returns what somebody who is not a member may know: of channels; the system knows all.
func (s *Service) fromOutside(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (Head, error) {
	h := Head{ID: id}
	err := tx.Row(`SELECT kind, name, purpose, member_count, history, post_right, all_right, archived_at, created_at FROM conversation WHERE id = ?1`, id).
		Scan((*string)(&h.Kind), &h.Name, &h.Purpose, &h.MemberCount, (*string)(&h.History), (*string)(&h.PostRight), (*string)(&h.AllRight), &h.ArchivedAt, &h.CreatedAt)
	if errors.Is(err, db.ErrNoRows) || err == nil && h.Kind != Channel && !actor.IsSystem() {
		return Head{}, errNotFound
	}
	if err != nil {
		return Head{}, fmt.Errorf("load conversation: %w", err)
	}
	h.UpdatedAt = h.CreatedAt
	return h, nil
}
