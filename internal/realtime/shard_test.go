package realtime

import (
	"slices"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
)

// loner is a shard without a loop, whose rooms are known to have these members.
func loner(rooms map[xinshu.ConversationID][]xinshu.PersonID) *shard {
	sh := newShard(&Hub{loads: make(chan xinshu.ConversationID, 1<<16), loading: map[xinshu.ConversationID]bool{}})
	for id, people := range rooms {
		sh.learn(id, 1, people...)
	}
	return sh
}

// learn brings an event to a room and then the members that it asks for.
func (sh *shard) learn(id xinshu.ConversationID, rev int64, people ...xinshu.PersonID) {
	sh.do(&task{event: &xinshu.Event{Conversation: id, MemberRev: rev}})
	t := task{loaded: true, room: id, rev: rev}
	for _, p := range people {
		t.people = append(t.people, conversation.Reader{Person: p, FirstSeq: 1})
	}
	sh.do(&t)
}

// enter gives a new session of a person its seats in rooms.
func (sh *shard) enter(p xinshu.PersonID, rooms ...xinshu.ConversationID) *session {
	s := &session{actor: xinshu.Actor{Person: p}, shard: sh}
	t := task{join: s, done: make(chan struct{})}
	for _, id := range rooms {
		t.rooms = append(t.rooms, Room{ID: id, MemberRev: 1, FirstSeq: 1})
	}
	sh.do(&t)
	return s
}

// seated are the rooms in which a session has a seat, as the rooms say.
func (sh *shard) seated(s *session) (out []xinshu.ConversationID) {
	for id, r := range sh.rooms {
		if r != nil && slices.ContainsFunc(r.seats, func(st seat) bool { return st.s == s }) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// TestLeavingVisitsTheSessionsRoomsAlone: a room of somebody else that would be a fault to look at.
func TestLeavingVisitsTheSessionsRoomsAlone(t *testing.T) {
	t.Parallel()
	sh := loner(map[xinshu.ConversationID][]xinshu.PersonID{1: {10}, 2: {10, 11}, 3: {10, 11}})
	s, other := sh.enter(10, 1, 2, 3), sh.enter(11, 2, 3)
	sh.do(&task{watch: s, room: 2})
	sh.do(&task{watch: other, room: 2})
	sh.rooms[4] = nil
	sh.do(&task{leave: s})
	if got := sh.seated(s); len(got) > 0 || len(s.rooms) > 0 {
		t.Errorf("who left sits in %v", got)
	}
	if got := sh.seated(other); !slices.Equal(got, []xinshu.ConversationID{2, 3}) {
		t.Errorf("the other sits in %v", got)
	}
	if got := sh.rooms[2].watch; !slices.Equal(got, []*session{other}) {
		t.Errorf("%d sessions watch", len(got))
	}
}

// TestSeatsOfASessionFollowMembership: a session's own list says what the rooms say, whatever happened to its membership.
func TestSeatsOfASessionFollowMembership(t *testing.T) {
	t.Parallel()
	sh := loner(map[xinshu.ConversationID][]xinshu.PersonID{1: {10}, 2: {10}})
	s := sh.enter(10, 1, 2)
	for rev := int64(2); rev < 10; rev += 2 {
		sh.learn(1, rev, 11)
		sh.learn(1, rev+1, 10, 11)
	}
	sh.learn(2, 2)
	sh.learn(3, 1, 10)
	var own []xinshu.ConversationID
	for _, r := range s.rooms {
		own = append(own, r.id)
	}
	slices.Sort(own)
	if want := []xinshu.ConversationID{1, 3}; !slices.Equal(own, want) || !slices.Equal(sh.seated(s), want) {
		t.Errorf("the session knows %v, the rooms %v, want %v", own, sh.seated(s), want)
	}
}

// TestVacantRoomsAreBounded: conversations in which nobody here is are forgotten when there are many, the oldest first.
func TestVacantRoomsAreBounded(t *testing.T) {
	t.Parallel()
	sh := loner(nil)
	busy := sh.enter(10)
	sh.learn(1, 1, 10)
	for id := range xinshu.ConversationID(3 * maxVacant) {
		sh.learn(100+id, 1)
		if id%100 == 0 { // seen, and left alone again
			sh.do(&task{watch: busy, room: 1_000_000 + id})
			sh.do(&task{watch: busy, room: 1})
		}
	}
	if n := len(sh.rooms); n != maxVacant+1 {
		t.Errorf("%d rooms are known, want %d and the one with somebody in it", n, maxVacant)
	}
	if sh.rooms[1] == nil || sh.rooms[100+3*maxVacant-1] == nil || sh.rooms[100] != nil {
		t.Error("the wrong rooms were forgotten")
	}
}

// TestARoomThatFillsAgainStays: a room that was vacant and is not any more is not forgotten.
func TestARoomThatFillsAgainStays(t *testing.T) {
	t.Parallel()
	sh := loner(map[xinshu.ConversationID][]xinshu.PersonID{1: {10}})
	s := sh.enter(10, 1)
	for id := range xinshu.ConversationID(2 * maxVacant) {
		sh.learn(100+id, 1)
	}
	if got := sh.seated(s); !slices.Equal(got, []xinshu.ConversationID{1}) {
		t.Fatalf("sits in %v", got)
	}
	sh.do(&task{leave: s})
	for id := range xinshu.ConversationID(2 * maxVacant) {
		sh.learn(100_000+id, 1)
	}
	if sh.rooms[1] != nil {
		t.Error("an empty room stays for ever")
	}
}
