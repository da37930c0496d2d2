package realtime

import (
	"sync/atomic"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/quota"
	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// Close codes of the product's stream; see the protocol description.
const (
	codeGoingAway        = 4000
	codeNotAuthenticated = 4001
	codeSessionEnded     = 4002
	codeSlow             = 4003
	codeProtocol         = 4004
	codeRate             = 4008
)

// maxBacklog bounds what a session may hear between connecting and the answer to its hello, in bytes.
const maxBacklog = 256 << 10

// maxChunk bounds what is written at once, in bytes: half of what the socket queues for a client that reads slowly, so that
// such a client costs no more than that queue.
const maxChunk = 32 << 10

// behindBytes is the queue above which a session is spared what it can do without.
const behindBytes = 8 << 10

// session is one connected client. The fields of the second block belong to its shard's loop.
type session struct {
	conn     *socket.Conn
	actor    xinshu.Actor
	shard    *shard // set by Hub.add
	ended    atomic.Bool
	refusals int                   // in a row, for too many operations; belongs to the goroutine that handles the messages
	frames   quota.Bucket          // of any kind; likewise
	onScreen xinshu.ConversationID // guarded by Hub.mu

	live     bool // hello is answered
	gone     bool
	answered bool // an answer is among chunks: written before the others' events
	watching xinshu.ConversationID
	rooms    []*room  // with a seat of the session
	backlog  []byte   // before live: what waits
	chunks   [][]byte // what the round has for the session, shared bytes; lent by the shard
	size     int      // bytes of chunks
}

// end tells the client that its session ended; nothing that it sends afterwards counts.
func (s *session) end(chunk []byte, code int, reason string) {
	if s.ended.Swap(true) {
		return
	}
	s.conn.Write(chunk)
	s.conn.Close(code, reason)
}

// behind says that the client reads slowly.
func (s *session) behind() bool { return s.conn.Queued() > behindBytes }
