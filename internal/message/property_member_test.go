package message_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

func (x *trial) add(t *rapid.T) {
	a, me := x.who(t)
	people := personIDs(rapid.SliceOfN(rapid.SampledFrom(x.people), 1, 3).Draw(t, "people"))
	err := x.b.conv.AddMembers(x.b.ctx, a, x.id, people)
	if me == nil {
		x.must(err, x.stranger())
		return
	}
	x.must(err, "")
	x.model.add(people, "added")
}

func (x *trial) join(t *rapid.T) {
	a, me := x.who(t)
	err := x.b.conv.Join(x.b.ctx, a, x.id)
	switch {
	case x.model.archived && x.model.kind == conversation.Channel:
		x.must(err, xinshu.Forbidden)
	case me != nil:
		x.must(err, "")
	case x.model.kind != conversation.Channel:
		x.must(err, xinshu.NotFound)
	default:
		x.must(err, "")
		x.model.add([]xinshu.PersonID{a.Person}, "joined")
	}
}

func (x *trial) leave(t *rapid.T) {
	a, me := x.who(t)
	err := x.b.conv.Leave(x.b.ctx, a, x.id)
	if me == nil {
		x.must(err, x.stranger())
		return
	}
	x.must(err, "")
	x.model.end(a.Person, "left")
}

func (x *trial) remove(t *rapid.T) {
	a, me := x.who(t)
	target := rapid.SampledFrom(x.people).Draw(t, "target")
	err := x.b.conv.RemoveMember(x.b.ctx, a, x.id, target.Person)
	him := x.model.members[target.Person]
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case target.Person == a.Person:
		x.must(err, "")
		x.model.end(a.Person, "left")
	case me.role == conversation.RoleMember:
		x.must(err, xinshu.Forbidden)
	case him == nil:
		x.must(err, xinshu.NotFound)
	case me.role == conversation.RoleAdmin && him.role != conversation.RoleMember:
		x.must(err, xinshu.Forbidden)
	default:
		x.must(err, "")
		x.model.end(target.Person, "removed")
	}
}

func (x *trial) role(t *rapid.T) {
	a, me := x.who(t)
	target := rapid.SampledFrom(x.people).Draw(t, "target")
	role := rapid.SampledFrom([]conversation.Role{conversation.RoleOwner, conversation.RoleAdmin, conversation.RoleMember}).Draw(t, "role")
	err := x.b.conv.SetRole(x.b.ctx, a, x.id, target.Person, role)
	him := x.model.members[target.Person]
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case me.role != conversation.RoleOwner && (target.Person != a.Person || role != conversation.RoleMember):
		x.must(err, xinshu.Forbidden)
	case him == nil:
		x.must(err, xinshu.NotFound)
	case him.role == role:
		x.must(err, "")
	case him.role == conversation.RoleOwner && x.model.owners() == 1:
		x.must(err, xinshu.LastOwner)
	default:
		x.must(err, "")
		him.role = role
		x.model.memberChange("role")
	}
}

func (x *trial) changeHistory(t *rapid.T) {
	a, me := x.who(t)
	h := rapid.SampledFrom([]conversation.History{conversation.HistoryAll, conversation.HistoryJoined}).Draw(t, "history")
	err := x.b.conv.Update(x.b.ctx, a, x.id, conversation.Update{History: &h})
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case me.role == conversation.RoleMember:
		x.must(err, xinshu.Forbidden)
	case x.model.history == h:
		x.must(err, "")
	default:
		x.must(err, "")
		x.model.history = h
		x.model.rev++
		x.model.announce("settings")
	}
}

func (x *trial) pin(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	e := x.model.log[seq-1]
	put := rapid.Bool().Draw(t, "put")
	act, kind := x.b.log.Pin, "pinned"
	if !put {
		act, kind = x.b.log.Unpin, "unpinned"
	}
	err := act(x.b.ctx, a, x.id, seq)
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case seq < me.first:
		x.must(err, xinshu.NotFound)
	case e.recalled:
		x.must(err, xinshu.Forbidden)
	default:
		x.must(err, "")
		if e.pinned != put {
			e.pinned = put
			x.model.rev++
			x.model.announce(kind)
		}
	}
}

