package identity_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
)

func TestCookies(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		for _, c := range []struct {
			name   string
			client *client
			prefix string
		}{
			{"plain http on a LAN", b.client("192.168.1.9"), ""},
			{"behind a proxy with TLS", &client{b: b, address: "10.9.0.1", cookies: m2(), header: map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.77"}}, "__Host-"},
			{"a stranger who says https", &client{b: b, address: "203.0.113.1", cookies: m2(), header: map[string]string{"X-Forwarded-Proto": "https"}}, ""},
		} {
			in := m{"login": "wang", "password": password, "cookie": true}
			a := c.client.do("POST", "/api/v1/sessions", in).want(b.t, 200, "")
			if strings.Contains(string(a.body), "xs_") || strings.Contains(string(a.body), "xd_") {
				b.t.Errorf("%s: a secret is in the body too: %s", c.name, a.body)
			}
			set := (&http.Response{Header: a.header}).Cookies()
			if len(set) != 2 {
				b.t.Fatalf("%s: %v", c.name, set)
			}
			for _, k := range set {
				if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.MaxAge <= 0 ||
					k.Secure != (c.prefix != "") || !strings.HasPrefix(k.Name, c.prefix+"xinshu_") {
					b.t.Errorf("%s: %s", c.name, k)
				}
			}
			c.client.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
			// Signing in again on the same cookie is a new session, and the old one ends (ASVS 7.2.4).
			old := c.client.cookies[c.prefix+"xinshu_session"]
			c.client.do("POST", "/api/v1/sessions", in).want(b.t, 200, "")
			if _, err := b.AuthenticateToken(b.t.Context(), old); xinshu.CodeOf(err) != xinshu.SessionEnded {
				b.t.Errorf("%s: the replaced session: %v", c.name, err)
			}
			c.client.do("DELETE", "/api/v1/sessions/current", nil).want(b.t, 204, "")
			if _, ok := c.client.cookies[c.prefix+"xinshu_session"]; ok {
				b.t.Errorf("%s: the cookie stays after signing out", c.name)
			}
			c.client.do("GET", "/api/v1/me", nil).want(b.t, 401, "unauthenticated")
		}
	})
}

// TestPlainCookieDoesNotCountOverTLS: a cookie that a neighbour on plain http could have set is not looked at.
func TestPlainCookieDoesNotCountOverTLS(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		token := b.signedIn("wang").token
		r := httptest.NewRequest("GET", "/", nil)
		r.TLS = &tls.ConnectionState{}
		r.AddCookie(&http.Cookie{Name: "xinshu_session", Value: token})
		if a, err := b.Authenticate(r); err != nil || !a.IsAnonymous() {
			b.t.Errorf("%+v %v", a, err)
		}
		r.AddCookie(&http.Cookie{Name: "__Host-xinshu_session", Value: token})
		if a, err := b.Authenticate(r); err != nil || a.IsAnonymous() {
			b.t.Errorf("%+v %v", a, err)
		}
	})
}

func TestClientAddress(t *testing.T) {
	each(t, func(b *bundle) {
		for _, c := range []struct{ remote, forwarded, want string }{
			{"192.0.2.1:1", "", "192.0.2.1"},
			{"192.0.2.1:1", "198.51.100.1", "192.0.2.1"}, // a stranger's word
			{"10.9.0.1:1", "", "10.9.0.1"},
			{"10.9.0.1:1", "198.51.100.1", "198.51.100.1"},
			{"10.9.0.1:1", "6.6.6.6, 198.51.100.1", "198.51.100.1"}, // what stands left was sent by the client
			{"10.9.0.1:1", "6.6.6.6, 198.51.100.1, 10.9.0.2", "198.51.100.1"},
			{"10.9.0.1:1", "198.51.100.1:5555", "198.51.100.1"},
			{"10.9.0.1:1", "[2001:db8::1]:5555", "2001:db8::1"},
			{"10.9.0.1:1", "::ffff:198.51.100.1", "198.51.100.1"},
			{"[::ffff:10.9.0.1]:1", "198.51.100.1", "198.51.100.1"},
			{"10.9.0.1:1", "fe80::1%\x1b[31m", "fe80::1"},
			{"10.9.0.1:1", "6.6.6.6, <script>", "10.9.0.1"},
			{"10.9.0.1:1", strings.Repeat("10.9.0.3,", 2000), "10.9.0.1"},
			{"@", "198.51.100.1", ""},
			{"", "", ""},
		} {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.remote
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if a, err := b.Authenticate(r); err != nil || a.Address != c.want {
				b.t.Errorf("%s for %.60q: %q %v, want %q", c.remote, c.forwarded, a.Address, err, c.want)
			}
		}
	})
}

