package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestRateOfOnePerson: who sends too much is told to wait, and who does not listen is closed with 4008; another stream of the same
// person stays, and another person notices nothing.
func TestRateOfOnePerson(t *testing.T) {
	t.Parallel()
	co := found(t, options{limited: true})
	c, other := co.hire("anna"), co.hire("bert")
	calm, hers := c.stream(), other.stream()
	w := co.upgrade(c.token)
	w.write(bytes.Repeat(maskedFrame(opText, []byte(`{"id":1,"op":"ping"}`)), 2_000))
	told := w.wantText("too much", `"code":"rate_limited"`)
	if !strings.Contains(told, `"retry_after":1`) || !strings.Contains(told, `"status":429`) {
		t.Errorf("told %s", told)
	}
	w.wantClose("does not listen", 4008)
	if r, err := hers.call("ping", nil); err != nil || r.Error != nil {
		t.Errorf("another person: %+v %v", r, err)
	}
	eventually(t, "the other stream goes on", func() bool {
		r, err := calm.call("ping", nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Error == nil
	})
}

// TestAllowanceIsShared: two streams and HTTP of one person get no more together than one of them alone, and another person gets
// all of hers meanwhile.
func TestAllowanceIsShared(t *testing.T) {
	t.Parallel()
	const burst = 100
	co := found(t, options{limited: true, args: []string{"--person-rate", "5", "--person-burst", fmt.Sprint(burst)}})
	c, other := co.hire("anna"), co.hire("bert")
	one, two, hers := c.stream(), c.stream(), other.stream()
	began := time.Now()
	var mu sync.Mutex
	granted, refused := 0, 0
	count := func(code string) {
		mu.Lock()
		defer mu.Unlock()
		switch code {
		case "":
			granted++
		case "rate_limited":
			refused++
		default:
			t.Errorf("answered %s", code)
		}
	}
	var wg sync.WaitGroup
	for _, s := range []*stream{one, two} {
		wg.Go(func() {
			for range burst {
				r, err := s.call("ping", nil)
				if err != nil {
					t.Error(err)
					return
				}
				if r.Error == nil {
					count("")
				} else {
					count(r.Error.Code)
				}
			}
		})
	}
	wg.Go(func() {
		for range burst {
			a := c.do("GET", "/api/v1/me", nil)
			if a.status == 200 {
				count("")
				continue
			}
			if a.status != 429 || a.header.Get("Retry-After") != "1" {
				t.Errorf("refused with %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
			}
			count("rate_limited")
		}
	})
	wg.Wait()
	// Signing in and connecting have used a part of the allowance.
	if most := burst + int(time.Since(began).Seconds()*5) + 1; granted > most || refused == 0 {
		t.Errorf("granted %d, allowed %d, refused %d", granted, most, refused)
	}
	for range burst / 2 {
		if r, err := hers.call("ping", nil); err != nil || r.Error != nil {
			t.Fatalf("another person: %+v %v", r, err)
		}
	}
}

// TestStolenSessionCanBeEnded: a session that uses up all that its person may ask does not keep her from ending it.
func TestStolenSessionCanBeEnded(t *testing.T) {
	t.Parallel()
	co := found(t, options{limited: true, args: []string{"--person-rate", "1", "--person-burst", "20"}})
	c := co.hire("anna")
	stolen := co.signIn("anna")
	flood := func() {
		t.Helper()
		for range 100 {
			if stolen.do("GET", "/api/v1/me", nil).status == 429 {
				return
			}
		}
		t.Fatal("the flood is not refused")
	}
	flood()
	var list struct{ Items []struct{ ID string } }
	c.must("GET", "/api/v1/sessions", nil, &list)
	if len(list.Items) != 2 {
		t.Fatalf("sessions: %+v", list)
	}
	flood()
	c.must("POST", "/api/v1/sessions/current/proof", map[string]any{"password": password}, nil)
	c.must("PUT", "/api/v1/me/password", map[string]any{"current": password, "new": password + "!"}, nil)
	if a := stolen.do("GET", "/api/v1/sessions", nil); a.status != 401 {
		t.Errorf("the stolen session goes on: %d %s", a.status, a.body)
	}
	refused := 0
	for range 300 { // what ends sessions is bounded too
		if c.do("GET", "/api/v1/sessions", nil).status == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("a session may ask without a bound")
	}
}

// TestFloodOfPings: control frames are not free either: who sends them without end is closed, whether she reads the answers or not.
func TestFloodOfPings(t *testing.T) {
	t.Parallel()
	co := found(t, options{limited: true})
	c := co.hire("anna")
	flood := bytes.Repeat(maskedFrame(opPing, bytes.Repeat([]byte("x"), 125)), 20_000)
	reads := co.upgrade(c.token)
	go reads.write(flood)
	reads.wantClose("who reads", 4008)
	before := co.rss()
	var deaf []*wire
	for range 20 {
		w := co.upgrade(c.token)
		deaf = append(deaf, w)
		w.write(flood)
	}
	for _, w := range deaf {
		w.wantClose("who does not read", 4008)
	}
	if grown := co.rss() - before; grown > 20<<20 {
		t.Errorf("a flood of pings on 20 connections costs %d bytes", grown)
	}
	if r, err := c.stream().call("ping", nil); err != nil || r.Error != nil {
		t.Errorf("afterwards: %+v %v", r, err)
	}
}

// TestSlowReaders: clients that stop reading are closed with 4003, cost the server at most their queues, and do not delay the
// others (reference: promise 22).
func TestSlowReaders(t *testing.T) {
	t.Parallel()
	const slow, texts, length = 50, 400, 8_000
	s := start(t, options{bench: true})
	people := s.benchPeople(1, slow+2)
	sender, healthy := people[0], people[1]
	room := sender.group("room", ids(people[1:])...)
	hears := healthy.stream()
	var stuck []*wire
	for _, p := range people[2:] {
		w := s.upgrade(p.token)
		w.write(maskedFrame(opText, []byte(`{"id":1,"op":"hello","in":{}}`)))
		w.wantText("hello", `"id":1`)
		stuck = append(stuck, w)
	}
	posts := sender.stream()
	text := strings.Repeat("x", length)
	before, began := s.rss(), time.Now()
	for range texts {
		r, err := posts.call("post", map[string]any{"conversation_id": room, "client_id": newClientID(), "content": content{Type: "text", Text: text}})
		if err != nil || r.Error != nil {
			t.Fatalf("%+v %v", r, err)
		}
	}
	took := time.Since(began)
	eventually(t, "the healthy client hears everything", func() bool { return len(hears.eventsOf("message")) == texts })
	if grown := s.rss() - before; grown > slow*64<<10+30<<20 { // 30 MiB for the texts themselves, on their way and in the store's cache
		t.Errorf("%d clients that do not read cost %d bytes", slow, grown)
	}
	told := 0
	for i, w := range stuck { // who is told and does not even read that is cut after a while, which takes the rest away
		for err := error(nil); err == nil; {
			var code int
			if _, code, err = w.frame(); code == 4003 {
				told++
			} else if errors.Is(err, os.ErrDeadlineExceeded) || code != 0 {
				t.Errorf("slow client %d: %d %v", i, code, err)
			}
		}
	}
	if told == 0 && took < 4*time.Second {
		t.Error("no slow client was closed with 4003")
	}
	t.Logf("%d posts past %d stuck clients took %s", texts, slow, took)
}

// TestRemovedInAFlood: somebody is removed while people write as fast as they can; nothing that was posted after her removal
// reaches her, and nothing of it can be read by her (reference: promise 38).
func TestRemovedInAFlood(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		s := start(t, options{engine: engine, bench: true})
		people := s.benchPeople(1, 4)
		owner, writer, leaver := people[0], people[1], people[2]
		for round := range 8 {
			room := owner.group(fmt.Sprintf("room %d", round), ids(people[1:])...)
			hears, writes := leaver.stream(), writer.stream()
			stop := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if r, err := writes.call("post", map[string]any{"conversation_id": room, "client_id": newClientID(), "content": content{Type: "text", Text: "flood"}}); err != nil || r.Error != nil {
						t.Errorf("%+v %v", r, err)
						return
					}
				}
			})
			eventually(t, "the flood runs", func() bool { return len(hears.eventsOf("message")) > 20 })
			owner.must("DELETE", "/api/v1/conversations/"+room+"/members/"+leaver.id, nil, nil)
			if a := leaver.do("GET", "/api/v1/conversations/"+room+"/messages", nil); a.status != 404 {
				t.Errorf("reads after her removal: %d", a.status)
			}
			more := owner.head(room).LastSeq + 20
			eventually(t, "the flood goes on", func() bool { return owner.head(room).LastSeq > more })
			close(stop)
			wg.Wait()
			if _, err := hears.call("ping", nil); err != nil {
				t.Fatal(err)
			}
			var removal int64
			for _, m := range owner.history(room) {
				if m.Content.Kind == "removed" {
					removal = m.Seq
				}
			}
			if removal == 0 {
				t.Fatal("no message says that she was removed")
			}
			for _, e := range hears.eventsOf("message") {
				var m message
				if err := json.Unmarshal(e.Data, &m); err != nil {
					t.Fatal(err)
				}
				if m.ConversationID == room && m.Seq > removal {
					t.Errorf("round %d: hears %d, removed at %d", round, m.Seq, removal)
				}
			}
			hears.close()
			writes.close()
		}
	})
}
