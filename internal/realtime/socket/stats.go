package socket

import "sync/atomic"

// Stats are a server's counters since its start, and its state now.
type Stats struct {
	Connections  int    // open now
	Accepted     uint64 // handshakes that became connections
	BytesIn      uint64
	BytesOut     uint64 // taken by sockets
	FramesIn     uint64 // all kinds
	MessagesIn   uint64
	ChunksOut    uint64 // calls of Write
	SlowCloses   uint64 // peers that did not read
	Timeouts     uint64 // peers that were silent, or did not finish a message
	Refused      uint64 // peers that broke the protocol or a limit
	PartialBytes int64  // memory of unfinished messages now
	QueuedBytes  int64  // what waits for peers now
}

type counters struct {
	accepted, bytesIn, bytesOut, framesIn, messagesIn, chunksOut, slowCloses, timeouts, refused atomic.Uint64
}

// Stats returns the counters.
func (s *Server) Stats() Stats {
	s.mu.RLock()
	n := s.inTable
	s.mu.RUnlock()
	return Stats{
		Connections: n, Accepted: s.count.accepted.Load(),
		BytesIn: s.count.bytesIn.Load(), BytesOut: s.count.bytesOut.Load(),
		FramesIn: s.count.framesIn.Load(), MessagesIn: s.count.messagesIn.Load(), ChunksOut: s.count.chunksOut.Load(),
		SlowCloses: s.count.slowCloses.Load(), Timeouts: s.count.timeouts.Load(), Refused: s.count.refused.Load(),
		PartialBytes: s.partial.Load(), QueuedBytes: s.queued.Load(),
	}
}
