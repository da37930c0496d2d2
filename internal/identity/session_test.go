package identity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/identity"
)

func TestSignInByEveryName(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("li.ming", "李明")
		for _, login := range []string{"li.ming", "LI.Ming", " li.ming ", "e-LI.ming", "Li.Ming@Example.org"} {
			var out struct {
				Person    struct{ Name, Kind string }
				ExpiresAt xinshu.Millis `json:"expires_at"`
			}
			b.client("192.0.2.1").signIn(login, password).want(b.t, 200, "").into(b.t, &out)
			if out.Person.Name != "李明" || out.Person.Kind != "person" || out.ExpiresAt <= xinshu.MillisOf(b.clock.Now()) {
				b.t.Errorf("%q: %+v", login, out)
			}
		}
		if n := b.count(`SELECT count(*) FROM session WHERE token_hash = ?1`, []byte(b.signedIn("li.ming").token)); n != 0 {
			b.t.Error("the token itself is stored")
		}
	})
}

func TestSessionLife(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		c := b.signedIn("wang")
		other := b.signedIn("wang")
		var list struct{ Items []identity.Session }
		c.do("GET", "/api/v1/sessions", nil).want(b.t, 200, "").into(b.t, &list)
		if len(list.Items) != 2 || list.Items[0].Current == list.Items[1].Current || list.Items[0].Address != "192.0.2.10" || list.Items[0].DeviceName != "test" {
			b.t.Fatalf("sessions %+v", list.Items)
		}
		if strings.Contains(string(c.do("GET", "/api/v1/sessions", nil).body), "hash") {
			b.t.Fatal("a session shows its hash")
		}
		// A stranger sees and ends nothing of it.
		b.person("mallory", "马洛")
		mallory := b.signedIn("mallory")
		for _, s := range list.Items {
			mallory.do("DELETE", "/api/v1/sessions/"+s.ID.String(), nil).want(b.t, 404, "not_found")
		}
		b.signedOut()
		c.do("DELETE", "/api/v1/sessions/"+other.actor().Session.String(), nil).want(b.t, 204, "")
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
		other.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		// A token that was stolen before signing out is worth nothing after.
		stolen := &client{b: b, address: "198.51.100.66", token: c.token, cookies: m2()}
		stolen.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		session := c.actor().Session
		c.do("DELETE", "/api/v1/sessions/current", nil).want(b.t, 204, "")
		stolen.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		b.wantCode(b.StillValid(b.t.Context(), session), xinshu.SessionEnded)
		b.wantCode(b.StillValid(b.t.Context(), session+1), xinshu.SessionEnded)
		if n := b.count(`SELECT count(*) FROM session WHERE person_id = ?1 AND ended_at = 0`, id); n != 0 {
			b.t.Errorf("%d sessions alive", n)
		}
	})
}

func m2() map[string]string { return map[string]string{} }

func TestBadTokens(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		good := b.signedIn("wang").token
		for _, token := range []string{"x", "Bearer", good + "x", good[:len(good)-1] + "\x00", strings.ToUpper(good), "xl_" + good[3:], strings.Repeat("a", 10_000), "xs_' OR '1'='1'--                            "} {
			c := b.client("192.0.2.1")
			c.token = token
			c.do("GET", "/api/v1/me", nil).want(b.t, 401, "unauthenticated")
		}
		c := b.client("192.0.2.1")
		c.header = map[string]string{"Authorization": "Basic " + good}
		c.do("GET", "/api/v1/me", nil).want(b.t, 401, "unauthenticated")
		b.client("192.0.2.1").do("GET", "/api/v1/me?token="+good, nil).want(b.t, 401, "unauthenticated") // never from an address
	})
}

func TestIdleAndAbsoluteEnd(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		idle, used := b.signedIn("wang"), b.signedIn("wang")
		day := 24 * time.Hour
		for range 29 {
			b.clock.add(day)
			used.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
			b.must(b.NoteUses(b.t.Context()))
			b.must(b.Sweep(b.t.Context()))
		}
		b.signedOut()
		b.clock.add(day)
		idle.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		b.must(b.Sweep(b.t.Context()))
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
		for range 59 {
			used.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
			b.must(b.NoteUses(b.t.Context()))
			b.clock.add(day)
		}
		used.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		b.clock.add(day) // 90 days after signing in
		used.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		b.must(b.Sweep(b.t.Context()))
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
		b.clock.add(31 * day)
		b.must(b.Sweep(b.t.Context()))
		if n := b.count(`SELECT count(*) FROM session`); n != 0 {
			b.t.Errorf("%d old sessions kept", n)
		}
	})
}

// TestUseCountsBeforeItIsNoted: a short idle time must not end a session whose last use is in memory only.
func TestUseCountsBeforeItIsNoted(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		idle := int64(15 * time.Minute / time.Millisecond)
		_, err := b.settings.Update(b.t.Context(), system, update(&idle))
		b.must(err)
		c := b.signedIn("wang")
		b.clock.add(14 * time.Minute)
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		b.clock.add(2 * time.Minute)
		b.must(b.Sweep(b.t.Context()))
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		b.must(b.NoteUses(b.t.Context()))
		b.clock.add(15 * time.Minute)
		c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
	})
}

