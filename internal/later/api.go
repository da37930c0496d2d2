package later

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/message"
)

type keepIn struct {
	message.SeqRef
	Body Wanted
}

type listIn struct {
	door.Page
	State string `query:"state" enum:"open,done" default:"open"`
}

type countIn struct{}

type countOut struct{ Body Counts }

// Doors declares the endpoints of the lists.
func (s *Service) Doors(r *door.Registry) {
	const one = "/api/v1/conversations/{conversation}/messages/{seq}/later"
	about := func(name, method, path, summary string, object door.Object) door.Door {
		return door.Door{Name: name, Method: method, Path: path, Policy: door.SignedIn, Object: object, Summary: summary, Tag: "Later"}
	}
	door.JSON(r, about("later.put", "PUT", one, "Keep a message for later, with a reminder or without, or say that it is done", door.Message),
		func(ctx context.Context, a xinshu.Actor, in *keepIn) (*struct{}, error) {
			return nil, s.Keep(ctx, a, in.ID(), in.Seq, in.Body)
		})
	door.JSON(r, about("later.delete", "DELETE", one, "Take a message off one's list", door.Message),
		func(ctx context.Context, a xinshu.Actor, in *message.SeqRef) (*struct{}, error) {
			return nil, s.Remove(ctx, a, in.ID(), in.Seq)
		})
	door.JSON(r, about("later.list", "GET", "/api/v1/later", "What one keeps for later, the newest change first", door.Nothing),
		func(ctx context.Context, a xinshu.Actor, in *listIn) (*door.List[Item], error) {
			items, next, err := s.List(ctx, a, in.State == "done", in.Limit, in.Cursor)
			return door.NewList(items, next), err
		})
	door.JSON(r, about("later.count", "GET", "/api/v1/later/count", "How long one's list is", door.Nothing),
		func(ctx context.Context, a xinshu.Actor, _ *countIn) (*countOut, error) {
			c, err := s.Count(ctx, a)
			return &countOut{c}, err
		})
}