// deliver plays the hub after every act: events go to those who are members now and may have them.
func (x *trial) deliver(*rapid.T) {
	x.b.mu.Lock()
	events := x.b.events
	x.b.events = nil
	x.b.mu.Unlock()
	for _, e := range events {
		if e.Kind == xinshu.EventReceipt || e.Conversation != 0 && e.Conversation != x.id {
			continue // counts of the second before, of another trial too
		}
		for _, c := range x.listen {
			switch {
			case e.Conversation == 0 && !slices.Contains(e.People, c.actor.Person),
				e.Conversation != 0 && x.model.members[c.actor.Person] == nil,
				e.Conversation != 0 && e.People != nil && !slices.Contains(e.People, c.actor.Person):
			default:
				x.must(c.hear(e), "")
			}
		}
	}
}

// resumeOne has a sleeping client come back: it asks for changes, or takes a snapshot if it had none.
func (x *trial) resumeOne(t *rapid.T) {
	i := rapid.IntRange(0, len(x.people)-1).Draw(t, "who")
	x.wake(x.resume[i])
}

func (x *trial) wake(c *client) {
	me := x.model.members[c.actor.Person]
	switch {
	case me == nil:
		c.in = false
	case !c.in, c.first != me.first: // she was away in between: the head shows another history window
		x.must(c.snapshot(), "")
	default:
		x.must(c.catchUp(), "")
	}
}

// check compares everybody's view with the model.
func (x *trial) check() {
	x.deliver(nil)
	for i, a := range x.people {
		me := x.model.members[a.Person]
		if me == nil {
			_, _, err := x.b.log.History(x.b.ctx, a, x.id, message.Page{Limit: 10})
			x.must(err, x.stranger())
			_, _, err = x.b.log.Changes(x.b.ctx, a, x.id, 0, 10)
			x.must(err, x.stranger())
			continue
		}
		x.checkHead(a, me)
		fresh := &client{b: x.b, actor: a, id: x.id}
		x.must(fresh.snapshot(), "")
		var got, want []string
		for seq := max(1, me.first); seq <= x.model.last(); seq++ {
			want = append(want, x.model.log[seq-1].show(seq))
			if m, ok := fresh.messages[seq]; ok {
				got = append(got, shown(m))
			}
		}
		if !slices.Equal(got, want) || len(fresh.messages) != len(want) {
			x.Fatalf("%s sees\n%q\nwant\n%q", a.Person, got, want)
		}
		x.compare("events", x.listen[i], fresh)
		x.must(x.listen[i].catchUp(), "") // events about what she may not see did not reach her: the revs do
		x.wake(x.resume[i])
		for _, c := range []*client{x.listen[i], x.resume[i]} {
			x.compare("changes", c, fresh)
			if c.rev != fresh.rev {
				x.Fatalf("changes lead %s to r%d, a snapshot is r%d", a.Person, c.rev, fresh.rev)
			}
		}
	}
	if f, err := x.b.log.VerifyChain(x.b.ctx, system, x.id); err != nil || f != nil {
		x.Fatalf("chain: %+v %v", f, err)
	}
}

// compare fails unless a client that followed knows what one knows that begins.
func (x *trial) compare(how string, c, fresh *client) {
	if got, want := c.state(), fresh.state(); !slices.Equal(got, want) {
		x.Fatalf("%s lead %s to\n%s\na snapshot is\n%s", how, c.actor.Person, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (x *trial) checkHead(a xinshu.Actor, me *membership) {
	h, err := x.b.conv.Get(x.b.ctx, a, x.id)
	x.must(err, "")
	unread, mentions := x.model.unread(a.Person)
	if h.Unread != unread || h.Mentions != mentions || h.Role != me.role || h.ReadSeq != me.read || h.ReceiptSeq != me.receipt ||
		h.FirstSeq != me.first || h.LastSeq != x.model.last() || h.Rev != x.model.rev || h.MemberCount != int64(len(x.model.members)) {
		x.Fatalf("head of %s: %+v\nwant unread %d mentions %d rev %d last %d %+v", a.Person, h, unread, mentions, x.model.rev, x.model.last(), *me)
	}
	seq := max(1, me.first)
	list, err := x.b.log.Receipts(x.b.ctx, a, x.id, seq, 100, "")
	if seq > x.model.last() {
		x.must(err, xinshu.NotFound)
		return
	}
	x.must(err, "")
	read, unreadBy := x.model.receipts(seq)
	var gotRead, gotUnread []xinshu.PersonID
	for _, r := range list.Read {
		gotRead = append(gotRead, r.Person.ID)
	}
	for _, p := range list.Unread {
		gotUnread = append(gotUnread, p.ID)
	}
	if !slices.Equal(gotRead, read) || !slices.Equal(gotUnread, unreadBy) || list.ReadCount != int64(len(read)) {
		x.Fatalf("receipts of %d: %v %v, want %v %v", seq, gotRead, gotUnread, read, unreadBy)
	}
}
