package org

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// DepartmentDraft is a department to be created.
type DepartmentDraft struct {
	ClientID string // makes the request safe to repeat; "" if it is not
	Parent   xinshu.DepartmentID
	Name     string
	Code     string
	Sort     int64
}

// DepartmentUpdate says what is to change; nil stays as it is. Parent moves the department with all below it; 0 is the top.
type DepartmentUpdate struct {
	Parent *xinshu.DepartmentID
	Name   *string
	Code   *string
	Sort   *int64
}

var (
	errCycle     = conflict("parent", "A department cannot stand below itself.")
	errTooDeep   = invalid("parent", fmt.Sprintf("Departments may have at most %d levels.", xinshu.MaxDepartmentDepth))
	errCodeTaken = conflict("code", "The code is taken.")
	errNotEmpty  = xinshu.Errorf(xinshu.Conflict, "The department has departments or people in it.")
)

// CreateDepartment adds a department. [xinshu.Conflict] for a code that is taken, [xinshu.NotFound] for an unknown parent.
func (s *Service) CreateDepartment(ctx context.Context, actor xinshu.Actor, draft DepartmentDraft) (out Department, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		id, err := e.once("department", draft.ClientID, draft, func() (int64, error) {
			id, err := e.addDepartment(draft)
			return int64(id), err
		})
		if err != nil {
			return err
		}
		out, err = e.seeDepartment(xinshu.DepartmentID(id))
		return err
	})
	return out, err
}

// AddDepartment is CreateDepartment inside the caller's transaction, without its rights and answer.
func (s *Service) AddDepartment(tx *db.Tx, actor xinshu.Actor, draft DepartmentDraft) (id xinshu.DepartmentID, err error) {
	err = s.edit(tx, actor, func(e *edit) error {
		id, err = e.addDepartment(draft)
		return err
	})
	return id, err
}

func (e *edit) addDepartment(draft DepartmentDraft) (xinshu.DepartmentID, error) {
	name, err := CleanName("name", draft.Name, xinshu.MaxName)
	if err != nil {
		return 0, err
	}
	code, err := optional("code", draft.Code, maxCode)
	if err != nil {
		return 0, err
	}
	if err := e.checkDepth(draft.Parent, 1); err != nil {
		return 0, err
	}
	if err := e.codeFree(code, 0); err != nil {
		return 0, err
	}
	id := xinshu.NewID[xinshu.DepartmentID](e.opt.IDs)
	_, err = e.tx.Exec(`INSERT INTO department_row (id, gen_from, gen_to, parent_id, name, code, sort, created_at, updated_at, rev)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1)`, id, e.head.gen, forever, draft.Parent, name, code, draft.Sort, e.now)
	if err != nil {
		return 0, taken(err, errCodeTaken)
	}
	e.touch(changedDepartment, id.Int64())
	return id, e.audit("department.create", "department:"+id.String(), map[string]any{"name": name, "parent": draft.Parent})
}

// above lists a department and those above it, nearest first.
func (e *edit) above(id xinshu.DepartmentID) ([]xinshu.DepartmentID, error) {
	return db.Column[xinshu.DepartmentID](e.tx, `WITH RECURSIVE up (id, level) AS (
			SELECT CAST(?1 AS BIGINT), 1
			UNION ALL SELECT d.parent_id, up.level + 1 FROM up JOIN department d ON d.id = up.id WHERE d.parent_id <> 0 AND up.level < 100
		) SELECT d.id FROM up JOIN department d ON d.id = up.id ORDER BY up.level`, id.Int64())
}

// checkDepth refuses an unknown parent and one below which levels more are too many.
func (e *edit) checkDepth(parent xinshu.DepartmentID, levels int) error {
	if parent == 0 {
		if levels > xinshu.MaxDepartmentDepth {
			return errTooDeep
		}
		return nil
	}
	up, err := e.above(parent)
	switch {
	case err != nil:
		return err
	case len(up) == 0:
		return errNoDepartment
	case len(up)+levels > xinshu.MaxDepartmentDepth:
		return errTooDeep
	}
	return nil
}

func (e *edit) codeFree(code string, self xinshu.DepartmentID) error {
	if code == "" {
		return nil
	}
	var n int
	err := e.tx.Row(`SELECT count(*) FROM department_row WHERE code = ?1 AND code <> '' AND gen_to = 4611686018427387904 AND id <> ?2`, code, self).Scan(&n)
	if err == nil && n > 0 {
		return errCodeTaken
	}
	return err
}

