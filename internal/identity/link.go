package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// LinkKind says what a one-time link is for.
type LinkKind string

// The kinds of links.
const (
	LinkSetup      LinkKind = "setup"      // makes the first administrator
	LinkActivation LinkKind = "activation" // first password of a person
	LinkReset      LinkKind = "reset"      // a new password for a forgotten one
)

// lifetimes of links, in milliseconds: an activation may lie in a mailbox over a holiday, a reset is wanted now.
var lifetimes = map[LinkKind]xinshu.Millis{
	LinkSetup:      xinshu.Millis(24 * time.Hour / time.Millisecond),
	LinkActivation: xinshu.Millis(7 * 24 * time.Hour / time.Millisecond),
	LinkReset:      xinshu.Millis(24 * time.Hour / time.Millisecond),
}

// paths of the web client; what follows # stays in the browser, so that the secret reaches no log on the way.
var linkPaths = map[LinkKind]string{LinkSetup: "/setup#token=", LinkActivation: "/link#token=", LinkReset: "/link#token="}

// Link is a new one-time link, shown once. Whoever has the URL has the right.
type Link struct {
	Kind      LinkKind      `json:"kind"`
	URL       string        `json:"url" doc:"To hand over. Begins with / when the server does not know its own address"`
	ExpiresAt xinshu.Millis `json:"expires_at"`
}

// LinkInfo is what the holder of a link is shown before using it.
type LinkInfo struct {
	Kind      LinkKind      `json:"kind"`
	Name      string        `json:"name"`
	Login     string        `json:"login"`
	ExpiresAt xinshu.Millis `json:"expires_at"`
}

// MakeLink makes a link with which a person chooses a password: an activation for somebody without one, a reset for others. It
// replaces earlier ones. For system administrators; see mayLink. [xinshu.Conflict] when the kind or the person's status does not fit.
func (s *Service) MakeLink(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID, kind LinkKind) (out Link, err error) {
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		out, err = s.makeLink(tx, actor, person, kind)
		return err
	})
	return out, err
}

func (s *Service) makeLink(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID, kind LinkKind) (Link, error) {
	if err := mayAdminister(actor); err != nil {
		return Link{}, err
	}
	if kind != LinkActivation && kind != LinkReset {
		return Link{}, xinshu.Errorf(xinshu.Invalid, "The kind is activation or reset.")
	}
	a, err := lockAccount(tx, person)
	if err != nil {
		return Link{}, err
	}
	p, err := s.opt.Org.GetAccount(tx, person)
	if err != nil {
		return Link{}, err
	}
	switch {
	case !p.Status.Counts():
		return Link{}, xinshu.Errorf(xinshu.Conflict, "The person is suspended or has left. Restore her first.")
	case kind == LinkActivation && a.password != "":
		return Link{}, xinshu.Errorf(xinshu.Conflict, "The person has a password already. Make a reset link.")
	case kind == LinkReset && a.password == "":
		return Link{}, xinshu.Errorf(xinshu.Conflict, "The person has no password yet. Make an activation link.")
	}
	if err := s.mayLink(tx, actor, person); err != nil {
		return Link{}, err
	}
	return s.storeLink(tx, actor, person, kind)
}

// mayLink refuses links for people who hold an administrator's role that the actor lacks, while the roles are kept apart: whoever
// has the link can be that person.
func (s *Service) mayLink(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID) error {
	if actor.IsSystem() || actor.Person == person || !s.opt.Settings.Get().SeparateAdminRoles {
		return nil
	}
	roles, err := rolesOf(tx, person)
	if err != nil {
		return err
	}
	if roles&^actor.Roles != 0 {
		return xinshu.Errorf(xinshu.Forbidden, "Whoever has the link could act in an administrator's role that you do not hold. Give such a role once the person has a password, or make the link on the server: xinshu user.")
	}
	return nil
}

// storeLink makes the link; earlier ones of the person stop working.
func (s *Service) storeLink(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID, kind LinkKind) (Link, error) {
	if err := dropLinks(tx, person); err != nil {
		return Link{}, err
	}
	secret, hash := newSecret(linkPrefix)
	now := s.now()
	out := Link{Kind: kind, URL: s.opt.Origin() + linkPaths[kind] + secret, ExpiresAt: now + lifetimes[kind]}
	_, err := tx.Exec(`INSERT INTO link (id, secret_hash, kind, person_id, created_at, expires_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)`,
		s.opt.IDs.Next(), hash, string(kind), person, now, out.ExpiresAt)
	if err != nil {
		return Link{}, fmt.Errorf("store link: %w", err)
	}
	of := ""
	if person != 0 {
		of = object(person)
	}
	return out, s.opt.Audit.Write(tx, actor, "link.create", of, map[string]any{"kind": kind, "expires_at": out.ExpiresAt})
}

