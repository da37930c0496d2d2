package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/config"
)

// Run serves until ctx ends, then drains. What people must see (address, set-up link, warnings) goes to out.
func Run(ctx context.Context, opt Options, out io.Writer) error {
	app, err := Open(ctx, opt)
	if err != nil {
		return err
	}
	err = app.serve(ctx, out)
	return errors.Join(err, app.Close())
}

// serve listens and blocks until ctx ends.
func (a *App) serve(ctx context.Context, out io.Writer) error {
	public, err := net.Listen("tcp", a.cfg.Listen) // first, so that a taken address is known before anything is filled
	if errors.Is(err, syscall.EADDRINUSE) {
		return xinshu.Errorf(xinshu.Conflict, "Another program listens on %s. Stop it, or choose another address with --listen.", a.cfg.Listen).Because(err)
	}
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer public.Close() // once more after main has closed it, which is harmless
	if err := a.prepare(ctx, out); err != nil {
		return err
	}
	a.plan.Apply()
	if a.plan.Limit > 0 {
		a.log.Info("memory is limited", "limit_mb", a.plan.Limit>>20, "streams", a.plan.Streams, "requests_mb", a.plan.Room>>20, "cache_mb", a.plan.Cache>>20)
	}
	a.background()
	tlsCfg, print, err := tlsConfig(a.cfg, a.opt.Clock)
	if err != nil {
		return err
	}
	conns := &connections{limit: int64(a.plan.Connections)}
	public = conns.bound(public)
	if tlsCfg != nil {
		public = tls.NewListener(public, tlsCfg)
	}
	a.origin = a.publicURL(public.Addr())
	proxies, err := a.cfg.Proxies()
	if err != nil {
		return err
	}
	handler := protect(a.door, a.log, secureBy(a.cfg, proxies))
	if a.cfg.Bench {
		handler = timed(handler)
	}
	main := a.httpServer(handler)
	main.ConnState = conns.changed
	failed := make(chan error, 3)
	go func() { failed <- main.Serve(public) }()
	stopAdmin, err := a.serveAdmin(failed)
	if err != nil {
		return errors.Join(err, main.Close())
	}
	stopControl, err := a.serveControl(failed)
	if err != nil {
		return errors.Join(err, main.Close(), stopAdmin())
	}
	if err := a.announce(ctx, out, print); err != nil {
		return errors.Join(err, main.Close(), stopAdmin(), stopControl())
	}

	select {
	case err = <-failed:
	case <-ctx.Done():
		err = nil
	}
	a.stopping.Store(true)
	drain, cancel := context.WithTimeout(context.Background(), a.cfg.DrainTime)
	defer cancel()
	a.log.Info("stopping", "drain", a.cfg.DrainTime)
	errs := []error{err, a.closeStreams(drain)}
	if serr := main.Shutdown(drain); serr != nil { // requests that outlived the drain time are cut
		errs = append(errs, main.Close())
	}
	return errors.Join(append(errs, stopControl(), stopAdmin())...)
}

func (a *App) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second, // a slow or half-open client holds a connection, not for ever
		ReadTimeout:       10 * time.Minute, // an import file over a slow line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), // handshake noise of scanners
	}
}

// secureBy says whether the browser spoke TLS: to this process, or to a trusted proxy that says so.
func secureBy(cfg *config.Config, proxies []netip.Prefix) func(*http.Request) bool {
	return func(r *http.Request) bool {
		if cfg.TLS() {
			return true
		}
		addr, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return false
		}
		for _, p := range proxies {
			if p.Contains(addr.Addr().Unmap()) {
				return strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
			}
		}
		return false
	}
}

// publicURL is the address that people type.
func (a *App) publicURL(addr net.Addr) string {
	if a.cfg.PublicURL != "" {
		return strings.TrimSuffix(a.cfg.PublicURL, "/")
	}
	scheme := "http"
	if a.cfg.TLS() {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return scheme + "://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// bare says whether people come over plain http from elsewhere, as far as the address tells: not to localhost, and not to a
// proxy that adds TLS.
func (a *App) bare() bool {
	host, _, err := net.SplitHostPort(a.cfg.Listen)
	if err != nil || a.cfg.TLS() || len(a.cfg.TrustedProxies) > 0 {
		return false
	}
	return host != "127.0.0.1" && host != "::1" && host != "localhost"
}

// announce tells the person at the terminal where to go and what to think of.
func (a *App) announce(ctx context.Context, out io.Writer, print string) error {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) } // the terminal has gone: nobody to tell
	say("Xinshu %s serves %s", a.opt.Version, a.origin)
	if print != "" {
		say("Self-signed certificate, SHA-256 fingerprint:\n  %s", print)
	}
	if a.bare() {
		say("Warning: without TLS everybody on the network can read passwords and messages, and browsers refuse what they allow on\n" +
			"https only: notifications, installing as an app, the offline store. Use --tls-cert and --tls-key, --tls-self-signed,\n" +
			"or a reverse proxy with TLS and --trusted-proxy.")
		a.log.Warn("serving without TLS", "address", a.cfg.Listen)
	}
	return a.setup(ctx, say)
}
