package e2e

import (
	"fmt"
	"maps"
	"sync"
)

// sent is a message that a writer handed to the server at least once.
type sent struct {
	conversation, clientID, text, sender string
}

// ack is the server's word that a message is stored.
type ack struct{ seq, rev int64 }

// ledger is what clients did and what the server promised them: the truth that survives every crash.
type ledger struct {
	mu       sync.Mutex // guards the fields below
	sent     map[string]sent
	acked    map[string]ack
	read     map[[2]string]int64 // person, conversation → largest acknowledged read position
	troubles []string
}

func newLedger() *ledger {
	return &ledger{sent: map[string]sent{}, acked: map[string]ack{}, read: map[[2]string]int64{}}
}

func (l *ledger) send(m sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[m.clientID] = m
}

// ack notes an acknowledgement; a second one for the same message must say the same.
func (l *ledger) ack(clientID string, a ack) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old, ok := l.acked[clientID]; ok && old != a {
		l.troubles = append(l.troubles, fmt.Sprintf("%s was acknowledged as %+v, then as %+v", clientID, old, a))
	}
	l.acked[clientID] = a
}

func (l *ledger) readAcked(person, conversation string, seq int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := [2]string{person, conversation}
	l.read[k] = max(l.read[k], seq)
}

func (l *ledger) trouble(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.troubles = append(l.troubles, fmt.Sprintf(format, args...))
}

// acks returns how many messages were acknowledged so far.
func (l *ledger) acks() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// verify compares a conversation's history with the ledger: everything acknowledged is there, where the server said; nothing
// is there twice; nothing is there that nobody sent; seq has no hole.
func (l *ledger) verify(conversation string, history []message) (troubles []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bad := func(format string, args ...any) {
		if len(troubles) < 20 {
			troubles = append(troubles, conversation+": "+fmt.Sprintf(format, args...))
		}
	}
	open := maps.Clone(l.acked)
	seen := map[string]int64{}
	for i, m := range history {
		if m.Seq != int64(i)+1 {
			bad("place %d holds seq %d", i+1, m.Seq)
			return troubles
		}
		if m.Content.Type == "system" {
			continue
		}
		if first, ok := seen[m.ClientID]; ok {
			bad("%s is stored at %d and at %d", m.ClientID, first, m.Seq)
		}
		seen[m.ClientID] = m.Seq
		s, ok := l.sent[m.ClientID]
		if !ok || s.conversation != conversation || s.text != m.Content.Text || m.Sender == nil || s.sender != m.Sender.ID {
			bad("seq %d holds what nobody sent: %+v", m.Seq, m)
		}
		if a, ok := open[m.ClientID]; ok && a.seq != m.Seq {
			bad("%s was acknowledged as seq %d and stands at %d", m.ClientID, a.seq, m.Seq)
		}
		delete(open, m.ClientID)
	}
	for id, a := range open {
		if l.sent[id].conversation == conversation {
			bad("lost: %s, acknowledged as seq %d", id, a.seq)
		}
	}
	return troubles
}
