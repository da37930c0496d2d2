package search_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/settings"
)

var system = xinshu.SystemActor("test")

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bundle is a company that talks and searches.
type bundle struct {
	t      testing.TB
	ctx    context.Context
	db     *db.DB
	file   string
	clock  *clock
	bus    *bus.Local
	org    *org.Service
	conv   *conversation.Service
	log    *message.Service
	search *search.Service
	look   time.Duration
	ids    int
}

func steps() []db.Migration {
	return slices.Concat(org.Migrations(), conversation.Migrations(), message.Migrations(), settings.Migrations(), search.Migrations())
}

// each runs fn on both engines.
func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, steps(), func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

func newBundle(t testing.TB, d *db.DB) *bundle {
	t.Helper()
	return newBundleAt(t, d, filepath.Join(t.TempDir(), "search.db"))
}

func newBundleAt(t testing.TB, d *db.DB, file string) *bundle {
	c := &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	ids := xinshu.NewIDSource(c, 1)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	b := &bundle{t: t, ctx: t.Context(), db: d, clock: c, bus: bus.NewLocal(), file: file}
	b.org = org.New(org.Options{DB: d, Clock: c, IDs: ids, Log: quiet})
	b.conv = conversation.New(conversation.Options{DB: d, Clock: c, IDs: ids, Log: quiet, Bus: b.bus, Org: b.org})
	b.log = message.New(message.Options{DB: d, Clock: c, Log: quiet, Bus: b.bus, Org: b.org, Conversations: b.conv,
		Settings: settings.New(settings.Options{DB: d, Clock: c, Log: quiet})})
	t.Cleanup(b.log.Close)
	b.open()
	t.Cleanup(func() {
		if err := b.search.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// open opens the search, again after a close.
func (b *bundle) open() {
	b.t.Helper()
	s, err := search.Open(b.t.Context(), search.Options{DB: b.db, File: b.file, Clock: b.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Bus: b.bus, Messages: b.log, Conversations: b.conv, Look: b.look})
	if err != nil {
		b.t.Fatal(err)
	}
	b.search = s
}

// people adds n people to the company.
func (b *bundle) people(n int) []xinshu.Actor {
	b.t.Helper()
	out := make([]xinshu.Actor, n)
	err := b.db.Write(b.ctx, func(tx *db.Tx) error {
		for i := range out {
			id, err := b.org.AddPerson(tx, system, org.PersonDraft{Name: fmt.Sprintf("Person %c%d", 'A'+i%26, i/26), Status: org.Active})
			if err != nil {
				return err
			}
			out[i] = xinshu.Actor{Person: id}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *bundle) clientID() string {
	b.ids++
	return fmt.Sprintf("018f0000-0000-7000-8000-%012x", b.ids)
}

// group makes a group of people; the first owns it.
func (b *bundle) group(history conversation.History, people ...xinshu.Actor) xinshu.ConversationID {
	b.t.Helper()
	d := conversation.Draft{ClientID: b.clientID(), Kind: conversation.Group, Name: "Group", History: history}
	for _, p := range people[1:] {
		d.Members = append(d.Members, p.Person)
	}
	id, err := b.conv.Create(b.ctx, people[0], d)
	if err != nil {
		b.t.Fatalf("create: %v", err)
	}
	return id
}

func (b *bundle) post(a xinshu.Actor, id xinshu.ConversationID, text string) int64 {
	b.t.Helper()
	b.clock.advance(time.Second)
	p, err := b.log.Post(b.ctx, a, message.Draft{Conversation: id, ClientID: b.clientID(), Text: text})
	if err != nil {
		b.t.Fatalf("post: %v", err)
	}
	return p.Seq
}

// index brings the index up to date. On PostgreSQL the log counts up to the oldest transaction of the whole server, of which other
// tests have some.
func (b *bundle) index() {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := b.search.CatchUp(b.ctx); err != nil {
			b.t.Fatalf("index: %v", err)
		}
		if b.db.Engine() == db.SQLite || b.upToDate() {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatal("the index is not up to date after 30 s")
		}
	}
}

func (b *bundle) upToDate() (yes bool) {
	b.t.Helper()
	err := b.db.Read(b.ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT (SELECT coalesce(max(pos), 0) FROM log_entry) <= (SELECT cursor_pos FROM search_state)`).Scan(&yes)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return yes
}

// find returns the hits of all pages.
func (b *bundle) find(a xinshu.Actor, f search.Filter) []search.Hit {
	b.t.Helper()
	if f.Limit == 0 {
		f.Limit = 50
	}
	var out []search.Hit
	for {
		r, err := b.search.Find(b.ctx, a, f)
		if err != nil {
			b.t.Fatalf("find %+v: %v", f, err)
		}
		out = append(out, r.Hits...)
		if f.Cursor = r.Next; f.Cursor == "" {
			return out
		}
	}
}

// seqs are the places of what is found for a text, newest first.
func (b *bundle) seqs(a xinshu.Actor, q string) []int64 {
	b.t.Helper()
	out := []int64{}
	for _, h := range b.find(a, search.Filter{Text: q}) {
		out = append(out, h.Message.Seq)
	}
	return out
}

func (b *bundle) expect(a xinshu.Actor, q string, want ...int64) {
	b.t.Helper()
	if got := b.seqs(a, q); !slices.Equal(got, want) {
		b.t.Errorf("%q finds %v, want %v", q, got, want)
	}
}

func sqliteBundle(t testing.TB) *bundle {
	t.Helper()
	return newBundle(t, dbtest.Open(t, db.SQLite, steps()))
}
