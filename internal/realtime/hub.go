package realtime

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// Members tells who belongs to a conversation now and what each may read, and by which member_rev.
type Members func(ctx context.Context, id xinshu.ConversationID) (people []conversation.Reader, memberRev int64, err error)

// Hub knows the sessions of this node and hands events to them.
type Hub struct {
	members Members
	log     *slog.Logger
	shards  []*shard
	next    atomic.Uint32 // spreads sessions over shards

	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup // shards and loaders

	loads chan xinshu.ConversationID // members to read; see request

	// mu guards the fields below.
	mu       sync.Mutex
	sessions map[xinshu.SessionID]map[*session]struct{}
	online   map[xinshu.PersonID]int // sessions of each person
	loading  map[xinshu.ConversationID]bool
	screens  map[xinshu.ConversationID]int // sessions that have a conversation on screen
}

// loaders read lists of members at the same time: two keep both cores of a small server busy.
const loaders = 2

// NewHub starts a hub; Close ends it.
func NewHub(members Members, log *slog.Logger) *Hub {
	h := &Hub{
		members: members, log: log,
		loads:    make(chan xinshu.ConversationID, 1024),
		sessions: map[xinshu.SessionID]map[*session]struct{}{},
		online:   map[xinshu.PersonID]int{},
		loading:  map[xinshu.ConversationID]bool{},
		screens:  map[xinshu.ConversationID]int{},
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	for range runtime.GOMAXPROCS(0) {
		s := newShard(h)
		h.shards = append(h.shards, s)
		h.wg.Go(s.loop)
	}
	for range loaders {
		h.wg.Go(h.load)
	}
	return h
}

// Close ends the hub's goroutines. Sessions are the socket server's to close.
func (h *Hub) Close() error {
	h.stop()
	h.wg.Wait()
	return nil
}

// Publish brings e to the sessions it is for. It is the bus's subscriber: quick, in the order of commits.
func (h *Hub) Publish(e xinshu.Event) {
	chunk := socket.AppendTextFrame(make([]byte, 0, len(e.Frame)+10), e.Frame)
	if e.Kind == xinshu.EventSignedOut {
		h.end(e, chunk)
		return
	}
	t := task{event: &e, chunk: chunk}
	for _, s := range h.shards {
		s.put(t)
	}
}

// end closes sessions that ended, at once and not through the shards: what they send from now on is refused.
func (h *Hub) end(e xinshu.Event, chunk []byte) {
	var gone []*session
	h.mu.Lock()
	if e.Session != 0 {
		for s := range h.sessions[e.Session] {
			gone = append(gone, s)
		}
	} else {
		for _, set := range h.sessions {
			for s := range set {
				for _, p := range e.People {
					if s.actor.Person == p {
						gone = append(gone, s)
					}
				}
			}
		}
	}
	h.mu.Unlock()
	for _, s := range gone {
		s.end(chunk, codeSessionEnded, "session ended")
	}
}

// add gives s its seats, so that no event from now on is missed; events wait in s until [Hub.attach]. rooms are the person's
// conversations as read before; one whose members changed meanwhile is read anew at its next event. What s is told about the
// state must be read after add. first says that the person was not connected before.
func (h *Hub) add(s *session, rooms []Room) (first bool) {
	s.shard = h.shards[h.next.Add(1)%uint32(len(h.shards))]
	h.mu.Lock()
	set := h.sessions[s.actor.Session]
	if set == nil {
		set = map[*session]struct{}{}
		h.sessions[s.actor.Session] = set
	}
	set[s] = struct{}{}
	h.online[s.actor.Person]++
	first = h.online[s.actor.Person] == 1
	h.mu.Unlock()
	done := make(chan struct{})
	s.shard.put(task{join: s, rooms: rooms, done: done})
	select {
	case <-done:
	case <-h.ctx.Done():
	}
	return first
}

// attach lets events flow to s, after reply.
func (h *Hub) attach(s *session, reply []byte) { s.shard.put(task{attach: s, chunk: reply}) }

// remove forgets s; last says that the person has no other session.
func (h *Hub) remove(s *session) (last bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	set := h.sessions[s.actor.Session]
	if _, known := set[s]; !known {
		return false
	}
	delete(set, s)
	h.screen(s, 0)
	if len(set) == 0 {
		delete(h.sessions, s.actor.Session)
	}
	if h.online[s.actor.Person]--; h.online[s.actor.Person] == 0 {
		delete(h.online, s.actor.Person)
		last = true
	}
	s.shard.put(task{leave: s})
	return last
}

// watch moves a session's attention to a conversation; 0 is none.
func (h *Hub) watch(s *session, id xinshu.ConversationID) {
	h.mu.Lock()
	h.screen(s, id)
	h.mu.Unlock()
	s.shard.put(task{watch: s, room: id})
}

// screen counts what is on screen; mu is held.
func (h *Hub) screen(s *session, id xinshu.ConversationID) {
	if h.screens[s.onScreen]--; h.screens[s.onScreen] <= 0 {
		delete(h.screens, s.onScreen)
	}
	if s.onScreen = id; id != 0 {
		h.screens[id]++
	}
}

// watched says whether a session of this node has the conversation on screen.
func (h *Hub) watched(id xinshu.ConversationID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.screens[id] > 0
}

// Online returns which of people are connected to this node.
func (h *Hub) Online(people []conversation.Reader) []xinshu.PersonID {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := []xinshu.PersonID{}
	for _, p := range people {
		if h.online[p.Person] > 0 {
			out = append(out, p.Person)
		}
	}
	return out
}

// Sessions returns how many sessions are connected, for metrics.
func (h *Hub) Sessions() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sessions)
}

// request asks for a conversation's members; several shards' requests become one read.
func (h *Hub) request(id xinshu.ConversationID) {
	h.mu.Lock()
	asked := h.loading[id]
	h.loading[id] = true
	h.mu.Unlock()
	if asked {
		return
	}
	select {
	case h.loads <- id:
	default: // more rooms at once than the queue holds, as after a start: wait beside the shard, not in it
		h.wg.Go(func() {
			select {
			case h.loads <- id:
			case <-h.ctx.Done():
			}
		})
	}
}

// load reads members and tells every shard.
func (h *Hub) load() {
	for {
		var id xinshu.ConversationID
		select {
		case id = <-h.loads:
		case <-h.ctx.Done():
			return
		}
		// From here on a new request is a new read: what it wants may not be in ours.
		h.mu.Lock()
		delete(h.loading, id)
		h.mu.Unlock()
		people, rev, err := h.members(h.ctx, id)
		if err != nil {
			if h.ctx.Err() != nil {
				return
			}
			h.log.Error("read members for delivery", "conversation", id.String(), "error", err)
			rev = unknownRev
			select { // the database is in trouble: no haste
			case <-time.After(100 * time.Millisecond):
			case <-h.ctx.Done():
			}
		}
		for _, s := range h.shards {
			s.put(task{loaded: true, room: id, people: people, rev: rev})
		}
	}
}
