package socket_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lxzan/gws"
	"go.uber.org/goleak"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// The measurements of docs/design/0002-socket.md. The peers run in a process of their own, so that what is counted is the
// server's:
//
//	go test ./internal/realtime/socket -run '^$' -bench Idle/epoll -benchtime 1x     (a process per run: memory is its own)
//	go test ./internal/realtime/socket -run '^$' -bench Deliver -benchtime 4000000x -count 3
var (
	peersFlag   = flag.Int("peers", 15_000, "connections of BenchmarkIdle")
	readersFlag = flag.Int("readers", 1_000, "connections of BenchmarkDeliver")
	watchFlag   = flag.Duration("watch", 3*time.Second, "how long BenchmarkIdle watches the CPU")
	clientFlag  = flag.String("client", "", "address: be the peers and nothing else")
)

// TestMain also makes the peers' process, which is this program with -client.
func TestMain(m *testing.M) {
	flag.Parse()
	if *clientFlag != "" {
		runCrowd()
	}
	goleak.VerifyTestMain(m)
}

// transport is one of the candidates: it accepts upgrades and writes one chunk to everybody.
type transport interface {
	http.Handler
	count() int
	toAll(chunk []byte)
	stop()
}

func candidates(t testing.TB) map[string]func() transport {
	own := func(opt socket.Options) transport {
		srv, err := socket.NewServer(opt)
		if err != nil {
			t.Fatal(err)
		}
		return &ownTransport{srv: srv}
	}
	return map[string]func() transport{
		"epoll":     func() transport { return own(socket.Options{MaxQueue: 16 << 20}) },
		"goroutine": func() transport { return own(socket.Options{MaxQueue: 16 << 20, Goroutines: true}) },
		"gws": func() transport {
			g := &gwsTransport{}
			g.up = gws.NewUpgrader(&gws.BuiltinEventHandler{}, &gws.ServerOption{SubProtocols: []string{"xinshu.v1"}})
			return g
		},
	}
}

type ownTransport struct {
	srv   *socket.Server
	mu    sync.Mutex
	conns []*socket.Conn
}

// deaf ignores what peers say; it has no state and so no size.
type deaf struct{}

func (deaf) Message(*socket.Conn, []byte)    {}
func (deaf) Closed(*socket.Conn, int, error) {}

func (o *ownTransport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := o.srv.Upgrade(w, r, nil, deaf{}, nil)
	if err != nil {
		return
	}
	o.mu.Lock()
	o.conns = append(o.conns, c)
	o.mu.Unlock()
}

func (o *ownTransport) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.conns)
}

func (o *ownTransport) toAll(chunk []byte) {
	for _, c := range o.conns {
		c.Write(chunk)
	}
}

func (o *ownTransport) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	o.srv.Shutdown(ctx)
}

type gwsTransport struct {
	up    *gws.Upgrader
	mu    sync.Mutex
	conns []*gws.Conn
}

func (g *gwsTransport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := g.up.Upgrade(w, r)
	if err != nil {
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, c)
	g.mu.Unlock()
	go c.ReadLoop()
}

func (g *gwsTransport) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// toAll goes past the library, which has no way to write many ready frames at once.
func (g *gwsTransport) toAll(chunk []byte) {
	for _, c := range g.conns {
		c.NetConn().Write(chunk)
	}
}

func (g *gwsTransport) stop() {
	for _, c := range g.conns {
		c.NetConn().Close()
	}
}

// crowd is the process of the peers. It says how many bytes all of them have received.
type crowd struct {
	cmd      *exec.Cmd
	received atomic.Uint64
	done     chan struct{}
}

func startCrowd(b *testing.B, tr transport, n int) (*crowd, func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	hs := &http.Server{Handler: tr}
	go hs.Serve(l)
	cr := &crowd{done: make(chan struct{})}
	cr.cmd = exec.Command(os.Args[0], "-client", l.Addr().String(), "-peers", fmt.Sprint(n))
	cr.cmd.Stderr = os.Stderr
	in, err1 := cr.cmd.StdinPipe()
	out, err2 := cr.cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cr.cmd.Start()); err != nil {
		b.Fatal(err)
	}
	ready := make([]byte, 8)
	if _, err := io.ReadFull(out, ready); err != nil {
		b.Fatal("the peers did not connect: ", err)
	}
	for tr.count() < n { // the last peers know of their connection before we do
		time.Sleep(time.Millisecond)
	}
	go func() {
		defer close(cr.done)
		for p := make([]byte, 8); ; cr.received.Store(binary.LittleEndian.Uint64(p)) {
			if _, err := io.ReadFull(out, p); err != nil {
				return
			}
		}
	}()
	return cr, func() {
		in.Close()
		<-cr.done
		cr.cmd.Wait()
		hs.Close()
	}
}

