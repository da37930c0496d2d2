package identity

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type setupStateOut struct {
	Body struct {
		Open    bool   `json:"open" doc:"The system waits for its first administrator, who needs the link that the server printed"`
		Company string `json:"company"`
	}
}

type setupIn struct {
	Via
	Body struct {
		Token    string `json:"token" maxLength:"64" doc:"What follows #token= in the link"`
		Login    string `json:"login" maxLength:"64"`
		Name     string `json:"name" maxLength:"128"`
		Password string `json:"password" maxLength:"1024"`
		Company  string `json:"company,omitempty" maxLength:"128"`
		Device   Device `json:"device,omitempty"`
		Cookie   bool   `json:"cookie,omitempty"`
	}
}

type lookUpIn struct {
	Body struct {
		Token string `json:"token" maxLength:"64" doc:"What follows #token= in the link"`
	}
}

type lookUpOut struct{ Body LinkInfo }

type redeemIn struct {
	Via
	Body struct {
		Token    string `json:"token" maxLength:"64" doc:"What follows #token= in the link"`
		Password string `json:"password" maxLength:"1024"`
		Device   Device `json:"device,omitempty"`
		Cookie   bool   `json:"cookie,omitempty"`
	}
}

// linkDoors: secrets come in bodies only, never in an address (ASVS 5.0, 14.2.1).
func (s *Service) linkDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "setup.state", Method: "GET", Path: "/api/v1/setup", Policy: door.Anonymous,
		Summary: "Whether the system waits for its first administrator", Tag: tagSessions},
		func(ctx context.Context, _ xinshu.Actor, _ *empty) (*setupStateOut, error) {
			open, err := s.SetupOpen(ctx)
			if err != nil {
				return nil, err
			}
			out := &setupStateOut{}
			out.Body.Open, out.Body.Company = open, s.opt.Settings.Get().CompanyName
			return out, nil
		})
	door.JSON(r, door.Door{Name: "setup.do", Method: "POST", Path: "/api/v1/setup", Policy: door.Anonymous, Object: door.Link,
		Summary: "Make the first administrator", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *setupIn) (*signedInOut, error) {
			b := &in.Body
			o, err := s.SetUp(ctx, a, b.Token, Setup{b.Login, b.Name, b.Password, b.Company, s.device(&in.Via, b.Device)})
			if err != nil {
				return nil, err
			}
			return s.answer(&in.Via, o, b.Cookie), nil
		})
	door.JSON(r, door.Door{Name: "link.look_up", Method: "POST", Path: "/api/v1/links/lookup", Policy: door.Anonymous, Object: door.Link,
		Summary: "Whom a one-time link is for", Tag: tagSessions},
		func(ctx context.Context, _ xinshu.Actor, in *lookUpIn) (*lookUpOut, error) {
			info, err := s.LookUpLink(ctx, in.Body.Token)
			if err != nil {
				return nil, err
			}
			return &lookUpOut{info}, nil
		})
	door.JSON(r, door.Door{Name: "link.redeem", Method: "POST", Path: "/api/v1/links/redeem", Policy: door.Anonymous, Object: door.Link,
		Summary: "Choose a password with a one-time link, and sign in", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *redeemIn) (*signedInOut, error) {
			o, err := s.RedeemLink(ctx, a, in.Body.Token, in.Body.Password, s.device(&in.Via, in.Body.Device))
			if err != nil {
				return nil, err
			}
			return s.answer(&in.Via, o, in.Body.Cookie), nil
		})
}
