package realtime

import (
	"slices"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
)

// Room is a conversation as a session found it: who may hear it, and from which message on, was decided at MemberRev.
type Room struct {
	ID        xinshu.ConversationID
	MemberRev int64
	FirstSeq  int64
}

// unknownRev is the member_rev of a room whose list of members was not read or counts no more.
const unknownRev = -1

// task is one thing for a shard to do; exactly one of event, join, attach, answer, leave, watch and loaded is set.
type task struct {
	event *xinshu.Event
	chunk []byte // the event's frame, or the answer to hello or another operation

	join, attach, answer, leave, watch *session
	rooms                              []Room                // with join
	done                               chan struct{}         // with join
	room                               xinshu.ConversationID // with watch and loaded

	loaded bool
	people []conversation.Reader
	rev    int64 // member_rev of people; unknownRev when they could not be read
}

// shard owns a part of the sessions. Its fields below mu belong to its loop.
type shard struct {
	hub *Hub

	// mu guards inbox.
	mu    sync.Mutex
	inbox []task
	wake  chan struct{}

	people map[xinshu.PersonID][]*session
	rooms  map[xinshu.ConversationID]*room
	dirty  []*room    // rooms with something to say in this round
	ready  []*session // sessions with something to hear
	lists  [][][]byte // empty lists of chunks to lend
	joined []byte     // where a session's chunks are put together for its write
	vacant []*room    // rooms that nobody here heard or watched when they came here, the longest first; at most maxVacant

	holding   bool      // ready holds what earlier rounds said
	heldSince time.Time // the first of them
}

// room is a conversation that had an event since the start: the sessions here that hear it.
type room struct {
	id      xinshu.ConversationID
	rev     int64      // member_rev that seats belong to
	seats   []seat     // sessions of members
	newest  int64      // the largest since of all seats
	waiting []task     // events that came while the members are read
	asked   bool       // the members are being read
	said    []byte     // frames of this round for everybody, at most maxChunk
	dirty   bool       // in the list of this round
	watch   []*session // sessions that have the conversation on screen
	vacant  bool       // in the shard's list of vacant rooms
}

// empty says that nobody here hears or watches the room, and that nobody is expected.
func (r *room) empty() bool { return len(r.seats) == 0 && len(r.watch) == 0 && !r.asked }

// seat is a session's place in a room. Events with a member_rev below since are not for it: the person came later, or what
// they say is in the state that the session was told. Messages before first are hidden from the member.
type seat struct {
	s            *session
	since, first int64
}

// maxLists and maxListed bound what a shard keeps to lend: 1,024 lists of at most 64 chunks.
const (
	maxLists  = 1024
	maxListed = 64
)

// maxVacant bounds the rooms that a shard remembers though nobody here is in them, about 150 bytes each: what happens in them meanwhile
// need not be asked about again. Without a bound they would be all conversations that had an event since the start.
const maxVacant = 4096

func newShard(h *Hub) *shard {
	return &shard{hub: h, wake: make(chan struct{}, 1), people: map[xinshu.PersonID][]*session{}, rooms: map[xinshu.ConversationID]*room{}}
}

// put hands t to the loop; it never blocks.
func (sh *shard) put(t task) {
	sh.mu.Lock()
	sh.inbox = append(sh.inbox, t)
	first := len(sh.inbox) == 1
	sh.mu.Unlock()
	if !first {
		return // whoever came first woke the loop
	}
	select {
	case sh.wake <- struct{}{}:
	default: // awake already
	}
}

const (
	// busyRound is the number of tasks in a round after which the next one waits for company.
	busyRound = 8
	// linger is that wait: what one commit tells comes within it, and a write per session costs more than all else (docs/design/0002).
	linger = time.Millisecond
	// hold is how long a busy shard keeps what others have said from a session that waits for no answer: the next commit's is written with it.
	hold = 4 * time.Millisecond
)

// loop works in rounds: everything in the inbox, then at most one write per session.
func (sh *shard) loop() {
	var batch []task
	held := time.NewTimer(hold)
	defer held.Stop()
	for {
		select {
		case <-sh.wake:
		case <-held.C:
		case <-sh.hub.ctx.Done():
			return
		}
		if len(batch) >= busyRound {
			time.Sleep(linger)
		}
		sh.mu.Lock()
		batch, sh.inbox = sh.inbox, batch[:0]
		sh.mu.Unlock()
		for i := range batch {
			sh.do(&batch[i])
		}
		busy := len(batch) >= busyRound
		clear(batch) // what tasks refer to must not outlive the round
		sh.flush(busy)
		if len(sh.ready) > 0 {
			held.Reset(time.Until(sh.heldSince.Add(hold)))
		}
	}
}