// dropLinks removes the unused links of a person; 0 for set-up.
func dropLinks(tx *db.Tx, person xinshu.PersonID) error {
	if _, err := tx.Exec(`DELETE FROM link WHERE person_id = ?1 AND used_at = 0`, person); err != nil {
		return fmt.Errorf("remove links: %w", err)
	}
	return nil
}

// storedLink is a link that can be used.
type storedLink struct {
	kind    LinkKind
	person  xinshu.PersonID
	expires xinshu.Millis
}

// findLink returns the link of a secret. [xinshu.Gone] for everything that cannot be used: the holder of a wrong secret learns
// nothing.
func (s *Service) findLink(tx *db.Tx, secret string) (l storedLink, err error) {
	if !plausible(secret, linkPrefix) {
		return l, errLinkGone
	}
	err = tx.Row(`SELECT kind, person_id, expires_at FROM link WHERE secret_hash = ?1 AND used_at = 0 AND expires_at > ?2`,
		hashSecret(secret), s.now()).Scan((*string)(&l.kind), &l.person, &l.expires)
	if errors.Is(err, db.ErrNoRows) {
		return l, errLinkGone
	}
	return l, err
}

// takeLink uses a link up. Of two at the same moment one gets [xinshu.Gone]: the row is changed by the first, and the second
// waits for it.
func (s *Service) takeLink(tx *db.Tx, secret string) error {
	n, err := tx.Exec(`UPDATE link SET used_at = ?2 WHERE secret_hash = ?1 AND used_at = 0 AND expires_at > ?2`, hashSecret(secret), s.now())
	if err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	if n == 0 {
		return errLinkGone
	}
	return nil
}

// LookUpLink returns whom an activation or reset link is for. [xinshu.Gone].
func (s *Service) LookUpLink(ctx context.Context, secret string) (out LinkInfo, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		l, err := s.findLink(tx, secret)
		if err != nil {
			return err
		}
		out = LinkInfo{Kind: l.kind, ExpiresAt: l.expires}
		if l.kind == LinkSetup {
			return nil
		}
		p, err := s.opt.Org.GetAccount(tx, l.person)
		out.Name, out.Login = p.Name, p.Login
		return err
	})
	return out, err
}

// RedeemLink chooses a password with an activation or reset link, ends all sessions of the person and opens one. A refused
// password leaves the link usable. Errors: [xinshu.Gone], [xinshu.Invalid], [xinshu.WeakPassword], [xinshu.Suspended],
// [xinshu.Unavailable].
func (s *Service) RedeemLink(ctx context.Context, actor xinshu.Actor, secret, password string, d Device) (out SignedIn, err error) {
	var l storedLink
	var about []string
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if l, err = s.findLink(tx, secret); err != nil {
			return err
		}
		if l.kind == LinkSetup {
			return errLinkGone
		}
		about, err = s.about(tx, l.person)
		return err
	})
	if err != nil {
		return out, err
	}
	if err := checkPassword(password, about); err != nil {
		return out, err
	}
	hash, err := s.hasher.hash(ctx, known, l.person.String(), password)
	if err != nil {
		return out, err
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		out, err = s.redeem(tx, actor, secret, l, hash, d.clean())
		return err
	})
	return out, err
}

func (s *Service) redeem(tx *db.Tx, actor xinshu.Actor, secret string, l storedLink, hash string, d Device) (out SignedIn, err error) {
	if _, err := lockAccount(tx, l.person); err != nil {
		return out, err
	}
	if err := s.takeLink(tx, secret); err != nil {
		return out, err
	}
	p, err := s.opt.Org.GetAccount(tx, l.person)
	if err != nil {
		return out, err
	}
	if !p.Status.Counts() {
		return out, errSuspended
	}
	if err := s.storePassword(tx, l.person, hash); err != nil {
		return out, err
	}
	if err := dropLinks(tx, l.person); err != nil {
		return out, err
	}
	if _, err := s.endAll(tx, l.person, 0, "password"); err != nil {
		return out, err
	}
	if p.Status == org.Invited {
		if _, err := s.opt.Org.SetStatus(tx, xinshu.SystemActor("identity"), l.person, org.Active); err != nil {
			return out, err
		}
	}
	return s.admit(tx, l.person, d, actor.Address, "link.use", map[string]any{"kind": l.kind})
}
