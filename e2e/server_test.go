package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

// patience is how long a test waits for what must happen at all. It says nothing about how fast it should be.
const patience = 30 * time.Second

// buildDir is where the program is built when XINSHU_BIN names none.
var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "xinshu-e2e-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

// program returns the path of the program under test.
var program = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("XINSHU_BIN"); named != "" {
		return filepath.Abs(named)
	}
	out := filepath.Join(buildDir, "xinshu")
	cmd := exec.Command("go", "build", "-o", out, "github.com/xinshu-im/xinshu/cmd/xinshu")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, text)
	}
	return out, nil
})

// options say how a server is started.
type options struct {
	engine  db.Engine // SQLite if empty
	data    string    // a new folder if empty
	bench   bool      // with the doors that make people
	limited bool      // with the bound on each person's requests, which tests would reach
	args    []string  // further arguments of serve
	listen  string    // host:port; the server's own loopback address and any port if empty
	wrap    []string  // command in front of the program, such as strace
	tls     bool      // speak https; args say with which certificate
	noAdmin bool      // without the admin listener
}

// server is one running program and what it takes to start it again.
type server struct {
	t        testing.TB
	opt      options
	data     string
	database string // value of --database
	host     string // loopback address of this server alone
	url      string // as printed
	addr     string // host:port of url

	cmd    *exec.Cmd
	out    *output
	exited chan struct{} // closed when the process has ended
	exit   error         // valid then
}

// hosts counts the loopback addresses that were given away; the process id keeps test processes apart.
var hosts atomic.Uint32

func newHost() string {
	n, pid := hosts.Add(1), os.Getpid()
	return fmt.Sprintf("127.%d.%d.%d", 10+pid>>8%200, pid%256, 1+n%250)
}

// start starts a server, waits until it serves and ends it with the test.
func start(t testing.TB, opt options) *server {
	t.Helper()
	s := prepare(t, opt)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	return s
}

// prepare readies a server that is not started yet.
func prepare(t testing.TB, opt options) *server {
	t.Helper()
	s := &server{t: t, opt: opt, data: opt.data, database: "sqlite", host: newHost()}
	if s.data == "" {
		s.data = shortTempDir(t)
	}
	if opt.engine == db.Postgres {
		s.database = dbtest.URL(t, db.Postgres)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("server on %s said:\n%s", s.addr, s.out.tail(6000))
		}
	})
	return s
}

// shortTempDir is t.TempDir with a path short enough for a socket in it.
func shortTempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "x-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "data")
}

// run starts the process and waits for the line that names its address. After the first time it listens where it did before.
func (s *server) run() error {
	if err := s.launch(); err != nil {
		return err
	}
	return s.ready()
}

// launch starts the process and does not wait for it.
func (s *server) launch() error {
	path, err := program()
	if err != nil {
		return err
	}
	listen := s.opt.listen
	switch {
	case s.addr != "":
		listen = s.addr
	case listen == "":
		listen = s.host + ":0"
	}
	admin := s.host + ":8066"
	if s.opt.noAdmin {
		admin = "off"
	}
	argv := append(s.opt.wrap[:len(s.opt.wrap):len(s.opt.wrap)], path, "serve", "--data", s.data, "--database", s.database,
		"--listen", listen, "--admin-listen", admin)
	if s.opt.bench {
		argv = append(argv, "--bench")
	}
	if !s.opt.limited {
		argv = append(argv, "--person-rate", "0")
	}
	cmd := exec.Command(argv[0], append(argv[1:], s.opt.args...)...)
	if s.out == nil {
		s.out = newOutput()
	}
	s.out.mark()
	cmd.Stdout, cmd.Stderr = s.out, s.out
	cmd.SysProcAttr = sysProcAttr()
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.exited = cmd, make(chan struct{})
	go func() {
		s.exit = cmd.Wait()
		close(s.exited)
		s.out.wakeAll()
	}()
	return nil
}

var servesLine = regexp.MustCompile(`(?m)^Xinshu \S+ serves (https?://(\S+))$`)

// ready waits for the line that names the address.
func (s *server) ready() error {
	m, err := s.out.waitFor(servesLine, s.exited)
	if err != nil {
		return fmt.Errorf("the server did not start: %w\n%s", err, s.out.tail(3000))
	}
	s.url, s.addr = m[1], m[2]
	return nil
}

// kill ends the process at once, as a crash does, and waits until it is gone.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGKILL) // it may have gone already
	<-s.exited
}

// terminate asks the process to stop and waits; it returns the exit code and how long that took.
func (s *server) terminate() (code int, took time.Duration) {
	s.t.Helper()
	began := time.Now()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	return s.waitExit(), time.Since(began)
}

// waitExit waits until the process ends by itself and returns its exit code, -1 for a signal.
func (s *server) waitExit() int {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatalf("the server did not end:\n%s", s.out.tail(3000))
	}
	return s.cmd.ProcessState.ExitCode()
}

// restart kills the process and starts it again at the same address.
func (s *server) restart() {
	s.t.Helper()
	s.kill()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

// adminURL is the address of the admin listener.
func (s *server) adminURL() string { return "http://" + s.host + ":8066" }

// command runs a subcommand of the program and returns what it said.
func command(t testing.TB, args ...string) (string, error) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = t.TempDir() // no settings file lies there
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// onData runs a subcommand on the server's data.
func (s *server) onData(args ...string) (string, error) {
	s.t.Helper()
	return command(s.t, append(args, "--data", s.data, "--database", s.database)...)
}

// rss returns the resident memory of the process in bytes.
func (s *server) rss() int64 {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		s.t.Fatal(err)
	}
	return kb << 10
}

// output collects what a process says.
type output struct {
	mu   sync.Mutex // guards the fields below
	text bytes.Buffer
	from int // where the newest process began
	wake chan struct{}
}

func newOutput() *output { return &output{wake: make(chan struct{})} }

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.wake)
	o.wake = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) wakeAll() { _, _ = o.Write(nil) }

// mark says that a new process begins; what earlier ones said is not waited for.
func (o *output) mark() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.from = o.text.Len()
}

// since returns what was said after a mark of size().
func (o *output) since(from int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text.Bytes()[from:])
}

func (o *output) size() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Len()
}

// current is what the newest process said.
func (o *output) current() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text.Bytes()[o.from:])
}

// tail is the end of everything.
func (o *output) tail(n int) string {
	if o == nil {
		return ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.text.Bytes()
	return string(b[max(0, len(b)-n):])
}

// waitFor waits until the newest process says what matches, or ends.
func (o *output) waitFor(re *regexp.Regexp, exited <-chan struct{}) ([]string, error) {
	deadline := time.After(patience)
	for gone := false; ; {
		o.mu.Lock()
		m := re.FindStringSubmatch(string(o.text.Bytes()[o.from:]))
		wake := o.wake
		o.mu.Unlock()
		if m != nil {
			return m, nil
		}
		if gone {
			return nil, errors.New("it ended")
		}
		select {
		case <-wake:
		case <-exited:
			gone = true
		case <-deadline:
			return nil, fmt.Errorf("it did not say %s", re)
		}
	}
}

// eventually polls until ok says true; what says what is waited for.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
		pause(5 * time.Millisecond)
	}
}

// pause lets time pass between two looks, or between two faults; nothing relies on what happens meanwhile.
func pause(d time.Duration) { <-time.After(d) }

// freshTransport returns connections that no other client shares.
func freshTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     time.Minute,
	}
}

// query makes the part of an address after the question mark.
func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "?" + v.Encode()
}
