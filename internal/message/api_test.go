package message_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/message"
)

// byID plays identity: the token is the person's id.
type byID struct{}

func (byID) Authenticate(r *http.Request) (xinshu.Actor, error) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		return xinshu.Actor{}, nil
	}
	id, err := xinshu.ParseID[xinshu.PersonID](token)
	return xinshu.Actor{Person: id}, err
}

// web is the HTTP side of a bundle.
type web struct {
	*bundle
	t        *testing.T
	url      string
	registry *door.Registry
	problem  string // the last one, for failures of tests
}

func newWeb(t *testing.T, b *bundle) *web {
	r := door.New(byID{}, b.clock, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	b.conv.Doors(r)
	b.log.Doors(r)
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return &web{bundle: b, t: t, url: s.URL, registry: r}
}

// do sends a request and decodes the answer into out; it returns the status and the code of a problem.
func (w *web) do(a xinshu.Actor, method, path, body string, out any) (int, xinshu.Code) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, method, w.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.Person != 0 {
		req.Header.Set("Authorization", "Bearer "+a.Person.String())
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode >= 400 {
		var p door.Problem
		if err := json.Unmarshal(text, &p); err != nil {
			w.t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, text)
		}
		w.problem = string(text)
		return resp.StatusCode, p.Code
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			w.t.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return resp.StatusCode, ""
}

// ok is do for requests that must succeed.
func (w *web) ok(a xinshu.Actor, method, path, body string, out any) {
	w.t.Helper()
	if status, code := w.do(a, method, path, body, out); status >= 300 {
		w.t.Fatalf("%s %s: %d %s %s", method, path, status, code, w.problem)
	}
}

func TestConversationOverHTTP(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		w := newWeb(t, b)
		p := b.people(4)
		var head, again conversation.Head
		make := fmt.Sprintf(`{"client_id":"m1","kind":"group","name":" 采购  项目 ","members":["%s","%s"]}`, p[1].Person, p[2].Person)
		w.ok(p[0], "POST", "/conversations", make, &head)
		w.ok(p[0], "POST", "/conversations", make, &again)
		if head.ID != again.ID || head.Name != "采购 项目" || head.Role != conversation.RoleOwner || head.MemberCount != 3 || head.LastSeq != 1 {
			t.Fatalf("%+v\n%+v", head, again)
		}
		at := "/conversations/" + head.ID.String()
		var m message.Message
		w.ok(p[0], "POST", at+"/messages", `{"client_id":"x1","content":{"type":"text","text":"<b>报销</b>"}}`, &m)
		w.ok(p[1], "POST", at+"/messages", `{"client_id":"x1","content":{"type":"text","text":"re"},"reply_to":2}`, &m)
		if m.Seq != 3 || m.ReplyTo.Excerpt != "<b>报销</b>" {
			t.Fatalf("%+v", m)
		}
		w.ok(p[1], "PATCH", at+"/messages/3", `{"content":{"type":"text","text":"edited"}}`, &m)
		w.ok(p[2], "PUT", at+"/messages/3/reactions/"+url.PathEscape("👍🏽"), "", &m)
		if len(m.Reactions) != 1 || m.Reactions[0].Emoji != "👍🏽" {
			t.Fatalf("%+v", m)
		}
		w.ok(p[0], "PUT", at+"/messages/3/pin", "", nil)
		var read conversation.ReadState
		w.ok(p[2], "PUT", at+"/read", `{"seq":4}`, &read)
		if read.ReadSeq != 4 || read.Unread != 0 {
			t.Fatalf("%+v", read)
		}
		var receipts message.ReceiptList
		w.ok(p[0], "GET", at+"/messages/2/receipts", "", &receipts)
		if len(receipts.Read) != 1 || receipts.Read[0].Person.ID != p[2].Person || receipts.Read[0].At == 0 || receipts.UnreadBy != 1 {
			t.Fatalf("%+v", receipts)
		}
		var list door.ListBody[message.Message]
		w.ok(p[2], "GET", at+"/messages?after=1&limit=2", "", &list)
		if len(list.Items) != 2 || list.Items[0].Seq != 2 || list.NextCursor == nil || *list.NextCursor != "3" {
			t.Fatalf("%+v", list)
		}
		w.ok(p[2], "GET", at+"/messages?around=2&limit=3", "", &list)
		if len(list.Items) != 3 || list.Items[0].Seq != 1 {
			t.Fatalf("%+v", list)
		}
		w.ok(p[2], "GET", at+"/pins", "", &list)
		if len(list.Items) != 1 || list.Items[0].Seq != 3 {
			t.Fatalf("%+v", list)
		}
		var changes door.ListBody[message.Change]
		w.ok(p[2], "GET", at+"/changes?after_rev=0", "", &changes)
		kinds := ""
		for i, c := range changes.Items {
			if c.Rev != int64(i+1) {
				t.Fatalf("change %d has rev %d", i, c.Rev)
			}
			kinds += c.Kind + " "
		}
		if kinds != "created message message message edited reacted pinned message " {
			t.Fatal(kinds)
		}
		var members door.ListBody[conversation.MemberItem]
		w.ok(p[0], "POST", at+"/members", fmt.Sprintf(`{"members":["%s"]}`, p[3].Person), &head)
		w.ok(p[3], "GET", at+"/members?limit=3", "", &members)
		if len(members.Items) != 3 || members.NextCursor == nil || members.Items[0].Role != conversation.RoleOwner {
			t.Fatalf("%+v", members)
		}
		w.ok(p[3], "GET", at+"/members?q=person%20D", "", &members)
		if len(members.Items) != 1 || members.Items[0].Person.ID != p[3].Person {
			t.Fatalf("%+v", members)
		}
		w.ok(p[0], "PATCH", at+"/members/"+p[1].Person.String(), `{"role":"admin"}`, nil)
		w.ok(p[1], "DELETE", at+"/members/"+p[3].Person.String(), "", nil)
		w.ok(p[1], "PATCH", at, `{"purpose":"采购","history":"joined"}`, &head)
		w.ok(p[1], "PATCH", at+"/mine", `{"muted":true,"pinned":true}`, &head)
		if head.Purpose != "采购" || head.History != conversation.HistoryJoined || !head.Muted || !head.Pinned {
			t.Fatalf("%+v", head)
		}
		w.ok(p[0], "POST", at+"/leave", "", nil)
		w.ok(p[1], "GET", at, "", &head)
		if head.Role != conversation.RoleOwner {
			t.Fatalf("%+v", head)
		}
		var heads door.ListBody[conversation.Head]
		w.ok(p[1], "GET", "/conversations", "", &heads)
		if len(heads.Items) != 1 || heads.Items[0].LastMessage.Type != "system" {
			t.Fatalf("%+v", heads)
		}
		var said conversation.Announcement
		if err := json.Unmarshal(heads.Items[0].LastMessage.Content, &said); err != nil || said.Kind != "role" || len(said.People) != 1 ||
			said.People[0].ID != p[1].Person || heads.Items[0].LastMessage.Excerpt != said.Fallback {
			t.Fatalf("what the system said last: %+v, %v", heads.Items[0].LastMessage, err)
		}
		w.ok(p[0], "POST", "/conversations", `{"client_id":"c1","kind":"channel","name":"公告 100%_!"}`, &head)
		var channels door.ListBody[conversation.ChannelItem]
		w.ok(p[3], "GET", "/channels?q="+url.QueryEscape("0%_!"), "", &channels)
		if len(channels.Items) != 1 || channels.Items[0].Joined {
			t.Fatalf("%+v", channels)
		}
		w.ok(p[3], "POST", "/conversations/"+head.ID.String()+"/join", "", &head)
		if head.Role != conversation.RoleMember || head.MemberCount != 2 {
			t.Fatalf("%+v", head)
		}
		w.ok(p[0], "POST", "/conversations", fmt.Sprintf(`{"client_id":"d1","kind":"direct","members":["%s"]}`, p[3].Person), &head)
		w.ok(p[3], "POST", "/conversations", fmt.Sprintf(`{"client_id":"d1","kind":"direct","members":["%s"]}`, p[0].Person), &again)
		if head.ID != again.ID || head.Peer.ID != p[3].Person || again.Peer.ID != p[0].Person {
			t.Fatalf("%+v\n%+v", head, again)
		}
	})
}

