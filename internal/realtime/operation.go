package realtime

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// operation is one op of the protocol. run returns what is answered; nil and no error answers nothing, because run does it
// later or because the protocol has no answer.
type operation struct {
	object  door.Object
	summary string
	in, out any // examples of the types, for the manual; nil: nothing
	run     func(ctx context.Context, s *session, r request) (any, error)
}

// operationNames is the table of contents of the stream.
var operationNames = []string{"hello", "post", "read", "typing", "watch", "ping"}

func (s *Service) operations() map[string]operation {
	return map[string]operation{
		"hello":  {door.Nothing, "Say where one was, hear what changed since, let events flow", helloIn{}, helloOut{}, s.hello},
		"post":   {door.Conversation, "Post a message", postIn{}, postOut{}, s.post},
		"read":   {door.Conversation, "Say how far one has read", readIn{}, struct{}{}, s.read},
		"typing": {door.Conversation, "Say that one types; every few seconds, not for each key", typingIn{}, nil, s.typing},
		"watch":  {door.Conversation, "Say which conversation is on screen: its typing, receipts and presence are heard", watchIn{}, watchOut{}, s.watch},
		"ping": {door.Nothing, "Ask for a sign of life", nil, struct{}{},
			func(context.Context, *session, request) (any, error) { return struct{}{}, nil }},
	}
}

// handle runs one request and answers it.
func (s *Service) handle(sess *session, r request) {
	if !s.grant(sess, r) {
		return
	}
	op, ok := s.ops[r.Op]
	if !ok {
		s.refuse(sess, r, xinshu.Errorf(xinshu.Invalid, "There is no such operation."))
		return
	}
	if r.Op != "hello" && r.Op != "ping" && sess.shard == nil {
		s.refuse(sess, r, errNoHello)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	out, err := op.run(ctx, sess, r)
	switch {
	case err != nil:
		s.refuse(sess, r, err)
	case out != nil:
		s.answer(sess, r, out)
	}
}

var errNoHello = xinshu.Errorf(xinshu.Invalid, "The first operation is hello.")

// patience is how many refusals in a row a client may ignore before it is disconnected.
const patience = 200

// grant says whether a session's person may have one more operation; if not, it has been told.
func (s *Service) grant(sess *session, r request) bool {
	err := s.opt.Quota.Take(sess.actor.Person)
	if err == nil {
		sess.refusals = 0
		return true
	}
	if sess.refusals++; sess.refusals > patience {
		sess.end(nil, codeRate, "1") // an allowance begins to come back within a second
	} else {
		s.refuse(sess, r, err)
	}
	return false
}

func (s *Service) refuse(sess *session, r request, err error) {
	p := door.ProblemOf(err, s.opt.Log, "stream."+r.Op)
	sess.conn.Write(socket.AppendTextFrame(nil, errorFrame(r.ID, p)))
}

func (s *Service) answer(sess *session, r request, out any) {
	frame, err := okFrame(r.ID, out)
	if err != nil {
		s.refuse(sess, r, err)
		return
	}
	sess.conn.Write(socket.AppendTextFrame(nil, frame))
}

// helloIn is the input of hello.
type helloIn struct {
	Since *string `json:"since,omitempty" doc:"cursor of the last hello; null or absent the first time"`
}

// helloOut answers hello.
type helloOut struct {
	Session    xinshu.SessionID    `json:"session"`
	Cursor     string              `json:"cursor" doc:"For the next hello, once the heads are applied"`
	Heads      []conversation.Head `json:"heads" doc:"Conversations that changed since, at most 50"`
	Full       bool                `json:"full" doc:"Too much changed, or the first time: fetch GET /api/v1/conversations"`
	ServerTime xinshu.Millis       `json:"server_time"`
}

func (s *Service) hello(ctx context.Context, sess *session, r request) (any, error) {
	in, err := input[helloIn](r)
	if err != nil {
		return nil, err
	}
	if sess.shard != nil {
		return nil, xinshu.Errorf(xinshu.Invalid, "hello was said before.")
	}
	rooms, err := s.rooms(ctx, sess.actor.Person)
	if err != nil {
		return nil, err
	}
	first := s.hub.add(sess, rooms)
	// The session may have ended since the handshake: what was published before add found no session to close.
	if err := s.opt.Identity.StillValid(ctx, sess.actor.Session); err != nil {
		sess.end(nil, codeSessionEnded, "session ended")
		return nil, nil
	}
	since := ""
	if in.Since != nil {
		since = *in.Since
	}
	h, err := s.opt.Conversations.HelloHeads(ctx, sess.actor, since)
	if err != nil {
		return nil, err
	}
	out := helloOut{Session: sess.actor.Session, Cursor: h.Cursor, Heads: h.Heads, Full: h.Full, ServerTime: xinshu.MillisOf(s.opt.Clock.Now())}
	frame, err := okFrame(r.ID, out)
	if err != nil {
		return nil, err
	}
	s.hub.attach(sess, socket.AppendTextFrame(nil, frame))
	if first {
		s.presence(sess.actor.Person, rooms, true)
	}
	return nil, nil
}

// readIn is the input of read.
type readIn struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Seq            int64                 `json:"seq" doc:"The newest message that was read"`
}

func (s *Service) read(ctx context.Context, sess *session, r request) (any, error) {
	in, err := input[readIn](r)
	if err != nil {
		return nil, err
	}
	if _, err := s.opt.Conversations.Read(ctx, sess.actor, in.ConversationID, in.Seq); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}
