package realtime

import (
	"context"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// postOut answers post.
type postOut struct {
	Seq    int64         `json:"seq"`
	Rev    int64         `json:"rev"`
	SentAt xinshu.Millis `json:"sent_at"`
}

// postIn is the input of post: the body of POST …/messages and where.
type postIn struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	ClientID       string                `json:"client_id" doc:"Makes repetitions harmless for ever; a UUIDv7 is best"`
	Content        message.Content       `json:"content"`
	ReplyTo        int64                 `json:"reply_to,omitempty" doc:"seq of the quoted message"`
}

// post takes a post that [walkPost] did not read.
func (s *Service) post(_ context.Context, sess *session, r request) (any, error) {
	in, err := input[postIn](r)
	if err != nil {
		return nil, err
	}
	s.submit(sess, r.ID, in)
	return nil, nil
}

// quickPost is [Service.handle] for what [walkPost] has read.
func (s *Service) quickPost(sess *session, id int64, in postIn) {
	r := request{ID: id, Op: "post"}
	switch {
	case !s.grant(sess, r):
	case sess.shard == nil:
		s.refuse(sess, r, errNoHello)
	default:
		s.submit(sess, id, in)
	}
}

const (
	postCost   = 1 << 10 // bytes that a post holds beside its text until it is stored
	textWeight = 4       // bytes for each of its text: as it came, as JSON, in the statement, as event
)

// submit hands a post to the log. The answer goes through the session's shard, so that it shares a write with the events of the
// same commit.
func (s *Service) submit(sess *session, id int64, in postIn) {
	if in.Content.Type != "text" {
		s.refuse(sess, request{ID: id, Op: "post"}, xinshu.Errorf(xinshu.Invalid, "The content's type must be text."))
		return
	}
	held := int64(postCost + len(in.Content.Text)*textWeight)
	if err := s.opt.Memory.Take(held); err != nil {
		s.refuse(sess, request{ID: id, Op: "post"}, err)
		return
	}
	draft := message.Draft{Conversation: in.ConversationID, ClientID: in.ClientID, Text: in.Content.Text, ReplyTo: in.ReplyTo}
	// Detached: who disconnects now may find the message stored, and repeats it safely with the same client_id.
	s.opt.Messages.PostAsync(context.Background(), sess.actor, draft, func(p message.Posted, err error) {
		s.opt.Memory.Give(held)
		var frame []byte
		if err != nil {
			frame = errorFrame(id, door.ProblemOf(err, s.opt.Log, "stream.post"))
		} else {
			frame = appendPosted(make([]byte, 0, 96), id, p)
		}
		sess.shard.put(task{answer: sess, chunk: socket.AppendTextFrame(make([]byte, 0, len(frame)+8), frame)})
	})
}

// appendPosted appends the answer to a post as encoding/json would write it with a [postOut].
func appendPosted(b []byte, id int64, p message.Posted) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, id, 10)
	b = append(b, `,"ok":{"seq":`...)
	b = strconv.AppendInt(b, p.Seq, 10)
	b = append(b, `,"rev":`...)
	b = strconv.AppendInt(b, p.Rev, 10)
	b = append(b, `,"sent_at":"`...)
	return append(p.SentAt.AppendText(b), `"}}`...)
}
