package message_test

import (
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// doings are all that can be done to a conversation and its message seq.
func (b *bundle) doings(id xinshu.ConversationID, seq int64, other xinshu.PersonID) map[string]func(a xinshu.Actor) error {
	page := message.Page{Limit: 10}
	name := "renamed"
	return map[string]func(a xinshu.Actor) error{
		"post": func(a xinshu.Actor) error {
			_, err := b.log.Post(b.ctx, a, message.Draft{Conversation: id, ClientID: b.clientID(), Text: "x"})
			return err
		},
		"quote": func(a xinshu.Actor) error {
			_, err := b.log.Post(b.ctx, a, message.Draft{Conversation: id, ClientID: b.clientID(), Text: "x", ReplyTo: seq})
			return err
		},
		"history":  func(a xinshu.Actor) error { _, _, err := b.log.History(b.ctx, a, id, page); return err },
		"changes":  func(a xinshu.Actor) error { _, _, err := b.log.Changes(b.ctx, a, id, 0, 10); return err },
		"get":      func(a xinshu.Actor) error { _, err := b.log.Get(b.ctx, a, id, seq); return err },
		"edit":     func(a xinshu.Actor) error { _, err := b.log.Edit(b.ctx, a, id, seq, "y"); return err },
		"recall":   func(a xinshu.Actor) error { return b.log.Recall(b.ctx, a, id, seq) },
		"react":    func(a xinshu.Actor) error { _, err := b.log.React(b.ctx, a, id, seq, "👍"); return err },
		"unreact":  func(a xinshu.Actor) error { _, err := b.log.Unreact(b.ctx, a, id, seq, "👍"); return err },
		"reactors": func(a xinshu.Actor) error { _, _, err := b.log.Reactors(b.ctx, a, id, seq, "👍", 10, ""); return err },
		"receipts": func(a xinshu.Actor) error { _, err := b.log.Receipts(b.ctx, a, id, seq, 10, ""); return err },
		"pin":      func(a xinshu.Actor) error { return b.log.Pin(b.ctx, a, id, seq) },
		"unpin":    func(a xinshu.Actor) error { return b.log.Unpin(b.ctx, a, id, seq) },
		"pins":     func(a xinshu.Actor) error { _, err := b.log.Pins(b.ctx, a, id); return err },
		"read":     func(a xinshu.Actor) error { _, err := b.conv.Read(b.ctx, a, id, seq); return err },
		"unread":   func(a xinshu.Actor) error { _, err := b.conv.Unread(b.ctx, a, id, seq); return err },
		"mine": func(a xinshu.Actor) error {
			return b.conv.UpdateMine(b.ctx, a, id, conversation.Mine{Muted: new(bool)})
		},
		"update": func(a xinshu.Actor) error {
			return b.conv.Update(b.ctx, a, id, conversation.Update{Name: &name})
		},
		"members": func(a xinshu.Actor) error { _, _, err := b.conv.ListMembers(b.ctx, a, id, "", 10, ""); return err },
		"add":     func(a xinshu.Actor) error { return b.conv.AddMembers(b.ctx, a, id, []xinshu.PersonID{other}) },
		"remove":  func(a xinshu.Actor) error { return b.conv.RemoveMember(b.ctx, a, id, other) },
		"role":    func(a xinshu.Actor) error { return b.conv.SetRole(b.ctx, a, id, other, conversation.RoleAdmin) },
		"leave":   func(a xinshu.Actor) error { return b.conv.Leave(b.ctx, a, id) },
		"head":    func(a xinshu.Actor) error { _, err := b.conv.Get(b.ctx, a, id); return err },
		"join":    func(a xinshu.Actor) error { return b.conv.Join(b.ctx, a, id) },
	}
}

// TestOutsidersGetNothing: strangers, people who left or were removed, and the anonymous; nothing changes.
func TestOutsidersGetNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(6)
		for _, kind := range []conversation.Kind{conversation.Group, conversation.Channel, conversation.Direct} {
			d := conversation.Draft{Kind: kind, Members: personIDs(p[1:4])}
			if kind == conversation.Direct {
				d.Members = personIDs(p[1:2])
			} else {
				d.Name = "Secret " + string(kind)
			}
			id := b.create(p[0], d)
			seq := b.post(p[1], id, "secret").Seq
			outsiders := map[string]xinshu.Actor{"stranger": p[4], "anonymous": {}}
			if kind != conversation.Direct {
				want(t, "leave", b.conv.Leave(b.ctx, p[2], id), "")
				want(t, "remove", b.conv.RemoveMember(b.ctx, p[0], id, p[3].Person), "")
				outsiders["left"], outsiders["removed"] = p[2], p[3]
			}
			before := b.everything(p[0], id)
			for who, a := range outsiders {
				for what, do := range b.doings(id, seq, p[5].Person) {
					code := xinshu.NotFound
					switch {
					case a.Person == 0 && (what == "post" || what == "quote" || what == "react" || what == "unreact" || what == "join"):
						code = xinshu.Unauthenticated
					case kind == conversation.Channel && (what == "head" || what == "members"):
						code = "" // everybody may know a channel and who is in it
					case kind == conversation.Channel && what == "join":
						continue
					case kind == conversation.Channel:
						code = xinshu.NotAMember
					}
					want(t, string(kind)+" "+who+" "+what, do(a), code)
				}
				if a.Person == 0 {
					continue
				}
				list, _, err := b.conv.List(b.ctx, a, conversation.ListFilter{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range list {
					if h.ID == id {
						t.Errorf("%s lists the %s", who, kind)
					}
				}
			}
			if after := b.everything(p[0], id); string(after) != string(before) {
				t.Errorf("%s changed:\n%s\n%s", kind, before, after)
			}
		}
	})
}

