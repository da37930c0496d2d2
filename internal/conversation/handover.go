package conversation

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

// maxHandover bounds the conversations that a handover names; the count is exact.
const maxHandover = 100

// Handover (交接) is what a person owns, before she leaves.
type Handover struct {
	Count int            `json:"count" doc:"Groups and channels that she owns alone"`
	Items []HandoverItem `json:"items" doc:"The first 100 of them"`
}

// HandoverItem is one conversation that needs a new owner. It says nothing about what was written there.
type HandoverItem struct {
	ID      xinshu.ConversationID `json:"id"`
	Kind    Kind                  `json:"kind"`
	Name    string                `json:"name"`
	Members int                   `json:"members"`
	Next    *org.PersonBrief      `json:"next" doc:"Who becomes owner if nobody is chosen; null when the conversation is archived instead"`
}

// FindHandover lists what person owns alone. For system administrators. [xinshu.NotFound] for an unknown person.
func (s *Service) FindHandover(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID) (out Handover, err error) {
	if !actor.IsSystem() && !actor.Roles.Has(xinshu.SystemAdmin) {
		return out, xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := s.opt.Org.GetAccount(tx, person); err != nil {
			return err
		}
		out, err = s.handover(tx, person)
		return err
	})
	if err != nil {
		return Handover{}, fmt.Errorf("find what is handed over: %w", err)
	}
	return out, nil
}

func (s *Service) handover(tx *db.Tx, person xinshu.PersonID) (Handover, error) {
	out := Handover{Items: []HandoverItem{}}
	rows := tx.Query(`SELECT c.id, c.kind, c.name, c.member_count FROM member m JOIN conversation c ON c.id = m.conversation_id
		WHERE m.person_id = ?1 AND m.left_at = 0 AND m.role = 'owner' AND c.kind <> 'direct' AND c.archived_at = 0
		AND NOT EXISTS (SELECT 1 FROM member o WHERE o.conversation_id = c.id AND o.person_id <> ?1 AND o.left_at = 0 AND o.role = 'owner')
		ORDER BY c.name, c.id`, person)
	for rows.Next() {
		var item HandoverItem
		if err := rows.Scan(&item.ID, (*string)(&item.Kind), &item.Name, &item.Members); err != nil {
			return out, err
		}
		if out.Count++; out.Count <= maxHandover {
			out.Items = append(out.Items, item)
		}
	}
	if err := rows.Err(); err != nil {
		return out, err
	}
	heirs := make([]xinshu.PersonID, len(out.Items))
	for i, item := range out.Items { // at most maxHandover, before a rare act
		next, err := s.successor(tx, item.ID, map[xinshu.PersonID]bool{person: true})
		if err != nil {
			return out, err
		}
		heirs[i] = next
	}
	briefs, err := s.opt.Org.Briefs(tx, heirs)
	if err != nil {
		return out, err
	}
	for i, id := range heirs {
		if b, ok := briefs[id]; ok {
			out.Items[i].Next = &b
		}
	}
	return out, nil
}

type handoverIn struct {
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
}

type handoverOut struct{ Body Handover }

func (s *Service) handoverDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "account.handover", Method: "GET", Path: "/api/v1/admin/people/{person}/handover", Policy: door.SystemAdmin,
		Object: door.Person, Summary: "Groups and channels that need a new owner when a person leaves", Tag: "Administration"},
		func(ctx context.Context, a xinshu.Actor, in *handoverIn) (*handoverOut, error) {
			out, err := s.FindHandover(ctx, a, in.Person.Value)
			if err != nil {
				return nil, err
			}
			return &handoverOut{out}, nil
		})
}
