package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Device is what a client says about itself. Nothing is decided by name and platform; they help the owner to recognise her
// sessions.
type Device struct {
	Name     string `json:"name,omitempty" maxLength:"256" doc:"Such as: Office computer"`
	Platform string `json:"platform,omitempty" maxLength:"256" doc:"Such as: web, linux, ios"`
	Token    string `json:"token,omitempty" maxLength:"64" doc:"device_token of an earlier sign-in on this device: guesses elsewhere do not slow it down. Browsers have it as a cookie"`
}

const maxDevice = 64 // code points of a device's name and platform

// clean returns d with names that can stand in any list: whatever they held, one short line without controls.
func (d Device) clean() Device {
	line := func(s string) string {
		out, err := text.CleanName(truncate(s, maxDevice), maxDevice)
		if err != nil {
			return ""
		}
		return out
	}
	return Device{Name: line(d.Name), Platform: line(d.Platform), Token: d.Token}
}

// truncate cuts s to n code points.
func truncate(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// Session is one sign-in, as its owner sees it.
type Session struct {
	ID         xinshu.SessionID `json:"id"`
	DeviceName string           `json:"device_name"`
	Platform   string           `json:"platform"`
	Address    string           `json:"address"`
	CreatedAt  xinshu.Millis    `json:"created_at"`
	SeenAt     xinshu.Millis    `json:"seen_at" doc:"Last use, noted at most every 5 minutes"`
	ExpiresAt  xinshu.Millis    `json:"expires_at"`
	Current    bool             `json:"current"`
}

// openSession makes a session in tx for a locked account and ends the oldest beyond xinshu.MaxSessions.
func (s *Service) openSession(tx *db.Tx, person xinshu.PersonID, d Device, address string) (token string, out Session, err error) {
	now := s.now()
	token, hash := newSecret(sessionPrefix)
	out = Session{ID: xinshu.NewID[xinshu.SessionID](s.opt.IDs), DeviceName: d.Name, Platform: d.Platform, Address: address,
		CreatedAt: now, SeenAt: now, ExpiresAt: now + xinshu.Millis(s.opt.Settings.Get().SessionAbsoluteMS), Current: true}
	old, err := db.Column[xinshu.SessionID](tx, `SELECT id FROM session WHERE person_id = ?1 AND ended_at = 0
		ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET ?2`, person, xinshu.MaxSessions-1)
	if err != nil {
		return "", out, fmt.Errorf("count sessions: %w", err)
	}
	if err := s.endSessions(tx, person, old, "too_many"); err != nil {
		return "", out, err
	}
	_, err = tx.Exec(`INSERT INTO session (id, token_hash, person_id, device_name, platform, address, created_at, seen_at, proved_at, ended_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, 0)`, out.ID, hash, person, d.Name, d.Platform, address, now)
	if err != nil {
		return "", out, fmt.Errorf("store session: %w", err)
	}
	return token, out, nil
}

// endSessions ends sessions of a person, and tells their connections after the commit. reason is for the client: "signed_out",
// "ended", "too_many", "password", "suspended", "departed", "idle", "expired".
func (s *Service) endSessions(tx *db.Tx, person xinshu.PersonID, ids []xinshu.SessionID, reason string) error {
	if len(ids) == 0 {
		return nil
	}
	for len(ids) > 0 { // at most MaxSessions, rarely more than one
		n := min(len(ids), xinshu.MaxSessions)
		args := append([]any{s.now()}, db.Args(ids[:n])...)
		if _, err := tx.Exec(`UPDATE session SET ended_at = ?1 WHERE ended_at = 0 AND id IN `+db.In(2, n), args...); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		for _, id := range ids[:n] {
			e := xinshu.Event{Kind: xinshu.EventSignedOut, People: []xinshu.PersonID{person}, Session: id, Frame: signedOutFrame(reason)}
			tx.AfterCommit(func() { s.opt.Bus.Publish(e) })
		}
		ids = ids[n:]
	}
	return nil
}

// endAll ends every session of a person but one (0: every one).
func (s *Service) endAll(tx *db.Tx, person xinshu.PersonID, but xinshu.SessionID, reason string) (ended int, err error) {
	ids, err := db.Column[xinshu.SessionID](tx, `SELECT id FROM session WHERE person_id = ?1 AND ended_at = 0 AND id <> ?2`, person, but)
	if err != nil {
		return 0, fmt.Errorf("list sessions: %w", err)
	}
	return len(ids), s.endSessions(tx, person, ids, reason)
}

func signedOutFrame(reason string) []byte {
	frame, err := json.Marshal(map[string]any{"event": xinshu.EventSignedOut, "data": map[string]string{"reason": reason}})
	if err != nil {
		return nil // strings always marshal
	}
	return frame
}

// FindSessions lists the actor's own live sessions, the last used first.
func (s *Service) FindSessions(ctx context.Context, actor xinshu.Actor) (out []Session, err error) {
	if actor.Person == 0 {
		return nil, errAnonymous
	}
	v := s.opt.Settings.Get()
	now := s.now()
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, func(r *db.Rows) (o Session, err error) {
			err = r.Scan(&o.ID, &o.DeviceName, &o.Platform, &o.Address, &o.CreatedAt, &o.SeenAt)
			o.ExpiresAt = o.CreatedAt + xinshu.Millis(v.SessionAbsoluteMS)
			o.Current = o.ID == actor.Session
			return o, err
		}, `SELECT id, device_name, platform, address, created_at, seen_at FROM session
			WHERE person_id = ?1 AND ended_at = 0 AND created_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC, id DESC`,
			actor.Person, now-xinshu.Millis(v.SessionAbsoluteMS), now-xinshu.Millis(v.SessionIdleMS))
		return err
	})
	return out, err
}

// EndSession ends one of the actor's own sessions. [xinshu.NotFound] for others' and for ended ones.
func (s *Service) EndSession(ctx context.Context, actor xinshu.Actor, id xinshu.SessionID) error {
	if actor.Person == 0 {
		return errAnonymous
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := lockAccount(tx, actor.Person); err != nil {
			return err
		}
		var one int
		err := tx.Row(`SELECT 1 FROM session WHERE id = ?1 AND person_id = ?2 AND ended_at = 0`, id, actor.Person).Scan(&one)
		if errors.Is(err, db.ErrNoRows) {
			return errNoSession
		}
		if err != nil {
			return err
		}
		reason := "ended"
		if id == actor.Session {
			reason = "signed_out"
		}
		if err := s.endSessions(tx, actor.Person, []xinshu.SessionID{id}, reason); err != nil {
			return err
		}
		return s.opt.Audit.Write(tx, actor, "session.end", "session:"+id.String(), nil)
	})
}

// EndPersonSessions ends all sessions of a person. For system administrators.
func (s *Service) EndPersonSessions(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID) error {
	if err := mayAdminister(actor); err != nil {
		return err
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.opt.Org.GetAccount(tx, person); err != nil {
			return err
		}
		if _, err := lockAccount(tx, person); err != nil {
			return err
		}
		n, err := s.endAll(tx, person, 0, "ended")
		if err != nil {
			return err
		}
		return s.opt.Audit.Write(tx, actor, "session.end_all", object(person), map[string]int{"sessions": n})
	})
}
