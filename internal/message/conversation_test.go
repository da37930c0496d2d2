package message_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/org"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestCreatingIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		var wg sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]map[xinshu.ConversationID]bool{"group": {}, "direct": {}}
		note := func(kind string, id xinshu.ConversationID, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			ids[kind][id] = true
		}
		for i := range 10 {
			wg.Go(func() {
				id, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: "g", Kind: conversation.Group, Name: "G", Members: personIDs(p[1:])})
				note("group", id, err)
			})
			wg.Go(func() {
				id, err := b.conv.Create(b.ctx, p[i%2], conversation.Draft{ClientID: fmt.Sprint("d", i), Kind: conversation.Direct, Members: personIDs(p[1-i%2 : 2-i%2])})
				note("direct", id, err)
			})
		}
		wg.Wait()
		if len(ids["group"]) != 1 || len(ids["direct"]) != 1 {
			t.Fatalf("made %v", ids)
		}
		_, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: "g", Kind: conversation.Group, Name: "other", Members: personIDs(p[1:])})
		want(t, "another request", err, xinshu.Conflict)
		for id := range ids["direct"] {
			want(t, "leave a direct conversation", b.conv.Leave(b.ctx, p[0], id), xinshu.Forbidden)
			want(t, "add to it", b.conv.AddMembers(b.ctx, p[0], id, personIDs(p[2:])), xinshu.Forbidden)
		}
	})
}

// TestAuditNamesConversations: the trail says what a conversation was called when something was done to it, and nothing of direct ones.
func TestAuditNamesConversations(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		id, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: "g", Kind: conversation.Group, Name: "年会筹备", Members: personIDs(p[1:])})
		want(t, "create", err, "")
		_, err = b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: "d", Kind: conversation.Direct, Members: personIDs(p[1:])})
		want(t, "create a direct one", err, "")
		name := "年会"
		want(t, "rename", b.conv.Update(b.ctx, p[0], id, conversation.Update{Name: &name}), "")
		want(t, "make an admin", b.conv.SetRole(b.ctx, p[0], id, p[1].Person, conversation.RoleAdmin), "")
		got := []string{}
		for _, act := range b.acts {
			got = append(got, strings.Replace(act, id.String(), "ID", 1))
		}
		wanted := []string{
			`conversation.create conversation:ID {"kind":"group","members":2,"name":"年会筹备"}`,
			`conversation.update conversation:ID {"changes":["renamed"],"name":"年会"}`,
			fmt.Sprintf(`conversation.role conversation:ID {"from":"member","name":"年会","person":%q,"to":"admin"}`, p[1].Person),
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("the trail says %q, want %q", got, wanted)
		}
	})
}

func TestCreatingFromTheOrganisation(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		var department xinshu.DepartmentID
		var staff []xinshu.PersonID
		err := b.db.Write(b.ctx, func(tx *db.Tx) (err error) {
			if department, err = b.org.AddDepartment(tx, system, org.DepartmentDraft{Name: "采购部"}); err != nil {
				return err
			}
			for i := range 1100 {
				id, err := b.org.AddPerson(tx, system, org.PersonDraft{Name: fmt.Sprint("员工", i), Status: org.Active,
					Memberships: []org.MembershipDraft{{Department: department}}})
				if err != nil {
					return err
				}
				staff = append(staff, id)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		d := conversation.Draft{ClientID: "a", Kind: conversation.Group, Name: "全员", Members: personIDs(p[1:]),
			Audience: &org.Audience{Departments: []org.AudienceDepartment{{ID: department}}, People: staff[:3]}}
		id := b.create(p[0], d)
		if again := b.create(p[0], d); again != id {
			t.Fatalf("again made %s after %s", again, id)
		}
		if h := b.head(p[0], id); h.MemberCount != 1102 {
			t.Fatalf("%d members", h.MemberCount)
		}
		d.ClientID, d.Audience = "b", &org.Audience{Departments: []org.AudienceDepartment{{ID: 12345}}}
		_, err = b.conv.Create(b.ctx, p[0], d)
		want(t, "unknown department", err, xinshu.NotFound)
		d.ClientID, d.Audience, d.Members = "c", nil, []xinshu.PersonID{99}
		_, err = b.conv.Create(b.ctx, p[0], d)
		want(t, "unknown person", err, xinshu.NotFound)
	})
}

func TestNoConversationWithoutAnOwner(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(5)
		role := func(id xinshu.ConversationID, a xinshu.Actor) conversation.Role { return b.head(a, id).Role }
		id := b.group(p...)
		want(t, "make an admin", b.conv.SetRole(b.ctx, p[0], id, p[3].Person, conversation.RoleAdmin), "")
		want(t, "step down", b.conv.SetRole(b.ctx, p[0], id, p[0].Person, conversation.RoleMember), xinshu.LastOwner)
		want(t, "leave", b.conv.Leave(b.ctx, p[0], id), "")
		if role(id, p[3]) != conversation.RoleOwner {
			t.Error("the admin does not follow")
		}
		alone := b.group(p[3])
		direct := b.create(p[3], conversation.Draft{Kind: conversation.Direct, Members: personIDs(p[4:])})
		err := b.db.Write(b.ctx, func(tx *db.Tx) error {
			if _, err := b.org.SetStatus(tx, system, p[1].Person, org.Suspended); err != nil {
				return err
			}
			if _, err := b.org.SetStatus(tx, system, p[3].Person, org.Departed); err != nil {
				return err
			}
			return b.conv.OwnerDeparted(tx, system, p[3].Person, 0)
		})
		if err != nil {
			t.Fatal(err)
		}
		if role(id, p[2]) != conversation.RoleOwner || role(id, p[3]) != conversation.RoleMember || role(id, p[1]) != conversation.RoleMember {
			t.Error("the oldest active member does not follow")
		}
		if b.head(p[3], alone).ArchivedAt == 0 {
			t.Error("a conversation of one who departed is not archived")
		}
		if role(direct, p[4]) != conversation.RoleMember || b.head(p[4], direct).ArchivedAt != 0 {
			t.Error("a direct conversation was touched")
		}
		for _, a := range []xinshu.Actor{p[2], p[4], p[3]} {
			want(t, "leave", b.conv.Leave(b.ctx, a, id), "")
		}
		if h := b.head(p[1], id); h.Role != conversation.RoleOwner || h.MemberCount != 1 {
			t.Errorf("%+v", h)
		}
		want(t, "the last leaves", b.conv.Leave(b.ctx, p[1], id), "")
		if h, err := b.conv.Get(b.ctx, system, id); err != nil || h.ArchivedAt == 0 || h.MemberCount != 0 {
			t.Errorf("%+v %v", h, err)
		}
	})
}

