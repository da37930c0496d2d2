package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/memory"
	"github.com/xinshu-im/xinshu/web"
)

// Options are what the program gives to the server beside its settings.
type Options struct {
	Config  *config.Config
	Version string
	Clock   xinshu.Clock // nil: the machine's
	Log     *slog.Logger // nil: slog.Default
}

// App is the product put together: data, domains, doors. It does not listen yet.
type App struct {
	opt      Options
	cfg      *config.Config
	log      *slog.Logger
	lock     *os.File
	webFiles fs.FS

	db   *db.DB
	ids  *xinshu.IDSource
	bus  bus.Bus
	door *door.Registry
	domains

	plan   memory.Plan
	memory *memory.Budget // nil without a limit

	origin   string // address that people type, known once the server listens
	stopping atomic.Bool
	// demoLogins is the file with the example company's passwords; "" without one.
	demoLogins string
	closers    []func() error // run in reverse order
}

// Open opens the data folder and puts the product together. A folder that another process uses is [xinshu.Conflict].
func Open(ctx context.Context, opt Options) (_ *App, err error) {
	if opt.Clock == nil {
		opt.Clock = xinshu.SystemClock{}
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	a := &App{opt: opt, cfg: opt.Config, log: opt.Log, bus: bus.NewLocal()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.cfg.Bench {
		if err := markBench(a.cfg); err != nil {
			return a, err
		}
	}
	if a.lock, err = lockData(a.cfg.Data); err != nil {
		return a, err
	}
	a.onClose(a.lock.Close)
	a.plan, a.memory = memory.Open(int64(a.cfg.MemoryLimit)<<20, int64(a.cfg.CacheMB)<<20, int64(a.cfg.PasswordMemory)<<20)
	a.db, err = db.Open(ctx, db.Options{
		URL: a.cfg.DatabaseURL(), Readers: a.cfg.DatabaseConns, CacheKB: int(a.plan.Cache >> 10), Log: a.log,
	})
	if err != nil {
		return a, err
	}
	a.onClose(a.db.Close)
	if err := a.db.Migrate(ctx, migrations()); err != nil {
		return a, fmt.Errorf("migrate: %w", err)
	}
	a.ids = xinshu.NewIDSource(opt.Clock, 0)
	if a.webFiles, err = fs.Sub(web.Dist, "dist"); err != nil {
		return a, err
	}
	if err := a.compose(ctx); err != nil {
		return a, err
	}
	// An import that a killed process left behind: on SQLite nobody else can be at it.
	if _, err := a.org.Recover(ctx, a.db.Engine() == db.SQLite); err != nil {
		return a, fmt.Errorf("recover import: %w", err)
	}
	return a, nil
}

// onClose has fn called by Close, before what was registered earlier.
func (a *App) onClose(fn func() error) { a.closers = append(a.closers, fn) }

// Close stops what Open started, in reverse order.
func (a *App) Close() error {
	a.stopping.Store(true)
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// ping asks the database.
func (a *App) ping(ctx context.Context) error {
	return a.db.Read(ctx, func(tx *db.Tx) error {
		var one int
		return tx.Row(`SELECT 1`).Scan(&one)
	})
}
