package admin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/xinshu-im/xinshu/internal/config"
)

// readyWait bounds one question to the server. Health checks of containers give up after five seconds.
const readyWait = 3 * time.Second

// Ready asks the server that runs with these settings whether it can do its work, within [readyWait]. Unlike [Examine] it costs
// next to nothing and a server that does not run is a bad finding: it is what a health check asks every few seconds.
// It asks on the admin listener, which speaks plain http also where people connect with TLS.
func Ready(ctx context.Context, cfg *config.Config) Finding {
	f := Finding{What: "server"}
	addr := cfg.AdminListen
	if cfg.AdminOff() {
		if cfg.TLS() {
			f.Text = "the admin listener is off and the other speaks TLS: set admin-listen, it may be on loopback"
			return f
		}
		addr = cfg.Listen
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		f.Text = err.Error()
		return f
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		f.Text = "no server: " + err.Error()
		return f
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	status, err := probeReady(conn)
	switch {
	case err != nil:
		f.Text = "no answer at " + addr + ": " + err.Error()
	case status != http.StatusOK:
		f.Text = fmt.Sprintf("not ready at %s (status %d)", addr, status)
	default:
		f.OK, f.Text = true, "ready at "+addr
	}
	return f
}
