package settings

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type getIn struct{}

type patchIn struct {
	Body Update
}

type valuesOut struct {
	Body Described
}

// Described are the settings together with what they were before anybody changed anything.
type Described struct {
	Values
	Defaults Values `json:"defaults" doc:"What applies before anybody changes it"`
}

// Doors declares the endpoints of the settings.
func (s *Service) Doors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "settings.get", Method: "GET", Path: "/api/v1/admin/settings", Policy: door.SystemAdmin,
		Summary: "The company's settings", Tag: "Administration"},
		func(context.Context, xinshu.Actor, *getIn) (*valuesOut, error) {
			return &valuesOut{Described{s.Get(), Defaults()}}, nil
		})
	door.JSON(r, door.Door{Name: "settings.update", Method: "PATCH", Path: "/api/v1/admin/settings", Policy: door.SystemAdmin, Fresh: true,
		Summary: "Change settings of the company", Tag: "Administration"},
		func(ctx context.Context, a xinshu.Actor, in *patchIn) (*valuesOut, error) {
			v, err := s.Update(ctx, a, in.Body)
			if err != nil {
				return nil, err
			}
			return &valuesOut{Described{v, Defaults()}}, nil
		})
}
