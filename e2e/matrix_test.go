package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	product "github.com/xinshu-im/xinshu/internal/server"
)

// Subjects of the matrix. The owner comes last, because what she is let do may end what the others try.
const (
	nobody     = "nobody"
	suspended  = "suspended" // a live session of a person who was suspended
	ended      = "ended"     // a session that was ended; its person is a member
	stranger   = "stranger"
	removed    = "removed" // was a member until just now
	system     = "system_admin"
	security   = "security_admin"
	auditor    = "audit_admin"
	staleAdmin = "stale_admin" // a system administrator who gave the password long ago
	newcomer   = "newcomer"    // a member who came after the message, where newcomers do not read what was before
	member     = "member"
	groupAdmin = "group_admin" // administers the conversation, and does not own it
	owner      = "owner"
)

var subjects = []string{nobody, suspended, ended, stranger, removed, system, security, auditor, staleAdmin, newcomer, member, groupAdmin, owner}

// matrix is the company in which every door is tried by everybody.
type matrix struct {
	co      *company
	clients map[string]*client
	streams map[string]*stream
	known   map[string]string // ids that all cells share
}

// cell is one door tried by one subject, with a conversation of its own.
type cell struct {
	co    *company
	m     *matrix
	known map[string]string
	names []string // canaries: what a refusal must not show
}

// TestAccessMatrix tries every door of the registry as every kind of subject (reference: promises 37, 38, 44, 48).
func TestAccessMatrix(t *testing.T) {
	t.Parallel()
	doors, err := product.Doors()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range doors {
		if _, ok := rows[d.Name]; !ok {
			t.Errorf("door %s (%s %s%s) has no row in the access matrix: add one to matrix_rows_test.go", d.Name, d.Method, d.Path, d.Op)
		}
	}
	for name := range rows {
		if !slices.ContainsFunc(doors, func(d door.Door) bool { return d.Name == name }) {
			t.Errorf("the access matrix has a row for %s, and there is no such door", name)
		}
	}
	last := func(d door.Door) int { // what ends the subject's session comes last
		if d.Name == "session.end_current" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(doors, func(a, b door.Door) int { return last(a) - last(b) })
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine)
			tried := 0
			for _, d := range doors {
				for _, who := range subjects {
					for _, kind := range kindsFor(d) {
						m.try(t, d, rows[d.Name], who, kind)
						tried++
					}
				}
			}
			t.Logf("%d doors, %d cells", len(doors), tried)
		})
	}
}

// kindsFor lists the kinds of conversations before which a door is tried.
func kindsFor(d door.Door) []string {
	if d.Object == door.Conversation || d.Object == door.Message {
		return []string{"group", "channel"}
	}
	return []string{"group"}
}

func newMatrix(t *testing.T, engine db.Engine) *matrix {
	t.Helper()
	co := found(t, options{engine: engine})
	m := &matrix{co: co, clients: map[string]*client{nobody: co.anonymous()}, streams: map[string]*stream{}, known: map[string]string{}}
	for who, roles := range map[string][]string{
		suspended: nil, ended: nil, stranger: nil, removed: nil, system: {system}, security: {security}, auditor: {auditor},
		staleAdmin: {system}, newcomer: nil, member: nil, groupAdmin: nil, owner: nil, "other": nil,
	} {
		m.clients[who] = co.hire("m-"+strings.ReplaceAll(who, "_", "-"), roles...)
	}
	m.known["$other"] = m.clients["other"].id
	m.known["$fourth"] = co.invite("m-fourth")
	m.known["$session"] = co.signIn("m-owner").session()
	m.known["$nolink"] = "xsl_" + strings.Repeat("a", 43)
	for id, path := range map[string]string{"$department": "departments", "$position": "positions", "$rank": "ranks"} {
		var out struct{ ID string }
		body := map[string]any{"name": "Shared " + path}
		if path == "ranks" {
			body["level"] = 1
		}
		co.root.must("POST", "/api/v1/"+path, body, &out)
		m.known[id] = out.ID
	}
	// Both are members of a conversation; from now on their sessions count for nothing.
	m.known["$common"] = m.clients[owner].group("Common", m.clients[suspended].id, m.clients[ended].id)
	co.root.must("POST", "/api/v1/admin/people/"+m.clients[suspended].id+"/suspend", nil, nil)
	m.clients[ended].must("DELETE", "/api/v1/sessions/current", nil, nil)
	co.age(m.clients[staleAdmin].id)
	return m
}

