package conversation

import (
	"encoding/json"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// maxShown bounds the people that an event or a system message names; both say how many there are.
const maxShown = 20

// Name is a person in few words.
type Name struct {
	ID   xinshu.PersonID `json:"id"`
	Name string          `json:"name"`
}

// MemberView is a change of membership as members see it, in the event "member" and among the changes.
type MemberView struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Rev            int64                 `json:"rev"`
	At             xinshu.Millis         `json:"at"`
	MemberRev      int64                 `json:"member_rev,omitempty" doc:"In events only"`
	MemberCount    int64                 `json:"member_count,omitempty" doc:"In events only"`
	Kind           string                `json:"kind" enum:"joined,added,left,removed,role"`
	Role           Role                  `json:"role,omitempty"`
	Actor          *Name                 `json:"actor" doc:"Who did it; null for the system"`
	People         []org.PersonBrief     `json:"people" doc:"The first 20"`
	Count          int                   `json:"count" doc:"How many people it is about"`
}

// SettingsView is what the event "conversation" says about a conversation, and the payload of its change.
type SettingsView struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Rev            int64                 `json:"rev,omitempty"`
	Change         string                `json:"change" enum:"created,renamed,purpose,settings,archived,restored,pinned,unpinned,imported,joined,left,mine"`
	Name           string                `json:"name,omitempty"`
	Purpose        string                `json:"purpose,omitempty"`
	History        History               `json:"history,omitempty"`
	PostRight      Right                 `json:"post_right,omitempty"`
	AllRight       Right                 `json:"all_right,omitempty"`
	ArchivedAt     xinshu.Millis         `json:"archived_at,omitempty"`
	Seq            int64                 `json:"seq,omitempty" doc:"With pinned and unpinned: the message"`
	Muted          bool                  `json:"muted,omitempty" doc:"With mine"`
	Pinned         bool                  `json:"pinned,omitempty" doc:"With mine"`
	PersonRev      int64                 `json:"person_rev,omitempty" doc:"With mine"`
}

// Frame encodes an event for clients.
func Frame(kind string, data any) ([]byte, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", kind, err)
	}
	b := make([]byte, 0, len(text)+len(kind)+24)
	b = append(b, `{"event":"`...)
	b = append(b, kind...)
	b = append(b, `","data":`...)
	b = append(b, text...)
	return append(b, '}'), nil
}

// publish sends e with data as its frame once tx is durable.
func (s *Service) publish(tx *db.Tx, e xinshu.Event, data any) error {
	frame, err := Frame(e.Kind, data)
	if err != nil {
		return err
	}
	e.Frame = frame
	tx.AfterCommit(func() { s.opt.Bus.Publish(e) })
	return nil
}

// memberChanged stores a change of membership, announces it in the conversation and tells everybody.
func (s *Service) memberChanged(tx *db.Tx, st *State, actor xinshu.Actor, change MemberChange) error {
	rev, err := s.AppendChange(tx, st, actor, ChangeMember, 0, change)
	if err != nil {
		return err
	}
	shown := change.People[:min(maxShown, len(change.People))]
	names, err := s.names(tx, actor, shown)
	if err != nil {
		return err
	}
	a := Announcement{Kind: change.Kind, Actor: names.actor(actor), People: names.of(shown), Count: len(change.People), Role: change.Role}
	if err := s.log.Announce(tx, st, actor, a.complete()); err != nil {
		return err
	}
	view := MemberView{ConversationID: st.ID, Rev: rev, At: st.UpdatedAt, MemberRev: st.MemberRev, MemberCount: st.MemberCount,
		Kind: change.Kind, Role: change.Role, Actor: names.actor(actor), People: names.briefs(shown), Count: len(change.People)}
	if err := s.publish(tx, xinshu.Event{Conversation: st.ID, MemberRev: st.MemberRev, Kind: xinshu.EventMember}, view); err != nil {
		return err
	}
	personal := map[string]string{"joined": "joined", "added": "joined", "left": "left", "removed": "left"}[change.Kind]
	if personal == "" {
		return nil
	}
	return s.publish(tx, xinshu.Event{People: change.People, Kind: xinshu.EventConversation},
		SettingsView{ConversationID: st.ID, Change: personal})
}

// settingsChanged stores a change of the conversation itself, announces it and tells everybody.
func (s *Service) settingsChanged(tx *db.Tx, st *State, actor xinshu.Actor, change string) error {
	st.settings = true
	view := SettingsView{ConversationID: st.ID, Rev: st.Rev + 1, Change: change, Name: st.Name, Purpose: st.Purpose, History: st.History,
		PostRight: st.PostRight, AllRight: st.AllRight, ArchivedAt: st.ArchivedAt}
	kind := ChangeSettings
	if change == "created" {
		kind = ChangeCreated
	}
	if _, err := s.AppendChange(tx, st, actor, kind, 0, view); err != nil {
		return err
	}
	if st.Kind != Direct {
		names, err := s.names(tx, actor, nil)
		if err != nil {
			return err
		}
		a := Announcement{Kind: change, Actor: names.actor(actor), Name: st.Name}
		if change == "purpose" {
			a.Purpose = st.Purpose
		}
		if err := s.log.Announce(tx, st, actor, a.complete()); err != nil {
			return err
		}
	}
	return s.publish(tx, xinshu.Event{Conversation: st.ID, MemberRev: st.MemberRev, Kind: xinshu.EventConversation}, view)
}

// names are the briefs of the people that an act names.
type names map[xinshu.PersonID]org.PersonBrief

func (s *Service) names(tx *db.Tx, actor xinshu.Actor, people []xinshu.PersonID) (names, error) {
	ids := people
	if actor.Person != 0 {
		ids = append([]xinshu.PersonID{actor.Person}, people...)
	}
	if len(ids) == 0 {
		return names{}, nil
	}
	m, err := s.opt.Org.Briefs(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return m, nil
}

func (n names) brief(id xinshu.PersonID) org.PersonBrief {
	if b, ok := n[id]; ok {
		return b
	}
	return org.PersonBrief{ID: id, Kind: "person"}
}

func (n names) briefs(ids []xinshu.PersonID) []org.PersonBrief {
	out := make([]org.PersonBrief, len(ids))
	for i, id := range ids {
		out[i] = n.brief(id)
	}
	return out
}

func (n names) of(ids []xinshu.PersonID) []Name {
	out := make([]Name, len(ids))
	for i, id := range ids {
		out[i] = Name{id, n[id].Name}
	}
	return out
}

func (n names) actor(a xinshu.Actor) *Name {
	if a.Person == 0 {
		return nil
	}
	return &Name{a.Person, n[a.Person].Name}
}
