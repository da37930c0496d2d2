package identity

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Prove renews the proof of the password in the actor's session, for acts that ask for a recent one. It returns the moment of the
// proof. Errors: [xinshu.BadCredentials], [xinshu.RateLimited], [xinshu.Unavailable].
func (s *Service) Prove(ctx context.Context, actor xinshu.Actor, password string) (xinshu.Millis, error) {
	a, err := s.prove(ctx, actor, password)
	if err != nil {
		return 0, err
	}
	now := s.now()
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.unchanged(tx, actor, a); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE session SET proved_at = ?2 WHERE id = ?1`, actor.Session, now); err != nil {
			return fmt.Errorf("store proof: %w", err)
		}
		return s.opt.Audit.Write(tx, actor, "session.prove", "session:"+actor.Session.String(), nil)
	})
	return now, err
}

// ChangePassword replaces the actor's password and ends her other sessions. Errors: those of [Service.Prove] for the current
// one, [xinshu.Invalid] and [xinshu.WeakPassword] for the next.
func (s *Service) ChangePassword(ctx context.Context, actor xinshu.Actor, current, next string) error {
	a, err := s.prove(ctx, actor, current)
	if err != nil {
		return err
	}
	var about []string
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) { about, err = s.about(tx, actor.Person); return err })
	if err != nil {
		return err
	}
	if err := checkPassword(next, about); err != nil {
		return err
	}
	if current == next {
		return passwordError(xinshu.Invalid, "The new password is the old one.")
	}
	hash, err := s.hasher.hash(ctx, known, actor.Person.String(), next)
	if err != nil {
		return err
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.unchanged(tx, actor, a); err != nil {
			return err
		}
		if err := s.storePassword(tx, actor.Person, hash); err != nil {
			return err
		}
		if err := dropLinks(tx, actor.Person); err != nil {
			return err
		}
		n, err := s.endAll(tx, actor.Person, actor.Session, "password")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE session SET proved_at = ?2 WHERE id = ?1`, actor.Session, s.now()); err != nil {
			return err
		}
		return s.opt.Audit.Write(tx, actor, "password.change", object(actor.Person), map[string]int{"ended_sessions": n})
	})
}

// prove checks the actor's password. Guesses are counted per session: whoever took over a session gets no more tries than at
// the front door, and its owner is not kept out elsewhere.
func (s *Service) prove(ctx context.Context, actor xinshu.Actor, password string) (account, error) {
	if actor.Person == 0 || actor.Session == 0 {
		return account{}, errAnonymous
	}
	var a account
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) { a, err = readAccount(tx, actor.Person); return err })
	if err != nil {
		return a, err
	}
	try, err := s.throttle.try(guess{account: actor.Person.String(), device: "session " + actor.Session.String()})
	if err != nil {
		return a, err
	}
	if utf8.RuneCountInString(password) > xinshu.MaxPassword {
		password = ""
	}
	ok, _, err := s.hasher.verify(ctx, known, actor.Person.String(), a.password, password)
	if err != nil {
		try.success()
		return a, err
	}
	if !ok {
		err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
			return s.opt.Audit.Write(tx, actor, "session.prove_failed", "session:"+actor.Session.String(), nil)
		})
		if err != nil {
			return a, err
		}
		return a, errBadCredentials
	}
	try.success()
	return a, nil
}

// unchanged locks the actor's account and says whether it is as it was when the password was checked, and the session alive.
func (s *Service) unchanged(tx *db.Tx, actor xinshu.Actor, a account) error {
	now, err := lockAccount(tx, actor.Person)
	if err != nil {
		return err
	}
	var alive int
	err = tx.Row(`SELECT count(*) FROM session WHERE id = ?1 AND person_id = ?2 AND ended_at = 0`, actor.Session, actor.Person).Scan(&alive)
	if err != nil {
		return err
	}
	if alive == 0 || now.password != a.password {
		return errSessionEnded
	}
	return nil
}

// about collects the words that a person's password must not be made of.
func (s *Service) about(tx *db.Tx, person xinshu.PersonID) ([]string, error) {
	p, err := s.opt.Org.PersonIn(tx, xinshu.SystemActor("identity"), person)
	if err != nil {
		return nil, err
	}
	return []string{p.Name, p.NameEn, p.Login, p.EmployeeNo, p.Email, p.Mobile, s.opt.Settings.Get().CompanyName}, nil
}
