package org

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Leaving is what others have to say when an import ends people's part in the organisation. Nil functions say nothing.
type Leaving struct {
	// Needed returns those of people without whom nobody could administer the system. It is asked in a reader, and again with
	// lock set in the transaction that shows the import, before the organisation is locked.
	Needed func(tx *db.Tx, people []xinshu.PersonID, lock bool) ([]xinshu.PersonID, error)
	// Departed hands over what people own, in the transaction that shows that they have left.
	Departed []func(tx *db.Tx, actor xinshu.Actor, people []xinshu.PersonID) error
}

// OnLeave sets what is asked and done when an import lets people go. Only while the server is put together.
func (s *Service) OnLeave(l Leaving) { s.leaving = l }

// Needed returns those of people who may not all be suspended or let go, see [Leaving].
func (s *Service) Needed(ctx context.Context, people []xinshu.PersonID) (out []xinshu.PersonID, err error) {
	if s.leaving.Needed == nil || len(people) == 0 {
		return nil, nil
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = s.leaving.Needed(tx, people, false)
		return err
	})
	return out, err
}

// leavers returns the people who are suspended or let go by b, and among them those who are let go.
func (b *Bulk) leavers() (all, departed []xinshu.PersonID) {
	for _, p := range b.ChangedPeople {
		if !b.StatusOf[p.ID] || p.Status.Counts() {
			continue
		}
		all = append(all, p.ID)
		if p.Status == Departed {
			departed = append(departed, p.ID)
		}
	}
	return all, departed
}

// mayLeave refuses with [xinshu.LastAdmin] when b leaves nobody to administer the system.
func (s *Service) mayLeave(tx *db.Tx, b *Bulk) error {
	people, _ := b.leavers()
	if s.leaving.Needed == nil || len(people) == 0 {
		return nil
	}
	needed, err := s.leaving.Needed(tx, people, true)
	if err == nil && len(needed) > 0 {
		err = errNeeded
	}
	return err
}

// depart does what follows from people's leaving, in the transaction that shows it.
func (s *Service) depart(tx *db.Tx, actor xinshu.Actor, b *Bulk) error {
	_, people := b.leavers()
	if len(people) == 0 {
		return nil
	}
	for _, fn := range s.leaving.Departed {
		if err := fn(tx, actor, people); err != nil {
			return err
		}
	}
	return nil
}

// Hold keeps everybody's part in the organisation as it is until tx ends, for whoever decides by it and must not be overtaken.
// Locks have an order: this comes before conversations; a transaction that cannot keep to it may be repeated.
func (s *Service) Hold(tx *db.Tx) error {
	var gen int64
	return tx.Row(`SELECT gen FROM org_head WHERE id = 1 /*FOR UPDATE*/`).Scan(&gen)
}

var errNeeded = xinshu.Errorf(xinshu.LastAdmin, "The import would leave no active system administrator.")
