package message

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

const (
	base     = "/api/v1/conversations/{conversation}"
	messages = base + "/messages"
	one      = messages + "/{seq}"
)

// Content is what a client may post.
type Content struct {
	Type string `json:"type" enum:"text"`
	Text string `json:"text" doc:"CommonMark subset; <@PERSONID> and <@all> mention; at most 16,000 code points"`
}

type postIn struct {
	conversation.Ref
	Body struct {
		ClientID string  `json:"client_id" minLength:"1" maxLength:"64" doc:"Makes repetitions harmless for ever; a UUIDv7 is best"`
		Content  Content `json:"content"`
		ReplyTo  int64   `json:"reply_to,omitempty" minimum:"1" doc:"seq of the quoted message"`
	}
}

type messageOut struct{ Body Message }

type historyIn struct {
	conversation.Ref
	Before int64 `query:"before" minimum:"1" doc:"Messages with a smaller seq"`
	After  int64 `query:"after" minimum:"1" doc:"Messages with a larger seq"`
	Around int64 `query:"around" minimum:"1" doc:"The message and its neighbours"`
	Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type changesIn struct {
	conversation.Ref
	AfterRev int64 `query:"after_rev" minimum:"0"`
	Limit    int   `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

// SeqRef is the part of a request that names a message.
type SeqRef struct {
	conversation.Ref
	Seq int64 `path:"seq" minimum:"1"`
}

type editIn struct {
	SeqRef
	Body struct {
		Content Content `json:"content"`
	}
}

// Doors declares the endpoints of messages.
func (s *Service) Doors(r *door.Registry) {
	about := func(name, method, path, summary string, object door.Object) door.Door {
		return door.Door{Name: name, Method: method, Path: path, Policy: door.SignedIn, Object: object, Summary: summary, Tag: "Messages"}
	}
	post := about("message.post", "POST", messages, "Post a message, or get the one this client_id posted", door.Conversation)
	post.Status = 201
	door.JSON(r, post, func(ctx context.Context, a xinshu.Actor, in *postIn) (*messageOut, error) {
		p, err := s.Post(ctx, a, Draft{Conversation: in.ID(), ClientID: in.Body.ClientID, Text: in.Body.Content.Text, ReplyTo: in.Body.ReplyTo})
		return &messageOut{p.Message}, err
	})
	door.JSON(r, about("message.list", "GET", messages, "Messages in the order of seq; the newest without before, after and around", door.Conversation),
		func(ctx context.Context, a xinshu.Actor, in *historyIn) (*door.List[Message], error) {
			items, next, err := s.History(ctx, a, in.ID(), Page{Before: in.Before, After: in.After, Around: in.Around, Limit: in.Limit})
			return door.NewList(items, next), err
		})
	door.JSON(r, about("message.changes", "GET", base+"/changes", "Every rev after one that the client knows", door.Conversation),
		func(ctx context.Context, a xinshu.Actor, in *changesIn) (*door.List[Change], error) {
			items, next, err := s.Changes(ctx, a, in.ID(), in.AfterRev, in.Limit)
			return door.NewList(items, next), err
		})
	door.JSON(r, about("message.get", "GET", one, "One message", door.Message), func(ctx context.Context, a xinshu.Actor, in *SeqRef) (*messageOut, error) {
		m, err := s.Get(ctx, a, in.ID(), in.Seq)
		return &messageOut{m}, err
	})
	door.JSON(r, about("message.edit", "PATCH", one, "Edit one's own message", door.Message), func(ctx context.Context, a xinshu.Actor, in *editIn) (*messageOut, error) {
		m, err := s.Edit(ctx, a, in.ID(), in.Seq, in.Body.Content.Text)
		return &messageOut{m}, err
	})
	door.JSON(r, about("message.recall", "DELETE", one, "Recall a message", door.Message), func(ctx context.Context, a xinshu.Actor, in *SeqRef) (*struct{}, error) {
		return nil, s.Recall(ctx, a, in.ID(), in.Seq)
	})
	s.moreDoors(r, about)
}

// ReactionRef is the part of a request that names an emoji on a message.
type ReactionRef struct {
	SeqRef
	Emoji string `path:"emoji" maxLength:"32"`
}

type reactorsIn struct {
	ReactionRef
	door.Page
}

type receiptsIn struct {
	SeqRef
	door.Page
}

type receiptsOut struct{ Body ReceiptList }

func (s *Service) moreDoors(r *door.Registry, about func(name, method, path, summary string, object door.Object) door.Door) {
	const reaction = one + "/reactions/{emoji}"
	door.JSON(r, about("reaction.put", "PUT", reaction, "Put one's emoji on a message", door.Message), func(ctx context.Context, a xinshu.Actor, in *ReactionRef) (*messageOut, error) {
		m, err := s.React(ctx, a, in.ID(), in.Seq, in.Emoji)
		return &messageOut{m}, err
	})
	door.JSON(r, about("reaction.delete", "DELETE", reaction, "Take it away", door.Message), func(ctx context.Context, a xinshu.Actor, in *ReactionRef) (*messageOut, error) {
		m, err := s.Unreact(ctx, a, in.ID(), in.Seq, in.Emoji)
		return &messageOut{m}, err
	})
	door.JSON(r, about("reaction.list", "GET", reaction, "The people behind one emoji", door.Message), func(ctx context.Context, a xinshu.Actor, in *reactorsIn) (*door.List[org.PersonBrief], error) {
		people, next, err := s.Reactors(ctx, a, in.ID(), in.Seq, in.Emoji, in.Limit, in.Cursor)
		return door.NewList(people, next), err
	})
	door.JSON(r, about("pin.put", "PUT", one+"/pin", "Pin a message for everybody", door.Message), func(ctx context.Context, a xinshu.Actor, in *SeqRef) (*struct{}, error) {
		return nil, s.Pin(ctx, a, in.ID(), in.Seq)
	})
	door.JSON(r, about("pin.delete", "DELETE", one+"/pin", "Unpin it", door.Message), func(ctx context.Context, a xinshu.Actor, in *SeqRef) (*struct{}, error) {
		return nil, s.Unpin(ctx, a, in.ID(), in.Seq)
	})
	door.JSON(r, about("pin.list", "GET", base+"/pins", "Pinned messages, the newest pin first", door.Conversation), func(ctx context.Context, a xinshu.Actor, in *conversation.Ref) (*door.List[Message], error) {
		pins, err := s.Pins(ctx, a, in.ID())
		return door.NewList(pins, ""), err
	})
	door.JSON(r, about("receipt.list", "GET", one+"/receipts", "Who has read a message and who has not", door.Message), func(ctx context.Context, a xinshu.Actor, in *receiptsIn) (*receiptsOut, error) {
		list, err := s.Receipts(ctx, a, in.ID(), in.Seq, in.Limit, in.Cursor)
		return &receiptsOut{list}, err
	})
}
