package realtime

import (
	"context"
	"encoding/json"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// maxPresence bounds the people whose presence a watcher hears: in larger conversations nobody looks at it.
const maxPresence = 200

// typingIn is the input of typing.
type typingIn struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
}

// typingOut is the data of the event "typing".
type typingOut struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Person         xinshu.PersonID       `json:"person"`
}

func (s *Service) typing(ctx context.Context, sess *session, r request) (any, error) {
	in, err := input[typingIn](r)
	if err != nil {
		return nil, err
	}
	a, err := s.access(ctx, sess, in.ConversationID)
	if err != nil {
		return nil, err
	}
	return nil, s.tell(a, xinshu.EventTyping, typingOut{in.ConversationID, sess.actor.Person})
}

// watchIn is the input of watch.
type watchIn struct {
	ConversationID *xinshu.ConversationID `json:"conversation_id,omitempty" doc:"null or absent: none"`
}

// watchOut answers watch.
type watchOut struct {
	Online []xinshu.PersonID `json:"online" doc:"Members who are connected; empty in conversations of more than 200"`
}

// watch tells the hub what is on screen; no conversation_id is none. It answers who of a small conversation is connected.
func (s *Service) watch(ctx context.Context, sess *session, r request) (any, error) {
	in, err := input[watchIn](r)
	if err != nil {
		return nil, err
	}
	if in.ConversationID == nil {
		s.hub.watch(sess, 0)
		return watchOut{[]xinshu.PersonID{}}, nil
	}
	if _, err := s.access(ctx, sess, *in.ConversationID); err != nil {
		return nil, err
	}
	people, _, err := s.members(ctx, *in.ConversationID)
	if err != nil {
		return nil, err
	}
	s.hub.watch(sess, *in.ConversationID)
	if len(people) > maxPresence {
		people = nil
	}
	return watchOut{s.hub.Online(people)}, nil
}

// presenceOut is the data of the event "presence".
type presenceOut struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Person         xinshu.PersonID       `json:"person"`
	Online         bool                  `json:"online"`
}

// presence tells who has a conversation of person on screen that she came or went. Presence is never stored.
func (s *Service) presence(person xinshu.PersonID, rooms []Room, online bool) {
	for _, room := range rooms {
		if !s.hub.watched(room.ID) {
			continue
		}
		a := conversation.Access{ID: room.ID, MemberRev: room.MemberRev}
		if err := s.tell(a, xinshu.EventPresence, presenceOut{room.ID, person, online}); err != nil {
			s.opt.Log.Error("tell presence", "error", err)
			return
		}
	}
}

// rooms returns where a person belongs.
func (s *Service) rooms(ctx context.Context, person xinshu.PersonID) (rooms []Room, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.opt.Conversations.Memberships(tx, person)
		rooms = make([]Room, len(list))
		for i, m := range list {
			rooms[i] = Room{m.Conversation, m.MemberRev, m.FirstSeq}
		}
		return err
	})
	return rooms, err
}

// left forgets a session and tells, if it was the person's last.
func (s *Service) left(sess *session) {
	if !s.hub.remove(sess) {
		return
	}
	ctx, cancel := context.WithTimeout(s.hub.ctx, timeout)
	defer cancel()
	rooms, err := s.rooms(ctx, sess.actor.Person)
	if err != nil {
		if s.hub.ctx.Err() == nil {
			s.opt.Log.Error("presence of who left", "error", err)
		}
		return
	}
	s.presence(sess.actor.Person, rooms, false)
}

// tell publishes something fleeting to the watchers of a conversation on every node.
func (s *Service) tell(a conversation.Access, kind string, data any) error {
	text, err := json.Marshal(struct {
		Event string `json:"event"`
		Data  any    `json:"data"`
	}{kind, data})
	if err != nil {
		return err
	}
	s.opt.Bus.Publish(xinshu.Event{Conversation: a.ID, MemberRev: a.MemberRev, Kind: kind, Frame: text, Watchers: true, Volatile: true})
	return nil
}

// access asks whether the session's person may read a conversation now.
func (s *Service) access(ctx context.Context, sess *session, id xinshu.ConversationID) (a conversation.Access, err error) {
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a, err = s.opt.Conversations.ForReading(tx, sess.actor, id)
		return err
	})
	return a, err
}
