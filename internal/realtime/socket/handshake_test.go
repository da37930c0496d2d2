package socket_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

func TestHandshakeRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, socket.Options{}, false)
	for _, c := range []struct {
		name, old, new string
		status         int
		header, value  string
	}{
		{"POST", "GET", "POST", 405, "Allow", "GET"},
		{"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", 400, "", ""},
		{"no upgrade", "Upgrade: websocket\r\n", "", 426, "Upgrade", "websocket"},
		{"other upgrade", "Upgrade: websocket", "Upgrade: h2c", 426, "Upgrade", "websocket"},
		{"no connection", "Connection: keep-alive, Upgrade\r\n", "", 426, "Upgrade", "websocket"},
		{"connection without upgrade", "keep-alive, Upgrade", "keep-alive", 426, "Upgrade", "websocket"},
		{"no version", "Sec-WebSocket-Version: 13\r\n", "", 426, "Sec-WebSocket-Version", "13"},
		{"old version", "Version: 13", "Version: 8", 426, "Sec-WebSocket-Version", "13"},
		{"two versions", "Version: 13", "Version: 13\r\nSec-WebSocket-Version: 8", 426, "Sec-WebSocket-Version", "13"},
		{"no key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400, "", ""},
		{"two keys", "Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key", 400, "", ""},
		{"short key", "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400, "", ""},
		{"key that is not base64", "dGhlIHNhbXBsZSBub25jZQ==", "!!!!IHNhbXBsZSBub25jZQ==", 400, "", ""},
		{"body", "\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx", 400, "", ""},
		{"no subprotocol", "Sec-WebSocket-Protocol: a, xinshu.v1\r\n", "", 400, "", ""},
		{"other subprotocol", "a, xinshu.v1", "XINSHU.V1, b", 400, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nc := b.dialRaw(t)
			if _, err := io.WriteString(nc, strings.Replace(handshake, c.old, c.new, 1)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(nc), nil)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != c.status || c.header != "" && res.Header.Get(c.header) != c.value {
				t.Errorf("answered %d %v, want %d with %s: %s", res.StatusCode, res.Header, c.status, c.header, c.value)
			}
		})
	}
}
