package socket

import (
	"runtime"
	"sync"
)

// The turn of a connection in the epoll set: at most one worker reads it and calls its handler.
const (
	turnIdle  = iota // nobody reads; the next event takes the turn
	turnTaken        // queued for a worker or held by one
	turnAgain        // as taken, and something happened since
)

const (
	readBuffer = 4096 // bytes a worker reads at once
	readsATurn = 16   // reads before a connection goes to the end of the queue
	perWorker  = 4    // queued connections that are worth waking another worker
)

// workers runs the connections that have something to read. Its queue is bounded by the number of connections: each is in
// it at most once. As many workers go through the queue as there are processors, because waking one costs more than most
// messages; a worker whose handler may wait is replaced meanwhile.
type workers struct {
	srv   *Server
	max   int
	procs int

	mu         sync.Mutex
	head, tail *Conn // connections that wait for a worker
	queued     int
	idle       []chan bool // true: there is work; false: go
	fewest     int         // idle workers at the quietest moment since the last retire
	running    int
	active     int // of the running: neither idle nor in a handler that may wait
	closed     bool
}

func (w *workers) init(s *Server) { w.srv, w.max, w.procs = s, s.opt.MaxWorkers, runtime.GOMAXPROCS(0) }

// submit queues connections whose turn is taken.
func (w *workers) submit(conns ...*Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.push(c)
	}
	w.hire()
}

// hire sees to it that somebody goes through the queue. mu is held.
func (w *workers) hire() {
	for w.active < w.procs && w.queued > perWorker*w.active {
		if n := len(w.idle); n > 0 {
			ch := w.idle[n-1]
			w.idle = w.idle[:n-1]
			w.fewest = min(w.fewest, n-1)
			ch <- true // has room: nobody sends to a worker that is not idle
		} else if w.running < w.max {
			w.running++
			w.srv.wg.Go(w.work)
		} else {
			return // whoever returns from his handler goes on with the queue
		}
		w.active++
	}
}

func (w *workers) push(c *Conn) {
	if w.tail == nil {
		w.head = c
	} else {
		w.tail.next = c
	}
	w.tail = c
	w.queued++
}

func (w *workers) pop() *Conn {
	c := w.head
	if c == nil {
		return nil
	}
	if w.head = c.next; w.head == nil {
		w.tail = nil
	}
	c.next = nil
	w.queued--
	return c
}

func (w *workers) work() {
	buf := make([]byte, readBuffer)
	ch := make(chan bool, 1)
	w.mu.Lock()
	for {
		if c := w.pop(); c != nil {
			w.mu.Unlock()
			again := c.serve(buf)
			w.mu.Lock()
			if again {
				w.push(c)
			}
			continue
		}
		w.active--
		if w.closed {
			w.running--
			w.mu.Unlock()
			return
		}
		w.idle = append(w.idle, ch)
		w.mu.Unlock()
		if !<-ch {
			return
		}
		w.mu.Lock()
	}
}

// wait runs fn, which may wait, on a worker: another one goes through the queue meanwhile.
func (w *workers) wait(fn func()) {
	w.mu.Lock()
	w.active--
	w.hire()
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.active++
		w.mu.Unlock()
	}()
	fn()
}

// retire ends the workers that were not needed since the last call.
func (w *workers) retire() {
	w.mu.Lock()
	n := min(w.fewest, len(w.idle))
	gone := append([]chan bool(nil), w.idle[:n]...)
	w.idle = append(w.idle[:0], w.idle[n:]...)
	clear(w.idle[len(w.idle):cap(w.idle)])
	w.fewest = len(w.idle)
	w.running -= n
	w.mu.Unlock()
	for _, ch := range gone {
		ch <- false
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
