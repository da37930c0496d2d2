package identity

import (
	"embed"
	"log/slog"
	"net/netip"
	"sync"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// Options are what a [Service] needs.
type Options struct {
	DB       *db.DB
	Clock    xinshu.Clock
	IDs      *xinshu.IDSource
	Log      *slog.Logger
	Bus      bus.Bus
	Audit    *audit.Log
	Settings *settings.Service
	Org      *org.Service
	// Proxies are the networks of trusted reverse proxies: only what comes from them may say who the client is.
	Proxies []netip.Prefix
	// Origin returns the address that people type, such as "https://chat.example.org", for links; nil or "" makes links that
	// begin with "/", which the web client completes with its own origin.
	Origin func() string
	// Version of the program, for clients to show.
	Version string
	Hash    HashOptions
}

// Service is identity.
type Service struct {
	opt      Options
	hasher   *hasher
	throttle *throttle
	onDepart []func(tx *db.Tx, actor xinshu.Actor, person, heir xinshu.PersonID) error // complete before serving

	// mu guards seen: uses of sessions that are not noted in the database yet.
	mu   sync.Mutex
	seen map[xinshu.SessionID]use
}

// New returns the service.
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Origin == nil {
		opt.Origin = func() string { return "" }
	}
	return &Service{opt: opt, hasher: newHasher(opt.Hash), throttle: newThrottle(opt.Clock), seen: map[xinshu.SessionID]use{}}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("identity: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// Hashes returns how many password hashes were computed since the start, for metrics.
func (s *Service) Hashes() int64 { return s.hasher.count.Load() }

func (s *Service) now() xinshu.Millis { return xinshu.MillisOf(s.opt.Clock.Now()) }

// mayAdminister refuses everybody but system administrators and the product itself.
func mayAdminister(a xinshu.Actor) error {
	switch {
	case a.IsSystem() || a.Roles.Has(xinshu.SystemAdmin):
		return nil
	case a.IsAnonymous():
		return errAnonymous
	}
	return errForbidden
}

var (
	errAnonymous      = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	errForbidden      = xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	errBadCredentials = xinshu.Errorf(xinshu.BadCredentials, "The login or the password is wrong.")
	errSuspended      = xinshu.Errorf(xinshu.Suspended, "Your account is suspended. Please ask your administrator.")
	errSessionEnded   = xinshu.Errorf(xinshu.SessionEnded, "Your session has ended. Please sign in again.")
	errNoSession      = xinshu.Errorf(xinshu.NotFound, "There is no such session.")
	errLinkGone       = xinshu.Errorf(xinshu.Gone, "This link was used already, has expired, or was replaced by a newer one.")
	errLastAdmin      = xinshu.Errorf(xinshu.LastAdmin, "This is the last active system administrator. Make somebody else one first.")
)

// object is how the trail names a person.
func object(id xinshu.PersonID) string { return "person:" + id.String() }
