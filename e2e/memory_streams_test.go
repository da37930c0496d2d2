package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestSmallMemoryHoldsConnections: more streams that do not read, idle connections and bodies that never end than 256 MiB can hold: one more
// of each is refused with 503 and Retry-After, nothing is killed, and afterwards there is room again.
func TestSmallMemoryHoldsConnections(t *testing.T) {
	t.Parallel()
	const each, persons, idle, bodies = 100, 46, 1_200, 400
	opt, boxed := small(t)
	opt.bench = true
	s := start(t, opt)
	people := s.benchPeople(0, persons)
	group := people[0].group("everybody", ids(people[1:])...)
	h := &hoarder{s: s, t: t}
	defer h.leave()

	var streams sync.WaitGroup
	for _, p := range people { // 4,600; the plan for 256 MiB has room for 4,096
		streams.Go(func() {
			for range each {
				h.stream(p)
			}
		})
	}
	streams.Wait()
	if h.refused.Load() == 0 || h.kept() < 1_000 {
		t.Errorf("%d streams are open, %d were refused", h.kept(), h.refused.Load())
	}
	t.Logf("%d streams are open, %d were refused", h.kept(), h.refused.Load())

	var load sync.WaitGroup
	text := strings.Repeat("很长的一段话。", 2_000) // 42 KB to each of the streams
	var posted, shed atomic.Int64
	for range 4 {
		load.Go(func() {
			for range 12 {
				got, err := people[0].try("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), text))
				switch {
				case err != nil || got.status == 503:
					shed.Add(1)
				case got.status == 201:
					posted.Add(1)
				default:
					t.Errorf("a post: %d %s", got.status, got.body)
				}
			}
		})
		load.Go(func() {
			for n := range 12 {
				got, err := people[1].try("GET", "/api/v1/search"+query("q", "很长 一段", "limit", fmt.Sprint(20+n)), nil)
				if err == nil && got.status >= 500 && got.status != 503 {
					t.Errorf("a search: %d %s", got.status, got.body)
				}
			}
		})
	}
	load.Go(func() { h.bodies(people[2], bodies) })
	load.Wait()
	t.Logf("%d posts were stored, %d refused", posted.Load(), shed.Load())
	h.idle(idle)

	select {
	case <-s.exited:
		t.Fatalf("the server has ended: %v", s.exit)
	default:
	}
	if peak := peakMemory(t, s.cmd.Process.Pid); !boxed && peak > smallLimit {
		t.Errorf("%d MB were in use", peak>>20)
	}
	h.leave()
	eventually(t, "there is room again", func() bool {
		got, err := people[3].try("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), "after"))
		return err == nil && got.status == 201
	})
}

// hoarder opens connections and keeps them.
type hoarder struct {
	s *server
	t *testing.T

	mu      sync.Mutex // guards conns
	conns   []net.Conn
	refused atomic.Int64
}

func (h *hoarder) kept() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// open sends text on a new connection and keeps it if it is answered with a status of success, or not at all while wait.
func (h *hoarder) open(text string, answered func(status int) bool) {
	w := h.s.dial()
	w.write([]byte(text))
	got, err := w.response()
	switch {
	case err != nil:
		_ = w.conn.Close() // told no more than that
	case got.status == http.StatusServiceUnavailable:
		h.refused.Add(1)
		if got.header.Get("Retry-After") == "" || got.code() != "unavailable" {
			h.t.Errorf("refused without Retry-After or code: %v %s", got.header, got.body)
		}
		_ = w.conn.Close()
	case answered(got.status):
		h.mu.Lock()
		h.conns = append(h.conns, w.conn)
		h.mu.Unlock()
	default:
		h.t.Errorf("answered %d %s", got.status, got.body)
	}
}

// stream opens a stream of p, says hello and never reads again.
func (h *hoarder) stream(p *client) {
	h.open("GET /api/v1/stream HTTP/1.1\r\nHost: "+h.s.addr+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xinshu.v1\r\nAuthorization: Bearer "+p.token+"\r\n\r\n"+
		string(maskedFrame(opText, []byte(`{"id":1,"op":"hello","in":{}}`))), func(status int) bool { return status == 101 })
}

// idle opens connections that have asked once and are silent; the server keeps no more than its memory allows.
func (h *hoarder) idle(n int) {
	before := h.refused.Load()
	for range n {
		h.open("GET /health/live HTTP/1.1\r\nHost: "+h.s.addr+"\r\n\r\n", func(status int) bool { return status == 200 })
	}
	if h.refused.Load() == before {
		h.t.Errorf("%d idle connections and none was refused", n)
	}
}

// bodies sends nearly whole bodies of 1 MB at once and waits for what is said to them.
func (h *hoarder) bodies(p *client, n int) {
	body, err := json.Marshal(map[string]string{"q": strings.Repeat("x", 1_000_000)})
	if err != nil {
		h.t.Error(err)
	}
	before := h.refused.Load()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			w := h.s.dial()
			defer w.conn.Close()
			_, _ = io.WriteString(w.conn, fmt.Sprintf("POST /api/v1/conversations HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
				h.s.addr, p.token, len(body)+1)) // refused meanwhile: the answer tells
			w.write(body)
			_ = w.conn.SetReadDeadline(time.Now().Add(3 * time.Second)) // what is granted is held that long
			if got, err := w.response(); err == nil && got.status == http.StatusServiceUnavailable {
				h.refused.Add(1)
			}
		})
	}
	all.Wait()
	if h.refused.Load() == before {
		h.t.Errorf("%d MB of bodies and none was refused", n)
	}
}

func (h *hoarder) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		_ = c.Close()
	}
	h.conns = nil
}
