package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/lxzan/gws"

	"github.com/xinshu-im/xinshu"
)

// TestWhoMayOpenAStream: a token in the header, or the cookie with the page's own origin; nothing else (reference: promise 55).
func TestWhoMayOpenAStream(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	c := co.hire("anna")
	cookie := "xinshu_session=" + c.token
	own := co.url
	port := co.addr[strings.LastIndex(co.addr, ":"):]
	for _, k := range []struct {
		what    string
		token   string
		cookie  string
		origins []string
		query   string
		proto   string
		want    string // "open", "403 foreign_origin", "closed 4001"
	}{
		{what: "token", token: c.token, want: "open"},
		{what: "token and own page", token: c.token, origins: []string{own}, want: "open"},
		{what: "token and foreign page", token: c.token, origins: []string{"https://evil.example"}, want: "403 foreign_origin"},
		{what: "cookie and own page", cookie: cookie, origins: []string{own}, want: "open"},
		{what: "cookie without a page", cookie: cookie, want: "403 foreign_origin"},
		{what: "empty origin", cookie: cookie, origins: []string{""}, want: "403 foreign_origin"},
		{what: "null origin", cookie: cookie, origins: []string{"null"}, want: "403 foreign_origin"},
		{what: "foreign page", cookie: cookie, origins: []string{"https://evil.example"}, want: "403 foreign_origin"},
		{what: "other port", cookie: cookie, origins: []string{"http://" + co.host + ":1"}, want: "403 foreign_origin"},
		{what: "own name as a prefix", cookie: cookie, origins: []string{own + ".evil.example"}, want: "403 foreign_origin"},
		{what: "own name as user", cookie: cookie, origins: []string{"http://" + co.addr + "@evil.example"}, want: "403 foreign_origin"},
		{what: "user before own name", cookie: cookie, origins: []string{"http://evil@" + co.addr}, want: "403 foreign_origin"},
		{what: "own name as path", cookie: cookie, origins: []string{"http://evil.example/" + co.addr}, want: "403 foreign_origin"},
		{what: "own name with a path", cookie: cookie, origins: []string{own + "/"}, want: "403 foreign_origin"},
		{what: "other scheme", cookie: cookie, origins: []string{"file://" + co.addr}, want: "403 foreign_origin"},
		{what: "no scheme", cookie: cookie, origins: []string{co.addr}, want: "403 foreign_origin"},
		{what: "only the port", cookie: cookie, origins: []string{"http://" + port}, want: "403 foreign_origin"},
		{what: "two origins", cookie: cookie, origins: []string{own, "https://evil.example"}, want: "403 foreign_origin"},
		{what: "list of origins", cookie: cookie, origins: []string{own + " https://evil.example"}, want: "403 foreign_origin"},
		{what: "cookie over TLS's name", cookie: "__Host-" + cookie, origins: []string{own}, want: "closed 4001"},
		{what: "nothing", want: "closed 4001"},
		{what: "token in the address", query: "?token=" + c.token + "&access_token=" + c.token, want: "closed 4001"},
		{what: "token as a subprotocol", proto: "xinshu.v1, " + c.token, want: "closed 4001"},
		{what: "wrong token", token: c.token[:len(c.token)-1] + "x", want: "closed 4001"},
		{what: "wrong token and right cookie", token: "x", cookie: cookie, origins: []string{own}, want: "closed 4001"},
	} {
		h := http.Header{}
		if k.cookie != "" {
			h["Cookie"] = []string{k.cookie}
		}
		if k.origins != nil {
			h["Origin"] = k.origins
		}
		if k.proto != "" {
			h["Sec-WebSocket-Protocol"] = []string{k.proto}
		}
		s, resp, err := openStreamAt(co.url, "/api/v1/stream"+k.query, k.token, streamOptions{header: h})
		var got string
		switch {
		case err != nil && resp != nil:
			var p problem
			if derr := json.NewDecoder(resp.Body).Decode(&p); derr != nil {
				t.Errorf("%s: %v", k.what, derr)
			}
			got = fmt.Sprintf("%d %s", resp.StatusCode, p.Code)
		case err != nil:
			t.Errorf("%s: %v", k.what, err)
			continue
		default:
			got = "open"
			if _, herr := s.hello(nil); herr != nil {
				code, _ := s.closeCode(t.Context())
				got = fmt.Sprintf("closed %d", code)
			}
			s.close()
		}
		if got != k.want {
			t.Errorf("%s: %s, want %s", k.what, got, k.want)
		}
	}
}

// TestStreamsOfOnePersonAreBounded: the bound holds for those that never say hello, and a closed one makes room.
func TestStreamsOfOnePersonAreBounded(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	c := co.hire("anna")
	open := func() (*stream, int) {
		s, resp, err := openStreamAt(co.url, "/api/v1/stream", c.token, streamOptions{})
		if err != nil {
			if resp == nil {
				t.Fatal(err)
			}
			if resp.Header.Get("Retry-After") == "" {
				t.Error("refused without Retry-After")
			}
			return nil, resp.StatusCode
		}
		t.Cleanup(s.close)
		return s, 0
	}
	var first *stream
	for i := range xinshu.MaxStreams {
		s, status := open()
		if s == nil {
			t.Fatalf("stream %d: %d", i, status)
		}
		if i == 0 {
			first = s
		}
	}
	if s, status := open(); s != nil || status != http.StatusTooManyRequests {
		t.Fatalf("one more: %d, want 429", status)
	}
	if s, _, err := openStreamAt(co.url, "/api/v1/stream", co.hire("ben").token, streamOptions{}); err != nil {
		t.Fatalf("another person: %v", err)
	} else {
		s.close()
	}
	first.close()
	eventually(t, "room again", func() bool {
		s, _ := open()
		return s != nil
	})
}

