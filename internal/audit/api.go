package audit

import (
	"context"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type listIn struct {
	door.Page
	Person door.Only[xinshu.PersonID] `query:"person" doc:"Id of the person who acted; nothing is found for an id that names nobody"`
	Action string                     `query:"action" maxLength:"64" doc:"Action such as person.suspend, or its beginning with the dot: person."`
	Object string                     `query:"object" maxLength:"64" doc:"What was acted on, as kind:id"`
	After  time.Time                  `query:"after" doc:"At or after this time"`
	Before time.Time                  `query:"before" doc:"Before this time"`
}

// Doors declares the endpoints of the trail.
func (l *Log) Doors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "audit.list", Method: "GET", Path: "/api/v1/audit", Policy: door.AuditAdmin,
		Summary: "The audit trail, newest first", Tag: "Administration"},
		func(ctx context.Context, a xinshu.Actor, in *listIn) (*door.List[Record], error) {
			f := Filter{Person: in.Person.Value, Action: in.Action, Object: in.Object, After: xinshu.MillisOf(in.After), Before: xinshu.MillisOf(in.Before),
				Limit: in.Limit, Cursor: in.Cursor}
			records, next, err := l.FindRecords(ctx, a, f)
			if err != nil {
				return nil, err
			}
			return door.NewList(records, next), nil
		})
}
