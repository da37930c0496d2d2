package socket

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Handler receives what a connection brings. Its methods run on the package's goroutines and may block: only their own
// connection waits.
type Handler interface {
	// Message takes one complete text message of valid UTF-8. Payload is valid, and may be changed, only during the call.
	Message(c *Conn, payload []byte)
	// Closed is the last call for c. Code is the one in the first close frame of either side, CodeAbnormal when there was
	// none; err is nil when a side closed of its own will.
	Closed(c *Conn, code int, err error)
}

// Quicker is a [Handler] that knows messages it can handle without waiting for anything but locks held shortly. Quick is
// asked before Message, on the same terms; true says that it has handled the message.
type Quicker interface {
	Quick(c *Conn, payload []byte) bool
}

// phase of a connection; it only grows.
const (
	phaseOpen    = iota
	phaseClosing // our close frame is written or queued: nothing is sent or delivered any more
	phaseGone    // the descriptor is given back
)

var (
	errSilent     = errors.New("silent for too long")
	errUnfinished = errors.New("message not finished in time")
	errStopping   = errors.New("server is stopping")
	errHandlers   = errors.New("handlers still run")
	errSlow       = errors.New("does not read fast enough")
	errAgain      = errors.New("nothing to read now")
)

// wire is the byte stream under a connection: an own descriptor in our epoll set, or a net.Conn with a goroutine.
// All methods but read are called with Conn.mu held and never block.
type wire interface {
	// write takes what goes without waiting.
	write(p []byte) (int, error)
	// queued says that c.q has bytes: the wire sees to it that c.flush is called.
	queued()
	// wake makes the holder of the turn look at c's phase.
	wake()
	// closeWrite tells the peer that nothing follows.
	closeWrite()
	// close gives the descriptor back; abort discards what the kernel still holds.
	close(abort bool)
}

// firstQueue is the size in bytes of a queue's first buffer, which is lent.
const firstQueue = 4096

var firstQueues = sync.Pool{New: func() any { return new([firstQueue]byte) }}

// recycle takes back a buffer that was lent; others are left to the collector. A queue that was written in pieces no
// longer begins where its buffer does, and is not taken back either.
func recycle(q []byte) {
	if cap(q) == firstQueue {
		firstQueues.Put((*[firstQueue]byte)(q[:firstQueue]))
	}
}

// Conn is one accepted WebSocket.
type Conn struct {
	srv     *Server
	handler Handler
	quick   Quicker // handler, if it is one
	pooled  bool    // read by the workers
	data    any
	wire    wire

	// mu guards what is sent and how it ends.
	mu     sync.Mutex
	q      []byte // what the socket did not take; begins at a frame or inside the one being sent
	flight int    // bytes of q that a goroutine wire is writing
	counts int    // bytes of both in the server's sum
	err    error
	code   uint16
	half   bool   // close our direction when q is empty; the peer closes his, or is cut
	dieAt  uint32 // tick at which a closing connection is cut
	pinged uint32 // tick of the last ping
	slot   uint32 // place in the server's table
	gen    uint32 // distinguishes the users of one slot

	phase        atomic.Uint32
	turn         atomic.Uint32 // epoll wire: who reads, see workers.go
	heard        atomic.Uint32 // tick of the last received byte
	partialSince atomic.Uint32 // tick when the unfinished message began, 0 without one
	busy         atomic.Bool   // the handler runs: silence is ours

	// The rest belongs to the holder of the turn.
	told bool // Closed was called
	deaf bool // bytes are thrown away: the peer closed or cannot be understood
	in   *inbound
	next *Conn // in the queue of connections that wait for a worker; guarded by workers.mu
}

// Data returns what was given to Upgrade.
func (c *Conn) Data() any { return c.data }

// Queued returns how many bytes wait for the peer to read.
func (c *Conn) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.q) + c.flight
}

// Write sends one or more complete frames. It tries the socket at once and queues what that does not take, at most
// Options.MaxQueue bytes or the rest of one longer chunk; a peer for whom that is not enough is closed with 4003. The
// chunk is not changed and may be reused when Write returns. After the end of the connection Write does nothing.
func (c *Conn) Write(chunk []byte) {
	c.mu.Lock()
	if c.phase.Load() == phaseOpen && len(chunk) > 0 {
		c.srv.count.chunksOut.Add(1)
		c.send(chunk)
	}
	c.mu.Unlock()
}

