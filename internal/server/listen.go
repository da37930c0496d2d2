package server

import (
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// connections bounds the HTTP connections that are open at a time: an idle one costs memory that no request accounts for. One more is
// told to come back and closed, before anything is read of it. Those that become streams leave the count and have one of their own.
type connections struct {
	limit int64 // 0: any number
	open  atomic.Int64
}

// bound returns l with the limit; the server on it must tell its changes of state to [connections.changed].
func (c *connections) bound(l net.Listener) net.Listener { return &boundedListener{l, c} }

// changed is http.Server.ConnState.
func (c *connections) changed(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew: // before the next is accepted
		c.open.Add(1)
	case http.StateHijacked, http.StateClosed:
		c.open.Add(-1)
	}
}

type boundedListener struct {
	net.Listener
	c *connections
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil || l.c.limit == 0 || l.c.open.Load() < l.c.limit {
			return nc, err
		}
		_ = nc.SetWriteDeadline(time.Now().Add(time.Second)) // an empty socket takes it at once
		_, _ = nc.Write([]byte(crowded))                     // with TLS it is noise, and the connection ends all the same
		_ = nc.Close()
	}
}

// crowded is what a connection hears that is one too many.
var crowded = func() string {
	body := `{"status":503,"code":"unavailable","title":"Service Unavailable",` +
		`"detail":"The server has as many connections as its memory allows.","retry_after":2}` + "\n"
	return fmt.Sprintf("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 2\r\n"+
		"Connection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}()
