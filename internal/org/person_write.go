package org

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// PersonDraft is a person to be created. Status "" means invited.
type PersonDraft struct {
	ClientID    string // makes the request safe to repeat; "" if it is not
	Name        string
	NameEn      string
	Login       string
	EmployeeNo  string
	Email       string
	Mobile      string
	Status      Status
	Rank        xinshu.RankID
	Manager     xinshu.PersonID
	Location    string
	HiredOn     string // 2026-03-01 or ""
	Locale      string
	Memberships []MembershipDraft
}

// MembershipDraft is a membership to be. If none of a person's is primary, the first becomes it.
type MembershipDraft struct {
	Department xinshu.DepartmentID
	Position   xinshu.PositionID // 0: none
	Primary    bool
	Title      string
	Sort       int64
}

// PersonUpdate says what is to change; nil stays as it is. Memberships replaces all of them. The status changes by [Service.SetStatus].
// Rev, unless 0, is the revision that the change was made from.
type PersonUpdate struct {
	Rev         int64
	Name        *string
	NameEn      *string
	Login       *string
	EmployeeNo  *string
	Email       *string
	Mobile      *string
	Rank        *xinshu.RankID
	Manager     *xinshu.PersonID
	Location    *string
	HiredOn     *string
	Locale      *string
	Memberships *[]MembershipDraft
}

var (
	errLoginTaken    = conflict("login", "The login is taken.")
	errEmployeeTaken = conflict("employee_no", "The employee number is taken.")
	errPersonTaken   = xinshu.Errorf(xinshu.Conflict, "The login or the employee number is taken.")
	errManagerCycle  = conflict("manager", "A person cannot be her own manager, directly or through others.")
	errPersonChanged = conflict("rev", "The person was changed by somebody else meanwhile.")
)

// CreatePerson adds a person. [xinshu.Conflict] for a login or employee number that is taken; [xinshu.NotFound] for an unknown
// department, position, rank or manager.
func (s *Service) CreatePerson(ctx context.Context, actor xinshu.Actor, draft PersonDraft) (out Person, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		id, err := e.once("person", draft.ClientID, draft, func() (int64, error) {
			id, err := e.addPerson(draft)
			return int64(id), err
		})
		if err != nil {
			return err
		}
		out, err = e.seePerson(xinshu.PersonID(id))
		return err
	})
	return out, err
}

