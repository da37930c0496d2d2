package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Target is the server under load.
type Target struct {
	URL    string // http://127.0.0.1:port
	PID    int    // 0 when it runs elsewhere
	Data   string // folder of a server that this program started
	keep   bool   // the folder stays
	Start  time.Duration
	client *http.Client
	cmd    *exec.Cmd
	args   []string
	admin  string // address of its admin listener, or ""

	profiles profiler
}

// Launching says how a server is started.
type Launching struct {
	Binary   string
	Profiles string   // folder for Go profiles of the server, or ""
	Watched  bool     // with metrics
	Folder   string   // to start on, and to leave; "": a temporary one
	Flags    []string // further ones, such as --database
}

// Launch starts a server with --bench, on an empty temporary folder unless there is another, and waits until it is ready.
func Launch(ctx context.Context, o Launching) (*Target, error) {
	t := &Target{Data: o.Folder, keep: o.Folder != "", client: newClient()}
	var err error
	if !t.keep {
		if t.Data, err = os.MkdirTemp("", "xinshu-bench-"); err != nil {
			return nil, err
		}
	}
	admin := []string{"--admin-listen", "off"}
	if o.Profiles != "" || o.Watched {
		if t.admin, err = freeAddress(); err != nil {
			return nil, err
		}
		admin[1] = t.admin
	}
	if o.Profiles != "" {
		t.profiles.dir, t.profiles.admin = o.Profiles, t.admin
		admin = append(admin, "--profile")
	}
	t.args = slices.Concat([]string{o.Binary, "serve", "--bench", "--data", t.dataFolder(), "--listen", "127.0.0.1:0",
		"--log-level", "error"}, admin, o.Flags)
	if err := t.launch(ctx); err != nil {
		return nil, errors.Join(err, t.remove())
	}
	return t, nil
}

// remove forgets the data of a temporary server.
func (t *Target) remove() error {
	if t.keep {
		return nil
	}
	return os.RemoveAll(t.Data)
}

// dataFolder is what the server has as --data.
func (t *Target) dataFolder() string { return filepath.Join(t.Data, "data") }

func (t *Target) launch(ctx context.Context) error {
	t.cmd = exec.Command(t.args[0], t.args[1:]...) // not bound to ctx: Close ends it in an orderly way
	t.cmd.Stderr = os.Stderr
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := t.cmd.Start(); err != nil {
		return err
	}
	t.PID = t.cmd.Process.Pid
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, addr, ok := strings.Cut(lines.Text(), " serves "); ok {
			t.URL = addr
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // what it says later is of no interest
	if t.URL == "" {
		return errors.Join(errors.New("the server did not start"), t.cmd.Wait())
	}
	for deadline := began.Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		resp, err := t.client.Get(t.URL + "/health/ready")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				t.Start = time.Since(began)
				return nil
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return errors.Join(errors.New("the server did not become ready"), t.stop())
		}
	}
}

// Restart stops the server and starts it again on the same data; Start is then its time to ready.
func (t *Target) Restart(ctx context.Context) error {
	if t.cmd == nil {
		return errors.New("only a server that was started here can be restarted")
	}
	if err := t.stop(); err != nil {
		return err
	}
	return t.launch(ctx)
}

func (t *Target) stop() error {
	if err := t.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return t.cmd.Wait()
}

// About is what a server says of the data that load would be put on.
type About struct {
	Data string `json:"data"` // its folder
	Own  bool   `json:"own"`  // it was made for load tests and holds nothing else
}

// Attach uses a server that runs already. It must have been started with --bench; pid is 0 if it runs on another machine. A server whose
// data is not for load tests alone is refused unless on names its folder.
func Attach(ctx context.Context, address string, pid int, on string) (*Target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("want an address such as http://127.0.0.1:8065")
	}
	t := &Target{URL: strings.TrimSuffix(address, "/"), PID: pid, client: newClient()}
	var about About
	if err := t.call(ctx, "GET", "/api/v1/bench", "", nil, &about); err != nil {
		return nil, fmt.Errorf("the server does not run with --bench: %w", err)
	}
	if !about.Own && filepath.Clean(on) != filepath.Clean(about.Data) {
		return nil, fmt.Errorf("the server's data in %s is not for load tests alone; to put load on it all the same, repeat that folder in --on", about.Data)
	}
	return t, nil
}

func newClient() *http.Client {
	return &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
}

// Close stops a server that this program started and removes its folder if it is a temporary one.
func (t *Target) Close() error {
	if t.cmd == nil {
		return nil
	}
	return errors.Join(t.stop(), t.remove())
}

// CPU returns the server's user and system time so far; 0 when it is not on this machine.
func (t *Target) CPU() time.Duration { return cpuOf(t.PID) }

// ownCPU is [Target.CPU] of this program, which shares the machine with the server.
func ownCPU() time.Duration { return cpuOf(os.Getpid()) }

func cpuOf(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte(") ")) // the name may hold spaces
	fields := bytes.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	utime, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	stime, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(utime+stime) * 10 * time.Millisecond // the kernel counts in 1/100 s
}

// RSS returns the server's resident memory in bytes; 0 when it is not on this machine.
func (t *Target) RSS() int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.PID))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// Person is somebody made for the load.
type Person struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// call sends a JSON request and decodes the answer into out; token "" is nobody.
func (t *Target) call(ctx context.Context, method, path, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return &answerError{method + " " + path, resp.StatusCode, string(text)}
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// answerError is an answer that is no success.
type answerError struct {
	request string // method and path
	status  int
	text    string // the beginning of the body
}

func (e *answerError) Error() string { return fmt.Sprintf("%s: %d %s", e.request, e.status, e.text) }

// People returns the people numbered from…from+count-1 of the server's load test company.
func (t *Target) People(ctx context.Context, from, count int) ([]Person, error) {
	var all []Person
	for count > 0 {
		n := min(count, 1000)
		var page struct {
			Items []Person `json:"items"`
		}
		if err := t.call(ctx, "POST", "/api/v1/bench/people", "", map[string]int{"from": from, "count": n}, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		from, count = from+n, count-n
	}
	return all, nil
}

// Group makes a group of people; the first owns it.
func (t *Target) Group(ctx context.Context, name string, people []Person) (string, error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	var out struct {
		ID string `json:"id"`
	}
	err := t.call(ctx, "POST", "/api/v1/bench/conversations", "", map[string]any{"name": name, "members": ids}, &out)
	return out.ID, err
}
