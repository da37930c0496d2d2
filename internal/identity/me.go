package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Me is what a client needs to know of its owner when it starts.
type Me struct {
	Person   org.Person       `json:"person"`
	Roles    []string         `json:"roles" enum:"system_admin,security_admin,audit_admin"`
	Settings Preferences      `json:"settings"`
	Company  Company          `json:"company"`
	Version  string           `json:"version" doc:"Of the server"`
	Limits   map[string]int64 `json:"limits" doc:"By name: what the server accepts, and the windows in which messages may be changed, in milliseconds"`
	Session  SessionFacts     `json:"session"`
}

// Company is what everybody knows of the company.
type Company struct {
	Name   string `json:"name"`
	Locale string `json:"locale" doc:"Language of people who chose none"`
}

// SessionFacts are the times of the session in use.
type SessionFacts struct {
	ID       xinshu.SessionID `json:"id"`
	ProvedAt xinshu.Millis    `json:"proved_at" doc:"When the password was last given in this session"`
}

// GetMe returns what the actor's client needs at its start.
func (s *Service) GetMe(ctx context.Context, actor xinshu.Actor) (out Me, err error) {
	if actor.Person == 0 {
		return out, errAnonymous
	}
	var a account
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		if out.Person, err = s.opt.Org.PersonIn(tx, actor, actor.Person); err != nil {
			return err
		}
		a, err = readAccount(tx, actor.Person)
		return err
	})
	if err != nil {
		return out, err
	}
	v := s.opt.Settings.Get()
	out.Roles, out.Settings = actor.Roles.Names(), a.preferences()
	out.Company = Company{v.CompanyName, v.DefaultLocale}
	out.Version = s.opt.Version
	out.Session = SessionFacts{actor.Session, actor.ProvedAt}
	out.Limits = map[string]int64{"edit_window_ms": v.EditWindowMS, "recall_window_ms": v.RecallWindowMS}
	for _, l := range xinshu.LimitTable() {
		out.Limits[l.Name] = int64(l.Value)
	}
	return out, nil
}

// UpdatePreferences changes the actor's own settings and returns all of them. [xinshu.Invalid].
func (s *Service) UpdatePreferences(ctx context.Context, actor xinshu.Actor, u PreferencesUpdate) (out Preferences, err error) {
	if actor.Person == 0 {
		return out, errAnonymous
	}
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(tx, actor.Person)
		if err != nil {
			return err
		}
		out = a.preferences()
		for _, f := range []struct {
			name     string
			to, from *string
			allowed  []string
		}{
			{"locale", &out.Locale, u.Locale, []string{"", "zh-CN", "en"}},
			{"theme", &out.Theme, u.Theme, []string{"", "light", "dark"}},
			{"send_key", &out.SendKey, u.SendKey, []string{"", "enter", "mod_enter"}},
		} {
			if f.from == nil {
				continue
			}
			if !slices.Contains(f.allowed, *f.from) {
				e := xinshu.Errorf(xinshu.Invalid, "This is not a choice for the setting.")
				e.Fields = []xinshu.FieldError{{Field: "body." + f.name, Message: e.Message}}
				return e
			}
			*f.to = *f.from
		}
		text, err := json.Marshal(out)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE account SET settings = ?2 WHERE person_id = ?1`, actor.Person, string(text)); err != nil {
			return fmt.Errorf("store settings: %w", err)
		}
		return nil
	})
	return out, err
}
