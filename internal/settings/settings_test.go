package settings_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/settings"
)

var admin = xinshu.Actor{Person: 7, Roles: xinshu.SystemAdmin, Address: "192.0.2.1"}

func each(t *testing.T, fn func(t *testing.T, d *db.DB, s *settings.Service)) {
	t.Helper()
	dbtest.Each(t, append(settings.Migrations(), audit.Migrations()...), func(t *testing.T, d *db.DB) { fn(t, d, open(d)) })
}

func open(d *db.DB) *settings.Service {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	trail := audit.New(audit.Options{DB: d, Clock: xinshu.SystemClock{}, Log: log})
	return settings.New(settings.Options{DB: d, Clock: xinshu.SystemClock{}, Log: log, Record: trail.Write})
}

func records(t *testing.T, d *db.DB) []string {
	t.Helper()
	var out []string
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](tx, `SELECT detail FROM audit_record ORDER BY n`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUpdateIsVisibleStoredAndAudited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, s *settings.Service) {
		name, window := " 甲乙公司 ", int64(60_000)
		v, err := s.Update(t.Context(), admin, settings.Update{CompanyName: &name, EditWindowMS: &window})
		if err != nil {
			t.Fatal(err)
		}
		want := settings.Defaults()
		want.CompanyName, want.EditWindowMS = "甲乙公司", window
		if v != want || s.Get() != want {
			t.Fatalf("got %+v and %+v, want %+v", v, s.Get(), want)
		}
		again := open(d)
		if err := again.Load(t.Context()); err != nil || again.Get() != want {
			t.Fatalf("after a restart: %+v, %v", again.Get(), err)
		}
		if got := records(t, d); !slices.Equal(got, []string{
			`{"from":{"company_name":"信枢","edit_window_ms":86400000},"to":{"company_name":"甲乙公司","edit_window_ms":60000}}`}) {
			t.Fatalf("audited %q", got)
		}
		if _, err := s.Update(t.Context(), admin, settings.Update{EditWindowMS: &window}); err != nil {
			t.Fatal(err)
		}
		if got := records(t, d); len(got) != 1 {
			t.Fatalf("an update that changes nothing left %q", got[1:])
		}
	})
}

func TestUpdateRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, s *settings.Service) {
		for body, code := range map[string]xinshu.Code{
			`{"company_name":""}`:                                 xinshu.Invalid,
			`{"company_name":"a\nb"}`:                             xinshu.Invalid,
			`{"company_name":"\u001b[31m"}`:                       xinshu.Invalid,
			`{"company_name":"\u202eAcme"}`:                       xinshu.Invalid,
			`{"company_name":"` + strings.Repeat("名", 129) + `"}`: xinshu.Invalid,
			`{"default_locale":"fr"}`:                             xinshu.Invalid,
			`{"edit_window_ms":-1}`:                               xinshu.Invalid,
			`{"recall_window_ms":9223372036854775807}`:            xinshu.Invalid,
			`{"session_idle_ms":60000}`:                           xinshu.Invalid,
			`{"session_idle_ms":7776000001}`:                      xinshu.Invalid, // longer than the absolute end
			`{"session_absolute_ms":1000}`:                        xinshu.Invalid,
		} {
			var u settings.Update
			if err := json.Unmarshal([]byte(body), &u); err != nil {
				t.Fatal(err)
			}
			_, err := s.Update(t.Context(), admin, u)
			if xinshu.CodeOf(err) != code {
				t.Errorf("%.60s: %v, want %s", body, err, code)
			}
			var e *xinshu.Error
			if errors.As(err, &e) && len(e.Fields) == 0 {
				t.Errorf("%.60s: the refusal names no field", body)
			}
		}
		off := false
		for _, a := range []xinshu.Actor{{}, {Person: 1}, {Person: 1, Roles: xinshu.SecurityAdmin | xinshu.AuditAdmin}} {
			if _, err := s.Update(t.Context(), a, settings.Update{SeparateAdminRoles: &off}); xinshu.CodeOf(err) != xinshu.Forbidden {
				t.Errorf("actor %+v: %v", a, err)
			}
		}
		if s.Get() != settings.Defaults() || len(records(t, d)) != 0 {
			t.Fatalf("refused updates left %+v %q", s.Get(), records(t, d))
		}
	})
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, s *settings.Service) {
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				n := int64(i+1) * 1000
				u := settings.Update{EditWindowMS: &n}
				if i%2 == 0 {
					u = settings.Update{RecallWindowMS: &n}
				}
				if _, err := s.Update(t.Context(), admin, u); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh := open(d)
		if err := fresh.Load(t.Context()); err != nil || fresh.Get() != s.Get() {
			t.Fatalf("memory %+v, database %+v, %v", s.Get(), fresh.Get(), err)
		}
		if v := s.Get(); v.EditWindowMS > 10_000 || v.RecallWindowMS > 10_000 {
			t.Fatalf("a change was lost: %+v", v)
		}
		if n := len(records(t, d)); n != 10 {
			t.Fatalf("%d records", n)
		}
	})
}

func TestUnknownAndBrokenRowsDoNotStopTheServer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, s *settings.Service) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO setting (name, value, updated_at) VALUES ('of_a_later_version', '{"a":1}', 1), ('edit_window_ms', '"x"', 1)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Load(t.Context()); err != nil || s.Get() != settings.Defaults() {
			t.Fatalf("%+v, %v", s.Get(), err)
		}
	})
}
