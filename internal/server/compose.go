package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/blob"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/later"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/message/chatimport"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
	"github.com/xinshu-im/xinshu/internal/quota"
	"github.com/xinshu-im/xinshu/internal/realtime"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// migrations lists the steps of all domains.
func migrations() []db.Migration {
	return slices.Concat(audit.Migrations(), blob.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations(),
		conversation.Migrations(), message.Migrations(), search.Migrations(), chatimport.Migrations(), later.Migrations())
}

// domains are the parts of the product, lowest rank first.
type domains struct {
	audit        *audit.Log
	blob         *blob.Store
	settings     *settings.Service
	org          *org.Service
	identity     *identity.Service
	conversation *conversation.Service
	message      *message.Service
	chatImport   *chatimport.Service
	search       *search.Service
	later        *later.Service
	quota        *quota.Limiter[xinshu.PersonID]
	realtime     *realtime.Service
}

// hashMemory is what one password check takes, in MiB.
const hashMemory = 64

// framesPerRequest is how many frames one stream may send for each request that its person may: pings, and messages in pieces.
const framesPerRequest = 4

// sessionRate is what one session may ask of the doors that end sessions: one by one, all that a person can have.
var sessionRate = quota.Rate{PerSecond: 2, Burst: 2 * xinshu.MaxSessions}

// compose makes the domains and declares their doors. The order of the doors is the table of contents of the API.
func (a *App) compose(ctx context.Context) error {
	clock, log := a.opt.Clock, a.log
	proxies, err := a.cfg.Proxies()
	if err != nil {
		return err
	}
	a.audit = audit.New(audit.Options{DB: a.db, Clock: clock, Log: log, KeyFile: filepath.Join(a.cfg.Data, "keys", "audit.key")})
	if _, err := a.audit.Open(ctx); err != nil {
		return fmt.Errorf("audit key: %w", err)
	}
	objects, err := blob.NewDisk(filepath.Join(a.cfg.Data, admin.BlobFolder))
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	a.blob = blob.New(blob.Options{DB: a.db, Clock: clock, Log: log, Objects: objects})
	a.settings = settings.New(settings.Options{DB: a.db, Clock: clock, Log: log, Record: a.audit.Write})
	if err := a.settings.Load(ctx); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	a.org = org.New(org.Options{DB: a.db, Clock: clock, IDs: a.ids, Log: log, Audit: a.audit, Bus: a.bus})
	a.identity = identity.New(identity.Options{DB: a.db, Clock: clock, IDs: a.ids, Log: log, Bus: a.bus, Audit: a.audit,
		Settings: a.settings, Org: a.org, Proxies: proxies, Origin: func() string { return a.origin }, Version: a.opt.Version,
		Hash: identity.HashOptions{Concurrent: max(1, int(a.plan.Passwords>>20)/hashMemory)}})
	a.conversation = conversation.New(conversation.Options{DB: a.db, Clock: clock, IDs: a.ids, Log: log, Bus: a.bus, Org: a.org,
		Audit: a.audit.Write})
	a.message = message.New(message.Options{DB: a.db, Clock: clock, Log: log, Bus: a.bus, Org: a.org, Settings: a.settings,
		Conversations: a.conversation})
	a.onClose(func() error {
		a.message.Close()
		return nil
	})
	a.chatImport = chatimport.New(chatimport.Options{DB: a.db, Clock: clock, Log: log, Org: a.org, Conversations: a.conversation,
		Messages: a.message, Audit: a.audit.Write})
	a.search, err = search.Open(ctx, search.Options{DB: a.db, File: filepath.Join(a.cfg.Data, "search.db"), Clock: clock, Log: log,
		Bus: a.bus, Messages: a.message, Conversations: a.conversation})
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	a.onClose(a.search.Close)
	a.later = later.New(later.Options{DB: a.db, Clock: clock, Log: log, Bus: a.bus, Conversations: a.conversation, Messages: a.message})
	a.identity.OnDepart(a.conversation.OwnerDeparted)
	a.org.OnContacts(a.conversation.Contacts)
	a.org.OnLeave(org.Leaving{Needed: a.identity.Needed,
		Departed: []func(*db.Tx, xinshu.Actor, []xinshu.PersonID) error{a.identity.Departed, a.conversation.OwnersDeparted}})
	a.audit.Register(a.message.Chain())
	rate := quota.Rate{PerSecond: a.cfg.PersonRate, Burst: a.cfg.PersonBurst}
	if a.cfg.Bench { // load comes from few people
		rate = quota.Rate{}
	}
	a.quota = quota.New[xinshu.PersonID](rate, clock)
	a.realtime, err = realtime.New(realtime.Options{DB: a.db, Clock: clock, Log: log, Bus: a.bus, Identity: a.identity,
		Conversations: a.conversation, Messages: a.message, SameOrigin: sameOrigin(secureBy(a.cfg, proxies)),
		Quota: a.quota, Frames: quota.Rate{PerSecond: framesPerRequest * rate.PerSecond, Burst: framesPerRequest * rate.Burst},
		Memory: a.memory, MaxStreams: a.plan.Streams, MaxPartial: int(a.plan.Partial), MaxQueued: int(a.plan.Queued), UnsentLimit: int(a.plan.Unsent)})
	if err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	a.declare()
	return nil
}