// AddPerson is CreatePerson inside the caller's transaction, without its rights and answer.
func (s *Service) AddPerson(tx *db.Tx, actor xinshu.Actor, draft PersonDraft) (xinshu.PersonID, error) {
	ids, err := s.AddPeople(tx, actor, []PersonDraft{draft})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// AddPeople is [Service.AddPerson] of several people as one change of the organisation; the answer is parallel to drafts.
func (s *Service) AddPeople(tx *db.Tx, actor xinshu.Actor, drafts []PersonDraft) ([]xinshu.PersonID, error) {
	ids := make([]xinshu.PersonID, len(drafts))
	err := s.edit(tx, actor, func(e *edit) (err error) {
		for i, d := range drafts {
			if ids[i], err = e.addPerson(d); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

// AddPersonOnce is [Service.AddPerson] for a request that may be repeated: the same draft.ClientID of the same actor at the same
// place gives the person whom the first made. request is everything that must then be the same; [xinshu.Conflict] when it is not.
func (s *Service) AddPersonOnce(tx *db.Tx, actor xinshu.Actor, place string, draft PersonDraft, request any) (id xinshu.PersonID, made bool, err error) {
	err = s.edit(tx, actor, func(e *edit) error {
		n, err := e.once(place, draft.ClientID, request, func() (int64, error) {
			made = true
			id, err := e.addPerson(draft)
			return int64(id), err
		})
		id = xinshu.PersonID(n)
		return err
	})
	return id, made, err
}

func (e *edit) addPerson(draft PersonDraft) (xinshu.PersonID, error) {
	if draft.Status == "" {
		draft.Status = Invited
	}
	if !draft.Status.valid() {
		return 0, invalid("status", "The status is one of invited, active, suspended, departed.")
	}
	r := &record{id: xinshu.NewID[xinshu.PersonID](e.opt.IDs), status: draft.Status, source: "manual", created: e.now}
	memberships := draft.Memberships
	if memberships == nil {
		memberships = []MembershipDraft{}
	}
	err := e.store(nil, r, PersonUpdate{Name: &draft.Name, NameEn: &draft.NameEn, Login: &draft.Login, EmployeeNo: &draft.EmployeeNo,
		Email: &draft.Email, Mobile: &draft.Mobile, Rank: &draft.Rank, Manager: &draft.Manager, Location: &draft.Location,
		HiredOn: &draft.HiredOn, Locale: &draft.Locale, Memberships: &memberships})
	if err != nil {
		return 0, err
	}
	return r.id, e.audit("person.create", "person:"+r.id.String(), map[string]any{"name": r.name, "login": r.login, "employee_no": r.employeeNo})
}

// UpdatePerson changes a person. Errors as [Service.CreatePerson]; [xinshu.Conflict] for a circle of managers, and when the person
// is not of the revision that the change was made from.
func (s *Service) UpdatePerson(ctx context.Context, actor xinshu.Actor, id xinshu.PersonID, up PersonUpdate) (out Person, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		old, err := getRecord(e.tx, id)
		if err != nil {
			return err
		}
		if up.Rev != 0 && up.Rev != old.rev {
			return errPersonChanged
		}
		fresh := *old
		if err := e.store(old, &fresh, up); err != nil {
			return err
		}
		if err := e.audit("person.update", "person:"+id.String(), changedFields(up)); err != nil {
			return err
		}
		out, err = e.seePerson(id)
		return err
	})
	return out, err
}

// changedFields names what an update touches, for the trail; the values stay out of it.
func changedFields(up PersonUpdate) map[string]any {
	fields := []string{}
	for _, f := range []struct {
		name string
		set  bool
	}{{"name", up.Name != nil}, {"name_en", up.NameEn != nil}, {"login", up.Login != nil}, {"employee_no", up.EmployeeNo != nil},
		{"email", up.Email != nil}, {"mobile", up.Mobile != nil}, {"rank", up.Rank != nil}, {"manager", up.Manager != nil},
		{"location", up.Location != nil}, {"hired_on", up.HiredOn != nil}, {"locale", up.Locale != nil},
		{"memberships", up.Memberships != nil}} {
		if f.set {
			fields = append(fields, f.name)
		}
	}
	return map[string]any{"fields": fields}
}

// store checks up, applies it to r and writes it; old is nil for a new person.
func (e *edit) store(old, r *record, up PersonUpdate) error {
	if err := r.apply(up); err != nil {
		return err
	}
	r.derive()
	r.updated = e.now
	r.rev++
	if err := e.checkRecord(r); err != nil {
		return err
	}
	if old == nil {
		if err := db.Insert(e.tx, insertRecord, [][]any{append(r.values(), e.head.gen, forever)}, ""); err != nil {
			return taken(err, errPersonTaken)
		}
	} else if err := e.updateRecord(r); err != nil {
		return err
	}
	if err := rekey(e.tx, old, r); err != nil {
		return err
	}
	if up.Memberships != nil {
		if err := e.storeMemberships(r.id, *up.Memberships); err != nil {
			return err
		}
	}
	e.touch(changedPerson, r.id.Int64())
	return nil
}

func (e *edit) updateRecord(r *record) error {
	_, err := e.tx.Exec(`UPDATE person_row SET name = ?3, name_en = ?4, sort_key = ?5, login = ?6, employee_no = ?7, employee_key = ?8, email = ?9,
		mobile = ?10, mobile_key = ?11, rank_id = ?12, manager_id = ?13, location = ?14, hired_on = ?15, locale = ?16, updated_at = ?17, rev = ?18
		WHERE id = ?1 AND gen_to = ?2`, r.id, forever, r.name, r.nameEn, r.sortKey, r.login, r.employeeNo, r.employeeKey, r.email,
		r.mobile, r.mobileKey, r.rank, r.manager, r.location, r.hiredOn, r.locale, r.updated, r.rev)
	return taken(err, errPersonTaken)
}

// apply puts the checked values of up into r.
func (r *record) apply(up PersonUpdate) (err error) {
	set := func(to *string, from *string, field string, clean func(field, s string) (string, error)) {
		if from != nil && err == nil {
			*to, err = clean(field, *from)
		}
	}
	upTo := func(limit int) func(string, string) (string, error) {
		return func(field, s string) (string, error) { return optional(field, s, limit) }
	}
	set(&r.name, up.Name, "name", func(field, s string) (string, error) { return CleanName(field, s, xinshu.MaxName) })
	set(&r.nameEn, up.NameEn, "name_en", upTo(xinshu.MaxName))
	set(&r.login, up.Login, "login", CleanLogin)
	set(&r.employeeNo, up.EmployeeNo, "employee_no", upTo(maxCode))
	set(&r.email, up.Email, "email", CleanEmail)
	set(&r.mobile, up.Mobile, "mobile", CleanMobile)
	set(&r.location, up.Location, "location", upTo(maxLocation))
	set(&r.hiredOn, up.HiredOn, "hired_on", CleanDate)
	set(&r.locale, up.Locale, "locale", CleanLocale)
	r.rank, r.manager = or(up.Rank, r.rank), or(up.Manager, r.manager)
	return err
}

// checkRecord refuses what contradicts other rows.
func (e *edit) checkRecord(r *record) error {
	var logins, numbers, ranks, managers, circle int
	err := e.tx.Row(`SELECT
		(SELECT count(*) FROM person_row WHERE login = ?2 AND login <> '' AND gen_to = 4611686018427387904 AND id <> ?1),
		(SELECT count(*) FROM person_row WHERE employee_key = ?3 AND employee_key <> '' AND gen_to = 4611686018427387904 AND id <> ?1),
		(SELECT count(*) FROM rank WHERE id = ?4),
		(SELECT count(*) FROM person WHERE id = ?5)`,
		r.id, r.login, r.employeeKey, r.rank, r.manager).Scan(&logins, &numbers, &ranks, &managers)
	switch {
	case err != nil:
		return err
	case logins > 0:
		return errLoginTaken
	case numbers > 0:
		return errEmployeeTaken
	case r.rank != 0 && ranks == 0:
		return errNoRank
	case r.manager == 0:
		return nil
	case r.manager == r.id:
		return errManagerCycle
	case managers == 0:
		return xinshu.Errorf(xinshu.NotFound, "There is no such manager.")
	}
	err = e.tx.Row(`WITH RECURSIVE up (id, level) AS (
			SELECT CAST(?1 AS BIGINT), 1
			UNION ALL SELECT p.manager_id, up.level + 1 FROM up JOIN person p ON p.id = up.id WHERE p.manager_id <> 0 AND up.level < 1000
		) SELECT count(*) FROM up WHERE id = ?2`, r.manager, r.id).Scan(&circle)
	if err == nil && circle > 0 {
		return errManagerCycle
	}
	return err
}

// storeMemberships replaces a person's memberships.
func (e *edit) storeMemberships(id xinshu.PersonID, drafts []MembershipDraft) error {
	rows, err := e.membershipRows(id, drafts)
	if err != nil {
		return err
	}
	if _, err := e.tx.Exec(`DELETE FROM membership_row WHERE person_id = ?1`, id); err != nil {
		return err
	}
	err = db.Insert(e.tx, insertMembership, rows, "")
	return err
}

const insertMembership = `INSERT INTO membership_row (person_id, department_id, position_id, is_primary, title, sort, gen_from, gen_to)`

func (e *edit) membershipRows(id xinshu.PersonID, drafts []MembershipDraft) ([][]any, error) {
	if len(drafts) > xinshu.MaxMemberships {
		return nil, invalid("memberships", "A person has at most 20 memberships.")
	}
	type pair struct {
		department xinshu.DepartmentID
		position   xinshu.PositionID
	}
	departments, positions, seen := map[any]bool{}, map[any]bool{}, map[pair]bool{}
	primary := -1
	rows := make([][]any, len(drafts))
	for i, m := range drafts {
		p := pair{m.Department, m.Position}
		if seen[p] {
			return nil, invalid("memberships", "The same department and position stand twice.")
		}
		if m.Primary && primary >= 0 {
			return nil, invalid("memberships", "Only one membership is the primary one.")
		}
		if m.Primary {
			primary = i
		}
		title, err := optional("title", m.Title, xinshu.MaxName)
		if err != nil {
			return nil, err
		}
		seen[p], departments[m.Department] = true, true
		if m.Position != 0 {
			positions[m.Position] = true
		}
		rows[i] = []any{id, m.Department, m.Position, false, title, m.Sort, e.head.gen, forever}
	}
	if len(rows) > 0 {
		rows[max(primary, 0)][3] = true
	}
	if err := e.allExist("department", departments, errNoDepartment); err != nil {
		return nil, err
	}
	return rows, e.allExist("position", positions, errNoPosition)
}

// allExist refuses ids that the view has no rows for; at most MaxMemberships.
func (e *edit) allExist(view string, ids map[any]bool, missing *xinshu.Error) error {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, 0, len(ids))
	for id := range ids {
		args = append(args, id)
	}
	var n int
	err := e.tx.Row(`SELECT count(*) FROM `+view+` WHERE id IN `+db.In(1, len(args)), args...).Scan(&n)
	if err == nil && n != len(args) {
		return missing
	}
	return err
}
