package xinshu

// Event is what a committed act tells the people who are connected. Fan-out may lose or reorder events; the store may not,
// and clients that see a jump in seq or rev ask the store.
type Event struct {
	Conversation ConversationID `json:"conversation,omitempty"` // 0: addressed to People
	MemberRev    int64          `json:"member_rev,omitempty"`   // the conversation's member_rev in the act's transaction
	People       []PersonID     `json:"people,omitempty"`       // addressees; with a Conversation: only those of its members
	Session      SessionID      `json:"session,omitempty"`      // with Kind EventSignedOut: the session that ended; 0: all of People
	Kind         string         `json:"kind"`                   // value of "event" in the frame
	Frame        []byte         `json:"frame,omitempty"`        // the whole JSON text {"event":…,"data":…}; shared, never modified
	Oldest       int64          `json:"oldest,omitempty"`       // with Watchers: oldest message that the frame tells of; only for members whose window has it
	Watchers     bool           `json:"watchers,omitempty"`     // only for sessions that watch the conversation
	Volatile     bool           `json:"volatile,omitempty"`     // may be dropped for a session whose queue is long
}

// Kinds of events, the value of "event" in frames to clients.
const (
	EventMessage        = "message"
	EventMessageChanged = "message_changed"
	EventRead           = "read"
	EventReceipt        = "receipt"
	EventMember         = "member"
	EventConversation   = "conversation"
	EventTyping         = "typing"
	EventPresence       = "presence"
	EventSignedOut      = "signed_out"
	EventPerson         = "person"
	EventLater          = "later"
)
