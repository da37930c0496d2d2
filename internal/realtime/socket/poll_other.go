//go:build !linux

package socket

import "net"

// poller does not exist on this system: every connection has the goroutine wire.
type poller struct{}

func newPoller(*Server) (*poller, error) { return nil, nil }

func (*poller) close() {}

func (s *Server) attach(c *Conn, nc net.Conn) error { return s.attachNet(c, nc) }

// serve is for workers, which have nothing to do here.
func (c *Conn) serve([]byte) bool { return false }
