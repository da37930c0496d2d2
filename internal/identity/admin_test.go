package identity_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
)

func (b *bundle) status(id xinshu.PersonID) (s org.Status) {
	b.t.Helper()
	b.must(b.d.Read(b.t.Context(), func(tx *db.Tx) error {
		a, err := b.org.GetAccount(tx, id)
		s = a.Status
		return err
	}))
	return s
}

func TestSuspensionIsAtOnce(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		id := b.person("wang", "王芳", "audit_admin")
		admin := b.signedIn("root")
		var live []*client
		for range 6 {
			live = append(live, b.signedIn("wang"))
		}
		path := "/api/v1/admin/people/" + id.String()
		b.signedOut()
		admin.do("POST", path+"/suspend", nil).want(b.t, 204, "")
		if n := b.signedOut(); n != 6 {
			b.t.Errorf("%d sessions told", n)
		}
		for _, c := range live {
			c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		}
		c := b.client("192.0.2.1")
		c.signIn("wang", password).want(b.t, 403, "account_suspended") // only after the right password
		c.signIn("wang", "wrong-"+password).want(b.t, 401, "bad_credentials")
		admin.do("POST", path+"/suspend", nil).want(b.t, 204, "") // again: nothing more happens
		admin.do("POST", path+"/restore", nil).want(b.t, 204, "")
		admin.do("POST", path+"/restore", nil).want(b.t, 409, "conflict")
		for _, c := range live {
			c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended") // what ended does not come back
		}
		c.signIn("wang", password).want(b.t, 200, "")

		admin.do("POST", path+"/depart?heir="+id.String(), nil).want(b.t, 400, "invalid") // nobody inherits from herself
		admin.do("POST", path+"/depart?heir=0000000000001", nil).want(b.t, 404, "not_found")
		admin.do("POST", path+"/depart?heir="+b.person("gone", "停用").String(), nil).want(b.t, 204, "")
		admin.do("POST", path+"/restore", nil).want(b.t, 204, "")
		admin.do("POST", path+"/depart", nil).want(b.t, 204, "")
		c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		c.signIn("wang", password).want(b.t, 401, "bad_credentials") // not even that the password was right
		admin.do("POST", path+"/suspend", nil).want(b.t, 409, "conflict")
		admin.do("POST", path+"/restore", nil).want(b.t, 204, "")
		if s := b.status(id); s != org.Invited {
			b.t.Errorf("status %s", s)
		}
		if n := b.count(`SELECT count(*) FROM role_grant WHERE person_id = ?1`, id); n != 0 {
			b.t.Error("a leaver kept a role")
		}
		for _, want := range []string{"person.suspend", "person.restore", "person.depart", "session.create", "session.refuse"} {
			if !slices.Contains(b.actions(), want) {
				b.t.Errorf("no record %s", want)
			}
		}
	})
}

// TestStatusChangedByOthers: an import may let people go without asking identity.
func TestStatusChangedByOthers(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		c := b.signedIn("wang")
		b.signedOut()
		b.must(b.d.Write(b.t.Context(), func(tx *db.Tx) error {
			_, err := b.org.SetStatus(tx, system, id, org.Departed)
			return err
		}))
		c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
		b.must(b.Sweep(b.t.Context()))
		if n := b.signedOut(); n != 1 {
			b.t.Errorf("%d sessions told", n)
		}
		b.must(b.Restore(b.t.Context(), system, id))
		c.do("GET", "/api/v1/me", nil).want(b.t, 401, "session_ended")
	})
}

// TestSignInAgainstSuspension: whatever the order, nobody who is suspended has a session that counts, then or after a restore.
func TestSignInAgainstSuspension(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		for range 10 {
			var wg sync.WaitGroup
			clients := make([]*client, 4)
			for i := range clients {
				clients[i] = b.client("192.0.2.1")
				wg.Go(func() { clients[i].signIn("wang", password) })
			}
			wg.Go(func() {
				if err := b.Suspend(b.t.Context(), system, id); err != nil {
					b.t.Error(err)
				}
			})
			wg.Wait()
			if n := b.count(`SELECT count(*) FROM session WHERE ended_at = 0`); n != 0 {
				b.t.Fatalf("%d sessions live on", n)
			}
			b.must(b.Restore(b.t.Context(), system, id))
			b.clock.add(time.Hour)
		}
	})
}

