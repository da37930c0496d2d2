package door

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/xinshu-im/xinshu"
)

const (
	// requestCost is what a request holds at least, in bytes: its goroutine, buffers of compression, a small answer.
	requestCost = 32 << 10
	// bodyWeight is the default of [Door.Weight].
	bodyWeight = 3
	// largeAnswer is from how many bytes on an answer is counted: smaller ones fit in the buffers.
	largeAnswer = 64 << 10
	// answerWeight is the memory that a byte of a large answer takes: as it stands, and on its way.
	answerWeight = 2
	// slowest is how many bytes a second a client must take of a large answer, which holds memory until it is taken.
	slowest = 16 << 10
	// answerTime is what it has in any case.
	answerTime = 30 * time.Second
)

// guarded serves a request as far as the memory budget allows.
func (r *Registry) guarded(w http.ResponseWriter, req *http.Request) {
	if err := r.memory.Take(requestCost); err != nil {
		WriteProblem(w, ProblemOf(err, r.log, "memory"))
		return
	}
	body := &guardedBody{ReadCloser: req.Body, r: r, weight: bodyWeight}
	out := &guardedWriter{ResponseWriter: w, r: r}
	defer func() {
		out.end()
		r.memory.Give(requestCost + body.held + out.held)
	}()
	req.Body = body
	if req.Header.Get("Upgrade") != "" { // its connection is taken over
		r.mux.ServeHTTP(w, req)
		return
	}
	r.mux.ServeHTTP(out, req)
}

// weigh sets what a byte of req's body takes.
func weigh(req *http.Request, weight int64) {
	if b, ok := req.Body.(*guardedBody); ok && weight > 0 {
		b.weight = weight
	}
}

// guardedBody takes memory for what was received, not for what a header announced.
type guardedBody struct {
	io.ReadCloser
	r      *Registry
	weight int64
	held   int64
	failed error
}

// Read implements io.Reader.
func (b *guardedBody) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.ReadCloser.Read(p)
	if n == 0 {
		return n, err
	}
	if b.failed = b.r.memory.Fits(b.held + int64(n)*b.weight); b.failed == nil {
		b.failed = b.r.memory.Take(int64(n) * b.weight)
	}
	if b.failed != nil {
		return 0, b.failed
	}
	b.held += int64(n) * b.weight
	return n, err
}

// guardedWriter takes memory for an answer that is written in one large piece, and refuses instead when there is none. A client that
// takes it too slowly is cut.
type guardedWriter struct {
	http.ResponseWriter
	r       *Registry
	status  int // to be written before the body
	begun   bool
	refused bool
	held    int64
}

// Unwrap serves http.ResponseController.
func (w *guardedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter: what comes first decides whether it is said.
func (w *guardedWriter) WriteHeader(status int) {
	if status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if !w.begun && w.status == 0 {
		w.status = status
	}
}

// Write implements io.Writer.
func (w *guardedWriter) Write(p []byte) (int, error) {
	if w.refused {
		return len(p), nil
	}
	if !w.begun && len(p) >= largeAnswer {
		n := int64(len(p)) * answerWeight
		if err := w.r.memory.Take(n); err != nil {
			w.refused, w.begun = true, true
			WriteProblem(w.ResponseWriter, ProblemOf(err, w.r.log, "memory"))
			return len(p), nil
		}
		w.held = n
		slow := answerTime + time.Duration(len(p)/slowest)*time.Second
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(slow)) // a writer of tests has none
	}
	w.begin()
	return w.ResponseWriter.Write(p)
}

func (w *guardedWriter) begin() {
	if w.begun {
		return
	}
	w.begun = true
	if w.status == xinshu.Unavailable.Status() && w.Header().Get("Retry-After") == "" { // huma's own refusals have no headers
		w.Header().Set("Retry-After", strconv.Itoa(1))
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
}

// end says what was left to be said.
func (w *guardedWriter) end() {
	if w.status != 0 {
		w.begin()
	}
	if w.held > 0 {
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Time{}) // for the next request of the connection
	}
}
