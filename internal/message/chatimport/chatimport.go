package chatimport

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"regexp"
	"sync"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Options are what a [Service] needs.
type Options struct {
	DB            *db.DB
	Clock         xinshu.Clock
	Log           *slog.Logger
	Org           *org.Service
	Conversations *conversation.Service
	Messages      *message.Service
	// CheckEvery is the number of lines between checkpoints, and so the most messages in memory; 0: 50,000.
	CheckEvery int64
	// Audit writes to the audit trail inside the transaction; nil: no trail (tools and tests).
	Audit func(tx *db.Tx, actor xinshu.Actor, action, object string, detail any) error
}

// Service imports chats.
type Service struct {
	opt     Options
	running sync.Mutex // held by the import that is under way
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this package's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("chatimport: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// New returns the service.
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.CheckEvery == 0 {
		opt.CheckEvery = 50_000
	}
	return &Service{opt: opt}
}

// Request says what an import is about, beside the lines.
type Request struct {
	// Source names the system that the file comes from; keys and ids count within it. 1 to 64 of a–z, 0–9, dot, dash and underline.
	Source string
	// Size of the file in bytes, to tell how long it takes; 0 if it is not known.
	Size int64
	// Owner gets the groups and channels in which nobody who takes part is a member; 0: such conversations are refused.
	Owner xinshu.PersonID
	// Restart reads from the first line even if an earlier import of this file was cut short.
	Restart bool
}

// Report says what an import did.
type Report struct {
	Lines         int64 // read, empty ones included
	Resumed       int64 // line after which this import went on; 0: it began at the beginning
	People        int64 // authors that were added
	Conversations int64 // that were added
	Messages      int64 // that were added
	Repeated      int64 // messages that were there
	BadLines      int64
	Bad           []BadLine // the first 1,000
}

// BadLine says what is wrong where.
type BadLine struct {
	Line   int64  // from 1
	Field  string // "" when it is the line as a whole
	Reason string // a sentence
}

const maxBad = 1_000

var sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Import reads lines until the end of r and writes what it does to progress, a line every two seconds. Bad lines are in the report
// and are no error; an error means that the import was cut short, and that the same import again goes on where it was. Errors:
// [xinshu.Forbidden] unless the product itself or a system administrator asks; [xinshu.Invalid] for a bad source or a file without a
// single good line; [xinshu.Conflict] while another import runs, or when the file differs from the one that was cut short in what was
// already read (see Request.Restart).
func (s *Service) Import(ctx context.Context, actor xinshu.Actor, r io.Reader, progress io.Writer, req Request) (Report, error) {
	if !actor.IsSystem() && !actor.Roles.Has(xinshu.SystemAdmin) {
		return Report{}, xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	}
	if !sourceName.MatchString(req.Source) {
		return Report{}, xinshu.Errorf(xinshu.Invalid, "The name of the source has 1 to 64 of a-z, 0-9, dot, dash and underline.")
	}
	if !s.running.TryLock() {
		return Report{}, xinshu.Errorf(xinshu.Conflict, "Another chat import is running.")
	}
	defer s.running.Unlock()
	run := newRun(s, actor, req, progress)
	err := run.all(ctx, r)
	run.report.sort()
	return run.report, err
}
