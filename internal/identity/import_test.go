package identity_test

import (
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// TestImportKeepsTheLastAdministrator: neither a complete file without her nor a line that suspends her takes the last active system
// administrator away; with another one she goes, and her roles with her.
func TestImportKeepsTheLastAdministrator(t *testing.T) {
	const head = "姓名,工号,登录名,部门,状态\n"
	const boss, second, worker = "老板,E1,boss,集团/甲,在职\n", "副手,E2,second,集团/甲,在职\n", "员工,E3,worker,集团/甲,在职\n"
	each(t, func(b *bundle) {
		t := b.t
		b.org.OnLeave(org.Leaving{Needed: b.Needed, Departed: []func(*db.Tx, xinshu.Actor, []xinshu.PersonID) error{b.Departed}})
		plan := func(file string) *importer.Plan {
			source, err := importer.Read([]byte(head+file), importer.CSV)
			b.must(err)
			p, err := importer.MakePlan(t.Context(), b.org, system, source, importer.Options{Replace: true})
			b.must(err)
			return p
		}
		apply := func(p *importer.Plan) error {
			_, err := importer.Apply(t.Context(), b.org, system, p, nil)
			return err
		}
		b.must(apply(plan(boss + second + worker)))
		id := func(login string) (id xinshu.PersonID) {
			b.must(b.d.Read(t.Context(), func(tx *db.Tx) error {
				a, err := b.org.PersonByLogin(tx, login)
				id = a.ID
				return err
			}))
			return id
		}
		appoint := func(login string) {
			b.must(b.SetPassword(t.Context(), system, id(login), password))
			b.must(b.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := b.org.SetStatus(tx, system, id(login), org.Active)
				return err
			}))
			b.must(b.SetRoles(t.Context(), system, id(login), []string{"system_admin"}))
		}
		appoint("boss")
		for _, file := range []string{second + worker, strings.Replace(boss, "在职", "停用", 1) + second + worker, strings.Replace(boss, "在职", "离职", 1)} {
			p := plan(file)
			if len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Reason, "system administrator") {
				t.Fatalf("%q: %v", file, p.Errors)
			}
			if err := apply(p); xinshu.CodeOf(err) != xinshu.Invalid {
				t.Errorf("%q was applied: %v", file, err)
			}
		}
		appoint("second")
		p := plan(second + worker) // right now; then the other one goes
		b.must(b.SetRoles(t.Context(), system, id("second"), nil))
		b.wantCode(apply(p), xinshu.LastAdmin)
		if b.status(id("boss")) != org.Active {
			t.Fatal("the last administrator has gone")
		}
		appoint("second")
		b.must(apply(plan(second + worker)))
		if s := b.status(id("boss")); s != org.Departed {
			t.Fatalf("%s", s)
		}
		b.wantCode(b.Suspend(t.Context(), system, id("second")), xinshu.LastAdmin)
		b.must(b.Restore(t.Context(), system, id("boss")))
		if s := b.status(id("boss")); s != org.Invited {
			t.Errorf("taken back as %s", s)
		}
		b.must(b.d.Read(t.Context(), func(tx *db.Tx) error {
			var roles int64
			err := tx.Row(`SELECT count(*) FROM role_grant WHERE person_id = ?1`, id("boss")).Scan(&roles)
			if roles != 0 {
				t.Error("one who was let go and taken back is an administrator")
			}
			return err
		}))
	})
}
