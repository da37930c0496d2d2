package identity

import (
	"context"
	"net/http"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type signInIn struct {
	Via
	Body struct {
		Login    string `json:"login" maxLength:"256" doc:"Login, employee number, e-mail address or mobile number"`
		Password string `json:"password" maxLength:"1024"`
		Device   Device `json:"device,omitempty"`
		Cookie   bool   `json:"cookie,omitempty" doc:"Set the session as a cookie that scripts cannot read; for browsers"`
	}
}

type listSessionsOut struct {
	Body door.ListBody[Session]
}

type signOutIn struct{ Via }

type signOutOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

type sessionPath struct {
	Session door.Param[xinshu.SessionID] `path:"session" doc:"Id of the session"`
}

type proofIn struct {
	Body struct {
		Password string `json:"password" maxLength:"1024"`
	}
}

type proofOut struct {
	Body struct {
		ProvedAt xinshu.Millis `json:"proved_at"`
	}
}

func (s *Service) sessionDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "session.create", Method: "POST", Path: "/api/v1/sessions", Policy: door.Anonymous, OfSession: true,
		Summary: "Sign in", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *signInIn) (*signedInOut, error) {
			if !in.Body.Cookie {
				a.Session = 0 // only a cookie that is replaced ends its session
			}
			o, err := s.SignIn(ctx, a, SignIn{in.Body.Login, in.Body.Password, s.device(&in.Via, in.Body.Device)})
			if err != nil {
				return nil, err
			}
			return s.answer(&in.Via, o, in.Body.Cookie), nil
		})
	door.JSON(r, door.Door{Name: "session.list", Method: "GET", Path: "/api/v1/sessions", Policy: door.SignedIn, OfSession: true,
		Summary: "One's own sessions", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, _ *empty) (*listSessionsOut, error) {
			items, err := s.FindSessions(ctx, a)
			if err != nil {
				return nil, err
			}
			return &listSessionsOut{door.ListBody[Session]{Items: items}}, nil
		})
	door.JSON(r, door.Door{Name: "session.end_current", Method: "DELETE", Path: "/api/v1/sessions/current", Policy: door.SignedIn, OfSession: true,
		Summary: "Sign out", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *signOutIn) (*signOutOut, error) {
			if err := s.EndSession(ctx, a, a.Session); err != nil {
				return nil, err
			}
			return &signOutOut{[]http.Cookie{cookie(sessionCookie, "", secure(in.req, s.opt.Proxies), -1)}}, nil
		})
	door.JSON(r, door.Door{Name: "session.end", Method: "DELETE", Path: "/api/v1/sessions/{session}", Policy: door.SignedIn, Object: door.Session, OfSession: true,
		Summary: "End one of one's own sessions", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *sessionPath) (*struct{}, error) {
			return nil, s.EndSession(ctx, a, in.Session.Value)
		})
	door.JSON(r, door.Door{Name: "session.prove", Method: "POST", Path: "/api/v1/sessions/current/proof", Policy: door.SignedIn, OfSession: true,
		Summary: "Give the password again, for acts that ask for it", Tag: tagSessions},
		func(ctx context.Context, a xinshu.Actor, in *proofIn) (*proofOut, error) {
			at, err := s.Prove(ctx, a, in.Body.Password)
			if err != nil {
				return nil, err
			}
			out := &proofOut{}
			out.Body.ProvedAt = at
			return out, nil
		})
}
