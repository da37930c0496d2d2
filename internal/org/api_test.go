package org_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

// tokens plays identity: the bearer's text says who comes.
type tokens struct{}

func (tokens) Authenticate(r *http.Request) (xinshu.Actor, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return xinshu.Actor{}, nil
	case "Bearer employee":
		return employee, nil
	case "Bearer security":
		return xinshu.Actor{Person: 3, Roles: xinshu.SecurityAdmin | xinshu.AuditAdmin}, nil
	case "Bearer admin":
		return admin, nil
	}
	return xinshu.Actor{}, xinshu.Errorf(xinshu.SessionEnded, "Your session has ended.")
}

// server serves the doors of an organisation.
func (b *bundle) server() (*httptest.Server, *door.Registry) {
	b.t.Helper()
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	b.Doors(r)
	s := httptest.NewServer(r)
	b.t.Cleanup(s.Close)
	return s, r
}

// call sends a request and returns status and decoded answer.
func call(t testing.TB, s *httptest.Server, who, method, path, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("%s %s: %v in %q", method, path, err, raw)
		}
	}
	return res.StatusCode, out
}

// items returns the items of a list.
func items(t testing.TB, answer map[string]any) []map[string]any {
	t.Helper()
	list, ok := answer["items"].([]any)
	if !ok {
		t.Fatalf("no list: %v", answer)
	}
	out := make([]map[string]any, len(list))
	for i := range list {
		out[i] = list[i].(map[string]any)
	}
	return out
}

func TestDoors(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		s, _ := b.server()
		status, d := call(t, s, "admin", "POST", "/api/v1/departments", `{"name":"集团"}`)
		equal(t, "create department", status, 201)
		top := d["id"].(string)
		status, d = call(t, s, "admin", "POST", "/api/v1/departments", `{"name":"研发","parent":"`+top+`","client_id":"a"}`)
		equal(t, "create below", status, 201)
		rd := d["id"].(string)
		_, pos := call(t, s, "admin", "POST", "/api/v1/positions", `{"name":"工程师"}`)
		_, rank := call(t, s, "admin", "POST", "/api/v1/ranks", `{"name":"P6","level":60}`)
		status, p := call(t, s, "admin", "POST", "/api/v1/people", fmt.Sprintf(
			`{"name":"张伟","login":"zw","email":"zw@corp.cn","rank":%q,"memberships":[{"department":%q,"position":%q}]}`, rank["id"], rd, pos["id"]))
		equal(t, "create person", status, 201)
		person := p["id"].(string)

		status, l := call(t, s, "employee", "GET", "/api/v1/departments?parent="+top, "")
		equal(t, "departments", line(status, items(t, l)[0]["people_all"]), "200 1")
		status, l = call(t, s, "employee", "GET", "/api/v1/departments/"+top+"/people?subtree=true&limit=10", "")
		equal(t, "people of the subtree", line(status, items(t, l)[0]["department"]), "200 研发")
		status, l = call(t, s, "employee", "GET", "/api/v1/people?q=zhangwei&rank_min=60&rank_max=60&position="+pos["id"].(string), "")
		equal(t, "search", line(status, len(items(t, l)), l["next_cursor"]), "200 1 <nil>")
		status, p = call(t, s, "employee", "GET", "/api/v1/people/"+person, "")
		equal(t, "profile", line(status, p["name"], p["login"], p["manager"], p["line"]), "200 张伟 <nil> <nil> map[down:[] up:[]]")
		status, p = call(t, s, "admin", "PATCH", "/api/v1/people/"+person, `{"name_en":"David","manager":"0000000000000"}`)
		equal(t, "update", line(status, p["name_en"], p["login"]), "200 David zw")
		status, d = call(t, s, "admin", "PATCH", "/api/v1/departments/"+rd, `{"parent":"0000000000000"}`)
		equal(t, "to the top", line(status, d["parent"]), "200 <nil>")
		status, _ = call(t, s, "admin", "DELETE", "/api/v1/departments/"+top, "")
		equal(t, "delete", status, 204)
		status, l = call(t, s, "employee", "POST", "/api/v1/audience/preview", `{"audience":{"departments":[{"id":"`+rd+`","subtree":true}]}}`)
		equal(t, "audience", line(status, l["count"], len(l["sample"].([]any))), "200 1 1")
		status, l = call(t, s, "admin", "GET", "/api/v1/people?status=suspended,departed", "")
		equal(t, "by status", line(status, len(items(t, l))), "200 0")
	})
}

