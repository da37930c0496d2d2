package chatimport

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// A piece of conversations is one transaction, of about 25 ms of SQLite's writer at most; a conversation with more members than
// that is a piece of its own.
const (
	pieceTargets = 50
	pieceMembers = 500
)

// target is a conversation that is filled.
type target struct {
	id      xinshu.ConversationID // 0: waits for its piece, or refused
	key     string
	line    int64 // that described it
	refused bool
	draft   conversation.Draft // without members
	members []*author          // the owner first, if one is named
	pending []item
}

// conversation takes what a conversation line describes into the next piece.
func (r *run) conversation(ctx context.Context, n int64, l *line) error {
	if r.targets[l.Key] != nil {
		return &fault{"key", "The key was used for another conversation of this file."}
	}
	t := &target{key: l.Key, line: n, refused: true}
	r.targets[l.Key] = t // its messages are refused unless all goes well
	var err error
	if t.members, err = r.members(ctx, l); err != nil {
		return err
	}
	t.draft = conversation.Draft{ClientID: clientID(r.req.Source, typeConversation, l.Key), Kind: conversation.Kind(l.Kind), Name: l.Name,
		Purpose: l.Purpose}
	t.refused = false
	if len(r.newTargets) >= pieceTargets || r.newMembers+len(t.members) > pieceMembers {
		if err := r.storeTargets(ctx); err != nil {
			return err
		}
	}
	r.newTargets, r.newMembers = append(r.newTargets, t), r.newMembers+len(t.members)
	return nil
}

// members returns those whom a conversation line names, the owner first.
func (r *run) members(ctx context.Context, l *line) ([]*author, error) {
	if len(l.Members) > xinshu.MaxMembers {
		return nil, &fault{"members", "There are too many members."}
	}
	var out []*author
	add := func(field, key string) error {
		a, err := r.author(ctx, key)
		if err == nil && a == nil {
			err = &fault{field, "Nobody has this key, login, employee number or e-mail address."}
		}
		out = append(out, a)
		return err
	}
	if l.Owner != "" {
		if err := add("owner", l.Owner); err != nil {
			return nil, err
		}
	}
	for i, key := range l.Members {
		if err := add(fmt.Sprintf("members[%d]", i), key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// storeTargets finds or makes the conversations that wait. Authors from outside, who may be named as members, come first.
func (r *run) storeTargets(ctx context.Context) error {
	if err := r.storeAuthors(ctx); err != nil {
		return err
	}
	all := r.newTargets
	if len(all) == 0 {
		return nil
	}
	r.newTargets, r.newMembers = nil, 0
	known, active, err := r.look(ctx, all)
	if err != nil {
		return fmt.Errorf("find conversations: %w", err)
	}
	var fresh []*target
	for _, t := range all {
		t.id = xinshu.ConversationID(known[t.key])
		if t.id != 0 {
			continue
		}
		if err := r.complete(t, active); err != nil {
			if err := r.refuse(t, err); err != nil {
				return err
			}
			continue
		}
		fresh = append(fresh, t)
	}
	return r.create(ctx, fresh)
}

// look returns what of all is there from an earlier import, by key, and who of their members takes part in the organisation.
func (r *run) look(ctx context.Context, all []*target) (known map[string]int64, active map[xinshu.PersonID]bool, err error) {
	keys := make([]string, len(all))
	var people []xinshu.PersonID
	for i, t := range all {
		keys[i] = t.key
		for _, m := range t.members {
			people = append(people, m.id)
		}
	}
	active = map[xinshu.PersonID]bool{}
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if known, err = findReferences(tx, r.req.Source, typeConversation, keys); err != nil {
			return err
		}
		part, err := r.s.opt.Org.ActiveOf(tx, people)
		for _, id := range part {
			active[id] = true
		}
		return err
	})
	return known, active, err
}

// complete gives a conversation its members: of those named who take part in the organisation. Authors from outside and people who
// have left are none. The first is the owner; where there is nobody, the one of the request.
func (r *run) complete(t *target, active map[xinshu.PersonID]bool) error {
	var members []xinshu.PersonID
	seen := map[xinshu.PersonID]bool{}
	for _, m := range t.members {
		if active[m.id] && !seen[m.id] {
			seen[m.id] = true
			members = append(members, m.id)
		}
	}
	t.members = nil
	d := &t.draft
	switch {
	case d.Kind == conversation.Direct && len(members) != 2:
		return &fault{"members", "A direct conversation has two members who take part in the organisation."}
	case len(members) == 0 && r.req.Owner == 0:
		return &fault{"members", "No member takes part in the organisation, and nobody is named to own such conversations (--owner)."}
	case len(members) == 0:
		d.Owner = r.req.Owner
		return nil
	}
	d.Owner, d.Members = members[0], members[1:]
	return nil
}

// create makes conversations in one transaction; if it is refused, one by one, to find the bad lines. What a crash leaves without
// its reference a repetition finds by its client_id.
func (r *run) create(ctx context.Context, fresh []*target) error {
	if len(fresh) == 0 {
		return nil
	}
	actor := xinshu.SystemActor("import")
	drafts := make([]conversation.Draft, len(fresh))
	for i, t := range fresh {
		drafts[i] = t.draft
	}
	ids, err := r.s.opt.Conversations.CreateBatch(ctx, actor, drafts)
	if err != nil && passing(xinshu.CodeOf(err)) {
		return fmt.Errorf("create conversations: %w", err)
	}
	made := make(map[string]int64, len(fresh))
	for i, t := range fresh {
		if err == nil {
			t.id = ids[i]
		} else if id, one := r.s.opt.Conversations.Create(ctx, actor, t.draft); one == nil {
			t.id = id
		} else if one := r.refuse(t, one); one != nil {
			return fmt.Errorf("create conversation: %w", one)
		}
		if t.id != 0 {
			made[t.key] = t.id.Int64()
		}
	}
	err = r.s.opt.DB.Write(ctx, func(tx *db.Tx) error { return storeReferences(tx, r.req.Source, typeConversation, made) })
	if err != nil {
		return fmt.Errorf("store references: %w", err)
	}
	r.mu.Lock()
	r.report.Conversations += int64(len(made))
	r.mu.Unlock()
	return nil
}

// refuse notes what is wrong with the line of a conversation and passes on what is wrong with more than it.
func (r *run) refuse(t *target, err error) error {
	t.refused = true
	return r.judge(t.line, err)
}