// age makes the password proofs of a person old, as an hour does.
func (s *server) age(person string) {
	s.t.Helper()
	s.write(`UPDATE session SET proved_at = 1 WHERE person_id = ?1`, personID(s.t, person))
}

// newCell makes what one try needs. Group and text hold canaries.
func (m *matrix) newCell(t *testing.T, d door.Door, r row, who, kind string) *cell {
	t.Helper()
	c := &cell{co: m.co, m: m, known: map[string]string{"$emoji": "👍", "$seq": "0"}}
	for k, v := range m.known {
		c.known[k] = v
	}
	if r.ids["person"] == "$victim" {
		c.known["$victim"] = m.co.invite("v-" + newClientID()[24:])
	}
	if r.ready != nil {
		r.ready(c)
	}
	if d.Object == door.Conversation || d.Object == door.Message {
		c.converse(who, kind)
	}
	return c
}

// converse makes a conversation with the owner, an administrator of it, the member and somebody else; who was removed was in it
// until now. The message is pinned and has a reaction, so that pins, reactions and changes could show it too.
func (c *cell) converse(who, kind string) {
	m := c.m
	name := "canary name " + newClientID()
	text := "canary text " + newClientID()
	o := m.clients[owner]
	history := "all"
	if who == newcomer {
		history = "joined"
	}
	var h head
	o.must("POST", "/api/v1/conversations", map[string]any{"client_id": newClientID(), "kind": kind, "name": name, "history": history,
		"members": []string{m.clients[member].id, m.clients[groupAdmin].id, m.clients[removed].id, m.known["$other"]}}, &h)
	at := "/api/v1/conversations/" + h.ID
	c.known["$conversation"] = h.ID
	c.known["$seq"] = fmt.Sprint(o.post(h.ID, text).Seq)
	o.must("PUT", at+"/messages/"+c.known["$seq"]+"/pin", nil, nil)
	m.clients[member].must("PUT", at+"/messages/"+c.known["$seq"]+"/reactions/"+url.PathEscape("👍"), nil, nil)
	o.must("PATCH", at+"/members/"+m.clients[groupAdmin].id, map[string]any{"role": "admin"}, nil)
	o.must("DELETE", at+"/members/"+m.clients[removed].id, nil, nil)
	switch who {
	case newcomer:
		o.must("POST", at+"/members", map[string]any{"members": []string{m.clients[newcomer].id}}, nil)
	case suspended, ended: // they cannot be added to a new one
		c.known["$conversation"] = m.known["$common"]
	}
	c.names = []string{text}
	if kind != "channel" && who != newcomer {
		c.names = append(c.names, name)
	}
}

func (c *cell) id(name string) string { return c.known[name] }

var placeholder = regexp.MustCompile(`\$[a-z]+`)

// fill replaces $names in a text by what they stand for in this cell; $fresh is new each time.
func (c *cell) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if name == "$fresh" {
			return newClientID()
		}
		return c.known[name]
	})
}

// body returns the row's body with ids of this cell.
func (c *cell) body(r row) any {
	if r.body == nil {
		return nil
	}
	text, err := json.Marshal(r.body)
	if err != nil {
		panic(err) // bodies are literals of this package
	}
	return json.RawMessage(c.fill(string(text)))
}

// path returns the door's path with ids of this cell.
func (c *cell) path(d door.Door, r row) string {
	return regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllStringFunc(d.Path, func(p string) string {
		name := p[1 : len(p)-1]
		if special, ok := r.ids[name]; ok {
			return c.id(special)
		}
		return url.PathEscape(c.id("$" + name))
	}) + r.query
}

