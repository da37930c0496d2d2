package search

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// Options are what a [Service] needs.
type Options struct {
	DB            *db.DB // the store: the truth about messages and members
	File          string // path of the index, such as DATA/search.db; used on SQLite only
	Clock         xinshu.Clock
	Log           *slog.Logger
	Bus           bus.Bus
	Messages      *message.Service
	Conversations *conversation.Service
	Look          time.Duration // how long one query looks before it answers with what it has; 0 means 2 s
}

// Service finds messages.
type Service struct {
	opt    Options
	index  *index
	secret *seal
	wake   chan struct{} // something may have been written; holds one
	tidy   chan struct{} // there may be something to merge; holds one
	pace   pace
	lag    lag
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's part of the store's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("search: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// Open returns the service with its index, made anew if it is missing or cannot be used. [Service.Run] fills it; [Service.Close] ends it.
func Open(ctx context.Context, opt Options) (*Service, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Look == 0 {
		opt.Look = 2 * time.Second
	}
	s := &Service{opt: opt, wake: make(chan struct{}, 1), tidy: make(chan struct{}, 1)}
	var err error
	if s.index, err = openIndex(ctx, opt); err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	if err := s.check(ctx); err != nil {
		_ = s.index.close()
		return nil, err
	}
	return s, nil
}

// check makes the index anew if it belongs to another format or to a later state of the store (a restored backup).
func (s *Service) check(ctx context.Context) error {
	st, err := s.index.state(ctx)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	var horizon int64
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		horizon, err = tx.Horizon()
		return err
	})
	if err != nil {
		return fmt.Errorf("horizon: %w", err)
	}
	if st.format != format || st.cursor.Pos >= max(horizon, 1) {
		s.opt.Log.Info("search index is made anew", "format", st.format, "want", format, "position", st.cursor.Pos, "horizon", horizon)
		if err := s.index.reset(ctx); err != nil {
			return fmt.Errorf("reset search index: %w", err)
		}
		if st, err = s.index.state(ctx); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	s.secret, err = newSeal(st.secret)
	return err
}

// Close closes the index. Run must have ended.
func (s *Service) Close() error { return s.index.close() }
