package org

import (
	"errors"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Limits of single fields, in code points.
const (
	maxCode     = 64
	maxLogin    = 64
	maxEmail    = 254 // RFC 5321 §4.5.3.1.3
	maxMobile   = 32
	maxLocation = 128
)

// invalid names the field that is wrong.
func invalid(field, sentence string) *xinshu.Error {
	e := xinshu.Errorf(xinshu.Invalid, "%s", sentence)
	e.Fields = []xinshu.FieldError{{Field: field, Message: sentence}}
	return e
}

// conflict names the field that contradicts what is stored.
func conflict(field, sentence string) *xinshu.Error {
	e := xinshu.Errorf(xinshu.Conflict, "%s", sentence)
	e.Fields = []xinshu.FieldError{{Field: field, Message: sentence}}
	return e
}

// CleanName returns a name as it is stored; limit is in code points. [xinshu.Invalid] names the field.
func CleanName(field, name string, limit int) (string, error) {
	clean, err := text.CleanName(name, limit)
	switch {
	case err == nil:
		return clean, nil
	case errors.Is(err, text.ErrTextTooLong):
		return "", invalid(field, "The text is too long.")
	case errors.Is(err, text.ErrEmptyName):
		return "", invalid(field, "A name needs at least one visible character.")
	}
	return "", invalid(field, "Control characters and those that turn the direction of text are not allowed.")
}

// optional is CleanName for a text that may be empty.
func optional(field, s string, limit int) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return CleanName(field, s, limit)
}

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]*$`)

// CleanLogin returns a login as it is stored: lower case. "" stays "".
func CleanLogin(field, s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", nil
	}
	if len(s) > maxLogin || !loginShape.MatchString(s) {
		return "", invalid(field, "A login has up to 64 Latin letters, digits and . _ - + @ and begins with a letter or digit.")
	}
	return s, nil
}

// CleanEmail returns an address as it is stored: lower case. "" stays "".
func CleanEmail(field, s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail || text.ValidText(s, maxEmail) != nil || strings.ContainsAny(s, " \"\t\r\n") {
		return "", invalid(field, "This is not an e-mail address.")
	}
	if clean, err := text.CleanName(s, maxEmail); err != nil || clean != s {
		return "", invalid(field, "This is not an e-mail address.")
	}
	return s, nil
}

var mobileShape = regexp.MustCompile(`^\+?[0-9][0-9 ().-]*$`)

// CleanMobile returns a telephone number as it is stored. "" stays "".
func CleanMobile(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if n := len(digits(s)); len(s) > maxMobile || !mobileShape.MatchString(s) || n < 3 || n > 20 {
		return "", invalid(field, "A telephone number has 3 to 20 digits; + at the beginning and spaces, dots, hyphens and brackets between them are allowed.")
	}
	return s, nil
}

// digits returns what identifies a telephone number: its digits without +86.
func digits(mobile string) string {
	p, err := text.PersonQuery(mobile)
	if err != nil {
		return ""
	}
	return p.Digits
}

// CleanDate checks a date such as 2026-03-01; "" stays "".
func CleanDate(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil || utf8.RuneCountInString(s) != len(s) {
		return "", invalid(field, "A date is written as 2026-03-01.")
	}
	return s, nil
}

var localeShape = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// CleanLocale checks a language tag such as zh-CN; "" stays "".
func CleanLocale(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if s != "" && (len(s) > 35 || !localeShape.MatchString(s)) {
		return "", invalid(field, "A language is written as zh-CN or en.")
	}
	return s, nil
}
