package importer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// tokens plays identity: the bearer's text says who comes.
type tokens struct{}

func (tokens) Authenticate(r *http.Request) (xinshu.Actor, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return xinshu.Actor{}, nil
	case "Bearer employee":
		return xinshu.Actor{Person: 2, ProvedAt: xinshu.MillisOf(time.Now())}, nil
	case "Bearer security":
		return xinshu.Actor{Person: 3, Roles: xinshu.SecurityAdmin, ProvedAt: xinshu.MillisOf(time.Now())}, nil
	case "Bearer stale":
		return xinshu.Actor{Person: 1, Roles: xinshu.SystemAdmin}, nil
	case "Bearer admin":
		return xinshu.Actor{Person: 1, Roles: xinshu.SystemAdmin, ProvedAt: xinshu.MillisOf(time.Now())}, nil
	case "Bearer other":
		return xinshu.Actor{Person: 9, Roles: xinshu.SystemAdmin, ProvedAt: xinshu.MillisOf(time.Now())}, nil
	}
	return xinshu.Actor{}, xinshu.Errorf(xinshu.SessionEnded, "Your session has ended.")
}

func (b *bundle) serve() func(who, path, body string) (int, map[string]any) {
	b.t.Helper()
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	importer.Doors(r, b.Service, xinshu.SystemClock{})
	s := httptest.NewServer(r)
	b.t.Cleanup(s.Close)
	return func(who, path, body string) (int, map[string]any) {
		b.t.Helper()
		method, target := http.MethodPost, s.URL+"/api/v1/org/import/"+path
		if path == http.MethodGet || path == http.MethodDelete { // of the import that runs
			method, target = path, s.URL+"/api/v1/org/import"
		}
		req, err := http.NewRequestWithContext(b.ctx, method, target, strings.NewReader(body))
		if err != nil {
			b.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if who != "" {
			req.Header.Set("Authorization", "Bearer "+who)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.t.Fatal(err)
		}
		defer res.Body.Close()
		var out map[string]any
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil && !errors.Is(err, io.EOF) {
			b.t.Fatal(err)
		}
		return res.StatusCode, out
	}
}

func TestStoppedImport(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		call := b.serve()
		var file strings.Builder
		file.WriteString("姓名,工号,部门\n")
		for i := range 8000 { // some hundred pieces: there is time to stop
			fmt.Fprintf(&file, "人%d,E%d,甲/乙\n", i, i)
		}
		status, answer := call("admin", "preview?format=csv", file.String())
		equal(t, "preview", status, 200)
		_, state := call("admin", "GET", "")
		equal(t, "before", fmt.Sprint(state), "map[done:0 running:false total:0]")
		applied := make(chan string, 1)
		go func() {
			status, out := call("admin", "apply", fmt.Sprintf(`{"plan":%q}`, answer["plan"]))
			applied <- fmt.Sprint(status, " ", out["code"])
		}()
		deadline := time.Now().Add(20 * time.Second)
		for {
			_, state = call("admin", "GET", "")
			if state["running"] == true && state["done"].(float64) > 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("the import does not begin: %v", state)
			}
		}
		if state["total"].(float64) < 8000 {
			t.Errorf("state %v", state)
		}
		status, _ = call("admin", "DELETE", "")
		equal(t, "stop", status, 204)
		equal(t, "apply", <-applied, "410 gone")
		equal(t, "nothing is written", b.tree(), "")
		_, state = call("admin", "GET", "")
		equal(t, "after", fmt.Sprint(state["running"]), "false")
		_, answer = call("admin", "preview?format=csv", chinese)
		status, _ = call("admin", "apply", fmt.Sprintf(`{"plan":%q}`, answer["plan"]))
		equal(t, "the next import", status, 200)
	})
}

func TestImportDoors(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		call := b.serve()
		for who, want := range map[string]string{"": "401 unauthenticated", "ended": "401 session_ended", "employee": "403 forbidden",
			"security": "403 forbidden", "stale": "403 reauth_required"} {
			for _, path := range []string{"preview?format=csv", "apply"} {
				status, answer := call(who, path, chinese)
				equal(t, who+" "+path, fmt.Sprint(status, " ", answer["code"]), want)
			}
		}
		status, answer := call("admin", "preview?format=csv", chinese)
		if status != 200 || answer["plan"] == "" || len(answer["errors"].([]any)) != 0 {
			t.Fatalf("preview: %d %v", status, answer)
		}
		equal(t, "nothing is written by a preview", b.tree(), "")
		body := fmt.Sprintf(`{"plan":%q}`, answer["plan"])
		status, answer = call("other", "apply", body)
		equal(t, "another administrator's plan", fmt.Sprint(status, " ", answer["code"]), "404 not_found")
		status, answer = call("admin", "apply", body)
		equal(t, "apply", fmt.Sprint(status, answer["diff"].(map[string]any)["people"].(map[string]any)["created"]), "200 3")
		equal(t, "tree", b.tree(), wantTree)
		status, answer = call("admin", "apply", body)
		equal(t, "a plan applies once", fmt.Sprint(status, " ", answer["code"]), "404 not_found")
		status, answer = call("admin", "preview", chinese)
		equal(t, "nothing to do", fmt.Sprint(status, answer["plan"] == ""), "200 true")

		later := strings.ReplaceAll(chinese, "李娜", "李丽")
		_, answer = call("admin", "preview", later)
		body = fmt.Sprintf(`{"plan":%q}`, answer["plan"])
		if _, err := b.CreateDepartment(b.ctx, admin, org.DepartmentDraft{Name: "新"}); err != nil {
			t.Fatal(err)
		}
		status, answer = call("admin", "apply", body)
		equal(t, "changed since the preview", fmt.Sprint(status, " ", answer["code"]), "409 conflict")

		status, answer = call("admin", "preview", "姓名,工号,邮箱\n好,N1,bad\n")
		bad := answer["errors"].([]any)[0].(map[string]any)
		equal(t, "bad line", fmt.Sprint(status, answer["plan"], bad["line"], bad["column"], bad["value"]), "2002emailbad")
		for path, file := range map[string]string{"preview?format=xml": "", "preview?x=1": "", "preview?format=json": "[", "preview": "\xff\xfea\x00"} {
			status, answer = call("admin", path, file)
			equal(t, path, fmt.Sprint(status, " ", answer["code"]), "400 invalid")
		}
		status, answer = call("admin", "apply", `{"plan":"x","force":true}`)
		equal(t, "unknown field", fmt.Sprint(status, " ", answer["code"]), "400 unknown_field")
	})
}
