package later_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/later"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

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

// told is an event of a list and to whom it went.
type told struct {
	to xinshu.PersonID
	later.Event
}

// bundle is a group of three with one message, and their lists.
type bundle struct {
	t     *testing.T
	ctx   context.Context
	db    *db.DB
	clock *clock
	bus   *bus.Local
	conv  *conversation.Service
	log   *message.Service
	later *later.Service
	ids   int

	ann, bob, stranger xinshu.Actor
	group              xinshu.ConversationID

	// mu guards events.
	mu     sync.Mutex
	events []told
}

func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	steps := slices.Concat(org.Migrations(), conversation.Migrations(), message.Migrations(), settings.Migrations(), later.Migrations())
	dbtest.Each(t, steps, func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

func newBundle(t *testing.T, d *db.DB) *bundle {
	c := &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	ids := xinshu.NewIDSource(c, 1)
	b := &bundle{t: t, ctx: t.Context(), db: d, clock: c, bus: bus.NewLocal()}
	people := org.New(org.Options{DB: d, Clock: c, IDs: ids})
	b.conv = conversation.New(conversation.Options{DB: d, Clock: c, IDs: ids, Bus: b.bus, Org: people,
		Audit: func(*db.Tx, xinshu.Actor, string, string, any) error { return nil }})
	b.log = message.New(message.Options{DB: d, Clock: c, Bus: b.bus, Org: people, Conversations: b.conv,
		Settings: settings.New(settings.Options{DB: d, Clock: c})})
	t.Cleanup(b.log.Close)
	b.later = b.start()
	b.bus.Subscribe(func(e xinshu.Event) {
		if e.Kind != xinshu.EventLater {
			return
		}
		var frame struct{ Data later.Event }
		if err := json.Unmarshal(e.Frame, &frame); err != nil {
			t.Error(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, p := range e.People {
			b.events = append(b.events, told{p, frame.Data})
		}
	})
	for _, a := range []*xinshu.Actor{&b.ann, &b.bob, &b.stranger} {
		b.must(d.Write(b.ctx, func(tx *db.Tx) (err error) {
			a.Person, err = people.AddPerson(tx, xinshu.SystemActor("test"), org.PersonDraft{Name: "Person", Status: org.Active})
			return err
		}))
	}
	var err error
	b.group, err = b.conv.Create(b.ctx, b.ann, conversation.Draft{ClientID: b.clientID(), Kind: conversation.Group, Name: "G",
		Members: []xinshu.PersonID{b.bob.Person}})
	b.must(err)
	return b
}

// start makes the service anew, as a start of the server does.
func (b *bundle) start() *later.Service {
	return later.New(later.Options{DB: b.db, Clock: b.clock, Bus: b.bus, Conversations: b.conv, Messages: b.log})
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) clientID() string {
	b.ids++
	return fmt.Sprintf("018f0000-0000-7000-8000-%012x", b.ids)
}

func (b *bundle) post(text string) int64 {
	b.t.Helper()
	p, err := b.log.Post(b.ctx, b.bob, message.Draft{Conversation: b.group, ClientID: b.clientID(), Text: text})
	b.must(err)
	return p.Seq
}

// list returns what a person has for later, as "seq text".
func (b *bundle) list(a xinshu.Actor, done bool) []string {
	b.t.Helper()
	out := []string{}
	cursor := ""
	for {
		items, next, err := b.later.List(b.ctx, a, done, 2, cursor)
		b.must(err)
		for _, i := range items {
			text := "-"
			if i.Message != nil {
				text = string(i.Message.Content)
			}
			out = append(out, fmt.Sprintf("%d %s", i.Seq, text))
		}
		if next == "" {
			return out
		}
		cursor = next
	}
}

func (b *bundle) told() []told {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.events
	b.events = nil
	return out
}

func want(t *testing.T, what string, err error, code xinshu.Code) {
	t.Helper()
	if got := xinshu.CodeOf(err); got != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func same[T any](t *testing.T, what string, got, wanted T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", wanted); g != w {
		t.Errorf("%s: %s, want %s", what, g, w)
	}
}

func content(seq int64, text string) string {
	return fmt.Sprintf(`%d {"type":"text","text":"%s"}`, seq, text)
}

// TestKeepDoneRemove: the list in the order of changes, over pages, with an event and exact counts for each change, for one alone.
func TestKeepDoneRemove(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		one, two, three := b.post("one"), b.post("two"), b.post("three")
		for _, seq := range []int64{one, two, three, one} {
			b.must(b.later.Keep(b.ctx, b.ann, b.group, seq, later.Wanted{}))
		}
		same(t, "open", b.list(b.ann, false), []string{content(one, "one"), content(three, "three"), content(two, "two")})
		b.must(b.later.Keep(b.ctx, b.ann, b.group, three, later.Wanted{Done: true}))
		same(t, "open", b.list(b.ann, false), []string{content(one, "one"), content(two, "two")})
		same(t, "done", b.list(b.ann, true), []string{content(three, "three")})
		b.must(b.later.Remove(b.ctx, b.ann, b.group, one))
		b.must(b.later.Remove(b.ctx, b.ann, b.group, one))
		b.must(b.later.Keep(b.ctx, b.ann, b.group, three, later.Wanted{}))
		same(t, "open", b.list(b.ann, false), []string{content(three, "three"), content(two, "two")})
		same(t, "others", b.list(b.bob, false), []string{})

		var got []string
		rev := int64(0)
		for _, e := range b.told() {
			if e.to != b.ann.Person || e.ConversationID != b.group || e.Rev <= rev {
				t.Errorf("%+v", e)
			}
			rev = e.Rev
			got = append(got, fmt.Sprintf("%s %d: %d", e.Change, e.Seq, e.Open))
		}
		same(t, "events", got, []string{fmt.Sprintf("open %d: 1", one), fmt.Sprintf("open %d: 2", two), fmt.Sprintf("open %d: 3", three),
			fmt.Sprintf("open %d: 3", one), fmt.Sprintf("done %d: 2", three), fmt.Sprintf("removed %d: 1", one), fmt.Sprintf("open %d: 2", three)})
		c, err := b.later.Count(b.ctx, b.ann)
		b.must(err)
		same(t, "count", c, later.Counts{Rev: c.Rev, Open: 2})
		if c.Rev < rev {
			t.Errorf("rev %d is older than the event %d", c.Rev, rev)
		}
	})
}

// TestWhatMayNotBeRead: it is not taken in, and shows nothing any more; its own list stays hers.
func TestWhatMayNotBeRead(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		seq, gone := b.post("secret"), b.post("recalled secret")
		want(t, "stranger", b.later.Keep(b.ctx, b.stranger, b.group, seq, later.Wanted{}), xinshu.NotFound)
		want(t, "stranger removes", b.later.Remove(b.ctx, b.stranger, b.group, seq), xinshu.NotFound)
		want(t, "anonymous", b.later.Keep(b.ctx, xinshu.Actor{}, b.group, seq, later.Wanted{}), xinshu.Unauthenticated)
		want(t, "no such message", b.later.Keep(b.ctx, b.ann, b.group, 999, later.Wanted{}), xinshu.NotFound)
		want(t, "done with a reminder", b.later.Keep(b.ctx, b.ann, b.group, seq, later.Wanted{Done: true, RemindAt: 1}), xinshu.Invalid)
		_, _, err := b.later.List(b.ctx, b.ann, false, 10, "!")
		want(t, "cursor", err, xinshu.Invalid)
		if got := b.told(); len(got) != 0 {
			t.Errorf("refused, and told %+v", got)
		}

		for _, s := range []int64{seq, gone} {
			b.must(b.later.Keep(b.ctx, b.bob, b.group, s, later.Wanted{}))
		}
		b.must(b.log.Recall(b.ctx, b.bob, b.group, gone))
		same(t, "recalled", b.list(b.bob, false), []string{fmt.Sprintf("%d -", gone), content(seq, "secret")})
		want(t, "keep recalled", b.later.Keep(b.ctx, b.ann, b.group, gone, later.Wanted{}), xinshu.Forbidden)
		b.must(b.conv.RemoveMember(b.ctx, b.ann, b.group, b.bob.Person))
		same(t, "left", b.list(b.bob, false), []string{fmt.Sprintf("%d -", gone), fmt.Sprintf("%d -", seq)})
		b.must(b.later.Keep(b.ctx, b.bob, b.group, seq, later.Wanted{Done: true}))
		b.must(b.later.Remove(b.ctx, b.bob, b.group, gone))
		same(t, "own list", b.list(b.bob, false), []string{})
		b.must(b.conv.AddMembers(b.ctx, b.ann, b.group, []xinshu.PersonID{b.bob.Person}))
		same(t, "back", b.list(b.bob, true), []string{content(seq, "secret")})
	})
}