func TestThereIsAlwaysAnAdministrator(t *testing.T) {
	each(t, func(b *bundle) {
		first := b.person("first", "甲", "system_admin")
		second := b.person("second", "乙", "system_admin")
		waiting := b.invited("waiting", "丙") // has the role but never signed in: does not count
		b.must(b.SetRoles(b.t.Context(), system, waiting, []string{"system_admin"}))
		acts := []func(actor xinshu.Actor, id xinshu.PersonID) error{
			func(a xinshu.Actor, id xinshu.PersonID) error { return b.Suspend(b.t.Context(), a, id) },
			func(a xinshu.Actor, id xinshu.PersonID) error { return b.SetRoles(b.t.Context(), a, id, nil) },
			func(a xinshu.Actor, id xinshu.PersonID) error { return b.Depart(b.t.Context(), a, id, 0) },
		}
		for round := range 24 {
			act := acts[round%len(acts)]
			var wg sync.WaitGroup // both try to remove each other at the same moment
			errs := make([]error, 2)
			for i, id := range []xinshu.PersonID{first, second} {
				wg.Go(func() { errs[i] = act(xinshu.Actor{Person: first + second - id, Roles: xinshu.SystemAdmin}, id) })
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				b.t.Fatalf("round %d: %v and %v", round, errs[0], errs[1])
			}
			for _, err := range errs {
				if err != nil {
					b.wantCode(err, xinshu.LastAdmin)
				}
			}
			for _, id := range []xinshu.PersonID{first, second} {
				if s := b.status(id); !s.Counts() {
					b.must(b.Restore(b.t.Context(), system, id))
				}
				b.must(b.SetPassword(b.t.Context(), system, id, password))
				b.must(b.SetRoles(b.t.Context(), system, id, []string{"system_admin"}))
			}
		}
		// Nobody does it to himself, and he may give the role up while another has it.
		b.wantCode(b.Suspend(b.t.Context(), xinshu.Actor{Person: first, Roles: xinshu.SystemAdmin}, first), xinshu.Forbidden)
		b.must(b.SetRoles(b.t.Context(), xinshu.Actor{Person: first, Roles: xinshu.SystemAdmin}, first, nil))
		b.wantCode(b.SetRoles(b.t.Context(), xinshu.Actor{Person: second, Roles: xinshu.SystemAdmin}, second, nil), xinshu.LastAdmin)
	})
}

func TestRolesAreKeptApart(t *testing.T) {
	each(t, func(b *bundle) {
		root := b.person("root", "根", "system_admin")
		auditor := b.person("auditor", "审计", "audit_admin")
		admin := b.signedIn("root")
		roles := func(id xinshu.PersonID, names ...string) answer {
			return admin.do("PUT", "/api/v1/admin/people/"+id.String()+"/roles", m{"roles": names})
		}
		link := func(id xinshu.PersonID) answer {
			return admin.do("POST", "/api/v1/admin/people/"+id.String()+"/link", m{"kind": "reset"})
		}
		roles(root, "system_admin", "audit_admin").want(b.t, 403, "forbidden")
		link(auditor).want(b.t, 403, "forbidden") // a link would let him be the auditor
		link(root).want(b.t, 200, "")
		roles(auditor, "audit_admin", "nonsense").want(b.t, 400, "invalid")
		roles(auditor, "audit_admin", "security_admin").want(b.t, 204, "")
		off := false
		_, err := b.settings.Update(b.t.Context(), system, settingsUpdate(&off))
		b.must(err)
		link(auditor).want(b.t, 200, "")
		admin.do("GET", "/api/v1/audit", nil).want(b.t, 403, "forbidden")
		roles(root, "system_admin", "audit_admin").want(b.t, 204, "")
		admin.do("GET", "/api/v1/audit?action=role.", nil).want(b.t, 200, "") // counts with the next request
		for person, some := range map[string]bool{"": true, root.String(): true, "0000000000000": false, "0000000000001": false} {
			var out struct{ Items []struct{ Action string } }
			admin.do("GET", "/api/v1/audit?person="+person, nil).want(b.t, 200, "").into(b.t, &out)
			if len(out.Items) > 0 != some {
				b.t.Errorf("acts of %q: %v", person, out.Items)
			}
		}
		admin.do("GET", "/api/v1/audit?person=x", nil).want(b.t, 400, "invalid")
		roles(root, "system_admin").want(b.t, 204, "")
		admin.do("GET", "/api/v1/audit", nil).want(b.t, 403, "forbidden")
	})
}

