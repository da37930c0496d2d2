package chatimport

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// person notes whom a key means: somebody of the organisation, or an author who is added as departed: nobody can sign in as her, and
// she is in no list, but her messages have a name.
func (r *run) person(ctx context.Context, l *line) error {
	for _, f := range []struct{ field, value string }{{"login", l.Login}, {"employee_no", l.EmployeeNo}, {"email", l.Email}} {
		if f.value == "" {
			continue
		}
		id, err := r.known(ctx, f.value)
		if err != nil {
			return err
		}
		if id != 0 {
			r.people[l.Key] = id
			return nil
		}
		if l.Name == "" {
			return &fault{f.field, "Nobody in the organisation has it, and there is no name for an author from outside."}
		}
	}
	if l.Name == "" {
		return &fault{"name", "A person has a login, an employee number, an e-mail address or a name."}
	}
	var id xinshu.PersonID
	added := false
	err := r.s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := findReference(tx, r.req.Source, typePerson, l.Key)
		if err != nil || found != 0 {
			id = xinshu.PersonID(found)
			return err
		}
		if id, err = r.s.opt.Org.AddPerson(tx, r.actor, org.PersonDraft{Name: l.Name, Status: org.Departed}); err != nil {
			return err
		}
		added = true
		return storeReference(tx, r.req.Source, typePerson, l.Key, id.Int64())
	})
	if err != nil {
		return fmt.Errorf("add author: %w", err)
	}
	if added {
		r.mu.Lock()
		r.report.People++
		r.mu.Unlock()
	}
	r.people[l.Key] = id
	return nil
}

// author returns whom a key or login means; 0 for nobody.
func (r *run) author(ctx context.Context, key string) (xinshu.PersonID, error) {
	if id, ok := r.people[key]; ok {
		return id, nil
	}
	id, err := r.known(ctx, key)
	if err == nil {
		r.people[key] = id
	}
	return id, err
}

// known finds somebody of the organisation by login, employee number or e-mail; 0 for nobody.
func (r *run) known(ctx context.Context, login string) (id xinshu.PersonID, err error) {
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := r.s.opt.Org.PersonByLogin(tx, login)
		id = a.ID
		return err
	})
	if xinshu.CodeOf(err) == xinshu.NotFound {
		return 0, nil
	}
	return id, err
}
