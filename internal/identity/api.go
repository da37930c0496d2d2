package identity

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Doors declares the endpoints of identity.
func (s *Service) Doors(r *door.Registry) {
	s.sessionDoors(r)
	s.linkDoors(r)
	s.meDoors(r)
	s.adminDoors(r)
	s.peopleDoors(r)
}

const (
	tagSessions = "Signing in"
	tagAdmin    = "Administration"
)

// Via carries what cookies need to know of a request; huma fills it in before the door is entered.
type Via struct {
	req *http.Request
}

// Resolve implements huma.Resolver.
func (v *Via) Resolve(ctx huma.Context) []error {
	v.req, _ = humago.Unwrap(ctx)
	return nil
}

// empty is the input of doors without any.
type empty struct{}

// personPath is the input of doors that name a person.
type personPath struct {
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
}

// signedInBody is the answer to everything that opens a session.
type signedInBody struct {
	Token       string          `json:"token,omitempty" doc:"Proves the session; absent when it was set as a cookie"`
	DeviceToken string          `json:"device_token,omitempty" doc:"To be kept and sent as device.token at the next sign-in; absent when it was set as a cookie"`
	Person      org.PersonBrief `json:"person"`
	Session     Session         `json:"session"`
	ExpiresAt   xinshu.Millis   `json:"expires_at"`
}

type signedInOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      signedInBody
}

// deviceCookieAge is as long as browsers keep any cookie (RFC 6265bis §5.5), in seconds.
const deviceCookieAge = 400 * 24 * 60 * 60

// answer gives the new session's secrets in cookies if the client asked for them, else in the body: never in both, so that a
// script in the browser does not see what the cookie hides.
func (s *Service) answer(v *Via, o SignedIn, asCookie bool) *signedInOut {
	out := &signedInOut{Body: signedInBody{Person: o.Person, Session: o.Session, ExpiresAt: o.Session.ExpiresAt}}
	if !asCookie {
		out.Body.Token, out.Body.DeviceToken = o.Token, o.DeviceToken
		return out
	}
	tls := secure(v.req, s.opt.Proxies)
	age := int((o.Session.ExpiresAt - o.Session.CreatedAt) / 1000)
	out.SetCookie = []http.Cookie{cookie(sessionCookie, o.Token, tls, age), cookie(deviceCookie, o.DeviceToken, tls, deviceCookieAge)}
	return out
}

// cookie is one that no script reads and no foreign page sends with a request that changes something. age is in seconds; below 0
// removes it.
func cookie(name, value string, tls bool, age int) http.Cookie {
	return http.Cookie{Name: cookieName(name, tls), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: tls, SameSite: http.SameSiteLaxMode}
}

// device returns d with the device's secret from the cookie, if the client sent none.
func (s *Service) device(v *Via, d Device) Device {
	if d.Token == "" {
		if c, err := v.req.Cookie(cookieName(deviceCookie, secure(v.req, s.opt.Proxies))); err == nil {
			d.Token = c.Value
		}
	}
	return d
}
