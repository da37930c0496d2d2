package identity

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

type findPeopleIn struct {
	door.Page
	Query      string                         `query:"q" maxLength:"256" doc:"As in GET /people"`
	Department door.Only[xinshu.DepartmentID] `query:"department" doc:"Only the people of this department and those below it"`
	Position   door.Only[xinshu.PositionID]   `query:"position"`
	Status     []string                       `query:"status" enum:"invited,active,suspended,departed" maxItems:"4" doc:"Several separated by commas; all without it"`
}

func (s *Service) peopleDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "account.list", Method: "GET", Path: "/api/v1/admin/people", Policy: door.SystemAdmin,
		Summary: "People with the state of their accounts", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *findPeopleIn) (*door.List[AdminPerson], error) {
			f := org.PersonFilter{Query: in.Query, Page: org.Page{Limit: in.Limit, Cursor: in.Cursor},
				Department: in.Department.Value, Subtree: true, Position: in.Position.Value,
				Statuses: []org.Status{org.Invited, org.Active, org.Suspended, org.Departed}}
			if len(in.Status) > 0 {
				f.Statuses = nil
				for _, st := range in.Status {
					f.Statuses = append(f.Statuses, org.Status(st))
				}
			}
			items, next, err := s.FindPeople(ctx, a, f)
			if err != nil {
				return nil, err
			}
			return door.NewList(items, next), nil
		})
}
