package search

import (
	"context"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type findIn struct {
	Q      string                           `query:"q" maxLength:"1024" doc:"Words (all must occur), \"phrases\", -word to leave out; the last word may be a beginning"`
	In     door.Only[xinshu.ConversationID] `query:"in" doc:"Only in this conversation; 404 for one that does not exist or that the searcher may not know of"`
	From   door.Only[xinshu.PersonID]       `query:"from" doc:"Only from this person; nothing is found for an id that names nobody"`
	After  time.Time                        `query:"after" doc:"Sent at or after this time"`
	Before time.Time                        `query:"before" doc:"Sent before this time"`
	Type   string                           `query:"type" enum:"text" doc:"Only messages of this type"`
	door.Page
}

// findOut is a list that may be partial.
type findOut struct {
	Body struct {
		Items      []Hit   `json:"items"`
		NextCursor *string `json:"next_cursor"`
		Partial    bool    `json:"partial" doc:"The search took long and was ended; next_cursor goes on"`
	}
}

// Doors declares the endpoint of the search.
func (s *Service) Doors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "search.find", Method: "GET", Path: "/api/v1/search", Policy: door.SignedIn,
		Summary: "Find messages that the searcher may read, newest first", Tag: "Search"},
		func(ctx context.Context, a xinshu.Actor, in *findIn) (*findOut, error) {
			found, err := s.Find(ctx, a, Filter{Text: in.Q, In: in.In.Value, From: in.From.Value, After: xinshu.MillisOf(in.After),
				Before: xinshu.MillisOf(in.Before), Limit: in.Limit, Cursor: in.Cursor})
			if err != nil {
				return nil, err
			}
			out := &findOut{}
			out.Body.Items, out.Body.Partial = found.Hits, found.Partial
			if found.Next != "" {
				out.Body.NextCursor = &found.Next
			}
			return out, nil
		})
}
