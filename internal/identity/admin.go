package identity

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Suspend keeps a person out for a while: her sessions end and her links stop working with the same transaction. Groups that she
// owns wait for her. For system administrators. Errors: [xinshu.NotFound], [xinshu.LastAdmin], [xinshu.Conflict] for people who
// left, [xinshu.Forbidden] for oneself.
func (s *Service) Suspend(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID) error {
	return s.changeStatus(ctx, actor, person, "person.suspend", func(tx *db.Tx, old org.Status, _ account) (org.Status, error) {
		if old == org.Departed {
			return "", xinshu.Errorf(xinshu.Conflict, "The person has left the company.")
		}
		return org.Suspended, s.shutOut(tx, person, "suspended")
	})
}

// Depart says that a person has left the company: as [Service.Suspend], and her password, roles and known devices are removed. heir,
// unless 0, becomes owner of what she owned, where that person is a member. Errors likewise; [xinshu.Invalid] for an heir who is
// not invited or active.
func (s *Service) Depart(ctx context.Context, actor xinshu.Actor, person, heir xinshu.PersonID) error {
	return s.changeStatusFor(ctx, actor, person, heir, "person.depart", func(tx *db.Tx, _ org.Status, _ account) (org.Status, error) {
		if err := s.checkHeir(tx, person, heir); err != nil {
			return "", err
		}
		if err := s.shutOut(tx, person, "departed"); err != nil {
			return "", err
		}
		return org.Departed, forget(tx, person)
	})
}

// forget removes everything by which a person was known here.
func forget(tx *db.Tx, person xinshu.PersonID) error {
	for _, q := range []string{
		`UPDATE account SET password = '', changed_at = 0 WHERE person_id = ?1`,
		`DELETE FROM role_grant WHERE person_id = ?1`,
		`DELETE FROM known_origin WHERE person_id = ?1`,
	} {
		if _, err := tx.Exec(q, person); err != nil {
			return fmt.Errorf("remove access: %w", err)
		}
	}
	return dropLinks(tx, person)
}

// Restore lets a suspended person in again, or takes one back who had left and now needs an activation link. For system
// administrators. [xinshu.NotFound], [xinshu.Conflict] for people who are neither.
func (s *Service) Restore(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID) error {
	return s.changeStatus(ctx, actor, person, "person.restore", func(tx *db.Tx, old org.Status, a account) (org.Status, error) {
		switch {
		case old.Counts():
			return "", xinshu.Errorf(xinshu.Conflict, "The person is neither suspended nor has she left.")
		case old == org.Departed: // an import that let her go has left what she had
			return org.Invited, forget(tx, person)
		case a.password == "":
			return org.Invited, nil
		}
		return org.Active, nil
	})
}

func (s *Service) checkHeir(tx *db.Tx, person, heir xinshu.PersonID) error {
	if heir == 0 {
		return nil
	}
	h, err := s.opt.Org.GetAccount(tx, heir)
	if err != nil {
		return err
	}
	if heir == person || !h.Status.Counts() {
		e := xinshu.Errorf(xinshu.Invalid, "Somebody else who is in the company must take over.")
		e.Fields = []xinshu.FieldError{{Field: "query.heir", Message: e.Message}}
		return e
	}
	return nil
}

func (s *Service) changeStatus(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID, action string,
	fn func(tx *db.Tx, old org.Status, a account) (org.Status, error)) error {
	return s.changeStatusFor(ctx, actor, person, 0, action, fn)
}

// changeStatusFor runs one act on a person's status under the lock of her account; heir takes over what she owned if she departs.
func (s *Service) changeStatusFor(ctx context.Context, actor xinshu.Actor, person, heir xinshu.PersonID, action string,
	fn func(tx *db.Tx, old org.Status, a account) (org.Status, error)) error {
	if err := mayAdminister(actor); err != nil {
		return err
	}
	if actor.Person == person {
		return xinshu.Errorf(xinshu.Forbidden, "Somebody else must do this to you.")
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.opt.Org.GetAccount(tx, person) // first: a stranger's id must not leave an account
		if err != nil {
			return err
		}
		a, err := lockAccount(tx, person)
		if err != nil {
			return err
		}
		if p, err = s.opt.Org.GetAccount(tx, person); err != nil {
			return err
		}
		next, err := fn(tx, p.Status, a)
		if err != nil {
			return err
		}
		old, err := s.opt.Org.SetStatus(tx, actor, person, next)
		if err != nil {
			return err
		}
		if next == org.Departed {
			for _, fn := range s.onDepart {
				if err := fn(tx, actor, person, heir); err != nil {
					return fmt.Errorf("hand over: %w", err)
				}
			}
		}
		detail := map[string]any{"from": old, "to": next}
		if heir != 0 {
			detail["heir"] = heir
		}
		return s.opt.Audit.Write(tx, actor, action, object(person), detail)
	})
}

// OnDepart has fn run in the transaction in which a person leaves the company: what she owned needs new owners, heir before others
// (0: nobody in particular). Only while the server is put together.
func (s *Service) OnDepart(fn func(tx *db.Tx, actor xinshu.Actor, person, heir xinshu.PersonID) error) {
	s.onDepart = append(s.onDepart, fn)
}

// shutOut ends everything by which a person could act.
func (s *Service) shutOut(tx *db.Tx, person xinshu.PersonID, reason string) error {
	if err := s.keepAdmin(tx, person); err != nil {
		return err
	}
	if err := dropLinks(tx, person); err != nil {
		return err
	}
	_, err := s.endAll(tx, person, 0, reason)
	return err
}

// NewPerson is a person to be created together with her first link.
type NewPerson struct {
	org.PersonDraft
	Roles []string // names of administrators' roles
}

// CreatePerson creates a person and her activation link. For system administrators. Repeated with the same ClientID it returns the
// same person and another link in place of the first, which nobody may have seen; no link (nil) once she has used one or may not be
// given one any more. Errors: those of org.CreatePerson and [Service.SetRoles] and of [Service.MakeLink], because whoever gets the
// link is that person; [xinshu.Invalid] without anything to sign in with.
func (s *Service) CreatePerson(ctx context.Context, actor xinshu.Actor, in NewPerson) (id xinshu.PersonID, link *Link, err error) {
	if err := mayAdminister(actor); err != nil {
		return 0, nil, err
	}
	if in.Login == "" && in.EmployeeNo == "" && in.Email == "" && in.Mobile == "" {
		return 0, nil, xinshu.Errorf(xinshu.Invalid, "The person needs a login, an employee number, an e-mail address or a mobile number to sign in with.")
	}
	roles, err := rolesByName(in.Roles)
	if err != nil {
		return 0, nil, err
	}
	in.Status = org.Invited
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		var made bool
		if id, made, err = s.opt.Org.AddPersonOnce(tx, actor, "account", in.PersonDraft, in); err != nil {
			return err
		}
		if made && roles != 0 {
			if _, err := lockAccount(tx, id); err != nil {
				return err
			}
			if err := s.setRoles(tx, actor, id, roles); err != nil {
				return err
			}
		}
		l, err := s.makeLink(tx, actor, id, LinkActivation)
		if refused := xinshu.CodeOf(err); !made && (refused == xinshu.Conflict || refused == xinshu.Forbidden) {
			return nil
		}
		link = &l
		return err
	})
	return id, link, err
}
