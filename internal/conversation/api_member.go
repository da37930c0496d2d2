package conversation

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type membersIn struct {
	Ref
	door.Page
	Q string `query:"q" maxLength:"256" doc:"Part of the name"`
}

type addIn struct {
	Ref
	Body struct {
		Members []xinshu.PersonID `json:"members" minItems:"1" maxItems:"1000"`
	}
}

// MemberRef is the part of a request that names a member.
type MemberRef struct {
	Ref
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
}

type roleIn struct {
	MemberRef
	Body struct {
		Role Role `json:"role" enum:"owner,admin,member"`
	}
}

// memberDoors declares the endpoints of members.
func (s *Service) memberDoors(r *door.Registry) {
	const members = one + "/members"
	about := func(name, method, path, summary string) door.Door {
		return door.Door{Name: name, Method: method, Path: path, Policy: door.SignedIn, Object: door.Conversation, Summary: summary, Tag: "Members"}
	}
	door.JSON(r, about("member.list", "GET", members, "Who is in: the owner, the admins, then the members, each by name"), func(ctx context.Context, a xinshu.Actor, in *membersIn) (*door.List[MemberItem], error) {
		items, next, err := s.ListMembers(ctx, a, in.ID(), in.Q, in.Limit, in.Cursor)
		return door.NewList(items, next), err
	})
	door.JSON(r, about("member.add", "POST", members, "Add people"), func(ctx context.Context, a xinshu.Actor, in *addIn) (*headOut, error) {
		return s.headOf(ctx, a, in.ID(), s.AddMembers(ctx, a, in.ID(), in.Body.Members))
	})
	door.JSON(r, about("member.role", "PATCH", members+"/{person}", "Make somebody owner, admin or member"), func(ctx context.Context, a xinshu.Actor, in *roleIn) (*struct{}, error) {
		return nil, s.SetRole(ctx, a, in.ID(), in.Person.Value, in.Body.Role)
	})
	door.JSON(r, about("member.remove", "DELETE", members+"/{person}", "Remove somebody, or leave"), func(ctx context.Context, a xinshu.Actor, in *MemberRef) (*struct{}, error) {
		return nil, s.RemoveMember(ctx, a, in.ID(), in.Person.Value)
	})
}