func TestCreatePersonWithLink(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		admin := b.signedIn("root")
		create := func(body m) answer { return admin.do("POST", "/api/v1/admin/people", body) }
		var out struct {
			Person xinshu.PersonID
			Link   identity.Link
		}
		create(m{"name": "傀儡", "login": "puppet", "roles": []string{"security_admin"}}).want(b.t, 403, "forbidden") // his link
		create(m{"name": "新人", "login": "xin.ren", "roles": []string{"system_admin"}}).want(b.t, 200, "").into(b.t, &out)
		if out.Link.Kind != identity.LinkActivation || b.status(out.Person) != org.Invited {
			b.t.Fatalf("%+v", out)
		}
		create(m{"name": "新人", "login": "XIN.ren"}).want(b.t, 409, "conflict")
		rank, err := b.org.CreateRank(b.t.Context(), system, org.RankDraft{Name: "P6", Level: 60})
		b.must(err)
		var second struct{ Person xinshu.PersonID }
		create(m{"name": "第二人", "login": "second", "name_en": "Second", "rank": rank.ID, "manager": out.Person, "location": "西安", "hired_on": "2026-03-01"}).
			want(b.t, 200, "").into(b.t, &second)
		p, err := b.org.GetPerson(b.t.Context(), system, second.Person)
		b.must(err)
		if p.Rank == nil || p.Rank.Name != "P6" || p.Manager == nil || p.Manager.ID != out.Person || p.NameEn != "Second" || p.Location != "西安" || p.HiredOn != "2026-03-01" {
			b.t.Errorf("%+v", p)
		}
		create(m{"name": "第三人", "login": "third", "manager": "0000000000001"}).want(b.t, 404, "not_found")
		create(m{"name": "新人"}).want(b.t, 400, "invalid")
		create(m{"name": "\u202e", "login": "x"}).want(b.t, 400, "invalid")
		create(m{"name": "新人", "login": "y", "memberships": []m{{"department": "0000000000001"}}}).want(b.t, 404, "not_found")
		c := b.client("192.0.2.1")
		c.do("POST", "/api/v1/links/redeem", m{"token": b.secret(out.Link), "password": password}).want(b.t, 200, "")
		if s := b.status(out.Person); s != org.Active {
			b.t.Errorf("status %s", s)
		}
	})
}

// TestCreatePersonAgain: a repeated request makes nobody else, and a link only as long as she needs one.
func TestCreatePersonAgain(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		admin := b.signedIn("root")
		type made struct {
			Person xinshu.PersonID
			Link   *identity.Link
		}
		body := m{"client_id": "0197a3b1-7c00-7000-8000-0123456789ab", "name": "新人", "login": "xin", "roles": []string{"system_admin"}}
		create := func() (out made) {
			b.t.Helper()
			admin.do("POST", "/api/v1/admin/people", body).want(b.t, 200, "").into(b.t, &out)
			return out
		}
		redeem := func(l *identity.Link) answer {
			return b.client("192.0.2.1").do("POST", "/api/v1/links/redeem", m{"token": b.secret(*l), "password": password})
		}
		first, second := create(), create()
		if first.Person != second.Person || first.Link == nil || second.Link == nil {
			b.t.Fatalf("%+v, then %+v", first, second)
		}
		for field, value := range map[string]any{"name": "另一人", "roles": []string{}, "memberships": []m{{"department": "0000000000001"}}} {
			other := maps.Clone(body)
			other[field] = value
			admin.do("POST", "/api/v1/admin/people", other).want(b.t, 409, "conflict")
		}
		redeem(first.Link).want(b.t, 410, "gone")
		redeem(second.Link).want(b.t, 200, "")
		if third := create(); third.Person != first.Person || third.Link != nil {
			b.t.Errorf("after she chose a password: %+v", third)
		}
		admin.do("PUT", "/api/v1/admin/people/"+first.Person.String()+"/roles", m{"roles": []string{}}).want(b.t, 204, "")
		create()
		p, _, err := b.FindPeople(b.t.Context(), system, org.PersonFilter{Query: "xin", Statuses: []org.Status{org.Active}})
		b.must(err)
		if len(p) != 1 || len(p[0].Roles) != 0 {
			b.t.Errorf("a repeat gave back what was taken: %+v", p)
		}
		b.must(b.Depart(b.t.Context(), system, first.Person, 0))
		if gone := create(); gone.Person != first.Person || gone.Link != nil {
			b.t.Errorf("after she left: %+v", gone)
		}
	})
}

