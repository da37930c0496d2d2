package identity

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// account is what this package knows about a person.
type account struct {
	password  string // encoded hash, "" if none was chosen
	changedAt xinshu.Millis
	settings  string
}

// readAccount returns a person's account; the zero account if there is none yet.
func readAccount(tx *db.Tx, id xinshu.PersonID) (a account, err error) {
	err = tx.Row(`SELECT password, changed_at, settings FROM account WHERE person_id = ?1`, id).Scan(&a.password, &a.changedAt, &a.settings)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return a, err
}

// lockAccount is readAccount under a lock until the transaction ends: what changes a person's access, and what relies on it,
// begins with it.
func lockAccount(tx *db.Tx, id xinshu.PersonID) (a account, err error) {
	const q = `SELECT password, changed_at, settings FROM account WHERE person_id = ?1 /*FOR UPDATE*/`
	err = tx.Row(q, id).Scan(&a.password, &a.changedAt, &a.settings)
	if errors.Is(err, db.ErrNoRows) {
		_, err = tx.Exec(`INSERT INTO account (person_id, password, changed_at, settings) VALUES (?1, '', 0, '') ON CONFLICT (person_id) DO NOTHING`, id)
		if err == nil {
			err = tx.Row(q, id).Scan(&a.password, &a.changedAt, &a.settings)
		}
	}
	if err != nil {
		return a, fmt.Errorf("lock account: %w", err)
	}
	return a, nil
}

func (s *Service) storePassword(tx *db.Tx, id xinshu.PersonID, hash string) error {
	_, err := tx.Exec(`UPDATE account SET password = ?2, changed_at = ?3 WHERE person_id = ?1`, id, hash, s.now())
	if err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	return nil
}

// Preferences are a person's own settings; "" means that she has chosen none and the company's or the device's count.
type Preferences struct {
	Locale  string `json:"locale" doc:"zh-CN, en or empty"`
	Theme   string `json:"theme" doc:"light, dark or empty for the device's"`
	SendKey string `json:"send_key" doc:"enter, mod_enter or empty for enter"`
}

// PreferencesUpdate says which of a person's settings to change; nil leaves one alone.
type PreferencesUpdate struct {
	Locale  *string `json:"locale,omitempty" enum:",zh-CN,en"`
	Theme   *string `json:"theme,omitempty" enum:",light,dark"`
	SendKey *string `json:"send_key,omitempty" enum:",enter,mod_enter"`
}

func (a account) preferences() (p Preferences) {
	if a.settings != "" {
		_ = json.Unmarshal([]byte(a.settings), &p) // written by this program; what a later one wrote is left out
	}
	return p
}
