package e2e

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wire is a connection on which a test writes what no library would.
type wire struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// dial connects to a server's public address.
func (s *server) dial() *wire {
	s.t.Helper()
	conn, err := net.DialTimeout("tcp", s.addr, patience)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	return &wire{s.t, conn, bufio.NewReader(conn)}
}

// write sends bytes; the server may have ended the connection meanwhile.
func (w *wire) write(p []byte) { _, _ = w.conn.Write(p) }

// response reads an answer; an error if none comes.
func (w *wire) response() (answer, error) {
	resp, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body}, err
}

// responses sends raw bytes and reads all that is answered until the server closes or has nothing more to say.
func (s *server) responses(raw string) (out []answer) {
	s.t.Helper()
	w := s.dial()
	w.write([]byte(raw))
	if c, ok := w.conn.(*net.TCPConn); ok {
		_ = c.CloseWrite() // the server sees the end of the requests and closes
	}
	for {
		a, err := w.response()
		if err != nil {
			return out
		}
		out = append(out, a)
	}
}

// upgrade opens a stream by hand.
func (s *server) upgrade(token string) *wire {
	s.t.Helper()
	w := s.dial()
	w.write(fmt.Appendf(nil, "GET /api/v1/stream HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xinshu.v1\r\nAuthorization: Bearer %s\r\n\r\n", s.addr, token))
	resp, err := http.ReadResponse(w.in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("upgrade: %v %v", resp, err)
	}
	return w
}

const (
	opText         = 0x81
	opTextBegin    = 0x01
	opContinuation = 0x00
	opPing         = 0x89
	opClose        = 0x88
)

// maskedFrame is a client's frame (RFC 6455 section 5.2); the mask is zero, which is a mask.
func maskedFrame(first byte, payload []byte) []byte {
	f := []byte{first}
	switch n := len(payload); {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 0x80|127), uint64(n))
	}
	return append(append(f, 0, 0, 0, 0), payload...)
}

var errClosed = errors.New("closed")

// frame reads a server's frame; for a close frame the code and errClosed.
func (w *wire) frame() (text string, code int, err error) {
	var head [2]byte
	if _, err := io.ReadFull(w.in, head[:]); err != nil {
		return "", 0, err
	}
	n := uint64(head[1])
	switch n {
	case 126:
		var b [2]byte
		if _, err := io.ReadFull(w.in, b[:]); err != nil {
			return "", 0, err
		}
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		if _, err := io.ReadFull(w.in, b[:]); err != nil {
			return "", 0, err
		}
		n = binary.BigEndian.Uint64(b[:])
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(w.in, payload); err != nil {
		return "", 0, err
	}
	if head[0] == opClose && n >= 2 {
		return string(payload[2:]), int(binary.BigEndian.Uint16(payload)), errClosed
	}
	return string(payload), 0, nil
}

// wantClose reads until the close frame and compares its code.
func (w *wire) wantClose(what string, code int) {
	w.t.Helper()
	for {
		_, got, err := w.frame()
		if err == nil {
			continue
		}
		if !errors.Is(err, errClosed) || got != code {
			w.t.Errorf("%s: ended with %d (%v), want %d", what, got, err, code)
		}
		return
	}
}

// wantText reads until a text that contains a part.
func (w *wire) wantText(what, part string) string {
	w.t.Helper()
	for {
		text, code, err := w.frame()
		if err != nil {
			w.t.Fatalf("%s: %v %d", what, err, code)
		}
		if strings.Contains(text, part) {
			return text
		}
	}
}
