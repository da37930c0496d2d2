package message

import (
	"embed"
	"log/slog"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// Options are what a [Service] needs.
type Options struct {
	DB            *db.DB
	Clock         xinshu.Clock
	Log           *slog.Logger
	Bus           bus.Bus
	Org           *org.Service
	Settings      *settings.Service
	Conversations *conversation.Service
}

// Service is the log of all conversations.
type Service struct {
	opt      Options
	conv     *conversation.Service
	posts    *db.Group[*post]
	receipts *receiptEmitter
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("message: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// New returns the log and attaches it to the conversations. [Service.Close] ends its goroutine.
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	s := &Service{opt: opt, conv: opt.Conversations}
	s.posts = db.NewGroup(opt.DB, "post", func(p *post) int64 { return p.conversation.Int64() }, s.apply)
	s.receipts = newReceiptEmitter(s)
	s.conv.Attach(s)
	return s
}

// Close ends the goroutine of the receipt events; those that wait are dropped, for they are only counts.
func (s *Service) Close() { s.receipts.close() }

func (s *Service) now() xinshu.Millis { return xinshu.MillisOf(s.opt.Clock.Now()) }

var (
	errNoMessage = xinshu.Errorf(xinshu.NotFound, "There is no such message.")
	errAnonymous = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	errReplay    = xinshu.Errorf(xinshu.Conflict, "This client_id was used for another message.")
	errAll       = xinshu.Errorf(xinshu.Forbidden, "Only owners and admins may mention everybody here.")
	errRecalled  = xinshu.Errorf(xinshu.Forbidden, "The message was recalled.")
)
