package realtime

import (
	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door/manual"
	"github.com/xinshu-im/xinshu/internal/later"
	"github.com/xinshu-im/xinshu/internal/message"
)

// signedOutData is the data of the event "signed_out".
type signedOutData struct {
	Reason string `json:"reason,omitempty" doc:"signed_out, ended, too_many, password, suspended, departed, idle, expired; absent when an import ended it"`
}

// Manual describes the stream for people who read.
func (s *Service) Manual() manual.Stream {
	out := manual.Stream{Path: "/api/v1/stream", Subprotocol: "xinshu.v1"}
	for _, name := range operationNames {
		op := s.ops[name]
		out.Operations = append(out.Operations, manual.Operation{Name: name, Summary: op.summary, In: op.in, Out: op.out})
	}
	out.Events = []manual.Event{
		{Name: xinshu.EventMessage, When: "A message was posted, or the system wrote one", Data: message.Message{}},
		{Name: xinshu.EventMessageChanged, When: "A message was edited or recalled, or its reactions changed", Data: message.Message{}},
		{Name: xinshu.EventRead, When: "The same person has read on another device", Data: conversation.ReadState{}},
		{Name: xinshu.EventReceipt, When: "Somebody has read; once a second at most, to those who watch the conversation", Data: message.ReceiptEvent{}},
		{Name: xinshu.EventMember, When: "Somebody came, went, or has another role", Data: conversation.MemberView{}},
		{Name: xinshu.EventConversation, When: "The conversation itself changed, or one came into or left it", Data: conversation.SettingsView{}},
		{Name: xinshu.EventTyping, When: "Somebody types; to those who watch the conversation", Data: typingOut{}},
		{Name: xinshu.EventPresence, When: "Somebody connected or left; to those who watch the conversation", Data: presenceOut{}},
		{Name: xinshu.EventLater, When: "The person's list for later changed on one of her devices, or a reminder is due", Data: later.Event{}},
		{Name: xinshu.EventSignedOut, When: "The session ended; the stream closes with 4002", Data: signedOutData{}},
	}
	out.Closes = []manual.Close{
		{Code: codeGoingAway, Meaning: "the server stops", Act: "reconnect after a random pause, at most as many seconds as the reason says"},
		{Code: codeNotAuthenticated, Meaning: "no valid session", Act: "do not reconnect; sign in"},
		{Code: codeSessionEnded, Meaning: "the session ended", Act: "do not reconnect; sign in"},
		{Code: codeSlow, Meaning: "the client does not read fast enough", Act: "reconnect, say hello with the last cursor"},
		{Code: codeProtocol, Meaning: "a frame that is no request", Act: "do not reconnect; mend the client"},
		{Code: codeRate, Meaning: "too many operations, and refusals not heeded", Act: "reconnect after as many seconds as the reason says"},
	}
	return out
}
