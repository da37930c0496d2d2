package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answers are what a series of requests took: as the client sees it, and as the server says, as far as it does.
type answers struct {
	whole, server latencies
}

// ask sends GETs of paths in turn over a number of workers for a time.
func (t *Target) ask(ctx context.Context, token string, workers int, d time.Duration, path func(n int) string) (answers, error) {
	var mu sync.Mutex
	var all answers
	var failed error
	var wg sync.WaitGroup
	end := time.Now().Add(d)
	for w := range workers {
		wg.Go(func() {
			var mine answers
			for n := w; time.Now().Before(end) && ctx.Err() == nil; n += workers {
				began := time.Now()
				server, err := t.timed(ctx, path(n), token)
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				mine.whole = append(mine.whole, time.Since(began))
				if server > 0 {
					mine.server = append(mine.server, server)
				}
			}
			mu.Lock()
			all.whole, all.server = append(all.whole, mine.whole...), append(all.server, mine.server...)
			mu.Unlock()
		})
	}
	wg.Wait()
	return all, failed
}

// timed gets a path and returns how long the server says it took; 0 if it does not say.
func (t *Target) timed(ctx context.Context, path, token string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := t.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %d %.500s", path, resp.StatusCode, text)
	}
	_, took, _ := strings.Cut(resp.Trailer.Get("Server-Timing"), "dur=")
	ms, _ := strconv.ParseFloat(took, 64) // 0 when it says nothing
	return time.Duration(ms * float64(time.Millisecond)), err
}

// asked makes a run of answers: value is the whole requests' p99 in ms.
func asked(a answers, cpu time.Duration) run {
	return run{a.whole.at(99), perMillion(cpu, float64(len(a.whole))), map[string]float64{
		"p50_ms": a.whole.at(50), "requests": float64(len(a.whole)), "server_p50_ms": a.server.at(50), "server_p99_ms": a.server.at(99),
	}}
}

// peopleQueries are what is typed into the search for people: names, their sound, initials, beginnings.
var peopleQueries = []string{"张伟", "zhangwei", "zw", "wang", "李", "lina", "z", "chen", "欧阳", "bench-0000", "liuy", "赵敏", "wjing", "sun"}

// PeopleSearch measures people search: value is p99 in ms. The company has count people.
func (t *Target) PeopleSearch(ctx context.Context, count int, d time.Duration) (out run, err error) {
	people, err := t.People(ctx, 0, count)
	if err != nil {
		return out, err
	}
	token := people[0].Token
	path := func(n int) string {
		return "/api/v1/people?limit=20&q=" + url.QueryEscape(peopleQueries[n%len(peopleQueries)])
	}
	if _, err := t.ask(ctx, token, 1, 500*time.Millisecond, path); err != nil {
		return out, err
	}
	stop := t.measure(d)
	l, err := t.ask(ctx, token, 1, d, path)
	return asked(l, stop()), err
}

// History measures pages of 50 messages at places spread over a conversation: value is p99 of the server's time in ms, or of the
// whole requests when the server does not tell its own.
func (t *Target) History(ctx context.Context, s Store, d time.Duration) (out run, err error) {
	path := func(n int) string {
		at := 51 + int64(n)*7919%max(1, s.Longest-60)
		return fmt.Sprintf("/api/v1/conversations/%s/messages?limit=50&before=%d", s.LongestID, at)
	}
	if _, err := t.ask(ctx, s.Token, 1, 300*time.Millisecond, path); err != nil {
		return out, err
	}
	stop := t.measure(d)
	l, err := t.ask(ctx, s.Token, 1, d, path)
	out = asked(l, stop())
	if len(l.server) > 0 {
		out.details["request_p99_ms"] = out.value
		out.value = out.details["server_p99_ms"]
	}
	return out, err
}

// Hello measures a person with many conversations: the resume (value, p50 in ms) and the first time, which is hello and one
// compressed list.
func (t *Target) Hello(ctx context.Context, prefix string, conversations, rounds int) (out run, err error) {
	people, err := t.People(ctx, 0, 10)
	if err != nil {
		return out, err
	}
	ids := make([]string, conversations)
	for i := range conversations {
		if ids[i], err = t.Group(ctx, fmt.Sprintf("%s-%d", prefix, i), people); err != nil {
			return out, err
		}
	}
	return t.hello(ctx, people[0], people[1], ids, rounds)
}

// hello is [Target.Hello] of a person with the conversations ids, into which the poster writes meanwhile.
func (t *Target) hello(ctx context.Context, person, poster Person, ids []string, rounds int) (out run, err error) {
	var resume, first latencies
	var wire, resumeBytes int
	cursor := ""
	for range rounds {
		c, err := t.dial(person.Token)
		if err != nil {
			return out, err
		}
		began := time.Now()
		answer, err := c.hello("")
		if err == nil {
			var n int
			n, err = t.compressed(ctx, person.Token, "/api/v1/conversations?limit=1000")
			wire = n + len(answer)
		}
		first = append(first, time.Since(began))
		_ = c.net.Close()
		if err != nil {
			return out, err
		}
		var ok struct {
			OK struct {
				Cursor string `json:"cursor"`
			} `json:"ok"`
		}
		if err := json.Unmarshal(answer, &ok); err != nil {
			return out, err
		}
		cursor = ok.OK.Cursor
	}
	t.measure(time.Second)
	for i := range rounds {
		// Something happened in one conversation meanwhile.
		body := map[string]any{"client_id": uuid7(time.Now()), "content": map[string]string{"type": "text", "text": text200}}
		if err := t.call(ctx, "POST", "/api/v1/conversations/"+ids[i%len(ids)]+"/messages", poster.Token, body, nil); err != nil {
			return out, err
		}
		c, err := t.dial(person.Token)
		if err != nil {
			return out, err
		}
		began := time.Now()
		answer, err := c.hello(cursor)
		resume = append(resume, time.Since(began))
		resumeBytes = len(answer)
		_ = c.net.Close()
		if err != nil {
			return out, err
		}
		var ok struct {
			OK struct {
				Cursor string `json:"cursor"`
				Full   bool   `json:"full"`
			} `json:"ok"`
		}
		if err := json.Unmarshal(answer, &ok); err != nil {
			return out, err
		}
		if ok.OK.Full {
			return out, errors.New("the resume was answered with full")
		}
		cursor = ok.OK.Cursor
	}
	return run{value: resume.at(50), details: map[string]float64{
		"resume_p99_ms": resume.at(99), "resume_bytes": float64(resumeBytes),
		"first_p50_ms": first.at(50), "first_p99_ms": first.at(99), "first_wire_bytes": float64(wire),
	}}, nil
}

// compressed returns the size of an answer as it travels.
func (t *Target) compressed(ctx context.Context, token, path string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", t.URL+path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := t.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Content-Encoding"), "gzip")) {
		err = fmt.Errorf("GET %s: %s, encoding %q", path, resp.Status, resp.Header.Get("Content-Encoding"))
	}
	return int(n), err
}
