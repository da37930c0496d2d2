package message_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// ownerless counts, in one snapshot, groups that can be written in and whose owners have all left the company.
const ownerless = `SELECT count(*) FROM conversation c WHERE c.kind <> 'direct' AND c.archived_at = 0 AND NOT EXISTS (SELECT 1 FROM member m
	JOIN person p ON p.id = m.person_id WHERE m.conversation_id = c.id AND m.left_at = 0 AND m.role = 'owner' AND p.status <> 'departed')`

// TestImportsLeaveNoGroupWithoutAnOwner: whoever an import lets go, whatever members do meanwhile, and whenever somebody looks.
func TestImportsLeaveNoGroupWithoutAnOwner(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		b.org.OnLeave(org.Leaving{Departed: []func(*db.Tx, xinshu.Actor, []xinshu.PersonID) error{b.conv.OwnersDeparted}})
		seed := rand.Uint64()
		t.Log("seed", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		const size = 24
		b.importPeople(t, size, func(int) bool { return true })
		people := make([]xinshu.Actor, size)
		for i := range people {
			people[i] = b.byLogin(t, fmt.Sprintf("u%d", i))
		}
		var groups []xinshu.ConversationID
		for range 40 {
			members := r.Perm(size)[:1+r.IntN(5)]
			actors := make([]xinshu.Actor, len(members))
			for i, m := range members {
				actors[i] = people[m]
			}
			id := b.group(actors...)
			groups = append(groups, id)
			for _, a := range actors[1:] {
				role := []conversation.Role{conversation.RoleOwner, conversation.RoleAdmin, conversation.RoleMember}[r.IntN(3)]
				want(t, "role", b.conv.SetRole(b.ctx, actors[0], id, a.Person, role), "")
			}
		}
		ctx, cancel := context.WithCancel(b.ctx)
		var watchers sync.WaitGroup
		defer watchers.Wait()
		defer cancel()
		looks := 0
		watchers.Go(func() {
			for ; ctx.Err() == nil; looks++ {
				b.wantNone(t, ownerless)
			}
		})
		watchers.Go(func() { // members leave and hand on while imports run
			own := rand.New(rand.NewPCG(seed, 2))
			for ctx.Err() == nil {
				a, id := people[own.IntN(size)], groups[own.IntN(len(groups))]
				if own.IntN(20) == 0 {
					_ = b.conv.Leave(b.ctx, a, id) // refused for whoever is no member
				} else {
					_ = b.conv.SetRole(b.ctx, a, id, people[own.IntN(size)].Person, conversation.RoleOwner)
				}
			}
		})
		for range 12 {
			stays := map[int]bool{}
			for _, i := range r.Perm(size)[:size/2+r.IntN(size/2)] {
				stays[i] = true
			}
			b.importPeople(t, size, func(i int) bool { return stays[i] })
			if _, err := b.conv.HandOverDeparted(b.ctx, system); err != nil {
				t.Error(err)
			}
			b.wantNone(t, `SELECT count(*) FROM member m JOIN person p ON p.id = m.person_id JOIN conversation c ON c.id = m.conversation_id
				WHERE m.left_at = 0 AND m.role = 'owner' AND p.status = 'departed' AND c.kind <> 'direct'`)
			b.wantNone(t, `SELECT count(*) FROM conversation c JOIN member m ON m.conversation_id = c.id AND m.left_at = 0 JOIN person p ON p.id = m.person_id
				WHERE c.archived_at <> 0 AND m.role = 'owner' AND p.status = 'departed'`)
		}
		cancel()
		watchers.Wait()
		if looks < 12 {
			t.Errorf("looked only %d times", looks)
		}
	})
}

// importPeople imports a complete file of those people who stay.
func (b *bundle) importPeople(t *testing.T, n int, stays func(i int) bool) {
	t.Helper()
	var file strings.Builder
	file.WriteString("姓名,工号,登录名,部门,状态\n")
	for i := range n {
		if stays(i) {
			fmt.Fprintf(&file, "员工%d,E%d,u%d,集团/%d部,在职\n", i, i, i, i%3)
		}
	}
	source, err := importer.Read([]byte(file.String()), importer.CSV)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := importer.MakePlan(b.ctx, b.org, system, source, importer.Options{Replace: true})
	if err == nil {
		_, err = importer.Apply(b.ctx, b.org, system, plan, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) byLogin(t *testing.T, login string) (a xinshu.Actor) {
	t.Helper()
	err := b.db.Read(b.ctx, func(tx *db.Tx) error {
		p, err := b.org.PersonByLogin(tx, login)
		a.Person = p.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// wantNone fails unless a count is 0.
func (b *bundle) wantNone(t *testing.T, q string) {
	t.Helper()
	var n int64
	err := b.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Row(q).Scan(&n) })
	if err != nil || n != 0 {
		t.Errorf("%d: %s (%v)", n, q, err)
	}
}