// TestReminders: told once when due, by one of several nodes, also when it was missed; due until the person acts.
func TestReminders(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		first, second := b.post("first"), b.post("second")
		at := func(d time.Duration) xinshu.Millis { return xinshu.MillisOf(b.clock.Now().Add(d)) }
		soon, laterOn := at(20*time.Minute), at(time.Hour)
		b.must(b.later.Keep(b.ctx, b.ann, b.group, first, later.Wanted{RemindAt: soon}))
		b.must(b.later.Keep(b.ctx, b.ann, b.group, second, later.Wanted{RemindAt: laterOn}))
		b.must(b.later.Keep(b.ctx, b.ann, b.group, second, later.Wanted{})) // again: the reminder stays
		b.told()
		remind := func(s *later.Service) xinshu.Millis {
			t.Helper()
			next, err := s.Remind(b.ctx)
			b.must(err)
			return next
		}
		same(t, "next", remind(b.later), soon)
		if got := b.told(); len(got) != 0 {
			t.Errorf("too early: %+v", got)
		}
		b.clock.advance(20 * time.Minute)
		restarted, other := b.start(), b.start()
		same(t, "next", remind(restarted), laterOn)
		same(t, "next", remind(other), laterOn)
		got := b.told()
		if len(got) != 1 || got[0].to != b.ann.Person || got[0].Change != "due" || got[0].Seq != first || got[0].Open != 2 || got[0].Due != 1 {
			t.Errorf("%+v", got)
		}
		items, _, err := b.later.List(b.ctx, b.ann, false, 10, "")
		b.must(err)
		if len(items) != 2 || items[0].Seq != first || items[0].RemindedAt == 0 || items[0].RemindAt != 0 || items[1].RemindAt != laterOn {
			t.Errorf("%+v", items)
		}
		b.must(b.later.Keep(b.ctx, b.ann, b.group, first, later.Wanted{Done: true}))
		b.must(b.later.Keep(b.ctx, b.ann, b.group, second, later.Wanted{Quiet: true}))
		b.clock.advance(2 * time.Hour)
		b.told()
		same(t, "next", remind(b.later), 0)
		c, err := b.later.Count(b.ctx, b.ann)
		b.must(err)
		if got := b.told(); len(got) != 0 || c.Due != 0 || c.Open != 1 {
			t.Errorf("%+v, %+v", got, c)
		}
	})
}

