package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// clock is a fake clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// cheap hashes keep the tests quick; the algorithm is the same.
var cheap = identity.HashOptions{MemoryKB: 64, Passes: 1, Concurrent: 4, Waiting: 256}

// password is nobody's word.
const password = "copper-lantern-41-orbit"

var system = xinshu.SystemActor("test")

// bundle is identity with everything below it, and its doors.
type bundle struct {
	*identity.Service
	t        testing.TB
	d        *db.DB
	clock    *clock
	org      *org.Service
	trail    *audit.Log
	settings *settings.Service
	registry *door.Registry
	log      *bytes.Buffer
	opt      identity.Options

	// mu guards events.
	mu     sync.Mutex
	events []xinshu.Event
}

// each runs fn on both engines.
func each(t *testing.T, fn func(b *bundle)) {
	t.Helper()
	t.Parallel()
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) { fn(newBundle(t, d, nil)) })
}

func newBundle(t testing.TB, d *db.DB, change func(*identity.Options)) *bundle {
	t.Helper()
	b := &bundle{t: t, d: d, clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(&lockedWriter{w: b.log}, nil))
	local := bus.NewLocal()
	t.Cleanup(local.Subscribe(func(e xinshu.Event) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.events = append(b.events, e)
	}))
	ids := xinshu.NewIDSource(b.clock, 1)
	b.trail = audit.New(audit.Options{DB: d, Clock: b.clock, Log: log, Node: 1, KeyFile: filepath.Join(t.TempDir(), "audit.pem")})
	b.settings = settings.New(settings.Options{DB: d, Clock: b.clock, Log: log, Record: b.trail.Write})
	b.org = org.New(org.Options{DB: d, Clock: b.clock, IDs: ids, Log: log, Audit: b.trail, Bus: local})
	b.opt = identity.Options{DB: d, Clock: b.clock, IDs: ids, Log: log, Bus: local, Audit: b.trail, Settings: b.settings, Org: b.org,
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")},
		Origin:  func() string { return "https://chat.example.org" }, Hash: cheap}
	if change != nil {
		change(&b.opt)
	}
	b.Service = identity.New(b.opt)
	b.registry = door.New(b.Service, b.clock, log, "test")
	b.Doors(b.registry)
	b.settings.Doors(b.registry)
	b.trail.Doors(b.registry)
	return b
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// person makes an active person with the password.
func (b *bundle) person(login, name string, roles ...string) xinshu.PersonID {
	b.t.Helper()
	var id xinshu.PersonID
	err := b.d.Write(b.t.Context(), func(tx *db.Tx) (err error) {
		id, err = b.org.AddPerson(tx, system, org.PersonDraft{Login: login, Name: name, EmployeeNo: "E-" + login, Email: login + "@example.org"})
		return err
	})
	b.must(err)
	b.must(b.SetPassword(b.t.Context(), system, id, password))
	if roles != nil {
		b.must(b.SetRoles(b.t.Context(), system, id, roles))
	}
	return id
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// wantCode fails unless err has the code.
func (b *bundle) wantCode(err error, code xinshu.Code) {
	b.t.Helper()
	if xinshu.CodeOf(err) != code {
		b.t.Errorf("got %v, want %q", err, code)
	}
}

// client is one device at one address.
type client struct {
	b       *bundle
	address string
	token   string
	cookies map[string]string
	header  map[string]string
}

func (b *bundle) client(address string) *client {
	return &client{b: b, address: address, cookies: map[string]string{}}
}

// signedIn returns a client with a session.
func (b *bundle) signedIn(login string) *client {
	b.t.Helper()
	c := b.client("192.0.2.10")
	c.signIn(login, password).want(b.t, 200, "")
	return c
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
	header http.Header
}

func (a answer) want(t testing.TB, status int, code string) answer {
	t.Helper()
	var p door.Problem
	_ = json.Unmarshal(a.body, &p)
	if a.status != status || string(p.Code) != code && status >= 400 {
		t.Fatalf("got %d %s, want %d %s: %.300s", a.status, p.Code, status, code, a.body)
	}
	return a
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// do sends a request; body is JSON text or a value.
func (c *client) do(method, path string, body any) answer {
	var text []byte
	switch v := body.(type) {
	case nil:
	case string:
		text = []byte(v)
	default:
		var err error
		if text, err = json.Marshal(v); err != nil {
			panic(err)
		}
	}
	req := httptest.NewRequestWithContext(context.Background(), method, path, bytes.NewReader(text))
	req.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(c.address), 4711).String()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	for k, v := range c.cookies {
		req.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	c.b.registry.ServeHTTP(w, req)
	for _, k := range w.Result().Cookies() {
		if c.cookies[k.Name] = k.Value; k.MaxAge < 0 {
			delete(c.cookies, k.Name)
		}
	}
	return answer{w.Code, w.Body.Bytes(), w.Header()}
}

type m = map[string]any

// signIn signs in and keeps the token.
func (c *client) signIn(login, password string) answer {
	a := c.do("POST", "/api/v1/sessions", m{"login": login, "password": password, "device": m{"name": "test", "platform": "go"}})
	if a.status == 200 {
		var out struct {
			Token string `json:"token"`
		}
		a.into(c.b.t, &out)
		c.token = out.Token
	}
	return a
}

// prove makes the session fresh.
func (c *client) prove() *client {
	c.b.t.Helper()
	c.do("POST", "/api/v1/sessions/current/proof", m{"password": password}).want(c.b.t, 200, "")
	return c
}

// actor is who the client is for the package's API.
func (c *client) actor() xinshu.Actor {
	c.b.t.Helper()
	a, err := c.b.AuthenticateToken(c.b.t.Context(), c.token)
	c.b.must(err)
	a.Address = c.address
	return a
}

// actions returns the trail's actions, oldest first.
func (b *bundle) actions() []string {
	b.t.Helper()
	var out []string
	b.must(b.d.Read(b.t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](tx, `SELECT action FROM audit_record ORDER BY n`)
		return err
	}))
	return out
}

func (b *bundle) count(q string, args ...any) (n int) {
	b.t.Helper()
	b.must(b.d.Read(b.t.Context(), func(tx *db.Tx) error { return tx.Row(q, args...).Scan(&n) }))
	return n
}

// signedOut returns how many sessions the bus was told to end since the last call.
func (b *bundle) signedOut() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		if e.Kind == xinshu.EventSignedOut && e.Session != 0 && len(e.People) == 1 && json.Valid(e.Frame) {
			n++
		}
	}
	b.events = nil
	return n
}

// secret is what follows #token= in a link.
func (b *bundle) secret(l identity.Link) string {
	b.t.Helper()
	_, secret, ok := strings.Cut(l.URL, "#token=")
	if !ok || strings.Contains(l.URL, "?") {
		b.t.Fatalf("link %q has its secret not in the fragment", l.URL)
	}
	return secret
}
