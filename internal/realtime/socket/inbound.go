package socket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"
)

// inbound is what a connection keeps of an unfinished frame or message. A connection between two messages has none.
type inbound struct {
	early []byte // bytes that came with the handshake

	head  [maxHeader]byte // start of a header that is not complete
	headN int

	h   header // frame being read, when left > 0
	pos uint64 // bytes of its payload that were read
	in  bool   // a frame's header was read and its payload was not

	control  [maxControl]byte // payload of the control frame being read
	controlN int

	open  bool   // a message was begun and not finished
	msg   []byte // its payload so far, unmasked
	valid int    // bytes of msg that are known to be whole UTF-8 characters
}

var inboundPool = sync.Pool{New: func() any { return new(inbound) }}

func (in *inbound) empty() bool { return in.headN == 0 && !in.in && !in.open && len(in.early) == 0 }

// refusal is a reason to end a connection: the code it is told and the error that is reported.
type refusal struct {
	code int
	err  error
}

func (r *refusal) Error() string { return fmt.Sprintf("%d: %v", r.code, r.err) }

var (
	errTooBig       = &refusal{CodeTooBig, errors.New("message too big")}
	errInvalidUTF8  = &refusal{CodeInvalidUTF8, errors.New("invalid UTF-8")}
	errInterleaved  = &refusal{CodeProtocol, errors.New("new message inside another")}
	errContinuation = &refusal{CodeProtocol, errors.New("continuation of nothing")}
	errCloseFrame   = &refusal{CodeProtocol, errors.New("bad close frame")}
	errAdmission    = &refusal{CodeRate, errors.New("too many frames")}
	errPartial      = &refusal{CodeRate, errors.New("too many unfinished messages")}
)

func refuseHeader(err error) *refusal {
	if errors.Is(err, errBinary) {
		return &refusal{CodeUnsupported, err}
	}
	return &refusal{CodeProtocol, err}
}

// feed takes the next bytes of the stream, which it may change, and hands out every message they complete. It belongs
// to whoever has the connection's turn.
func (c *Conn) feed(p []byte) *refusal {
	for len(p) > 0 && !c.deaf {
		if c.in == nil {
			h, n, err := parseHeader(p)
			if err != nil {
				return refuseHeader(err)
			}
			// The usual case: a whole unfragmented message lies in the reader's buffer and is handed out from there.
			if n > 0 && h.fin && h.op == opText && h.size <= uint64(c.srv.opt.MaxMessage) && uint64(len(p)-n) >= h.size {
				if !c.admit(int(h.size)) {
					return errAdmission
				}
				payload := p[n : n+int(h.size)]
				p = p[n+int(h.size):]
				unmask(payload, h.mask, 0)
				if !utf8.Valid(payload) {
					return errInvalidUTF8
				}
				c.deliver(payload)
				continue
			}
			c.in = inboundPool.Get().(*inbound)
			c.partialSince.Store(c.srv.tick.Load() | 1)
		}
		var refused *refusal
		if c.in.in {
			p, refused = c.feedPayload(p)
		} else {
			p, refused = c.feedHeader(p)
		}
		if refused != nil {
			return refused
		}
		if c.in.empty() {
			c.dropInbound()
		}
	}
	return nil
}

func (c *Conn) dropInbound() {
	in := c.in
	if in == nil {
		return
	}
	c.in = nil
	c.partialSince.Store(0)
	c.srv.partial.Add(-int64(cap(in.msg)))
	*in = inbound{}
	inboundPool.Put(in)
}

func (c *Conn) feedHeader(p []byte) ([]byte, *refusal) {
	in := c.in
	had := in.headN
	in.headN += copy(in.head[had:], p)
	h, n, err := parseHeader(in.head[:in.headN])
	if err != nil {
		return nil, refuseHeader(err)
	}
	if refused := c.checkHeader(h, in.headN); refused != nil {
		return nil, refused
	}
	if n == 0 {
		return nil, nil // head has room for any header, so p is used up
	}
	if !c.admit(int(h.size)) {
		return nil, errAdmission
	}
	p = p[n-had:]
	in.headN, in.h, in.pos, in.in, in.controlN = 0, h, 0, true, 0
	if !h.control() {
		in.open = true
	}
	if h.size == 0 {
		return p, c.frameDone()
	}
	return p, nil
}

