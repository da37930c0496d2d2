package realtime

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// world plays the store: who belongs to which conversation at which rev.
type world struct {
	mu      sync.Mutex
	members map[xinshu.ConversationID][]conversation.Reader
	rev     map[xinshu.ConversationID]int64
	reads   int
}

func (w *world) set(id xinshu.ConversationID, people ...xinshu.PersonID) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members[id] = nil
	for _, p := range people {
		w.members[id] = append(w.members[id], conversation.Reader{Person: p, FirstSeq: 1})
	}
	w.rev[id]++
	return w.rev[id]
}

// add lets a newcomer in who may read from a message on.
func (w *world) add(id xinshu.ConversationID, p xinshu.PersonID, first int64) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members[id] = append(slices.Clip(w.members[id]), conversation.Reader{Person: p, FirstSeq: first})
	w.rev[id]++
	return w.rev[id]
}

func (w *world) Members(_ context.Context, id xinshu.ConversationID) ([]conversation.Reader, int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads++
	return slices.Clone(w.members[id]), w.rev[id], nil
}

// rooms is what hello finds for a person.
func (w *world) rooms(p xinshu.PersonID) []Room {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Room
	for id, people := range w.members {
		for _, m := range people {
			if m.Person == p {
				out = append(out, Room{id, w.rev[id], m.FirstSeq})
			}
		}
	}
	return out
}

// bench is a hub behind a real socket server; sessions attach as soon as they connect.
type bench struct {
	t     *testing.T
	world *world
	hub   *Hub
	url   string
}

func setup(t *testing.T) *bench {
	t.Helper()
	w := &world{members: map[xinshu.ConversationID][]conversation.Reader{}, rev: map[xinshu.ConversationID]int64{}}
	b := &bench{t: t, world: w, hub: NewHub(w.Members, slog.New(slog.NewTextHandler(io.Discard, nil)))}
	sockets, err := socket.NewServer(socket.Options{})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var person, sess int64
		if _, err := fmt.Sscan(r.URL.Query().Get("p"), &person, &sess); err != nil {
			t.Error(err)
		}
		s := &session{actor: xinshu.Actor{Person: xinshu.PersonID(person), Session: xinshu.SessionID(sess)}}
		if _, err := sockets.Upgrade(rw, r, nil, greeter{b}, s); err != nil {
			t.Error(err)
		}
	}))
	b.url = "ws" + strings.TrimPrefix(web.URL, "http")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = sockets.Shutdown(ctx)
		_ = b.hub.Close()
		web.Close()
	})
	return b
}

// greeter answers a client's first message as hello is answered.
type greeter struct{ b *bench }

func (g greeter) Message(c *socket.Conn, _ []byte) {
	s := c.Data().(*session)
	s.conn = c
	g.b.hub.add(s, g.b.world.rooms(s.actor.Person))
	g.b.hub.attach(s, socket.AppendTextFrame(nil, []byte("hello")))
}

func (g greeter) Closed(c *socket.Conn, _ int, _ error) {
	if s := c.Data().(*session); s.shard != nil {
		g.b.hub.remove(s)
	}
}

// client collects what a session hears.
type client struct {
	gws.BuiltinEventHandler
	t     *testing.T
	mu    sync.Mutex
	heard []string
	code  uint16
}

func (c *client) OnMessage(_ *gws.Conn, m *gws.Message) {
	c.mu.Lock()
	c.heard = append(c.heard, m.Data.String())
	c.mu.Unlock()
	_ = m.Close()
}

func (c *client) OnClose(_ *gws.Conn, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ce, ok := err.(*gws.CloseError); ok {
		c.code = ce.Code
	}
}

func (b *bench) connect(person, sess int) *client {
	b.t.Helper()
	c := &client{t: b.t}
	conn, _, err := gws.NewClient(c, &gws.ClientOption{Addr: fmt.Sprintf("%s?p=%d+%d", b.url, person, sess),
		RequestHeader: http.Header{"Sec-WebSocket-Protocol": {"xinshu.v1"}}})
	if err != nil {
		b.t.Fatal(err)
	}
	go conn.ReadLoop()
	if err := conn.WriteString("x"); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.NetConn().Close() })
	c.wait("hello")
	return c
}

// wait polls until the client has heard exactly want, in this order.
func (c *client) wait(want ...string) {
	c.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		c.mu.Lock()
		got := slices.Clone(c.heard)
		c.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(deadline) || len(got) > len(want) {
			c.t.Fatalf("heard %q, want %q", got, want)
		}
	}
}

func (b *bench) say(id xinshu.ConversationID, rev int64, text string) {
	b.hub.Publish(xinshu.Event{Conversation: id, MemberRev: rev, Kind: xinshu.EventMessage, Frame: []byte(text)})
}

func TestEventsReachMembersInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10, 11)
	a, a2, c, stranger := b.connect(10, 1), b.connect(10, 2), b.connect(11, 3), b.connect(12, 4)
	want := []string{"hello"}
	for i := range 50 {
		b.say(1, rev, fmt.Sprint(i))
		want = append(want, fmt.Sprint(i))
	}
	a.wait(want...)
	a2.wait(want...)
	c.wait(want...)
	b.hub.Publish(xinshu.Event{People: []xinshu.PersonID{12}, Frame: []byte("yours")})
	stranger.wait("hello", "yours")
	if b.world.reads > 4 {
		t.Errorf("members were read %d times for 50 events", b.world.reads)
	}
}

