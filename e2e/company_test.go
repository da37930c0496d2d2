package e2e

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// password is everybody's; it is long and in no list.
const password = "correct horse 7 staple 报销"

// company is a server that was set up as an administrator does it: by the printed link, then link by link.
type company struct {
	*server
	root *client // the first administrator
}

var setupLink = regexp.MustCompile(`/setup#token=(\S+)`)

// found starts a server and makes its first administrator.
func found(t testing.TB, opt options) *company {
	t.Helper()
	s := start(t, opt)
	return &company{s, s.setUp()}
}

// setUp makes the first administrator with the printed link.
func (s *server) setUp() *client {
	s.t.Helper()
	m, err := s.out.waitFor(setupLink, s.exited)
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.anonymous()
	c.signedIn(c.must("POST", "/api/v1/setup", map[string]any{"token": m[1], "login": "root", "name": "Root 管理", "password": password}, nil))
	return c
}

// signedIn keeps what an answer to signing in says.
func (c *client) signedIn(a answer) {
	c.t.Helper()
	var out struct {
		Token  string
		Person struct{ ID, Name string }
	}
	decode(c.t, a, &out)
	c.token, c.id, c.name = out.Token, out.Person.ID, out.Person.Name
}

// hire makes a person who chooses a password with the activation link, and gives her roles.
func (co *company) hire(login string, roles ...string) *client {
	co.t.Helper()
	var out struct {
		Person string
		Link   struct{ URL string }
	}
	co.root.must("POST", "/api/v1/admin/people", map[string]any{"name": "Person " + login, "login": login}, &out)
	c := co.anonymous()
	c.signedIn(c.must("POST", "/api/v1/links/redeem", map[string]any{"token": linkToken(co.t, out.Link.URL), "password": password}, nil))
	if len(roles) > 0 {
		co.root.must("PUT", "/api/v1/admin/people/"+out.Person+"/roles", map[string]any{"roles": roles}, nil)
	}
	return c
}

// invite makes a person who has not signed in yet, and returns her id.
func (co *company) invite(login string) string {
	co.t.Helper()
	var out struct{ ID string }
	co.root.must("POST", "/api/v1/people", map[string]any{"name": "Person " + login, "login": login}, &out)
	return out.ID
}

// signIn opens one more session of the person with a login.
func (s *server) signIn(login string) *client {
	s.t.Helper()
	c := s.anonymous()
	c.signedIn(c.must("POST", "/api/v1/sessions", map[string]any{"login": login, "password": password}, nil))
	return c
}

// session returns the id of the client's session.
func (c *client) session() string {
	c.t.Helper()
	var me struct{ Session struct{ ID string } }
	c.must("GET", "/api/v1/me", nil, &me)
	return me.Session.ID
}

// linkToken is the secret in a one-time link.
func linkToken(t testing.TB, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(u.Fragment, "token=")
	if !ok {
		t.Fatalf("no token in %s", link)
	}
	return token
}
