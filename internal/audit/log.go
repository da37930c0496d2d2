package audit

import (
	"crypto/ed25519"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("audit: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// Options are what a [Log] needs.
type Options struct {
	DB    *db.DB
	Clock xinshu.Clock
	Log   *slog.Logger
	Node  uint8 // number of this node; every node has its own chain
	// KeyFile is where the signing key is kept, readable by its owner only; it is made if absent.
	KeyFile string
}

// Log writes and reads the trail.
type Log struct {
	opt    Options
	chains []Chain // complete before the first root

	// mu guards key and lets one round of signing run at a time.
	mu  sync.Mutex
	key ed25519.PrivateKey
}

// New returns the trail of a node.
func New(opt Options) *Log {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Log{opt: opt}
}

// maxDetail bounds the details of one record, in bytes of JSON: a record is a fact, not a document.
const maxDetail = 16 << 10

// Write appends one record inside the caller's transaction. action is "noun.verb" ("person.suspend"); object is "kind:id"
// ("person:06A…") or ""; detail becomes JSON and must hold neither secrets nor message texts; nil means none. Call it last in
// the act: on PostgreSQL it locks the chain's head until the transaction ends.
func (l *Log) Write(tx *db.Tx, actor xinshu.Actor, action, object string, detail any) error {
	r := Record{
		Node: l.opt.Node, At: xinshu.MillisOf(l.opt.Clock.Now()), Person: actor.Person, Session: actor.Session,
		System: actor.System, Address: actor.Address, Action: action, Object: object,
	}
	if detail != nil {
		text, err := json.Marshal(detail)
		if err != nil {
			return fmt.Errorf("audit detail of %s: %w", action, err)
		}
		if len(text) > maxDetail {
			return fmt.Errorf("audit detail of %s: %d bytes", action, len(text))
		}
		r.Detail = text
	}
	prev, err := l.lockHead(tx, &r)
	if err != nil {
		return fmt.Errorf("audit head: %w", err)
	}
	r.hash = r.sum(prev)
	_, err = tx.Exec(`INSERT INTO audit_record (node, n, at, person_id, session_id, system, address, action, object, detail, hash)
		VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)`,
		r.Node, r.N, r.At, r.Person, r.Session, r.System, r.Address, r.Action, r.Object, string(r.Detail), r.hash)
	if err != nil {
		return fmt.Errorf("audit record: %w", err)
	}
	if _, err := tx.Exec(`UPDATE audit_head SET n = ?2, hash = ?3 WHERE node = ?1`, r.Node, r.N, r.hash); err != nil {
		return fmt.Errorf("audit head: %w", err)
	}
	return nil
}

// lockHead gives r its place in the chain and returns the hash before it. Nothing of it is kept in memory: a command line may
// write to the same database.
func (l *Log) lockHead(tx *db.Tx, r *Record) (prev []byte, err error) {
	const q = `SELECT n, hash FROM audit_head WHERE node = ?1 /*FOR UPDATE*/`
	var n int64
	err = tx.Row(q, l.opt.Node).Scan(&n, &prev)
	if errors.Is(err, db.ErrNoRows) {
		_, err = tx.Exec(`INSERT INTO audit_head (node, n, hash) VALUES (?1, 0, ?2) ON CONFLICT (node) DO NOTHING`, l.opt.Node, genesis())
		if err == nil {
			err = tx.Row(q, l.opt.Node).Scan(&n, &prev) // again: another transaction may have been first
		}
	}
	r.N = n + 1
	return prev, err
}
