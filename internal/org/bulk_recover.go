package org

import (
	"context"
	"errors"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// abandonedAfter is how long an import goes without a piece until another process takes it over, in milliseconds.
const abandonedAfter xinshu.Millis = 60_000

// Recover ends an import that a process left behind: what was not shown is undone, what was shown is cleaned up. Until then the
// organisation reads as before or after it, and other changes of it are refused. alone says that no other process uses the
// database (always so on SQLite); otherwise an import that was touched within a minute is left to its process. pending says that
// there is one: call again later.
func (s *Service) Recover(ctx context.Context, alone bool) (pending bool, err error) {
	im := &importing{Service: s, size: 50}
	var state string
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		pending = false
		h, err := readHead(tx, "/*FOR UPDATE*/")
		if err != nil || h.importID == 0 {
			state = ""
			return err
		}
		var touched xinshu.Millis
		if err := tx.Row(`SELECT gen, state, touched_at FROM org_import WHERE id = ?1`, h.importID).Scan(&im.gen, &state, &touched); err != nil {
			return err
		}
		if !alone && s.now()-touched < abandonedAfter {
			pending = true
			return nil
		}
		// A new number: if the process lives after all, its next piece fails.
		im.id = s.opt.IDs.Next()
		if _, err := tx.Exec(`UPDATE org_import SET id = ?2, touched_at = ?3 WHERE id = ?1`, h.importID, im.id, s.now()); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE org_head SET import_id = ?1 WHERE id = 1`, im.id)
		return err
	})
	switch {
	case err != nil || pending || state == "":
		return pending, err
	case state == "shown":
		return false, im.clean(ctx)
	}
	return false, im.undo(ctx)
}

// list reads ids on a reader: the writer is not held by a walk through a table.
func (im *importing) list(ctx context.Context, q string, args ...any) (out []int64, err error) {
	err = im.opt.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = db.Column[int64](tx, q, args...)
		return err
	})
	return out, err
}

// sweep reads ids with find and runs the statements for them in pieces; each is one statement for the ids of a piece.
func (im *importing) sweep(ctx context.Context, find string, args []any, statements ...func(tx *db.Tx, set string, ids []any) error) error {
	list, err := im.list(ctx, find, args...)
	if err != nil {
		return err
	}
	return pieces(ctx, im, list, func(tx *db.Tx, part []int64) error {
		set, ids := in(1, part)
		for _, fn := range statements {
			if err := fn(tx, set, ids); err != nil {
				return err
			}
		}
		return nil
	})
}

// run makes a statement for sweep: q ends with "IN ", more are its arguments before them.
func (im *importing) run(q string, more ...any) func(tx *db.Tx, set string, ids []any) error {
	return func(tx *db.Tx, _ string, ids []any) error {
		set := db.In(1+len(more), len(ids))
		_, err := tx.Exec(q+set, append(append([]any{}, more...), ids...)...)
		return err
	}
}

// undo takes back what was staged and not shown.
func (im *importing) undo(ctx context.Context) error {
	for _, step := range []struct {
		find string
		do   []func(tx *db.Tx, set string, ids []any) error
	}{
		{`SELECT DISTINCT person_id FROM membership_row WHERE gen_from = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM membership_row WHERE gen_from = ?1 AND person_id IN `, im.gen)}},
		{`SELECT DISTINCT person_id FROM membership_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`UPDATE membership_row SET gen_to = ?2 WHERE gen_to = ?1 AND person_id IN `, im.gen, forever)}},
		{`SELECT id FROM person_row WHERE gen_from = ?1`, []func(*db.Tx, string, []any) error{im.dropNewKeys,
			im.run(`DELETE FROM person_row WHERE gen_from = ?1 AND id IN `, im.gen)}},
		{`SELECT id FROM person_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`UPDATE person_row SET gen_to = ?2 WHERE gen_to = ?1 AND id IN `, im.gen, forever)}},
		{`SELECT id FROM department_row WHERE gen_from = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM department_row WHERE gen_from = ?1 AND id IN `, im.gen)}},
		{`SELECT id FROM department_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`UPDATE department_row SET gen_to = ?2 WHERE gen_to = ?1 AND id IN `, im.gen, forever)}},
		{`SELECT id FROM position_row WHERE gen_from = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM position_row WHERE gen_from = ?1 AND id IN `, im.gen)}},
		{`SELECT id FROM rank_row WHERE gen_from = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM rank_row WHERE gen_from = ?1 AND id IN `, im.gen)}},
	} {
		if err := im.sweep(ctx, step.find, []any{im.gen}, step.do...); err != nil {
			return errors.Join(errors.New("undo the import"), err)
		}
	}
	return im.finish(ctx, "undone")
}

// dropNewKeys removes the search keys of staged people who have no older row: they are new, and their keys were staged with them.
func (im *importing) dropNewKeys(tx *db.Tx, _ string, ids []any) error {
	fresh, err := db.All(tx, scanRecord, `SELECT `+recordColumns+` FROM person_row n WHERE gen_from = ?1
		AND NOT EXISTS (SELECT 1 FROM person_row o WHERE o.id = n.id AND o.gen_from < ?1) AND id IN `+db.In(2, len(ids)), append([]any{im.gen}, ids...)...)
	if err != nil {
		return err
	}
	for _, r := range fresh { // keys are found by what they are made of, not by person
		if err := dropKeys(tx, r.id, keysOf(r)); err != nil {
			return err
		}
	}
	return nil
}

// clean removes the rows that the shown generation replaced, and brings search keys in step.
func (im *importing) clean(ctx context.Context) error {
	for _, step := range []struct {
		find string
		do   []func(tx *db.Tx, set string, ids []any) error
	}{
		{`SELECT DISTINCT person_id FROM membership_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM membership_row WHERE gen_to = ?1 AND person_id IN `, im.gen)}},
		{`SELECT id FROM person_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{im.renewKeys,
			im.run(`DELETE FROM person_row WHERE gen_to = ?1 AND id IN `, im.gen)}},
		{`SELECT id FROM department_row WHERE gen_to = ?1`, []func(*db.Tx, string, []any) error{
			im.run(`DELETE FROM department_row WHERE gen_to = ?1 AND id IN `, im.gen)}},
	} {
		if err := im.sweep(ctx, step.find, []any{im.gen}, step.do...); err != nil {
			return errors.Join(errors.New("clean up after the import"), err)
		}
	}
	return im.finish(ctx, "done")
}

// renewKeys replaces the search keys of people by those of their new rows.
func (im *importing) renewKeys(tx *db.Tx, _ string, ids []any) error {
	rows, err := db.All(tx, scanRecord, `SELECT `+recordColumns+` FROM person_row WHERE (gen_to = ?1 OR gen_from = ?1) AND id IN `+
		db.In(2, len(ids))+` ORDER BY id, gen_from`, append([]any{im.gen}, ids...)...)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(rows); i++ {
		if rows[i].id == rows[i+1].id {
			if err := rekey(tx, rows[i], rows[i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}
