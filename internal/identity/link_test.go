package identity_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

func update(idle *int64) settings.Update { return settings.Update{SessionIdleMS: idle} }

func truncate(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

func (b *bundle) details() (out []string) {
	b.must(b.d.Read(b.t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](tx, `SELECT detail FROM audit_record`)
		return err
	}))
	return out
}

// invited makes a person without a password.
func (b *bundle) invited(login, name string) xinshu.PersonID {
	b.t.Helper()
	var id xinshu.PersonID
	b.must(b.d.Write(b.t.Context(), func(tx *db.Tx) (err error) {
		id, err = b.org.AddPerson(tx, system, org.PersonDraft{Login: login, Name: name})
		return err
	}))
	return id
}

func (b *bundle) link(id xinshu.PersonID, kind identity.LinkKind) string {
	b.t.Helper()
	l, err := b.MakeLink(b.t.Context(), system, id, kind)
	b.must(err)
	return b.secret(l)
}

func TestActivation(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.invited("chen", "陈晨")
		c := b.client("192.0.2.1")
		c.signIn("chen", password).want(b.t, 401, "bad_credentials")
		token := b.link(id, identity.LinkActivation)
		var info identity.LinkInfo
		c.do("POST", "/api/v1/links/lookup", m{"token": token}).want(b.t, 200, "").into(b.t, &info)
		if info.Kind != identity.LinkActivation || info.Name != "陈晨" || info.Login != "chen" {
			b.t.Fatalf("%+v", info)
		}
		redeem := func(token, password string) answer {
			return c.do("POST", "/api/v1/links/redeem", m{"token": token, "password": password})
		}
		redeem(token, "1234567").want(b.t, 400, "invalid")
		redeem(token, "chenchen88").want(b.t, 400, "weak_password") // and the link lives
		var out struct{ Token string }
		redeem(token, password).want(b.t, 200, "").into(b.t, &out)
		c.token = out.Token
		c.do("GET", "/api/v1/me", nil).want(b.t, 200, "")
		redeem(token, password).want(b.t, 410, "gone")
		c.do("POST", "/api/v1/links/lookup", m{"token": token}).want(b.t, 410, "gone")
		b.client("192.0.2.1").signIn("chen", password).want(b.t, 200, "")
		if n := b.count(`SELECT count(*) FROM link WHERE secret_hash = ?1`, []byte(token)); n != 0 {
			b.t.Error("the secret itself is stored")
		}
		if strings.Contains(strings.Join(b.details(), ""), token) || strings.Contains(b.log.String(), token) {
			b.t.Error("the secret is in the trail or the log")
		}
	})
}

func TestTwoRedeemOneLink(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.invited("chen", "陈晨")
		token := b.link(id, identity.LinkActivation)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = b.RedeemLink(b.t.Context(), xinshu.Actor{Address: "192.0.2.1"}, token, password, identity.Device{})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				b.wantCode(err, xinshu.Gone)
			}
		}
		if n := b.count(`SELECT count(*) FROM session WHERE ended_at = 0`); won != 1 || n != 1 {
			b.t.Errorf("%d redeemed, %d sessions", won, n)
		}
	})
}

func TestLinksExpireAndReplaceEachOther(t *testing.T) {
	each(t, func(b *bundle) {
		chen, wang := b.invited("chen", "陈晨"), b.person("wang", "王芳")
		redeem := func(token string) error {
			_, err := b.RedeemLink(b.t.Context(), xinshu.Actor{}, token, password, identity.Device{})
			return err
		}
		for kind, life := range map[identity.LinkKind]time.Duration{identity.LinkActivation: 7 * 24 * time.Hour, identity.LinkReset: 24 * time.Hour} {
			id := map[identity.LinkKind]xinshu.PersonID{identity.LinkActivation: chen, identity.LinkReset: wang}[kind]
			token := b.link(id, kind)
			b.clock.add(life)
			b.wantCode(redeem(token), xinshu.Gone)
			token = b.link(id, kind)
			second := b.link(id, kind)
			b.wantCode(redeem(token), xinshu.Gone)
			b.clock.add(life - time.Millisecond)
			b.must(redeem(second))
		}
		for _, token := range []string{"", "x", "xl_" + strings.Repeat("A", 43), "xl_" + strings.Repeat("'", 43), strings.Repeat("x", 64)} {
			b.wantCode(redeem(token), xinshu.Gone)
		}
		// What does not fit is refused.
		_, err := b.MakeLink(b.t.Context(), system, wang, identity.LinkActivation)
		b.wantCode(err, xinshu.Conflict)
		_, err = b.MakeLink(b.t.Context(), system, b.invited("x", "无密码"), identity.LinkReset)
		b.wantCode(err, xinshu.Conflict)
		_, err = b.MakeLink(b.t.Context(), system, wang, identity.LinkSetup)
		b.wantCode(err, xinshu.Invalid)
		_, err = b.MakeLink(b.t.Context(), system, 12345, identity.LinkReset)
		b.wantCode(err, xinshu.NotFound)
		if n := b.count(`SELECT count(*) FROM account WHERE person_id = 12345`); n != 0 {
			b.t.Error("a stranger's id left an account")
		}
	})
}

