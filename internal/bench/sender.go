package bench

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// firstID is the id of a sender's first post. All its ids have the same number of digits, so that a frame is made once and
// only its id and client_id are written anew for each post.
const firstID = 1_000_000

// maxOutstanding bounds what one sender waits for at a fixed rate; what is due beyond that is sent later, and its clock runs.
const maxOutstanding = 1024

// sender posts into one group. Its client's reading goroutine calls answered, any other post; mu keeps them apart.
type sender struct {
	c     *conn
	frame []byte   // header and text, with places for id and client_id
	idAt  int      // place of the id
	keyAt int      // place of the client_id
	wordy int      // place of the text
	texts [][]byte // what is said in turn, as long as text200; none: that

	mu       sync.Mutex
	key      [16]byte              // UUIDv7; the random part counts up
	next     int                   // posts so far
	due      [maxOutstanding]int64 // Unix ns when post n was due, at n % maxOutstanding
	answers  int
	failed   int64
	lats     latencies
	from     int64 // Unix ns: posts due before are not measured
	until    int64 // Unix ns: answers after are not measured
	finished bool  // at saturation: nothing is posted any more
	err      error
}

func newSender(c *conn, group string) (*sender, error) {
	s := &sender{c: c}
	if _, err := rand.Read(s.key[:]); err != nil {
		return nil, err
	}
	text := fmt.Sprintf(`{"id":%d,"op":"post","in":{"conversation_id":"%s","client_id":"`, firstID, group)
	const between = `","content":{"type":"text","text":"`
	after := between + text200 + `"}}}`
	s.frame = appendClientHeader(nil, len(text)+36+len(after))
	s.idAt = len(s.frame) + len(`{"id":`)
	s.frame = append(s.frame, text...)
	s.keyAt = len(s.frame)
	s.wordy = s.keyAt + 36 + len(between)
	s.frame = append(append(s.frame, make([]byte, 36)...), after...)
	return s, nil
}

// post sends one message that was due at the given Unix ns. mu is held.
func (s *sender) post(due int64) {
	s.stamp(due)
	if err := s.c.write(s.frame); err != nil && s.err == nil {
		s.err = err
	}
}

// stamp makes frame the next message. mu is held.
func (s *sender) stamp(due int64) {
	s.due[s.next%maxOutstanding] = due
	strconv.AppendInt(s.frame[:s.idAt], int64(firstID+s.next), 10)
	if len(s.texts) > 0 {
		copy(s.frame[s.wordy:], s.texts[s.next%len(s.texts)])
	}
	s.next++
	binary.BigEndian.PutUint64(s.key[:], uint64(due/1e6)<<16|0x7000)
	binary.BigEndian.PutUint64(s.key[8:], 1<<63|(binary.BigEndian.Uint64(s.key[8:])+1)&(1<<62-1))
	appendUUID(s.frame[:s.keyAt], s.key)
}

// appendUUID appends the text form of a UUID.
func appendUUID(dst []byte, b [16]byte) []byte {
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// answered takes the answer to a post; at saturation the next post follows at once.
func (s *sender) answered(id int, ok bool, at time.Time, saturate bool) {
	now := at.UnixNano()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers++
	if !ok {
		s.failed++
	}
	if d := s.due[(id-firstID)%maxOutstanding]; ok && d >= s.from && now <= s.until {
		s.lats = append(s.lats, time.Duration(now-d))
	}
	if saturate && !s.finished {
		if now = time.Now().UnixNano(); now < s.until {
			s.post(now)
		} else {
			s.finished = true
		}
	}
}

// takeLatencies returns what was measured since the last call.
func (s *sender) takeLatencies() latencies {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.lats
	s.lats = nil
	return out
}

// idle says whether nothing is outstanding and nothing will be sent.
func (s *sender) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next == s.answers
}

// pace posts at a fixed rate over all senders, each in its turn, until end: whatever is due at a tick of a millisecond.
func pace(ctx context.Context, senders []*sender, rate float64, end time.Time) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	began, n := time.Now(), 0
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		now := time.Now() // a tick may have waited
		if !now.Before(end) {
			return nil
		}
		for ; ; n++ {
			due := began.Add(time.Duration(float64(n) / rate * float64(time.Second)))
			if due.After(now) {
				break
			}
			s := senders[n%len(senders)]
			s.mu.Lock()
			full := s.next-s.answers >= maxOutstanding
			if !full {
				s.post(due.UnixNano())
			}
			s.mu.Unlock()
			if full {
				return errors.New("the server answers too slowly: 1024 posts of one sender outstanding")
			}
		}
	}
}
