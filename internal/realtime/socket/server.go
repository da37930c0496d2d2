package socket

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Options are the limits of a Server; a zero field means the default in brackets.
type Options struct {
	Subprotocol  string        // the one that clients must offer ["xinshu.v1"]
	MaxMessage   int           // bytes of an inbound message, fragments added up [xinshu.MaxFrame]
	MaxQueue     int           // bytes that may wait for one peer [64 KiB]
	MaxPartial   int           // bytes of all unfinished inbound messages together [64 MiB]
	MaxQueued    int           // bytes that may wait for all peers together; who needs more is closed as too slow, in the middle of a frame if need be [no limit]
	MaxWorkers   int           // handler calls at the same time for connections in the epoll set [1024]
	PingEvery    time.Duration // silence after which a peer is asked, less up to a quarter of jitter [30 s]
	ReadTimeout  time.Duration // silence after which it is cut; also the time for one message [75 s]
	CloseTimeout time.Duration // for the peer's answer to our close frame [5 s]
	UserTimeout  time.Duration // for the kernel: data that the peer does not acknowledge [60 s]
	TakeIn       int           // clients a second that come back after Shutdown [1000]; two cores greet that many beside their work
	UnsentLimit  int           // bytes the kernel may hold unsent for one peer, Linux; negative: no limit [256 KiB]

	// Admit is asked before every inbound frame with its payload's size in bytes, on the goroutine that then calls
	// Message. False ends the connection: with 4008, unless Admit closed it with something better.
	Admit func(c *Conn, size int) bool

	// Goroutines makes every connection use the portable reader.
	Goroutines bool

	Log *slog.Logger // for panics of the handler [discarded]
}

func (o *Options) fill() {
	set := func(p *int, n int) {
		if *p == 0 {
			*p = n
		}
	}
	setTime := func(p *time.Duration, d time.Duration) {
		if *p == 0 {
			*p = d
		}
	}
	if o.Subprotocol == "" {
		o.Subprotocol = "xinshu.v1"
	}
	set(&o.MaxMessage, xinshu.MaxFrame)
	set(&o.MaxQueue, 64<<10)
	set(&o.MaxPartial, 64<<20)
	set(&o.MaxWorkers, 1024)
	set(&o.TakeIn, 1000)
	set(&o.UnsentLimit, 256<<10)
	setTime(&o.PingEvery, 30*time.Second)
	setTime(&o.ReadTimeout, 75*time.Second)
	setTime(&o.CloseTimeout, 5*time.Second)
	setTime(&o.UserTimeout, 60*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Server holds the connections of one listener or several. It owns the goroutines that read them, the workers and the
// sweeper; Shutdown waits for all of them.
type Server struct {
	opt   Options
	count counters

	tick       atomic.Uint32 // coarse time; one tick is tickLength
	tickLength time.Duration
	pingTicks  uint32
	readTicks  uint32
	closeTicks uint32

	partial atomic.Int64 // bytes allocated for unfinished messages
	queued  atomic.Int64 // bytes that wait for peers

	poll    *poller // nil where there is no epoll
	workers workers
	wg      sync.WaitGroup // sweeper, poller, goroutine wires, workers

	// mu guards the table.
	mu      sync.RWMutex
	slots   []slot
	free    []uint32
	closed  bool
	present int           // connections whose Closed has not been called
	empty   chan struct{} // closed when the server is closed and present and the table are empty
	stop    chan struct{} // ends the sweeper
	done    chan struct{} // closed when Shutdown has finished

	inTable int
}

// slot is one place of the table. An event of the kernel names slot and generation, so that one that was meant for a
// former user of the place finds nobody.
type slot struct {
	c   *Conn
	gen uint32
}

// NewServer starts a server without connections.
func NewServer(opt Options) (*Server, error) {
	opt.fill()
	s := &Server{opt: opt, empty: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{})}
	s.tickLength = max(min(opt.PingEvery/30, opt.ReadTimeout/75, opt.CloseTimeout/5), time.Millisecond)
	s.pingTicks, s.readTicks, s.closeTicks = s.ticks(opt.PingEvery), s.ticks(opt.ReadTimeout), s.ticks(opt.CloseTimeout)
	s.tick.Store(1)
	s.workers.init(s)
	if !opt.Goroutines {
		poll, err := newPoller(s)
		if err != nil {
			return nil, err
		}
		s.poll = poll
	}
	s.wg.Go(s.sweep)
	return s, nil
}

func (s *Server) ticks(d time.Duration) uint32 { return uint32((d + s.tickLength - 1) / s.tickLength) }

// add puts c into the table.
func (s *Server) add(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if n := len(s.free); n > 0 {
		c.slot, s.free = s.free[n-1], s.free[:n-1]
	} else {
		c.slot = uint32(len(s.slots))
		s.slots = append(s.slots, slot{})
	}
	at := &s.slots[c.slot]
	at.gen++
	at.c, c.gen = c, at.gen
	s.present++
	s.inTable++
	return true
}

// remove takes c out of the table.
func (s *Server) remove(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots[c.slot].c = nil
	s.free = append(s.free, c.slot)
	s.inTable--
	s.checkEmpty()
}

// leave counts a connection whose Closed has returned.
func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.present--
	s.checkEmpty()
}

func (s *Server) checkEmpty() {
	if s.closed && s.present == 0 && s.inTable == 0 {
		close(s.empty)
	}
}

// all returns the connections of the table.
func (s *Server) all() []*Conn {
	s.mu.RLock()
	defer s.mu.RUnlock()
	conns := make([]*Conn, 0, s.inTable)
	for _, at := range s.slots {
		if at.c != nil {
			conns = append(conns, at.c)
		}
	}
	return conns
}

// Shutdown refuses new connections, closes all with 4000 (the reason: over how many seconds to come back) and waits until they are gone or ctx ends; what is left then
// is cut. It returns when every Closed has been called and every goroutine has ended, with ctx's error if it had to cut; a
// handler that does not return is waited for no longer than Options.CloseTimeout. A second call waits for the first.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	if first {
		s.checkEmpty()
	}
	s.mu.Unlock()
	if !first {
		<-s.done
		return nil
	}
	defer close(s.done)
	conns := s.all()
	spread := strconv.Itoa(max(1, (len(conns)+s.opt.TakeIn-1)/s.opt.TakeIn))
	for _, c := range conns {
		c.Close(CodeServerGoing, spread)
	}
	err := s.drain(ctx)
	close(s.stop)
	if s.poll != nil {
		s.poll.close()
	}
	s.workers.close()
	if !errors.Is(err, errHandlers) {
		s.wg.Wait()
	}
	return err
}

// drain waits until the table is empty and every handler has returned.
func (s *Server) drain(ctx context.Context) error {
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
	}
	for _, c := range s.all() {
		c.mu.Lock()
		c.fail(CodeServerGoing, ctx.Err())
		c.mu.Unlock()
	}
	select {
	case <-s.empty:
		return ctx.Err()
	case <-time.After(s.opt.CloseTimeout):
		return fmt.Errorf("%w: %w", errHandlers, ctx.Err())
	}
}
