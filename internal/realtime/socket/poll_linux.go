package socket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// poller waits for all connections of a server in one epoll set. The set itself waits in the runtime's poller, so that no
// thread is blocked in epoll_wait.
type poller struct {
	srv  *Server
	fd   int
	file *os.File
}

func newPoller(s *Server) (*poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create epoll set: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make epoll set non-blocking: %w", err)
	}
	p := &poller{srv: s, fd: fd, file: os.NewFile(uintptr(fd), "epoll")}
	raw, err := p.file.SyscallConn()
	if err != nil {
		p.file.Close()
		return nil, fmt.Errorf("open epoll set: %w", err)
	}
	s.wg.Go(func() { p.loop(raw) })
	return p, nil
}

func (p *poller) close() { p.file.Close() }

func (p *poller) loop(raw syscall.RawConn) {
	events := make([]unix.EpollEvent, 256)
	conns := make([]*Conn, 0, len(events))
	for {
		n := 0
		err := raw.Read(func(uintptr) bool {
			for {
				var err error
				if n, err = unix.EpollWait(p.fd, events, 0); err != unix.EINTR {
					return n != 0
				}
			}
		})
		if err != nil || n < 0 {
			return // closed by Shutdown
		}
		p.hand(events[:n], conns)
	}
}

// hand gives ready connections to the workers, all at once. The slot's generation protects against an event that was fetched
// before its connection ended and its place was given to another. conns is empty room.
func (p *poller) hand(events []unix.EpollEvent, conns []*Conn) {
	p.srv.mu.RLock()
	for _, ev := range events {
		if at := p.srv.slots[uint32(ev.Fd)]; at.gen == uint32(ev.Pad) {
			conns = append(conns, at.c)
		} else {
			conns = append(conns, nil)
		}
	}
	p.srv.mu.RUnlock()
	ready := conns[:0]
	for i, c := range conns {
		if c != nil && c.ready(events[i]) {
			ready = append(ready, c)
		}
	}
	p.srv.workers.submit(ready...)
	clear(conns)
}

// ready takes note of an event and says whether a worker has to read.
func (c *Conn) ready(ev unix.EpollEvent) bool {
	if ev.Events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		c.wire.(*fdWire).hup.Store(true)
	}
	if ev.Events&unix.EPOLLOUT != 0 && c.Queued() > 0 {
		c.flush()
	}
	return ev.Events&^unix.EPOLLOUT != 0 && c.take()
}

// fdWire is a connection's own descriptor. Whoever uses it holds a reference, so that the number cannot be given to
// another connection in between.
type fdWire struct {
	c    *Conn
	fd   int
	refs atomic.Int32
	hup  atomic.Bool // the peer closed or the socket failed: read until that shows
}

// adopt moves nc out of the runtime's poller. It returns nil, and leaves nc alone, when nc is not plain TCP.
func (p *poller) adopt(c *Conn, nc net.Conn) (*fdWire, error) {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return nil, nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	fd := -1
	if cerr := raw.Control(func(old uintptr) {
		fd, err = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0)
	}); cerr != nil || err != nil {
		return nil, fmt.Errorf("duplicate socket: %w", errors.Join(cerr, err))
	}
	tcp.Close()
	w := &fdWire{c: c, fd: fd}
	w.refs.Store(1)
	return w, nil
}

// start puts the descriptor into the set.
func (w *fdWire) start() error {
	ev := unix.EpollEvent{
		Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET&0xFFFFFFFF,
		Fd:     int32(w.c.slot), Pad: int32(w.c.gen),
	}
	if err := unix.EpollCtl(w.c.srv.poll.fd, unix.EPOLL_CTL_ADD, w.fd, &ev); err != nil {
		return fmt.Errorf("watch socket: %w", err)
	}
	return nil
}

// tune bounds what the kernel keeps for a peer that does not answer.
func (w *fdWire) tune(opt *Options) {
	set := func(option, value int) { unix.SetsockoptInt(w.fd, unix.IPPROTO_TCP, option, value) }
	set(unix.TCP_USER_TIMEOUT, int(opt.UserTimeout/time.Millisecond))
	set(unix.TCP_KEEPIDLE, int(opt.UserTimeout/time.Second)+1) // our own pings come first
	if opt.UnsentLimit > 0 {
		set(unix.TCP_NOTSENT_LOWAT, opt.UnsentLimit)
	}
}

func (w *fdWire) acquire() bool {
	for {
		n := w.refs.Load()
		if n == 0 {
			return false
		}
		if w.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (w *fdWire) release() {
	if w.refs.Add(-1) == 0 {
		unix.Close(w.fd)
	}
}

// read returns errAgain when nothing is there.
func (w *fdWire) read(p []byte) (int, error) {
	if !w.acquire() {
		return 0, net.ErrClosed
	}
	defer w.release()
	for {
		n, err := unix.Read(w.fd, p)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return 0, errAgain
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// write writes until the socket is full: only then does an edge announce room.
func (w *fdWire) write(p []byte) (int, error) {
	sent := 0
	for sent < len(p) {
		n, err := unix.Write(w.fd, p[sent:])
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return sent, nil
		case err != nil:
			return sent, err
		default:
			sent += n
		}
	}
	return sent, nil
}

func (w *fdWire) queued() {} // the set watches for room from the start

func (w *fdWire) wake() {
	if w.c.take() {
		w.c.srv.workers.submit(w.c)
	}
}

func (w *fdWire) closeWrite() { unix.Shutdown(w.fd, unix.SHUT_WR) }

func (w *fdWire) close(abort bool) {
	unix.EpollCtl(w.c.srv.poll.fd, unix.EPOLL_CTL_DEL, w.fd, nil)
	if abort {
		unix.SetsockoptLinger(w.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	}
	w.release()
}

// serve reads c while it has the turn, and reports whether it wants another one.
func (c *Conn) serve(buf []byte) bool {
	w := c.wire.(*fdWire)
	c.early()
	for range readsATurn {
		if !c.look() {
			if c.yield() {
				return false
			}
			continue
		}
		n, err := w.read(buf)
		if err == errAgain {
			if c.yield() {
				return false
			}
			continue
		}
		c.arrive(buf[:n], err)
		// A short read emptied the socket, so the next byte makes a new event; only the end of the stream may have come
		// with the event that is being served.
		if n > 0 && n < len(buf) && !w.hup.Load() && c.phase.Load() == phaseOpen && c.yield() {
			return false
		}
	}
	return true
}