// TestDoorAccess: every door that changes something refuses everybody but system administrators, before it looks at the request.
func TestDeleteCatalogueEntries(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		s, _ := b.server()
		make := func(path, body string) string {
			status, out := call(t, s, "admin", "POST", "/api/v1/"+path, body)
			equal(t, path, status, 201)
			return out["id"].(string)
		}
		of := func(path, id string) string {
			_, list := call(t, s, "employee", "GET", "/api/v1/"+path, "")
			for _, item := range items(t, list) {
				if item["id"] == id {
					return line(item["people"], item["former"])
				}
			}
			return "gone"
		}
		gone := func(path string) string {
			status, out := call(t, s, "admin", "DELETE", "/api/v1/"+path, "")
			return line(status, out["code"])
		}
		department := make("departments", `{"name":"集团"}`)
		position, rank := make("positions", `{"name":"工程师"}`), make("ranks", `{"name":"P6","level":60}`)
		person := make("people", fmt.Sprintf(`{"name":"张伟","login":"zw","rank":%q,"memberships":[{"department":%q,"position":%q}]}`, rank, department, position))
		for _, path := range []string{"positions", "ranks"} {
			id := map[string]string{"positions": position, "ranks": rank}[path]
			equal(t, path+" in use", of(path, id)+" "+gone(path+"/"+id), "1 0 409 conflict")
		}
		id, err := xinshu.ParseID[xinshu.PersonID](person)
		if err != nil {
			t.Fatal(err)
		}
		b.setStatus(id, org.Departed)
		for _, path := range []string{"positions", "ranks"} {
			id := map[string]string{"positions": position, "ranks": rank}[path]
			equal(t, path+" of a leaver", of(path, id)+" "+gone(path+"/"+id), "0 1 409 conflict")
		}
		status, _ := call(t, s, "admin", "PATCH", "/api/v1/people/"+person, `{"memberships":[],"rank":"0000000000000"}`)
		equal(t, "take away", status, 200)
		for _, path := range []string{"positions", "ranks"} {
			id := map[string]string{"positions": position, "ranks": rank}[path]
			equal(t, path+" unused", gone(path+"/"+id)+" "+of(path, id)+" "+gone(path+"/"+id), "204 <nil> gone 404 not_found")
		}
	})
}

func TestUpdateFromAnOldRevision(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		s, _ := b.server()
		_, p := call(t, s, "admin", "POST", "/api/v1/people", `{"name":"张伟","login":"zw"}`)
		path, rev := "/api/v1/people/"+p["id"].(string), p["rev"]
		update := func(body string) string {
			status, out := call(t, s, "admin", "PATCH", path, body)
			field := ""
			if list, ok := out["errors"].([]any); ok {
				field = fmt.Sprint(list[0].(map[string]any)["field"])
			}
			return line(status, field)
		}
		equal(t, "first", update(fmt.Sprintf(`{"name":"张玮","rev":%v}`, rev)), "200")
		equal(t, "second from the same", update(fmt.Sprintf(`{"name":"章伟","rev":%v}`, rev)), "409 rev")
		equal(t, "without a revision", update(`{"location":"西安"}`), "200")
		_, now := call(t, s, "admin", "GET", path, "")
		equal(t, "what is stored", line(now["name"], now["location"], now["rev"]), "张玮 西安 3")
		call(t, s, "admin", "POST", "/api/v1/people", `{"name":"李娜","login":"ln","employee_no":"E2"}`)
		equal(t, "a login that is taken", update(`{"login":"ln"}`), "409 login")
		equal(t, "a number that is taken", update(`{"employee_no":"e2"}`), "409 employee_no")
		equal(t, "her own manager", update(fmt.Sprintf(`{"manager":%q}`, p["id"])), "409 manager")
	})
}

