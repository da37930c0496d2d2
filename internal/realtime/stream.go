package realtime

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/memory"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/quota"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// Options are what a [Service] needs.
type Options struct {
	DB            *db.DB
	Clock         xinshu.Clock
	Log           *slog.Logger
	Bus           bus.Bus
	Identity      *identity.Service
	Conversations *conversation.Service
	Messages      *message.Service
	// Frames bounds the frames of one connection, which cost something even when they are no operations: pings, messages in pieces.
	Frames quota.Rate
	// Quota bounds the operations of a person.
	Quota *quota.Limiter[xinshu.PersonID]
	// SameOrigin says whether a browser page may open the stream. It is asked for requests with an Origin and for those that come
	// with the cookie, which every browser sends with an Origin.
	SameOrigin func(*http.Request) bool
	// Memory bounds what posts that wait for the writer hold, and refuses new streams while it is full; nil bounds nothing.
	Memory *memory.Budget
	// MaxStreams bounds the open streams of everybody together; 0: any number.
	MaxStreams int
	// Bytes; see [socket.Options].
	MaxPartial, MaxQueued, UnsentLimit int
}

// Service is the stream.
type Service struct {
	opt         Options
	began       time.Time
	hub         *Hub
	streams     streams
	sockets     *socket.Server
	ops         map[string]operation
	unsubscribe func()
}

// New starts the stream; [Service.Shutdown] ends it.
func New(opt Options) (*Service, error) {
	s := &Service{opt: opt, began: opt.Clock.Now(), streams: streams{max: opt.MaxStreams, open: map[xinshu.PersonID]int{}}}
	s.ops = s.operations()
	var err error
	s.sockets, err = socket.NewServer(socket.Options{MaxMessage: xinshu.MaxFrame, MaxPartial: opt.MaxPartial, MaxQueued: opt.MaxQueued,
		UnsentLimit: opt.UnsentLimit, Log: opt.Log, Admit: s.admit})
	if err != nil {
		return nil, err
	}
	s.hub = NewHub(s.members, opt.Log)
	s.unsubscribe = opt.Bus.Subscribe(s.hub.Publish)
	return s, nil
}

// members is what the hub reads to know who may hear a conversation.
func (s *Service) members(ctx context.Context, id xinshu.ConversationID) (people []conversation.Reader, rev int64, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		people, rev, err = s.opt.Conversations.Readers(tx, id)
		return err
	})
	return people, rev, err
}

// Shutdown says goodbye to every client with 4000 and ends the stream's goroutines; clients that do not answer before ctx ends
// are cut.
func (s *Service) Shutdown(ctx context.Context) error {
	err := s.sockets.Shutdown(ctx)
	s.unsubscribe()
	return errors.Join(err, s.hub.Close())
}

// Sessions returns how many sessions are connected.
func (s *Service) Sessions() int { return s.hub.Sessions() }

// Stats returns the counters of the sockets.
func (s *Service) Stats() socket.Stats { return s.sockets.Stats() }

// Doors declares the stream and its operations.
func (s *Service) Doors(r *door.Registry) {
	r.Plain(door.Door{Name: "stream", Method: "GET", Path: "/api/v1/stream", Policy: door.Anonymous, Hidden: true,
		Summary: "The stream of operations and events (WebSocket)"}, s.accept)
	for _, name := range operationNames {
		op := s.ops[name]
		r.Op(door.Door{Name: "stream." + name, Op: name, Policy: door.SignedIn, Object: op.object, Summary: op.summary})
	}
}

