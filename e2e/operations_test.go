package e2e

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// engines runs fn on a server of each engine, side by side.
func engines(t *testing.T, fn func(t *testing.T, engine db.Engine)) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, e)
		})
	}
}

// said says whether a message with a text came.
func (s *stream) said(text string) bool {
	for _, e := range s.eventsOf("message") {
		if strings.Contains(string(e.Data), text) {
			return true
		}
	}
	return false
}

func TestRemovedAndSuspendedHearNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		co := found(t, options{engine: engine})
		a, b, c := co.hire("anna"), co.hire("bert"), co.hire("carl")
		group := a.group("canary", b.id, c.id)
		removed, suspended, witness := b.stream(), c.stream(), a.stream()
		a.post(group, "before")
		eventually(t, "everybody hears", func() bool { return removed.said("before") && suspended.said("before") })
		a.must("DELETE", "/api/v1/conversations/"+group+"/members/"+b.id, nil, nil)
		co.root.must("POST", "/api/v1/admin/people/"+c.id+"/suspend", nil, nil)
		suspended.wantClose(t, 4002)
		last := a.post(group, "canary after removal")
		eventually(t, "the witness hears", func() bool { return witness.said("canary after removal") })
		if _, err := removed.call("ping", map[string]any{}); err != nil { // what came for her came before this answer
			t.Fatal(err)
		}
		if removed.said("canary after removal") || suspended.said("canary after removal") {
			t.Error("heard after the end")
		}
		if got := b.do("GET", fmt.Sprintf("/api/v1/conversations/%s/messages/%d", group, last.Seq), nil); got.status != 404 {
			t.Errorf("a removed member reads: %d", got.status)
		}
		if got := c.do("GET", "/api/v1/me", nil); got.status != 401 {
			t.Errorf("a suspended person's session: %d", got.status)
		}
	})
}

func TestBackupWhileWritingAndRestore(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		co := found(t, options{engine: engine})
		a := co.hire("anna")
		group := a.group("backup")
		for i := range 50 {
			a.post(group, fmt.Sprintf("message %d", i))
		}
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					a.do("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), fmt.Sprintf("while %d", i)))
				}
			}
		}()
		file := filepath.Join(t.TempDir(), "b.tar.zst")
		out, err := co.onData("backup", file)
		close(stop)
		<-stopped
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		target := shortTempDir(t)
		database := "sqlite"
		if engine == db.Postgres {
			s := prepare(t, options{engine: engine}) // for its empty schema
			database = s.database
		}
		out, err = command(t, "restore", file, "--verify", "--data", target, "--database", database)
		if err != nil || !strings.Contains(out, "Evidence: sound") {
			t.Fatalf("%v\n%s", err, out)
		}
		r := prepare(t, options{data: target})
		r.database = database
		if err := r.run(); err != nil {
			t.Fatal(err)
		}
		again := r.signIn("anna")
		texts := map[string]bool{}
		for _, m := range again.history(group) {
			texts[m.Content.Text] = true
		}
		for i := range 50 {
			if !texts[fmt.Sprintf("message %d", i)] {
				t.Fatalf("message %d was acknowledged before the backup and is not in it", i)
			}
		}
	})
}

func TestTamperedMessageIsNamed(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a := co.hire("anna")
	group := a.group("evidence")
	a.post(group, "pay 100")
	if code, took := co.terminate(); code != 0 || took > 10*time.Second {
		t.Fatalf("stopped with %d after %v", code, took)
	}
	if out, err := co.onData("audit", "verify"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	co.write(`UPDATE message SET content = replace(content, 'pay 100', 'pay 900') WHERE content LIKE '%pay 100%'`)
	if got := co.readText(`SELECT content FROM message WHERE content LIKE '%pay 900%'`); !strings.Contains(got, "pay 900") {
		t.Fatalf("not changed: %s", got)
	}
	out, err := co.onData("audit", "verify")
	if err == nil || !strings.Contains(out, "BAD") || !strings.Contains(out, group) {
		t.Fatalf("%v\n%s", err, out)
	}
}

var printLine = regexp.MustCompile(`(?m)^\s+([0-9A-F]{2}(?::[0-9A-F]{2}){31})$`)

func TestSelfSignedCertificateHasThePrintedFingerprint(t *testing.T) {
	t.Parallel()
	s := start(t, options{tls: true, args: []string{"--tls-self-signed"}})
	m, err := s.out.waitFor(printLine, s.exited)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.url, "https://") != !s.opt.tls {
		t.Fatalf("serves %s", s.url)
	}
	var seen string
	tr := freshTransport()
	tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(cs tls.ConnectionState) error {
		seen = strings.ToUpper(fmt.Sprintf("%x", sha256.Sum256(cs.PeerCertificates[0].Raw)))
		return nil
	}}
	resp, err := (&http.Client{Transport: tr}).Get(s.url + "/health/ready")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if seen != strings.ReplaceAll(m[1], ":", "") {
		t.Fatalf("printed %s, shown %s", m[1], seen)
	}
	if resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security over TLS")
	}
	size := s.out.size()
	s.restart()
	if again, err := s.out.waitFor(printLine, s.exited); err != nil || again[1] != m[1] {
		t.Fatalf("another certificate after a restart: %v %v\n%s", again, err, s.out.since(size))
	}
}

