package message_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

var emojis = []string{"👍", "❤️", "🎉"}

// trial drives one conversation and its model side by side.
type trial struct {
	*rapid.T
	b      *bundle
	id     xinshu.ConversationID
	people []xinshu.Actor
	model  *model
	listen []*client // one per person: follows events
	resume []*client // one per person: sleeps, then asks for changes
}

// TestLogIsAsTheModelSays: random acts by random people; after each, every person sees what the model says, and no more.
func TestLogIsAsTheModelSays(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		people := b.people(5)
		rapid.Check(t, func(rt *rapid.T) {
			x := newTrial(rt, b, people)
			rt.Repeat(map[string]func(*rapid.T){
				"post": x.post, "again": x.again, "edit": x.edit, "recall": x.recall, "react": x.react, "read": x.read, "unread": x.unread,
				"add": x.add, "join": x.join, "leave": x.leave, "remove": x.remove, "role": x.role, "history": x.changeHistory, "pin": x.pin,
				"import": x.imports, "resume": x.resumeOne, "": x.deliver,
			})
			x.check()
		})
	})
}

func newTrial(rt *rapid.T, b *bundle, people []xinshu.Actor) *trial {
	x := &trial{T: rt, b: b, people: people}
	m := &model{members: map[xinshu.PersonID]*membership{}, rev: 1}
	m.kind = rapid.SampledFrom([]conversation.Kind{conversation.Group, conversation.Channel}).Draw(rt, "kind")
	m.history = rapid.SampledFrom([]conversation.History{conversation.HistoryAll, conversation.HistoryJoined}).Draw(rt, "history")
	for _, p := range people[:3] {
		m.members[p.Person] = &membership{role: conversation.RoleMember, first: 1}
	}
	m.members[people[0].Person].role = conversation.RoleOwner
	m.announce("created")
	x.model = m
	b.mu.Lock()
	b.events = nil
	b.mu.Unlock()
	x.id = b.create(people[0], conversation.Draft{Kind: m.kind, Name: "Trial", History: m.history, Members: personIDs(people[1:3])})
	for _, p := range people {
		for _, list := range []*[]*client{&x.listen, &x.resume} {
			c := &client{b: b, actor: p, id: x.id}
			if m.members[p.Person] != nil {
				x.must(c.snapshot(), "")
			}
			*list = append(*list, c)
		}
	}
	return x
}

func (x *trial) must(err error, code xinshu.Code) {
	if got := xinshu.CodeOf(err); got != code {
		x.Fatalf("%v, want %q", err, code)
	}
}

func (x *trial) who(t *rapid.T) (xinshu.Actor, *membership) {
	a := rapid.SampledFrom(x.people).Draw(t, "who")
	return a, x.model.members[a.Person]
}

// stranger is the code that who is no member gets.
func (x *trial) stranger() xinshu.Code {
	if x.model.kind == conversation.Channel {
		return xinshu.NotAMember
	}
	return xinshu.NotFound
}

func (x *trial) seq(t *rapid.T) int64 {
	return rapid.Int64Range(1, max(1, x.model.last())).Draw(t, "seq")
}

func (x *trial) text(t *rapid.T, sender xinshu.PersonID) (text string, mentions map[xinshu.PersonID]bool, all bool) {
	text = rapid.SampledFrom([]string{"你好", "hello", "报销单", "ok"}).Draw(t, "text")
	mentions = map[xinshu.PersonID]bool{}
	for _, p := range rapid.SliceOfN(rapid.SampledFrom(x.people), 0, 2).Draw(t, "mentions") {
		text += " <@" + p.Person.String() + ">"
		if x.model.members[p.Person] != nil && p.Person != sender {
			mentions[p.Person] = true
		}
	}
	if all = rapid.IntRange(0, 9).Draw(t, "all") == 0; all {
		text += " <@all>"
	}
	return text, mentions, all
}

func (x *trial) post(t *rapid.T) {
	a, me := x.who(t)
	text, mentions, all := x.text(t, a.Person)
	reply := rapid.Int64Range(0, x.model.last()).Draw(t, "reply")
	d := message.Draft{Conversation: x.id, ClientID: x.b.clientID(), Text: text, ReplyTo: reply}
	p, err := x.b.log.Post(x.b.ctx, a, d)
	switch {
	case me == nil:
		x.must(err, x.stranger())
		return
	case reply != 0 && reply < me.first:
		x.must(err, xinshu.NotFound)
		return
	}
	x.must(err, "")
	x.model.rev++
	x.model.log = append(x.model.log, &entry{sender: a.Person, clientID: d.ClientID, text: text, rev: x.model.rev, mentions: mentions, all: all,
		reactions: map[string][]xinshu.PersonID{}})
	if p.Seq != x.model.last() || p.Rev != x.model.rev {
		x.Fatalf("posted as %d r%d, want %d r%d", p.Seq, p.Rev, x.model.last(), x.model.rev)
	}
}

