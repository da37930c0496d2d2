package message_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// roll reads the whole list of members by pages.
func (b *bundle) roll(a xinshu.Actor, id xinshu.ConversationID, q string, limit int) (out []conversation.MemberItem) {
	b.t.Helper()
	for cursor, pages := "", 0; ; pages++ {
		items, next, err := b.conv.ListMembers(b.ctx, a, id, q, limit, cursor)
		if err != nil || len(items) > limit || pages > 2000 {
			b.t.Fatalf("page %d: %d items, %v", pages, len(items), err)
		}
		out = append(out, items...)
		if cursor = next; next == "" {
			return out
		}
	}
}

// TestMembersAreInOrder: the owner, the admins, the members, each by name, whatever the size of the conversation and of a page.
func TestMembersAreInOrder(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(1_100)
		for _, size := range []int{6, 1_100} {
			id := b.group(p[2], p[5], p[0])
			for rest := slices.Concat(p[1:2], p[3:5], p[6:size]); len(rest) > 0; {
				n := min(len(rest), xinshu.MaxMembersRequest)
				if err := b.conv.AddMembers(b.ctx, p[2], id, personIDs(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			for _, admin := range []xinshu.Actor{p[4], p[1]} {
				if err := b.conv.SetRole(b.ctx, p[2], id, admin.Person, conversation.RoleAdmin); err != nil {
					t.Fatal(err)
				}
			}
			for _, limit := range []int{1, 2, 4, 200} {
				if limit < 4 && size > 1_000 {
					continue // too many pages
				}
				got := b.roll(p[0], id, "", limit)
				if len(got) != size {
					t.Fatalf("%d of %d members by %d", len(got), size, limit)
				}
				var first []string
				for _, m := range got[:5] {
					first = append(first, fmt.Sprint(m.Person.Name, " ", m.Role))
				}
				if s := strings.Join(first, ", "); s != "Person C0 owner, Person B0 admin, Person E0 admin, Person A0 member, "+map[bool]string{true: "Person D0 member", false: "Person A1 member"}[size == 6] {
					t.Errorf("by %d the list begins with %s", limit, s)
				}
				names := func(m conversation.MemberItem) string { return m.Person.Name[:8] } // with its letter
				if !slices.IsSortedFunc(got[3:], func(x, y conversation.MemberItem) int { return strings.Compare(names(x), names(y)) }) {
					t.Errorf("by %d members are not in the order of names", limit)
				}
			}
			if got := b.roll(p[0], id, "person e0", 3); len(got) != 1 || got[0].Person.ID != p[4].Person {
				t.Errorf("found %+v", got)
			}
			if _, _, err := b.conv.ListMembers(b.ctx, p[0], id, "", 3, "7.1"); xinshu.CodeOf(err) != xinshu.Invalid {
				t.Errorf("a foreign cursor: %v", err)
			}
		}
	})
}

// TestContacts: whom somebody has talked with alone, the latest first; groups and silent conversations do not count.
func TestContacts(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(5)
		direct := func(other xinshu.Actor) xinshu.ConversationID {
			return b.create(p[1], conversation.Draft{Kind: conversation.Direct, Members: []xinshu.PersonID{other.Person}})
		}
		first, second := direct(p[0]), direct(p[2])
		direct(p[3])
		b.post(p[1], b.group(p[1], p[4]), "group")
		b.clock.advance(time.Second)
		b.post(p[1], second, "two")
		b.clock.advance(time.Second)
		b.post(p[0], first, "one")
		for who, want := range map[int][]xinshu.PersonID{1: {p[0].Person, p[2].Person}, 0: {p[1].Person}, 3: {}, 4: {}} {
			err := b.db.Read(b.ctx, func(tx *db.Tx) error {
				got, err := b.conv.Contacts(tx, p[who].Person)
				if !slices.Equal(got, want) {
					t.Errorf("%d talks with %v, want %v", who, got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
