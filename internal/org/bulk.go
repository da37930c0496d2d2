package org

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// DepartmentRow, PersonRow, PositionRow and RankRow are what a [Snapshot] holds and a [Bulk] brings. Texts are as the Clean…
// functions return them.
type (
	// DepartmentRow is a department as it is stored.
	DepartmentRow struct {
		ID, Parent xinshu.DepartmentID
		Name, Code string
		Sort       int64
		created    xinshu.Millis
		rev        int64
	}
	// PersonRow is a person as she is stored, with all her memberships, the primary one first.
	PersonRow struct {
		ID                                       xinshu.PersonID
		Name, NameEn, Login, EmployeeNo          string
		Email, Mobile, Location, HiredOn, Locale string
		Status                                   Status
		Rank                                     xinshu.RankID
		Manager                                  xinshu.PersonID
		Imported                                 bool // made by an import
		Memberships                              []MembershipDraft
		created                                  xinshu.Millis
		rev                                      int64
	}
)

// Snapshot is the whole organisation at one version, to compare a source with.
type Snapshot struct {
	Version     int64
	Departments []DepartmentRow
	People      []PersonRow
	Positions   []Position
	Ranks       []Rank
}

// Snapshot reads the whole organisation. Only for administrators.
func (s *Service) Snapshot(ctx context.Context, actor xinshu.Actor) (*Snapshot, error) {
	if err := mayChange(actor); err != nil {
		return nil, err
	}
	out := &Snapshot{}
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := s.current(tx)
		if err != nil {
			return err
		}
		out.Version = d.version
		for _, c := range d.positions {
			out.Positions = append(out.Positions, Position{xinshu.PositionID(c.id), c.name, c.code})
		}
		for _, c := range d.ranks {
			out.Ranks = append(out.Ranks, Rank{xinshu.RankID(c.id), c.name, c.code, c.level})
		}
		out.Departments, err = db.All(tx, func(r *db.Rows) (DepartmentRow, error) {
			var n DepartmentRow
			err := r.Scan(&n.ID, &n.Parent, &n.Name, &n.Code, &n.Sort, &n.created, &n.rev)
			return n, err
		}, `SELECT id, parent_id, name, code, sort, created_at, rev FROM department ORDER BY id`)
		if err != nil {
			return err
		}
		out.People, err = db.All(tx, func(r *db.Rows) (PersonRow, error) {
			p, err := scanRecord(r)
			row := PersonRow{ID: p.id, Name: p.name, NameEn: p.nameEn, Login: p.login, EmployeeNo: p.employeeNo, Email: p.email, Mobile: p.mobile,
				Location: p.location, HiredOn: p.hiredOn, Locale: p.locale, Status: p.status, Rank: p.rank, Manager: p.manager,
				Imported: p.source == sourceImport, created: p.created, rev: p.rev}
			if e := d.person(p.id); e != nil {
				for _, m := range e.in {
					row.Memberships = append(row.Memberships, MembershipDraft{m.department, m.position, m.primary, m.title, m.sort})
				}
			}
			return row, err
		}, `SELECT `+recordColumns+` FROM person ORDER BY id`)
		return err
	})
	return out, err
}

const sourceImport = "import"

// Bulk is a large change of the organisation that becomes visible at once. What it says was checked against Version; the importer
// answers for uniqueness and the shape of the tree, the indexes stand behind it.
type Bulk struct {
	Version   int64
	Positions []Position // new ones
	Ranks     []Rank     // new ones
	// New rows have ids that the snapshot does not have; others replace the row of the snapshot that they were copied from.
	NewDepartments, ChangedDepartments []DepartmentRow
	DeletedDepartments                 []xinshu.DepartmentID
	NewPeople                          []PersonRow
	ChangedPeople                      []PersonRow
	StatusOf                           map[xinshu.PersonID]bool // changed people whose status is meant to change; others keep the one they have by then
	Counts                             any                      // for the trail
}

