package chatimport

import (
	"context"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// conversation finds or makes what a conversation line describes. Of its members those become members who take part in the
// organisation; authors from outside and people who have left are none.
func (r *run) conversation(ctx context.Context, l *line) error {
	if _, again := r.targets[l.Key]; again {
		return &fault{"key", "The key was used for another conversation of this file."}
	}
	r.targets[l.Key] = nil // its messages are refused unless all goes well
	var id xinshu.ConversationID
	err := r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := findReference(tx, r.req.Source, typeConversation, l.Key)
		id = xinshu.ConversationID(found)
		return err
	})
	if err != nil {
		return fmt.Errorf("find conversation: %w", err)
	}
	if id == 0 {
		if id, err = r.create(ctx, l); err != nil {
			return err
		}
	}
	r.targets[l.Key] = &target{id: id, key: l.Key}
	return nil
}

func (r *run) create(ctx context.Context, l *line) (xinshu.ConversationID, error) {
	members, owner, err := r.members(ctx, l)
	if err != nil {
		return 0, err
	}
	draft := conversation.Draft{ClientID: clientID(r.req.Source, typeConversation, l.Key), Kind: conversation.Kind(l.Kind), Name: l.Name,
		Purpose: l.Purpose, Members: members, Owner: owner}
	id, err := r.s.opt.Conversations.Create(ctx, xinshu.Actor{System: "import"}, draft)
	if err != nil {
		return 0, err
	}
	r.made = append(r.made, made{l.Key, id})
	r.mu.Lock()
	r.report.Conversations++
	r.mu.Unlock()
	return id, nil
}

// made is a conversation whose reference waits for the next flush: until then a repetition finds it by its client_id.
type made struct {
	key string
	id  xinshu.ConversationID
}

func (r *run) storeMade(ctx context.Context) error {
	for part := range slices.Chunk(r.made, 1_000) { // about 10 ms of SQLite's writer
		err := r.s.opt.DB.Write(ctx, func(tx *db.Tx) error {
			for _, m := range part {
				if err := storeReference(tx, r.req.Source, typeConversation, m.key, m.id.Int64()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("store references: %w", err)
		}
	}
	r.made = nil
	return nil
}

// members returns those who take part, without the owner, who is the one named, or the first, or the one of the request.
func (r *run) members(ctx context.Context, l *line) (members []xinshu.PersonID, owner xinshu.PersonID, err error) {
	if len(l.Members) > xinshu.MaxMembers {
		return nil, 0, &fault{"members", "There are too many members."}
	}
	for i, key := range l.Members {
		id, err := r.author(ctx, key)
		if err != nil {
			return nil, 0, err
		}
		if id == 0 {
			return nil, 0, &fault{fmt.Sprintf("members[%d]", i), "Nobody has this key, login, employee number or e-mail address."}
		}
		members = append(members, id)
	}
	if l.Owner != "" {
		if owner, err = r.author(ctx, l.Owner); err != nil {
			return nil, 0, err
		}
		if owner == 0 {
			return nil, 0, &fault{"owner", "Nobody has this key, login, employee number or e-mail address."}
		}
		members = append([]xinshu.PersonID{owner}, members...)
	}
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		members, err = r.s.opt.Org.ActiveOf(tx, members) // in the order asked for, each once
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("members: %w", err)
	}
	switch {
	case l.Kind == string(conversation.Direct) && len(members) != 2:
		return nil, 0, &fault{"members", "A direct conversation has two members who take part in the organisation."}
	case len(members) > 0:
		return members[1:], members[0], nil
	case r.req.Owner != 0:
		return nil, r.req.Owner, nil
	}
	return nil, 0, &fault{"members", "No member takes part in the organisation, and nobody is named to own such conversations (--owner)."}
}
