package org

import (
	"context"
	"embed"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Options are what the organisation is built from.
type Options struct {
	DB    *db.DB
	Clock xinshu.Clock
	IDs   *xinshu.IDSource
	Log   *slog.Logger
	Audit *audit.Log // nil: no trail (tests)
	Bus   bus.Bus    // nil: nobody is told
}

// Service is the organisation.
type Service struct {
	opt     Options
	leaving Leaving

	// dir is the newest directory that was read; nil before the first use. Directories are not modified once they are here.
	dir atomic.Pointer[directory]
	// contacts says with whom a person talks; nil: nobody knows. See [Service.OnContacts].
	contacts func(tx *db.Tx, person xinshu.PersonID) ([]xinshu.PersonID, error)
	// loading lets one reader at a time bring dir up to date; the others wait for it.
	loading sync.Mutex
}

// New returns the organisation in opt.DB.
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Service{opt: opt}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of the schema that belong to this package.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("org: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// read runs fn with the directory of its snapshot.
func (s *Service) read(ctx context.Context, actor xinshu.Actor, fn func(tx *db.Tx, d *directory) error) error {
	if actor.IsAnonymous() {
		return errAnonymous
	}
	return s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := s.current(tx)
		if err != nil {
			return err
		}
		return fn(tx, d)
	})
}

// isAdmin says whether the actor may change the organisation.
func isAdmin(a xinshu.Actor) bool { return a.IsSystem() || a.Roles.Has(xinshu.SystemAdmin) }

// mayChange refuses everybody but system administrators and the product itself.
func mayChange(a xinshu.Actor) error {
	switch {
	case a.IsAnonymous():
		return errAnonymous
	case !isAdmin(a):
		return errForbidden
	}
	return nil
}

func (s *Service) now() xinshu.Millis { return xinshu.MillisOf(s.opt.Clock.Now()) }

var (
	errAnonymous    = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	errForbidden    = xinshu.Errorf(xinshu.Forbidden, "Only a system administrator may change the organisation.")
	errNoDepartment = xinshu.Errorf(xinshu.NotFound, "There is no such department.")
	errNoPerson     = xinshu.Errorf(xinshu.NotFound, "There is no such person.")
	errNoPosition   = xinshu.Errorf(xinshu.NotFound, "There is no such position.")
	errNoRank       = xinshu.Errorf(xinshu.NotFound, "There is no such rank.")
	errImporting    = xinshu.Errorf(xinshu.Conflict, "An import is being applied. Try again in a minute.")
)
