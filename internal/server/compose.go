package server

import (
	"context"
	"io"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
)

// migrations lists the steps of all domains.
func migrations() []db.Migration {
	var steps []db.Migration
	return steps
}

// compose makes the domains, lowest rank first, and declares their doors. The order of the doors is the table of contents of
// the API.
func (a *App) compose(context.Context) error {
	a.door = door.New(noPeople{}, a.opt.Clock, a.log, a.opt.Version)
	a.door.Describe()
	a.healthDoors(a.door)
	a.assetDoors(a.door)
	return nil
}

// prepare does what must be done before the first request: the example company, the set-up link.
func (a *App) prepare(context.Context, io.Writer) error { return nil }

// closeStreams says goodbye to the connected clients.
func (a *App) closeStreams(context.Context) error { return nil }