// TestAppointmentEndsLinks: who made a link before the appointment must not become the administrator with it.
func TestAppointmentEndsLinks(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		admin := b.signedIn("root")
		appoint := func(id xinshu.PersonID, role string) {
			b.t.Helper()
			admin.do("PUT", "/api/v1/admin/people/"+id.String()+"/roles", m{"roles": []string{role}}).want(b.t, 204, "")
		}
		redeem := func(l identity.Link) answer {
			return b.client("192.0.2.1").do("POST", "/api/v1/links/redeem", m{"token": b.secret(l), "password": "violet-tunnel-77-rice"})
		}
		for login, role := range map[string]string{"auditor": "audit_admin", "colleague": "system_admin"} {
			id := b.person(login, "某人")
			var link identity.Link
			admin.do("POST", "/api/v1/admin/people/"+id.String()+"/link", m{"kind": "reset"}).want(b.t, 200, "").into(b.t, &link)
			appoint(id, role)
			if role == "audit_admin" {
				redeem(link).want(b.t, 410, "gone")
			} else {
				redeem(link).want(b.t, 200, "")
			}
		}
	})
}

// TestAccess is the matrix of these doors: everybody before every door.
func TestAccess(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		target := b.person("target", "目标")
		session := b.signedIn("target").actor().Session
		b.person("employee", "员工")
		b.person("security", "安全", "security_admin")
		b.person("auditor", "审计", "audit_admin")
		suspended := b.person("suspended", "停用")
		ended, shut := b.signedIn("employee"), b.signedIn("suspended")
		ended.do("DELETE", "/api/v1/sessions/current", nil).want(b.t, 204, "")
		b.must(b.Suspend(b.t.Context(), system, suspended))
		stale := b.signedIn("root")
		b.clock.add(11 * time.Minute)
		fresh := b.signedIn("root")
		actors := []struct {
			name string
			c    *client
			in   map[door.Policy]bool
			code string // when not admitted
		}{
			{"anonymous", b.client("192.0.2.1"), map[door.Policy]bool{}, "unauthenticated"},
			{"ended", ended, map[door.Policy]bool{}, "session_ended"},
			{"suspended", shut, map[door.Policy]bool{}, "session_ended"},
			{"employee", b.signedIn("employee"), map[door.Policy]bool{door.SignedIn: true}, "forbidden"},
			{"security", b.signedIn("security"), map[door.Policy]bool{door.SignedIn: true}, "forbidden"},
			{"auditor", b.signedIn("auditor"), map[door.Policy]bool{door.SignedIn: true, door.AuditAdmin: true}, "forbidden"},
			{"stale admin", stale, map[door.Policy]bool{door.SignedIn: true, door.SystemAdmin: true}, "forbidden"},
			{"admin", fresh, map[door.Policy]bool{door.SignedIn: true, door.SystemAdmin: true}, "forbidden"},
		}
		replace := strings.NewReplacer("{person}", target.String(), "{session}", session.String())
		for _, d := range b.registry.Doors() {
			if d.Name == "session.end_current" {
				continue // would end the actors; TestSessionLife has it
			}
			for _, a := range actors {
				before := b.count(`SELECT count(*) FROM audit_record`)
				got := a.c.do(d.Method, replace.Replace(d.Path), bodyOf(d.Name))
				var p door.Problem
				if got.status >= 400 {
					got.into(b.t, &p)
				}
				denied := p.Code == "unauthenticated" || p.Code == "session_ended" || p.Code == "forbidden" || p.Code == "reauth_required"
				row := fmt.Sprintf("%s before %s: %d %s", a.name, d.Name, got.status, p.Code)
				switch {
				case d.Policy == door.Anonymous:
					if denied {
						b.t.Error(row)
					}
				case !a.in[d.Policy]:
					if string(p.Code) != a.code {
						b.t.Error(row)
					}
				case d.Fresh && a.name == "stale admin":
					if p.Code != "reauth_required" {
						b.t.Error(row)
					}
				default:
					if denied {
						b.t.Error(row)
					}
				}
				if after := b.count(`SELECT count(*) FROM audit_record`); denied && after != before {
					b.t.Errorf("%s left a record", row)
				}
				if d.Object == door.Session && d.Policy == door.SignedIn && a.in[d.Policy] && p.Code != "not_found" {
					b.t.Error(row) // a session of somebody else does not exist
				}
			}
		}
		if b.status(target) != org.Departed {
			b.t.Error("the administrator's acts did not reach the person")
		}
	})
}

