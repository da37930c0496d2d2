package settings

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the steps of this domain's schema.
func Migrations() []db.Migration {
	steps, err := db.Migrations(migrations)
	if err != nil {
		panic("settings: embedded migrations: " + err.Error()) // a mistake in the program, found by every test
	}
	return steps
}

// Options are what a [Service] needs.
type Options struct {
	DB    *db.DB
	Clock xinshu.Clock
	Log   *slog.Logger
	// Record writes to the audit trail inside the transaction (audit.Log.Write; audit has the same rank and cannot be imported).
	Record func(tx *db.Tx, actor xinshu.Actor, action, object string, detail any) error
}

// Service reads and changes the settings.
type Service struct {
	opt     Options
	current atomic.Pointer[versioned]
}

// versioned are the values that some transaction left; commits may be told out of order, versions may not.
type versioned struct {
	Values
	version int64
}

// New returns the service with the defaults; [Service.Load] reads what is stored.
func New(opt Options) *Service {
	s := &Service{opt: opt}
	s.current.Store(&versioned{Values: Defaults(), version: -1})
	return s
}

// Get returns the settings.
func (s *Service) Get() Values { return s.current.Load().Values }

// remember keeps v unless memory holds something newer.
func (s *Service) remember(v Values, version int64) {
	next := &versioned{v, version}
	for {
		old := s.current.Load()
		if old.version >= version || s.current.CompareAndSwap(old, next) {
			return
		}
	}
}

// Load reads the stored settings into memory: at start, and when another node says that they changed.
func (s *Service) Load(ctx context.Context) error {
	var v Values
	var version int64
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Row(`SELECT version FROM setting_version`).Scan(&version); err != nil {
			return err
		}
		v, err = stored(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("load settings: %w", err)
	}
	s.remember(v, version)
	return nil
}

// Update changes settings and returns all of them. Only a system administrator or the system may; [xinshu.Invalid] if the
// outcome is out of bounds.
func (s *Service) Update(ctx context.Context, actor xinshu.Actor, u Update) (Values, error) {
	var out Values
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) { out, err = s.UpdateIn(tx, actor, u); return err })
	return out, err
}

// UpdateIn is [Service.Update] inside the caller's transaction.
func (s *Service) UpdateIn(tx *db.Tx, actor xinshu.Actor, u Update) (Values, error) {
	if !actor.IsSystem() && !actor.Roles.Has(xinshu.SystemAdmin) {
		return Values{}, xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	}
	var version int64
	if err := tx.Row(`SELECT version FROM setting_version /*FOR UPDATE*/`).Scan(&version); err != nil {
		return Values{}, fmt.Errorf("lock settings: %w", err)
	}
	version++
	old, err := stored(tx)
	if err != nil {
		return Values{}, fmt.Errorf("read settings: %w", err)
	}
	v := u.apply(old)
	if err := v.check(); err != nil {
		return Values{}, err
	}
	before, after, err := difference(old, v)
	if err != nil || len(after) == 0 {
		return v, err
	}
	if _, err := tx.Exec(`UPDATE setting_version SET version = ?1`, version); err != nil {
		return Values{}, fmt.Errorf("version of settings: %w", err)
	}
	now := xinshu.MillisOf(s.opt.Clock.Now())
	for name, value := range after { // at most as many as there are settings
		_, err := tx.Exec(`INSERT INTO setting (name, value, updated_at) VALUES (?1, ?2, ?3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, name, string(value), now)
		if err != nil {
			return Values{}, fmt.Errorf("store setting %s: %w", name, err)
		}
	}
	err = s.opt.Record(tx, actor, "settings.update", "", map[string]any{"from": before, "to": after})
	if err != nil {
		return Values{}, err
	}
	tx.AfterCommit(func() { s.remember(v, version) })
	return v, nil
}

// stored returns the defaults overlaid with what the database holds. Stored values out of today's
// bounds fall back to the defaults as a whole: a program that starts is worth more than a setting.
func stored(tx *db.Tx) (Values, error) {
	rows := tx.Query(`SELECT name, value FROM setting`)
	fields := map[string]json.RawMessage{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return Values{}, err
		}
		fields[name] = json.RawMessage(value)
	}
	if err := rows.Err(); err != nil {
		return Values{}, err
	}
	v := Defaults()
	text, err := json.Marshal(fields)
	if err != nil {
		return Values{}, err
	}
	if err := json.Unmarshal(text, &v); err != nil || v.check() != nil {
		return Defaults(), nil
	}
	return v, nil
}

// difference returns the settings that differ, by their JSON names, before and after.
func difference(old, v Values) (before, after map[string]json.RawMessage, err error) {
	before, err = fieldsOf(old)
	if err != nil {
		return nil, nil, err
	}
	after, err = fieldsOf(v)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range after {
		if string(before[name]) == string(value) {
			delete(before, name)
			delete(after, name)
		}
	}
	return before, after, nil
}

func fieldsOf(v Values) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	return out, json.Unmarshal(text, &out)
}
