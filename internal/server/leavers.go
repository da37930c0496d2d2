package server

import (
	"context"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// watchLeavers ends the sessions of people who depart in bulk: an import lets them go in one flip of the organisation, which also
// gives their groups new owners; this looks again at what is theirs. It runs once at the start, for an import that a crash cut
// off from this.
func (a *App) watchLeavers(ctx context.Context) {
	wake := make(chan struct{}, 1)
	wake <- struct{}{}
	cancel := a.bus.Subscribe(func(e xinshu.Event) {
		if e.Kind != xinshu.EventSignedOut || e.Session != 0 {
			return
		}
		select {
		case wake <- struct{}{}:
		default: // it will look anyway
		}
	})
	defer cancel()
	actor := xinshu.SystemActor("handover")
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		if err := a.identity.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("end sessions of leavers", "error", err)
		}
		if _, err := a.conversation.HandOverDeparted(ctx, actor); err != nil && ctx.Err() == nil {
			a.log.Error("hand over conversations of leavers", "error", err)
		}
	}
}

// recoverImport takes over an import whose process on another node was lost; on SQLite the start has done it.
func (a *App) recoverImport(ctx context.Context) {
	if a.db.Engine() == db.SQLite {
		return
	}
	tick := time.NewTicker(recoverEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := a.org.Recover(ctx, false); err != nil && ctx.Err() == nil {
			a.log.Error("recover import", "error", err)
		}
	}
}

// recoverEvery is how often a node looks for imports that lost their process.
const recoverEvery = time.Minute