// imports appends messages of members and others at once.
func (x *trial) imports(t *rapid.T) {
	var items []message.Imported
	for range rapid.IntRange(1, 3).Draw(t, "count") {
		a, _ := x.who(t)
		text, mentions, all := x.text(t, a.Person)
		it := message.Imported{Conversation: x.id, ClientID: x.b.clientID(), Author: a.Person, SentAt: xinshu.MillisOf(x.b.clock.Now()), Text: text}
		items = append(items, it)
		x.model.rev++
		x.model.log = append(x.model.log, &entry{sender: a.Person, clientID: it.ClientID, text: text, rev: x.model.rev, mentions: mentions, all: all,
			reactions: map[string][]xinshu.PersonID{}})
	}
	out, err := x.b.log.ImportBatch(x.b.ctx, system, items)
	x.must(err, "")
	if last := out[len(out)-1]; last.Seq != x.model.last() || last.Rev != x.model.rev || last.Duplicate {
		x.Fatalf("imported up to %+v, want %d r%d", last, x.model.last(), x.model.rev)
	}
	again, err := x.b.log.ImportBatch(x.b.ctx, system, items)
	x.must(err, "")
	for i := range again {
		if !again[i].Duplicate || again[i].Seq != out[i].Seq {
			x.Fatalf("imported again: %+v, want %+v", again[i], out[i])
		}
	}
}

// again repeats an earlier post, with the same or with another text.
func (x *trial) again(t *rapid.T) {
	seq := x.seq(t)
	e := x.model.log[seq-1]
	if e.sender == 0 {
		return
	}
	a := x.people[slices.IndexFunc(x.people, func(p xinshu.Actor) bool { return p.Person == e.sender })]
	p, err := x.b.log.Post(x.b.ctx, a, message.Draft{Conversation: x.id, ClientID: e.clientID, Text: "never posted before"})
	if x.model.members[a.Person] == nil {
		x.must(err, x.stranger())
		return
	}
	if err == nil {
		x.Fatalf("another text under a used client_id was posted as %d", p.Seq)
	}
	x.must(err, xinshu.Conflict)
}

func (x *trial) edit(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	e := x.model.log[seq-1]
	text, mentions, all := x.text(t, a.Person)
	_, err := x.b.log.Edit(x.b.ctx, a, x.id, seq, text)
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case seq < me.first:
		x.must(err, xinshu.NotFound)
	case e.recalled, e.sender != a.Person:
		x.must(err, xinshu.Forbidden)
	case e.text == text:
		x.must(err, "")
	default:
		x.must(err, "")
		x.model.rev++
		e.text, e.edited, e.rev, e.mentions, e.all = text, true, x.model.rev, mentions, all
	}
}

func (x *trial) recall(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	e := x.model.log[seq-1]
	err := x.b.log.Recall(x.b.ctx, a, x.id, seq)
	switch {
	case me == nil:
		x.must(err, x.stranger())
	case seq < me.first:
		x.must(err, xinshu.NotFound)
	case e.recalled:
		x.must(err, "")
	case e.sender == 0, e.sender != a.Person && me.role == conversation.RoleMember:
		x.must(err, xinshu.Forbidden)
	default:
		x.must(err, "")
		x.model.rev++
		e.recalled, e.pinned, e.rev = true, false, x.model.rev
	}
}

func (x *trial) react(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	e := x.model.log[seq-1]
	emoji := rapid.SampledFrom(emojis).Draw(t, "emoji")
	put := rapid.Bool().Draw(t, "put")
	act := x.b.log.React
	if !put {
		act = x.b.log.Unreact
	}
	_, err := act(x.b.ctx, a, x.id, seq, emoji)
	switch {
	case me == nil:
		x.must(err, x.stranger())
		return
	case seq < me.first:
		x.must(err, xinshu.NotFound)
		return
	case e.recalled:
		x.must(err, xinshu.Forbidden)
		return
	}
	x.must(err, "")
	has := slices.Contains(e.reactions[emoji], a.Person)
	if has == put {
		return
	}
	x.model.rev++
	e.rev = x.model.rev
	if put {
		if len(e.reactions[emoji]) == 0 {
			e.order = append(e.order, emoji)
		}
		e.reactions[emoji] = append(e.reactions[emoji], a.Person)
		return
	}
	e.reactions[emoji] = slices.DeleteFunc(e.reactions[emoji], func(p xinshu.PersonID) bool { return p == a.Person })
	if len(e.reactions[emoji]) == 0 {
		e.order = slices.DeleteFunc(e.order, func(o string) bool { return o == emoji })
	}
}

func (x *trial) read(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	got, err := x.b.conv.Read(x.b.ctx, a, x.id, seq)
	if me == nil {
		x.must(err, x.stranger())
		return
	}
	x.must(err, "")
	me.read = max(me.read, seq)
	me.receipt = max(me.receipt, me.read)
	x.compareRead(a, me, got)
}

func (x *trial) unread(t *rapid.T) {
	a, me := x.who(t)
	seq := x.seq(t)
	got, err := x.b.conv.Unread(x.b.ctx, a, x.id, seq)
	if me == nil {
		x.must(err, x.stranger())
		return
	}
	x.must(err, "")
	me.read = max(me.joined, seq-1)
	me.receipt = max(me.receipt, me.read)
	x.compareRead(a, me, got)
}

func (x *trial) compareRead(a xinshu.Actor, me *membership, got conversation.ReadState) {
	unread, mentions := x.model.unread(a.Person)
	if got.ReadSeq != me.read || got.ReceiptSeq != me.receipt || got.Unread != unread || got.Mentions != mentions {
		x.Fatalf("%s: %+v, want read %d receipt %d unread %d mentions %d", a.Person, got, me.read, me.receipt, unread, mentions)
	}
}
