package bench

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// conn is one client of the stream that does little per frame: it finds frames, tells answers from events and hands both on.
type conn struct {
	net net.Conn

	// mu guards writing.
	mu  sync.Mutex
	out []byte

	buffer int    // bytes to read at once, at least
	rest   []byte // what came together with the answer to hello

	// Set before read is called; called by the reading goroutine. Texts are valid during the call.
	onEvent func(text []byte, at time.Time)
	onReply func(id int, ok bool, text []byte, at time.Time)
}

// dial opens a stream.
func (t *Target) dial(token string) (*conn, error) {
	host := strings.TrimPrefix(t.URL, "http://")
	nc, err := net.DialTimeout("tcp", host, 30*time.Second)
	if err != nil {
		return nil, err
	}
	var key [16]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(nc, "GET /api/v1/stream HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xinshu.v1\r\nAuthorization: Bearer %s\r\n\r\n",
		host, base64.StdEncoding.EncodeToString(key[:]), token)
	if err != nil {
		return nil, errors.Join(err, nc.Close())
	}
	_ = nc.SetReadDeadline(time.Now().Add(60 * time.Second))
	head := bufio.NewReaderSize(nc, 512)
	resp, err := http.ReadResponse(head, nil)
	if err != nil {
		return nil, errors.Join(err, nc.Close())
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || head.Buffered() > 0 {
		return nil, errors.Join(fmt.Errorf("stream refused: %s", resp.Status), nc.Close())
	}
	_ = nc.SetReadDeadline(time.Time{})
	return &conn{net: nc}, nil
}

// send writes one text frame, masked with zeros as the protocol allows.
func (c *conn) send(text []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(appendClientHeader(c.out[:0], len(text)), text...)
	_, err := c.net.Write(c.out)
	return err
}

// write writes one frame that has its header.
func (c *conn) write(frame []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.net.Write(frame)
	return err
}

// appendClientHeader appends the header of a text frame of n bytes with a mask of zeros.
func appendClientHeader(dst []byte, n int) []byte {
	dst = append(dst, 0x81)
	switch {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x80|127), uint64(n))
	}
	return append(dst, 0, 0, 0, 0)
}

// request writes {"id":…,"op":…,"in":…}.
func (c *conn) request(id int, op, in string) error {
	b := make([]byte, 0, len(in)+len(op)+40)
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(b, `,"op":"`...)
	b = append(b, op...)
	b = append(b, `","in":`...)
	b = append(b, in...)
	return c.send(append(b, '}'))
}

// read hands on frames until the connection ends.
func (c *conn) read() error {
	buf := append(make([]byte, 0, max(c.buffer, 4<<10)), c.rest...)
	c.rest = nil
	for first := len(buf) > 0; ; first = false {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), 2*cap(buf))
			copy(grown, buf)
			buf = grown
		}
		if !first {
			n, err := c.net.Read(buf[len(buf):cap(buf)])
			if err != nil {
				return err
			}
			buf = buf[:len(buf)+n]
		}
		at := time.Now()
		rest := buf
		for {
			opcode, text, size := frame(rest)
			if size == 0 {
				break
			}
			switch opcode {
			case 1:
				c.take(text, at)
			case 8:
				code := 0
				if len(text) >= 2 {
					code = int(binary.BigEndian.Uint16(text))
				}
				return fmt.Errorf("closed by the server with %d", code)
			case 9:
				c.mu.Lock()
				_, err := c.net.Write(append([]byte{0x8A, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...))
				c.mu.Unlock()
				if err != nil {
					return err
				}
			}
			rest = rest[size:]
		}
		buf = buf[:copy(buf, rest)]
	}
}

// frame finds the first frame in b; size is 0 while it is not complete.
func frame(b []byte) (opcode byte, payload []byte, size int) {
	if len(b) < 2 {
		return 0, nil, 0
	}
	n, head := int(b[1]&127), 2
	switch n {
	case 126:
		if len(b) < 4 {
			return 0, nil, 0
		}
		n, head = int(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if len(b) < 10 {
			return 0, nil, 0
		}
		n, head = int(binary.BigEndian.Uint64(b[2:])), 10
	}
	if len(b) < head+n {
		return 0, nil, 0
	}
	return b[0] & 15, b[head : head+n], head + n
}

var replyPrefix = []byte(`{"id":`)

func (c *conn) take(text []byte, at time.Time) {
	rest, isReply := bytes.CutPrefix(text, replyPrefix)
	if !isReply {
		if c.onEvent != nil {
			c.onEvent(text, at)
		}
		return
	}
	id, i := 0, 0
	for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
		id = id*10 + int(rest[i]-'0')
	}
	if c.onReply != nil {
		c.onReply(id, bytes.HasPrefix(rest[i:], []byte(`,"ok"`)), text, at)
	}
}

// hello says hello and waits for the answer, which it returns; events that follow it wait for read. It reads on the calling goroutine.
func (c *conn) hello(since string) (answer []byte, err error) {
	in := `{"since":null}`
	if since != "" {
		in = `{"since":"` + since + `"}`
	}
	if err := c.request(1, "hello", in); err != nil {
		return nil, err
	}
	_ = c.net.SetReadDeadline(time.Now().Add(60 * time.Second))
	buf := make([]byte, 0, 512)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, make([]byte, len(buf))...)[:len(buf)]
		}
		n, err := c.net.Read(buf[len(buf):cap(buf)])
		if err != nil {
			return nil, err
		}
		buf = buf[:len(buf)+n]
		opcode, text, size := frame(buf)
		if size == 0 {
			continue
		}
		if opcode != 1 || !bytes.HasPrefix(text, []byte(`{"id":1,"ok"`)) {
			return nil, fmt.Errorf("hello: opcode %d %.200s", opcode, text)
		}
		c.rest = buf[size:]
		_ = c.net.SetReadDeadline(time.Time{})
		return text, nil
	}
}
