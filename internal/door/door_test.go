package door_test

import (
	"context"
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
)

// tokens plays identity: the token's text says who comes.
type tokens struct{}

func (tokens) Authenticate(r *http.Request) (xinshu.Actor, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return xinshu.Actor{}, nil
	case "Bearer person":
		return xinshu.Actor{Person: 1}, nil
	case "Bearer admin":
		return xinshu.Actor{Person: 2, Roles: xinshu.SystemAdmin}, nil
	case "Bearer fresh":
		return xinshu.Actor{Person: 2, Roles: xinshu.SystemAdmin, ProvedAt: xinshu.MillisOf(time.Now())}, nil
	}
	return xinshu.Actor{}, xinshu.Errorf(xinshu.SessionEnded, "Your session has ended.")
}

type in struct {
	Body struct {
		Name    string            `json:"name" maxLength:"8"`
		Members []xinshu.PersonID `json:"members,omitempty" maxItems:"3"`
	}
}
type out struct {
	Body struct {
		Person xinshu.PersonID `json:"person"`
		At     xinshu.Millis   `json:"at"`
	}
}

func setup(t *testing.T) *httptest.Server {
	t.Helper()
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	h := func(_ context.Context, a xinshu.Actor, i *in) (*out, error) {
		switch i.Body.Name {
		case "boom":
			return nil, errors.New("secret detail")
		case "stopped":
			return nil, xinshu.Errorf(xinshu.Gone, "It was stopped.").Because(context.Canceled)
		case "gone":
			return nil, fmt.Errorf("read: %w", context.Canceled)
		case "slow":
			return nil, xinshu.Errorf(xinshu.RateLimited, "Too fast.")
		}
		o := &out{}
		o.Body.Person = a.Person
		o.Body.At = 1
		return o, nil
	}
	for _, p := range []door.Policy{door.Anonymous, door.SignedIn, door.SystemAdmin, door.AuditAdmin, door.AnyAdmin} {
		door.JSON(r, door.Door{Name: "t." + string(p), Method: "POST", Path: "/api/v1/" + string(p), Policy: p}, h)
	}
	door.JSON(r, door.Door{Name: "t.fresh", Method: "POST", Path: "/api/v1/fresh", Policy: door.SystemAdmin, Fresh: true}, h)
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s
}

func TestDoors(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, c := range []struct {
		path, token, body string
		status            int
		code              string
	}{
		{"anonymous", "", `{"name":"a"}`, 200, ""},
		{"anonymous", "Bearer stale", `{"name":"a"}`, 200, ""},
		{"signed_in", "", `{"name":"a"}`, 401, "unauthenticated"},
		{"signed_in", "Bearer stale", `{"name":"a"}`, 401, "session_ended"},
		{"signed_in", "Bearer person", `{"name":"a"}`, 200, ""},
		{"system_admin", "Bearer person", `{"name":"a"}`, 403, "forbidden"},
		{"system_admin", "Bearer admin", `{"name":"a"}`, 200, ""},
		{"audit_admin", "Bearer admin", `{"name":"a"}`, 403, "forbidden"},
		{"any_admin", "Bearer person", `{"name":"a"}`, 403, "forbidden"},
		{"any_admin", "Bearer admin", `{"name":"a"}`, 200, ""},
		{"fresh", "Bearer admin", `{"name":"a"}`, 403, "reauth_required"},
		{"fresh", "Bearer fresh", `{"name":"a"}`, 200, ""},
		{"anonymous", "", `{"name":"a","role":"x"}`, 400, "unknown_field"},
		{"anonymous", "", `{"name":7}`, 400, "invalid"},
		{"anonymous", "", `{"name":"too long a name"}`, 400, "invalid"},
		{"anonymous", "", `{"name":"a","members":["x"]}`, 400, "invalid"},
		{"anonymous", "", `{"name":`, 400, "invalid"},
		{"anonymous", "", "{\"name\":\"a\xff\"}", 400, "invalid"},
		{"anonymous", "", `{"name":"` + strings.Repeat("a", xinshu.MaxBody) + `"}`, 413, "too_large"},
		{"anonymous?x=1", "", `{"name":"a"}`, 400, "invalid"},
		{"anonymous", "", `{"name":"boom"}`, 500, "internal"},
		{"anonymous", "", `{"name":"gone"}`, 503, "unavailable"},
		{"anonymous", "", `{"name":"stopped"}`, 410, "gone"},
		{"anonymous", "", `{"name":"slow"}`, 429, "rate_limited"},
	} {
		req, _ := http.NewRequest("POST", s.URL+"/api/v1/"+c.path, strings.NewReader(c.body))
		req.Header.Set("Content-Type", "application/json")
		if c.token != "" {
			req.Header.Set("Authorization", c.token)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s %.60s: status %d, want %d: %s", c.path, c.token, c.body, resp.StatusCode, c.status, body)
		}
		if strings.Contains(string(body), "secret") {
			t.Errorf("leaked: %s", body)
		}
		if c.status == 200 {
			if want := `"at":"1970-01-01T00:00:00.001Z"`; !strings.Contains(string(body), want) {
				t.Errorf("answer %s", body)
			}
			continue
		}
		var p door.Problem
		if err := json.Unmarshal(body, &p); err != nil || string(p.Code) != c.code || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %.60s: %s (%s), want code %s", c.path, c.token, c.body, body, resp.Header.Get("Content-Type"), c.code)
		}
		if c.status == 429 && resp.Header.Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
	}
}

