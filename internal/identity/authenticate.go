package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Names of the cookies. Over TLS they carry the prefix that browsers accept only for exactly this host (RFC 6265bis §4.1.3.2); on
// plain http, which a company may use inside its network, that prefix is not possible.
const (
	sessionCookie = "xinshu_session"
	deviceCookie  = "xinshu_device"
	hostPrefix    = "__Host-"
)

func cookieName(name string, tls bool) string {
	if tls {
		return hostPrefix + name
	}
	return name
}

// Authenticate implements door.Authenticator: a Bearer token, else the cookie. A request without either is an anonymous actor with
// the client's address. Errors: [xinshu.Unauthenticated], [xinshu.SessionEnded].
func (s *Service) Authenticate(r *http.Request) (xinshu.Actor, error) {
	nobody := xinshu.Actor{Address: clientAddress(r, s.opt.Proxies)}
	token := ""
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, rest, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return nobody, errAnonymous
		}
		token = strings.TrimSpace(rest)
	} else if c, err := r.Cookie(cookieName(sessionCookie, secure(r, s.opt.Proxies))); err == nil {
		token = c.Value
	} else {
		return nobody, nil
	}
	a, err := s.AuthenticateToken(r.Context(), token)
	if err != nil {
		return nobody, err
	}
	a.Address = nobody.Address
	s.use(a)
	return a, nil
}

// AuthenticateToken finds out whose session a token proves: one indexed read, no memory. Errors as [Service.Authenticate].
func (s *Service) AuthenticateToken(ctx context.Context, token string) (xinshu.Actor, error) {
	if !plausible(token, sessionPrefix) {
		return xinshu.Actor{}, errAnonymous
	}
	return s.authenticate(ctx, `s.token_hash = ?1`, hashSecret(token))
}

// StillValid says with nil that a session is alive, and notes its use: for connections that stay open. [xinshu.SessionEnded].
func (s *Service) StillValid(ctx context.Context, id xinshu.SessionID) error {
	a, err := s.authenticate(ctx, `s.id = ?1`, id)
	if xinshu.CodeOf(err) == xinshu.Unauthenticated {
		return errSessionEnded
	}
	if err == nil {
		s.use(a)
	}
	return err
}

func (s *Service) authenticate(ctx context.Context, where string, key any) (a xinshu.Actor, err error) {
	var created, seen, ended xinshu.Millis
	var roles int64
	var status string
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT s.id, s.person_id, s.created_at, s.seen_at, s.proved_at, s.ended_at, p.status,
				(SELECT CAST(coalesce(sum(g.role), 0) AS BIGINT) FROM role_grant g WHERE g.person_id = s.person_id)
			FROM session s LEFT JOIN person p ON p.id = s.person_id WHERE `+where, key).
			Scan(&a.Session, &a.Person, &created, &seen, &a.ProvedAt, &ended, &status, &roles)
	})
	if errors.Is(err, db.ErrNoRows) {
		return xinshu.Actor{}, errAnonymous
	}
	if err != nil {
		return xinshu.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	// The status is looked at although suspension ends sessions: an import may let people go too.
	if ended != 0 || org.Status(status) != org.Active || s.expired(created, max(seen, s.lastUse(a.Session))) {
		return xinshu.Actor{}, errSessionEnded
	}
	a.Roles = xinshu.Role(roles)
	return a, nil
}

func (s *Service) expired(created, seen xinshu.Millis) bool {
	v, now := s.opt.Settings.Get(), s.now()
	return now-created >= xinshu.Millis(v.SessionAbsoluteMS) || now-seen >= xinshu.Millis(v.SessionIdleMS)
}

// noteEvery is how rarely the use of a session is written: a write for every request would cost more than the request.
const noteEvery = xinshu.Millis(5 * time.Minute / time.Millisecond)

// maxSeen bounds the uses in memory; beyond it some are forgotten, and noted at the session's next use.
const maxSeen = 100_000

// use is one use of a session that is to be noted.
type use struct {
	at      xinshu.Millis
	address string
}

// lastUse is the newest use that is not noted yet; 0 if there is none.
func (s *Service) lastUse(id xinshu.SessionID) xinshu.Millis {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[id].at
}

// use remembers that a session was used; [Service.Run] writes it.
func (s *Service) use(a xinshu.Actor) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.seen[a.Session]; ok {
		u.at = now
		if a.Address != "" {
			u.address = a.Address
		}
		s.seen[a.Session] = u
	} else if len(s.seen) < maxSeen {
		s.seen[a.Session] = use{now, a.Address}
	}
}