// TestWhatABusyShardHoldsFollowsByItself: a round with so much to do that it holds what nobody waits for, and then silence. Whoever is
// answered hears what was held before it, in order.
func TestWhatABusyShardHoldsFollowsByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10, 11)
	a, c := b.connect(10, 1), b.connect(11, 2)
	b.say(1, rev, "first") // the members are known from here on
	want := []string{"hello", "first"}
	a.wait(want...)
	c.wait(want...)
	for round := range 20 {
		for _, sh := range b.hub.shards { // one round for all: the shard is handed it while it waits for the lock
			sh.mu.Lock()
		}
		for i := range 2 * busyRound {
			text := fmt.Sprintf("%d.%d", round, i)
			e := xinshu.Event{Conversation: 1, MemberRev: rev, Kind: xinshu.EventMessage, Frame: []byte(text)}
			for _, sh := range b.hub.shards {
				sh.inbox = append(sh.inbox, task{event: &e, chunk: socket.AppendTextFrame(nil, e.Frame)})
			}
			want = append(want, text)
		}
		for _, sh := range b.hub.shards {
			sh.mu.Unlock()
			select {
			case sh.wake <- struct{}{}:
			default:
			}
		}
		a.wait(want...)
		c.wait(want...)
	}
}

func TestRemovalCountsFromItsOwnEvent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10, 11)
	a, c := b.connect(10, 1), b.connect(11, 2)
	b.say(1, rev, "before")
	a.wait("hello", "before")
	c.wait("hello", "before")
	rev = b.world.set(1, 10) // 11 is removed
	b.say(1, rev, "after")
	a.wait("hello", "before", "after")
	rev = b.world.set(1, 10, 11) // and comes back
	b.say(1, rev-1, "late")      // an event from when she was out
	b.say(1, rev, "again")
	a.wait("hello", "before", "after", "late", "again")
	c.wait("hello", "before", "again")
}

func TestNewcomerAndLateSession(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10)
	a := b.connect(10, 1)
	b.say(1, rev, "one")
	a.wait("hello", "one")
	late := b.connect(10, 2) // the room is known already: hello's list gives the seat
	b.say(1, rev, "two")
	late.wait("hello", "two")
	stranger := b.connect(11, 3)
	rev = b.world.set(1, 10, 11)
	b.say(1, rev, "three")
	stranger.wait("hello", "three")
	a.wait("hello", "one", "two", "three")
}

func TestEndedSessionIsClosed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10)
	a, other := b.connect(10, 1), b.connect(10, 2)
	b.hub.Publish(xinshu.Event{Kind: xinshu.EventSignedOut, Session: 1, Frame: []byte("bye")})
	b.say(1, rev, "secret")
	other.wait("hello", "secret")
	a.wait("hello", "bye")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		a.mu.Lock()
		code := a.code
		a.mu.Unlock()
		if code == codeSessionEnded {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("close code %d", code)
		}
	}
}

func TestWatchersAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rev := b.world.set(1, 10, 11)
	a, c := b.connect(10, 1), b.connect(11, 2)
	b.watch(1, 1)
	b.hub.Publish(xinshu.Event{Conversation: 1, MemberRev: rev, Watchers: true, Volatile: true, Frame: []byte("typing")})
	b.say(1, rev, "end")
	c.wait("hello", "end")
	got := []string{"hello", "typing", "end"}
	a.wait(got...)
}

// watch puts a conversation on the screen of a session.
func (b *bench) watch(sess xinshu.SessionID, room xinshu.ConversationID) {
	b.t.Helper()
	b.hub.mu.Lock()
	defer b.hub.mu.Unlock()
	for s := range b.hub.sessions[sess] {
		s.shard.put(task{watch: s, room: room})
	}
}

// TestWindowsOfWatchers: what is told of a message reaches those who may read it, whether the room was known before they came or
// not, and also who came back with another window.
func TestWindowsOfWatchers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.set(1, 10)
	rev := b.world.add(1, 11, 5)
	told := func(rev, oldest int64, text string) {
		b.hub.Publish(xinshu.Event{Conversation: 1, MemberRev: rev, Watchers: true, Oldest: oldest, Frame: []byte(text)})
	}
	old, newcomer := b.connect(10, 1), b.connect(11, 2)
	b.watch(1, 1)
	b.watch(2, 1)
	told(rev, 4, "of 4")
	told(rev, 5, "of 5")
	old.wait("hello", "of 4", "of 5")
	newcomer.wait("hello", "of 5")
	late := b.connect(11, 3) // the room is known by now
	b.watch(3, 1)
	told(rev, 4, "of 4")
	told(rev, 6, "of 6")
	late.wait("hello", "of 6")
	newcomer.wait("hello", "of 5", "of 6")
	b.world.set(1, 10)
	rev = b.world.add(1, 11, 9)
	told(rev, 8, "of 8")
	told(rev, 9, "of 9")
	newcomer.wait("hello", "of 5", "of 6", "of 9")
	late.wait("hello", "of 6", "of 9")
	old.wait("hello", "of 4", "of 5", "of 4", "of 6", "of 8", "of 9")
}
