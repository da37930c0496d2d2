package socket

import (
	"errors"
	"net"
	"os"
	"time"
)

// netWire is a connection with a goroutine that reads, and another one while bytes wait to be written.
type netWire struct {
	c       *Conn
	nc      net.Conn
	pumping bool // a goroutine writes; guarded by c.mu
}

// attachNet gives c a goroutine.
func (s *Server) attachNet(c *Conn, nc net.Conn) error {
	w := &netWire{c: c, nc: nc}
	c.wire = w
	if !s.add(c) {
		return errStopping
	}
	s.wg.Go(w.run)
	return nil
}

// run reads until the connection is gone and then closes it. Closing waits for TLS's farewell, which is why no one else
// does it.
func (w *netWire) run() {
	c := w.c
	buf := make([]byte, readBuffer)
	c.early()
	for c.look() {
		n, err := w.nc.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			// Somebody wants us to look at the phase. From here on the sweeper's cut ends the reading.
			c.arrive(buf[:n], nil)
			c.mu.Lock()
			if c.phase.Load() == phaseClosing {
				w.nc.SetReadDeadline(time.Time{})
			}
			c.mu.Unlock()
			continue
		}
		c.arrive(buf[:n], err)
	}
	w.nc.Close()
}

// write leaves everything to the pump: a net.Conn cannot be asked what goes without waiting.
func (w *netWire) write([]byte) (int, error) { return 0, nil }

func (w *netWire) queued() {
	if !w.pumping {
		w.pumping = true
		w.c.srv.wg.Go(w.pump)
	}
}

// pump writes the queue until it is empty.
func (w *netWire) pump() {
	c := w.c
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() { w.pumping = false }()
	for len(c.q) > 0 && c.phase.Load() != phaseGone {
		p := c.q
		c.q, c.flight = nil, len(p)
		c.mu.Unlock()
		w.nc.SetWriteDeadline(time.Now().Add(c.srv.opt.UserTimeout))
		n, err := w.nc.Write(p)
		recycle(p)
		c.srv.count.bytesOut.Add(uint64(n))
		c.mu.Lock()
		c.flight = 0
		c.recount()
		if err != nil {
			c.lost(err)
			return
		}
		c.drained()
	}
}

// wake ends a read that waits. It is called when the phase changes and at no other time.
func (w *netWire) wake() { w.nc.SetReadDeadline(time.Unix(1, 0)) }

// closeWrite may have to write TLS's farewell, so it has its own goroutine.
func (w *netWire) closeWrite() {
	if half, ok := w.nc.(interface{ CloseWrite() error }); ok {
		w.c.srv.wg.Go(func() { half.CloseWrite() })
	}
}

// close of a lost connection goes to the socket itself, which ends a write that waits; otherwise run closes.
func (w *netWire) close(abort bool) {
	if !abort {
		return
	}
	nc := w.nc
	if inner, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = inner.NetConn()
	}
	if tcp, ok := nc.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	nc.Close()
}
