package e2e

import (
	"fmt"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestReplayedClientID: a repeated request is answered like the first one for ever: over HTTP and over the stream, after a crash,
// after the message was edited and recalled; with another content it is a conflict (reference: promise 5).
func TestReplayedClientID(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		co := found(t, options{engine: engine})
		a, b := co.hire("anna"), co.hire("bert")
		room, other := a.group("room", b.id), a.group("other", b.id)
		path := "/api/v1/conversations/" + room + "/messages"
		for _, id := range []string{newClientID(), "a", "报销-1 ", "01A22D50-A045-793F-BE91-8F062208C68F"} {
			var first message
			a.must("POST", path, postBody(id, "original"), &first)
			same := func(when string) {
				t.Helper()
				var again message
				if a.must("POST", path, postBody(id, "original"), &again); again.Seq != first.Seq || again.SentAt != first.SentAt || again.ClientID != id {
					t.Errorf("%s, %s: %+v, first %+v", id, when, again, first)
				}
				in := map[string]any{"conversation_id": room, "client_id": id, "content": content{Type: "text", Text: "original"}}
				s := a.stream()
				defer s.close()
				var ok struct {
					Seq    int64  `json:"seq"`
					SentAt string `json:"sent_at"`
				}
				r, err := s.call("post", in)
				if err != nil || r.Error != nil {
					t.Fatalf("%s, %s: %+v %v", id, when, r.Error, err)
				}
				if decode(t, answer{body: r.OK}, &ok); ok.Seq != first.Seq || ok.SentAt != first.SentAt {
					t.Errorf("%s, %s, stream: %+v, first %+v", id, when, ok, first)
				}
				in["content"] = content{Type: "text", Text: "another"}
				if r, err := s.call("post", in); err != nil || r.Error == nil || r.Error.Status != 409 || r.Error.Code != "conflict" {
					t.Errorf("%s, %s, stream, another text: %+v %v", id, when, r, err)
				}
				if got := outcome(a.do("POST", path, postBody(id, "another"))); got != "409 conflict" {
					t.Errorf("%s, %s, another text: %s", id, when, got)
				}
				quoting := postBody(id, "original")
				quoting["reply_to"] = 1
				if got := outcome(a.do("POST", path, quoting)); got != "409 conflict" {
					t.Errorf("%s, %s, another quote: %s", id, when, got)
				}
			}
			same("at once")
			a.must("PATCH", fmt.Sprintf("%s/%d", path, first.Seq), map[string]any{"content": content{Type: "text", Text: "edited"}}, nil)
			same("edited")
			co.restart()
			same("after a crash")
			a.must("DELETE", fmt.Sprintf("%s/%d", path, first.Seq), nil, nil)
			same("recalled")
			// Elsewhere, and for somebody else, it is another message.
			var elsewhere, hers message
			a.must("POST", "/api/v1/conversations/"+other+"/messages", postBody(id, "original"), &elsewhere)
			b.must("POST", path, postBody(id, "original"), &hers)
			if elsewhere.ConversationID != other || hers.Seq <= first.Seq {
				t.Errorf("%s: elsewhere %+v, hers %+v", id, elsewhere, hers)
			}
		}
		manyAtOnce(t, a, path)
		creations(t, co, a, b)
	})
}

// manyAtOnce sends one post twenty times at the same moment.
func manyAtOnce(t *testing.T, a *client, path string) {
	t.Helper()
	id := newClientID()
	seqs := make([]int64, 20)
	var wg sync.WaitGroup
	for i := range seqs {
		wg.Go(func() {
			var m message
			if got, err := a.try("POST", path, postBody(id, "at once")); err != nil || got.status != 201 {
				t.Errorf("%v %d %s", err, got.status, got.body)
			} else {
				decode(t, got, &m)
				seqs[i] = m.Seq
			}
		})
	}
	wg.Wait()
	for _, seq := range seqs {
		if seq != seqs[0] {
			t.Errorf("one client_id, several messages: %v", seqs)
			return
		}
	}
}

// creations: what else is created with a client_id.
func creations(t *testing.T, co *company, a, b *client) {
	t.Helper()
	for _, k := range []struct {
		who  *client
		path string
		body map[string]any
		next map[string]any
	}{
		{a, "/api/v1/conversations", map[string]any{"kind": "group", "name": "once", "members": []string{b.id}}, map[string]any{"name": "twice"}},
		{co.root, "/api/v1/departments", map[string]any{"name": "once"}, map[string]any{"name": "twice"}},
		{co.root, "/api/v1/people", map[string]any{"name": "Once", "login": "once"}, map[string]any{"name": "Twice"}},
		{co.root, "/api/v1/positions", map[string]any{"name": "once"}, map[string]any{"name": "twice"}},
		{co.root, "/api/v1/ranks", map[string]any{"name": "once", "level": 7}, map[string]any{"level": 8}},
		{co.root, "/api/v1/admin/people", map[string]any{"name": "Once", "login": "once2"}, map[string]any{"login": "once3"}},
	} {
		k.body["client_id"] = newClientID()
		var first, again struct{ ID, Person string }
		k.who.must("POST", k.path, k.body, &first)
		k.who.must("POST", k.path, k.body, &again)
		if first.ID+first.Person == "" || first != again {
			t.Errorf("%s: %v, then %v", k.path, first, again)
		}
		for name, v := range k.next {
			k.body[name] = v
		}
		if got := outcome(k.who.do("POST", k.path, k.body)); got != "409 conflict" {
			t.Errorf("%s with another content: %s", k.path, got)
		}
	}
}