// declare puts all doors into the registry.
func (a *App) declare() {
	a.door = door.New(a.identity, a.opt.Clock, a.log, a.opt.Version)
	limits := door.Quota{People: a.quota}
	if a.cfg.PersonRate > 0 && !a.cfg.Bench {
		limits.Sessions = quota.New[xinshu.SessionID](sessionRate, a.opt.Clock)
	}
	a.door.Limit(limits)
	a.door.Guard(a.memory)
	a.identity.Doors(a.door)
	a.org.Doors(a.door)
	importer.Doors(a.door, a.org, a.opt.Clock)
	a.conversation.Doors(a.door)
	a.message.Doors(a.door)
	a.later.Doors(a.door)
	a.search.Doors(a.door)
	a.realtime.Doors(a.door)
	a.settings.Doors(a.door)
	a.audit.Doors(a.door)
	if a.cfg.Bench {
		a.benchDoors(a.door)
		a.fillDoor(a.door)
	}
	a.door.Describe()
	a.manualDoors(a.door)
	a.healthDoors(a.door)
	a.assetDoors(a.door)
}

// sameOrigin says whether a page that this server served sends r. Where the browser speaks TLS, the page came over TLS too; behind
// a proxy that we do not trust that is not known, and the host decides.
func sameOrigin(secure func(*http.Request) bool) func(*http.Request) bool {
	return func(r *http.Request) bool {
		sent := r.Header["Origin"]
		if len(sent) != 1 {
			return false
		}
		scheme, host, ok := strings.Cut(sent[0], "://")
		return ok && strings.EqualFold(host, r.Host) && (scheme == "https" || scheme == "http" && !secure(r))
	}
}

// background starts what works on its own until Close.
func (a *App) background() {
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { a.audit.Run(ctx) })
	wg.Go(func() { a.identity.Run(ctx) })
	wg.Go(func() { a.blob.Run(ctx) })
	wg.Go(func() { a.search.Run(ctx) })
	wg.Go(func() { a.message.RunLog(ctx) })
	wg.Go(func() { a.later.Run(ctx) })
	wg.Go(func() { a.watchLeavers(ctx) })
	wg.Go(func() { a.recoverImport(ctx) })
	a.onClose(func() error {
		stop()
		wg.Wait()
		return nil
	})
}

// prepare does what must be done before the first request.
func (a *App) prepare(ctx context.Context, out io.Writer) error {
	if a.cfg.Bench {
		announceBench(out)
		return a.checkBenchDatabase(ctx)
	}
	if a.cfg.Demo {
		return a.fillDemo(ctx, out)
	}
	return nil
}

// setup prints the one-time set-up link while there is no administrator.
func (a *App) setup(ctx context.Context, say func(format string, args ...any)) error {
	if a.cfg.Bench {
		return nil
	}
	if a.demoLogins != "" {
		return a.announceDemo(say)
	}
	link, err := a.identity.EnsureSetup(ctx)
	if err != nil || link.URL == "" {
		return err
	}
	say("There is no administrator yet. Open this link once, it is valid until %s:\n  %s", link.ExpiresAt.Time().Format(time.RFC1123), link.URL)
	return nil
}

// closeStreams says goodbye to the connected clients.
func (a *App) closeStreams(ctx context.Context) error {
	if err := a.realtime.Shutdown(ctx); err != nil {
		return fmt.Errorf("close streams: %w", err)
	}
	return nil
}
