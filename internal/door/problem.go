package door

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/xinshu-im/xinshu"
)

// Problem is the one error format, RFC 9457, of HTTP and socket.
type Problem struct {
	Status     int                 `json:"status" doc:"HTTP status"`
	Code       xinshu.Code         `json:"code" doc:"Stable code for machines"`
	Title      string              `json:"title" doc:"The status in words"`
	Detail     string              `json:"detail,omitempty" doc:"One sentence for the user"`
	RetryAfter int                 `json:"retry_after,omitempty" doc:"Seconds to wait before trying again"`
	Errors     []xinshu.FieldError `json:"errors,omitempty" doc:"What is wrong where"`
}

// Error implements error.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// ProblemOf is the one mapper from errors to what people see. Internal errors are logged here, once, and shown without their
// text; what says where it happened. A request whose client has gone is no error.
func ProblemOf(err error, log *slog.Logger, where string) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if errors.Is(err, context.Canceled) && xinshu.CodeOf(err) == xinshu.Internal { // the client has gone, or the server stops: nothing is wrong
		log.Debug("request abandoned", "where", where)
		err = errAbandoned
	}
	var e *xinshu.Error
	if !errors.As(err, &e) {
		e = xinshu.Errorf(xinshu.Internal, "Internal error.").Because(err)
	}
	out := &Problem{Status: e.Code.Status(), Code: e.Code, Title: http.StatusText(e.Code.Status()), Detail: e.Message, Errors: e.Fields}
	if e.Code == xinshu.RateLimited || e.Code == xinshu.Unavailable {
		out.RetryAfter = max(1, seconds(e.RetryAfter))
	}
	if out.Status >= 500 && !errors.Is(err, errAbandoned) && e.RetryAfter == 0 { // with RetryAfter it is meant, and whoever refuses counts it
		log.Error("request failed", "where", where, "code", string(e.Code), "error", err)
		if e.Code == xinshu.Internal {
			out.Detail = "Internal error."
		}
	} else if e.Code == xinshu.Forbidden || e.Code == xinshu.Unauthenticated || e.Code == xinshu.BadCredentials {
		log.Info("request refused", "where", where, "code", string(e.Code))
	}
	return out
}

// seconds rounds up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

var errAbandoned = xinshu.Errorf(xinshu.Unavailable, "The request was abandoned.")

// WriteProblem writes p as the answer.
func WriteProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client has gone: nobody to tell
}

// humaProblem gives huma's own findings (validation, body, content type) the one format.
func humaProblem(status int, msg string, errs ...error) huma.StatusError {
	p := &Problem{Status: status, Title: http.StatusText(status), Detail: msg}
	switch status {
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		p.Status, p.Code, p.Title = http.StatusBadRequest, xinshu.Invalid, http.StatusText(http.StatusBadRequest)
		p.Detail = "The request is not valid."
	case http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = xinshu.TooLarge, "The request is too large."
	case http.StatusUnsupportedMediaType:
		p.Code = xinshu.MediaType
	case http.StatusInternalServerError: // the body broke off or its transfer coding is broken: huma's own and only one
		p.Status, p.Code, p.Title, p.Detail = http.StatusBadRequest, xinshu.Invalid, http.StatusText(http.StatusBadRequest), "The request broke off."
	case http.StatusNotFound:
		p.Code = xinshu.NotFound
	case http.StatusRequestTimeout: // the body came too slowly
		p.Status, p.Code, p.Title, p.RetryAfter = http.StatusServiceUnavailable, xinshu.Unavailable, http.StatusText(http.StatusServiceUnavailable), 1
	default:
		p.Code = xinshu.Internal
	}
	for _, err := range errs {
		if e := (*xinshu.Error)(nil); errors.As(err, &e) { // a refusal while the body was read
			return &Problem{Status: e.Code.Status(), Code: e.Code, Title: http.StatusText(e.Code.Status()), Detail: e.Message, RetryAfter: seconds(e.RetryAfter)} // 0: it is no use
		}
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			if d.Message == "unexpected property" {
				p.Code = xinshu.UnknownField
			}
			p.Errors = append(p.Errors, xinshu.FieldError{Field: d.Location, Message: d.Message})
		} else if err != nil {
			p.Errors = append(p.Errors, xinshu.FieldError{Message: "malformed"})
		}
		if len(p.Errors) == 20 { // a hostile body may have thousands
			break
		}
	}
	return p
}
