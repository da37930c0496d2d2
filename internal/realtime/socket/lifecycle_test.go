package socket_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// TestOneAtATime: while a message is handled the next one waits in the peer's socket, and order is kept.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{MaxWorkers: 4}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hold, b.quiet = make(chan struct{}), true
			cl, _, rec := b.dial(t)
			var want []string
			for i := range 500 {
				want = append(want, fmt.Sprint(i, strings.Repeat(".", i)))
				cl.send(frame(text, want[i]))
			}
			<-rec.started
			if got := rec.got(); len(got) != 1 {
				t.Errorf("%d messages were handed out while the first was handled", len(got))
			}
			close(b.hold)
			until(t, "all handled", func() bool { return len(rec.got()) == 500 })
			if strings.Join(rec.got(), " ") != strings.Join(want, " ") || rec.overlap {
				t.Error("out of order or at the same time")
			}
		})
	}
}

// TestMessageDuringMessage: what arrives while the handler runs is handled afterwards without another event.
func TestMessageDuringMessage(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hold = make(chan struct{})
			cl, conn, rec := b.dial(t)
			cl.send(frame(text, "first"))
			<-rec.started
			cl.send(frame(text, "second"))
			<-time.After(20 * time.Millisecond) // the event comes and goes
			b.hold <- struct{}{}
			cl.want("text:first")
			<-rec.started
			conn.Close(4002, "")
			b.hold <- struct{}{}
			if e := rec.wait(t); e.code != 4002 || rec.late {
				t.Errorf("Closed told %+v", e)
			}
		})
	}
}

// TestEndWithData: a stream that ends in the same moment as its last bytes is noticed at once.
func TestEndWithData(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		var recs []*recorder
		for range 100 {
			cl, _, rec := b.dial(t)
			recs = append(recs, rec)
			go func() {
				cl.nc.Write(frame(text, "last words"))
				cl.nc.(interface{ CloseWrite() error }).CloseWrite()
			}()
		}
		for _, rec := range recs {
			if rec.wait(t); len(rec.got()) != 1 {
				t.Errorf("messages %q", rec.got())
			}
		}
	})
}

// TestBackpressure: a peer that sends without end to a handler that is busy is held back by TCP.
func TestBackpressure(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hold, b.quiet = make(chan struct{}), true
			defer close(b.hold)
			cl, _, rec := b.dial(t)
			cl.nc.SetWriteDeadline(time.Now().Add(500 * time.Millisecond))
			var err error
			for err == nil {
				_, err = cl.nc.Write(frame(text, strings.Repeat("x", 4000)))
			}
			<-rec.started
			if n := b.srv.Stats().BytesIn; n > 8<<10 {
				t.Errorf("%d bytes were read for a busy handler", n)
			}
		})
	}
}

// TestBusyHandlerIsNotSilence: what we do not read cannot be held against the peer.
func TestBusyHandlerIsNotSilence(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{PingEvery: 100 * time.Millisecond, ReadTimeout: 400 * time.Millisecond}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hold = make(chan struct{})
			cl, _, rec := b.dial(t)
			cl.send(frame(text, "work"))
			<-rec.started
			<-time.After(4 * opt.ReadTimeout)
			close(b.hold)
			cl.want("text:work")
			// The sweeper comes by, and finds a peer that was heard when the handler returned.
			<-time.After(opt.ReadTimeout / 2)
			cl.send(frame(text, "more"))
			op, p, err := cl.read()
			for ; op == 9; op, p, err = cl.read() {
				cl.send(frame(0x8A, p))
			}
			if p != "more" {
				t.Errorf("then got %q %v", p, err)
			}
		})
	}
}

