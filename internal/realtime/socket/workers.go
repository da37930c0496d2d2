package socket

import "sync"

// The turn of a connection in the epoll set: at most one worker reads it and calls its handler.
const (
	turnIdle  = iota // nobody reads; the next event takes the turn
	turnTaken        // queued for a worker or held by one
	turnAgain        // as taken, and something happened since
)

const (
	readBuffer = 4096 // bytes a worker reads at once
	readsATurn = 16   // reads before a connection goes to the end of the queue
)

// workers runs the connections that have something to read. Its queue is bounded by the number of connections: each is in
// it at most once.
type workers struct {
	srv *Server
	max int

	mu         sync.Mutex
	head, tail *Conn // connections for which there was no worker
	idle       []chan *Conn
	fewest     int // idle workers at the quietest moment since the last retire
	running    int
	closed     bool
}

func (w *workers) init(s *Server) { w.srv, w.max = s, s.opt.MaxWorkers }

// submit gives c, whose turn is taken, to a worker.
func (w *workers) submit(c *Conn) {
	w.mu.Lock()
	if n := len(w.idle); n > 0 {
		ch := w.idle[n-1]
		w.idle = w.idle[:n-1]
		w.fewest = min(w.fewest, n-1)
		w.mu.Unlock()
		ch <- c
		return
	}
	if w.running < w.max {
		w.running++
		w.mu.Unlock()
		w.srv.wg.Go(func() { w.work(c) })
		return
	}
	w.push(c)
	w.mu.Unlock()
}

func (w *workers) push(c *Conn) {
	if w.tail == nil {
		w.head = c
	} else {
		w.tail.next = c
	}
	w.tail = c
}

func (w *workers) work(c *Conn) {
	buf := make([]byte, readBuffer)
	ch := make(chan *Conn, 1)
	for c != nil {
		again := c.serve(buf)
		w.mu.Lock()
		if again {
			w.push(c)
		}
		if c = w.head; c != nil {
			if w.head = c.next; w.head == nil {
				w.tail = nil
			}
			c.next = nil
			w.mu.Unlock()
			continue
		}
		if w.closed {
			w.running--
			w.mu.Unlock()
			return
		}
		w.idle = append(w.idle, ch)
		w.mu.Unlock()
		c = <-ch
	}
}

// retire ends the workers that were not needed since the last call.
func (w *workers) retire() {
	w.mu.Lock()
	n := min(w.fewest, len(w.idle))
	gone := append([]chan *Conn(nil), w.idle[:n]...)
	w.idle = append(w.idle[:0], w.idle[n:]...)
	clear(w.idle[len(w.idle):cap(w.idle)])
	w.fewest = len(w.idle)
	w.running -= n
	w.mu.Unlock()
	for _, ch := range gone {
		ch <- nil
	}
}

func (w *workers) close() {
	w.mu.Lock()
	w.closed = true
	w.fewest = len(w.idle)
	w.mu.Unlock()
	w.retire()
}

// take claims the turn after an event; when somebody has it, he will look again.
func (c *Conn) take() bool {
	for {
		switch c.turn.Load() {
		case turnIdle:
			if c.turn.CompareAndSwap(turnIdle, turnTaken) {
				return true
			}
		case turnTaken:
			if c.turn.CompareAndSwap(turnTaken, turnAgain) {
				return false
			}
		default:
			return false
		}
	}
}

// yield gives the turn back; false means that something happened meanwhile and the turn is kept.
func (c *Conn) yield() bool {
	if c.turn.CompareAndSwap(turnTaken, turnIdle) {
		return true
	}
	c.turn.Store(turnTaken)
	return false
}
