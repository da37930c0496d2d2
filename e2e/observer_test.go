package e2e

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"
)

// observer is a member who only reads, as a client does that keeps everything it ever saw: events, and what it finds it
// missed. It relies on what the protocol promises and on nothing else: hello names the conversations that changed, seq has
// no holes, what was seen once never changes and never goes away.
type observer struct {
	me     *client
	ledger *ledger

	mu     sync.Mutex // guards the fields below
	cursor *string
	logs   map[string]map[int64]string // conversation → seq → client_id
	whole  map[string]int64            // conversation → up to here nothing is missing
	events int
}

func newObserver(me *client, rooms []string, l *ledger) *observer {
	o := &observer{me: me, ledger: l, logs: map[string]map[int64]string{}, whole: map[string]int64{}}
	for _, r := range rooms {
		o.logs[r] = map[int64]string{}
	}
	return o
}

// run connects again and again until stop is done, then once more.
func (o *observer) run(stop context.Context) {
	for stop.Err() == nil {
		o.session(stop)
		pause(10 * time.Millisecond)
	}
}

// session is one connection.
func (o *observer) session(stop context.Context) {
	seen := o.newest()
	last := map[string]int64{} // largest seq of an event of this connection
	s, _, err := openStream(o.me.base, o.me.token, streamOptions{heard: func(e event) { o.hear(e, last) }})
	if err != nil {
		return
	}
	defer s.close()
	if o.catchUp(s, seen) != nil {
		return
	}
	select {
	case <-s.ended:
	case <-stop.Done():
	}
}

func (o *observer) hear(e event, last map[string]int64) {
	var m message
	if e.Event != "message" || json.Unmarshal(e.Data, &m) != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events++
	if m.Seq <= last[m.ConversationID] {
		o.ledger.trouble("event of seq %d after %d in %s on one connection", m.Seq, last[m.ConversationID], m.ConversationID)
	}
	last[m.ConversationID] = m.Seq
	o.note(m)
}

// note keeps a message; the caller holds mu.
func (o *observer) note(m message) {
	log := o.logs[m.ConversationID]
	if log == nil {
		o.ledger.trouble("a message of a conversation that the observer is not in: %+v", m)
		return
	}
	if old, ok := log[m.Seq]; ok && old != m.ClientID {
		o.ledger.trouble("seq %d of %s was %s and is %s", m.Seq, m.ConversationID, old, m.ClientID)
	}
	log[m.Seq] = m.ClientID
	for {
		if _, ok := log[o.whole[m.ConversationID]+1]; !ok {
			break
		}
		o.whole[m.ConversationID]++
	}
}

// newest returns the largest seq that was seen of each conversation.
func (o *observer) newest() map[string]int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[string]int64{}
	for c, log := range o.logs {
		for seq := range log {
			out[c] = max(out[c], seq)
		}
	}
	return out
}

// catchUp says hello and fetches what is missing in the conversations that changed. seen is what was known before: a server
// that came back must not have forgotten any of it.
func (o *observer) catchUp(s *stream, seen map[string]int64) error {
	o.mu.Lock()
	cursor := o.cursor
	o.mu.Unlock()
	h, err := s.hello(cursor)
	if err != nil {
		return err
	}
	heads := h.Heads
	if h.Full {
		var page struct{ Items []head }
		a, err := o.me.try("GET", "/api/v1/conversations", nil)
		if err != nil || a.status != 200 || json.Unmarshal(a.body, &page) != nil {
			return errNoReply
		}
		heads = page.Items
	}
	for _, c := range heads {
		if c.LastSeq < seen[c.ID] {
			o.ledger.trouble("seq %d of %s was seen, and now the newest is %d", seen[c.ID], c.ID, c.LastSeq)
		}
		if err := o.repair(c); err != nil {
			return err // the old cursor stays: next time the same conversations are named
		}
	}
	o.mu.Lock()
	o.cursor = &h.Cursor
	o.mu.Unlock()
	return nil
}

// repair fetches what is missing up to the head's newest message.
func (o *observer) repair(c head) error {
	for {
		o.mu.Lock()
		after := o.whole[c.ID]
		o.mu.Unlock()
		if after >= c.LastSeq {
			return nil
		}
		q := query("limit", "200", "around", "1")
		if after > 0 {
			q = query("limit", "200", "after", strconv.FormatInt(after, 10))
		}
		a, err := o.me.try("GET", "/api/v1/conversations/"+c.ID+"/messages"+q, nil)
		if err != nil || a.status != 200 {
			return errNoReply
		}
		var page struct{ Items []message }
		if err := json.Unmarshal(a.body, &page); err != nil {
			return err
		}
		o.mu.Lock()
		for _, m := range page.Items {
			o.note(m)
		}
		moved := o.whole[c.ID] > after
		o.mu.Unlock()
		if !moved {
			o.ledger.trouble("after seq %d of %s nothing comes, and the newest is %d", after, c.ID, c.LastSeq)
			return nil
		}
	}
}
