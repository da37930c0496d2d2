package chatimport

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// pieceAuthors is the most authors of one transaction: about 10 ms of SQLite's writer.
const pieceAuthors = 100

// author is who wrote a message. One from outside has no id until the next piece of authors is stored; key and name are hers alone.
type author struct {
	id        xinshu.PersonID
	key, name string
}

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
			r.people[l.Key] = &author{id: id}
			return nil
		}
		if l.Name == "" {
			return &fault{f.field, "Nobody in the organisation has it, and there is no name for an author from outside."}
		}
	}
	if l.Name == "" {
		return &fault{"name", "A person has a login, an employee number, an e-mail address or a name."}
	}
	name, err := org.CleanName("name", l.Name, xinshu.MaxName)
	if err != nil {
		return err
	}
	a := r.outside[l.Key]
	if a == nil {
		a = &author{key: l.Key, name: name}
		r.outside[l.Key] = a
		r.newAuthors = append(r.newAuthors, a)
	}
	r.people[l.Key] = a
	if len(r.newAuthors) < pieceAuthors {
		return nil
	}
	return r.storeAuthors(ctx)
}

// storeAuthors gives the authors from outside who wait their ids: those of an earlier import, or new ones.
func (r *run) storeAuthors(ctx context.Context) error {
	all := r.newAuthors
	if len(all) == 0 {
		return nil
	}
	keys := make([]string, len(all))
	for i, a := range all {
		keys[i] = a.key
	}
	var ids, added map[string]int64 // by key
	err := r.s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if ids, err = findReferences(tx, r.req.Source, typePerson, keys); err != nil {
			return err
		}
		added, err = r.addAuthors(tx, all, ids)
		return err
	})
	if err != nil {
		return fmt.Errorf("add authors: %w", err)
	}
	for _, a := range all {
		a.id = xinshu.PersonID(ids[a.key] + added[a.key])
	}
	r.newAuthors = nil
	r.mu.Lock()
	r.report.People += int64(len(added))
	r.mu.Unlock()
	return nil
}

// addAuthors adds those of all that known lacks to the organisation and returns their ids by key.
func (r *run) addAuthors(tx *db.Tx, all []*author, known map[string]int64) (map[string]int64, error) {
	var drafts []org.PersonDraft
	var keys []string
	for _, a := range all {
		if known[a.key] == 0 {
			drafts, keys = append(drafts, org.PersonDraft{Name: a.name, Status: org.Departed}), append(keys, a.key)
		}
	}
	added := make(map[string]int64, len(keys))
	if len(drafts) == 0 {
		return added, nil
	}
	ids, err := r.s.opt.Org.AddPeople(tx, r.actor, drafts)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		added[keys[i]] = id.Int64()
	}
	return added, storeReferences(tx, r.req.Source, typePerson, added)
}

// author returns whom a key or login means; nil for nobody.
func (r *run) author(ctx context.Context, key string) (*author, error) {
	if a, ok := r.people[key]; ok {
		return a, nil
	}
	id, err := r.known(ctx, key)
	if err != nil {
		return nil, err
	}
	var a *author
	if id != 0 {
		a = &author{id: id}
	}
	r.people[key] = a
	return a, nil
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