// TestBadRequests: each has a stable code, and nothing changed.
func TestBadRequests(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		w := newWeb(t, b)
		p := b.people(4)
		id := b.group(p[0], p[1])
		b.post(p[0], id, "one")
		at := "/conversations/" + id.String()
		before := w.everything(p[0], id)
		text := func(s string) string { return `{"client_id":"z","content":{"type":"text","text":"` + s + `"}}` }
		for _, c := range []struct {
			method, path, body string
			status             int
			code               xinshu.Code
		}{
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"text","text":"a"},"seq":9}`, 400, xinshu.UnknownField},
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"text","text":"a","html":"x"}}`, 400, xinshu.UnknownField},
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"text","text":"a"},"topic":1}`, 400, xinshu.UnknownField},
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"system","text":"a"}}`, 400, xinshu.Invalid},
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"text"}}`, 400, xinshu.Invalid},
			{"POST", at + "/messages", `{"content":{"type":"text","text":"a"}}`, 400, xinshu.Invalid},
			{"POST", at + "/messages", `{"client_id":7,"content":{"type":"text","text":"a"}}`, 400, xinshu.Invalid},
			{"POST", at + "/messages", `{"client_id":"z","content":{"type":"text","text":"a"},"reply_to":-1}`, 400, xinshu.Invalid},
			{"POST", at + "/messages", text(`a\u0000b`), 400, xinshu.Invalid},
			{"POST", at + "/messages", text("a\xff\xfeb"), 400, xinshu.Invalid},
			{"POST", at + "/messages", text(""), 400, xinshu.Invalid},
			{"POST", at + "/messages", text(strings.Repeat("字", 16_001)), 413, xinshu.TooLarge},
			{"POST", at + "/messages", text(strings.Repeat("<@0000000000001>", 1) + strings.Repeat("x", xinshu.MaxBody)), 413, xinshu.TooLarge},
			{"POST", at + "/messages", `[` + strings.Repeat(`[`, 10_000), 400, xinshu.Invalid},
			{"GET", at + "/messages?before=-1", "", 400, xinshu.Invalid},
			{"GET", at + "/messages?before=1&after=1", "", 400, xinshu.Invalid},
			{"GET", at + "/messages?before=99999999999999999999", "", 400, xinshu.Invalid},
			{"GET", at + "/messages?limit=201", "", 400, xinshu.Invalid},
			{"GET", at + "/messages?since=1", "", 400, xinshu.Invalid},
			{"GET", at + "/changes?after_rev=-1", "", 400, xinshu.Invalid},
			{"GET", at + "/changes?after_rev=9223372036854775807", "", 400, xinshu.Invalid},
			{"PATCH", at + "/messages/0", `{"content":{"type":"text","text":"a"}}`, 400, xinshu.Invalid},
			{"PATCH", at + "/messages/9223372036854775807", `{"content":{"type":"text","text":"a"}}`, 404, xinshu.NotFound},
			{"DELETE", at + "/messages/-5", "", 400, xinshu.Invalid},
			{"PUT", at + "/messages/2/reactions/x", "", 400, xinshu.Invalid},
			{"PUT", at + "/read", `{"seq":-1}`, 400, xinshu.Invalid},
			{"PUT", at + "/read", `{"seq":99}`, 400, xinshu.Invalid},
			{"PUT", at + "/read", `{"seq":1,"unread_from":1}`, 400, xinshu.Invalid},
			{"PUT", at + "/read", `{}`, 400, xinshu.Invalid},
			{"PATCH", at, `{"name":"x","last_seq":0}`, 400, xinshu.UnknownField},
			{"PATCH", at, `{"name":"\u202eevil"}`, 400, xinshu.Invalid},
			{"PATCH", at, `{"history":"none"}`, 400, xinshu.Invalid},
			{"PATCH", at + "/members/" + p[0].Person.String(), `{"role":"member"}`, 409, xinshu.LastOwner},
			{"PATCH", at + "/members/" + p[1].Person.String(), `{"role":"god"}`, 400, xinshu.Invalid},
			{"PATCH", at + "/members/" + p[2].Person.String(), `{"role":"admin"}`, 404, xinshu.NotFound},
			{"POST", at + "/members", `{"members":["0000000000001"]}`, 404, xinshu.NotFound},
			{"POST", at + "/members", `{"members":[]}`, 400, xinshu.Invalid},
			{"POST", at + "/join", "", 200, ""},
			{"GET", "/conversations?cursor=zz!", "", 400, xinshu.Invalid},
			{"GET", "/channels?cursor=zz!", "", 400, xinshu.Invalid},
			{"GET", at + "/members?cursor=zz!", "", 400, xinshu.Invalid},
			{"GET", "/conversations/nonsense", "", 400, xinshu.Invalid},
			{"GET", "/conversations/7ZZZZZZZZZZZZ", "", 404, xinshu.NotFound},
			{"POST", "/conversations", `{"client_id":"q","kind":"direct","members":[]}`, 400, xinshu.Invalid},
			{"POST", "/conversations", fmt.Sprintf(`{"client_id":"q","kind":"direct","members":["%s"]}`, p[0].Person), 400, xinshu.Invalid},
			{"POST", "/conversations", `{"client_id":"q","kind":"app","name":"x"}`, 400, xinshu.Invalid},
			{"POST", "/conversations", `{"client_id":"q","kind":"channel","name":"  "}`, 400, xinshu.Invalid},
			{"POST", "/conversations", `{"client_id":"q","kind":"group","name":"` + strings.Repeat("字", 129) + `"}`, 400, xinshu.Invalid},
			{"POST", "/conversations", `{"client_id":"q","kind":"group","name":"x","owner":"y"}`, 400, xinshu.UnknownField},
		} {
			status, code := w.do(p[0], c.method, c.path, c.body, nil)
			if status != c.status || code != c.code {
				t.Errorf("%s %s %.80s: %d %s, want %d %s: %s", c.method, c.path, c.body, status, code, c.status, c.code, w.problem)
			}
		}
		if after := w.everything(p[0], id); string(after) != string(before) {
			t.Errorf("something changed:\n%s\n%s", before, after)
		}
	})
}
