package socket_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// until polls for something that must become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
		runtime.Gosched()
		<-time.After(time.Millisecond)
	}
}

// TestSlowPeer does not read: the server keeps at most the queue, ends the connection with 4003, and what the peer reads
// later is whole frames in order up to the close frame.
func TestSlowPeer(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		cl, conn, rec := b.dial(t)
		fast, fastConn, _ := b.dial(t)
		sent, worst := 0, 0
		var e *ending
		chunk := socket.AppendTextFrame(nil, bytes.Repeat([]byte("x"), 3000))
		for e == nil {
			for range 100 {
				conn.Write(chunk)
				sent++
				worst = max(worst, conn.Queued())
			}
			select {
			case got := <-rec.closed:
				e = &got
			case <-time.After(time.Millisecond): // a goroutine wire writes at its own pace
			}
			if sent > 1e6 {
				t.Fatal("took 3 GB for a peer that does not read")
			}
		}
		if e.code != socket.CodeSlow || e.err == nil || b.srv.Stats().SlowCloses != 1 {
			t.Errorf("Closed told %+v, stats %+v", *e, b.srv.Stats())
		}
		limit := 64 << 10
		if b.goroutines {
			limit *= 2 // as much again is being written
		}
		if worst > limit {
			t.Errorf("%d bytes were queued", worst)
		}
		fastConn.Write(socket.AppendTextFrame(nil, []byte("fine")))
		fast.want("text:fine")
		frames := 0
		for {
			op, p, err := cl.read()
			if err != nil {
				t.Fatalf("after %d frames: %v", frames, err)
			}
			if op == 8 {
				if w := word(op, p); w != "close:4003" || p[2:] != "slow" {
					t.Errorf("closed with %q", p)
				}
				break
			}
			if len(p) != 3000 || strings.Trim(p, "x") != "" {
				t.Fatal("a frame was cut")
			}
			frames++
		}
		if frames == 0 || frames > sent {
			t.Errorf("%d of %d frames arrived", frames, sent)
		}
	})
}

// TestStuckPeerIsCut: the closing handshake of a peer that never reads again ends with the descriptor given back.
func TestStuckPeerIsCut(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{CloseTimeout: 50 * time.Millisecond}, func(t *testing.T, b *bundle) {
		_, conn, rec := b.dial(t)
		chunk := socket.AppendTextFrame(nil, make([]byte, 50_000))
		until(t, "slow", func() bool { conn.Write(chunk); return b.srv.Stats().SlowCloses == 1 })
		if e := rec.wait(t); e.code != socket.CodeSlow {
			t.Errorf("Closed told %+v", e)
		}
		until(t, "given back", func() bool { return b.srv.Stats().Connections == 0 })
		conn.Write(chunk)
		conn.Close(1000, "")
		if n := conn.Queued(); n != 0 {
			t.Errorf("%d bytes are kept for a connection that is gone", n)
		}
	})
}