func (sh *shard) do(t *task) {
	switch {
	case t.event != nil:
		sh.deliver(*t)
	case t.answer != nil:
		t.answer.answered = true
		sh.hear(t.answer, t.chunk)
	case t.join != nil:
		sh.join(*t)
	case t.attach != nil:
		sh.attach(*t)
	case t.leave != nil:
		sh.leave(t.leave)
	case t.watch != nil:
		sh.watch(t.watch, t.room)
	case t.loaded:
		sh.seat(*t)
	}
}

// deliver brings an event to its people, or to its room when the members are known well enough.
func (sh *shard) deliver(t task) {
	e := t.event
	if e.Conversation == 0 {
		for _, p := range e.People {
			for _, s := range sh.people[p] {
				sh.hear(s, t.chunk)
			}
		}
		return
	}
	r := sh.rooms[e.Conversation]
	if r == nil {
		r = &room{id: e.Conversation, rev: unknownRev}
		sh.rooms[e.Conversation] = r
	}
	if r.asked || r.rev < e.MemberRev {
		r.waiting = append(r.waiting, t)
		if !r.asked {
			r.asked = true
			sh.hub.request(r.id)
		}
		return
	}
	sh.say(r, t)
}

// say delivers an event in a room whose members are known.
func (sh *shard) say(r *room, t task) {
	e := t.event
	switch {
	case e.Watchers:
		for _, s := range r.watch {
			if !e.Volatile || !s.behind() {
				sh.hearIfSeated(r, s, t)
			}
		}
	case len(e.People) > 0:
		for _, p := range e.People {
			for _, s := range sh.people[p] {
				sh.hearIfSeated(r, s, t)
			}
		}
	case e.MemberRev >= r.newest:
		if len(r.seats) == 0 {
			return
		}
		if len(r.said) > 0 && len(r.said)+len(t.chunk) > maxChunk {
			sh.tell(r)
		}
		if len(r.said) == 0 && !r.dirty {
			r.dirty = true
			sh.dirty = append(sh.dirty, r)
		}
		if len(r.said) == 0 {
			r.said = slices.Clip(t.chunk) // shared, not copied, while it is the only one
		} else {
			r.said = append(r.said, t.chunk...)
		}
	default:
		for _, st := range r.seats {
			if st.since <= e.MemberRev {
				sh.hear(st.s, t.chunk)
			}
		}
	}
}

func (sh *shard) hearIfSeated(r *room, s *session, t task) {
	if slices.ContainsFunc(r.seats, func(st seat) bool {
		return st.s == s && st.since <= t.event.MemberRev && (t.event.Oldest == 0 || st.first <= t.event.Oldest)
	}) {
		sh.hear(s, t.chunk)
	}
}

// hear gives a session bytes of this round; before hello is answered they wait.
func (sh *shard) hear(s *session, chunk []byte) {
	if s.gone {
		return
	}
	if !s.live {
		if len(s.backlog)+len(chunk) > maxBacklog {
			s.gone = true
			s.conn.Close(codeSlow, "slow")
			return
		}
		s.backlog = append(s.backlog, chunk...)
		return
	}
	switch {
	case s.chunks == nil:
		if n := len(sh.lists); n > 0 {
			s.chunks, sh.lists = sh.lists[n-1], sh.lists[:n-1]
		}
		sh.ready = append(sh.ready, s)
	case s.size+len(chunk) > maxChunk:
		sh.write(s)
	}
	s.chunks, s.size = append(s.chunks, chunk), s.size+len(chunk)
}

// write sends what s has to hear: one chunk as it is, several put together.
func (sh *shard) write(s *session) {
	switch len(s.chunks) {
	case 0:
	case 1:
		s.conn.Write(s.chunks[0])
	default:
		sh.joined = sh.joined[:0]
		for _, chunk := range s.chunks {
			sh.joined = append(sh.joined, chunk...)
		}
		s.conn.Write(sh.joined)
	}
	clear(s.chunks)
	s.chunks, s.size = s.chunks[:0], 0
}

// tell gives a room's frames to its sessions.
func (sh *shard) tell(r *room) {
	said := r.said
	r.said = nil // given away: sessions share it until they have written
	for _, st := range r.seats {
		sh.hear(st.s, said)
	}
}