func TestResetEndsSessions(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		thief := b.signedIn("wang")
		token := b.link(id, identity.LinkReset)
		thief.do("GET", "/api/v1/me", nil).want(b.t, 200, "") // the link alone changes nothing
		b.signedOut()
		c := b.client("192.0.2.1")
		c.do("POST", "/api/v1/links/redeem", m{"token": token, "password": "violet-tunnel-77-rice"}).want(b.t, 200, "")
		thief.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
	})
}

func TestSuspensionStopsLinks(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		token := b.link(id, identity.LinkReset)
		b.must(b.Suspend(b.t.Context(), system, id))
		_, err := b.RedeemLink(b.t.Context(), xinshu.Actor{}, token, password, identity.Device{})
		b.wantCode(err, xinshu.Gone)
		_, err = b.MakeLink(b.t.Context(), system, id, identity.LinkReset)
		b.wantCode(err, xinshu.Conflict)
	})
}

func TestSetUp(t *testing.T) {
	each(t, func(b *bundle) {
		c := b.client("192.0.2.1")
		state := func() (open bool) {
			var out struct{ Open bool }
			c.do("GET", "/api/v1/setup", nil).want(b.t, 200, "").into(b.t, &out)
			return out.Open
		}
		setup := func(token, login, pw string) answer {
			return c.do("POST", "/api/v1/setup", m{"token": token, "login": login, "name": "周敏", "password": pw, "company": "甲乙公司"})
		}
		if !state() {
			b.t.Fatal("set-up is closed on an empty system")
		}
		first, err := b.EnsureSetup(b.t.Context())
		b.must(err)
		second, err := b.EnsureSetup(b.t.Context()) // a restart
		b.must(err)
		if !strings.HasPrefix(second.URL, "https://chat.example.org/setup#token=xl_") {
			b.t.Fatalf("URL %s", second.URL)
		}
		token := b.secret(second)
		setup(b.secret(first), "zhou", password).want(b.t, 410, "gone")
		setup("xl_"+strings.Repeat("A", 43), "zhou", password).want(b.t, 410, "gone")
		setup(token, "zhou", "zhoumin2026").want(b.t, 400, "weak_password")
		setup(token, "", password).want(b.t, 400, "invalid")
		setup(token, "a b", password).want(b.t, 400, "invalid")
		c.do("POST", "/api/v1/links/redeem", m{"token": token, "password": password}).want(b.t, 410, "gone") // another kind of link
		var wg sync.WaitGroup
		won := make([]int, 4)
		for i := range won {
			wg.Go(func() {
				_, err := b.Service.SetUp(b.t.Context(), xinshu.Actor{}, token, identity.Setup{Login: "zhou" + string(rune('a'+i)), Name: "周敏", Password: password, Company: "甲乙公司"})
				if err == nil {
					won[i] = 1
				} else {
					b.wantCode(err, xinshu.Gone)
				}
			})
		}
		wg.Wait()
		if n := b.count(`SELECT count(*) FROM role_grant`); won[0]+won[1]+won[2]+won[3] != 1 || n != 1 {
			b.t.Fatalf("%v set up, %d grants", won, n)
		}
		if state() {
			b.t.Error("set-up is open with an administrator")
		}
		if l, err := b.EnsureSetup(b.t.Context()); err != nil || l.URL != "" {
			b.t.Errorf("a set-up link for a system with an administrator: %+v %v", l, err)
		}
		if got := b.settings.Get().CompanyName; got != "甲乙公司" {
			b.t.Errorf("company %q", got)
		}
		admin := b.signedIn("zhou" + string(rune('a'+slices.Index(won, 1))))
		admin.do("GET", "/api/v1/admin/settings", nil).want(b.t, 200, "")
		if got := b.actions(); !slices.Contains(got, "setup.done") || !slices.Contains(got, "role.grant") {
			b.t.Errorf("audited %v", got)
		}
	})
}

func TestSetUpLinkExpires(t *testing.T) {
	each(t, func(b *bundle) {
		l, err := b.EnsureSetup(b.t.Context())
		b.must(err)
		b.clock.add(24 * time.Hour)
		_, err = b.Service.SetUp(b.t.Context(), xinshu.Actor{}, b.secret(l), identity.Setup{Login: "zhou", Name: "周敏", Password: password})
		b.wantCode(err, xinshu.Gone)
	})
}

func settingsUpdate(separate *bool) settings.Update {
	return settings.Update{SeparateAdminRoles: separate}
}

func settingsName(name string) settings.Update { return settings.Update{CompanyName: &name} }