func TestOldestSessionEndsBeyondTheLimit(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		first := b.signedIn("wang")
		for range xinshu.MaxSessions - 1 {
			b.clock.add(time.Second)
			b.signedIn("wang")
		}
		first.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		b.clock.add(time.Second)
		b.signedIn("wang")
		first.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		if n := b.count(`SELECT count(*) FROM session WHERE ended_at = 0`); n != xinshu.MaxSessions {
			b.t.Errorf("%d sessions", n)
		}
	})
}

func TestPasswordChangeEndsTheOtherSessions(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		c, other := b.signedIn("wang"), b.signedIn("wang")
		b.signedOut()
		change := func(current, next string) answer {
			return c.do("PUT", "/api/v1/me/password", m{"current": current, "new": next})
		}
		change("wrong-"+password, "violet-tunnel-77-rice").want(b.t, 401, "bad_credentials")
		change(password, "short").want(b.t, 400, "invalid")
		change(password, strings.Repeat("长", 257)).want(b.t, 400, "invalid")
		change(password, "password1").want(b.t, 400, "weak_password")
		change(password, "WangFang2026").want(b.t, 400, "weak_password")
		change(password, password).want(b.t, 400, "invalid")
		other.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		change(password, "violet-tunnel-77-rice").want(b.t, 204, "")
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
		other.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		b.client("192.0.2.1").signIn("wang", password).want(b.t, 401, "bad_credentials")
		b.client("192.0.2.1").signIn("wang", "violet-tunnel-77-rice").want(b.t, 200, "")
	})
}

// TestLongPasswordsAreNotCut: the last of 256 characters counts, and what looks the same is the same.
func TestLongPasswordsAreNotCut(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		long := strings.Repeat("纸灯-", 63) + "é末尾"
		b.must(b.SetPassword(b.t.Context(), system, id, long))
		b.client("192.0.2.1").signIn("wang", long).want(b.t, 200, "")
		b.client("192.0.2.1").signIn("wang", strings.Replace(long, "é", "e\u0301", 1)).want(b.t, 200, "")
		b.client("192.0.2.1").signIn("wang", long[:len(long)-3]+"屋").want(b.t, 401, "bad_credentials")
		b.client("192.0.2.1").signIn("wang", long+"x").want(b.t, 401, "bad_credentials")
	})
}

func TestFreshProof(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		c := b.signedIn("root")
		patch := func() answer { return c.do("PATCH", "/api/v1/admin/settings", m{"company_name": "甲"}) }
		patch().want(b.t, 200, "") // signing in is a proof
		b.clock.add(11 * time.Minute)
		patch().want(b.t, 403, "reauth_required")
		c.do("POST", "/api/v1/sessions/current/proof", m{"password": "no-" + password}).want(b.t, 401, "bad_credentials")
		patch().want(b.t, 403, "reauth_required")
		c.prove()
		patch().want(b.t, 200, "")
		for range 10 {
			c.do("POST", "/api/v1/sessions/current/proof", m{"password": "no-" + password})
		}
		a := c.do("POST", "/api/v1/sessions/current/proof", m{"password": password}).want(b.t, 429, "rate_limited")
		if a.header.Get("Retry-After") == "" {
			b.t.Error("no Retry-After")
		}
		if got := b.actions(); !slices.Contains(got, "session.prove") || !slices.Contains(got, "session.prove_failed") {
			b.t.Errorf("audited %v", got)
		}
	})
}

// TestHostileDeviceNames: what a client calls itself can stand in any list and log.
func TestHostileDeviceNames(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		for _, name := range []string{"\x1b[31mred\x1b]0;title\a", "a\r\nlevel=ERROR msg=forged", "\u202eevil", "\u009b31m", strings.Repeat("长", 300)[:255*3/3], "<script>alert(1)</script>", "'; DROP TABLE session;--"} {
			c := b.client("192.0.2.1")
			body := m{"login": "wang", "password": password, "device": m{"name": truncate(name, 250), "platform": truncate(name, 250)}}
			a := c.do("POST", "/api/v1/sessions", body)
			if a.status == 400 {
				continue // not text at all
			}
			a.want(b.t, 200, "")
			var out struct{ Session identity.Session }
			a.into(b.t, &out)
			if strings.ContainsAny(out.Session.DeviceName+out.Session.Platform, "\x1b\a\r\n\u202e\u009b") || len([]rune(out.Session.DeviceName)) > 64 {
				b.t.Errorf("%q became %q", name, out.Session.DeviceName)
			}
		}
		c := b.client("192.0.2.1")
		c.do("POST", "/api/v1/sessions", m{"login": "a\nlevel=ERROR \x1b[31m", "password": "x\nsecret-word"}).want(b.t, 401, "bad_credentials")
		if log := b.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "secret-word") || strings.ContainsAny(log, "\x1b") {
			b.t.Errorf("log: %s", log)
		}
		details := fmt.Sprint(b.details())
		if strings.Contains(details, "secret-word") || strings.Contains(details, "level=") {
			b.t.Errorf("trail: %s", details)
		}
	})
}
