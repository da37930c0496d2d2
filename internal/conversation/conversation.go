package conversation

import (
	"crypto/sha256"
	"embed"
	"log/slog"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Kind says how a conversation comes to its members.
type Kind string

// The kinds.
const (
	Direct  Kind = "direct"  // two people, for ever
	Group   Kind = "group"   // members add members
	Channel Kind = "channel" // open: everybody sees that it exists and may join
)

// Role is what a member may do beyond reading and posting.
type Role string

// The roles. The zero Role is not a member. In direct conversations both are RoleMember.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
)

// manages says whether the role may rename, remove, pin for all and mention everybody where that is restricted.
func (r Role) manages() bool { return r == RoleOwner || r == RoleAdmin }

// History is what newcomers may read.
type History string

// The histories.
const (
	HistoryAll    History = "all"
	HistoryJoined History = "joined" // only what comes after joining
)

// Right says which members may do something.
type Right string

// The rights.
const (
	RightAll    Right = "all"
	RightAdmins Right = "admins" // owners and admins
)

func (r Right) allows(role Role) bool { return r == RightAll || role.manages() }

// Log is what the message log does for conversations. It has a higher rank and hands itself in with [Service.Attach].
type Log interface {
	// Announce appends a system message to st.
	Announce(tx *db.Tx, st *State, actor xinshu.Actor, content Announcement) error
	// OwnSince counts, per conversation, the person's messages with seq ≥ from[conversation] that are not recalled.
	OwnSince(tx *db.Tx, person xinshu.PersonID, from map[xinshu.ConversationID]int64) (map[xinshu.ConversationID]int64, error)
	// Receipted hears, after the commit, that somebody has read the messages from … to. It must be quick.
	Receipted(id xinshu.ConversationID, from, to int64)
}

// Options are what a [Service] needs.
type Options struct {
	DB    *db.DB
	Clock xinshu.Clock
	IDs   *xinshu.IDSource
	Log   *slog.Logger
	Bus   bus.Bus
	Org   *org.Service
	// Audit writes to the audit trail inside the transaction.
	Audit func(tx *db.Tx, actor xinshu.Actor, action, object string, detail any) error
}

// Service keeps conversations.
type Service struct {
	opt      Options
	log      Log // set once by Attach, before serving
	onMember []func(tx *db.Tx, id xinshu.ConversationID)
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("conversation: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// New returns the service; it can be used after [Service.Attach].
func New(opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Service{opt: opt}
}

// Attach connects the message log, once, while the server is put together.
func (s *Service) Attach(l Log) { s.log = l }

func (s *Service) now() xinshu.Millis { return xinshu.MillisOf(s.opt.Clock.Now()) }

// ClientKey is the form in which a client_id is unique: the 16 bytes of a UUID in its canonical text form, whose order in time
// keeps the index sequential, else the first 16 bytes of a hash.
func ClientKey(id string) (key [16]byte, isUUID bool) {
	if k, ok := parseUUID(id); ok {
		return k, true
	}
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:16]), false
}

// parseUUID reads the canonical form only (lower case): another spelling is another client_id, and must come back as it was.
func parseUUID(s string) (k [16]byte, ok bool) {
	if len(s) != 36 {
		return k, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return k, false
			}
			continue
		}
		v := hexValue(s[i])
		if v < 0 {
			return k, false
		}
		k[n/2] = k[n/2]<<4 | byte(v)
		n++
	}
	return k, true
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