// TestConcurrentWriters: chunks of many goroutines, pings and pongs never cut each other.
func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{PingEvery: 30 * time.Millisecond, MaxQueue: 64 << 20}, func(t *testing.T, b *bundle) {
		cl, conn, rec := b.dial(t)
		const writers, each = 8, 200
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					var chunk []byte
					for j := range 3 {
						chunk = socket.AppendTextFrame(chunk, fmt.Appendf(nil, "%d %d %s", w, 3*i+j, bytes.Repeat([]byte("."), i*7)))
					}
					conn.Write(chunk)
					clear(chunk) // it is ours again
				}
			})
		}
		wg.Go(func() {
			for range 100 {
				cl.nc.Write(frame(0x89, "p"))
			}
		})
		next, texts, pongs := [writers]int{}, 0, 0
		for texts < writers*each*3 || pongs < 100 {
			op, p, err := cl.read()
			if err != nil {
				t.Fatalf("after %d texts and %d pongs: %v", texts, pongs, err)
			}
			switch op {
			case 1:
				var w, n int
				if _, err := fmt.Sscanf(p, "%d %d", &w, &n); err != nil || n != next[w] {
					t.Fatalf("writer %d: frame %d instead of %d (%v)", w, n, next[w], err)
				}
				next[w]++
				texts++
			case 10:
				pongs++
			}
		}
		wg.Wait()
		cl.nc.Close()
		rec.wait(t)
	})
}

// TestServerCloses: the close frame comes after what was written before, nothing after it, and Closed once.
func TestServerCloses(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		cl, conn, rec := b.dial(t)
		if conn.Data() != cl.nc.LocalAddr().String() {
			t.Errorf("data is %v", conn.Data())
		}
		conn.Write(socket.AppendTextFrame(nil, []byte("last")))
		conn.Close(4002, strings.Repeat("结", 100))
		conn.Close(4001, "again")
		conn.Write(socket.AppendTextFrame(nil, []byte("late")))
		if e := rec.wait(t); e.code != 4002 || e.err != nil {
			t.Errorf("Closed told %+v", e)
		}
		cl.want("text:last")
		op, p, err := cl.read()
		if err != nil || word(op, p) != "close:4002" || p[2:] != strings.Repeat("结", 41) {
			t.Errorf("close frame %q %v", p, err)
		}
		cl.send(frame(text, "ignored"), closeFrame(4002, ""))
		if _, _, err := cl.read(); err != io.EOF {
			t.Errorf("after the handshake: %v", err)
		}
		cl.nc.Close()
		until(t, "gone", func() bool { return b.srv.Stats().Connections == 0 })
		if len(rec.closed) != 0 || len(rec.got()) != 0 {
			t.Error("the handler was called after Closed")
		}
	})
}

// TestPeerVanishes: the end of the stream, and a reset, without a close frame.
func TestPeerVanishes(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		for _, linger := range []int{-1, 0} {
			cl, _, rec := b.dial(t)
			cl.send(frame(text, "x"), frame(1, "unfinished")[:5])
			if tcp, ok := cl.nc.(*net.TCPConn); ok {
				tcp.SetLinger(linger)
			}
			cl.want("text:x")
			cl.nc.Close()
			if e := rec.wait(t); e.code != socket.CodeAbnormal || e.err == nil {
				t.Errorf("Closed told %+v", e)
			}
		}
		until(t, "gone", func() bool { s := b.srv.Stats(); return s.Connections == 0 && s.PartialBytes == 0 })
	})
}

// TestPanic of a handler costs one connection.
func TestPanic(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		cl, _, rec := b.dial(t)
		other, _, _ := b.dial(t)
		cl.send(frame(text, "panic"), frame(text, "more"), closeFrame(1011, ""))
		if got := cl.transcript(); got != "close:1011 eof" {
			t.Errorf("read %q", got)
		}
		if e := rec.wait(t); e.code != socket.CodeInternal {
			t.Errorf("Closed told %+v", e)
		}
		other.send(frame(text, "alive"))
		other.want("text:alive")
	})
}

