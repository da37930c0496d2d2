package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// writer is one connection of a person who writes all the time and does not give up: after every cut it connects again with
// its cursor and repeats what was not acknowledged, with the same client_id.
type writer struct {
	me     *client
	n      int // tells the writers of one person apart
	rooms  []string
	ledger *ledger
	rand   *rand.Rand

	cursor  *string
	pending []sent // not acknowledged, in the order of sending
	made    int
}

func newWriter(me *client, n int, rooms []string, l *ledger) *writer {
	return &writer{me: me, n: n, rooms: rooms, ledger: l, rand: rand.New(rand.NewPCG(uint64(n), 7))}
}

// window is how many messages a writer has under way at once.
const window = 6

// run writes until stop is done, then until everything is acknowledged; life ends it in any case.
func (w *writer) run(life, stop context.Context) {
	for life.Err() == nil && (stop.Err() == nil || len(w.pending) > 0) {
		if w.n%5 == 4 {
			w.overHTTP(stop)
		} else {
			w.overStream(life, stop)
		}
		pause(time.Duration(5+w.rand.IntN(40)) * time.Millisecond) // a client waits a moment before it connects again
	}
	if len(w.pending) > 0 {
		w.ledger.trouble("writer %d gave up with %d messages not acknowledged", w.n, len(w.pending))
	}
}

// make adds a new message to what is pending.
func (w *writer) make() sent {
	w.made++
	m := sent{w.rooms[w.rand.IntN(len(w.rooms))], newClientID(), fmt.Sprintf("writer %d, message %d 报销", w.n, w.made), w.me.id}
	w.ledger.send(m)
	w.pending = append(w.pending, m)
	return m
}

// drop forgets a message that is acknowledged.
func (w *writer) drop(clientID string) {
	for i, m := range w.pending {
		if m.clientID == clientID {
			w.pending = append(w.pending[:i], w.pending[i+1:]...)
			return
		}
	}
}

// overStream writes until the connection breaks.
func (w *writer) overStream(life, stop context.Context) {
	s, _, err := openStream(w.me.base, w.me.token, streamOptions{heard: func(event) {}})
	if err != nil {
		return
	}
	defer s.close()
	h, err := s.hello(w.cursor)
	if err != nil {
		return
	}
	w.cursor = &h.Cursor
	type flight struct {
		m     sent
		reply <-chan reply
	}
	var flying []flight
	put := func(m sent) error {
		ch, err := s.ask("post", map[string]any{"conversation_id": m.conversation, "client_id": m.clientID,
			"content": content{Type: "text", Text: m.text}})
		flying = append(flying, flight{m, ch})
		return err
	}
	for _, m := range w.pending {
		if put(m) != nil {
			return
		}
	}
	for life.Err() == nil {
		for len(flying) < window && stop.Err() == nil {
			if put(w.make()) != nil {
				return
			}
		}
		if len(flying) == 0 {
			return
		}
		f := flying[0]
		flying = flying[1:]
		var r reply
		select {
		case r = <-f.reply:
		case <-s.ended:
			select {
			case r = <-f.reply: // an acknowledgement that came before the end counts
			default:
				return
			}
		}
		if !w.take(f.m, r) {
			return
		}
		w.sometimes(s, f.m)
		pause(time.Duration(w.rand.IntN(4)) * time.Millisecond) // many kills say more than many messages
	}
}

// take notes the reply to a post; false means: connect again and repeat.
func (w *writer) take(m sent, r reply) bool {
	if r.Error != nil {
		if r.Error.Code != "unavailable" {
			w.ledger.trouble("post refused: %+v", *r.Error)
			w.drop(m.clientID)
		}
		return false
	}
	var ok struct{ Seq, Rev int64 }
	if json.Unmarshal(r.OK, &ok) != nil || ok.Seq == 0 {
		w.ledger.trouble("an acknowledgement without seq: %s", r.OK)
		return false
	}
	w.ledger.ack(m.clientID, ack{ok.Seq, ok.Rev})
	w.drop(m.clientID)
	return true
}

// sometimes does now and then what clients do beside posting: read on, and repeat what was acknowledged long ago.
func (w *writer) sometimes(s *stream, m sent) {
	switch w.rand.IntN(40) {
	case 0:
		w.ledger.mu.Lock()
		seq := w.ledger.acked[m.clientID].seq
		w.ledger.mu.Unlock()
		if r, err := s.call("read", map[string]any{"conversation_id": m.conversation, "seq": seq}); err == nil && r.Error == nil {
			w.ledger.readAcked(w.me.id, m.conversation, seq)
		}
	case 1:
		r, err := s.call("post", map[string]any{"conversation_id": m.conversation, "client_id": m.clientID, "content": content{Type: "text", Text: m.text}})
		if err == nil {
			w.take(m, r)
		}
	}
}

// overHTTP sends what is pending and one new message, a request each.
func (w *writer) overHTTP(stop context.Context) {
	if stop.Err() == nil {
		w.make()
	}
	for _, m := range append([]sent(nil), w.pending...) {
		a, err := w.me.try("POST", "/api/v1/conversations/"+m.conversation+"/messages", postBody(m.clientID, m.text))
		if err != nil {
			return
		}
		var r reply
		if p := a.problem(); a.status >= 400 {
			r.Error = &p
		}
		r.OK = a.body
		if !w.take(m, r) {
			return
		}
	}
}

// unsentText says what a writer still has, for messages of failed tests.
func (w *writer) unsentText() string {
	var b strings.Builder
	for _, m := range w.pending {
		fmt.Fprintf(&b, "%s in %s; ", m.clientID, m.conversation)
	}
	return b.String()
}