// seeDepartment returns a department as this transaction sees it.
func (e *edit) seeDepartment(id xinshu.DepartmentID) (Department, error) {
	if err := e.finish(); err != nil {
		return Department{}, err
	}
	d, err := e.directory(e.tx)
	if err != nil {
		return Department{}, err
	}
	return d.getDepartment(id)
}

// UpdateDepartment renames, reorders or moves a department. [xinshu.Conflict] for a move below itself or a taken code,
// [xinshu.Invalid] when the tree would become too deep.
func (s *Service) UpdateDepartment(ctx context.Context, actor xinshu.Actor, id xinshu.DepartmentID, up DepartmentUpdate) (out Department, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		if err := e.updateDepartment(id, up); err != nil {
			return err
		}
		out, err = e.seeDepartment(id)
		return err
	})
	return out, err
}

// MoveDepartment puts a department with all below it under parent (0: the top).
func (s *Service) MoveDepartment(ctx context.Context, actor xinshu.Actor, id, parent xinshu.DepartmentID, sort int64) (Department, error) {
	return s.UpdateDepartment(ctx, actor, id, DepartmentUpdate{Parent: &parent, Sort: &sort})
}

func (e *edit) updateDepartment(id xinshu.DepartmentID, up DepartmentUpdate) error {
	var parent xinshu.DepartmentID
	var name, code string
	var sort int64
	err := e.tx.Row(`SELECT parent_id, name, code, sort FROM department WHERE id = ?1`, id).Scan(&parent, &name, &code, &sort)
	if err != nil {
		return absent(err, errNoDepartment)
	}
	old := parent
	if up.Name != nil {
		if name, err = CleanName("name", *up.Name, xinshu.MaxName); err != nil {
			return err
		}
	}
	if up.Code != nil {
		if code, err = optional("code", *up.Code, maxCode); err != nil {
			return err
		}
		if err := e.codeFree(code, id); err != nil {
			return err
		}
	}
	if up.Sort != nil {
		sort = *up.Sort
	}
	if up.Parent != nil && *up.Parent != parent {
		parent = *up.Parent
		if err := e.checkMove(id, parent); err != nil {
			return err
		}
	}
	_, err = e.tx.Exec(`UPDATE department_row SET parent_id = ?3, name = ?4, code = ?5, sort = ?6, updated_at = ?7, rev = rev + 1
		WHERE id = ?1 AND gen_to = ?2`, id, forever, parent, name, code, sort, e.now)
	if err != nil {
		return taken(err, errCodeTaken)
	}
	e.touch(changedDepartment, id.Int64())
	detail := map[string]any{"name": name}
	if old != parent {
		detail["from"], detail["to"] = old, parent
	}
	return e.audit("department.update", "department:"+id.String(), detail)
}

// checkMove refuses a cycle and too many levels. Changes of the organisation hold one lock, so what it sees stays true.
func (e *edit) checkMove(id, parent xinshu.DepartmentID) error {
	d, err := e.directory(e.tx)
	if err != nil {
		return err
	}
	at := d.where(id)
	if at < 0 {
		return errNoDepartment
	}
	if parent == 0 {
		return e.checkDepth(0, int(d.tree.height(at)))
	}
	to := d.where(parent)
	switch {
	case to < 0:
		return errNoDepartment
	case d.tree.above(at, to):
		return errCycle
	case d.tree.depth[to]+d.tree.height(at) > xinshu.MaxDepartmentDepth:
		return errTooDeep
	}
	return nil
}

// DeleteDepartment removes a department without departments and people in it (departed ones included); [xinshu.Conflict]
// otherwise.
func (s *Service) DeleteDepartment(ctx context.Context, actor xinshu.Actor, id xinshu.DepartmentID) error {
	return s.change(ctx, actor, func(e *edit) error {
		var name string
		if err := e.tx.Row(`SELECT name FROM department WHERE id = ?1`, id).Scan(&name); err != nil {
			return absent(err, errNoDepartment)
		}
		var inside int
		err := e.tx.Row(`SELECT (SELECT count(*) FROM department WHERE parent_id = ?1) + (SELECT count(*) FROM membership WHERE department_id = ?1)`,
			id.Int64()).Scan(&inside)
		if err != nil {
			return err
		}
		if inside > 0 {
			return errNotEmpty
		}
		if _, err := e.tx.Exec(`DELETE FROM department_row WHERE id = ?1`, id); err != nil {
			return err
		}
		e.touch(changedDepartment, id.Int64())
		return e.audit("department.delete", "department:"+id.String(), map[string]any{"name": name})
	})
}
