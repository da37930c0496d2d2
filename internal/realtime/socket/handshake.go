package socket

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// HandshakeError is a request that cannot become a WebSocket. Nothing was written to the client: the caller does.
type HandshakeError struct {
	Status int         // 400, 405, 426, 503
	Detail string      // a sentence for the client's developer
	Header http.Header // to be set on the answer
}

func (e *HandshakeError) Error() string { return "websocket handshake: " + e.Detail }

func refuseHandshake(status int, detail string, header ...string) *HandshakeError {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &HandshakeError{Status: status, Detail: detail, Header: h}
}

// acceptGUID is the constant of RFC 6455 section 1.3.
const acceptGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// handshakeTimeout bounds the writing of the answer, which fits any socket's buffer.
const handshakeTimeout = 5 * time.Second

// CheckRequest reports whether r is an opening handshake that Upgrade would accept (RFC 6455 section 4.2.1), as a
// [HandshakeError] if not. Origin and authentication are the caller's.
func (s *Server) CheckRequest(r *http.Request) error {
	const upgrade, websocket = "Upgrade", "websocket"
	switch {
	case r.Method != http.MethodGet:
		return refuseHandshake(http.StatusMethodNotAllowed, "method must be GET", "Allow", "GET")
	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuseHandshake(http.StatusBadRequest, "a WebSocket is opened with HTTP/1.1")
	case !hasToken(r.Header, "Connection", upgrade) || !hasToken(r.Header, upgrade, websocket):
		return refuseHandshake(http.StatusUpgradeRequired, "this address speaks WebSocket only",
			upgrade, websocket, "Connection", upgrade)
	case len(r.Header.Values("Sec-WebSocket-Version")) != 1 || r.Header.Get("Sec-WebSocket-Version") != "13":
		return refuseHandshake(http.StatusUpgradeRequired, "Sec-WebSocket-Version must be 13",
			"Sec-WebSocket-Version", "13", upgrade, websocket, "Connection", upgrade)
	case !validKey(r.Header.Values("Sec-WebSocket-Key")):
		return refuseHandshake(http.StatusBadRequest, "Sec-WebSocket-Key must be the base64 of 16 bytes")
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0:
		return refuseHandshake(http.StatusBadRequest, "a handshake has no body")
	case !hasToken(r.Header, "Sec-WebSocket-Protocol", s.opt.Subprotocol):
		return refuseHandshake(http.StatusBadRequest, "the subprotocol "+s.opt.Subprotocol+" must be offered")
	}
	return nil
}

func validKey(keys []string) bool {
	if len(keys) != 1 {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(keys[0])
	return err == nil && len(key) == 16
}

// hasToken looks for a token in a comma-separated header; subprotocols are compared exactly, the others without case.
func hasToken(h http.Header, name, token string) bool {
	for _, line := range h.Values(name) {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimSpace(part)
			if part == token || name != "Sec-WebSocket-Protocol" && strings.EqualFold(part, token) {
				return true
			}
		}
	}
	return false
}

// Upgrade answers an opening handshake and returns the connection, whose handler may be called before Upgrade returns;
// the request's context ends when the HTTP handler does, so the connection must not live on it. Header is added to the answer; data is what Conn.Data returns. A *HandshakeError means that nothing was written and w
// is still the caller's; after any other error the connection is closed.
func (s *Server) Upgrade(w http.ResponseWriter, r *http.Request, header http.Header, h Handler, data any) (*Conn, error) {
	if err := s.CheckRequest(r); err != nil {
		return nil, err
	}
	s.mu.RLock()
	closed := s.closed
	s.mu.RUnlock()
	if closed {
		return nil, refuseHandshake(http.StatusServiceUnavailable, "the server is stopping", "Retry-After", "1")
	}
	nc, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, fmt.Errorf("take over the connection: %w", err)
	}
	c, err := s.open(nc, rw.Reader, s.answer(r, header), h, data)
	if err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

func (s *Server) answer(r *http.Request, header http.Header) string {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + acceptGUID))
	var b strings.Builder
	b.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
	b.WriteString(base64.StdEncoding.EncodeToString(sum[:]))
	b.WriteString("\r\nSec-WebSocket-Protocol: ")
	b.WriteString(s.opt.Subprotocol)
	b.WriteString("\r\n")
	header.Write(&b)
	b.WriteString("\r\n")
	return b.String()
}

// open makes a Conn of a hijacked connection.
func (s *Server) open(nc net.Conn, buffered *bufio.Reader, answer string, h Handler, data any) (*Conn, error) {
	nc.SetDeadline(time.Now().Add(handshakeTimeout))
	if _, err := nc.Write([]byte(answer)); err != nil {
		return nil, fmt.Errorf("answer the handshake: %w", err)
	}
	nc.SetDeadline(time.Time{})
	c := &Conn{srv: s, handler: h, data: data}
	c.quick, _ = h.(Quicker)
	c.heard.Store(s.tick.Load())
	if n := buffered.Buffered(); n > 0 {
		p := make([]byte, n)
		buffered.Read(p)
		c.in = &inbound{early: p}
	}
	if err := s.attach(c, nc); err != nil {
		return nil, err
	}
	s.count.accepted.Add(1)
	return c, nil
}
