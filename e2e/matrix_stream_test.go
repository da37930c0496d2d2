package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/xinshu-im/xinshu/internal/door"
)

// sameAsREST names the route that does what an operation does; refusals of both must be the same, word for word.
var sameAsREST = map[string]struct{ method, path string }{
	"post": {"POST", "/api/v1/conversations/$conversation/messages"},
	"read": {"PUT", "/api/v1/conversations/$conversation/read"},
}

// tryOp tries a socket operation; an outcome is ok, none, closed with a code, or status and code of a refusal.
func (m *matrix) tryOp(t *testing.T, c *cell, d door.Door, r row, who string) (outcome, text string) {
	t.Helper()
	if d.Op == "hello" || who == nobody || who == suspended || who == ended {
		return m.tryHello(t, who)
	}
	s := m.streams[who]
	if s == nil {
		s = m.clients[who].stream()
		m.streams[who] = s
	}
	reply, err := s.ask(d.Op, c.body(r))
	if err != nil {
		t.Fatal(err)
	}
	if d.Op == "typing" { // it has no answer, so what is asked after it is answered first
		if _, err := s.call("ping", nil); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-reply:
			return opOutcome(got)
		default:
			return "none", ""
		}
	}
	got, err := await(s, reply)
	if err != nil {
		t.Fatalf("%s by %s: %v", d.Name, who, err)
	}
	outcome, text = opOutcome(got)
	if same, ok := sameAsREST[d.Op]; ok && got.Error != nil {
		body := r.body.(map[string]any)
		plain := map[string]any{}
		for k, v := range body {
			if k != "conversation_id" {
				plain[k] = v
			}
		}
		a := m.clients[who].do(same.method, c.fill(same.path), c.body(row{body: plain}))
		if p := a.problem(); fmt.Sprint(p) != fmt.Sprint(*got.Error) {
			t.Errorf("%s by %s: the stream says %+v, HTTP says %+v", d.Name, who, *got.Error, p)
		}
	}
	return outcome, text
}

// tryHello opens a stream and says hello.
func (m *matrix) tryHello(t *testing.T, who string) (outcome, text string) {
	t.Helper()
	s, _, err := openStream(m.co.url, m.clients[who].token, streamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if _, err := s.hello(nil); err == nil {
		return "ok", ""
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	code, err := s.closeCode(ctx)
	return fmt.Sprintf("closed %d", code), fmt.Sprint(err)
}

func opOutcome(r reply) (outcome, text string) {
	if r.Error != nil {
		return fmt.Sprintf("%d %s", r.Error.Status, r.Error.Code), fmt.Sprintf("%+v", *r.Error)
	}
	return "ok", string(r.OK)
}
