package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lxzan/gws"

	"github.com/xinshu-im/xinshu/internal/door"
)

// opFields are the fields of every operation's input, with the type of each: operations are not in the OpenAPI document.
var opFields = map[string]map[string]string{
	"hello":  {"since": "string"},
	"post":   {"conversation_id": "string", "client_id": "string", "content": "object", "reply_to": "integer"},
	"read":   {"conversation_id": "string", "seq": "integer"},
	"typing": {"conversation_id": "string"},
	"watch":  {"conversation_id": "string"},
	"ping":   {},
}

// opAttempt is one hostile operation. want is "ok", "status code", "closed code", alternatives separated by " | ", "" for any
// refusal or "*" for anything.
type opAttempt struct {
	what  string
	frame []byte // $ID stands for the request's id
	want  string
}

// tryStream makes every attempt at an operation.
func (h *hostile) tryStream(d door.Door) {
	h.t.Helper()
	fields, ok := opFields[d.Op]
	if !ok {
		h.t.Errorf("operation %s has no row in opFields", d.Op)
		return
	}
	r, me := rows[d.Name], h.clients[owner]
	c := h.newCell(h.t, d, r, owner, "group")
	h.state = h.watch.snapshot()
	from, before := h.co.out.size(), h.tried
	var s *stream
	attempts := h.opAttempts(d, fields, exact(h.t, c, r))
	slices.SortStableFunc(attempts, func(a, b opAttempt) int { return len(anything(a.want)) - len(anything(b.want)) })
	for i, at := range attempts {
		if anything(at.want) != "" && i > 0 && anything(attempts[i-1].want) == "" {
			h.unchanged(d)
		}
		if s == nil || i%100 == 0 || d.Op == "hello" { // a session's rate is not what is tried here
			if s != nil {
				s.close()
			}
			if s = h.silent(me); d.Op != "hello" {
				if _, err := s.hello(nil); err != nil {
					h.t.Fatal(err)
				}
			}
		}
		got, text := h.sendFrame(s, at.frame, d.Op == "typing")
		h.tried++
		switch {
		case at.want == "*":
		case at.want == "" && (got == "ok" || got == "none"):
			h.t.Errorf("%s, %s: was taken: %.200s", d.Name, at.what, text)
		case at.want != "" && !slices.Contains(strings.Split(at.want, " | "), got):
			h.t.Errorf("%s, %s: %s, want %s\n%.300s", d.Name, at.what, got, at.want, text)
		}
		if got != "ok" && got != "none" && !strings.HasPrefix(got, "closed") && !slices.Contains(codes, got) {
			h.t.Errorf("%s, %s: not a documented refusal: %s %.200s", d.Name, at.what, got, text)
		}
		if found := inside.FindString(text); found != "" && got != "ok" && !strings.HasPrefix(got, "closed") {
			h.t.Errorf("%s, %s: shows %q: %.300s", d.Name, at.what, found, text)
		}
		if strings.Contains(at.want, "closed 4004") {
			s.wantClose(h.t, 4004)
		}
		if strings.HasPrefix(got, "closed") || strings.Contains(at.want, "closed") {
			s.close()
			s = nil
		}
		if got == "ok" && d.Op != "hello" && d.Op != "ping" {
			h.state = nil
		}
	}
	h.unchanged(d)
	h.judgeLog(d, h.co.out.since(from), h.tried-before)
}

// silent opens a stream of a client without a hello.
func (h *hostile) silent(c *client) *stream {
	h.t.Helper()
	s, _, err := openStream(c.base, c.token, streamOptions{})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(s.close)
	return s
}

// sendFrame sends a frame and waits for its answer or for the end of the connection. What may have no answer is followed by a
// ping, which is answered later.
func (h *hostile) sendFrame(s *stream, frame []byte, mayBeSilent bool) (got, text string) {
	h.t.Helper()
	answered := make(chan reply, 1)
	s.mu.Lock()
	s.next++
	id := s.next
	s.waiting[id] = answered
	s.mu.Unlock()
	if err := s.conn.WriteMessage(gws.OpcodeText, bytes.ReplaceAll(frame, []byte("$ID"), fmt.Append(nil, id))); err != nil {
		h.t.Fatal(err)
	}
	if mayBeSilent {
		if _, err := s.call("ping", nil); err != nil {
			h.t.Fatal(err)
		}
		select {
		case r := <-answered:
			return opOutcome(r)
		default:
			return "none", ""
		}
	}
	select {
	case r := <-answered:
		return opOutcome(r)
	case <-s.ended:
	}
	code, err := s.closeCode(h.t.Context())
	return fmt.Sprintf("closed %d", code), fmt.Sprint(err)
}

