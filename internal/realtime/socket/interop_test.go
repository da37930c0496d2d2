package socket_test

import (
	"crypto/tls"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// gwsClient collects what a client of another make reads.
type gwsClient struct {
	gws.BuiltinEventHandler
	messages chan string
	closed   chan error
}

func (c *gwsClient) OnMessage(_ *gws.Conn, m *gws.Message) {
	c.messages <- m.Data.String()
	m.Close()
}

func (c *gwsClient) OnClose(_ *gws.Conn, err error) { c.closed <- err }

// TestGWSClient talks with the client of lxzan/gws, which wants to compress and is not allowed to.
func TestGWSClient(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		h := &gwsClient{messages: make(chan string, 10), closed: make(chan error, 1)}
		c, _, err := gws.NewClient(h, &gws.ClientOption{
			Addr: b.url(), TlsConfig: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}},
			RequestHeader:     http.Header{"Sec-WebSocket-Protocol": {"xinshu.v1"}},
			PermessageDeflate: gws.PermessageDeflate{Enabled: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		go c.ReadLoop()
		for _, s := range []string{"", "信枢", strings.Repeat("长", 40_000)} {
			if err := c.WriteString(s); err != nil {
				t.Fatal(err)
			}
			select {
			case got := <-h.messages:
				if got != s {
					t.Fatalf("echo of %d bytes has %d", len(s), len(got))
				}
			case <-time.After(patience):
				t.Fatal("no echo")
			}
		}
		c.WriteClose(1000, nil)
		select {
		case <-h.closed:
		case <-time.After(patience):
			t.Fatal("not closed")
		}
	})
}

// nodeScript is a client on the WebSocket that Node has built in.
const nodeScript = `
const ws = new WebSocket(process.argv[1], ["xinshu.v1"]);
const texts = ["", "信枢", "长".repeat(40000)], got = [];
ws.onopen = () => texts.forEach(t => ws.send(t));
ws.onmessage = e => { got.push(e.data); if (got.length === texts.length) ws.close(4999, "再见"); };
ws.onclose = e => console.log(ws.protocol, ws.extensions, got.every((t, i) => t === texts[i]), e.code, e.wasClean);
`

// TestNodeClient talks with the client of Node, which is undici's.
func TestNodeClient(t *testing.T) {
	t.Parallel()
	// The client sends all three at once, and 120 KB behind other answers are more than the usual queue.
	overReaders(t, socket.Options{MaxQueue: 256 << 10}, func(t *testing.T, b *bundle) {
		cmd := exec.Command("node", "--experimental-websocket", "--no-warnings", "-e", nodeScript, b.url())
		cmd.Env = append(cmd.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0")
		out, err := cmd.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != "xinshu.v1  true 4999 true" {
			t.Fatalf("%v: %s", err, out)
		}
	})
}
