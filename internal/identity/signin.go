package identity

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/text"
)

// SignIn is what somebody gives to sign in.
type SignIn struct {
	Login    string // login, employee number, e-mail address or mobile number; letter case does not matter
	Password string
	Device   Device
}

// SignedIn is a new session.
type SignedIn struct {
	Token       string // proves the session; shown once
	DeviceToken string // to be given at the next sign-in on this device
	Session     Session
	Person      org.PersonBrief
}

// candidate is who a login names, with what the database knows for judging the attempt.
type candidate struct {
	org.Account
	account
	found        bool
	knownDevice  bool
	knownNetwork bool
}

// SignIn opens a session. actor is who was signed in with the same cookie before, if anybody; that session ends. Errors:
// [xinshu.BadCredentials] for everything that is wrong about login and password, [xinshu.Suspended] only after the right
// password, [xinshu.RateLimited], [xinshu.Unavailable] when too many sign in at once.
func (s *Service) SignIn(ctx context.Context, actor xinshu.Actor, in SignIn) (SignedIn, error) {
	in.Device = in.Device.clean()
	network := networkOf(actor.Address)
	var c candidate
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = s.candidate(tx, in, network)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	g := c.guess(in, network)
	try, err := s.throttle.try(g)
	if err != nil {
		return SignedIn{}, err
	}
	who := stranger
	if c.knownDevice || c.knownNetwork {
		who = known
	}
	if utf8.RuneCountInString(in.Password) > xinshu.MaxPassword {
		in.Password = "" // nobody has such a password; its length must not cost anything
	}
	ok, stale, err := s.hasher.verify(ctx, who, g.account, c.password, in.Password)
	if err != nil {
		try.success() // nothing was learned
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, s.refuse(ctx, actor, c, "password", errBadCredentials)
	}
	try.success()
	if c.Status == org.Suspended {
		return SignedIn{}, s.refuse(ctx, actor, c, "suspended", errSuspended)
	}
	fresh := ""
	if stale {
		if fresh, err = s.hasher.hash(ctx, who, g.account, in.Password); err != nil {
			fresh = "" // busy: another time
		}
	}
	var out SignedIn
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) {
		out, err = s.signIn(tx, actor, c, in, fresh)
		return err
	})
	return out, err
}

// candidate looks up who is meant.
func (s *Service) candidate(tx *db.Tx, in SignIn, network string) (c candidate, err error) {
	c.Account, err = s.opt.Org.PersonByLogin(tx, in.Login)
	if err != nil && xinshu.CodeOf(err) != xinshu.NotFound {
		return c, err
	}
	c.found = err == nil // the same questions are asked about nobody (id 0): the time must not tell
	if c.account, err = readAccount(tx, c.ID); err != nil {
		return c, err
	}
	if c.knownNetwork, err = s.knows(tx, c.ID, networkOrigin(network)); err != nil {
		return c, err
	}
	c.knownDevice, err = s.knows(tx, c.ID, hashSecret(in.Device.Token))
	return c, err
}

// guess is how the attempt is counted. An unknown login is counted like a known one.
func (c *candidate) guess(in SignIn, network string) guess {
	g := guess{account: "?" + text.Fold(truncate(in.Login, xinshu.MaxName)), network: network, knownNetwork: c.knownNetwork}
	if c.found {
		g.account = c.ID.String()
	}
	if c.knownDevice {
		g.device = in.Device.Token
	}
	return g
}

// refuse records a failed attempt and returns what its author is told. What was typed as login is not kept: it may be a password.
func (s *Service) refuse(ctx context.Context, actor xinshu.Actor, c candidate, reason string, told error) error {
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		detail := map[string]any{"reason": reason, "known_login": c.found, "known_device": c.knownDevice, "known_network": c.knownNetwork}
		of := ""
		if c.found {
			of = object(c.ID)
		}
		return s.opt.Audit.Write(tx, xinshu.Actor{Address: actor.Address}, "session.refuse", of, detail)
	})
	if err != nil {
		return fmt.Errorf("record a refused sign-in: %w", err)
	}
	return told
}

