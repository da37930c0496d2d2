package server

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// migrations lists the steps of all domains.
func migrations() []db.Migration {
	return slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations())
}

// domains are the parts of the product, lowest rank first.
type domains struct {
	audit    *audit.Log
	settings *settings.Service
	org      *org.Service
}

// compose makes the domains and declares their doors. The order of the doors is the table of contents of the API.
func (a *App) compose(ctx context.Context) error {
	clock, log := a.opt.Clock, a.log
	a.audit = audit.New(audit.Options{DB: a.db, Clock: clock, Log: log, KeyFile: filepath.Join(a.cfg.Data, "keys", "audit.key")})
	if _, err := a.audit.Open(ctx); err != nil {
		return fmt.Errorf("audit key: %w", err)
	}
	a.settings = settings.New(settings.Options{DB: a.db, Clock: clock, Log: log, Record: a.audit.Write})
	if err := a.settings.Load(ctx); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	a.org = org.New(org.Options{DB: a.db, Clock: clock, IDs: a.ids, Log: log, Audit: a.audit, Bus: a.bus})

	a.door = door.New(noPeople{}, clock, log, a.opt.Version)
	a.settings.Doors(a.door)
	a.audit.Doors(a.door)
	a.door.Describe()
	a.healthDoors(a.door)
	a.assetDoors(a.door)
	return nil
}

// background starts what works on its own until Close.
func (a *App) background() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.audit.Run(ctx)
	}()
	a.onClose(func() error {
		stop()
		<-done
		return nil
	})
}

// prepare does what must be done before the first request: the example company, the set-up link.
func (a *App) prepare(context.Context, io.Writer) error { return nil }

// closeStreams says goodbye to the connected clients.
func (a *App) closeStreams(context.Context) error { return nil }
