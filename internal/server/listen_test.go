package server

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestConnectionsAreBounded: one more is told when to come back; one that ends or becomes a stream makes room; the connections stay what
// the stream needs to read them itself.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan net.Conn, 1)
	c := &connections{limit: 2}
	s := &http.Server{ConnState: c.changed, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			nc, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
			}
			taken <- nc
		}
	})}
	go func() { _ = s.Serve(c.bound(l)) }() // ends with the server
	t.Cleanup(func() { _ = s.Close() })
	open := func(path string) (net.Conn, *http.Response) {
		t.Helper()
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = nc.SetDeadline(time.Now().Add(30 * time.Second))
		_, _ = io.WriteString(nc, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n") // a refused one may be closed already
		if path == "/stream" {
			return nc, nil
		}
		resp, err := http.ReadResponse(bufio.NewReader(nc), nil)
		if err != nil {
			t.Fatal(err)
		}
		return nc, resp
	}
	await := func(what string, n int64) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); c.open.Load() != n; <-time.After(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %d are open, want %d", what, c.open.Load(), n)
			}
		}
	}
	first, resp := open("/")
	if resp.StatusCode != 200 {
		t.Fatalf("the first: %s", resp.Status)
	}
	stream, _ := open("/stream")
	defer stream.Close()
	nc := <-taken
	defer nc.Close()
	if _, ok := nc.(*net.TCPConn); !ok {
		t.Errorf("a stream's connection is a %T", nc)
	}
	await("the stream does not count", 1)
	second, resp := open("/")
	defer second.Close()
	if resp.StatusCode != 200 {
		t.Fatalf("the second: %s", resp.Status)
	}
	third, resp := open("/")
	_ = third.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(body), `"code":"unavailable"`) {
		t.Errorf("one more: %s %v %s %v", resp.Status, resp.Header, body, err)
	}
	_ = first.Close()
	await("one has left", 1)
	again, resp := open("/")
	defer again.Close()
	if resp.StatusCode != 200 {
		t.Errorf("with room again: %s", resp.Status)
	}
}
