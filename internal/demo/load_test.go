package demo_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/demo"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// still is a clock that stands at one moment.
type still struct{ now time.Time }

func (c still) Now() time.Time { return c.now }

// house is the domains on a database, as the server puts them together.
type house struct {
	t    testing.TB
	opt  demo.Options
	conv *conversation.Service
	log  *message.Service
}

// eachEngine runs fn on both engines.
func eachEngine(t *testing.T, fn func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, steps(), func(t *testing.T, d *db.DB) { fn(newHouse(t, d)) })
}

func steps() []db.Migration {
	return slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations(), conversation.Migrations(), message.Migrations())
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	clock, quiet, local := still{moments[0]}, slog.New(slog.NewTextHandler(io.Discard, nil)), bus.NewLocal()
	ids := xinshu.NewIDSource(clock, 1)
	h := &house{t: t}
	trail := audit.New(audit.Options{DB: d, Clock: clock, Log: quiet, Node: 1, KeyFile: filepath.Join(t.TempDir(), "audit.pem")})
	set := settings.New(settings.Options{DB: d, Clock: clock, Log: quiet, Record: trail.Write})
	people := org.New(org.Options{DB: d, Clock: clock, IDs: ids, Log: quiet, Audit: trail, Bus: local})
	h.opt = demo.Options{DB: d, Clock: clock, IDs: ids, Log: quiet, Audit: trail, Settings: set, Org: people, Random: rand.Reader, Data: t.TempDir(), Seed: seed,
		Identity: identity.New(identity.Options{DB: d, Clock: clock, IDs: ids, Log: quiet, Bus: local, Audit: trail, Settings: set, Org: people,
			Hash: identity.HashOptions{MemoryKB: 64, Passes: 1, Concurrent: 4, Waiting: 16}})}
	h.conv = conversation.New(conversation.Options{DB: d, Clock: clock, IDs: ids, Log: quiet, Bus: local, Org: people, Audit: trail.Write})
	h.log = message.New(message.Options{DB: d, Clock: clock, Log: quiet, Bus: local, Org: people, Settings: set, Conversations: h.conv})
	t.Cleanup(h.log.Close)
	return h
}

func (h *house) load() demo.Result {
	h.t.Helper()
	out, err := demo.Load(h.t.Context(), h.opt)
	if err != nil {
		h.t.Fatalf("load: %v", err)
	}
	return out
}

