package org

import (
	"context"
	"errors"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// forever is gen_to of rows that are visible until further notice. It stands in the indexes of migration 0003.
const forever int64 = 1 << 62

// keepChanges is how many rows org_change keeps: a copy in memory that is further behind reads everything.
const keepChanges = 10_000

// head is the one row of org_head.
type head struct {
	version, gen, importID int64
}

func readHead(tx *db.Tx, lock string) (head, error) {
	var h head
	err := tx.Row(`SELECT version, gen, import_id FROM org_head WHERE id = 1 `+lock).Scan(&h.version, &h.gen, &h.importID)
	return h, err
}

// What an org_change row says has changed.
const (
	changedDepartment = "d"
	changedPerson     = "p"
	changedCatalogue  = "c"
	changedAll        = "a"
)

type change struct {
	kind string
	id   int64
}

// edit is one change of the organisation inside a transaction, under the lock of org_head.
type edit struct {
	*Service
	tx      *db.Tx
	actor   xinshu.Actor
	head    head
	now     xinshu.Millis
	changes []change
}

// touch notes what copies in memory must read again.
func (e *edit) touch(kind string, id int64) { e.changes = append(e.changes, change{kind, id}) }

// audit writes one record of the trail.
func (e *edit) audit(action, object string, detail any) error {
	if e.opt.Audit == nil {
		return nil
	}
	return e.opt.Audit.Write(e.tx, e.actor, action, object, detail)
}

// change runs fn as one act of an administrator.
func (s *Service) change(ctx context.Context, actor xinshu.Actor, fn func(e *edit) error) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error { return s.edit(tx, actor, fn) })
}

// edit runs fn under the lock of org_head and raises the version by what fn touched. It refuses while an import stages.
func (s *Service) edit(tx *db.Tx, actor xinshu.Actor, fn func(e *edit) error) error {
	return s.editDuringImport(tx, actor, func(e *edit) error {
		if e.head.importID != 0 {
			return errImporting
		}
		return fn(e)
	})
}

// editDuringImport is edit for acts that must always be possible; they change staged rows too.
func (s *Service) editDuringImport(tx *db.Tx, actor xinshu.Actor, fn func(e *edit) error) error {
	h, err := readHead(tx, "/*FOR UPDATE*/")
	if err != nil {
		return err
	}
	e := &edit{Service: s, tx: tx, actor: actor, head: h, now: s.now()}
	if err := fn(e); err != nil {
		return err
	}
	return e.finish()
}

func (e *edit) finish() error {
	if len(e.changes) == 0 {
		return nil
	}
	rows := make([][]any, len(e.changes))
	version := e.head.version
	for i, c := range e.changes {
		version++
		rows[i] = []any{version, c.kind, c.id}
	}
	if err := db.Insert(e.tx, `INSERT INTO org_change (version, kind, object_id)`, rows, ""); err != nil {
		return err
	}
	if _, err := e.tx.Exec(`DELETE FROM org_change WHERE version <= ?1`, version-keepChanges); err != nil {
		return err
	}
	_, err := e.tx.Exec(`UPDATE org_head SET version = ?1 WHERE id = 1`, version)
	e.head.version, e.changes = version, nil
	return err
}

// absent turns "no rows" into what the actor gets to see.
func absent(err error, seen *xinshu.Error) error {
	if errors.Is(err, db.ErrNoRows) {
		return seen
	}
	return err
}

// taken turns a violated unique index into what the actor gets to see.
func taken(err error, seen *xinshu.Error) error {
	if err != nil && db.IsUnique(err) {
		return seen
	}
	return err
}
