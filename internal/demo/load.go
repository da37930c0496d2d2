package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// LoginsFile is the name of the file with the passwords, in the data folder: a JSON list of [Credentials].
const LoginsFile = "demo-logins.json"

// DefaultSeed makes the company that screenshots and instructions show.
const DefaultSeed uint64 = 20260101

// Options are what loading needs. Conversations and messages are written by services of its own whose clock follows the story.
type Options struct {
	DB       *db.DB
	Clock    xinshu.Clock
	IDs      *xinshu.IDSource
	Log      *slog.Logger
	Audit    *audit.Log
	Settings *settings.Service
	Org      *org.Service
	Identity *identity.Service
	Random   io.Reader // of the passwords: crypto/rand.Reader
	Data     string    // the data folder, absolute
	Seed     uint64    // 0 means DefaultSeed
}

// Result says what [Load] did.
type Result struct {
	Filled     bool   // false: it was filled at an earlier start
	LoginsFile string // absolute
	People     int    // 0 unless Filled, like the others
	Messages   int
	Took       time.Duration
}

// Load fills an empty database with the example company, through the rules of the domains, and writes the passwords of about eight
// people. Call it before anybody is served. A company that was filled before is left as it is; one whose filling was interrupted is
// completed. [xinshu.Conflict] if the database belongs to somebody else.
func Load(ctx context.Context, opt Options) (Result, error) {
	began := opt.Clock.Now()
	out := Result{LoginsFile: filepath.Join(opt.Data, LoginsFile)}
	p, err := begin(ctx, opt)
	if err != nil || p.Complete {
		return out, err
	}
	c := Build(p.Seed, p.Now)
	l := &loader{opt: opt, company: &c, now: p.Now, actor: xinshu.SystemActor("demo"), people: map[PersonCode]xinshu.PersonID{}}
	for _, step := range []func(context.Context) error{l.fillSettings, l.fillOrganisation, l.fillConversations, l.fillLogins} {
		if err := step(ctx); err != nil {
			return out, fmt.Errorf("example company: %w", err)
		}
	}
	p.Complete = true
	if err := p.save(opt.Data); err != nil {
		return out, err
	}
	out.Filled, out.People, out.Messages, out.Took = true, len(c.People), len(c.Messages), opt.Clock.Now().Sub(began)
	opt.Log.Info("filled the example company", "people", out.People, "messages", out.Messages, "took", out.Took.Round(time.Millisecond))
	return out, nil
}

// loader is one filling.
type loader struct {
	opt     Options
	company *Company
	now     time.Time // the moment at which the story ends
	actor   xinshu.Actor
	people  map[PersonCode]xinshu.PersonID
}

func (l *loader) fillSettings(ctx context.Context) error {
	if _, err := l.opt.Settings.Update(ctx, l.actor, settings.Update{CompanyName: &l.company.Name}); err != nil {
		return fmt.Errorf("company name: %w", err)
	}
	return nil
}