func TestHandover(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		role := func(id xinshu.ConversationID, a xinshu.Actor) conversation.Role { return b.head(a, id).Role }
		with, without := b.group(p[0], p[1], p[2]), b.group(p[0], p[1])
		b.group(p[1], p[0]) // owned by somebody else
		shared := b.group(p[0], p[3])
		want(t, "share", b.conv.SetRole(b.ctx, p[0], shared, p[3].Person, conversation.RoleOwner), "")
		_, err := b.conv.FindHandover(b.ctx, p[1], p[0].Person)
		want(t, "an employee asks", err, xinshu.Forbidden)
		h, err := b.conv.FindHandover(b.ctx, system, p[0].Person)
		if err != nil || h.Count != 2 || len(h.Items) != 2 {
			t.Fatalf("%+v %v", h, err)
		}
		for _, item := range h.Items {
			if item.Next == nil || item.Next.ID != p[1].Person {
				t.Errorf("%+v", item)
			}
		}
		err = b.db.Write(b.ctx, func(tx *db.Tx) error { return b.conv.OwnerDeparted(tx, system, p[0].Person, p[2].Person) })
		if err != nil {
			t.Fatal(err)
		}
		if role(with, p[2]) != conversation.RoleOwner || role(with, p[1]) != conversation.RoleMember || role(with, p[0]) != conversation.RoleMember {
			t.Error("the heir does not follow where she is a member")
		}
		if role(without, p[1]) != conversation.RoleOwner {
			t.Error("nobody follows where the heir is not a member")
		}
		if _, err := b.conv.Get(b.ctx, p[2], without); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Error("the heir got into a conversation")
		}
	})
}