// flush ends the round. A busy one writes to those who wait for an answer, who are given what others said before it too, and holds
// the rest for a moment.
func (sh *shard) flush(busy bool) {
	for _, r := range sh.dirty {
		r.dirty = false
		if len(r.said) > 0 {
			sh.tell(r)
		}
	}
	clear(sh.dirty)
	sh.dirty = sh.dirty[:0]
	for _, s := range sh.ready {
		if s.answered { // who posts waits for it; the others of a large conversation do not know yet
			s.answered = false
			sh.write(s)
		}
	}
	now := time.Now()
	if !sh.holding {
		sh.heldSince = now
	}
	sh.holding = busy && now.Sub(sh.heldSince) < hold
	kept := sh.ready[:0]
	for _, s := range sh.ready {
		if sh.holding && len(s.chunks) > 0 {
			kept = append(kept, s)
			continue
		}
		sh.write(s)
		if len(sh.lists) < maxLists && cap(s.chunks) <= maxListed {
			sh.lists = append(sh.lists, s.chunks)
		}
		s.chunks = nil
	}
	clear(sh.ready[len(kept):])
	sh.ready, sh.holding = kept, len(kept) > 0
}

// join gives a session its seats in the rooms that are known; the others find it when they are read.
func (sh *shard) join(t task) {
	s := t.join
	sh.people[s.actor.Person] = append(sh.people[s.actor.Person], s)
	for _, known := range t.rooms {
		r := sh.rooms[known.ID]
		switch {
		case r == nil || r.asked:
		case r.rev != known.MemberRev:
			r.rev = unknownRev // one of the two is old: the next event finds out
		default:
			r.seats = append(r.seats, seat{s, known.MemberRev, known.FirstSeq})
			r.newest = max(r.newest, known.MemberRev)
			s.rooms = append(s.rooms, r)
		}
	}
	close(t.done)
}

// attach answers hello and lets what waited follow.
func (sh *shard) attach(t task) {
	s := t.attach
	if s.gone {
		return
	}
	backlog := s.backlog
	s.backlog, s.live = nil, true
	sh.hear(s, append(slices.Clip(t.chunk), backlog...))
}

// seat takes a fresh list of a room's members and delivers what waited for it.
func (sh *shard) seat(t task) {
	r := sh.rooms[t.room]
	if r == nil {
		return
	}
	if t.rev == unknownRev { // could not be read: clients find what they missed by themselves
		r.waiting, r.asked, r.rev = nil, false, unknownRev
		sh.vacate(r)
		return
	}
	since := make(map[*session]int64, len(r.seats))
	for _, st := range r.seats {
		since[st.s] = st.since
	}
	r.seats, r.newest, r.rev = r.seats[:0], 0, t.rev
	for _, p := range t.people {
		for _, s := range sh.people[p.Person] {
			from, known := since[s]
			if !known {
				from = t.rev
				s.rooms = append(s.rooms, r)
			}
			delete(since, s)
			r.seats = append(r.seats, seat{s, from, p.FirstSeq})
			r.newest = max(r.newest, from)
		}
	}
	for s := range since { // who is no member any more
		s.rooms = slices.DeleteFunc(s.rooms, func(o *room) bool { return o == r })
	}
	waiting := r.waiting
	r.waiting, r.asked = nil, false
	for _, w := range waiting {
		sh.deliver(w) // an even newer event asks again, and those behind it wait again
	}
	sh.vacate(r)
}

// leave forgets a session.
func (sh *shard) leave(s *session) {
	s.gone = true
	mine := slices.DeleteFunc(sh.people[s.actor.Person], func(o *session) bool { return o == s })
	if len(mine) == 0 {
		delete(sh.people, s.actor.Person)
	} else {
		sh.people[s.actor.Person] = mine
	}
	sh.watch(s, 0)
	for _, r := range s.rooms {
		r.seats = slices.DeleteFunc(r.seats, func(st seat) bool { return st.s == s })
		sh.vacate(r)
	}
	s.rooms = nil
}

// vacate notes that a room may be forgotten, if it is empty, and forgets the one that is noted longest when there are too many.
func (sh *shard) vacate(r *room) {
	if r.vacant || !r.empty() {
		return
	}
	r.vacant = true
	if sh.vacant = append(sh.vacant, r); len(sh.vacant) <= maxVacant {
		return
	}
	oldest := sh.vacant[0]
	sh.vacant[0] = nil
	sh.vacant, oldest.vacant = sh.vacant[1:], false
	if oldest.empty() {
		delete(sh.rooms, oldest.id)
	}
}

// watch moves a session's attention to a room; 0 is none.
func (sh *shard) watch(s *session, id xinshu.ConversationID) {
	if old := sh.rooms[s.watching]; old != nil {
		old.watch = slices.DeleteFunc(old.watch, func(o *session) bool { return o == s })
		sh.vacate(old)
	}
	s.watching = id
	if id == 0 || s.gone {
		return
	}
	r := sh.rooms[id]
	if r == nil {
		r = &room{id: id, rev: unknownRev}
		sh.rooms[id] = r
	}
	r.watch = append(r.watch, s)
}
