package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// SetupOpen says whether the system still waits for its first administrator.
func (s *Service) SetupOpen(ctx context.Context) (open bool, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		n, err := s.activeAdmins(tx)
		open = n == 0
		return err
	})
	return open, err
}

// EnsureSetup makes a fresh set-up link while there is no active system administrator; the zero Link otherwise. The server calls
// it at each start and prints the URL. Earlier set-up links stop working.
func (s *Service) EnsureSetup(ctx context.Context) (out Link, err error) {
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		out = Link{}
		n, err := s.activeAdmins(tx)
		if err != nil {
			return err
		}
		if n > 0 {
			return dropLinks(tx, 0)
		}
		out, err = s.storeLink(tx, xinshu.SystemActor("setup"), 0, LinkSetup)
		return err
	})
	return out, err
}

// Setup is what the first administrator says about herself and the company.
type Setup struct {
	Login    string
	Name     string
	Password string
	Company  string // "" keeps the name
	Device   Device
}

// SetUp makes the first system administrator with a set-up link and signs her in. Errors: [xinshu.Gone], [xinshu.Invalid],
// [xinshu.WeakPassword], [xinshu.Conflict] for a login that is taken.
func (s *Service) SetUp(ctx context.Context, actor xinshu.Actor, secret string, in Setup) (out SignedIn, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		l, err := s.findLink(tx, secret)
		if err == nil && l.kind != LinkSetup {
			err = errLinkGone
		}
		return err
	})
	if err != nil {
		return out, err
	}
	login, err := org.CleanLogin("body.login", in.Login)
	if err != nil {
		return out, err
	}
	if login == "" {
		e := xinshu.Errorf(xinshu.Invalid, "The administrator needs a login.")
		e.Fields = []xinshu.FieldError{{Field: "body.login", Message: e.Message}}
		return out, e
	}
	if err := checkPassword(in.Password, []string{login, in.Name, in.Company}); err != nil {
		return out, err
	}
	hash, err := s.hasher.hash(ctx, known, "", in.Password)
	if err != nil {
		return out, err
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		out, err = s.setUp(tx, actor, secret, login, hash, in)
		return err
	})
	return out, err
}

func (s *Service) setUp(tx *db.Tx, actor xinshu.Actor, secret, login, hash string, in Setup) (out SignedIn, err error) {
	if err := s.takeLink(tx, secret); err != nil {
		return out, err
	}
	n, err := s.activeAdmins(tx)
	if err != nil {
		return out, err
	}
	if n > 0 {
		return out, errLinkGone
	}
	system := xinshu.Actor{System: "setup", Address: actor.Address}
	id, err := s.opt.Org.AddPerson(tx, system, org.PersonDraft{Name: in.Name, Login: login, Status: org.Active})
	if err != nil {
		return out, err
	}
	if _, err := lockAccount(tx, id); err != nil {
		return out, err
	}
	if err := s.storePassword(tx, id, hash); err != nil {
		return out, err
	}
	if err := s.grant(tx, system, id, xinshu.SystemAdmin); err != nil {
		return out, err
	}
	if in.Company != "" {
		if _, err := s.opt.Settings.UpdateIn(tx, system, settings.Update{CompanyName: &in.Company}); err != nil {
			return out, err
		}
	}
	return s.admit(tx, id, in.Device.clean(), actor.Address, "setup.done", nil)
}

// activeAdmins counts the active system administrators.
func (s *Service) activeAdmins(tx *db.Tx) (int, error) {
	ids, err := db.Column[xinshu.PersonID](tx, systemAdmins, int64(xinshu.SystemAdmin))
	if err != nil {
		return 0, fmt.Errorf("find administrators: %w", err)
	}
	return s.activeOf(tx, ids)
}

const systemAdmins = `SELECT person_id FROM role_grant WHERE role = ?1 ORDER BY person_id`

// keepAdmin refuses with [xinshu.LastAdmin] when person is the last active system administrator.
func (s *Service) keepAdmin(tx *db.Tx, person xinshu.PersonID) error {
	needed, err := s.Needed(tx, []xinshu.PersonID{person}, true)
	if err == nil && len(needed) > 0 {
		err = errLastAdmin
	}
	return err
}

// Needed returns the system administrators among people if no other one is active; none of them may go unless one of them stays.
// With lock it locks the grants of all of them, so that two who remove each other wait for one another. Inside the caller's
// transaction.
func (s *Service) Needed(tx *db.Tx, people []xinshu.PersonID, lock bool) ([]xinshu.PersonID, error) {
	q := systemAdmins
	if lock {
		q += ` /*FOR UPDATE*/`
	}
	ids, err := db.Column[xinshu.PersonID](tx, q, int64(xinshu.SystemAdmin))
	if err != nil {
		return nil, fmt.Errorf("find administrators: %w", err)
	}
	going := make(map[xinshu.PersonID]bool, len(people))
	for _, p := range people {
		going[p] = true
	}
	var needed, others []xinshu.PersonID
	for _, id := range ids {
		if going[id] {
			needed = append(needed, id)
		} else {
			others = append(others, id)
		}
	}
	if len(needed) == 0 {
		return nil, nil
	}
	n, err := s.activeOf(tx, others)
	if err != nil || n > 0 {
		return nil, err
	}
	return needed, nil
}

// Departed takes administrators' roles from people whom an import lets go, inside its transaction.
func (s *Service) Departed(tx *db.Tx, _ xinshu.Actor, people []xinshu.PersonID) error {
	for chunk := range slices.Chunk(people, db.MaxList) {
		if _, err := tx.Exec(`DELETE FROM role_grant WHERE person_id IN `+db.List(1, len(chunk)), db.ListArgs(chunk)...); err != nil {
			return fmt.Errorf("remove roles: %w", err)
		}
	}
	return nil
}

// activeOf counts those of a handful of people who are active.
func (s *Service) activeOf(tx *db.Tx, ids []xinshu.PersonID) (n int, err error) {
	for _, id := range ids {
		p, err := s.opt.Org.GetAccount(tx, id)
		if err != nil && xinshu.CodeOf(err) != xinshu.NotFound {
			return 0, err
		}
		if p.Status == org.Active {
			n++
		}
	}
	return n, nil
}
