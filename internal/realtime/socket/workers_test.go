package socket_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// TestWaitingHandlersHoldUpNobody: handlers that wait, more than there are processors, do not keep others from being served.
func TestWaitingHandlersHoldUpNobody(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		b.hold = make(chan struct{})
		var held []*client
		for range 4 + 4*runtime.GOMAXPROCS(0) {
			cl, _, rec := b.dial(t)
			held = append(held, cl)
			cl.send(frame(text, "held"))
			<-rec.started
		}
		hold := b.hold
		b.hold = nil
		for i := range 20 {
			cl, _, _ := b.dial(t)
			cl.send(frame(text, fmt.Sprint(i)))
			cl.want(fmt.Sprint("text:", i))
		}
		close(hold)
		for _, cl := range held {
			cl.want("text:held")
		}
	})
}

// hasty is a recorder that answers messages beginning with "quick" by itself.
type hasty struct{ *recorder }

func (h hasty) Quick(c *socket.Conn, payload []byte) bool {
	if bytes.HasPrefix(payload, []byte("quick panic")) {
		panic("asked for")
	}
	if !bytes.HasPrefix(payload, []byte("quick")) {
		return false
	}
	c.Write(socket.AppendTextFrame(nil, append([]byte("at once: "), payload...)))
	return true
}

// TestQuick: what Quick handles does not come to Message, the rest does, in order; a panic costs the connection.
func TestQuick(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hasty = true
			cl, _, rec := b.dial(t)
			cl.send(bytes.Join([][]byte{frame(text, "quick 1"), frame(text, "2"), frame(text, "quick 3")}, nil))
			cl.want("text:at once: quick 1")
			cl.want("text:2")
			cl.want("text:at once: quick 3")
			if got := rec.got(); len(got) != 1 || got[0] != "2" {
				t.Errorf("Message got %q", got)
			}
			cl.send(frame(text, "quick panic"))
			if e := rec.wait(t); e.code != socket.CodeInternal {
				t.Errorf("Closed told %+v", e)
			}
		})
	}
}