func TestPlainHTTPOnALANAddress(t *testing.T) {
	t.Parallel()
	co := found(t, options{args: []string{"--trusted-proxy", "127.255.255.1"}}) // a proxy that nobody is
	if strings.Contains(co.out.current(), "Warning") {
		t.Errorf("a warning on loopback: %s", co.out.current())
	}
	co.hire("anna")
	c := co.anonymous()
	req, err := c.request("POST", "/api/v1/sessions", map[string]any{"login": "anna", "password": password, "cookie": true})
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", "203.0.113.9") // from nobody's proxy: not believed
	req.Header.Set("X-Forwarded-Proto", "https")
	a, err := c.send(req)
	if err != nil || a.status != 200 && a.status != 201 {
		t.Fatalf("%d %v %s", a.status, err, a.body)
	}
	if strings.Contains(string(a.body), "203.0.113.9") {
		t.Error("a forged address was believed")
	}
	metrics, err := http.Get(co.adminURL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	_ = metrics.Body.Close()
	if metrics.StatusCode != 200 {
		t.Errorf("metrics: %d", metrics.StatusCode)
	}
	if got := co.anonymous().do("GET", "/metrics", nil); got.status == 200 && strings.Contains(string(got.body), "xinshu_db") {
		t.Error("metrics are public")
	}
	if rss := co.rss(); rss > 400<<20 {
		t.Errorf("%d MB", rss>>20)
	}
	out, err := command(t, "serve", "--data", co.data, "--listen", "127.0.0.1:0", "--admin-listen", "off")
	if err == nil || !strings.Contains(out, "Another xinshu process") {
		t.Errorf("a second server on the same folder: %v %s", err, out)
	}
}

func TestFailedFsyncEndsTheProcessAndLosesNothing(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a := co.hire("anna")
	group := a.group("fsync")
	co.terminate()
	co.opt.wrap = []string{"strace", "-f", "-qq", "-o", filepath.Join(t.TempDir(), "trace"), "-e", "trace=fsync,fdatasync",
		"-e", "inject=fsync,fdatasync:error=EIO:when=40+"}
	if err := co.run(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]bool{}
	for i := range 2000 {
		text := fmt.Sprintf("message %d", i)
		got, err := a.try("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), text))
		if err != nil {
			break // the process has ended
		}
		if got.status == 201 {
			acknowledged[text] = true
		}
	}
	if code := co.waitExit(); code == 0 {
		t.Fatal("the process went on after a failed fsync")
	}
	if len(acknowledged) == 0 || len(acknowledged) >= 2000 {
		t.Fatalf("%d were acknowledged: the fault did not come in between", len(acknowledged))
	}
	co.opt.wrap = nil
	if err := co.run(); err != nil {
		t.Fatal(err)
	}
	for _, m := range a.history(group) {
		delete(acknowledged, m.Content.Text)
	}
	if len(acknowledged) > 0 {
		t.Fatalf("%d acknowledged messages are lost", len(acknowledged))
	}
}

func TestFullDiskRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a := co.hire("anna")
	group := a.group("full")
	a.post(group, "before")
	co.terminate()
	info, err := os.Stat(filepath.Join(co.data, "xinshu.db"))
	if err != nil {
		t.Fatal(err)
	}
	// No file may grow beyond what the database has now and 2 MB: what a full disk does to a write, for any user.
	limit := info.Size()/1024 + 2048
	co.opt.wrap = []string{"bash", "-c", fmt.Sprintf(`trap "" XFSZ; ulimit -S -f %d; exec "$0" "$@"`, limit)}
	if err := co.run(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]bool{"before": true}
	refused := ""
	for i := 0; i < 3000 && refused == ""; i++ {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", 12000))
		got := a.do("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), text))
		switch got.status {
		case 201:
			acknowledged[text] = true
		case 507, 503:
			refused = got.code()
		default:
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	if refused == "" {
		t.Fatal("the disk never was full")
	}
	if got := a.do("GET", "/api/v1/conversations/"+group+"/messages?limit=5", nil); got.status != 200 {
		t.Errorf("reading while the disk is full: %d", got.status)
	}
	co.kill()
	co.opt.wrap = nil
	if err := co.run(); err != nil {
		t.Fatal(err)
	}
	a.post(group, "after")
	for _, m := range a.history(group) {
		delete(acknowledged, m.Content.Text)
	}
	if len(acknowledged) > 0 {
		t.Fatalf("%d acknowledged messages are lost", len(acknowledged))
	}
}
