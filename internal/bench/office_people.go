package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// colleague is a person at work, connected by the stream.
type colleague struct {
	Person
	rooms   []*officeRoom
	answers chan streamAnswer

	// busy is held by the act under way, of which a person does one at a time; it guards the fields below.
	busy   sync.Mutex
	conn   *desk
	next   int // id of the last request
	cursor string
	room   *officeRoom // on screen
}

// desk is a connection that may be left on purpose.
type desk struct {
	*conn
	left atomic.Bool
}

// officeRoom is a group of the office.
type officeRoom struct {
	id      string
	members []*colleague
	last    atomic.Int64 // seq of the newest message, as far as posts were answered
}

type streamAnswer struct {
	id   int
	ok   bool
	text []byte
}

const (
	officeDepartment = 50   // people
	officeProject    = 20   // people
	officeProjects   = 15   // of each person
	officeTexts      = 4096 // different ones
	officeHistory    = 60   // messages of a group before the day begins: more than a page
)

// openOffice makes people and their groups, has them come to work, and gives each group a history.
func (t *Target) openOffice(ctx context.Context, prefix string, o OfficeOptions) (_ *office, err error) {
	n := o.People
	people, err := t.People(ctx, 200, n) // not those of the filled store
	if err != nil {
		return nil, err
	}
	of := &office{target: t, byAct: map[string]latencies{}, from: time.Now().AddDate(1, 0, 0), until: time.Now().AddDate(1, 0, 0)}
	words := NewVocabulary(1)
	for range officeTexts {
		of.texts = append(of.texts, words.Text(true))
	}
	for _, p := range o.Probes {
		of.queries = append(of.queries, p.Word)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, of.close())
		}
	}()
	for _, p := range people {
		of.people = append(of.people, &colleague{Person: p, answers: make(chan streamAnswer, 4)})
	}
	for _, members := range officeGroups(of.people) {
		r := &officeRoom{members: members}
		who := make([]Person, len(members))
		for i, p := range members {
			who[i], p.rooms = p.Person, append(p.rooms, r)
		}
		if r.id, err = t.Group(ctx, fmt.Sprintf("%s-%d", prefix, len(of.rooms)), who); err != nil {
			return nil, err
		}
		of.rooms = append(of.rooms, r)
	}
	if err := each(n, 32, func(i int) error { return of.enter(ctx, of.people[i]) }); err != nil {
		return nil, err
	}
	return of, each(len(of.rooms), 64, func(i int) error {
		r, rng := of.rooms[i], rand.New(rand.NewPCG(uint64(i), 3))
		for range officeHistory {
			p := r.members[rng.IntN(len(r.members))]
			p.busy.Lock()
			err := of.post(ctx, p, r, rng, time.Now())
			p.busy.Unlock()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// officeGroups says who is with whom: everybody, departments, and projects across departments.
func officeGroups(people []*colleague) (groups [][]*colleague) {
	n := len(people)
	groups = append(groups, people)
	for from := 0; from < n; from += officeDepartment {
		groups = append(groups, people[from:min(from+officeDepartment, n)])
	}
	rng := rand.New(rand.NewPCG(4, uint64(n)))
	for range officeProjects {
		order := rng.Perm(n)
		for from := 0; from < n; from += officeProject {
			var members []*colleague
			for _, i := range order[from:min(from+officeProject, n)] {
				members = append(members, people[i])
			}
			groups = append(groups, members)
		}
	}
	return groups
}

// somewhere picks a group of p: mostly projects, sometimes the department, seldom everybody.
func (p *colleague) somewhere(rng *rand.Rand) *officeRoom {
	switch n := rng.IntN(100); {
	case n < 2:
		return p.rooms[0]
	case n < 20:
		return p.rooms[min(1, len(p.rooms)-1)]
	default:
		return p.rooms[rng.IntN(len(p.rooms))]
	}
}

// enter connects p, or connects again, as a client does: with the cursor of last time, and the whole list when too much is new.
func (of *office) enter(ctx context.Context, p *colleague) error {
	if p.conn != nil {
		p.conn.left.Store(true)
		_ = p.conn.net.Close() // its reader ends
	}
	c, err := of.target.dial(p.Token)
	if err != nil {
		return err
	}
	answer, err := c.hello(p.cursor)
	if err != nil {
		return errors.Join(err, c.net.Close())
	}
	var hello struct {
		OK struct {
			Cursor string `json:"cursor"`
			Full   bool   `json:"full"`
		} `json:"ok"`
	}
	if err := json.Unmarshal(answer, &hello); err != nil {
		return errors.Join(err, c.net.Close())
	}
	d := &desk{conn: c}
	p.conn, p.cursor, p.next = d, hello.OK.Cursor, 1
	c.onEvent = of.hear
	c.onReply = func(id int, ok bool, text []byte, _ time.Time) {
		select {
		case p.answers <- streamAnswer{id, ok, bytes.Clone(text)}:
		default: // nobody waits for it any more
		}
	}
	go func() {
		if err := c.read(); !d.left.Load() {
			of.mu.Lock()
			defer of.mu.Unlock()
			of.failed++
			if of.oddity == nil {
				of.oddity = fmt.Errorf("a stream ended: %w", err)
			}
		}
	}()
	if hello.OK.Full {
		return of.target.call(ctx, "GET", "/api/v1/conversations?limit=200", p.Token, nil, nil)
	}
	return nil
}

// hear takes an event: when a message of ours comes, its way is measured.
func (of *office) hear(text []byte, at time.Time) {
	if !bytes.HasPrefix(text, []byte(`{"event":"message","`)) {
		return
	}
	_, rest, _ := bytes.Cut(text, []byte(`"client_id":"`))
	if len(rest) < 36 {
		return
	}
	due, ok := of.posted.Load(string(rest[:36]))
	if !ok || due.(int64) < of.from.UnixNano() {
		return
	}
	of.mu.Lock()
	of.delivered = append(of.delivered, time.Duration(at.UnixNano()-due.(int64)))
	of.mu.Unlock()
}

// ask sends one operation over p's stream and waits for the answer; busy is held.
func (p *colleague) ask(ctx context.Context, op string, in any) ([]byte, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	p.next++
	if err := p.conn.request(p.next, op, string(text)); err != nil {
		return nil, err
	}
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		select {
		case a := <-p.answers:
			if a.id != p.next {
				continue // of an operation that nobody waits for
			}
			if !a.ok {
				return nil, streamError(op, a.text)
			}
			return a.text, nil
		case <-late.C:
			return nil, errors.New("no answer within a minute")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// streamError is an answer of the stream that is no success.
func streamError(op string, text []byte) error {
	var out struct {
		Error struct {
			Status int `json:"status"`
		} `json:"error"`
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return fmt.Errorf("%s: %s", op, text)
	}
	return &answerError{op, out.Error.Status, string(text)}
}

// close has everybody go home.
func (of *office) close() error {
	for _, p := range of.people {
		if p.conn != nil {
			p.conn.left.Store(true)
			_ = p.conn.net.Close() // the reader sees it
		}
	}
	return nil
}
