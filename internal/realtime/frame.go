package realtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

// request is one operation of a client: {"id":1,"op":"post","in":{…}}.
type request struct {
	ID int64           `json:"id"`
	Op string          `json:"op"`
	In json.RawMessage `json:"in"`
}

// maxRequestID keeps ids within what JavaScript counts exactly.
const maxRequestID = 1<<53 - 1

// parseRequest reads a frame. A frame that is no request at all is an error that ends the connection; id is what could be
// read of it.
func parseRequest(frame []byte) (request, error) {
	var r request
	if !utf8.Valid(frame) {
		return r, errFrame
	}
	if err := decodeStrict(frame, &r); err != nil {
		return r, errFrame.Because(err)
	}
	if r.ID < 0 || r.ID > maxRequestID || r.Op == "" || len(r.Op) > 32 {
		return r, errFrame
	}
	return r, nil
}

var errFrame = xinshu.Errorf(xinshu.Invalid, "A frame is an object with id, op and in.")

// decodeStrict decodes one JSON value without unknown fields and with nothing behind it.
func decodeStrict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// input decodes an operation's input; what is wrong with it is [xinshu.Invalid] or [xinshu.UnknownField].
func input[T any](r request) (T, error) {
	var in T
	if len(r.In) == 0 || bytes.Equal(r.In, []byte("null")) {
		return in, nil
	}
	if err := door.CheckJSON(r.In); err != nil {
		return in, errInput.Because(err)
	}
	err := decodeStrict(r.In, &in)
	if err == nil {
		if name := door.ExactNames(r.In); name != "" {
			return in, unknownField(name)
		}
		return in, nil
	}
	var known *xinshu.Error
	if errors.As(err, &known) {
		return in, err
	}
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(quoted) // "" for what cannot be shown
		return in, unknownField(name)
	}
	e := errInput.Because(err)
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		e.Fields = []xinshu.FieldError{{Field: "in." + typ.Field, Message: "wrong type"}}
	}
	return in, e
}

var errInput = xinshu.Errorf(xinshu.Invalid, "The request is not valid.")

func unknownField(name string) *xinshu.Error {
	e := xinshu.Errorf(xinshu.UnknownField, "The request has a field that does not exist.")
	if name != "" && len(name) <= 64 {
		e.Fields = []xinshu.FieldError{{Field: "in." + name, Message: "unknown"}}
	}
	return e
}

// okFrame encodes the answer {"id":…,"ok":…}.
func okFrame(id int64, out any) ([]byte, error) {
	text, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(text)+32)
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, id, 10)
	b = append(b, `,"ok":`...)
	b = append(b, text...)
	return append(b, '}'), nil
}

// errorFrame encodes the answer {"id":…,"error":…}.
func errorFrame(id int64, p *door.Problem) []byte {
	text, err := json.Marshal(p)
	if err != nil {
		text = []byte(`{"status":500,"code":"internal","title":"Internal Server Error"}`) // a problem is plain data
	}
	b := make([]byte, 0, len(text)+32)
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, id, 10)
	b = append(b, `,"error":`...)
	b = append(b, text...)
	return append(b, '}')
}
