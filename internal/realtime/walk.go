package realtime

import "strings"

// walkPost reads the frame of a post as clients write it: compact, each field once and spelled exactly, no \u escapes. Posts are
// the only hot requests; this takes a tenth of encoding/json's time. ok is false for every other frame, which [parseRequest] and
// [input] then read: what walkPost accepts they would read the same. frame is valid UTF-8, which the socket sees to.
func walkPost(frame []byte) (id int64, in postIn, ok bool) {
	w := walker{rest: frame}
	var op []byte
	for field, seen := w.object(), uint8(0); field != nil; field = w.next() {
		switch string(field) {
		case "id":
			w.once(&seen, 1)
			id = w.number()
		case "op":
			w.once(&seen, 2)
			op = w.plain()
		case "in":
			w.once(&seen, 4)
			w.postIn(&in)
		default:
			return 0, in, false
		}
	}
	return id, in, w.end() && string(op) == "post" && id <= maxRequestID
}

func (w *walker) postIn(in *postIn) {
	for field, seen := w.object(), uint8(0); field != nil; field = w.next() {
		switch string(field) {
		case "conversation_id":
			w.once(&seen, 1)
			if id := w.plain(); !w.bad && in.ConversationID.UnmarshalText(id) != nil {
				w.bad = true
			}
		case "client_id":
			w.once(&seen, 2)
			in.ClientID = string(w.plain())
		case "content":
			w.once(&seen, 4)
			w.content(in)
		case "reply_to":
			w.once(&seen, 8)
			in.ReplyTo = w.number()
		default:
			w.bad = true
		}
	}
}

func (w *walker) content(in *postIn) {
	for field, seen := w.object(), uint8(0); field != nil; field = w.next() {
		switch string(field) {
		case "type":
			w.once(&seen, 1)
			in.Content.Type = string(w.plain())
		case "text":
			w.once(&seen, 2)
			in.Content.Text = w.text()
		default:
			w.bad = true
		}
	}
}

// walker goes through compact JSON once, without building anything. bad stays set once something is not as expected.
type walker struct {
	rest []byte
	bad  bool
}

func (w *walker) take(c byte) bool {
	if w.bad || len(w.rest) == 0 || w.rest[0] != c {
		w.bad = true
		return false
	}
	w.rest = w.rest[1:]
	return true
}

// once sees to it that no field comes twice.
func (w *walker) once(seen *uint8, bit uint8) {
	if *seen&bit != 0 {
		w.bad = true
	}
	*seen |= bit
}

// object enters an object and returns the name of its first field; nil if it is empty or nothing as expected.
func (w *walker) object() []byte {
	if !w.take('{') {
		return nil
	}
	return w.name()
}

// next returns the name of the next field, nil behind the last.
func (w *walker) next() []byte {
	if !w.bad && len(w.rest) > 0 && w.rest[0] == '}' {
		w.rest = w.rest[1:]
		return nil
	}
	if !w.take(',') {
		return nil
	}
	return w.name()
}

func (w *walker) name() []byte {
	name := w.plain()
	if !w.take(':') {
		return nil
	}
	return name
}

// plain reads a string without escapes; the bytes are the frame's.
func (w *walker) plain() []byte {
	if !w.take('"') {
		return nil
	}
	for i, c := range w.rest {
		switch {
		case c == '"':
			s := w.rest[:i:i]
			w.rest = w.rest[i+1:]
			return s
		case c == '\\' || c < 0x20:
			w.bad = true
			return nil
		}
	}
	w.bad = true
	return nil
}

// number reads a whole number without sign, fraction and exponent of at most 16 digits.
func (w *walker) number() (n int64) {
	i := 0
	for ; i < len(w.rest) && w.rest[i]-'0' <= 9; i++ {
		n = n*10 + int64(w.rest[i]-'0')
		if i >= 16 {
			w.bad = true
			return 0
		}
	}
	if i == 0 || i > 1 && w.rest[0] == '0' {
		w.bad = true
	}
	w.rest = w.rest[i:]
	return n
}

// text reads a string with the escapes that texts have.
func (w *walker) text() string {
	if !w.take('"') {
		return ""
	}
	var b []byte // what stands before start, without escapes
	start := 0
	for i := 0; i < len(w.rest); i++ {
		switch c := w.rest[i]; {
		case c == '"':
			piece := w.rest[start:i]
			w.rest = w.rest[i+1:]
			if b == nil {
				return string(piece)
			}
			return string(append(b, piece...))
		case c < 0x20:
			w.bad = true
			return ""
		case c == '\\' && i+1 < len(w.rest):
			escaped := strings.IndexByte(`ntr"\/`, w.rest[i+1])
			if escaped < 0 { // \u and the rest are rare
				w.bad = true
				return ""
			}
			b = append(append(b, w.rest[start:i]...), "\n\t\r\"\\/"[escaped])
			i++
			start = i + 1
		}
	}
	w.bad = true
	return ""
}

// end says whether the whole text was read and was as expected.
func (w *walker) end() bool { return !w.bad && len(w.rest) == 0 }
