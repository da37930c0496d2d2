package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

// Command is something that the person at the server's terminal does to the data: an import, a backup, a link. It runs in the
// process that has the data open. What it says goes to out, a line at a time.
type Command func(ctx context.Context, a *App, args url.Values, in io.Reader, out io.Writer) error

// controlSocket is the file in the data folder through which subcommands reach a running server. Who may open the file may do
// everything, as with the data itself.
const controlSocket = "control.sock"

// failMark begins the last line of a control answer when the command failed: the status is sent before the command ends.
const failMark = "\x00failed "

// Do runs a command on the data folder: in a running server if there is one, else in this process.
func Do(ctx context.Context, opt Options, name string, args url.Values, in io.Reader, out io.Writer) error {
	cmd, ok := commands[name]
	if !ok {
		return xinshu.Errorf(xinshu.NotFound, "There is no command %q.", name)
	}
	if !slices.Contains(founding, name) && opt.Config.Database == "sqlite" {
		if _, err := os.Stat(filepath.Join(opt.Config.Data, "xinshu.db")); errors.Is(err, os.ErrNotExist) {
			return xinshu.Errorf(xinshu.NotFound, "There is no data in the folder %s. Name the server's folder with --data or XINSHU_DATA.", opt.Config.Data)
		}
	}
	app, err := Open(ctx, opt)
	if err == nil {
		return errors.Join(cmd(ctx, app, args, in, out), app.Close())
	}
	if !errors.Is(err, errLocked) {
		return err
	}
	return remote(ctx, opt.Config.Data, name, args, in, out)
}

// founding are the commands that may make a new data folder; for all others a misspelt folder is an error.
var founding = []string{"user-admin", "import-org"}

// remote asks the running server.
func remote(ctx context.Context, data, name string, args url.Values, in io.Reader, out io.Writer) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(data, controlSocket))
	if err != nil {
		return fmt.Errorf("reach the running server: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control/"+name+"?"+args.Encode(), in)
	if err != nil {
		return err
	}
	// What the server says is shown while a file goes out: it tells how far it is.
	written := make(chan error, 1)
	go func() { written <- req.Write(conn) }()
	defer func() {
		_ = conn.Close() // a server that has answered may not want the rest
		<-written
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return fmt.Errorf("the running server went away: %w", err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadString('\n')
		if text, ok := strings.CutPrefix(line, failMark); ok {
			return errors.New(strings.TrimSpace(text))
		}
		if _, werr := io.WriteString(out, line); werr != nil {
			return werr
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the running server went away: %w", err)
		}
	}
}

// serveControl listens on the control socket.
func (a *App) serveControl(failed chan<- error) (stop func() error, err error) {
	path := filepath.Join(a.cfg.Data, controlSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // left by a killed process; the folder is ours
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		// A path beyond the system's limit for sockets (about 100 bytes) costs the subcommands on a running server, not the server.
		a.log.Warn("no control socket: subcommands work only while the server is stopped", "error", err)
		return func() error { return nil }, nil
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	r := door.New(noPeople{}, a.opt.Clock, a.log, a.opt.Version)
	for name, cmd := range commands {
		r.Plain(door.Door{Name: "control." + name, Method: "POST", Path: "/" + name, Policy: door.Metrics, Hidden: true,
			MaxBody: 1 << 40, Summary: "Control"}, func(w http.ResponseWriter, req *http.Request, _ xinshu.Actor) error {
			flushed := flushing{w, http.NewResponseController(w)}
			if err := flushed.c.EnableFullDuplex(); err != nil { // else the first line of progress throws a part of the file away
				return err
			}
			if err := cmd(req.Context(), a, req.URL.Query(), req.Body, flushed); err != nil {
				_, _ = fmt.Fprintf(flushed, "%s%s\n", failMark, strings.ReplaceAll(sentence(err), "\n", " · ")) // the asker has gone
			}
			return nil
		})
	}
	s := a.httpServer(r)
	s.ReadTimeout = 0 // an import of many hours is fine here
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return s.Close, nil
}

// sentence is what the person at the terminal reads: known failures without their code.
func sentence(err error) string {
	var e *xinshu.Error
	if errors.As(err, &e) && e.Code != xinshu.Internal {
		return e.Message
	}
	return err.Error()
}

// flushing sends every line at once, so that progress is seen.
type flushing struct {
	w io.Writer
	c *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil {
		err = f.c.Flush()
	}
	return n, err
}
