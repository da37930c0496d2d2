package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	lifePeople = 10
	lifePause  = 400 * time.Millisecond // of each, between two acts
)

// life is what a few people do beside those who post: they read what was, search, come and go, edit, recall, react.
type life struct {
	t       *Target
	members []Person // member i may read group i
	groups  []string
	people  []Person // who are in a group of their own
	own     string
	from    int // number of the first of people
	words   []Probe

	failed atomic.Int64
	// mu guards the fields below.
	mu    sync.Mutex
	done  map[string]int64 // acts by kind
	first error
}

func newLife(ctx context.Context, t *Target, members []Person, groups []string) (*life, error) {
	l := &life{t: t, members: members, groups: groups, from: len(members), words: NewVocabulary(1).Probes(), done: map[string]int64{}}
	var err error
	if l.people, err = t.People(ctx, l.from, lifePeople); err != nil {
		return nil, err
	}
	l.own, err = t.Group(ctx, "soak-life", l.people)
	return l, err
}

// run lives until ctx ends.
func (l *life) run(ctx context.Context) {
	var wg sync.WaitGroup
	for i := range l.people {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(i)))
			for turn := i; ctx.Err() == nil; turn++ {
				l.act(ctx, i, turn, rng)
				select {
				case <-ctx.Done():
				case <-time.After(lifePause):
				}
			}
		})
	}
	wg.Wait()
}

// act does the next of all kinds in turn.
func (l *life) act(ctx context.Context, i, turn int, rng *rand.Rand) {
	kinds := []struct {
		name string
		do   func(ctx context.Context, i int, rng *rand.Rand) error
	}{{"history", l.history}, {"search", l.search}, {"visit", l.visit}, {"change", l.change}, {"react", l.react}, {"list", l.list}}
	k := kinds[turn%len(kinds)]
	err := k.do(context.WithoutCancel(ctx), i, rng) // what was begun is ended
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[k.name]++
	if err != nil {
		l.failed.Add(1)
		if l.first == nil {
			l.first = fmt.Errorf("%s: %w", k.name, err)
		}
	}
}

// fault returns the first error.
func (l *life) fault() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

func (l *life) counts() map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.done)
}

// items are messages of which the seq is of interest.
type items struct {
	Items []struct {
		Seq int64 `json:"seq"`
	} `json:"items"`
}

// newest returns the seq of the newest message of a group.
func (l *life) newest(ctx context.Context, g int) (int64, error) {
	var page items
	err := l.t.call(ctx, "GET", "/api/v1/conversations/"+l.groups[g]+"/messages?limit=1", l.members[g].Token, nil, &page)
	if err != nil || len(page.Items) == 0 {
		return 0, err
	}
	return page.Items[0].Seq, nil
}

// history reads three pages, from any place on.
func (l *life) history(ctx context.Context, _ int, rng *rand.Rand) error {
	g := rng.IntN(len(l.groups))
	newest, err := l.newest(ctx, g)
	before := 1 + rng.Int64N(newest+1)
	for range 3 {
		if err != nil || before <= 1 {
			return err
		}
		var page items
		err = l.t.call(ctx, "GET", fmt.Sprintf("/api/v1/conversations/%s/messages?limit=50&before=%d", l.groups[g], before), l.members[g].Token, nil, &page)
		before -= 50
	}
	return err
}

// search looks for a word as somebody who is in ten of the groups.
func (l *life) search(ctx context.Context, _ int, rng *rand.Rand) error {
	word := l.words[rng.IntN(len(l.words))].Word
	return l.t.call(ctx, "GET", "/api/v1/search?limit=20&q="+url.QueryEscape(word), l.members[rng.IntN(len(l.members))].Token, nil, nil)
}

// visit signs in, opens a stream, listens for a while and signs out.
func (l *life) visit(ctx context.Context, i int, _ *rand.Rand) error {
	who, err := l.t.People(ctx, l.from+i, 1)
	if err != nil {
		return err
	}
	c, err := l.t.dial(who[0].Token)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	if _, err = c.hello(""); err == nil {
		go func() { _ = c.read(); close(ended) }() // ends with the connection
		time.Sleep(time.Second)
	} else {
		close(ended)
	}
	err = errors.Join(err, c.net.Close())
	<-ended
	return errors.Join(err, l.t.call(ctx, "DELETE", "/api/v1/sessions/current", who[0].Token, nil, nil))
}

// change posts, edits what was posted, and recalls it.
func (l *life) change(ctx context.Context, i int, _ *rand.Rand) error {
	content := func(text string) map[string]string { return map[string]string{"type": "text", "text": text} }
	path, token := "/api/v1/conversations/"+l.own+"/messages", l.people[i].Token
	var posted struct {
		Seq int64 `json:"seq"`
	}
	err := l.t.call(ctx, "POST", path, token, map[string]any{"client_id": uuid7(time.Now()), "content": content(text200)}, &posted)
	if err != nil {
		return err
	}
	one := fmt.Sprintf("%s/%d", path, posted.Seq)
	if err := l.t.call(ctx, "PATCH", one, token, map[string]any{"content": content(text200[:100])}, nil); err != nil {
		return err
	}
	return l.t.call(ctx, "DELETE", one, token, nil, nil)
}

// react puts an emoji on a new message of a busy group and takes every second one away.
func (l *life) react(ctx context.Context, _ int, rng *rand.Rand) error {
	g := rng.IntN(len(l.groups))
	newest, err := l.newest(ctx, g)
	if err != nil || newest == 0 {
		return err
	}
	path := fmt.Sprintf("/api/v1/conversations/%s/messages/%d/reactions/%s", l.groups[g], newest, url.PathEscape("👍"))
	if err := l.t.call(ctx, "PUT", path, l.members[g].Token, nil, nil); err != nil || rng.IntN(2) == 0 {
		return err
	}
	return l.t.call(ctx, "DELETE", path, l.members[g].Token, nil, nil)
}

// list loads the conversations of somebody and reads one of them to its end.
func (l *life) list(ctx context.Context, _ int, rng *rand.Rand) error {
	type head struct {
		ID      string `json:"id"`
		LastSeq int64  `json:"last_seq"`
	}
	var page struct {
		Items []head `json:"items"`
	}
	token := l.members[rng.IntN(len(l.members))].Token
	if err := l.t.call(ctx, "GET", "/api/v1/conversations?limit=200", token, nil, &page); err != nil {
		return err
	}
	at := slices.IndexFunc(page.Items, func(c head) bool { return c.LastSeq > 0 })
	if at < 0 {
		return nil
	}
	c := page.Items[at]
	return l.t.call(ctx, "PUT", "/api/v1/conversations/"+c.ID+"/read", token, map[string]int64{"seq": c.LastSeq}, nil)
}