// runCrowd is the child: it connects, answers pings, and reports what changed every 2 ms until its input ends.
func runCrowd() {
	var wg sync.WaitGroup
	var received atomic.Uint64
	work := make(chan struct{}, *peersFlag)
	for range *peersFlag {
		work <- struct{}{}
	}
	close(work)
	for range 32 {
		wg.Go(func() {
			for range work {
				nc, err := net.Dial("tcp", *clientFlag)
				if err == nil {
					_, err = io.WriteString(nc, handshake)
				}
				br := bufio.NewReaderSize(nc, 1024)
				if err == nil {
					_, err = http.ReadResponse(br, nil)
				}
				if err != nil {
					fmt.Fprintln(os.Stderr, "peer:", err)
					os.Exit(1)
				}
				go drain(nc, br.Buffered(), &received)
			}
		})
	}
	wg.Wait()
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for said := uint64(1); ; time.Sleep(2 * time.Millisecond) {
		if now := received.Load(); now != said {
			said = now
			os.Stdout.Write(binary.LittleEndian.AppendUint64(nil, now))
		}
	}
}

func drain(nc net.Conn, early int, received *atomic.Uint64) {
	received.Add(uint64(early))
	small := make([]byte, 16)
	buf := small
	for {
		n, err := nc.Read(buf)
		if err != nil {
			return
		}
		if n == 2 && buf[0] == 0x89 {
			nc.Write(frame(0x8A, ""))
			continue
		}
		if n == len(small) {
			buf = make([]byte, 32<<10)
		}
		received.Add(uint64(n))
	}
}

// cpu returns the processor time of this process; peers that still run do not count.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rss returns the resident memory of this process in bytes.
func rss() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kb float64
	fmt.Sscan(after, &kb)
	return kb * 1024
}

// BenchmarkIdle measures memory per silent connection, as the system sees it a second after the last handshake and again
// after a collection, and the processor time of doing nothing.
func BenchmarkIdle(b *testing.B) {
	for _, name := range []string{"epoll", "goroutine", "gws"} {
		b.Run(name, func(b *testing.B) {
			tr := candidates(b)[name]()
			_, end := startCrowd(b, tr, 200)
			debug.FreeOSMemory()
			base := rss()
			_, end2 := startCrowd(b, tr, *peersFlag)
			n := float64(*peersFlag)
			time.Sleep(time.Second)
			b.ReportMetric((rss()-base)/n, "B/conn")
			debug.FreeOSMemory()
			b.ReportMetric((rss()-base)/n, "B/conn-collected")
			b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
			used := cpu()
			time.Sleep(*watchFlag)
			b.ReportMetric(100*float64(cpu()-used)/float64(*watchFlag), "cpu%")
			tr.stop()
			end()
			end2()
		})
	}
}

// BenchmarkDeliver measures processor time per million deliveries: chunks of many frames of 300 bytes, written to every
// reader, with at most 32 KB per reader on the way. One operation is one frame that arrived at one reader.
func BenchmarkDeliver(b *testing.B) {
	payload := []byte(strings.Repeat("消", 98))
	for _, name := range []string{"epoll", "goroutine", "gws"} {
		for _, frames := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", name, frames), func(b *testing.B) {
				tr := candidates(b)[name]()
				cr, end := startCrowd(b, tr, *readersFlag)
				var chunk []byte
				for range frames {
					chunk = socket.AppendTextFrame(chunk, payload)
				}
				n := uint64(*readersFlag)
				var sent uint64
				used := cpu()
				b.ResetTimer()
				for done := 0; done < b.N; done += frames * int(n) {
					tr.toAll(chunk)
					for sent += n * uint64(len(chunk)); sent-cr.received.Load() > 32<<10*n; {
						time.Sleep(200 * time.Microsecond)
					}
				}
				for cr.received.Load() < sent {
					time.Sleep(time.Millisecond)
				}
				b.StopTimer()
				deliveries := float64(sent) / float64(len(chunk)/frames)
				b.ReportMetric((cpu()-used).Seconds()/deliveries*1e6, "cpu-s/1M")
				b.ReportMetric(deliveries/b.Elapsed().Seconds(), "deliveries/s")
				tr.stop()
				end()
			})
		}
	}
}
