package org

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// department describes order[at] with its counts.
func (d *directory) department(at int32) Department {
	n := d.tree.order[at]
	out := Department{ID: n.id, Name: n.name, Code: n.code, Sort: n.sort, People: len(d.members[at]), PeopleAll: int(d.totals()[at])}
	if n.parent != 0 {
		parent := n.parent
		out.Parent = &parent
	}
	for i := at + 1; i < d.tree.end[at]; i = d.tree.end[i] {
		out.Children++
	}
	return out
}

// FindDepartments lists the departments directly below parent (0: those at the top), in order, with counts. [xinshu.NotFound]
// for an unknown parent.
func (s *Service) FindDepartments(ctx context.Context, actor xinshu.Actor, parent xinshu.DepartmentID, page Page) (items []Department, next string, err error) {
	err = s.read(ctx, actor, func(_ *db.Tx, d *directory) error {
		items, next = []Department{}, ""
		i, end := int32(0), int32(len(d.tree.order))
		if parent != 0 {
			at := d.where(parent)
			if at < 0 {
				return errNoDepartment
			}
			i, end = at+1, d.tree.end[at]
		}
		if page.Cursor != "" {
			after, err := xinshu.ParseID[xinshu.DepartmentID](page.Cursor)
			if err != nil {
				return errCursor
			}
			at := d.where(after)
			if at < 0 || d.tree.order[at].parent != parent {
				return errCursor // it was moved or deleted: the list begins anew
			}
			i = d.tree.end[at]
		}
		for ; i < end; i = d.tree.end[i] {
			if len(items) == page.limit() {
				next = items[len(items)-1].ID.String()
				return nil
			}
			items = append(items, d.department(i))
		}
		return nil
	})
	return items, next, err
}

// GetDepartment returns a department with its path. [xinshu.NotFound] if there is none.
func (s *Service) GetDepartment(ctx context.Context, actor xinshu.Actor, id xinshu.DepartmentID) (out Department, err error) {
	err = s.read(ctx, actor, func(_ *db.Tx, d *directory) error {
		out, err = d.getDepartment(id)
		return err
	})
	return out, err
}

func (d *directory) getDepartment(id xinshu.DepartmentID) (Department, error) {
	at := d.where(id)
	if at < 0 {
		return Department{}, errNoDepartment
	}
	out := d.department(at)
	out.Path = d.path(at)
	return out, nil
}

// Page says which part of a list is wanted.
type Page struct {
	Limit  int    // 1 to xinshu.MaxPage; 0 means 50
	Cursor string // next of the part before; "" for the first
}

func (p Page) limit() int {
	switch {
	case p.Limit <= 0:
		return 50
	case p.Limit > xinshu.MaxPage:
		return xinshu.MaxPage
	}
	return p.Limit
}

var errCursor = xinshu.Errorf(xinshu.Invalid, "The list has changed or the cursor is not from here. Read it from the beginning.")