// bodyOf is a body that the door's checks of form let through.
func bodyOf(name string) any {
	switch name {
	case "session.create":
		return m{"login": "nobody", "password": "x"}
	case "session.prove":
		return m{"password": "x"}
	case "me.settings", "settings.update":
		return m{}
	case "me.password":
		return m{"current": "x", "new": "y"}
	case "setup.do":
		return m{"token": "x", "login": "x", "name": "x", "password": "x"}
	case "link.look_up":
		return m{"token": "x"}
	case "link.redeem":
		return m{"token": "x", "password": "x"}
	case "account.create":
		return m{"name": "x"}
	case "account.link":
		return m{"kind": "reset"}
	case "account.roles":
		return m{"roles": []string{}}
	}
	return nil
}

// TestMassAssignment sends every field of what is read in every write: unknown ones are refused, nothing changes.
func TestMassAssignment(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("root", "根", "system_admin")
		id := b.person("wang", "王芳")
		c, admin := b.signedIn("wang"), b.signedIn("root")
		extras := []string{"id", "person", "person_id", "roles", "role", "status", "password", "password_hash", "token_hash", "hash", "proved_at", "created_at",
			"seen_at", "ended_at", "expires_at", "used_at", "is_admin", "actor", "session", "settings", "company", "limits", "kind", "name", "login"}
		snapshot := func() string {
			return fmt.Sprint(b.count(`SELECT count(*) FROM role_grant`), b.count(`SELECT count(*) FROM session WHERE ended_at = 0`),
				b.count(`SELECT count(*) FROM link`), b.count(`SELECT count(*) FROM account`), b.status(id), b.settings.Get())
		}
		before := snapshot()
		for _, w := range []struct {
			c            *client
			method, path string
			body         m
		}{
			{b.client("192.0.2.1"), "POST", "/api/v1/sessions", m{"login": "wang", "password": password}},
			{b.client("192.0.2.1"), "POST", "/api/v1/setup", m{"token": "x", "login": "x", "name": "x", "password": "x"}},
			{b.client("192.0.2.1"), "POST", "/api/v1/links/redeem", m{"token": "x", "password": "x"}},
			{c, "POST", "/api/v1/sessions/current/proof", m{"password": password}},
			{c, "PATCH", "/api/v1/me/settings", m{"theme": "dark"}},
			{c, "PUT", "/api/v1/me/password", m{"current": password, "new": "violet-tunnel-77-rice"}},
			{admin, "PATCH", "/api/v1/admin/settings", m{"company_name": "甲"}},
			{admin, "POST", "/api/v1/admin/people/" + id.String() + "/link", m{"kind": "reset"}},
			{admin, "PUT", "/api/v1/admin/people/" + id.String() + "/roles", m{"roles": []string{"audit_admin"}}},
			{admin, "POST", "/api/v1/admin/people", m{"name": "x", "login": "x"}},
		} {
			for _, f := range extras {
				body := m{f: "x"}
				known := false
				for k, v := range w.body {
					known = known || k == f
					body[k] = v
				}
				if known || w.path == "/api/v1/admin/people" && f == "roles" || w.path == "/api/v1/setup" && f == "company" {
					continue
				}
				w.c.do(w.method, w.path, body).want(b.t, http.StatusBadRequest, "unknown_field")
			}
		}
		if after := snapshot(); after != before {
			b.t.Errorf("before %s\nafter  %s", before, after)
		}
	})
}
