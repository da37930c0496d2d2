package chatimport

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
)

// maxLine bounds a line: the longest text, every character of it escaped as \uXXXX twice, and the rest.
const maxLine = 1 << 20

// maxKey bounds keys and ids, in bytes.
const maxKey = 200

// line is one line of a file; which fields count depends on the type.
type line struct {
	Type string `json:"type"`

	Key        string   `json:"key"`
	Name       string   `json:"name"`
	Login      string   `json:"login"`
	EmployeeNo string   `json:"employee_no"`
	Email      string   `json:"email"`
	Kind       string   `json:"kind"`
	Purpose    string   `json:"purpose"`
	Owner      string   `json:"owner"`
	Members    []string `json:"members"`

	Conversation string        `json:"conversation"`
	ID           string        `json:"id"`
	Sender       string        `json:"sender"`
	SentAt       xinshu.Millis `json:"sent_at"`
	Text         string        `json:"text"`
	ReplyTo      string        `json:"reply_to"`
}

// Types of lines.
const (
	typePerson       = "person"
	typeConversation = "conversation"
	typeMessage      = "message"
)

// fault is what is wrong with a line.
type fault struct{ field, reason string }

func (f *fault) Error() string { return f.field + ": " + f.reason }

// parseLine reads a line and checks what can be checked without looking anywhere.
func parseLine(raw []byte) (l line, err error) {
	if !utf8.Valid(raw) {
		return l, &fault{"", "The line is not UTF-8."}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return l, jsonFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return l, &fault{"", "There is more than one JSON object in the line."}
	}
	var foreign map[string]bool
	switch l.Type {
	case typePerson:
		foreign = map[string]bool{"kind": l.Kind != "", "purpose": l.Purpose != "", "owner": l.Owner != "", "members": l.Members != nil, "conversation": l.Conversation != "",
			"id": l.ID != "", "sender": l.Sender != "", "sent_at": l.SentAt != 0, "text": l.Text != "", "reply_to": l.ReplyTo != ""}
		err = checkKey("key", l.Key)
	case typeConversation:
		foreign = map[string]bool{"login": l.Login != "", "employee_no": l.EmployeeNo != "", "email": l.Email != "", "conversation": l.Conversation != "",
			"id": l.ID != "", "sender": l.Sender != "", "sent_at": l.SentAt != 0, "text": l.Text != "", "reply_to": l.ReplyTo != ""}
		err = checkKey("key", l.Key)
	case typeMessage:
		return l, checkMessage(&l)
	default:
		return l, &fault{"type", "The type is person, conversation or message."}
	}
	for _, field := range []string{"kind", "purpose", "owner", "members", "login", "employee_no", "email", "conversation", "id", "sender", "sent_at", "text", "reply_to"} {
		if foreign[field] {
			return l, &fault{field, "A line of type " + l.Type + " has no such field."}
		}
	}
	return l, err
}

// checkMessage is apart, and without a map, because nearly all lines are messages.
func checkMessage(l *line) error {
	switch {
	case l.Key != "":
		return &fault{"key", "A line of type message has no such field."}
	case l.Name != "" || l.Login != "" || l.EmployeeNo != "" || l.Email != "" || l.Kind != "" || l.Purpose != "" || l.Owner != "" || l.Members != nil:
		return &fault{"", "A line of type message has fields of another type."}
	case l.SentAt <= 0:
		return &fault{"sent_at", "The time is missing or before 1970."}
	}
	for _, k := range []struct{ field, value string }{{"conversation", l.Conversation}, {"id", l.ID}, {"sender", l.Sender}} {
		if err := checkKey(k.field, k.value); err != nil {
			return err
		}
	}
	if l.ReplyTo != "" {
		return checkKey("reply_to", l.ReplyTo)
	}
	return nil
}

func checkKey(field, key string) error {
	switch {
	case key == "":
		return &fault{field, "The field is missing or empty."}
	case len(key) > maxKey:
		return &fault{field, "The value is longer than 200 bytes."}
	case strings.ContainsRune(key, 0):
		return &fault{field, "The value has a NUL character."}
	}
	return nil
}

// jsonFault says in our words what the JSON reader found; its own texts repeat the input.
func jsonFault(err error) error {
	var wrong *json.UnmarshalTypeError
	var known *xinshu.Error
	switch {
	case errors.As(err, &wrong):
		return &fault{wrong.Field, "The value has the wrong type."}
	case errors.As(err, &known):
		return &fault{"sent_at", known.Message}
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return &fault{strings.Trim(strings.TrimPrefix(err.Error(), "json: unknown field "), `"`), "There is no such field."}
	}
	return &fault{"", "The line is not a JSON object."}
}

// lines reads a file line by line and hashes all of it.
type lines struct {
	r    *bufio.Reader
	hash hash.Hash
	n    int64 // lines read
	size int64 // bytes read
	buf  []byte
}

// next returns the next line without its end, valid until the next call; long says that it is longer than maxLine and cut.
func (l *lines) next() (raw []byte, long bool, err error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.hash.Write(part) // never fails
		l.size += int64(len(part))
		if room := maxLine - len(l.buf); len(part) > room {
			part, long = part[:room], true
		}
		l.buf = append(l.buf, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(l.buf) == 0) {
			return nil, false, err
		}
		break
	}
	l.n++
	raw = l.buf
	if l.n == 1 {
		raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	}
	return bytes.TrimSpace(raw), long, nil
}
