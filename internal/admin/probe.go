package admin

import (
	"bufio"
	"net"
	"net/http"
)

// probeReady asks the server at the other end of conn whether it is ready and returns the HTTP status.
func probeReady(conn net.Conn) (int, error) {
	req, err := http.NewRequest(http.MethodGet, "http://xinshu/health/ready", nil)
	if err != nil {
		return 0, err
	}
	if err := req.Write(conn); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
