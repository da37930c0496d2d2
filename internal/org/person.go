package org

import (
	"context"
	"errors"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// GetPerson returns what the actor may know about a person. [xinshu.NotFound] if there is none.
func (s *Service) GetPerson(ctx context.Context, actor xinshu.Actor, id xinshu.PersonID) (out Person, err error) {
	err = s.read(ctx, actor, func(tx *db.Tx, d *directory) error {
		out, err = getPerson(tx, d, actor, id)
		return err
	})
	return out, err
}

// PersonIn is GetPerson inside the caller's transaction.
func (s *Service) PersonIn(tx *db.Tx, actor xinshu.Actor, id xinshu.PersonID) (Person, error) {
	d, err := s.directory(tx)
	if err != nil {
		return Person{}, err
	}
	return getPerson(tx, d, actor, id)
}

// seePerson returns a person as this transaction sees her.
func (e *edit) seePerson(id xinshu.PersonID) (Person, error) {
	if err := e.finish(); err != nil {
		return Person{}, err
	}
	return e.PersonIn(e.tx, e.actor, id)
}

func getPerson(tx *db.Tx, d *directory, actor xinshu.Actor, id xinshu.PersonID) (Person, error) {
	r, err := getRecord(tx, id)
	if err != nil {
		return Person{}, err
	}
	out := Person{ID: r.id, Kind: "person", Name: r.name, NameEn: r.nameEn, EmployeeNo: r.employeeNo, Status: r.status,
		Rank: d.rank(r.rank), Location: r.location, HiredOn: r.hiredOn, CreatedAt: r.created, UpdatedAt: r.updated, Rev: r.rev, Memberships: []Membership{}}
	if isAdmin(actor) || actor.Person == id {
		out.Login, out.Locale = r.login, r.locale
	}
	if r.status.Counts() || isAdmin(actor) { // nobody is to write to those who are not there
		out.Email, out.Mobile = r.email, r.mobile
	}
	if err := memberships(tx, d, id, &out); err != nil {
		return Person{}, err
	}
	if m := d.person(r.manager); m != nil {
		b := d.brief(m)
		out.Manager = &b
	}
	out.Line, err = reportingLine(tx, d, id)
	return out, err
}

func memberships(tx *db.Tx, d *directory, id xinshu.PersonID, out *Person) error {
	rows := tx.Query(`SELECT department_id, position_id, is_primary, title, sort FROM membership WHERE person_id = ?1
		ORDER BY is_primary DESC, sort, department_id, position_id`, id)
	for rows.Next() {
		var m Membership
		var department xinshu.DepartmentID
		var position xinshu.PositionID
		if err := rows.Scan(&department, &position, &m.Primary, &m.Title, &m.Sort); err != nil {
			return err
		}
		at := d.where(department)
		if at < 0 {
			continue
		}
		m.Department = DepartmentRef{ID: department, Name: d.tree.order[at].name, Path: d.path(at)}
		m.Position = d.position(position)
		out.Memberships = append(out.Memberships, m)
	}
	return rows.Err()
}

// maxReports bounds the direct reports in a profile.
const maxReports = 200

// GetReportingLine returns who stands above a person and who reports to her. [xinshu.NotFound] if there is no such person.
func (s *Service) GetReportingLine(ctx context.Context, actor xinshu.Actor, id xinshu.PersonID) (out ReportingLine, err error) {
	err = s.read(ctx, actor, func(tx *db.Tx, d *directory) error {
		if d.person(id) == nil {
			return errNoPerson
		}
		out, err = reportingLine(tx, d, id)
		return err
	})
	return out, err
}

func reportingLine(tx *db.Tx, d *directory, id xinshu.PersonID) (ReportingLine, error) {
	line := ReportingLine{Up: []PersonBrief{}, Down: []PersonBrief{}}
	up, err := db.Column[xinshu.PersonID](tx, `WITH RECURSIVE up (id, level) AS (
			SELECT manager_id, 1 FROM person WHERE id = ?1
			UNION ALL SELECT p.manager_id, up.level + 1 FROM up JOIN person p ON p.id = up.id WHERE p.manager_id <> 0 AND up.level < 50
		) SELECT id FROM up WHERE id <> 0 ORDER BY level`, id)
	if err != nil {
		return line, err
	}
	down, err := db.Column[xinshu.PersonID](tx, `SELECT id FROM person WHERE manager_id = ?1 AND manager_id <> 0 AND status IN ('invited', 'active')
		ORDER BY sort_key, id LIMIT ?2`, id, maxReports)
	if err != nil {
		return line, err
	}
	for _, id := range up {
		if e := d.person(id); e != nil {
			line.Up = append(line.Up, d.brief(e))
		}
	}
	for _, id := range down {
		if e := d.person(id); e != nil {
			line.Down = append(line.Down, d.brief(e))
		}
	}
	return line, nil
}

// Briefs returns people as they appear elsewhere, inside the caller's transaction; unknown ids are left out.
func (s *Service) Briefs(tx *db.Tx, ids []xinshu.PersonID) (map[xinshu.PersonID]PersonBrief, error) {
	out := make(map[xinshu.PersonID]PersonBrief, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	d, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if e := d.person(id); e != nil {
			out[id] = d.brief(e)
		}
	}
	return out, nil
}

// ByName returns those of ids who exist, in the order of their names in pinyin; inside the caller's transaction.
func (s *Service) ByName(tx *db.Tx, ids []xinshu.PersonID) ([]xinshu.PersonID, error) {
	d, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	people := make([]*entry, 0, len(ids))
	for _, id := range ids {
		if e := d.person(id); e != nil {
			people = append(people, e)
		}
	}
	slices.SortFunc(people, bySortKey)
	return idsOf(people), nil
}

// NextByName returns at most limit people of the whole company, whatever their status, who follow after (0: from the first on) in
// the order of their names; inside the caller's transaction. [xinshu.Invalid] when after is nobody.
func (s *Service) NextByName(tx *db.Tx, after xinshu.PersonID, limit int) ([]xinshu.PersonID, error) {
	d, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	from := 0
	if after != 0 {
		if from, err = d.afterCursor(after.String()); err != nil {
			return nil, err
		}
	}
	rest := d.sorted[from:]
	return idsOf(rest[:min(limit, len(rest))]), nil
}

func idsOf(people []*entry) []xinshu.PersonID {
	out := make([]xinshu.PersonID, len(people))
	for i, e := range people {
		out[i] = e.id
	}
	return out
}

// ActiveOf returns those of ids who exist and are invited or active, in the order of ids, each once; inside the caller's transaction.
func (s *Service) ActiveOf(tx *db.Tx, ids []xinshu.PersonID) ([]xinshu.PersonID, error) {
	out := make([]xinshu.PersonID, 0, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	d, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	seen := make(map[xinshu.PersonID]bool, len(ids))
	for _, id := range ids {
		if e := d.person(id); e != nil && e.status.Counts() && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}

// PersonByLogin finds who signs in with login, employee number, e-mail address or mobile number (in this order; letter case does
// not matter), inside the caller's transaction. An address or number of several people finds nobody. [xinshu.NotFound].
func (s *Service) PersonByLogin(tx *db.Tx, login string) (Account, error) {
	if len(login) > maxEmail || text.ValidText(login, maxEmail) != nil {
		return Account{}, errNoPerson
	}
	key := literal(login)
	if key == "" {
		return Account{}, errNoPerson
	}
	mobile := digits(login)
	rows := tx.Query(`SELECT 1, `+accountColumns+` FROM person WHERE login = ?1 AND login <> ''
		UNION ALL SELECT 2, `+accountColumns+` FROM person WHERE employee_key = ?1 AND employee_key <> ''
		UNION ALL SELECT 3, `+accountColumns+` FROM person WHERE email = ?1 AND email <> ''
		UNION ALL SELECT 4, `+accountColumns+` FROM person WHERE mobile_key = ?2 AND mobile_key <> ''
		ORDER BY 1 LIMIT 8`, key, mobile)
	var best Account
	first, several := 0, false
	for rows.Next() {
		var kind int
		var a Account
		if err := rows.Scan(append([]any{&kind}, a.fields()...)...); err != nil {
			return Account{}, err
		}
		switch {
		case first == 0:
			best, first = a, kind
		case kind == first && a.ID != best.ID:
			several = true
		}
	}
	if err := rows.Err(); err != nil {
		return Account{}, err
	}
	if first == 0 || several {
		return Account{}, errNoPerson
	}
	return best, nil
}

// GetAccount returns what signing in needs to know of a person, inside the caller's transaction. [xinshu.NotFound].
func (s *Service) GetAccount(tx *db.Tx, id xinshu.PersonID) (Account, error) {
	var a Account
	err := tx.Row(`SELECT `+accountColumns+` FROM person WHERE id = ?1`, id).Scan(a.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return a, errNoPerson
	}
	return a, err
}

const accountColumns = `id, name, login, email, status, locale`

func (a *Account) fields() []any {
	return []any{&a.ID, &a.Name, &a.Login, &a.Email, (*string)(&a.Status), &a.Locale}
}

// SetStatus changes whether a person takes part, inside the caller's transaction, and returns the status before. It works while
// an import is being applied. Ending sessions and handing over is the caller's. [xinshu.NotFound], [xinshu.Invalid].
func (s *Service) SetStatus(tx *db.Tx, actor xinshu.Actor, id xinshu.PersonID, status Status) (old Status, err error) {
	if !status.valid() {
		return "", invalid("status", "The status is one of invited, active, suspended, departed.")
	}
	err = s.editDuringImport(tx, actor, func(e *edit) error {
		r, err := getRecord(tx, id)
		if err != nil {
			return err
		}
		if old = r.status; old == status {
			return nil
		}
		_, err = tx.Exec(`UPDATE person_row SET status = ?2, updated_at = ?3, rev = rev + 1 WHERE id = ?1 AND gen_to > ?4`,
			id, string(status), e.now, e.head.gen)
		e.touch(changedPerson, id.Int64())
		return err
	})
	return old, err
}