// Empty says whether there is nothing to do.
func (b *Bulk) Empty() bool {
	return len(b.Positions)+len(b.Ranks)+len(b.NewDepartments)+len(b.ChangedDepartments)+len(b.DeletedDepartments)+len(b.NewPeople)+len(b.ChangedPeople) == 0
}

// NewDepartmentID, NewPersonID, NewPositionID and NewRankID make ids for new rows of a [Bulk].
func (s *Service) NewDepartmentID() xinshu.DepartmentID {
	return xinshu.NewID[xinshu.DepartmentID](s.opt.IDs)
}

// NewPersonID makes an id for a new person.
func (s *Service) NewPersonID() xinshu.PersonID { return xinshu.NewID[xinshu.PersonID](s.opt.IDs) }

// NewPositionID makes an id for a new position.
func (s *Service) NewPositionID() xinshu.PositionID {
	return xinshu.NewID[xinshu.PositionID](s.opt.IDs)
}

// NewRankID makes an id for a new rank.
func (s *Service) NewRankID() xinshu.RankID { return xinshu.NewID[xinshu.RankID](s.opt.IDs) }

var errChanged = xinshu.Errorf(xinshu.Conflict, "The organisation has changed since the preview. Make a new one.")

// Apply stages b in pieces of at most 50 ms, shows all of it with one row, and cleans up in pieces; see Generations in the package
// documentation. An error before it is shown undoes everything. [xinshu.Conflict] if the organisation changed since b.Version or
// another import runs; [xinshu.LastAdmin] if nobody would be left to administer the system. progress, if not nil, is called after every piece with the rows done and to do.
func (s *Service) Apply(ctx context.Context, actor xinshu.Actor, b *Bulk, progress func(done, total int)) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	if b.Empty() {
		return nil
	}
	im, err := s.begin(ctx, actor, b)
	if err != nil {
		return err
	}
	im.progress = progress
	err = im.stage(ctx, b)
	if err == nil {
		err = im.show(ctx, actor, b)
	}
	if err != nil {
		// What is staged must go even though the caller has left. Only the table knows whether a commit whose answer was lost happened.
		return im.settle(context.WithoutCancel(ctx), err)
	}
	s.tellDeparted(b)
	if err := s.Warm(context.WithoutCancel(ctx)); err != nil { // so that no writer has to read everything
		s.opt.Log.Warn("read the organisation after an import", "error", err)
	}
	return im.clean(context.WithoutCancel(ctx))
}

// settle ends an import that failed with cause.
func (im *importing) settle(ctx context.Context, cause error) error {
	var state string
	err := im.opt.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`SELECT state FROM org_import WHERE id = ?1`, im.id).Scan(&state)
	})
	switch {
	case err != nil:
		return errors.Join(cause, err) // Recover will find it
	case state == "shown":
		return im.clean(ctx)
	}
	if err := im.undo(ctx); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// importing is one bulk change on its way.
type importing struct {
	*Service
	id, gen     int64
	size        int // rows of the next piece
	done, total int
	progress    func(done, total int)
}

// pieceTime is what a piece aims at inside its transaction: with its commit, and on a machine that is busy otherwise, it stays below 50 ms.
const pieceTime = 10 * time.Millisecond

