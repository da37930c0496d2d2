package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	product "github.com/xinshu-im/xinshu/internal/server"
)

// mark stands in hostile texts; the log must never show it.
const mark = "hostile7f3a"

// TestHostileInput sends every door what nobody should send: the cases are made from the registry of doors and the description
// of the API, so a new door is tried without being asked (reference: promises 35, 44, 46). Whatever comes, the answer is in the one
// error format with a documented code, nothing changes when it is a refusal, nothing of the inside shows, nothing of the input is
// logged, and the server goes on.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	doors, err := product.Doors()
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			h := newHostile(t, engine)
			for _, d := range doors {
				if d.Op != "" {
					h.tryStream(d)
				} else {
					h.tryRoute(d)
				}
			}
			h.co.anonymous().must("GET", "/health/ready", nil, nil)
			t.Logf("%d attempts at %d doors", h.tried, len(doors))
		})
	}
}

// hostile is a company and who attacks it: for each door somebody who is let in, so that the input reaches the domain.
type hostile struct {
	*matrix
	t     *testing.T
	api   *description
	watch *watcher
	state map[string]string // of the database before the attempts at a door; nil once one of them was taken
	tried int
}

// attempt is one hostile request. want is an outcome, or several separated by spaces and |; "" is any refusal that is no fault of
// ours, "*" any answer.
type attempt struct {
	what   string
	path   string // "": the door's
	query  string // "": the row's
	body   []byte
	header http.Header
	want   string
	names  []string // fields that the refusal must name
}

func newHostile(t *testing.T, engine db.Engine) *hostile {
	t.Helper()
	m := newMatrix(t, engine)
	return &hostile{matrix: m, t: t, api: m.clients[owner].description(), watch: m.co.watch()}
}

// by is somebody who may pass a door.
func (h *hostile) by(d door.Door) string {
	switch d.Policy {
	case door.SystemAdmin, door.AnyAdmin:
		return system
	case door.SecurityAdmin:
		return security
	case door.AuditAdmin:
		return auditor
	}
	return owner
}

// tryRoute makes every attempt at a route.
func (h *hostile) tryRoute(d door.Door) {
	h.t.Helper()
	r, who := rows[d.Name], h.by(d)
	c := h.newCell(h.t, d, r, who, "group")
	h.state = h.watch.snapshot()
	from, before := h.co.out.size(), h.tried
	attempts := h.attempts(d, r, c)
	slices.SortStableFunc(attempts, func(a, b attempt) int { return len(anything(a.want)) - len(anything(b.want)) })
	for i, at := range attempts {
		if anything(at.want) != "" && i > 0 && anything(attempts[i-1].want) == "" {
			h.unchanged(d) // the ones before must have been refused
		}
		path, query := strings.TrimSuffix(c.path(d, r), r.query), r.query
		if at.path != "" {
			path = at.path
		}
		if at.query != "" {
			query = at.query
		}
		req, err := h.clients[who].request(d.Method, path+query, at.body)
		if err != nil {
			h.t.Fatalf("%s %s: %v", d.Name, at.what, err)
		}
		for name, values := range at.header {
			req.Header[name] = values
		}
		a, err := h.clients[who].send(req)
		if err != nil {
			h.t.Fatalf("%s %s: %v", d.Name, at.what, err)
		}
		h.judge(d, at, a)
		if a.status < 400 && d.Method != "GET" { // it may have used up what the next attempts need
			if d.Object == door.Session || d.Name == "session.end_current" {
				h.clients[who] = h.co.signIn("m-" + who)
				h.known["$session"] = h.co.signIn("m-" + who).session()
			}
			c, h.state = h.newCell(h.t, d, r, who, "group"), nil
		}
	}
	h.unchanged(d)
	h.judgeLog(d, h.co.out.since(from), h.tried-before)
}

// anything is "*" for an attempt that may be taken.
func anything(want string) string {
	if want == "*" {
		return want
	}
	return ""
}

