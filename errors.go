package xinshu

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Code says to machines what went wrong. Codes are stable: clients switch on them.
type Code string

// Codes; [CodeTable] says what each means.
const (
	Invalid         Code = "invalid"
	UnknownField    Code = "unknown_field"
	Unauthenticated Code = "unauthenticated"
	SessionEnded    Code = "session_ended"
	BadCredentials  Code = "bad_credentials"
	Suspended       Code = "account_suspended"
	WeakPassword    Code = "weak_password"
	ReauthRequired  Code = "reauth_required"
	Forbidden       Code = "forbidden"
	NotAMember      Code = "not_a_member"
	WindowClosed    Code = "window_closed"
	ForeignOrigin   Code = "foreign_origin"
	NotFound        Code = "not_found"
	MethodUnknown   Code = "method_not_allowed"
	Conflict        Code = "conflict"
	LastOwner       Code = "last_owner"
	LastAdmin       Code = "last_admin"
	Gone            Code = "gone"
	TooLarge        Code = "too_large"
	MediaType       Code = "unsupported_media"
	RateLimited     Code = "rate_limited"
	Internal        Code = "internal"
	Unavailable     Code = "unavailable"
	DiskFull        Code = "insufficient_storage"
)

// CodeMeaning is one row of the table of codes.
type CodeMeaning struct {
	Code    Code
	Status  int // of HTTP
	Meaning string
}

// CodeTable lists the codes in the order of their status, for documentation and tests.
func CodeTable() []CodeMeaning { return slices.Clone(codeTable) }

var codeTable = []CodeMeaning{
	{Invalid, 400, "a value is malformed or out of range"},
	{UnknownField, 400, "the request has a field that does not exist"},
	{WeakPassword, 400, "the password is among those that are guessed first"},
	{Unauthenticated, 401, "no valid session"},
	{SessionEnded, 401, "the session was valid once"},
	{BadCredentials, 401, "login or password is wrong"},
	{Suspended, 403, "the password is right, the person may not sign in for now"},
	{ReauthRequired, 403, "prove the password again first"},
	{Forbidden, 403, "known object, act not allowed"},
	{NotAMember, 403, "the act needs membership of a conversation that the actor may know"},
	{WindowClosed, 403, "too late to edit or recall"},
	{ForeignOrigin, 403, "a browser page of another origin"},
	{NotFound, 404, "absent, or not for this actor to know"},
	{MethodUnknown, 405, "the address does not take this method"},
	{Conflict, 409, "a replayed client_id with other content, or a name that is taken"},
	{LastOwner, 409, "the conversation would be without an owner"},
	{LastAdmin, 409, "nobody would be left to administer the system"},
	{Gone, 410, "a one-time link that was used or expired"},
	{TooLarge, 413, "body, frame or text over its limit"},
	{MediaType, 415, "the body is not of a type that is read here"},
	{RateLimited, 429, "too much at once; try again after Retry-After"},
	{Internal, 500, "a fault of the server; the log says more"},
	{Unavailable, 503, "try again after Retry-After"},
	{DiskFull, 507, "the disk is full: nothing was stored, reading works"},
}

// Error is a failure that people see. Message is one sentence for the user and never holds secrets or foreign data.
type Error struct {
	Code       Code
	Message    string
	RetryAfter time.Duration // for RateLimited and Unavailable; 0 lets the edge choose
	Fields     []FieldError  // what is wrong where, for forms and imports
	cause      error
}

// FieldError says which part of a request is wrong.
type FieldError struct {
	Field   string `json:"field"` // JSON path such as body.members[3]
	Message string `json:"message"`
}

// Errorf makes an [*Error]. A %w verb keeps the cause for the log without showing it.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), cause: errors.Unwrap(err)}
}

// Error implements error.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e that carries cause for the log; the user does not see it.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// CodeOf returns the code of the first [*Error] in err's chain, [Internal] for other errors and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Status returns the HTTP status of a code.
func (c Code) Status() int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return 500
}

var statuses = func() map[Code]int {
	m := make(map[Code]int, len(codeTable))
	for _, row := range codeTable {
		m[row.Code] = row.Status
	}
	return m
}()
