package settings

import (
	"strings"
	"time"
	"unicode"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Values are the company's settings. Durations are milliseconds.
type Values struct {
	CompanyName   string `json:"company_name" doc:"Shown at sign-in and in the window's title"`
	DefaultLocale string `json:"default_locale" doc:"Language of people who chose none: zh-CN or en"`
	// EditWindowMS and RecallWindowMS say how long after sending a message its sender may change or recall it; 0 means never.
	EditWindowMS   int64 `json:"edit_window_ms"`
	RecallWindowMS int64 `json:"recall_window_ms"`
	// SessionIdleMS ends a session that was not used for so long; SessionAbsoluteMS ends it in any case.
	SessionIdleMS     int64 `json:"session_idle_ms"`
	SessionAbsoluteMS int64 `json:"session_absolute_ms"`
	// SeparateAdminRoles keeps a system administrator from giving himself another administrator's role, and from making
	// sign-in links for people who hold a role that he does not hold.
	SeparateAdminRoles bool `json:"separate_admin_roles"`
}

const (
	minute = int64(time.Minute / time.Millisecond)
	day    = 24 * 60 * minute
)

// Defaults are the values before anybody changed anything.
func Defaults() Values {
	return Values{
		CompanyName:   "信枢",
		DefaultLocale: "zh-CN",
		EditWindowMS:  day, RecallWindowMS: day,
		SessionIdleMS: 30 * day, SessionAbsoluteMS: 90 * day,
		SeparateAdminRoles: true,
	}
}

// Update says which settings to change; nil leaves one alone.
type Update struct {
	CompanyName        *string `json:"company_name,omitempty" minLength:"1" maxLength:"128"`
	DefaultLocale      *string `json:"default_locale,omitempty" enum:"zh-CN,en"`
	EditWindowMS       *int64  `json:"edit_window_ms,omitempty" minimum:"0"`
	RecallWindowMS     *int64  `json:"recall_window_ms,omitempty" minimum:"0"`
	SessionIdleMS      *int64  `json:"session_idle_ms,omitempty"`
	SessionAbsoluteMS  *int64  `json:"session_absolute_ms,omitempty"`
	SeparateAdminRoles *bool   `json:"separate_admin_roles,omitempty"`
}

func (u Update) apply(v Values) Values {
	set(&v.CompanyName, u.CompanyName)
	set(&v.DefaultLocale, u.DefaultLocale)
	set(&v.EditWindowMS, u.EditWindowMS)
	set(&v.RecallWindowMS, u.RecallWindowMS)
	set(&v.SessionIdleMS, u.SessionIdleMS)
	set(&v.SessionAbsoluteMS, u.SessionAbsoluteMS)
	set(&v.SeparateAdminRoles, u.SeparateAdminRoles)
	v.CompanyName = strings.TrimSpace(v.CompanyName)
	return v
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Bounds of the settings, in milliseconds.
const (
	// minIdle is three times how rarely a session's last use is written; less would end sessions that are in use.
	minIdle   = 15 * minute
	maxPeriod = 366 * day
)

// check returns [xinshu.Invalid] with the fields that are out of bounds.
func (v Values) check() error {
	var bad []xinshu.FieldError
	add := func(field, message string) {
		bad = append(bad, xinshu.FieldError{Field: "body." + field, Message: message})
	}
	if _, err := text.CleanName(v.CompanyName, xinshu.MaxName); err != nil || strings.ContainsFunc(v.CompanyName, unicode.IsControl) {
		add("company_name", "1 to 128 characters on one line")
	}
	if v.DefaultLocale != "zh-CN" && v.DefaultLocale != "en" {
		add("default_locale", "zh-CN or en")
	}
	for field, value := range map[string]int64{"edit_window_ms": v.EditWindowMS, "recall_window_ms": v.RecallWindowMS} {
		if value < 0 || value > maxPeriod {
			add(field, "0 to 366 days")
		}
	}
	if v.SessionIdleMS < minIdle || v.SessionIdleMS > v.SessionAbsoluteMS {
		add("session_idle_ms", "15 minutes up to session_absolute_ms")
	}
	if v.SessionAbsoluteMS < minIdle || v.SessionAbsoluteMS > maxPeriod {
		add("session_absolute_ms", "15 minutes to 366 days")
	}
	if bad == nil {
		return nil
	}
	err := xinshu.Errorf(xinshu.Invalid, "A setting is out of its bounds.")
	err.Fields = bad
	return err
}
