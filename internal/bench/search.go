package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"
)

// search is the scenario of one kind of query. Each band of frequency is measured by itself; the slowest has to keep the promise.
func search(id, what, kind string, limit float64) scenario {
	promise := "p99 ≤ 50, p50 ≤ 10"
	if limit > 50 {
		promise = "≤ 100"
	}
	return scenario{name: "search", filled: true,
		figure: Figure{ID: id, Name: "search over 1M messages, " + what + ": p99", Unit: "ms", CostUnit: "CPU-s/1M", Promise: promise},
		met:    func(r run) bool { return r.value <= limit && (limit > 50 || r.details["p50_ms"] <= 10) },
		run: func(ctx context.Context, b *session, _ int) (run, error) {
			s, err := b.filled(ctx)
			if err != nil {
				return run{}, err
			}
			return b.target.Search(ctx, s, kind, b.plan.Duration)
		}}
}

// Search measures one kind of query over the store, one query at a time: value is the p99 in ms of the slowest band of frequency.
func (t *Target) Search(ctx context.Context, s Store, kind string, d time.Duration) (out run, err error) {
	token := s.Token
	if kind == "absent" { // the word of a tenth of all messages, by somebody in whose only conversation it is not
		kind, token = "common", s.OneToken
	}
	out.details = map[string]float64{}
	bands := map[string][]Probe{}
	for _, p := range s.Probes {
		if p.Kind == kind {
			bands[p.Band] = append(bands[p.Band], p)
		}
	}
	stop, asked := t.measure(d), 0
	for name, probes := range bands {
		path := func(n int) string {
			return "/api/v1/search?limit=20&q=" + url.QueryEscape(probes[n%len(probes)].Word)
		}
		if _, err := t.ask(ctx, token, 1, 300*time.Millisecond, path); err != nil {
			return out, err
		}
		all, err := t.ask(ctx, token, 1, d/time.Duration(len(bands)), path)
		l := all.whole
		if err != nil {
			return out, err
		}
		var messages int64
		for _, p := range probes {
			messages += p.Messages
		}
		asked += len(l)
		out.value = max(out.value, l.at(99))
		out.details["p50_ms"] = max(out.details["p50_ms"], l.at(50))
		out.details[name+"_p50_ms"], out.details[name+"_p99_ms"] = l.at(50), l.at(99)
		out.details[name+"_percent"] = float64(messages) / float64(len(probes)) / float64(s.Messages) * 100
	}
	out.cost = perMillion(stop(), float64(asked))
	return out, nil
}

// freshEvery is how often [Target.Fresh] looks whether a word is found.
const freshEvery = 10 * time.Millisecond

// Fresh measures how long after the reply to a post its words are found, while others post at a rate: value is the p99 in ms.
func (t *Target) Fresh(ctx context.Context, prefix string, o SendOptions) (out run, err error) {
	people, err := t.People(ctx, o.Senders, 2) // who do not post otherwise
	if err != nil {
		return out, err
	}
	group, err := t.Group(ctx, prefix+"-probe", people)
	if err != nil {
		return out, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var l latencies
	var failed error
	var probing sync.WaitGroup
	probing.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			took, err := t.untilFound(ctx, group, people, fmt.Sprintf("fresh%dx%d", time.Now().UnixNano(), n))
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				failed = err
				return
			}
			l = append(l, took)
		}
	})
	sent, err := t.Send(ctx, prefix, o)
	stop()
	probing.Wait()
	if err = errors.Join(err, failed); err != nil {
		return out, err
	}
	return run{value: l.at(99), details: map[string]float64{"p50_ms": l.at(50), "max_ms": l.at(100), "probes": float64(len(l)), "msg_per_s": sent.value,
		"reply_p99_ms": sent.details["reply_p99_ms"]}}, nil
}

// untilFound posts a word and returns how long after the reply the other person finds it.
func (t *Target) untilFound(ctx context.Context, group string, people []Person, word string) (time.Duration, error) {
	body := map[string]any{"client_id": uuid7(time.Now()), "content": map[string]string{"type": "text", "text": "is this " + word + " there"}}
	if err := t.call(ctx, "POST", "/api/v1/conversations/"+group+"/messages", people[0].Token, body, nil); err != nil {
		return 0, err
	}
	began := time.Now()
	for {
		var page struct {
			Items []struct{} `json:"items"`
		}
		if err := t.call(ctx, "GET", "/api/v1/search?limit=20&q="+word, people[1].Token, nil, &page); err != nil {
			return 0, err
		}
		if len(page.Items) == 1 {
			return time.Since(began), nil
		}
		if time.Since(began) > 30*time.Second {
			return 0, fmt.Errorf("%s is not found after 30 s", word)
		}
		time.Sleep(freshEvery)
	}
}