// TestHalfOpen: a peer that answers pings lives, one that is silent is cut.
func TestHalfOpen(t *testing.T) {
	t.Parallel()
	opt := socket.Options{PingEvery: 200 * time.Millisecond, ReadTimeout: 800 * time.Millisecond}
	overReaders(t, opt, func(t *testing.T, b *bundle) {
		alive, _, aliveRec := b.dial(t)
		_, _, deadRec := b.dial(t)
		start := time.Now()
		go func() {
			for {
				op, p, err := alive.read()
				if err != nil {
					return
				}
				if op == 9 {
					alive.nc.Write(frame(0x8A, p))
				}
			}
		}()
		if e := deadRec.wait(t); e.code != socket.CodeAbnormal || e.err == nil {
			t.Errorf("Closed told %+v", e)
		}
		if d := time.Since(start); d < 700*time.Millisecond {
			t.Errorf("cut after %v", d)
		}
		if s := b.srv.Stats(); s.Timeouts != 1 {
			t.Errorf("stats %+v", s)
		}
		for time.Since(start) < 3*opt.ReadTimeout {
			select {
			case e := <-aliveRec.closed:
				t.Fatalf("the living peer was ended with %+v", e)
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
}

// TestUnfinishedMessage: bytes that never become a message do not keep a connection alive.
func TestUnfinishedMessage(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{PingEvery: 50 * time.Millisecond, ReadTimeout: 200 * time.Millisecond}, func(t *testing.T, b *bundle) {
		cl, _, rec := b.dial(t)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			cl.nc.Write(frame(1, "a"))
			for {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
					cl.nc.Write(frame(cont, "a"))
				}
			}
		}()
		if e := rec.wait(t); e.code != socket.CodeRate || e.err == nil {
			t.Errorf("Closed told %+v", e)
		}
	})
}

// TestPartialBudget: unfinished messages have one budget, and it is given back.
func TestPartialBudget(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{MaxPartial: 300 << 10}, func(t *testing.T, b *bundle) {
		half := frame(1, strings.Repeat("x", 150<<10))
		first, _, firstRec := b.dial(t)
		first.send(half)
		until(t, "received", func() bool { return b.srv.Stats().PartialBytes >= 150<<10 })
		second, _, secondRec := b.dial(t)
		go second.nc.Write(half)
		if got := second.transcript(); got != "close:4008 eof" {
			t.Errorf("second peer read %q", got)
		}
		if e := secondRec.wait(t); e.code != socket.CodeRate {
			t.Errorf("Closed told %+v", e)
		}
		first.send(frame(fin, "y"))
		first.want("text:xxx..153601")
		first.nc.Close()
		firstRec.wait(t)
		second.nc.Close()
		until(t, "budget given back", func() bool { s := b.srv.Stats(); return s.Connections == 0 && s.PartialBytes == 0 })
	})
}

// TestAdmit: the caller's limit sees every frame and ends the connection.
func TestAdmit(t *testing.T) {
	t.Parallel()
	opt := socket.Options{Admit: func(c *socket.Conn, size int) bool {
		if size == 3 {
			c.Close(socket.CodeRate, "retry_after=7")
			return false
		}
		return size < 4
	}}
	overReaders(t, opt, func(t *testing.T, b *bundle) {
		cl, _, _ := b.dial(t)
		cl.send(frame(text, "12"), frame(0x89, "1234"), frame(text, "1"))
		if got := cl.transcript(); got != "text:12 close:4008 eof" {
			t.Errorf("read %q", got)
		}
		cl, _, rec := b.dial(t)
		cl.send(frame(text, "123"))
		if op, p, err := cl.read(); err != nil || op != 8 || p[2:] != "retry_after=7" {
			t.Errorf("got %d %q %v", op, p, err)
		}
		if e := rec.wait(t); e.code != socket.CodeRate || len(rec.got()) != 0 {
			t.Errorf("Closed told %+v, messages %q", e, rec.got())
		}
	})
}

// TestQueuesOfAllPeers: what waits for all peers together is bounded too, whatever each may have, and what they took or left behind
// makes room.
func TestQueuesOfAllPeers(t *testing.T) {
	t.Parallel()
	const most = 64 << 10
	overReaders(t, socket.Options{MaxQueued: most}, func(t *testing.T, b *bundle) {
		chunk := socket.AppendTextFrame(nil, bytes.Repeat([]byte("x"), 8<<10))
		for round := range 3 { // room that is not given back would be missing in the next
			var conns []*socket.Conn
			var peers []*client
			for range 6 {
				cl, conn, _ := b.dial(t)
				conns, peers = append(conns, conn), append(peers, cl)
			}
			for sent, slow := 0, b.srv.Stats().SlowCloses; b.srv.Stats().SlowCloses == slow; sent++ {
				queued := 0
				for _, c := range conns {
					c.Write(chunk)
					queued += c.Queued()
				}
				if queued > most {
					t.Fatalf("round %d: %d bytes are queued", round, queued)
				}
				if sent > 1e5 {
					t.Fatal("nobody was closed")
				}
			}
			for _, cl := range peers {
				_ = cl.nc.Close()
			}
			until(t, "all have left", func() bool { return b.srv.Stats().Connections == 0 })
		}
		if n := b.srv.Stats().QueuedBytes; n != 0 {
			t.Errorf("%d bytes are still counted", n)
		}
	})
}