// checkHeader refuses what the header's first bytes (had of them) say when the state of the message forbids it.
func (c *Conn) checkHeader(h header, had int) *refusal {
	switch {
	case h.control():
		return nil
	case h.op == opText && c.in.open:
		return errInterleaved
	case h.op == opContinuation && !c.in.open:
		return errContinuation
	case had >= 2 && h.size+uint64(len(c.in.msg)) > uint64(c.srv.opt.MaxMessage):
		return errTooBig
	}
	return nil
}

func (c *Conn) feedPayload(p []byte) ([]byte, *refusal) {
	in := c.in
	piece := p
	if left := in.h.size - in.pos; uint64(len(piece)) > left {
		piece = piece[:left]
	}
	unmask(piece, in.h.mask, in.pos)
	in.pos += uint64(len(piece))
	if in.h.control() {
		in.controlN += copy(in.control[in.controlN:], piece)
	} else {
		if !c.growMessage(len(piece)) {
			return nil, errPartial
		}
		in.msg = append(in.msg, piece...)
		if !in.checkUTF8() {
			return nil, errInvalidUTF8
		}
	}
	p = p[len(piece):]
	if in.pos < in.h.size {
		return p, nil
	}
	return p, c.frameDone()
}

// growMessage makes room for n bytes. Memory follows what was received, not what a header announced.
func (c *Conn) growMessage(n int) bool {
	in := c.in
	need := len(in.msg) + n
	if need <= cap(in.msg) {
		return true
	}
	size := max(need, min(2*cap(in.msg), c.srv.opt.MaxMessage), 512)
	delta := int64(size - cap(in.msg))
	if c.srv.partial.Add(delta) > int64(c.srv.opt.MaxPartial) {
		c.srv.partial.Add(-delta)
		return false
	}
	grown := make([]byte, len(in.msg), size)
	copy(grown, in.msg)
	in.msg = grown
	return true
}

// checkUTF8 looks at what was added to msg and fails as soon as no continuation could make it valid.
func (in *inbound) checkUTF8() bool {
	p := in.msg[in.valid:]
	end := len(p)
	for i := 1; i <= min(utf8.UTFMax-1, len(p)); i++ {
		if utf8.RuneStart(p[len(p)-i]) {
			if !utf8.FullRune(p[len(p)-i:]) {
				end = len(p) - i
			}
			break
		}
	}
	if !utf8.Valid(p[:end]) {
		return false
	}
	in.valid += end
	return true
}

// frameDone acts on the frame whose payload is complete.
func (c *Conn) frameDone() *refusal {
	in := c.in
	in.in = false
	payload := in.control[:in.controlN]
	switch in.h.op {
	case opPing:
		c.pong(payload)
	case opPong:
	case opClose:
		return c.peerClosed(payload)
	default:
		if !in.h.fin {
			return nil
		}
		if in.valid != len(in.msg) {
			return errInvalidUTF8
		}
		in.open = false
		c.deliver(in.msg)
		c.srv.partial.Add(-int64(cap(in.msg)))
		in.msg, in.valid = nil, 0
	}
	return nil
}

// peerClosed answers the peer's close frame with the same code and ends the connection.
func (c *Conn) peerClosed(payload []byte) *refusal {
	code := CodeNone
	switch {
	case len(payload) == 1:
		return errCloseFrame
	case len(payload) >= 2:
		code = int(binary.BigEndian.Uint16(payload))
		if !receivable(code) {
			return errCloseFrame
		}
		if !utf8.Valid(payload[2:]) {
			return errInvalidUTF8
		}
	}
	c.deaf = true
	c.endByPeer(code)
	return nil
}
