package socket

import "net"

// attach gives c a wire, puts it into the table and starts its reading.
func (s *Server) attach(c *Conn, nc net.Conn) error {
	early := c.in != nil
	if s.poll == nil {
		return s.attachNet(c, nc)
	}
	w, err := s.poll.adopt(c, nc)
	if err != nil {
		return err
	}
	if w == nil {
		return s.attachNet(c, nc)
	}
	w.tune(&s.opt)
	c.wire, c.pooled = w, true
	if !s.add(c) {
		w.release()
		return errStopping
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase.Load() == phaseGone {
		return nil
	}
	if err := w.start(); err != nil {
		c.fail(CodeAbnormal, err)
		return nil // the handler hears of it
	}
	if early {
		w.wake()
	}
	return nil
}