// signIn opens the session if nothing changed since the password was checked. fresh is the password's hash with today's
// parameters, or "".
func (s *Service) signIn(tx *db.Tx, actor xinshu.Actor, c candidate, in SignIn, fresh string) (out SignedIn, err error) {
	a, err := lockAccount(tx, c.ID)
	if err != nil {
		return out, err
	}
	now, err := s.opt.Org.GetAccount(tx, c.ID)
	if err != nil {
		return out, err
	}
	if a.password != c.password || now.Status != org.Active {
		return out, errBadCredentials // changed, suspended or let go in the meantime
	}
	if fresh != "" {
		if _, err := tx.Exec(`UPDATE account SET password = ?2 WHERE person_id = ?1`, c.ID, fresh); err != nil {
			return out, fmt.Errorf("renew hash: %w", err)
		}
	}
	if actor.Session != 0 && actor.Person == c.ID { // the cookie is about to be replaced
		if err := s.endSessions(tx, actor.Person, []xinshu.SessionID{actor.Session}, "signed_out"); err != nil {
			return out, err
		}
	}
	return s.admit(tx, c.ID, in.Device, actor.Address, "session.create", nil)
}

// admit opens a session for a locked account, notes where from, and records it as action.
func (s *Service) admit(tx *db.Tx, person xinshu.PersonID, d Device, address, action string, detail any) (out SignedIn, err error) {
	out.Token, out.Session, err = s.openSession(tx, person, d, address)
	if err != nil {
		return out, err
	}
	out.DeviceToken = d.Token
	known, err := s.knows(tx, person, hashSecret(d.Token))
	if err != nil {
		return out, err
	}
	if !known { // a device's secret is made here, so that nobody brings one that others know
		out.DeviceToken, _ = newSecret(devicePrefix)
	}
	if err := s.know(tx, person, hashSecret(out.DeviceToken), networkOrigin(networkOf(address))); err != nil {
		return out, err
	}
	briefs, err := s.opt.Org.Briefs(tx, []xinshu.PersonID{person})
	if err != nil {
		return out, err
	}
	out.Person = briefs[person]
	who := xinshu.Actor{Person: person, Session: out.Session.ID, Address: address}
	return out, s.opt.Audit.Write(tx, who, action, object(person), detail)
}

// Origins from which a person signed in are forgotten after a time, and beyond a number the oldest.
const (
	originAge  = xinshu.Millis(180 * 24 * time.Hour / time.Millisecond)
	maxOrigins = 100
)

func networkOrigin(network string) []byte { return hashSecret("network " + network) }

// knows says whether a person signed in from an origin lately.
func (s *Service) knows(tx *db.Tx, person xinshu.PersonID, origin []byte) (bool, error) {
	var n int
	err := tx.Row(`SELECT count(*) FROM known_origin WHERE person_id = ?1 AND origin = ?2 AND seen_at > ?3`, person, origin, s.now()-originAge).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("known origins: %w", err)
	}
	return n > 0, nil
}

// know notes origins.
func (s *Service) know(tx *db.Tx, person xinshu.PersonID, origins ...[]byte) error {
	rows := make([][]any, len(origins))
	for i, o := range origins {
		rows[i] = []any{person, o, s.now()}
	}
	err := db.Insert(tx, `INSERT INTO known_origin (person_id, origin, seen_at)`, rows,
		` ON CONFLICT (person_id, origin) DO UPDATE SET seen_at = excluded.seen_at`)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM known_origin WHERE person_id = ?1 AND origin NOT IN
			(SELECT origin FROM known_origin WHERE person_id = ?1 ORDER BY seen_at DESC, origin LIMIT ?2)`, person, maxOrigins)
	}
	if err != nil {
		return fmt.Errorf("note origins: %w", err)
	}
	return nil
}