// logins reads the file of passwords.
func (h *house) logins() []demo.Credentials {
	h.t.Helper()
	path := filepath.Join(h.opt.Data, demo.LoginsFile)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		h.t.Fatalf("logins file: %v, %v", info, err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	var list []demo.Credentials
	if err := json.Unmarshal(b, &list); err != nil {
		h.t.Fatal(err)
	}
	return list
}

// signIn returns the actor of a login.
func (h *house) signIn(c demo.Credentials) xinshu.Actor {
	h.t.Helper()
	in, err := h.opt.Identity.SignIn(h.t.Context(), xinshu.Actor{}, identity.SignIn{Login: c.Login, Password: c.Password})
	if err != nil {
		h.t.Fatalf("sign in as %s: %v", c.Login, err)
	}
	actor, err := h.opt.Identity.AuthenticateToken(h.t.Context(), in.Token)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor
}

// heads lists all conversations of a person.
func (h *house) heads(actor xinshu.Actor) []conversation.Head {
	h.t.Helper()
	heads, next, err := h.conv.List(h.t.Context(), actor, conversation.ListFilter{Limit: xinshu.MaxPage})
	if err != nil || next != "" {
		h.t.Fatalf("list: %v, next %q", err, next)
	}
	return heads
}

// stored is a message with its content read.
type stored struct {
	message.Message
	content struct{ Type, Text string }
}

// all returns the messages of a conversation in order, without the product's announcements.
func (h *house) all(actor xinshu.Actor, id xinshu.ConversationID) []stored {
	h.t.Helper()
	var out []stored
	for before := int64(1 << 40); before > 1; {
		items, _, err := h.log.History(h.t.Context(), actor, id, message.Page{Before: before, Limit: xinshu.MaxPage})
		if err != nil {
			h.t.Fatal(err)
		}
		if len(items) == 0 {
			break
		}
		before = items[0].Seq
		for _, m := range slices.Backward(items) {
			s := stored{Message: m}
			if err := json.Unmarshal(m.Content, &s.content); err != nil {
				h.t.Fatal(err)
			}
			if s.content.Type != "system" {
				out = append(out, s)
			}
		}
	}
	slices.Reverse(out)
	return out
}

// failing is a source of randomness that has none.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

// interrupt begins the filling twice: once it is cut in the middle, once it fails at the very end.
func (h *house) interrupt() {
	t := h.t
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := make(chan struct{})
	go func() { // cuts when the first channels are there
		defer close(stopped)
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; {
			if items, _, err := h.conv.Channels(ctx, xinshu.SystemActor("test"), "", 50, ""); err == nil && len(items) > 1 {
				cancel()
			}
		}
		cancel()
	}()
	if _, err := demo.Load(ctx, h.opt); err == nil {
		t.Fatal("the first filling was not interrupted")
	}
	<-stopped
	opt := h.opt
	opt.Random = failing{}
	if _, err := demo.Load(t.Context(), opt); err == nil {
		t.Fatal("the second filling was not interrupted")
	}
	h.opt.Clock = still{moments[0].Add(48 * time.Hour)} // the story still ends when it was begun
}

func TestLoadFillsTheDatabaseOnceWhateverInterruptsIt(t *testing.T) {
	eachEngine(t, func(h *house) {
		t := h.t
		h.interrupt()
		out := h.load()
		c := built(moments[0])
		if !out.Filled || out.People != len(c.People) || out.Messages != len(c.Messages) {
			t.Errorf("result %+v", out)
		}
		logins := h.logins()
		if len(logins) != len(c.Logins) {
			t.Fatalf("%d logins", len(logins))
		}
		for i, login := range logins {
			h.checkLogin(c, login, c.Logins[i], i == 1) // 张伟 sees much of the company
		}
		if again := h.load(); again.Filled || !slices.Equal(logins, h.logins()) {
			t.Errorf("another start filled again (%v) or changed the passwords", again.Filled)
		}
	})
}

// checkLogin signs somebody in and holds what she finds against the built company.
func (h *house) checkLogin(c demo.Company, login demo.Credentials, want demo.Login, compare bool) {
	t := h.t
	t.Helper()
	byName := map[string]demo.Conversation{}
	for _, v := range c.Conversations {
		byName[v.Name] = v
	}
	actor := h.signIn(login)
	if login.Role != want.Role || (login.Role == "employee") != (actor.Roles == 0) {
		t.Errorf("%s: role %s, granted %v", login.Login, login.Role, actor.Roles.Names())
	}
	unread := int64(0)
	for _, head := range h.heads(actor) {
		unread += head.Unread
		v, ok := byName[head.Name]
		if !compare || !ok || head.Kind == conversation.Direct {
			continue
		}
		h.compare(actor, head, v, c)
		news := int64(0)
		for _, m := range c.Messages {
			if m.Conversation == v.Key && m.Position > v.Read[want.Person] && m.Author != want.Person && !m.Recalled {
				news++
			}
		}
		if head.Unread != news {
			t.Errorf("%s: %d unread of %d", v.Key, head.Unread, news)
		}
	}
	if login.Role == "employee" && unread == 0 {
		t.Errorf("%s has nothing new", login.Login)
	}
}

// compare holds the stored conversation against the built one.
func (h *house) compare(actor xinshu.Actor, head conversation.Head, v demo.Conversation, c demo.Company) {
	t := h.t
	kept := h.all(actor, head.ID)
	var built []demo.Message
	for _, m := range c.Messages {
		if m.Conversation == v.Key {
			built = append(built, m)
		}
	}
	if len(kept) != len(built) || head.MemberCount != int64(len(v.Members)) {
		t.Errorf("%s: %d messages of %d, %d members of %d", v.Key, len(kept), len(built), head.MemberCount, len(v.Members))
		return
	}
	seqs := []int64{0}
	for i, m := range kept {
		b := built[i]
		seqs = append(seqs, m.Seq)
		if m.SentAt.Time() != b.At || (m.EditedAt != 0) != (b.Edited != nil && !b.Recalled) || (m.RecalledAt != 0) != b.Recalled {
			t.Errorf("%s %d: sent %v, edited %v, recalled %v; built %+v", v.Key, b.Position, m.SentAt.Time(), m.EditedAt, m.RecalledAt, b)
		}
		if b.Recalled {
			continue
		}
		if strings.Contains(m.content.Text, "@{") && !strings.Contains(m.content.Text, "{id}") || len(m.Mentions) != len(b.Mentions) ||
			!strings.Contains(b.Text, "@{") && m.content.Text != b.Text {
			t.Errorf("%s %d: text %q with %d mentions; built %q", v.Key, b.Position, m.content.Text, len(m.Mentions), b.Text)
		}
		if q := m.ReplyTo; (q != nil) != (b.ReplyTo > 0) || q != nil && q.Seq != seqs[b.ReplyTo] {
			t.Errorf("%s %d: quotes %+v; built %d", v.Key, b.Position, q, b.ReplyTo)
		}
		reactions := int64(0)
		for _, r := range m.Reactions {
			reactions += r.Count
		}
		if reactions != int64(len(b.Reactions)) {
			t.Errorf("%s %d: %d reactions of %d", v.Key, b.Position, reactions, len(b.Reactions))
		}
	}
	pins, err := h.log.Pins(t.Context(), actor, head.ID)
	pinned := 0
	for _, b := range built {
		if b.Pinned {
			pinned++
		}
	}
	if err != nil || len(pins) != pinned {
		t.Errorf("%s: %d pins of %d, %v", v.Key, len(pins), pinned, err)
	}
	if fault, err := h.log.VerifyChain(t.Context(), xinshu.SystemActor("test"), head.ID); err != nil || fault != nil {
		t.Errorf("%s: chain %+v, %v", v.Key, fault, err)
	}
}

func TestLoadRefusesAForeignDatabase(t *testing.T) {
	eachEngine(t, func(h *house) {
		t := h.t
		if _, err := h.opt.Org.CreatePerson(t.Context(), xinshu.SystemActor("test"), org.PersonDraft{Name: "真人", Login: "somebody"}); err != nil {
			t.Fatal(err)
		}
		if _, err := demo.Load(t.Context(), h.opt); xinshu.CodeOf(err) != xinshu.Conflict {
			t.Errorf("load into a database with a person: %v", err)
		}
		if files, err := os.ReadDir(h.opt.Data); err != nil || len(files) > 0 {
			t.Errorf("left %v, %v", files, err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b, dbtest.Open(b, db.SQLite, steps()))
		b.StartTimer()
		h.load()
	}
}
