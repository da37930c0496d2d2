package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

// contentPolicy lets pages load nothing from elsewhere and run no script that is not a file of ours.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// protect puts around the registry what holds for every answer: headers, the refusal of foreign pages, compression.
func protect(next http.Handler, log *slog.Logger, secure func(*http.Request) bool) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		door.WriteProblem(w, door.ProblemOf(errForeignOrigin, log, "origin"))
	}))
	inner := origin.Handler(compress(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // old browsers; new ones follow frame-ancestors
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if r.Method == http.MethodTrace || r.Method == http.MethodConnect {
			door.WriteProblem(w, door.ProblemOf(errMethod, log, "method"))
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// compress shrinks JSON answers and the pages about the API. The stream is hijacked and the client's files are compressed already.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(4),
		gzhttp.ContentTypes([]string{"application/json", "application/problem+json", "text/html", "text/css"}))
	if err != nil {
		panic(err) // the options above are valid
	}
	squeezed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" || !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		squeezed.ServeHTTP(w, r)
	})
}

// noPeople authenticates nobody: the doors of the admin listener and the control socket ask for no sign-in.
type noPeople struct{}

func (noPeople) Authenticate(*http.Request) (xinshu.Actor, error) { return xinshu.Actor{}, nil }

// healthDoors declares what watchers of the machine ask.
func (a *App) healthDoors(r *door.Registry) {
	r.Plain(door.Door{Name: "health.live", Method: "GET", Path: "/health/live", Policy: door.Anonymous, Hidden: true,
		Summary: "The process runs"}, func(w http.ResponseWriter, _ *http.Request, _ xinshu.Actor) error {
		w.Header().Set("Content-Type", "application/json")
		_, err := w.Write([]byte(`{"status":"live"}` + "\n"))
		return err
	})
	r.Plain(door.Door{Name: "health.ready", Method: "GET", Path: "/health/ready", Policy: door.Anonymous, Hidden: true,
		Summary: "The server can do its work"}, func(w http.ResponseWriter, req *http.Request, _ xinshu.Actor) error {
		if err := a.ready(req.Context()); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err := w.Write([]byte(`{"status":"ready"}` + "\n"))
		return err
	})
}

// assetDoors declares the web client; it comes last, because it takes every path that nobody else has.
func (a *App) assetDoors(r *door.Registry) {
	files := newAssets(a.webFiles)
	r.Rest(door.Door{Name: "web", Method: "GET", Path: "/", Policy: door.Anonymous, Hidden: true, Summary: "The web client"}, files.serve)
}

func (a *App) ready(ctx context.Context) error {
	if a.stopping.Load() {
		return xinshu.Errorf(xinshu.Unavailable, "The server is stopping.")
	}
	return a.ping(ctx)
}

var (
	errForeignOrigin = xinshu.Errorf(xinshu.ForeignOrigin, "Requests from pages of another origin are refused.")
	errMethod        = xinshu.Errorf(xinshu.MethodUnknown, "This method is not used here.")
)
