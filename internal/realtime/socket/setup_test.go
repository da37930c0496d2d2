package socket_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// patience is how long a test waits for something that must happen.
const patience = 20 * time.Second

// ending is what Closed was told.
type ending struct {
	code int
	err  error
}

// recorder is a handler that keeps everything and answers messages with their echo.
type recorder struct {
	mu       sync.Mutex
	messages []string
	running  int
	overlap  bool
	late     bool
	hold     chan struct{} // when set, Message waits for it
	quiet    bool          // no echo
	closed   chan ending
	started  chan *socket.Conn
}

func newRecorder() *recorder {
	return &recorder{closed: make(chan ending, 4), started: make(chan *socket.Conn, 1024)}
}

func (r *recorder) Message(c *socket.Conn, payload []byte) {
	r.mu.Lock()
	r.messages = append(r.messages, string(payload))
	r.running++
	r.overlap = r.overlap || r.running > 1
	r.late = r.late || len(r.closed) > 0
	hold := r.hold
	r.mu.Unlock()
	select {
	case r.started <- c:
	default:
	}
	if hold != nil {
		<-hold
	}
	if string(payload) == "panic" {
		r.mu.Lock()
		r.running--
		r.mu.Unlock()
		panic("asked for")
	}
	if !r.quiet {
		c.Write(socket.AppendTextFrame(nil, payload))
	}
	r.mu.Lock()
	r.running--
	r.mu.Unlock()
}

func (r *recorder) Closed(_ *socket.Conn, code int, err error) { r.closed <- ending{code, err} }

func (r *recorder) got() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.messages...)
}

func (r *recorder) wait(t *testing.T) ending {
	t.Helper()
	select {
	case e := <-r.closed:
		return e
	case <-time.After(patience):
		t.Fatal("Closed was not called")
		return ending{}
	}
}

// peer is the server's end of one connection.
type peer struct {
	conn *socket.Conn
	rec  *recorder
}

// bundle is a socket server behind the standard HTTP server; every connection gets a recorder.
type bundle struct {
	srv   *socket.Server
	http  *httptest.Server
	peers sync.Map // client's address → peer
	hold  chan struct{}
	quiet bool
	hasty bool // the handler is a Quicker

	goroutines bool // connections have the portable reader
}

// readers are the two implementations; every test of behaviour runs over both.
var readers = []struct {
	name string
	set  func(*socket.Options)
	tls  bool
}{
	{"epoll", func(*socket.Options) {}, false},
	{"goroutine", func(o *socket.Options) { o.Goroutines = true }, false},
	{"tls", func(*socket.Options) {}, true},
}

// overReaders runs a test over each reader.
func overReaders(t *testing.T, opt socket.Options, test func(t *testing.T, b *bundle)) {
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			o := opt
			reader.set(&o)
			test(t, setup(t, o, reader.tls))
		})
	}
}

func setup(t testing.TB, opt socket.Options, withTLS bool) *bundle {
	t.Helper()
	srv, err := socket.NewServer(opt)
	if err != nil {
		t.Fatal(err)
	}
	b := &bundle{srv: srv, goroutines: opt.Goroutines || withTLS}
	b.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := newRecorder()
		rec.hold, rec.quiet = b.hold, b.quiet
		var h socket.Handler = rec
		if b.hasty {
			h = hasty{rec}
		}
		c, err := srv.Upgrade(w, r, http.Header{"X-Extra": {"a\r\nInjected: b"}}, h, r.RemoteAddr)
		var refused *socket.HandshakeError
		if errors.As(err, &refused) {
			for name, values := range refused.Header {
				w.Header()[name] = values
			}
			http.Error(w, refused.Detail, refused.Status)
			return
		}
		if err != nil {
			return
		}
		at, _ := b.peers.LoadOrStore(r.RemoteAddr, make(chan peer, 1))
		at.(chan peer) <- peer{c, rec}
	}))
	if withTLS {
		b.http.StartTLS()
	} else {
		b.http.Start()
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		srv.Shutdown(ctx)
		b.http.Close()
		b.http.Client().CloseIdleConnections()
	})
	return b
}

func (b *bundle) url() string {
	return "ws" + strings.TrimPrefix(b.http.URL, "http") + "/"
}

// client is a WebSocket client that can do everything wrong.
type client struct {
	t  testing.TB
	nc net.Conn
	br *bufio.Reader
}

const handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: a, xinshu.v1\r\n\r\n"

func (b *bundle) dialRaw(t testing.TB) net.Conn {
	t.Helper()
	addr := b.http.Listener.Addr().String()
	var nc net.Conn
	var err error
	if b.http.TLS != nil {
		nc, err = tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	} else {
		nc, err = net.Dial("tcp", addr)
	}
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(2 * patience))
	t.Cleanup(func() { nc.Close() })
	return nc
}

// dial opens a WebSocket; more is sent in the same write as the handshake.
func (b *bundle) dial(t testing.TB, more ...byte) (*client, *socket.Conn, *recorder) {
	t.Helper()
	nc := b.dialRaw(t)
	if _, err := nc.Write(append([]byte(handshake), more...)); err != nil {
		t.Fatal(err)
	}
	cl := &client{t, nc, bufio.NewReader(nc)}
	res, err := http.ReadResponse(cl.br, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" ||
		res.Header.Get("Sec-WebSocket-Protocol") != "xinshu.v1" || res.Header.Get("Injected") != "" {
		t.Fatalf("handshake answered %v", res)
	}
	at, _ := b.peers.LoadOrStore(nc.LocalAddr().String(), make(chan peer, 1))
	p := <-at.(chan peer)
	b.peers.Delete(nc.LocalAddr().String())
	return cl, p.conn, p.rec
}

var mask = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// frame encodes a client's frame: first is the first byte, FIN and all.
func frame(first byte, payload string) []byte {
	var out []byte
	switch n := len(payload); {
	case n < 126:
		out = []byte{first, 0x80 | byte(n)}
	case n <= 0xFFFF:
		out = binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(n))
	default:
		out = binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(n))
	}
	out = append(out, mask[:]...)
	for i := range len(payload) {
		out = append(out, payload[i]^mask[i&3])
	}
	return out
}

func closeFrame(code int, reason string) []byte {
	return frame(0x88, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}

func (cl *client) send(p ...[]byte) {
	cl.t.Helper()
	for _, p := range p {
		if _, err := cl.nc.Write(p); err != nil {
			cl.t.Fatal(err)
		}
	}
}

// read returns the next frame of the server, whose form it checks.
func (cl *client) read() (op byte, payload string, err error) {
	var h [2]byte
	if _, err := io.ReadFull(cl.br, h[:]); err != nil {
		return 0, "", err
	}
	if h[0]&0x70 != 0 || h[0]&0x80 == 0 || h[1]&0x80 != 0 {
		return 0, "", fmt.Errorf("malformed server frame %x", h)
	}
	n := uint64(h[1])
	var ext [8]byte
	switch n {
	case 126:
		_, err = io.ReadFull(cl.br, ext[6:])
	case 127:
		_, err = io.ReadFull(cl.br, ext[:])
	}
	if err != nil {
		return 0, "", err
	}
	if n > 125 {
		n = binary.BigEndian.Uint64(ext[:])
	}
	p := make([]byte, n)
	_, err = io.ReadFull(cl.br, p)
	return h[0] & 0xF, string(p), err
}

// transcript reads until the stream ends and writes every frame as one word, such as text:abc, pong: or close:1002.
func (cl *client) transcript() string {
	var words []string
	for {
		op, p, err := cl.read()
		if err != nil {
			if err == io.EOF {
				words = append(words, "eof")
			} else {
				words = append(words, err.Error())
			}
			return strings.Join(words, " ")
		}
		words = append(words, word(op, p))
	}
}

func word(op byte, p string) string {
	if op != 8 && len(p) > 20 {
		p = fmt.Sprintf("%s..%d", p[:3], len(p))
	}
	switch op {
	case 1:
		return "text:" + p
	case 9:
		return "ping:" + p
	case 10:
		return "pong:" + p
	case 8:
		if len(p) < 2 {
			return "close:"
		}
		return fmt.Sprintf("close:%d", binary.BigEndian.Uint16([]byte(p)))
	}
	return fmt.Sprintf("op%d:%s", op, p)
}

func (cl *client) want(want string) {
	cl.t.Helper()
	op, p, err := cl.read()
	if err != nil {
		cl.t.Fatalf("want %s, got %v", want, err)
	}
	if got := word(op, p); got != want {
		cl.t.Fatalf("want %s, got %s", want, got)
	}
}
