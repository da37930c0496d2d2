package bench

import (
	"bytes"
	"sync"
	"time"
)

// sendTimes remembers when messages were due, by client_id, and then by seq, so that each client looks the text up once.
type sendTimes struct {
	mu    sync.RWMutex
	byKey map[string]int64
	bySeq map[int64]int64
}

func newSendTimes() *sendTimes {
	return &sendTimes{byKey: map[string]int64{}, bySeq: map[int64]int64{}}
}

func (s *sendTimes) put(key string, at int64) {
	s.mu.Lock()
	s.byKey[key] = at
	s.mu.Unlock()
}

// get returns when the message in an event was due; 0 if it is not one of ours.
func (s *sendTimes) get(seq int64, text []byte) int64 {
	s.mu.RLock()
	at, ok := s.bySeq[seq]
	s.mu.RUnlock()
	if ok {
		return at
	}
	at = s.due(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bySeq[seq] = at
	return at
}

// due is get for messages of many conversations, whose seqs repeat.
func (s *sendTimes) due(text []byte) int64 {
	_, rest, _ := bytes.Cut(text, []byte(`"client_id":"`))
	if len(rest) < 36 {
		return 0
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byKey[string(rest[:36])]
}

func postInputKeyed(group string) (in, key string) {
	key = uuid7(time.Now())
	return `{"conversation_id":"` + group + `","client_id":"` + key + `","content":{"type":"text","text":"` + text200 + `"}}`, key
}
