package org

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// record is a row of person.
type record struct {
	id                                xinshu.PersonID
	name, nameEn, sortKey             string
	login, employeeNo, employeeKey    string
	email, mobile, mobileKey          string
	status                            Status
	rank                              xinshu.RankID
	manager                           xinshu.PersonID
	location, hiredOn, locale, source string
	created, updated                  xinshu.Millis
	rev                               int64
}

const recordColumns = `id, name, name_en, sort_key, login, employee_no, employee_key, email, mobile, mobile_key, status, rank_id, manager_id,
	location, hired_on, locale, source, created_at, updated_at, rev`

func (r *record) fields() []any {
	return []any{&r.id, &r.name, &r.nameEn, &r.sortKey, &r.login, &r.employeeNo, &r.employeeKey, &r.email, &r.mobile, &r.mobileKey,
		(*string)(&r.status), &r.rank, &r.manager, &r.location, &r.hiredOn, &r.locale, &r.source, &r.created, &r.updated, &r.rev}
}

func (r *record) values() []any {
	return []any{r.id, r.name, r.nameEn, r.sortKey, r.login, r.employeeNo, r.employeeKey, r.email, r.mobile, r.mobileKey,
		string(r.status), r.rank, r.manager, r.location, r.hiredOn, r.locale, r.source, r.created, r.updated, r.rev}
}

func scanRecord(rows *db.Rows) (*record, error) {
	r := &record{}
	return r, rows.Scan(r.fields()...)
}

func getRecord(tx *db.Tx, id xinshu.PersonID) (*record, error) {
	r, err := db.One(tx, scanRecord, `SELECT `+recordColumns+` FROM person WHERE id = ?1`, id)
	return r, absent(err, errNoPerson)
}

// insertRecord is the head of the statement that writes records and the generations they are visible in.
const insertRecord = `INSERT INTO person_row (` + recordColumns + `, gen_from, gen_to)`

// derive fills the columns that follow from others.
func (r *record) derive() {
	r.employeeKey = text.Fold(r.employeeNo)
	r.mobileKey = digits(r.mobile)
	r.sortKey = sortKey(r.name)
}

// sortKey is by what lists of people are ordered: the most likely pinyin of a name, or the name folded.
func sortKey(name string) string {
	keys := text.NameKeys(name)
	for _, k := range keys {
		if k.Kind == text.KindPinyin && k.Start == 0 {
			return k.Text
		}
	}
	if len(keys) > 0 {
		return keys[0].Text
	}
	return text.Fold(name)
}

// Kinds of search keys, in the order of hits. They are stored and never change.
const (
	keyName     = 1 // the name from its first character
	keyInitials = 2 // its initials
	keyPinyin   = 3 // its pinyin
	keyPart     = 4 // any of these from a later character or word
	keyEnglish  = 5 // the English name
	keyLiteral  = 6 // login, employee number, e-mail address
	keyMobile   = 7 // the digits of the mobile number, the last one first: a tail is a prefix
)

// searchKey is one row of person_key.
type searchKey struct {
	kind int
	text string
}

func (k searchKey) compare(o searchKey) int {
	return cmp.Or(cmp.Compare(k.kind, o.kind), strings.Compare(k.text, o.text))
}

// keysOf returns everything by which a person is found, in order.
func keysOf(r *record) []searchKey {
	out := make([]searchKey, 0, 16)
	for _, k := range text.NameKeys(r.name) {
		kind := keyPart
		if k.Start == 0 {
			switch k.Kind {
			case text.KindName:
				kind = keyName
			case text.KindInitials:
				kind = keyInitials
			case text.KindPinyin:
				kind = keyPinyin
			}
		}
		out = append(out, searchKey{kind, k.Text})
	}
	if r.nameEn != "" {
		for _, k := range text.NameKeys(r.nameEn) {
			out = append(out, searchKey{keyEnglish, k.Text})
		}
	}
	for _, s := range []string{r.login, r.employeeKey, r.email} {
		if s != "" {
			out = append(out, searchKey{keyLiteral, literal(s)})
		}
	}
	if r.mobileKey != "" {
		out = append(out, searchKey{keyMobile, reversed(r.mobileKey)})
	}
	slices.SortFunc(out, searchKey.compare)
	return slices.Compact(out)
}

// literal is how logins, numbers and addresses are compared: folded, single spaces.
func literal(s string) string { return strings.Join(strings.Fields(text.Fold(s)), " ") }

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// keyRows are the rows of person_key for a person.
func keyRows(id xinshu.PersonID, keys []searchKey) [][]any {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{k.kind, k.text, id}
	}
	return rows
}

const insertKey = `INSERT INTO person_key (kind, key, person_id)`

// rekey replaces the search keys of a person; old is nil for a new one.
func rekey(tx *db.Tx, old, fresh *record) error {
	var was []searchKey
	if old != nil {
		was = keysOf(old)
	}
	now := keysOf(fresh)
	var gone, added []searchKey
	for _, k := range was {
		if !slices.Contains(now, k) {
			gone = append(gone, k)
		}
	}
	for _, k := range now {
		if !slices.Contains(was, k) {
			added = append(added, k)
		}
	}
	if err := dropKeys(tx, fresh.id, gone); err != nil {
		return err
	}
	err := db.Insert(tx, insertKey, keyRows(fresh.id, added), ` ON CONFLICT (kind, key, person_id) DO NOTHING`)
	return err
}

// dropKeys removes keys of a person. A name has a bounded number of keys (96), and a row value list is not plain SQL everywhere,
// so the keys of one kind go together.
func dropKeys(tx *db.Tx, id xinshu.PersonID, keys []searchKey) error {
	for kind := keyName; kind <= keyMobile; kind++ {
		args := []any{id, kind}
		for _, k := range keys {
			if k.kind == kind {
				args = append(args, k.text)
			}
		}
		if len(args) == 2 {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM person_key WHERE person_id = ?1 AND kind = ?2 AND key IN `+db.In(3, len(args)-2), args...); err != nil {
			return err
		}
	}
	return nil
}