func TestHelloTellsWhatChanged(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		var ids []xinshu.ConversationID
		for range 60 {
			ids = append(ids, b.group(p[:2]...))
		}
		hello := func(cursor string) conversation.Hello {
			h, err := b.conv.HelloHeads(b.ctx, p[1], cursor)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		first := hello("")
		if !first.Full || len(first.Heads) != 0 {
			t.Fatalf("%+v", first)
		}
		for _, junk := range []string{"x", "1.", "-1.-1", "zzzzzzzzzzzzzz.zzzzzzzzzzzz", first.Cursor + "0"} {
			if h := hello(junk); !h.Full || h.Cursor == "" {
				t.Errorf("%q: %+v", junk, h)
			}
		}
		// settled waits until the cursor has nothing before it: on PostgreSQL other tests' transactions hold it back.
		settled := func() string {
			for deadline := time.Now().Add(20 * time.Second); ; {
				h := hello("")
				if again := hello(h.Cursor); !again.Full && len(again.Heads) == 0 || time.Now().After(deadline) {
					return h.Cursor
				}
			}
		}
		for name, c := range map[string]struct {
			do   func() error
			want []int
		}{
			"nothing":      {func() error { return nil }, nil},
			"two messages": {func() error { b.post(p[0], ids[3], "x"); b.post(p[1], ids[7], "y"); return nil }, []int{3, 7}},
			"read":         {func() error { _, err := b.conv.Read(b.ctx, p[1], ids[3], 1); return err }, []int{3}},
			"read by others": {func() error {
				_, err := b.conv.Read(b.ctx, p[0], ids[3], 1)
				return err
			}, nil},
			"muted": {func() error {
				yes := true
				return b.conv.UpdateMine(b.ctx, p[1], ids[9], conversation.Mine{Muted: &yes})
			}, []int{9}},
			"left":    {func() error { return b.conv.RemoveMember(b.ctx, p[0], ids[11], p[1].Person) }, []int{11}},
			"renamed": {func() error { n := "new"; return b.conv.Update(b.ctx, p[0], ids[12], conversation.Update{Name: &n}) }, []int{12}},
		} {
			cursor := settled()
			if err := c.do(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var got []int
			for _, h := range hello(cursor).Heads {
				i := slices.Index(ids, h.ID)
				got = append(got, i)
				if (h.Role == "") != (i == 11) || h.Role == "" && (h.Name != "" || h.LastMessage != nil || h.Rev != 0) {
					t.Errorf("%s: %+v", name, h)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v changed, want %v", name, got, c.want)
			}
		}
		cursor := settled()
		for _, id := range ids[:52] {
			if slices.Index(ids, id) != 11 {
				b.post(p[0], id, "x")
			}
		}
		if h := hello(cursor); !h.Full {
			t.Errorf("51 changes are not too many: %d", len(h.Heads))
		}
		seen := map[xinshu.ConversationID]bool{}
		for next := "x"; next != ""; {
			if next == "x" {
				next = ""
			}
			heads, n, err := b.conv.List(b.ctx, p[1], conversation.ListFilter{Limit: 25, Cursor: next})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range heads {
				seen[h.ID] = true
			}
			next = n
		}
		if len(seen) != 59 {
			t.Errorf("pages list %d conversations", len(seen))
		}
	})
}

func TestReceiptsAreCountedOncePerSecond(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(30)
		id := b.group(p...)
		seq := b.post(p[0], id, "read me").Seq
		for _, a := range p[1:] {
			if _, err := b.conv.Read(b.ctx, a, id, seq); err != nil {
				t.Fatal(err)
			}
		}
		events := func() (list []xinshu.Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, e := range b.events {
				if e.Kind == xinshu.EventReceipt {
					list = append(list, e)
				}
			}
			return list
		}
		full := fmt.Sprintf(`"receipts":[{"seq":%d,"read":29,"unread":0}]`, seq)
		began := time.Now()
		for deadline := began.Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			list := events()
			if n := len(list); n > 0 && contains(string(list[n-1].Frame), full) {
				if most := 2 + int(time.Since(began)/time.Second); n > most || !list[0].Watchers || list[0].Conversation != id {
					t.Errorf("%d events in %s, first %+v", n, time.Since(began), list[0])
				}
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("no event with %s among %d", full, len(list))
			}
		}
	})
}

// TestReceiptsFollowTheWindows: whoever may not read a message is not told how many have.
func TestReceiptsFollowTheWindows(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		id, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: b.clientID(), Kind: conversation.Group, Name: "Group",
			History: conversation.HistoryJoined, Members: []xinshu.PersonID{p[1].Person}})
		if err != nil {
			t.Fatal(err)
		}
		first := map[int64]int64{} // window of the newcomer who came after a message
		var seqs []int64
		for i := range 3 {
			seqs = append(seqs, b.post(p[0], id, "read me").Seq)
			if i < 2 {
				if err := b.conv.AddMembers(b.ctx, p[0], id, []xinshu.PersonID{p[2+i].Person}); err != nil {
					t.Fatal(err)
				}
				h, err := b.conv.Get(b.ctx, p[2+i], id)
				if err != nil {
					t.Fatal(err)
				}
				first[seqs[i]] = h.FirstSeq
			}
		}
		if _, err := b.conv.Read(b.ctx, p[1], id, seqs[2]); err != nil {
			t.Fatal(err)
		}
		heard := map[int64]int64{} // oldest of the event that tells of a message
		for deadline := time.Now().Add(20 * time.Second); len(heard) < 3; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("heard of %v only", heard)
			}
			b.mu.Lock()
			events := slices.Clone(b.events)
			b.mu.Unlock()
			for _, e := range events {
				var frame struct{ Data message.ReceiptEvent }
				if e.Kind != xinshu.EventReceipt {
					continue
				}
				if err := json.Unmarshal(e.Frame, &frame); err != nil {
					t.Fatal(err)
				}
				for _, r := range frame.Data.Receipts {
					heard[r.Seq] = e.Oldest
				}
			}
		}
		for i, seq := range seqs {
			if heard[seq] > seq {
				t.Errorf("message %d is told as of %d", seq, heard[seq])
			}
			for after, window := range first {
				if readable := window <= heard[seq]; readable != (seq > after) {
					t.Errorf("message %d is told as of %d to who reads from %d", i, heard[seq], window)
				}
			}
		}
	})
}
