package message

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
)

// post is one message on its way into the log. What does not need the transaction is done before, by the caller's goroutine.
type post struct {
	actor        xinshu.Actor
	conversation xinshu.ConversationID
	sender       xinshu.PersonID
	key          []byte
	clientID     string
	hash         []byte
	content      textContent
	excerpt      string // of a text that mentions nobody by name
	replyTo      int64
	quotes       *post         // instead, one before in the same batch
	sent         xinshu.Millis // 0: now; imports bring their own
	imported     bool          // the sender need not be a member, and nobody is told message by message

	out Posted // set anew by every attempt
}

func (p *post) memberKey() conversation.MemberKey {
	return conversation.MemberKey{Conversation: p.conversation, Person: p.sender}
}

// Post appends a message and returns after it is durable. Errors: [xinshu.NotFound] for who is not a member and for a quote
// that she cannot read; [xinshu.NotAMember] for channels; [xinshu.Forbidden] when the conversation is archived, only admins may
// post, or only admins may mention everybody; [xinshu.Conflict] for a client_id that was used for something else;
// [xinshu.Invalid] and [xinshu.TooLarge] for malformed drafts; [xinshu.Unavailable] when nothing was stored and a repetition with
// the same client_id is safe.
func (s *Service) Post(ctx context.Context, actor xinshu.Actor, d Draft) (Posted, error) {
	p, err := s.prepare(actor, d)
	if err != nil {
		return Posted{}, err
	}
	if err := s.posts.Do(ctx, p); err != nil {
		return Posted{}, err
	}
	return p.out, nil
}

// PostAsync is [Service.Post] for callers that go on meanwhile. done is called once: at once for a malformed draft, else by the
// committer, so it must be quick. Posts of one conversation keep the order in which they were handed in.
func (s *Service) PostAsync(ctx context.Context, actor xinshu.Actor, d Draft, done func(Posted, error)) {
	p, err := s.prepare(actor, d)
	if err != nil {
		done(Posted{}, err)
		return
	}
	s.posts.Submit(ctx, p, func(err error) {
		if err != nil {
			done(Posted{}, err)
			return
		}
		done(p.out, nil)
	})
}

func (s *Service) prepare(actor xinshu.Actor, d Draft) (*post, error) {
	if actor.Person == 0 {
		return nil, errAnonymous
	}
	if err := conversation.CheckClientID(d.ClientID); err != nil {
		return nil, err
	}
	if d.ReplyTo < 0 {
		return nil, errNoMessage
	}
	c, err := newText(d.Text)
	if err != nil {
		return nil, err
	}
	p := &post{actor: actor, conversation: d.Conversation, sender: actor.Person, content: c, replyTo: d.ReplyTo}
	p.key, p.clientID = clientKey(d.ClientID)
	if len(c.mentions) == 0 {
		p.excerpt = excerpt(c.text, nil)
	}
	p.hash = requestHash(typeText, c.json, d.ReplyTo)
	return p, nil
}
