package xinshu

import (
	"errors"
	"fmt"
	"time"
)

// Code says to machines what went wrong. Codes are stable: clients switch on them.
type Code string

// Codes; beside each its HTTP status.
const (
	Invalid         Code = "invalid"              // 400: a value is malformed or out of range
	UnknownField    Code = "unknown_field"        // 400: the request has a field that does not exist
	Unauthenticated Code = "unauthenticated"      // 401: no valid session
	SessionEnded    Code = "session_ended"        // 401: the session was valid once
	BadCredentials  Code = "bad_credentials"      // 401: login or password is wrong
	Suspended       Code = "account_suspended"    // 403: the password is right, the person may not sign in for now
	WeakPassword    Code = "weak_password"        // 400: among the passwords that are guessed first
	ReauthRequired  Code = "reauth_required"      // 403: prove the password again first
	Forbidden       Code = "forbidden"            // 403: known object, act not allowed
	NotAMember      Code = "not_a_member"         // 403: the act needs membership of a conversation that the actor may know
	WindowClosed    Code = "window_closed"        // 403: too late to edit or recall
	ForeignOrigin   Code = "foreign_origin"       // 403: a browser page of another origin
	NotFound        Code = "not_found"            // 404: absent, or not for this actor to know
	MethodUnknown   Code = "method_not_allowed"   // 405
	Conflict        Code = "conflict"             // 409: a replayed id with other content, or a taken name
	LastOwner       Code = "last_owner"           // 409: the conversation would be without an owner
	LastAdmin       Code = "last_admin"           // 409: nobody would be left to administer the system
	Gone            Code = "gone"                 // 410: a one-time link that was used or expired
	TooLarge        Code = "too_large"            // 413: body, frame or text over its limit
	MediaType       Code = "unsupported_media"    // 415
	RateLimited     Code = "rate_limited"         // 429: with RetryAfter
	Internal        Code = "internal"             // 500: our fault; the text is in the log only
	Unavailable     Code = "unavailable"          // 503: try again; with RetryAfter
	DiskFull        Code = "insufficient_storage" // 507: nothing was stored; reading works
)

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

var statuses = map[Code]int{
	Invalid: 400, UnknownField: 400, WeakPassword: 400,
	Unauthenticated: 401, SessionEnded: 401, BadCredentials: 401,
	Suspended: 403, ReauthRequired: 403, Forbidden: 403, NotAMember: 403, WindowClosed: 403, ForeignOrigin: 403,
	NotFound: 404, MethodUnknown: 405, Conflict: 409, LastOwner: 409, LastAdmin: 409, Gone: 410, TooLarge: 413, MediaType: 415,
	RateLimited: 429, Internal: 500, Unavailable: 503, DiskFull: 507,
}
