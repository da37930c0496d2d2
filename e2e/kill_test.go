package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestKill kills the server again and again while people write (reference: promise 1, 5, 7, 8, 9).
func TestKill(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killLoop(t, db.SQLite, killPlan{kills: 100, shortest: 50 * time.Millisecond, longest: 800 * time.Millisecond})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killLoop(t, db.Postgres, killPlan{kills: 20, shortest: 200 * time.Millisecond, longest: 1500 * time.Millisecond})
	})
}

// killPlan says how often and how fast.
type killPlan struct {
	kills             int
	shortest, longest time.Duration // life of the server between two kills
}

const (
	killWriters = 8 // people who write, with two connections each
	killRooms   = 3
)

func killLoop(t *testing.T, engine db.Engine, plan killPlan) {
	s := start(t, options{engine: engine, bench: true})
	people := s.benchPeople(0, killWriters+2) // the last two only read
	rooms := make([]string, killRooms)
	for i := range rooms {
		var out struct{ ID string }
		s.anonymous().must("POST", "/api/v1/bench/conversations", map[string]any{"name": fmt.Sprintf("kill %d", i), "members": ids(people)}, &out)
		rooms[i] = out.ID
	}

	l := newLedger()
	stop, stopNow := context.WithCancel(t.Context())
	life, lifeEnds := context.WithCancel(t.Context())
	defer lifeEnds()
	var clients sync.WaitGroup
	writers := make([]*writer, 0, 2*killWriters)
	for i := range 2 * killWriters {
		w := newWriter(people[i%killWriters], i, rooms, l)
		writers = append(writers, w)
		clients.Go(func() { w.run(life, stop) })
	}
	watcher := newObserver(people[killWriters], rooms, l)
	watching, endWatch := context.WithCancel(t.Context())
	defer endWatch()
	var watch sync.WaitGroup
	watch.Go(func() { watcher.run(watching) })

	chaos(t, s, plan)
	stopNow()
	finished := make(chan struct{})
	go func() { clients.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(patience):
		lifeEnds()
		<-finished
		for _, w := range writers {
			if len(w.pending) > 0 {
				t.Errorf("writer %d could not send %s", w.n, w.unsentText())
			}
		}
	}
	endWatch()
	watch.Wait()

	t.Logf("%d kills, %d messages acknowledged, %d events heard", plan.kills, l.acks(), watcher.events)
	if l.acks() < plan.kills {
		t.Errorf("%d acknowledged messages are too few to say anything", l.acks())
	}
	verifyKilled(t, s, l, people, rooms, watcher)
}

// chaos kills and restarts, sometimes again before the server is ready.
func chaos(t *testing.T, s *server, plan killPlan) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for k := range plan.kills {
		pause(plan.shortest + time.Duration(r.Int64N(int64(plan.longest-plan.shortest))))
		s.kill()
		if k%7 == 6 { // and while it recovers
			if err := s.launch(); err != nil {
				t.Fatal(err)
			}
			pause(time.Duration(r.IntN(120)) * time.Millisecond)
			s.kill()
		}
		if err := s.run(); err != nil {
			t.Fatalf("after kill %d: %v", k+1, err)
		}
	}
}

// verifyKilled compares everything that can be read with what was promised.
func verifyKilled(t *testing.T, s *server, l *ledger, people []*client, rooms []string, watcher *observer) {
	t.Helper()
	for _, room := range rooms {
		history := people[0].history(room)
		for _, trouble := range l.verify(room, history) {
			t.Error(trouble)
		}
		for _, p := range people[1:] {
			if other := p.history(room); order(other) != order(history) {
				t.Errorf("%s reads another order of %s", p.name, room)
			}
		}
		for _, p := range people {
			wantUnread(t, l, p, room, history)
		}
		wantWatched(t, watcher, room, history)
	}
	for _, trouble := range l.troubles {
		t.Error(trouble)
	}
	if code, took := s.terminate(); code != 0 || took > 10*time.Second {
		t.Errorf("the server ended with %d after %v", code, took)
	}
	if text, err := s.onData("audit", "verify"); err != nil || !strings.Contains(text, "Evidence: sound.") {
		t.Errorf("audit verify: %v\n%s", err, text)
	}
}

// order is a history as one text, to compare what different people read.
func order(history []message) string {
	var b strings.Builder
	for _, m := range history {
		fmt.Fprintln(&b, m.Seq, m.ClientID, m.Content.Text)
	}
	return b.String()
}

// wantUnread recounts a person's unread messages.
func wantUnread(t *testing.T, l *ledger, p *client, room string, history []message) {
	t.Helper()
	h := p.head(room)
	if h.LastSeq != int64(len(history)) {
		t.Errorf("last_seq of %s is %d, and there are %d messages", room, h.LastSeq, len(history))
	}
	if acked := l.read[[2]string{p.id, room}]; h.ReadSeq < acked {
		t.Errorf("%s had read %s up to %d, now it is %d", p.name, room, acked, h.ReadSeq)
	}
	var want int64
	for _, m := range history {
		if m.Seq > h.ReadSeq && m.Content.Type != "system" && m.Sender.ID != p.id {
			want++
		}
	}
	if h.Unread != want {
		t.Errorf("%s has %d unread in %s, want %d (read up to %d of %d)", p.name, h.Unread, room, want, h.ReadSeq, h.LastSeq)
	}
}

// wantWatched compares what the observer collected through all the cuts.
func wantWatched(t *testing.T, o *observer, room string, history []message) {
	t.Helper()
	o.session(canceled()) // a last hello: what came after the last event is found by the cursor
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.whole[room] != int64(len(history)) || len(o.logs[room]) != len(history) {
		t.Errorf("the observer has %d messages of %s, complete up to %d; there are %d", len(o.logs[room]), room, o.whole[room], len(history))
	}
	for _, m := range history {
		if got := o.logs[room][m.Seq]; got != m.ClientID {
			t.Errorf("the observer saw %q at %d of %s, history has %q", got, m.Seq, room, m.ClientID)
			return
		}
	}
}

// canceled is a context that is over.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