// Close starts the closing handshake: a close frame after everything that is queued, then Closed, then at most
// Options.CloseTimeout for the peer's answer. Reason is at most 123 bytes of UTF-8, longer ones are cut.
func (c *Conn) Close(code int, reason string) {
	c.mu.Lock()
	c.end(code, reason, nil)
	c.mu.Unlock()
}

// send writes or queues chunk. mu is held and the phase is open.
func (c *Conn) send(chunk []byte) {
	sent := 0
	if len(c.q)+c.flight == 0 {
		n, err := c.wire.write(chunk)
		c.srv.count.bytesOut.Add(uint64(n))
		if err != nil {
			c.lost(fmt.Errorf("write: %w", err))
			return
		}
		if n == len(chunk) {
			return
		}
		sent = n
	}
	crowded := c.srv.crowded(len(chunk) - sent)
	switch {
	case crowded && sent > 0: // in the middle of a frame, for whose rest there is no room
		c.srv.count.slowCloses.Add(1)
		c.fail(CodeSlow, errSlow)
	case crowded || len(c.q) > 0 && len(c.q)+len(chunk)-sent > c.srv.opt.MaxQueue:
		c.slow() // what is queued ends with a whole frame, so the close frame behind it can still be read
	default:
		c.enqueue(chunk[sent:])
	}
}

// slow closes a peer that does not read fast enough. mu is held.
func (c *Conn) slow() {
	c.srv.count.slowCloses.Add(1)
	c.end(CodeSlow, "slow", errSlow)
}

// recount brings the server's sum of what is queued up to date. mu is held.
func (c *Conn) recount() {
	n := len(c.q) + c.flight
	c.srv.queued.Add(int64(n - c.counts))
	c.counts = n
}

// crowded says whether n more bytes are too much for all peers together.
func (s *Server) crowded(n int) bool {
	return s.opt.MaxQueued > 0 && s.queued.Load()+int64(n) > int64(s.opt.MaxQueued)
}

func (c *Conn) enqueue(p []byte) {
	if c.q == nil && len(p) <= firstQueue {
		c.q = firstQueues.Get().(*[firstQueue]byte)[:0]
	}
	if need := len(c.q) + len(p); need > cap(c.q) {
		grown := make([]byte, len(c.q), max(need, min(2*len(c.q), c.srv.opt.MaxQueue)))
		copy(grown, c.q)
		c.q = grown
	}
	c.q = append(c.q, p...)
	c.recount()
	c.wire.queued()
}

// end enters the closing phase with a close frame. mu is held.
func (c *Conn) end(code int, reason string, err error) {
	if c.phase.Load() != phaseOpen {
		return
	}
	var buf [2 + maxControl]byte
	frame := appendClose(buf[:0], code, reason)
	if len(c.q)+c.flight > 0 {
		c.enqueue(frame)
	} else if n, werr := c.wire.write(frame); werr != nil {
		c.fail(code, err)
		return
	} else {
		c.srv.count.bytesOut.Add(uint64(n))
		if n < len(frame) {
			c.enqueue(frame[n:])
		}
	}
	c.code, c.err = uint16(code), err
	c.dieAt = c.srv.tick.Load() + c.srv.closeTicks
	c.phase.Store(phaseClosing)
	c.wire.wake()
}

// refuse ends a connection that broke the rules: after the close frame our direction is closed and what still comes is
// thrown away, so that the peer can read why.
func (c *Conn) refuse(r *refusal) {
	c.deaf = true
	c.mu.Lock()
	defer c.mu.Unlock()
	c.srv.count.refused.Add(1)
	c.end(r.code, r.err.Error(), r)
	c.half = true
	c.drained()
}

// endByPeer answers the peer's close frame.
func (c *Conn) endByPeer(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(code, "", nil)
	c.half = true
	c.drained()
}

// fail cuts the connection for a reason of ours. mu is held.
func (c *Conn) fail(code int, err error) {
	if c.phase.Load() == phaseOpen {
		c.code, c.err = uint16(code), err
	}
	c.giveBack(true)
}

// lost ends a connection that the peer or the network ended. mu is held.
func (c *Conn) lost(err error) {
	if c.phase.Load() == phaseOpen {
		c.code, c.err = CodeAbnormal, err
	}
	c.giveBack(false)
}