// TestRunTellsWhatWasMissed: a service that starts tells at once what came due before, and wakes for a reminder that is set later.
func TestRunTellsWhatWasMissed(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		seq := b.post("missed")
		b.must(b.later.Keep(b.ctx, b.ann, b.group, seq, later.Wanted{RemindAt: xinshu.MillisOf(b.clock.Now().Add(time.Minute))}))
		b.clock.advance(time.Hour)
		due := make(chan struct{}, 10)
		b.bus.Subscribe(func(e xinshu.Event) {
			if e.Kind == xinshu.EventLater && strings.Contains(string(e.Frame), `"change":"due"`) {
				due <- struct{}{}
			}
		})
		ctx, stop := context.WithCancel(b.ctx)
		running := b.start()
		ended := make(chan struct{})
		go func() {
			running.Run(ctx)
			close(ended)
		}()
		<-due
		b.must(running.Keep(b.ctx, b.ann, b.group, seq, later.Wanted{RemindAt: 1})) // has passed
		<-due
		stop()
		<-ended
	})
}

// TestMaxOpen: the list has an end.
func TestMaxOpen(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		seq := b.post("one too many")
		b.must(b.db.Write(b.ctx, func(tx *db.Tx) error {
			rows := make([][]any, xinshu.MaxLater)
			for i := range rows {
				rows[i] = []any{b.ann.Person, b.group, seq + 1 + int64(i), i, 1, 0, 0, 0}
			}
			return db.Insert(tx, `INSERT INTO later (person_id, conversation_id, seq, rev, kept_at, done_at, remind_at, reminded_at)`, rows, "")
		}))
		want(t, "one too many", b.later.Keep(b.ctx, b.ann, b.group, seq, later.Wanted{}), xinshu.Invalid)
		c, err := b.later.Count(b.ctx, b.ann)
		b.must(err)
		same(t, "open", c.Open, int64(xinshu.MaxLater))
	})
}