// unchanged: what was refused changed nothing.
func (h *hostile) unchanged(d door.Door) {
	h.t.Helper()
	if h.state == nil {
		return
	}
	if tables := changed(h.state, h.watch.snapshot()); len(tables) > 0 {
		h.t.Errorf("%s: refusals changed %v", d.Name, tables)
	}
}

var (
	// inside is what only the program itself says.
	inside = regexp.MustCompile(`(?i)\bsqlite|\bSQLSTATE|pgx|syntax error|\bSELECT\b|\bINSERT\b|\bUPDATE\b|goroutine|\.go:\d|/internal/|panic|runtime error|` +
		`json:|strconv|unmarshal|Go value|Go struct|xinshu\.[A-Z]|interface ?\{|%!|/tmp/|/root/|/home/|reflect|<nil>|invalid character`)
	codes = documentedCodes()
)

func documentedCodes() (out []string) {
	for _, c := range []xinshu.Code{xinshu.Invalid, xinshu.UnknownField, xinshu.Unauthenticated, xinshu.SessionEnded, xinshu.BadCredentials,
		xinshu.Suspended, xinshu.WeakPassword, xinshu.ReauthRequired, xinshu.Forbidden, xinshu.NotAMember, xinshu.WindowClosed, xinshu.ForeignOrigin,
		xinshu.NotFound, xinshu.MethodUnknown, xinshu.Conflict, xinshu.LastOwner, xinshu.LastAdmin, xinshu.Gone, xinshu.TooLarge, xinshu.MediaType,
		xinshu.RateLimited} {
		out = append(out, fmt.Sprintf("%d %s", c.Status(), c))
	}
	return append(out, "426 invalid") // a stream's address asked without a WebSocket
}

// judge holds an answer against what is promised of all, and against what the attempt wants.
func (h *hostile) judge(d door.Door, at attempt, a answer) {
	h.t.Helper()
	h.tried++
	got := outcome(a)
	bad := func(format string, args ...any) {
		h.t.Helper()
		h.t.Errorf("%s, %s: %s\n  got %s %.300s", d.Name, at.what, fmt.Sprintf(format, args...), got, a.body)
	}
	if a.status >= 400 {
		p := a.problem()
		switch {
		case !slices.Contains(codes, got):
			bad("not a documented refusal")
		case p.Status != a.status || p.Title == "" || a.header.Get("Content-Type") != "application/problem+json":
			bad("not in the error format (%s)", a.header.Get("Content-Type"))
		case !strings.Contains(a.header.Get("Cache-Control"), "no-store"):
			bad("a refusal may be cached")
		case a.status == 429 && a.header.Get("Retry-After") == "":
			bad("no Retry-After")
		case len(a.body) > 8<<10:
			bad("%d bytes of refusal", len(a.body))
		}
		if found := inside.FindString(string(a.body)); found != "" {
			bad("shows %q", found)
		}
	}
	for _, name := range at.names {
		if !slices.ContainsFunc(a.problem().Errors, func(e xinshu.FieldError) bool { return strings.HasSuffix(e.Field, name) }) {
			bad("%s is not refused", name)
		}
	}
	switch {
	case at.want == "*":
	case at.want == "" && a.status < 400:
		bad("was taken")
	case at.want != "" && !slices.Contains(strings.Split(at.want, " | "), got):
		bad("want %s", at.want)
	}
}

// judgeLog: at most one line for each refusal, no fault, and nothing of what was sent.
func (h *hostile) judgeLog(d door.Door, logged string, attempts int) {
	h.t.Helper()
	if n := strings.Count(logged, "msg=\"request refused\""); n > attempts {
		h.t.Errorf("%s: %d lines about %d attempts", d.Name, n, attempts)
	}
	for line := range strings.Lines(logged) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") || strings.Contains(line, "panic") || strings.Contains(line, mark) {
			h.t.Errorf("%s: logged %.600s", d.Name, line)
			return
		}
	}
}

// exact is the row's body as it is sent when nothing is wrong with it.
func exact(t testing.TB, c *cell, r row) any {
	t.Helper()
	var v any
	if raw, ok := c.body(r).(json.RawMessage); ok {
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
	}
	return v
}