func TestMe(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin", "audit_admin")
		c := b.signedIn("root")
		var me identity.Me
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "").into(b.t, &me)
		if me.Person.Name != "根" || me.Person.Login != "root" || strings.Join(me.Roles, ",") != "system_admin,audit_admin" || me.Limits["text"] != xinshu.MaxText || me.Limits["edit_window_ms"] == 0 {
			b.t.Errorf("%+v", me)
		}
		for body, status := range map[string]int{`{"theme":"dark"}`: 200, `{"locale":"en","send_key":"mod_enter"}`: 200, `{"theme":"neon"}`: 400, `{"locale":"zh"}`: 400,
			`{"theme":null}`: 200, `{"theme":7}`: 400, `[]`: 400, `{"theme":"dark","theme":"x"}`: 400, `{"font":"x"}`: 400} {
			if got := c.do("PATCH", "/api/v1/me/settings", body); got.status != status {
				b.t.Errorf("%s: %d %s", body, got.status, got.body)
			}
		}
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "").into(b.t, &me)
		if me.Settings != (identity.Preferences{Locale: "en", Theme: "dark", SendKey: "mod_enter"}) {
			b.t.Errorf("%+v", me.Settings)
		}
	})
}

func TestAdminPeople(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "甲根", "system_admin")
		wang := b.person("wang", "王芳")
		chen := b.invited("chen", "陈晨")
		b.link(chen, identity.LinkActivation)
		b.must(b.Suspend(b.t.Context(), system, wang))
		admin := b.signedIn("root")
		var out struct{ Items []identity.AdminPerson }
		admin.do("GET", "/api/v1/admin/people", nil).want(b.t, 200, "").into(b.t, &out)
		got := map[string]identity.AdminPerson{}
		for _, p := range out.Items {
			got[p.Login] = p
		}
		if r := got["root"]; !r.HasPassword || r.Sessions != 1 || r.SeenAt == 0 || strings.Join(r.Roles, "") != "system_admin" {
			b.t.Errorf("%+v", r)
		}
		b.clock.add(time.Minute)
		admin.do("GET", "/api/v1/admin/people?q=root", nil).want(b.t, 200, "").into(b.t, &out)
		if len(out.Items) != 1 || out.Items[0].SeenAt != xinshu.MillisOf(b.clock.Now()) {
			b.t.Errorf("she is not seen looking: %+v", out.Items)
		}
		if c := got["chen"]; c.HasPassword || c.Sessions != 0 || c.LinkUntil == 0 || c.Status != "invited" {
			b.t.Errorf("%+v", c)
		}
		if w := got["wang"]; !w.HasPassword || w.Status != "suspended" {
			b.t.Errorf("%+v", w)
		}
		admin.do("GET", "/api/v1/admin/people?status=suspended", nil).want(b.t, 200, "").into(b.t, &out)
		if len(out.Items) != 1 || out.Items[0].ID != wang {
			b.t.Errorf("%+v", out.Items)
		}
		d, err := b.org.CreateDepartment(b.t.Context(), system, org.DepartmentDraft{Name: "集团"})
		b.must(err)
		below, err := b.org.CreateDepartment(b.t.Context(), system, org.DepartmentDraft{Name: "研发", Parent: d.ID})
		b.must(err)
		_, err = b.org.UpdatePerson(b.t.Context(), system, wang, org.PersonUpdate{Memberships: &[]org.MembershipDraft{{Department: below.ID}}})
		b.must(err)
		admin.do("GET", "/api/v1/admin/people?department="+d.ID.String(), nil).want(b.t, 200, "").into(b.t, &out)
		if len(out.Items) != 1 || out.Items[0].ID != wang {
			b.t.Errorf("%+v", out.Items)
		}
		admin.do("GET", "/api/v1/admin/people?status=nonsense", nil).want(b.t, 400, "invalid")
	})
}

func TestCommandLine(t *testing.T) {
	each(t, func(b *bundle) {
		ctx := b.t.Context()
		_, err := b.MakeAdmin(ctx, system, "zhou", "")
		b.wantCode(err, xinshu.NotFound)
		l, err := b.MakeAdmin(ctx, system, "zhou", "周敏")
		b.must(err)
		if l.Kind != identity.LinkActivation {
			b.t.Errorf("%+v", l)
		}
		_, err = b.RedeemLink(ctx, xinshu.Actor{}, b.secret(l), password, identity.Device{})
		b.must(err)
		admin := b.signedIn("zhou")
		admin.do("GET", "/api/v1/admin/settings", nil).want(b.t, 200, "")
		if l, err = b.MakeLinkByLogin(ctx, system, "ZHOU"); err != nil || l.Kind != identity.LinkReset {
			b.t.Errorf("%+v %v", l, err)
		}
		id := admin.actor().Person
		tokens, err := b.OpenSession(ctx, system, []xinshu.PersonID{id, b.invited("bench", "压测")}, "bench")
		b.must(err)
		for _, token := range tokens {
			c := b.client("127.0.0.1")
			c.token = token
			c.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		}
		// None of it is for people, not even for administrators.
		for _, a := range []xinshu.Actor{{}, admin.actor()} {
			_, err := b.MakeAdmin(ctx, a, "zhou", "")
			b.wantCode(err, xinshu.Forbidden)
			_, err = b.MakeLinkByLogin(ctx, a, "zhou")
			b.wantCode(err, xinshu.Forbidden)
			_, err = b.OpenSession(ctx, a, []xinshu.PersonID{id}, "")
			b.wantCode(err, xinshu.Forbidden)
			b.wantCode(b.SetPassword(ctx, a, id, password), xinshu.Forbidden)
		}
	})
}
