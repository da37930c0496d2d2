package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestStreamSaysWhatRESTSays: an event is, field by field, what its reader is shown over HTTP at that moment (reference: promise 48).
// Only what counts the members is in events alone: the head of the conversation has it.
func TestStreamSaysWhatRESTSays(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a, b, c := co.hire("anna"), co.hire("bert"), co.hire("carl")
	room := a.group("room", b.id)
	at := "/api/v1/conversations/" + room
	hears := b.stream()
	compared := map[string]int{}
	last := b.head(room).Rev
	// same compares the events that came since it was called before.
	same := func() {
		t.Helper()
		from, rev := last, b.head(room).Rev
		last = rev
		eventually(t, fmt.Sprintf("rev %d is heard", rev), func() bool { return len(hears.at(rev)) > 0 })
		var page struct{ Items []map[string]any }
		b.must("GET", fmt.Sprintf("%s/changes?limit=200&after_rev=%d", at, from), nil, &page)
		for _, item := range page.Items {
			for _, e := range hears.at(int64(item["rev"].(float64))) {
				var event, rest map[string]any
				if err := json.Unmarshal(e.Data, &event); err != nil {
					t.Fatal(err)
				}
				switch e.Event {
				case "message", "message_changed":
					b.must("GET", fmt.Sprintf("%s/messages/%v", at, event["seq"]), nil, &rest)
					if rest["rev"] != event["rev"] {
						continue // changed again since
					}
				default:
					rest, _ = item[e.Event].(map[string]any)
					if rest == nil && e.Event == "conversation" { // a pin: the change says which message
						rest = map[string]any{"conversation_id": room, "rev": item["rev"], "change": item["kind"], "seq": item["seq"]}
					}
					delete(event, "member_rev")
					delete(event, "member_count")
					delete(event, "at")
					delete(rest, "at")
				}
				compared[e.Event]++
				if !reflect.DeepEqual(event, rest) {
					t.Errorf("%s: the stream says\n%s\nHTTP says\n%s", e.Event, marshal(t, event), marshal(t, rest))
				}
			}
		}
	}
	first := a.post(room, "first <@"+b.id+"> <@all>")
	one := fmt.Sprintf("%s/messages/%d", at, first.Seq)
	quoting := postBody(newClientID(), "second")
	quoting["reply_to"] = first.Seq
	for _, act := range []struct {
		method, path string
		body         any
	}{
		{"POST", at + "/messages", quoting},
		{"PUT", one + "/reactions/" + url.PathEscape("👍"), nil},
		{"PATCH", one, map[string]any{"content": content{Type: "text", Text: "edited"}}},
		{"PUT", one + "/pin", nil},
		{"DELETE", one + "/pin", nil},
		{"PATCH", at, map[string]any{"name": "renamed", "purpose": "tried"}},
		{"POST", at + "/members", map[string]any{"members": []string{c.id}}},
		{"PATCH", at + "/members/" + c.id, map[string]any{"role": "admin"}},
		{"DELETE", at + "/members/" + c.id, nil},
		{"DELETE", one, nil},
	} {
		a.must(act.method, act.path, act.body, nil)
		same()
	}
	if compared["message"] < 8 || compared["message_changed"] < 3 || compared["conversation"] < 4 || compared["member"] < 3 {
		t.Errorf("compared only %v", compared)
	}
}

// at returns the events of a rev.
func (s *stream) at(rev int64) (out []event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		var of struct{ Rev int64 }
		if json.Unmarshal(e.Data, &of) == nil && of.Rev == rev {
			out = append(out, e)
		}
	}
	return out
}

// TestWhatWasBeforeANewcomer: what happens to a message from before her window, when she has come, does not show her the message:
// neither over HTTP nor over the stream. Only who quotes it shows its beginning, as a text would.
func TestWhatWasBeforeANewcomer(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a, b := co.hire("anna"), co.hire("bert")
	var room head
	a.must("POST", "/api/v1/conversations", map[string]any{"client_id": newClientID(), "kind": "group", "name": "room", "history": "joined", "members": []string{}}, &room)
	at := "/api/v1/conversations/" + room.ID
	old := a.post(room.ID, "canary of old")
	a.must("POST", at+"/members", map[string]any{"members": []string{b.id}}, nil)
	hears := b.stream()
	quoting := postBody(newClientID(), "an answer")
	quoting["reply_to"] = old.Seq
	a.must("POST", at+"/messages", quoting, nil)
	a.must("PATCH", fmt.Sprintf("%s/messages/%d", at, old.Seq), map[string]any{"content": content{Type: "text", Text: "canary edited"}}, nil)
	a.must("PUT", fmt.Sprintf("%s/messages/%d/pin", at, old.Seq), nil, nil)
	a.post(room.ID, "last")
	eventually(t, "the last message is heard", func() bool { return hears.said("last") })
	hears.mu.Lock()
	for _, e := range hears.events {
		if strings.Contains(quotes.ReplaceAllString(string(e.Data), ""), "canary") {
			t.Errorf("the stream shows %s", e.Data)
		}
	}
	hears.mu.Unlock()
	for _, path := range []string{at, at + "/messages", at + "/changes", at + "/pins", "/api/v1/conversations", "/api/v1/search?q=canary", "/api/v1/search?q=answer"} {
		if got := b.must("GET", path, nil, nil); strings.Contains(quotes.ReplaceAllString(string(got.body), ""), "canary") {
			t.Errorf("%s shows %s", path, got.body)
		}
	}
}

var quotes = regexp.MustCompile(`"reply_to":\{"seq":\d+,"sender":\{[^}]*\},"excerpt":"[^"]*"\}`)