func TestDoorAccess(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		s, r := b.server()
		for _, d := range r.Doors() {
			path := d.Path
			for _, name := range []string{"department", "person", "position", "rank"} {
				path = strings.ReplaceAll(path, "{"+name+"}", "0000000000001")
			}
			want := map[string]int{"": 401, "ended": 401}
			if d.Policy == door.SystemAdmin {
				want["employee"], want["security"] = 403, 403
			}
			for who, status := range want {
				got, answer := call(t, s, who, d.Method, path, "")
				if got != status || answer["code"] == nil {
					t.Errorf("%s as %q: %d %v, want %d", d.Name, who, got, answer, status)
				}
			}
		}
	})
}

func TestDoorBadInput(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		s, _ := b.server()
		id := b.person(org.PersonDraft{Name: "张伟"}).String()
		for _, c := range []struct {
			who, method, path, body, code string
			status                        int
		}{
			{"admin", "POST", "/api/v1/people", `{"name":"a","id":"0000000000001"}`, "unknown_field", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"status":"active"}`, "unknown_field", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"roles":["system_admin"]}`, "unknown_field", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"name":7}`, "invalid", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"name":"a\u202eb"}`, "invalid", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"name":"` + strings.Repeat("x", 129) + `"}`, "invalid", 400},
			{"admin", "PATCH", "/api/v1/people/" + id, `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, "too_large", 413},
			{"admin", "PATCH", "/api/v1/people/" + id, `{`, "invalid", 400},
			{"admin", "PATCH", "/api/v1/people/0000000000001", `{"name":"a"}`, "not_found", 404},
			{"admin", "POST", "/api/v1/departments", `{"name":"a","parent":"x"}`, "invalid", 400},
			{"admin", "POST", "/api/v1/departments", `{"name":"a","people":[]}`, "unknown_field", 400},
			{"admin", "POST", "/api/v1/departments", `{"name":"a","parent":"0000000000001"}`, "not_found", 404},
			{"admin", "POST", "/api/v1/ranks", `{"name":"a","level":"high"}`, "invalid", 400},
			{"employee", "GET", "/api/v1/people/0000000000001", "", "not_found", 404},
			{"employee", "GET", "/api/v1/people/zzz", "", "invalid", 400},
			{"employee", "GET", "/api/v1/people?limit=201", "", "invalid", 400},
			{"employee", "GET", "/api/v1/people?limit=-1", "", "invalid", 400},
			{"employee", "GET", "/api/v1/people?foo=1", "", "", 400},
			{"employee", "GET", "/api/v1/people?rank_min=high", "", "invalid", 400},
			{"employee", "GET", "/api/v1/people?status=departed", "", "forbidden", 403},
			{"employee", "GET", "/api/v1/people?q=" + strings.Repeat("x", 300), "", "invalid", 400},
			{"employee", "GET", "/api/v1/people?q=%ff%fe%00", "", "invalid", 400},
			{"admin", "GET", "/api/v1/people?status=suspended&status=departed", "", "invalid", 400},
			{"employee", "GET", "/api/v1/departments?parent=0000000000001", "", "not_found", 404},
			{"employee", "GET", "/api/v1/people?department=0000000000001", "", "not_found", 404},
			{"employee", "GET", "/api/v1/people?department=0000000000000", "", "not_found", 404},
			{"employee", "POST", "/api/v1/audience/preview", `{"audience":{"positions":["x"]}}`, "unknown_field", 400},
		} {
			status, answer := call(t, s, c.who, c.method, c.path, c.body)
			if status != c.status || c.code != "" && answer["code"] != c.code {
				t.Errorf("%s %.60s %.60s: %d %v, want %d %s", c.method, c.path, c.body, status, answer, c.status, c.code)
			}
		}
		status, p := call(t, s, "admin", "GET", "/api/v1/people/"+id, "")
		equal(t, "nothing changed", line(status, p["name"]), "200 张伟")
	})
}

// line joins values by spaces.
func line(v ...any) string { return strings.TrimSpace(fmt.Sprintln(v...)) }
