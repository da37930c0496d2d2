package e2e

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lxzan/gws"
)

// event is what the server says by itself.
type event struct {
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
}

// reply is the answer to one operation.
type reply struct {
	ID    int64           `json:"id"`
	OK    json.RawMessage `json:"ok"`
	Error *problem        `json:"error"`
}

// stream is one WebSocket connection.
type stream struct {
	gws.BuiltinEventHandler
	conn *gws.Conn
	// heard, unless nil, gets every event on the reading goroutine.
	heard func(event)

	mu      sync.Mutex // guards the fields below
	next    int64
	waiting map[int64]chan reply
	events  []event
	ended   chan struct{} // closed with the connection
	err     error         // why; valid then
}

// streamOptions say how a stream is opened.
type streamOptions struct {
	header http.Header
	heard  func(event)
	tls    *tls.Config
}

// openStream connects and reads in the background.
func openStream(base, token string, opt streamOptions) (*stream, *http.Response, error) {
	return openStreamAt(base, "/api/v1/stream", token, opt)
}

func openStreamAt(base, path, token string, opt streamOptions) (*stream, *http.Response, error) {
	s := &stream{heard: opt.heard, waiting: map[int64]chan reply{}, ended: make(chan struct{})}
	h := http.Header{"Sec-WebSocket-Protocol": {"xinshu.v1"}}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	for k, v := range opt.header {
		h[k] = v
	}
	conn, resp, err := gws.NewClient(s, &gws.ClientOption{
		Addr: "ws" + strings.TrimPrefix(base, "http") + path, RequestHeader: h, TlsConfig: opt.tls,
		HandshakeTimeout: 10 * time.Second, ReadMaxPayloadSize: 64 << 20, Logger: silent{},
		NewDialer: func() (gws.Dialer, error) { return &net.Dialer{Timeout: 5 * time.Second}, nil },
	})
	if err != nil {
		return nil, resp, err
	}
	s.conn = conn
	go conn.ReadLoop()
	return s, resp, nil
}

// silent keeps the library from writing to the terminal.
type silent struct{}

func (silent) Error(...any) {}

// OnMessage implements gws.Event.
func (s *stream) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	text := append([]byte(nil), m.Bytes()...)
	var e event
	if json.Unmarshal(text, &e) == nil && e.Event != "" {
		if s.heard != nil {
			s.heard(e)
			return
		}
		s.mu.Lock()
		s.events = append(s.events, e)
		s.mu.Unlock()
		return
	}
	var r reply
	if json.Unmarshal(text, &r) != nil {
		return
	}
	s.mu.Lock()
	ch := s.waiting[r.ID]
	delete(s.waiting, r.ID)
	s.mu.Unlock()
	if ch != nil {
		ch <- r
	}
}

// OnClose implements gws.Event.
func (s *stream) OnClose(_ *gws.Conn, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	close(s.ended)
}

// ask sends an operation; the channel gets its reply, if one comes.
func (s *stream) ask(op string, in any) (<-chan reply, error) {
	ch := make(chan reply, 1)
	s.mu.Lock()
	s.next++
	id := s.next
	s.waiting[id] = ch
	s.mu.Unlock()
	frame, err := json.Marshal(map[string]any{"id": id, "op": op, "in": in})
	if err != nil {
		return nil, err
	}
	return ch, s.conn.WriteMessage(gws.OpcodeText, frame)
}

var errNoReply = errors.New("no reply")

// call is ask that waits.
func (s *stream) call(op string, in any) (reply, error) {
	ch, err := s.ask(op, in)
	if err != nil {
		return reply{}, err
	}
	return await(s, ch)
}

// await waits for a reply.
func await(s *stream, ch <-chan reply) (reply, error) {
	select {
	case r := <-ch:
		return r, nil
	case <-s.ended:
		select {
		case r := <-ch: // it came just before the end
			return r, nil
		default:
			return reply{}, fmt.Errorf("closed: %w", s.err)
		}
	case <-time.After(patience):
		return reply{}, errNoReply
	}
}

// hello is what tests look at of the answer to hello.
type hello struct {
	Session string `json:"session"`
	Cursor  string `json:"cursor"`
	Heads   []head `json:"heads"`
	Full    bool   `json:"full"`
}

func (s *stream) hello(since *string) (h hello, err error) {
	r, err := s.call("hello", map[string]any{"since": since})
	if err != nil {
		return h, err
	}
	if r.Error != nil {
		return h, fmt.Errorf("hello: %s", r.Error.Code)
	}
	return h, json.Unmarshal(r.OK, &h)
}

// closeCode waits for the end of the connection and returns the code that the server gave, 0 for none.
func (s *stream) closeCode(ctx context.Context) (int, error) {
	select {
	case <-s.ended:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	var ce *gws.CloseError
	if errors.As(s.err, &ce) {
		return int(ce.Code), nil
	}
	return 0, nil
}

// close ends the connection.
func (s *stream) close() { _ = s.conn.NetConn().Close() }

// eventsOf returns the events of a kind that came so far.
func (s *stream) eventsOf(kind string) (out []event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Event == kind {
			out = append(out, e)
		}
	}
	return out
}

// stream opens a stream of the client, says hello and closes it with the test.
func (c *client) stream() *stream {
	c.t.Helper()
	s, _, err := openStream(c.base, c.token, streamOptions{})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(s.close)
	if _, err := s.hello(nil); err != nil {
		c.t.Fatal(err)
	}
	return s
}

// wantClose waits for the end of the stream and compares the code.
func (s *stream) wantClose(t testing.TB, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got, err := s.closeCode(ctx)
	if err != nil || got != code {
		t.Fatalf("the stream ended with %d (%v, %v), want %d", got, err, s.err, code)
	}
}