func (h *hostile) opAttempts(d door.Door, fields map[string]string, base any) (out []opAttempt) {
	if base == nil {
		base = map[string]any{}
	}
	plain := string(marshal(h.t, base))
	frame := func(what, in, want string) {
		out = append(out, opAttempt{what, fmt.Appendf(nil, `{"id":$ID,"op":%q,"in":%s}`, d.Op, in), want})
	}
	whole := func(what, text, want string) {
		out = append(out, opAttempt{what, []byte(strings.ReplaceAll(text, "$OP", d.Op)), want})
	}
	if d.Op == "ping" { // it takes nothing; the frame itself is tried here
		for _, text := range []string{``, `null`, `7`, `[]`, `"x"`, `{`, `{"id":1`, `{}`, `{"op":"ping"`, `{"id":-1,"op":"ping"}`, `{"id":1.5,"op":"ping"}`,
			`{"id":"1","op":"ping"}`, `{"id":9007199254740992,"op":"ping"}`, `{"id":1e400,"op":"ping"}`, `{"id":99999999999999999999,"op":"ping"}`,
			`{"id":$ID,"op":7}`, `{"id":$ID,"op":""}`, `{"id":$ID}`, `{"id":$ID,"op":"` + strings.Repeat("x", 33) + `"}`, `{"id":$ID,"op":"ping","token":"x"}`,
			`{"id":$ID,"op":"ping"}{"id":$ID,"op":"ping"}`, strings.Repeat(`[`, 200_000), `{"id":$ID,"op":"ping","in":` + strings.Repeat(`[`, 100_000),
			"\ufeff" + `{"id":$ID,"op":"ping"}`, `{"id":$ID,"op":"ping","in":{}} x`} {
			whole(fmt.Sprintf("frame %.40q", text), text, "closed 4004 | 400 invalid")
		}
		whole("unknown operation", `{"id":$ID,"op":"`+mark+`"}`, invalid)
		whole("operation with a control character", `{"id":$ID,"op":"`+mark+`\u001b[31m\r\n"}`, invalid)
		whole("a route's name", `{"id":$ID,"op":"account.suspend"}`, invalid)
		whole("upper case", `{"id":$ID,"op":"PING"}`, invalid)
		return out
	}
	whole("no input", `{"id":$ID,"op":"$OP"}`, map[string]string{"hello": "ok", "typing": "404 not_found", "watch": "ok"}[d.Op]) // no conversation: none on screen
	for _, in := range []string{`7`, `"` + mark + `"`, `[]`, `[` + plain + `]`, `true`} {
		frame("input "+in, in, invalid)
	}
	frame("unknown field", string(marshal(h.t, with(base, []any{mark}, 1))), unknownField)
	frame("deep", string(marshal(h.t, with(base, []any{"x"}, json.RawMessage(strings.Repeat("[", 1000)+strings.Repeat("]", 1000))))), invalid)
	for _, name := range h.api.outputs {
		if _, ok := fields[name]; !ok {
			frame("assignment of "+name, string(marshal(h.t, with(base, []any{name}, "1"))), unknownField)
		}
	}
	for name, kind := range fields {
		h.opField(frame, name, kind, base, plain)
	}
	return out
}

// opField makes the attempts at one field.
func (h *hostile) opField(frame func(what, in, want string), name, kind string, base any, plain string) {
	put := func(what, text, want string) {
		frame(name+": "+what, string(marshal(h.t, with(base, []any{name}, json.RawMessage(text)))), want)
	}
	for other, text := range map[string]string{"string": `"` + mark + `"`, "integer": `7`, "boolean": `true`, "object": `{}`, "array": `[]`} {
		if other != kind {
			put(other, text, invalid)
		}
	}
	put("null", `null`, "*")
	if name == "since" {
		frame("since: very long", `{"since":"`+strings.Repeat("a", 250_000)+`"}`, "*")
	}
	rest := strings.TrimPrefix(plain, "{")
	if v, ok := base.(map[string]any)[name]; ok {
		frame(name+" twice", `{"`+name+`":`+string(marshal(h.t, v))+`,`+rest, invalid)
		frame(name+" in capitals", `{"`+strings.ToUpper(name)+`":`+string(marshal(h.t, v))+`,`+rest, unknownField)
	}
	switch kind {
	case "string":
		if name != "since" {
			put("very long", `"`+strings.Repeat("a", 250_000)+`"`, "")
		}
		for _, text := range hostileTexts {
			put(text.what, text.json, map[bool]string{true: "", false: "*"}[text.never && name != "since"]) // a cursor that is none means everything
		}
	case "integer":
		for _, n := range []string{"1.5", "1e400", "9223372036854775808", `"1"`} {
			put(n, n, invalid)
		}
		for _, n := range []string{"-1", "0", "9223372036854775807", "-9223372036854775808"} {
			put(n, n, "*")
		}
	case "object":
		put("unknown field", `{"type":"text","text":"x","`+mark+`":1}`, unknownField)
		put("unknown type", `{"type":"system","text":"x"}`, invalid)
		put("no text", `{"type":"text"}`, invalid)
		put("text of a wrong type", `{"type":"text","text":{}}`, invalid)
		put("long text", `{"type":"text","text":"`+strings.Repeat("a", 16_001)+`"}`, "413 too_large")
		put("NUL", `{"type":"text","text":"`+mark+`\u0000"}`, invalid)
		put("200 mentions and one", `{"type":"text","text":"`+mentions(201)+`"}`, invalid)
	}
}

// mentions is a text that mentions n people.
func mentions(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<@06ZZZZZZZZ%03d>", i)
	}
	return b.String()
}
