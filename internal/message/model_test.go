package message_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// model is what one conversation should be: the simplest thing that could hold it.
type model struct {
	kind     conversation.Kind
	history  conversation.History
	rev      int64
	archived bool
	log      []*entry // seq 1 is log[0]
	members  map[xinshu.PersonID]*membership
}

type entry struct {
	sender    xinshu.PersonID // 0: the system
	clientID  string
	text      string
	rev       int64
	edited    bool
	recalled  bool
	mentions  map[xinshu.PersonID]bool // members at the time, without the sender
	all       bool
	reactions map[string][]xinshu.PersonID
	order     []string // emoji in order of appearance
	pinned    bool
	system    string // kind
}

type membership struct {
	role                         conversation.Role
	joined, first, read, receipt int64
}

func (m *model) last() int64 { return int64(len(m.log)) }

func (m *model) announce(kind string) {
	m.rev++
	m.log = append(m.log, &entry{system: kind, rev: m.rev, reactions: map[string][]xinshu.PersonID{}})
}

// membership changes take one rev for the change and one for the system message.
func (m *model) memberChange(kind string) {
	m.rev++
	m.announce(kind)
}

func (m *model) add(people []xinshu.PersonID, kind string) {
	joined, first := m.last(), int64(1)
	if m.history == conversation.HistoryJoined {
		first = joined + 1
	}
	fresh := false
	for _, p := range people {
		if m.members[p] == nil {
			m.members[p] = &membership{role: conversation.RoleMember, joined: joined, first: first, read: joined, receipt: joined}
			fresh = true
		}
	}
	if fresh {
		m.memberChange(kind)
	}
}

func (m *model) end(p xinshu.PersonID, kind string) {
	delete(m.members, p)
	m.memberChange(kind)
	m.ensureOwner()
}

func (m *model) ensureOwner() {
	type candidate struct {
		id xinshu.PersonID
		*membership
	}
	var all []candidate
	for id, x := range m.members {
		if x.role == conversation.RoleOwner {
			return
		}
		all = append(all, candidate{id, x})
	}
	if len(all) == 0 {
		m.archived = true
		m.rev++
		m.announce("archived")
		return
	}
	slices.SortFunc(all, func(a, b candidate) int {
		rank := map[conversation.Role]int{conversation.RoleAdmin: 0, conversation.RoleMember: 1}
		return cmp.Or(cmp.Compare(rank[a.role], rank[b.role]), cmp.Compare(a.joined, b.joined), cmp.Compare(a.id, b.id))
	})
	all[0].role = conversation.RoleOwner
	m.memberChange("role")
}

func (m *model) owners() (n int) {
	for _, x := range m.members {
		if x.role == conversation.RoleOwner {
			n++
		}
	}
	return n
}

// unread counts what somebody has not read: not her own, not of the system, not recalled, not from before she joined.
func (m *model) unread(p xinshu.PersonID) (unread, mentions int64) {
	me := m.members[p]
	for seq := max(me.read, me.joined) + 1; seq <= m.last(); seq++ {
		e := m.log[seq-1]
		if e.sender == 0 || e.sender == p || e.recalled {
			continue
		}
		unread++
		if e.all || e.mentions[p] {
			mentions++
		}
	}
	return unread, mentions
}

// receipts returns who has read a message, and who of its audience has not.
func (m *model) receipts(seq int64) (read, unread []xinshu.PersonID) {
	for _, p := range slices.Sorted(maps.Keys(m.members)) {
		switch x := m.members[p]; {
		case p == m.log[seq-1].sender || x.joined >= seq:
		case x.receipt >= seq:
			read = append(read, p)
		default:
			unread = append(unread, p)
		}
	}
	return read, unread
}

// show is an entry in one line, to be compared with [shown].
func (e *entry) show(seq int64) string {
	if e.recalled {
		return fmt.Sprintf("%d r%d %s recalled", seq, e.rev, e.sender)
	}
	var b strings.Builder
	if e.system != "" {
		fmt.Fprintf(&b, "%d r%d system %s", seq, e.rev, e.system)
	} else {
		fmt.Fprintf(&b, "%d r%d %s %q edited=%v", seq, e.rev, e.sender, e.text, e.edited)
	}
	for _, emoji := range e.order {
		fmt.Fprintf(&b, " %s%v", emoji, e.reactions[emoji])
	}
	return b.String()
}

// shown is a message in the words of [entry.show].
func shown(m message.Message) string {
	var c struct{ Type, Text, Kind string }
	if err := unmarshal(m.Content, &c); err != nil {
		return err.Error()
	}
	var b strings.Builder
	switch c.Type {
	case "recalled":
		return fmt.Sprintf("%d r%d %s recalled", m.Seq, m.Rev, m.Sender.ID)
	case "system":
		fmt.Fprintf(&b, "%d r%d system %s", m.Seq, m.Rev, c.Kind)
	default:
		fmt.Fprintf(&b, "%d r%d %s %q edited=%v", m.Seq, m.Rev, m.Sender.ID, c.Text, m.EditedAt != 0)
	}
	for _, r := range m.Reactions {
		fmt.Fprintf(&b, " %s%v", r.Emoji, r.People)
	}
	return b.String()
}
