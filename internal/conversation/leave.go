package conversation

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Leave ends actor's membership of a group or channel. A last owner may leave: the oldest admin, else the oldest member, follows.
// Errors: [xinshu.NotFound] and [xinshu.NotAMember] for who is none, [xinshu.Forbidden] for direct conversations.
func (s *Service) Leave(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID) error {
	return s.RemoveMember(ctx, actor, id, actor.Person)
}

// RemoveMember ends a membership. Everybody may leave; admins remove members, owners remove anybody. Errors: as [Service.Leave],
// [xinshu.NotFound] when person is not a member.
func (s *Service) RemoveMember(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, person xinshu.PersonID) error {
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, me, err := s.forActing(tx, actor, id)
		if err != nil {
			return err
		}
		if st.Kind == Direct {
			return errDirect
		}
		found, err := s.Members(tx, []MemberKey{{id, person}})
		if err != nil {
			return err
		}
		target, ok := found[MemberKey{id, person}]
		kind := "left"
		switch {
		case person == actor.Person: // everybody may
		case !me.Role.manages():
			return errAdmins
		case !ok:
			return errNoMember
		case me.Role == RoleAdmin && target.Role != RoleMember:
			return errOwners
		default:
			kind = "removed"
		}
		if err := s.end(tx, st, actor, person, kind); err != nil {
			return err
		}
		return s.Save(tx, st)
	})
}

// end removes one member and keeps the owner rule.
func (s *Service) end(tx *db.Tx, st *State, actor xinshu.Actor, person xinshu.PersonID, kind string) error {
	revs, err := s.bump(tx, []xinshu.PersonID{person})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE member SET left_at = ?3, role = 'member', person_rev = ?4 WHERE conversation_id = ?1 AND person_id = ?2`,
		st.ID, person, s.now(), revs[person])
	if err != nil {
		return fmt.Errorf("end membership: %w", err)
	}
	st.MemberCount--
	s.membershipTouched(tx, st)
	if err := s.memberChanged(tx, st, actor, MemberChange{Kind: kind, People: []xinshu.PersonID{person}}); err != nil {
		return err
	}
	return s.ensureOwner(tx, st, actor, nil)
}

// SetRole gives a member of a group or channel a role. Owners do it; everybody may step down. Errors: [xinshu.LastOwner] when
// nobody else is owner, [xinshu.Forbidden], [xinshu.NotFound], [xinshu.Invalid] for an unknown role, [xinshu.Conflict] for an owner
// who has left the company.
func (s *Service) SetRole(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, person xinshu.PersonID, role Role) error {
	if role != RoleOwner && role != RoleAdmin && role != RoleMember {
		return xinshu.Errorf(xinshu.Invalid, "A role is owner, admin or member.")
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if role == RoleOwner {
			if err := s.opt.Org.Hold(tx); err != nil {
				return fmt.Errorf("hold the organisation: %w", err)
			}
		}
		st, me, err := s.forActing(tx, actor, id)
		if err != nil {
			return err
		}
		if st.Kind == Direct {
			return errDirect
		}
		found, err := s.Members(tx, []MemberKey{{id, person}})
		if err != nil {
			return err
		}
		target, ok := found[MemberKey{id, person}]
		stepsDown := person == actor.Person && role == RoleMember
		switch {
		case me.Role != RoleOwner && !stepsDown:
			return errOwners
		case !ok:
			return errNoMember
		case target.Role == role:
			return nil
		}
		if role == RoleOwner {
			account, err := s.opt.Org.GetAccount(tx, person)
			if err != nil {
				return err
			}
			if account.Status == org.Departed {
				return errDeparted
			}
		}
		if err := s.setRole(tx, st, actor, person, role); err != nil {
			return err
		}
		if target.Role == RoleOwner {
			switch has, err := s.hasOwner(tx, st.ID); {
			case err != nil:
				return err
			case !has:
				return errLastOwner
			}
		}
		if err := s.Save(tx, st); err != nil {
			return err
		}
		return s.audit(tx, actor, "conversation.role", st, map[string]any{"person": person, "from": target.Role, "to": role})
	})
}

func (s *Service) setRole(tx *db.Tx, st *State, actor xinshu.Actor, person xinshu.PersonID, role Role) error {
	_, err := tx.Exec(`UPDATE member SET role = ?3 WHERE conversation_id = ?1 AND person_id = ?2`, st.ID, person, string(role))
	if err != nil {
		return fmt.Errorf("set role: %w", err)
	}
	s.membershipTouched(tx, st)
	return s.memberChanged(tx, st, actor, MemberChange{Kind: "role", People: []xinshu.PersonID{person}, Role: role})
}

// audit records an act on a group or channel with what it was called then.
func (s *Service) audit(tx *db.Tx, actor xinshu.Actor, action string, st *State, detail map[string]any) error {
	if s.opt.Audit == nil {
		return nil
	}
	detail["name"] = st.Name
	return s.opt.Audit(tx, actor, action, "conversation:"+st.ID.String(), detail)
}
