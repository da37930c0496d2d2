package conversation

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

const (
	base = "/api/v1/conversations"
	one  = base + "/{conversation}"
)

// Ref is the part of a request that names a conversation.
type Ref struct {
	Conversation door.Param[xinshu.ConversationID] `path:"conversation" doc:"Id of the conversation"`
}

// ID returns the id.
func (r *Ref) ID() xinshu.ConversationID { return r.Conversation.Value }

type createIn struct {
	Body struct {
		ClientID  string            `json:"client_id" minLength:"1" maxLength:"64" doc:"Makes repetitions harmless; a UUIDv7 is best"`
		Kind      Kind              `json:"kind" enum:"direct,group,channel"`
		Name      string            `json:"name,omitempty" maxLength:"512"`
		Purpose   string            `json:"purpose,omitempty" maxLength:"4000"`
		Members   []xinshu.PersonID `json:"members,omitempty" maxItems:"1000"`
		Audience  *org.Audience     `json:"audience,omitempty" doc:"Further members, as they are now"`
		History   History           `json:"history,omitempty" enum:"all,joined"`
		PostRight Right             `json:"post_right,omitempty" enum:"all,admins"`
		AllRight  Right             `json:"all_right,omitempty" enum:"all,admins"`
	}
}

type headOut struct{ Body Head }

type listIn struct {
	UpdatedAfter door.Param[xinshu.Millis] `query:"updated_after" doc:"Only conversations that changed after this time"`
	Limit        int                       `query:"limit" minimum:"1" maximum:"1000" default:"500"`
	Cursor       string                    `query:"cursor" maxLength:"200"`
}

type updateIn struct {
	Ref
	Body Update
}

type mineIn struct {
	Ref
	Body Mine
}

type channelsIn struct {
	door.Page
	Q string `query:"q" maxLength:"256"`
}

type readIn struct {
	Ref
	Body struct {
		Seq        *int64 `json:"seq,omitempty" doc:"Read up to this message; never back"`
		UnreadFrom *int64 `json:"unread_from,omitempty" doc:"Mark this message and all after it as unread"`
	}
}

type readOut struct{ Body ReadState }

// Doors declares the endpoints of conversations, members and read state.
func (s *Service) Doors(r *door.Registry) {
	about := func(name, method, path, summary string) door.Door {
		return door.Door{Name: name, Method: method, Path: path, Policy: door.SignedIn, Object: door.Conversation, Summary: summary, Tag: "Conversations"}
	}
	s.handoverDoors(r)
	create := about("conversation.create", "POST", base, "Make a conversation, or get the one this client_id made")
	create.Object, create.Status = door.Nothing, 201
	door.JSON(r, create, func(ctx context.Context, a xinshu.Actor, in *createIn) (*headOut, error) {
		b := &in.Body
		id, err := s.Create(ctx, a, Draft{ClientID: b.ClientID, Kind: b.Kind, Name: b.Name, Purpose: b.Purpose, Members: b.Members,
			Audience: b.Audience, History: b.History, PostRight: b.PostRight, AllRight: b.AllRight})
		return s.headOf(ctx, a, id, err)
	})
	list := about("conversation.list", "GET", base, "One's conversations, the newest change first")
	list.Object = door.Nothing
	door.JSON(r, list, func(ctx context.Context, a xinshu.Actor, in *listIn) (*door.List[Head], error) {
		heads, next, err := s.List(ctx, a, ListFilter{UpdatedAfter: in.UpdatedAfter.Value, Limit: in.Limit, Cursor: in.Cursor})
		return door.NewList(heads, next), err
	})
	door.JSON(r, about("conversation.get", "GET", one, "One conversation"), func(ctx context.Context, a xinshu.Actor, in *Ref) (*headOut, error) {
		return s.headOf(ctx, a, in.ID(), nil)
	})
	door.JSON(r, about("conversation.update", "PATCH", one, "Change name, purpose and settings"), func(ctx context.Context, a xinshu.Actor, in *updateIn) (*headOut, error) {
		return s.headOf(ctx, a, in.ID(), s.Update(ctx, a, in.ID(), in.Body))
	})
	door.JSON(r, about("conversation.mine", "PATCH", one+"/mine", "Change what only oneself sees"), func(ctx context.Context, a xinshu.Actor, in *mineIn) (*headOut, error) {
		return s.headOf(ctx, a, in.ID(), s.UpdateMine(ctx, a, in.ID(), in.Body))
	})
	door.JSON(r, about("conversation.join", "POST", one+"/join", "Become a member of a channel"), func(ctx context.Context, a xinshu.Actor, in *Ref) (*headOut, error) {
		return s.headOf(ctx, a, in.ID(), s.Join(ctx, a, in.ID()))
	})
	door.JSON(r, about("conversation.leave", "POST", one+"/leave", "End one's membership"), func(ctx context.Context, a xinshu.Actor, in *Ref) (*struct{}, error) {
		return nil, s.Leave(ctx, a, in.ID())
	})
	door.JSON(r, about("conversation.read", "PUT", one+"/read", "Move one's read position"), func(ctx context.Context, a xinshu.Actor, in *readIn) (*readOut, error) {
		var out ReadState
		var err error
		switch {
		case in.Body.Seq != nil && in.Body.UnreadFrom == nil:
			out, err = s.Read(ctx, a, in.ID(), *in.Body.Seq)
		case in.Body.UnreadFrom != nil && in.Body.Seq == nil:
			out, err = s.Unread(ctx, a, in.ID(), *in.Body.UnreadFrom)
		default:
			err = xinshu.Errorf(xinshu.Invalid, "Give seq or unread_from.")
		}
		return &readOut{out}, err
	})
	channels := about("channel.list", "GET", "/api/v1/channels", "Channels that one may join, by name")
	channels.Object = door.Nothing
	door.JSON(r, channels, func(ctx context.Context, a xinshu.Actor, in *channelsIn) (*door.List[ChannelItem], error) {
		items, next, err := s.Channels(ctx, a, in.Q, in.Limit, in.Cursor)
		return door.NewList(items, next), err
	})
	s.memberDoors(r)
}

// headOf answers an act with the conversation as it is now.
func (s *Service) headOf(ctx context.Context, a xinshu.Actor, id xinshu.ConversationID, err error) (*headOut, error) {
	if err != nil {
		return nil, err
	}
	h, err := s.Get(ctx, a, id)
	return &headOut{h}, err
}