func (s *Service) begin(ctx context.Context, actor xinshu.Actor, b *Bulk) (*importing, error) {
	im := &importing{Service: s, id: s.opt.IDs.Next(), size: 50}
	counts, err := json.Marshal(b.Counts)
	if err != nil {
		return nil, fmt.Errorf("counts of the import: %w", err)
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.mayLeave(tx, b); err != nil {
			return err
		}
		h, err := readHead(tx, "/*FOR UPDATE*/")
		switch {
		case err != nil:
			return err
		case h.importID != 0:
			return errImporting
		case h.version != b.Version:
			return errChanged
		}
		im.gen = h.gen + 1
		if _, err := tx.Exec(`INSERT INTO org_import (id, gen, state, actor_id, started_at, touched_at, counts) VALUES (?1, ?2, 'staging', ?3, ?4, ?4, ?5)`,
			im.id, im.gen, actor.Person, s.now(), string(counts)); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE org_head SET import_id = ?1 WHERE id = 1`, im.id)
		return err
	})
	im.total = len(b.Positions) + len(b.Ranks) + len(b.NewDepartments) + 2*len(b.ChangedDepartments) + len(b.DeletedDepartments) +
		len(b.NewPeople) + 2*len(b.ChangedPeople)
	return im, err
}

// pieces calls fn for items in transactions of about pieceTime each. The lock of org_head shows that nobody took the import over.
func pieces[T any](ctx context.Context, im *importing, items []T, fn func(tx *db.Tx, part []T) error) error {
	for len(items) > 0 {
		part := items[:min(im.size, len(items))]
		var took time.Duration
		err := im.opt.DB.Write(ctx, func(tx *db.Tx) error {
			began := time.Now() // real time, not the product's clock: it measures the writer
			if err := im.touch(tx); err != nil {
				return err
			}
			err := fn(tx, part)
			took = time.Since(began)
			return err
		})
		if err != nil {
			return err
		}
		items = items[len(part):]
		im.done += len(part)
		if im.progress != nil {
			im.progress(min(im.done, im.total), im.total)
		}
		im.size = int(min(max(int64(len(part))*int64(pieceTime)/max(int64(took), 1), 20), int64(2*im.size), 2_000))
	}
	return nil
}

func (im *importing) touch(tx *db.Tx) error {
	var id int64
	if err := tx.Row(`SELECT import_id FROM org_head WHERE id = 1 /*FOR UPDATE*/`).Scan(&id); err != nil {
		return err
	}
	if id != im.id {
		return xinshu.Errorf(xinshu.Conflict, "Another process took the import over.")
	}
	_, err := tx.Exec(`UPDATE org_import SET touched_at = ?2 WHERE id = ?1`, im.id, im.now())
	return err
}

func (im *importing) setState(tx *db.Tx, state string) error {
	_, err := tx.Exec(`UPDATE org_import SET state = ?2, touched_at = ?3 WHERE id = ?1`, im.id, state, im.now())
	return err
}

// finish ends the import: other changes are possible again.
func (im *importing) finish(ctx context.Context, state string) error {
	return im.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if err := im.touch(tx); err != nil {
			return err
		}
		if err := im.setState(tx, state); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE org_head SET import_id = 0 WHERE id = 1`)
		return err
	})
}

// show makes the staged generation the visible one: one row. What leavers own gets its new owners in the same transaction; they
// own few things, or the transaction is longer than others, once.
func (im *importing) show(ctx context.Context, actor xinshu.Actor, b *Bulk) error {
	return im.opt.DB.Write(ctx, func(tx *db.Tx) error {
		if err := im.mayLeave(tx, b); err != nil {
			return err
		}
		if err := im.touch(tx); err != nil {
			return err
		}
		return im.editDuringImport(tx, actor, func(e *edit) error {
			if err := im.depart(tx, actor, b); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE org_head SET gen = ?1 WHERE id = 1`, im.gen); err != nil {
				return err
			}
			if err := im.setState(tx, "shown"); err != nil {
				return err
			}
			e.touch(changedAll, 0)
			return e.audit("org.import", "", b.Counts)
		})
	})
}

// tellDeparted ends the streams of people whom the import let go.
func (s *Service) tellDeparted(b *Bulk) {
	if s.opt.Bus == nil {
		return
	}
	gone, _ := b.leavers()
	for part := range slices.Chunk(gone, 1000) {
		s.opt.Bus.Publish(xinshu.Event{People: part, Kind: xinshu.EventSignedOut, Frame: []byte(`{"event":"signed_out","data":{}}`)})
	}
}

// in returns "(?n,…)" for part, rounded up to a power of two with 0, so that there are few texts; and the arguments.
func in[T ~int64](first int, part []T) (string, []any) {
	size := 1
	for size < len(part) {
		size *= 2
	}
	args := make([]any, size)
	for i := range args {
		args[i] = int64(0)
		if i < len(part) {
			args[i] = int64(part[i])
		}
	}
	return strings.TrimSpace(db.In(first, size)), args
}
