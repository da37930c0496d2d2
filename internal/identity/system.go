package identity

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// What follows is for the product itself: the command line at the server, the example company, the load generator. Whoever
// reaches it has the data folder anyway; an actor who is not the system is refused.

func onlySystem(actor xinshu.Actor) error {
	if !actor.IsSystem() {
		return errForbidden
	}
	return nil
}

// MakeAdmin makes the person with a login a system administrator and returns a link for her password; name creates her if there
// is none. For "xinshu user admin". [xinshu.NotFound] without a name.
func (s *Service) MakeAdmin(ctx context.Context, actor xinshu.Actor, login, name string) (link Link, err error) {
	if err := onlySystem(actor); err != nil {
		return link, err
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		id, a, err := s.accountByLogin(tx, login)
		if xinshu.CodeOf(err) == xinshu.NotFound && name != "" {
			id, err = s.opt.Org.AddPerson(tx, actor, org.PersonDraft{Login: login, Name: name})
		}
		if err != nil {
			return err
		}
		roles, err := rolesOf(tx, id)
		if err != nil {
			return err
		}
		if !roles.Has(xinshu.SystemAdmin) {
			if err := s.grant(tx, actor, id, xinshu.SystemAdmin); err != nil {
				return err
			}
		}
		link, err = s.makeLink(tx, actor, id, linkFor(a))
		return err
	})
	return link, err
}

// MakeLinkByLogin makes the link that fits the person with a login: activation without a password, else reset. For
// "xinshu user link".
func (s *Service) MakeLinkByLogin(ctx context.Context, actor xinshu.Actor, login string) (link Link, err error) {
	if err := onlySystem(actor); err != nil {
		return link, err
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		id, a, err := s.accountByLogin(tx, login)
		if err != nil {
			return err
		}
		link, err = s.makeLink(tx, actor, id, linkFor(a))
		return err
	})
	return link, err
}

func linkFor(a account) LinkKind {
	if a.password == "" {
		return LinkActivation
	}
	return LinkReset
}

func (s *Service) accountByLogin(tx *db.Tx, login string) (xinshu.PersonID, account, error) {
	p, err := s.opt.Org.PersonByLogin(tx, login)
	if err != nil {
		return 0, account{}, err
	}
	a, err := lockAccount(tx, p.ID)
	return p.ID, a, err
}

// SetPassword gives a person a password without a link and makes her active: for the example company. The password is not
// checked against the list of common ones.
func (s *Service) SetPassword(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID, password string) error {
	if err := onlySystem(actor); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, known, person.String(), password)
	if err != nil {
		return err
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.opt.Org.GetAccount(tx, person); err != nil {
			return err
		}
		if _, err := lockAccount(tx, person); err != nil {
			return err
		}
		if err := s.storePassword(tx, person, hash); err != nil {
			return err
		}
		if _, err := s.endAll(tx, person, 0, "password"); err != nil {
			return err
		}
		if _, err := s.opt.Org.SetStatus(tx, actor, person, org.Active); err != nil {
			return err
		}
		return s.opt.Audit.Write(tx, actor, "password.set", object(person), nil)
	})
}

// OpenSession makes a session without a password, for the load generator's people: they are made active, and the token is all
// they have. One transaction for all; tokens are in the order of people.
func (s *Service) OpenSession(ctx context.Context, actor xinshu.Actor, people []xinshu.PersonID, device string) (tokens []string, err error) {
	if err := onlySystem(actor); err != nil {
		return nil, err
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		tokens = make([]string, len(people))
		for i, id := range people {
			p, err := s.opt.Org.GetAccount(tx, id)
			if err != nil {
				return err
			}
			if p.Status != org.Active {
				if _, err := s.opt.Org.SetStatus(tx, actor, id, org.Active); err != nil {
					return err
				}
			}
			if tokens[i], _, err = s.openSession(tx, id, Device{Name: device}.clean(), ""); err != nil {
				return err
			}
		}
		return s.opt.Audit.Write(tx, actor, "session.open_all", "", map[string]int{"sessions": len(people)})
	})
	return tokens, err
}