// accept opens a stream. The policy is decided here and not by the door: a browser is told by a close code, because it cannot
// see the status of a refused handshake.
func (s *Service) accept(w http.ResponseWriter, r *http.Request, _ xinshu.Actor) error {
	if err := s.sockets.CheckRequest(r); err != nil {
		return handshake(w, err)
	}
	byCookie := r.Header.Get("Cookie") != "" && r.Header.Get("Authorization") == ""
	if (byCookie || len(r.Header["Origin"]) > 0) && !s.opt.SameOrigin(r) {
		return xinshu.Errorf(xinshu.ForeignOrigin, "Pages of another origin may not open the stream.")
	}
	actor, err := s.opt.Identity.Authenticate(r)
	if err == nil && actor.IsAnonymous() {
		err = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	}
	if err != nil {
		if code := xinshu.CodeOf(err); code != xinshu.Unauthenticated && code != xinshu.SessionEnded {
			return err
		}
		conn, uerr := s.sockets.Upgrade(w, r, nil, refused{}, nil)
		if uerr != nil {
			return handshake(w, uerr)
		}
		conn.Close(codeNotAuthenticated, "not authenticated")
		return nil
	}
	if err := s.opt.Memory.Admit(); err != nil {
		return err
	}
	if err := s.streams.take(actor.Person); err != nil {
		return err
	}
	if _, err := s.sockets.Upgrade(w, r, nil, handler{s}, &session{actor: actor}); err != nil {
		s.streams.leave(actor.Person)
		return handshake(w, err)
	}
	return nil
}

// refused hears nothing of a stream that is closed as soon as it is open.
type refused struct{}

func (refused) Message(*socket.Conn, []byte)    {}
func (refused) Closed(*socket.Conn, int, error) {}

// handshake answers a request that cannot become a WebSocket; other errors go on.
func handshake(w http.ResponseWriter, err error) error {
	var he *socket.HandshakeError
	if !errors.As(err, &he) {
		return err
	}
	for name, values := range he.Header {
		w.Header()[name] = values
	}
	p := &door.Problem{Status: he.Status, Code: xinshu.Invalid, Title: http.StatusText(he.Status), Detail: he.Detail}
	if he.Status == http.StatusServiceUnavailable {
		p.Code, p.RetryAfter = xinshu.Unavailable, 1
	}
	door.WriteProblem(w, p)
	return nil
}

// handler gives a connection's messages to the operations.
type handler struct{ s *Service }

// Quick handles posts, which never wait.
func (h handler) Quick(c *socket.Conn, payload []byte) bool {
	sess, ok := c.Data().(*session)
	if !ok || sess.ended.Load() {
		return false
	}
	id, in, ok := walkPost(payload)
	if ok {
		h.s.quickPost(sess, id, in)
	}
	return ok
}

// Message handles one frame. It runs on the socket's goroutine, one frame of a session at a time.
func (h handler) Message(c *socket.Conn, payload []byte) {
	sess, ok := c.Data().(*session)
	if !ok || sess.ended.Load() {
		return
	}
	if id, in, ok := walkPost(payload); ok {
		h.s.quickPost(sess, id, in)
		return
	}
	r, err := parseRequest(payload)
	if err != nil {
		c.Write(socket.AppendTextFrame(nil, errorFrame(r.ID, door.ProblemOf(err, h.s.opt.Log, "stream"))))
		c.Close(codeProtocol, "not a request")
		return
	}
	h.s.handle(sess, r)
}

// Closed forgets the session.
func (h handler) Closed(c *socket.Conn, _ int, err error) {
	sess, ok := c.Data().(*session)
	if !ok {
		return
	}
	if err != nil {
		h.s.opt.Log.Debug("stream ended", "session", sess.actor.Session.String(), "error", err)
	}
	sess.ended.Store(true)
	h.s.streams.leave(sess.actor.Person)
	if sess.shard != nil {
		h.s.left(sess)
	}
}

// admit bounds the frames of a session.
func (s *Service) admit(c *socket.Conn, _ int) bool {
	sess, ok := c.Data().(*session)
	if !ok {
		return true
	}
	if sess.conn == nil { // the first frame: nobody else knows the session yet
		sess.conn = c
	}
	if sess.frames.Take(s.opt.Frames, s.opt.Clock.Now().Sub(s.began)) > 0 {
		sess.end(nil, codeRate, "1")
		return false
	}
	return true
}

// timeout bounds an operation that waits for the database.
const timeout = 30 * time.Second