// TestShutdown closes with 4000 and over how many seconds to come back, waits for those who answer, cuts the others, and refuses
// who comes later.
func TestShutdown(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{TakeIn: 8}, func(t *testing.T, b *bundle) {
		var recs []*recorder
		var polite sync.WaitGroup
		for i := range 20 {
			cl, _, rec := b.dial(t)
			recs = append(recs, rec)
			polite.Go(func() {
				if op, p, err := cl.read(); op != 8 || p != "\x0f\xa03" {
					t.Errorf("want 4000 with 3 s for 20 clients, got op %d %q %v", op, p, err)
				}
				if i%2 == 0 {
					cl.nc.Write(closeFrame(4000, ""))
					cl.transcript()
					cl.nc.Close()
				}
			})
		}
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		if err := b.srv.Shutdown(ctx); err != context.DeadlineExceeded {
			t.Errorf("Shutdown with deaf peers: %v", err)
		}
		polite.Wait()
		for _, rec := range recs {
			if len(rec.closed) != 1 {
				t.Error("Closed was not called before Shutdown returned")
			} else if e := rec.wait(t); e.code != socket.CodeServerGoing {
				t.Errorf("Closed told %+v", e)
			}
		}
		if s := b.srv.Stats(); s.Connections != 0 {
			t.Errorf("stats %+v", s)
		}
		nc := b.dialRaw(t)
		io.WriteString(nc, handshake)
		answer := make([]byte, 12)
		if _, err := io.ReadFull(nc, answer); err != nil || string(answer[9:]) != fmt.Sprint(http.StatusServiceUnavailable) {
			t.Errorf("after Shutdown: %q %v", answer, err)
		}
	})
}

// TestShutdownWithStuckHandler does not wait for ever.
func TestShutdownWithStuckHandler(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			opt := socket.Options{CloseTimeout: 50 * time.Millisecond}
			reader.set(&opt)
			b := setup(t, opt, reader.tls)
			b.hold = make(chan struct{})
			cl, _, rec := b.dial(t)
			cl.send(frame(text, "work"))
			<-rec.started
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			if err := b.srv.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "handlers still run") {
				t.Errorf("Shutdown: %v", err)
			}
			close(b.hold)
			if e := rec.wait(t); e.code != socket.CodeServerGoing {
				t.Errorf("Closed told %+v", e)
			}
		})
	}
}

// TestShutdownOfWilling ends as soon as all peers have answered.
func TestShutdownOfWilling(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		for range 10 {
			cl, _, _ := b.dial(t)
			go func() {
				cl.read()
				cl.nc.Write(closeFrame(4000, ""))
				cl.read()
				cl.nc.Close()
			}()
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := b.srv.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
}

// TestDescriptorReuse opens and ends connections in every way while others write to them, so that numbers are reused as
// fast as the kernel gives them. Every connection must see its own bytes only.
func TestDescriptorReuse(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{CloseTimeout: 100 * time.Millisecond}, func(t *testing.T, b *bundle) {
		var wg sync.WaitGroup
		for g := range 8 {
			rng := rand.New(rand.NewPCG(uint64(g), 1))
			wg.Go(func() {
				for i := range 60 {
					cl, conn, rec := b.dial(t)
					mine := fmt.Sprintf("%d/%d", g, i)
					var writers sync.WaitGroup
					for range 2 {
						writers.Go(func() {
							for range 20 {
								conn.Write(socket.AppendTextFrame(nil, []byte(mine)))
							}
						})
					}
					cl.send(frame(text, mine))
					how := rng.IntN(4)
					if how == 0 {
						conn.Close(4002, "")
					} else if how == 1 {
						cl.nc.Close()
					}
					for n := 0; how > 1 && n < 21; n++ {
						if _, p, err := cl.read(); err != nil || p != mine {
							t.Errorf("%s: read %q %v", mine, p, err)
							break
						}
					}
					if how == 2 {
						cl.send([]byte{0xFF, 0xFF})
					}
					cl.nc.Close()
					rec.wait(t)
					for _, m := range rec.got() {
						if m != mine {
							t.Errorf("%s received %q", mine, m)
						}
					}
					if rec.late {
						t.Errorf("%s: message after Closed", mine)
					}
					writers.Wait()
				}
			})
		}
		wg.Wait()
		until(t, "all gone", func() bool { return b.srv.Stats().Connections == 0 })
		if s := b.srv.Stats(); s.Accepted != 480 {
			t.Errorf("stats %+v", s)
		}
	})
}
