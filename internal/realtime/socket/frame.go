package socket

import (
	"encoding/binary"
	"errors"
)

// Opcodes of RFC 6455 section 5.2.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA
)

const (
	finBit     = 0x80
	rsvBits    = 0x70
	opBits     = 0x0F
	maskBit    = 0x80
	maxControl = 125 // bytes of a control frame's payload, section 5.5
	maxHeader  = 14  // bytes: 2 + 8 of length + 4 of mask
)

// AppendTextFrame appends payload as one unmasked, final text frame to dst. Payload must be valid UTF-8. The result of
// several calls on one dst is a chunk that any number of connections may be given.
func AppendTextFrame(dst, payload []byte) []byte {
	return append(appendHeader(dst, opText, len(payload)), payload...)
}

func appendHeader(dst []byte, op byte, n int) []byte {
	switch {
	case n <= 125:
		return append(dst, finBit|op, byte(n))
	case n <= 0xFFFF:
		return append(dst, finBit|op, 126, byte(n>>8), byte(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, finBit|op, 127), uint64(n))
	}
}

// appendClose appends a close frame; a reason that does not fit 123 bytes is cut between characters.
func appendClose(dst []byte, code int, reason string) []byte {
	if code == CodeNone || code == CodeAbnormal {
		return appendHeader(dst, opClose, 0)
	}
	if len(reason) > maxControl-2 {
		end := maxControl - 2
		for end > 0 && reason[end]&0xC0 == 0x80 {
			end--
		}
		reason = reason[:end]
	}
	dst = appendHeader(dst, opClose, 2+len(reason))
	return append(binary.BigEndian.AppendUint16(dst, uint16(code)), reason...)
}

// header is a frame's header as a client sends it.
type header struct {
	op   byte
	fin  bool
	size uint64 // of the payload, bytes
	mask [4]byte
}

func (h header) control() bool { return h.op&0x8 != 0 }

var (
	errReserved = errors.New("reserved bits set")
	errOpcode   = errors.New("unknown opcode")
	errUnmasked = errors.New("frame not masked")
	errControl  = errors.New("control frame fragmented or too long")
	errLength   = errors.New("length not in its shortest form")
	errBinary   = errors.New("binary messages not accepted")
)

// parseHeader reads a client's frame header from the start of p. It returns the header's length, 0 when p holds only a
// part of one; what is wrong in that part is an error already.
func parseHeader(p []byte) (h header, n int, err error) {
	if len(p) == 0 {
		return h, 0, nil
	}
	h.fin, h.op = p[0]&finBit != 0, p[0]&opBits
	switch {
	case p[0]&rsvBits != 0:
		return h, 0, errReserved
	case h.op > opPong || h.op > opBinary && h.op < opClose:
		return h, 0, errOpcode
	case h.op == opBinary:
		return h, 0, errBinary
	case h.control() && !h.fin:
		return h, 0, errControl
	case len(p) < 2:
		return h, 0, nil
	case p[1]&maskBit == 0:
		return h, 0, errUnmasked
	}
	n = 2
	h.size = uint64(p[1] & 0x7F)
	if h.control() && h.size > maxControl {
		return h, 0, errControl
	}
	switch h.size {
	case 126:
		if len(p) < 4 {
			return h, 0, nil
		}
		n, h.size = 4, uint64(binary.BigEndian.Uint16(p[2:]))
		if h.size < 126 {
			return h, 0, errLength
		}
	case 127:
		if len(p) < 10 {
			return h, 0, nil
		}
		n, h.size = 10, binary.BigEndian.Uint64(p[2:])
		if h.size <= 0xFFFF || h.size>>63 != 0 {
			return h, 0, errLength
		}
	}
	if len(p) < n+4 {
		// The size is known before the mask: the caller refuses what is too long without waiting for more.
		return h, 0, nil
	}
	copy(h.mask[:], p[n:])
	return h, n + 4, nil
}

// unmask applies the mask to p, whose first byte is byte pos of the payload.
func unmask(p []byte, mask [4]byte, pos uint64) {
	var key [8]byte
	for i := range key {
		key[i] = mask[(pos+uint64(i))&3]
	}
	k := binary.LittleEndian.Uint64(key[:])
	for len(p) >= 8 {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^k)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= key[i&7]
	}
}
