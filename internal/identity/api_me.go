package identity

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type meOut struct{ Body Me }

type preferencesIn struct{ Body PreferencesUpdate }

type preferencesOut struct{ Body Preferences }

type passwordIn struct {
	Body struct {
		Current string `json:"current" maxLength:"1024"`
		New     string `json:"new" maxLength:"1024"`
	}
}

func (s *Service) meDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "me.get", Method: "GET", Path: "/api/v1/me", Policy: door.SignedIn,
		Summary: "Oneself: profile, roles, settings, limits", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, _ *empty) (*meOut, error) {
			me, err := s.GetMe(ctx, a)
			if err != nil {
				return nil, err
			}
			return &meOut{me}, nil
		})
	door.JSON(r, door.Door{Name: "me.settings", Method: "PATCH", Path: "/api/v1/me/settings", Policy: door.SignedIn,
		Summary: "Change one's own settings", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *preferencesIn) (*preferencesOut, error) {
			p, err := s.UpdatePreferences(ctx, a, in.Body)
			if err != nil {
				return nil, err
			}
			return &preferencesOut{p}, nil
		})
	door.JSON(r, door.Door{Name: "me.password", Method: "PUT", Path: "/api/v1/me/password", Policy: door.SignedIn, OfSession: true,
		Summary: "Change one's password; other sessions end", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *passwordIn) (*struct{}, error) {
			return nil, s.ChangePassword(ctx, a, in.Body.Current, in.Body.New)
		})
}
