package socket

import "time"

// sweepStride is the number of ticks in which the sweeper comes by every connection once.
const sweepStride = 5

// sweep is the one clock of all connections: each tick it looks at every fifth place of the table.
func (s *Server) sweep() {
	ticker := time.NewTicker(s.tickLength)
	defer ticker.Stop()
	var due []*Conn
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
		}
		now := s.tick.Add(1)
		due = due[:0]
		s.mu.RLock()
		for i := int(now % sweepStride); i < len(s.slots); i += sweepStride {
			if c := s.slots[i].c; c != nil {
				due = append(due, c)
			}
		}
		s.mu.RUnlock()
		for _, c := range due {
			c.check(now)
		}
		clear(due)
		if now%(2*sweepStride) == 0 {
			s.workers.retire()
		}
	}
}

// check pings a silent peer and cuts a dead one.
func (c *Conn) check(now uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.phase.Load() {
	case phaseClosing:
		if now-c.dieAt < 1<<31 { // now ≥ dieAt, also after the counter wrapped
			c.giveBack(true)
		}
	case phaseOpen:
		if c.busy.Load() || c.turn.Load() != turnIdle {
			return
		}
		silent := now - c.heard.Load()
		since := c.partialSince.Load()
		switch {
		case silent >= c.srv.readTicks:
			c.srv.count.timeouts.Add(1)
			c.fail(CodeAbnormal, errSilent)
		case since != 0 && now-since >= c.srv.readTicks && now-since < 1<<31:
			c.srv.count.timeouts.Add(1)
			c.end(CodeRate, "message not finished", errUnfinished)
		case silent >= c.pingAfter() && now-c.pinged >= c.pingAfter() && len(c.q)+c.flight == 0:
			c.pinged = now
			c.send([]byte{finBit | opPing, 0})
		}
	}
}

// pingAfter spreads pings over a quarter of the interval, so that connections of one moment do not ping in one moment.
func (c *Conn) pingAfter() uint32 {
	spread := (c.slot * 2654435761 >> 16) & 0xFF
	return c.srv.pingTicks - c.srv.pingTicks/4*spread/256
}