// giveBack closes the descriptor. mu is held.
func (c *Conn) giveBack(abort bool) {
	if c.phase.Load() == phaseGone {
		return
	}
	c.phase.Store(phaseGone)
	c.q = nil
	c.recount()
	c.wire.close(abort)
	c.wire.wake()
	c.srv.remove(c)
}

// drained closes our direction of an ended connection when the queue is empty. Closing the descriptor itself would reset
// a connection on which the peer still sends, and take away the close frame before it is read. mu is held.
func (c *Conn) drained() {
	if c.half && len(c.q)+c.flight == 0 && c.phase.Load() == phaseClosing {
		c.half = false
		c.wire.closeWrite()
	}
}

// flush writes what is queued, when the socket can take more.
func (c *Conn) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.q) == 0 || c.phase.Load() == phaseGone {
		return
	}
	n, err := c.wire.write(c.q)
	c.srv.count.bytesOut.Add(uint64(n))
	if err != nil {
		c.lost(fmt.Errorf("write: %w", err))
		return
	}
	if n < len(c.q) {
		c.q = c.q[n:]
		c.recount()
		return
	}
	recycle(c.q)
	c.q = nil
	c.recount()
	c.drained()
}

// pong answers a ping with its payload.
func (c *Conn) pong(payload []byte) {
	var buf [2 + maxControl]byte
	frame := append(appendHeader(buf[:0], opPong, len(payload)), payload...)
	c.mu.Lock()
	if c.phase.Load() == phaseOpen {
		c.send(frame)
	}
	c.mu.Unlock()
}

// admit counts a frame and asks the caller's limit.
func (c *Conn) admit(size int) bool {
	c.srv.count.framesIn.Add(1)
	return c.srv.opt.Admit == nil || c.phase.Load() != phaseOpen || c.srv.opt.Admit(c, size)
}

// deliver hands one message to the handler.
func (c *Conn) deliver(payload []byte) {
	if c.phase.Load() != phaseOpen {
		return
	}
	c.srv.count.messagesIn.Add(1)
	c.busy.Store(true)
	defer c.settle()
	if c.quick != nil && c.quick.Quick(c, payload) {
		return
	}
	c.wait(func() { c.handler.Message(c, payload) })
}

// wait runs a call of the handler that may wait.
func (c *Conn) wait(fn func()) {
	if c.pooled {
		c.srv.workers.wait(fn)
	} else {
		fn()
	}
}

// settle ends a call of the handler. A panic costs the connection, not the process.
func (c *Conn) settle() {
	if p := recover(); p != nil {
		c.srv.opt.Log.Error("socket handler panicked", "panic", p, "stack", string(debug.Stack()))
		c.mu.Lock()
		c.end(CodeInternal, "internal error", fmt.Errorf("handler panicked: %v", p))
		c.mu.Unlock()
	}
	c.heard.Store(c.srv.tick.Load())
	c.busy.Store(false)
}

// arrive takes the result of one read. It is called by the holder of the turn and reports whether to read on.
func (c *Conn) arrive(p []byte, err error) bool {
	if len(p) > 0 {
		c.heard.Store(c.srv.tick.Load())
		c.srv.count.bytesIn.Add(uint64(len(p)))
		if refused := c.feed(p); refused != nil {
			c.refuse(refused)
		}
	}
	if err != nil {
		c.mu.Lock()
		c.lost(fmt.Errorf("read: %w", err))
		c.mu.Unlock()
	}
	return c.look()
}

// look tells the handler about the end, once, and reports whether the connection is still to be read.
func (c *Conn) look() bool {
	phase := c.phase.Load()
	if phase == phaseOpen {
		return true
	}
	if !c.told {
		c.told = true
		c.mu.Lock()
		code, err := int(c.code), c.err
		c.mu.Unlock()
		c.busy.Store(true)
		func() {
			defer c.settle()
			c.wait(func() { c.handler.Closed(c, code, err) })
		}()
		c.srv.leave()
	}
	if phase == phaseGone {
		c.dropInbound()
		return false
	}
	return true
}

// early feeds the bytes that came with the handshake.
func (c *Conn) early() {
	if c.in == nil || len(c.in.early) == 0 {
		return
	}
	p := c.in.early
	c.in.early = nil
	if c.in.empty() {
		c.dropInbound()
	}
	c.arrive(p, nil)
}