// TestBrokenFrames: what breaks the protocol ends that connection with the code that says why, and harms nobody else.
func TestBrokenFrames(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	c, witness := co.hire("anna"), co.hire("bert").stream()
	ping := []byte(`{"id":1,"op":"ping"}`)
	masked := func(first byte, payload string) []byte { return maskedFrame(first, []byte(payload)) }
	giant := masked(opTextBegin, `{"id":1,"op":"`)
	for range 200 {
		giant = append(giant, masked(opContinuation, strings.Repeat("x", 2_000))...)
	}
	for _, k := range []struct {
		what string
		send []byte
		code int
	}{
		{"unmasked", append([]byte{opText, byte(len(ping))}, ping...), 1002},
		{"reserved bit", masked(opText|0x40, string(ping)), 1002},
		{"reserved operation", masked(0x83, "x"), 1002},
		{"long control frame", masked(opPing, strings.Repeat("x", 126)), 1002},
		{"control frame in pieces", masked(0x09, "x"), 1002},
		{"continuation of nothing", masked(0x80, "x"), 1002},
		{"message inside a message", append(masked(opTextBegin, "x"), masked(opText, "y")...), 1002},
		{"binary", masked(0x82, string(ping)), 1003},
		{"not UTF-8", masked(opText, "\xff"), 1007},
		{"half a character at the end", masked(opText, "{\xe4\xbd"), 1007},
		{"frame too long", masked(opText, strings.Repeat("x", 256<<10+1)), 1009},
		{"announced 2^63-1 bytes", []byte{opText, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, 1009},
		{"length with its highest bit", []byte{opText, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1002},
		{"giant in pieces", giant, 1009},
		{"bad close code", masked(opClose, "\x03\xed"), 1002},
		{"not a request", masked(opText, `{"op":"ping"} `+"\u0000"), 4004},
		{"no JSON", masked(opText, strings.Repeat("[", 200_000)), 4004},
	} {
		w := co.upgrade(c.token)
		w.write(k.send)
		w.wantClose(k.what, k.code)
	}
	if _, err := witness.call("ping", nil); err != nil {
		t.Errorf("another stream: %v", err)
	}
	// What is merely strange is understood: byte by byte, in pieces with a ping between, empty pieces.
	w := co.upgrade(c.token)
	for _, b := range masked(opText, `{"id":7,"op":"hello","in":{}}`) {
		w.write([]byte{b})
	}
	w.wantText("byte by byte", `{"id":7,"ok":`)
	w.write(bytes.Join([][]byte{masked(opTextBegin, `{"id":8,`), masked(opPing, "x"), masked(opContinuation, ""), masked(0x80, `"op":"ping"}`)}, nil))
	w.wantText("in pieces", `{"id":8,"ok":{}}`)
}

// TestStreamOrder: hello comes first and once; two streams of one token are one session and end together.
func TestStreamOrder(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a, b := co.hire("anna"), co.hire("bert")
	room := a.group("room", b.id)
	s, _, err := openStream(co.url, b.token, streamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	post := map[string]any{"conversation_id": room, "client_id": newClientID(), "content": content{Type: "text", Text: "early"}}
	refused := func(s *stream, op string, in any) {
		t.Helper()
		if r, err := s.call(op, in); err != nil || r.Error == nil || r.Error.Code != "invalid" {
			t.Errorf("%s: %+v %v", op, r, err)
		}
	}
	for _, op := range []string{"post", "read", "typing", "watch"} {
		refused(s, op, post)
	}
	if _, err := s.hello(nil); err != nil {
		t.Fatal(err)
	}
	refused(s, "hello", nil)
	refused(s, "subscribe", nil)
	twin := b.stream()
	a.post(room, "to both")
	eventually(t, "both hear", func() bool { return s.said("to both") && twin.said("to both") })
	b.must("DELETE", "/api/v1/sessions/current", nil, nil)
	s.wantClose(t, 4002)
	twin.wantClose(t, 4002)
	for _, m := range a.history(room) {
		if m.Content.Text == "early" {
			t.Error("posted before hello")
		}
	}
}

// TestEndedSessionDoesNothing: an operation that is on its way when the session ends is not carried out once the ending was
// answered.
func TestEndedSessionDoesNothing(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a := co.hire("anna")
	room := a.group("room", co.hire("bert").id)
	for range 10 {
		b := co.signIn("bert")
		s := b.stream()
		session := b.session()
		b.must("DELETE", "/api/v1/sessions/"+session, nil, nil)
		late := newClientID()
		frame, err := json.Marshal(map[string]any{"id": 99, "op": "post", "in": map[string]any{"conversation_id": room, "client_id": late,
			"content": content{Type: "text", Text: "late " + late}}})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.conn.WriteMessage(gws.OpcodeText, frame) // it may be closed already
		s.wantClose(t, 4002)
	}
	for _, m := range a.history(room) {
		if strings.HasPrefix(m.Content.Text, "late") {
			t.Errorf("posted after the end of the session: %s", m.Content.Text)
		}
	}
}