// try tries one cell and compares.
func (m *matrix) try(t *testing.T, d door.Door, r row, who, kind string) {
	t.Helper()
	c := m.newCell(t, d, r, who, kind)
	want := expected(d, r, who, kind)
	var got, text string
	if d.Op != "" {
		got, text = m.tryOp(t, c, d, r, who)
	} else {
		a := m.clients[who].do(d.Method, c.path(d, r), c.body(r))
		got, text = outcome(a), string(a.body)
	}
	if d.Name == "web" && strings.Contains(text, "built without the web client") {
		want = "404 not_found" // a program that was built for a quick test
	}
	if got != want {
		t.Errorf("%s by %s before a %s: %s, want %s\n%.300s", d.Name, who, kind, got, want, text)
	}
	if len(got) > 3 || !mayRead(who) {
		for _, canary := range c.names {
			if strings.Contains(text, canary) {
				t.Errorf("%s shows %s what it must not: %.300s", d.Name, who, text)
			}
		}
	}
	unknownLooksTheSame(t, m, c, d, r, who, kind, text)
}

// mayRead says who is a member in a cell.
func mayRead(who string) bool { return who == owner || who == groupAdmin || who == member }

// unknownLooksTheSame: what the subject may not know is answered like what does not exist.
func unknownLooksTheSame(t *testing.T, m *matrix, c *cell, d door.Door, r row, who, kind, text string) {
	t.Helper()
	if d.Object != door.Conversation && d.Object != door.Message || d.Op != "" || kind != "group" || mayRead(who) || who == newcomer {
		return
	}
	c.known["$conversation"] = "06ZZZZZZZZZZZ"
	a := m.clients[who].do(d.Method, c.path(d, r), c.body(r))
	if string(a.body) != text {
		t.Errorf("%s tells %s that a conversation exists:\n%s\n%s", d.Name, who, text, a.body)
	}
}

// outcome puts an answer into the words of the matrix.
func outcome(a answer) string {
	if a.status < 400 {
		return fmt.Sprint(a.status)
	}
	return fmt.Sprintf("%d %s", a.status, a.code())
}

// expected is the oracle: what the model says about a door and a subject, without looking at the server.
func expected(d door.Door, r row, who, kind string) string {
	if d.Policy == door.Anonymous {
		return r.ok
	}
	switch who {
	case nobody:
		return ifOp(d, "closed 4001", "401 unauthenticated")
	case suspended, ended:
		return ifOp(d, "closed 4001", "401 session_ended")
	}
	need := map[door.Policy]string{door.SystemAdmin: system, door.SecurityAdmin: security, door.AuditAdmin: auditor}[d.Policy]
	switch {
	case d.Policy == door.AnyAdmin && !slices.Contains([]string{system, security, auditor, staleAdmin}, who):
		return forbidden
	case need != "" && who != need && (need != system || who != staleAdmin):
		return forbidden
	case d.Fresh && who == staleAdmin:
		return "403 reauth_required"
	}
	switch d.Object {
	case door.Conversation, door.Message:
		if who == newcomer {
			return newcomerSees(d, r)
		}
		return inConversation(r, who, kind)
	case door.Session:
		if who != owner {
			return "404 not_found"
		}
	}
	return r.ok
}

func inConversation(r row, who, kind string) string {
	switch {
	case who == owner && r.owner != "":
		return r.owner
	case who == groupAdmin && r.admin != "":
		return r.admin
	case who == member && r.member != "":
		return r.member
	case mayRead(who):
		return r.ok
	case kind == "channel" && r.channel != "":
		return r.channel
	case kind == "channel":
		return "403 not_a_member"
	case r.other != "":
		return r.other
	}
	return "404 not_found"
}

// newcomerSees: of the message nothing, of the conversation what a member does.
func newcomerSees(d door.Door, r row) string {
	switch {
	case d.Object == door.Message:
		return "404 not_found"
	case r.member != "":
		return r.member
	}
	return r.ok
}

func ifOp(d door.Door, op, http string) string {
	if d.Op != "" {
		return op
	}
	return http
}
