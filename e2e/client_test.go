package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
)

// client speaks HTTP to a server as one person, or as nobody.
type client struct {
	t     testing.TB
	base  string
	token string
	id    string // of the person
	name  string
	http  *http.Client
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem is the error format.
type problem struct {
	Status     int                 `json:"status"`
	Code       string              `json:"code"`
	Title      string              `json:"title"`
	Detail     string              `json:"detail"`
	RetryAfter int                 `json:"retry_after"`
	Errors     []xinshu.FieldError `json:"errors"`
}

// newClient returns a client without a session.
func newClient(t testing.TB, base string) *client {
	tr := freshTransport()
	t.Cleanup(tr.CloseIdleConnections)
	return &client{t: t, base: base, http: &http.Client{Transport: tr, Timeout: patience}}
}

// anonymous returns a client of s without a session.
func (s *server) anonymous() *client { return newClient(s.t, s.url) }

// as returns a client with the session of a token.
func (s *server) as(token string) *client {
	c := s.anonymous()
	c.token = token
	return c
}

// try sends a request; body is nil, raw bytes, or something that becomes JSON.
func (c *client) try(method, path string, body any) (answer, error) {
	req, err := c.request(method, path, body)
	if err != nil {
		return answer{}, err
	}
	return c.send(req)
}

func (c *client) request(method, path string, body any) (*http.Request, error) {
	var text io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		text = bytes.NewReader(b)
	case string:
		text = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		text = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, text)
	if err != nil {
		return nil, err
	}
	if text != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

func (c *client) send(req *http.Request) (answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, text}, err
}

// do is try for requests that must be answered.
func (c *client) do(method, path string, body any) answer {
	c.t.Helper()
	a, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// must is do for requests that must succeed; out, unless nil, takes the answer.
func (c *client) must(method, path string, body, out any) answer {
	c.t.Helper()
	a := c.do(method, path, body)
	if a.status >= 300 {
		c.t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if out != nil {
		decode(c.t, a, out)
	}
	return a
}

// decode reads the JSON of an answer.
func decode(t testing.TB, a answer, out any) {
	t.Helper()
	if err := json.Unmarshal(a.body, out); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// problem reads the error in an answer; the zero problem if it is none.
func (a answer) problem() (p problem) {
	if a.status >= 400 && json.Unmarshal(a.body, &p) != nil {
		return problem{}
	}
	return p
}

func (a answer) code() string { return a.problem().Code }

// newClientID returns a UUIDv7.
func newClientID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// content is the body part of a text message.
type content struct {
	Type string `json:"type"`
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"`
}

// message is what tests look at of a message.
type message struct {
	ConversationID string `json:"conversation_id"`
	Seq            int64  `json:"seq"`
	Rev            int64  `json:"rev"`
	ClientID       string `json:"client_id"`
	Sender         *struct {
		ID string `json:"id"`
	} `json:"sender"`
	SentAt    string          `json:"sent_at"`
	Content   content         `json:"content"`
	Mentions  json.RawMessage `json:"mentions"`
	Reactions json.RawMessage `json:"reactions"`
}

// postBody is the body of a post.
func postBody(clientID, text string) map[string]any {
	return map[string]any{"client_id": clientID, "content": content{Type: "text", Text: text}}
}

// post posts a text and returns the message.
func (c *client) post(conversation, text string) (m message) {
	c.t.Helper()
	c.must("POST", "/api/v1/conversations/"+conversation+"/messages", postBody(newClientID(), text), &m)
	return m
}

// history reads every message of a conversation in the order of seq.
func (c *client) history(conversation string) (all []message) {
	c.t.Helper()
	path := "/api/v1/conversations/" + conversation + "/messages"
	for after := int64(0); ; {
		var page struct {
			Items []message `json:"items"`
		}
		q := query("limit", "200", "after", fmt.Sprint(after))
		if after == 0 {
			q = query("limit", "200", "around", "1")
		}
		c.must("GET", path+q, nil, &page)
		for _, m := range page.Items {
			if m.Seq > after {
				all = append(all, m)
			}
		}
		if len(all) == 0 || all[len(all)-1].Seq == after {
			return all
		}
		after = all[len(all)-1].Seq
	}
}

// head is what tests look at of a conversation.
type head struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	LastSeq     int64  `json:"last_seq"`
	Rev         int64  `json:"rev"`
	MemberCount int    `json:"member_count"`
	Role        string `json:"role"`
	ReadSeq     int64  `json:"read_seq"`
	ReceiptSeq  int64  `json:"receipt_seq"`
	FirstSeq    int64  `json:"first_seq"`
	Unread      int64  `json:"unread"`
	Mentions    int64  `json:"mentions"`
}

func (c *client) head(conversation string) (h head) {
	c.t.Helper()
	c.must("GET", "/api/v1/conversations/"+conversation, nil, &h)
	return h
}

// group makes a group with the given members besides the client's person.
func (c *client) group(name string, members ...string) string {
	c.t.Helper()
	var h head
	c.must("POST", "/api/v1/conversations", map[string]any{"client_id": newClientID(), "kind": "group", "name": name, "members": members}, &h)
	return h.ID
}

// benchPeople makes signed-in people on a server with the doors for load tests.
func (s *server) benchPeople(from, count int) []*client {
	s.t.Helper()
	var page struct {
		Items []struct{ ID, Token string }
	}
	s.anonymous().must("POST", "/api/v1/bench/people", map[string]int{"from": from, "count": count}, &page)
	out := make([]*client, len(page.Items))
	for i, p := range page.Items {
		out[i] = s.as(p.Token)
		out[i].id, out[i].name = p.ID, fmt.Sprintf("Bench %d", from+i)
	}
	return out
}

func ids(people []*client) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.id
	}
	return out
}
