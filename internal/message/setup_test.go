package message_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
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

// bundle is a company that talks.
type bundle struct {
	t     testing.TB
	ctx   context.Context
	db    *db.DB
	clock *clock
	bus   *bus.Local
	org   *org.Service
	conv  *conversation.Service
	log   *message.Service

	// mu guards events and acts.
	mu     sync.Mutex
	events []xinshu.Event
	acts   []string // what conversations wrote to the audit trail: "action object detail"
	ids    int
}

func steps() []db.Migration {
	return slices.Concat(org.Migrations(), conversation.Migrations(), message.Migrations(), settings.Migrations())
}

// each runs fn on both engines.
func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, steps(), func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

func newBundle(t testing.TB, d *db.DB) *bundle {
	c := &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	ids := xinshu.NewIDSource(c, 1)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	b := &bundle{t: t, ctx: t.Context(), db: d, clock: c, bus: bus.NewLocal()}
	b.org = org.New(org.Options{DB: d, Clock: c, IDs: ids, Log: quiet})
	b.conv = conversation.New(conversation.Options{DB: d, Clock: c, IDs: ids, Log: quiet, Bus: b.bus, Org: b.org, Audit: b.audited})
	b.log = message.New(message.Options{DB: d, Clock: c, Log: quiet, Bus: b.bus, Org: b.org, Conversations: b.conv,
		Settings: settings.New(settings.Options{DB: d, Clock: c, Log: quiet})})
	b.bus.Subscribe(func(e xinshu.Event) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.events = append(b.events, e)
	})
	t.Cleanup(b.log.Close)
	return b
}

func (b *bundle) audited(_ *db.Tx, _ xinshu.Actor, action, object string, detail any) error {
	text, err := json.Marshal(detail)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.acts = append(b.acts, fmt.Sprintf("%s %s %s", action, object, text))
	return err
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

func personIDs(actors []xinshu.Actor) []xinshu.PersonID {
	out := make([]xinshu.PersonID, len(actors))
	for i, a := range actors {
		out[i] = a.Person
	}
	return out
}

// group makes a group of people; the first owns it.
func (b *bundle) group(people ...xinshu.Actor) xinshu.ConversationID {
	b.t.Helper()
	return b.create(people[0], conversation.Draft{Kind: conversation.Group, Name: "Group", Members: personIDs(people[1:])})
}

func (b *bundle) create(owner xinshu.Actor, d conversation.Draft) xinshu.ConversationID {
	b.t.Helper()
	if d.ClientID == "" {
		d.ClientID = b.clientID()
	}
	id, err := b.conv.Create(b.ctx, owner, d)
	if err != nil {
		b.t.Fatalf("create: %v", err)
	}
	return id
}

func (b *bundle) post(a xinshu.Actor, id xinshu.ConversationID, text string) message.Posted {
	b.t.Helper()
	p, err := b.log.Post(b.ctx, a, message.Draft{Conversation: id, ClientID: b.clientID(), Text: text})
	if err != nil {
		b.t.Fatalf("post: %v", err)
	}
	return p
}

func (b *bundle) history(a xinshu.Actor, id xinshu.ConversationID) []message.Message {
	b.t.Helper()
	items, _, err := b.log.History(b.ctx, a, id, message.Page{Limit: xinshu.MaxPage})
	if err != nil {
		b.t.Fatalf("history: %v", err)
	}
	return items
}

func (b *bundle) head(a xinshu.Actor, id xinshu.ConversationID) conversation.Head {
	b.t.Helper()
	h, err := b.conv.Get(b.ctx, a, id)
	if err != nil {
		b.t.Fatalf("head: %v", err)
	}
	return h
}

// want fails unless err has the code; "" is success.
func want(t testing.TB, what string, err error, code xinshu.Code) {
	t.Helper()
	if got := xinshu.CodeOf(err); got != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

// everything is what a person can get of a conversation.
func (b *bundle) everything(a xinshu.Actor, id xinshu.ConversationID) []byte {
	b.t.Helper()
	changes, _, err := b.log.Changes(b.ctx, a, id, 0, xinshu.MaxPage)
	if err != nil {
		b.t.Fatalf("changes: %v", err)
	}
	out, err := json.Marshal([]any{b.head(a, id), b.history(a, id), changes})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}