// TestParam: ids in paths and queries are read as ids, not as the numbers they are underneath.
func TestParam(t *testing.T) {
	t.Parallel()
	type in struct {
		ID   door.Param[xinshu.PersonID]     `path:"person"`
		From door.Param[xinshu.DepartmentID] `query:"from"`
	}
	type out struct {
		Body struct {
			ID   xinshu.PersonID     `json:"id"`
			From xinshu.DepartmentID `json:"from"`
		}
	}
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	door.JSON(r, door.Door{Name: "t.param", Method: "GET", Path: "/p/{person}", Policy: door.Anonymous},
		func(_ context.Context, _ xinshu.Actor, i *in) (*out, error) {
			o := &out{}
			o.Body.ID, o.Body.From = i.ID.Value, i.From.Value
			return o, nil
		})
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	for path, want := range map[string]string{
		"/p/38G7KWNC40AE0":                    `{"id":"38G7KWNC40AE0","from":"0000000000000"}`,
		"/p/0000000000012?from=0000000000034": `{"id":"0000000000012","from":"0000000000034"}`,
		"/p/12":                               "",
		"/p/38G7KWNC40AE0?from=x":             "",
	} {
		res, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(body)); want != "" && got != want || want == "" && (res.StatusCode != 400 || !strings.Contains(got, `"invalid"`)) {
			t.Errorf("%s: %d %s", path, res.StatusCode, got)
		}
	}
}

// word is an item that writes itself.
type word struct{ Text string }

func (w word) MarshalJSON() ([]byte, error) { return w.AppendJSON(nil), nil }

func (w *word) AppendJSON(dst []byte) []byte {
	text, _ := json.Marshal(w.Text) // a string can be encoded
	return append(append(append(dst, `{"text":`...), text...), '}')
}

func TestListsThatWriteThemselves(t *testing.T) {
	t.Parallel()
	lists := []*door.List[word]{door.NewList([]word{{"a"}, {"<b> \"汉\""}}, "n1"), door.NewList([]word{{"c"}}, ""), door.NewList[word](nil, "")}
	type in struct {
		N int `path:"n"`
	}
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	door.JSON(r, door.Door{Name: "t.list", Method: "GET", Path: "/l/{n}", Policy: door.Anonymous},
		func(_ context.Context, _ xinshu.Actor, i *in) (*door.List[word], error) { return lists[i.N], nil })
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	for n, l := range lists {
		res, err := http.Get(fmt.Sprintf("%s/l/%d", s.URL, n))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(l.Body)
		if string(got) != string(want)+"\n" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