// TestNewcomersSeeTheirWindow: what was before is not there for them, by no way.
func TestNewcomersSeeTheirWindow(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		id := b.create(p[0], conversation.Draft{Kind: conversation.Group, Name: "G", Members: personIDs(p[1:2]), History: conversation.HistoryJoined})
		for _, purpose := range []string{"secret purpose", "public"} {
			want(t, "purpose", b.conv.Update(b.ctx, p[0], id, conversation.Update{Purpose: &purpose}), "")
		}
		old := b.post(p[1], id, "old secret").Seq
		want(t, "pin", b.log.Pin(b.ctx, p[0], id, old), "")
		want(t, "add", b.conv.AddMembers(b.ctx, p[0], id, personIDs(p[2:])), "")
		for what, do := range b.doings(id, old, p[1].Person) {
			switch what {
			case "quote", "get", "edit", "recall", "react", "unreact", "reactors", "receipts", "pin", "unpin":
				want(t, what, do(p[2]), xinshu.NotFound)
			}
		}
		b.mu.Lock()
		b.events = nil
		b.mu.Unlock()
		if _, err := b.log.Edit(b.ctx, p[1], id, old, "old secret, edited"); err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		for _, e := range b.events {
			if e.Kind == xinshu.EventMessageChanged && (len(e.People) != 2 || e.People[0] == p[2].Person || e.People[1] == p[2].Person) {
				t.Errorf("the edit goes to %v", e.People)
			}
		}
		b.mu.Unlock()
		changes, _, err := b.log.Changes(b.ctx, p[2], id, 0, 200)
		if err != nil || int64(len(changes)) != b.head(p[2], id).Rev {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		for _, c := range changes {
			if c.Kind == "hidden" && (c.Message != nil || c.Member != nil || c.Conversation != nil || c.Seq != 0 || c.At != 0) {
				t.Errorf("%+v", c)
			}
		}
		if got := string(b.everything(p[2], id)); contains(got, "secret") {
			t.Errorf("a newcomer sees %s", got)
		}
		if h := b.head(p[2], id); h.Unread != 0 || h.FirstSeq != old+2 {
			t.Errorf("%+v", h)
		}
	})
}
