package e2e

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/door"
	product "github.com/xinshu-im/xinshu/internal/server"
)

// TestForeignPages: with the cookie of somebody who is signed in, a page of another origin changes nothing at any door, and reads
// nothing (reference: promise 55; ASVS 3.4.2, 3.5.1–3.5.3).
func TestForeignPages(t *testing.T) {
	t.Parallel()
	doors, err := product.Doors()
	if err != nil {
		t.Fatal(err)
	}
	m := newMatrix(t, "")
	watch := m.co.watch()
	send := func(d door.Door, method string, header http.Header) answer {
		t.Helper()
		r := rows[d.Name]
		who := (&hostile{}).by(d)
		c := m.newCell(t, d, r, who, "group")
		before := watch.snapshot()
		req, err := m.co.anonymous().request(method, c.path(d, r), c.body(r))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "xinshu_session="+m.clients[who].token)
		for name, values := range header {
			req.Header[name] = values
		}
		a, err := m.co.anonymous().send(req)
		if err != nil {
			t.Fatal(err)
		}
		if tables := changed(before, watch.snapshot()); len(tables) > 0 {
			t.Errorf("%s %s with %v changes %v", method, d.Name, header, tables)
		}
		for name := range a.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s with %v: %s: %s", method, d.Name, header, name, a.header.Get(name))
			}
		}
		secured(t, method+" "+d.Name, a)
		return a
	}
	foreign := []http.Header{
		{"Origin": {"https://evil.example"}},
		{"Origin": {"null"}},
		{"Origin": {m.co.url + ".evil.example"}},
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://sister.example"}},
		{"Sec-Fetch-Site": {"cross-site"}, "Content-Type": {"text/plain"}},
		{"Origin": {"https://evil.example"}, "Content-Type": {"application/x-www-form-urlencoded"}},
		{"Origin": {"https://evil.example"}, "X-Forwarded-Host": {"evil.example"}, "X-HTTP-Method-Override": {"GET"}},
	}
	for _, d := range doors {
		switch d.Method {
		case "":
		case "GET": // it changes nothing for anybody
			send(d, "GET", nil)
			send(d, "GET", foreign[0])
			send(d, "HEAD", foreign[3])
		default:
			for _, h := range foreign {
				if got := outcome(send(d, d.Method, h)); got != "403 foreign_origin" {
					t.Errorf("%s with %v: %s", d.Name, h, got)
				}
			}
			if got := outcome(send(d, "OPTIONS", http.Header{"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {d.Method}})); got != "405 method_not_allowed" {
				t.Errorf("OPTIONS %s: %s", d.Name, got)
			}
		}
	}
}

// secured looks at what every answer of the server carries (ASVS 3.4).
func secured(t *testing.T, what string, a answer) {
	t.Helper()
	csp := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'self'", "script-src 'self';", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("%s: no %s in %q", what, part, csp)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s: %q", what, name, got)
		}
	}
	if s := a.header.Get("Server") + a.header.Get("X-Powered-By"); s != "" {
		t.Errorf("%s: says what it is: %s", what, s)
	}
}

// TestAnswersOfTheAPIAreNotKept: what a person reads is in no cache on the way or in the browser.
func TestAnswersOfTheAPIAreNotKept(t *testing.T) {
	t.Parallel()
	doors, err := product.Doors()
	if err != nil {
		t.Fatal(err)
	}
	m := newMatrix(t, "")
	for _, d := range doors {
		if d.Method != "GET" || d.Policy == door.Anonymous {
			continue
		}
		r, who := rows[d.Name], (&hostile{}).by(d)
		c := m.newCell(t, d, r, who, "group")
		if a := m.clients[who].must("GET", c.path(d, r), nil, nil); a.header.Get("Cache-Control") != "no-store" || a.header.Get("ETag") != "" {
			t.Errorf("%s: Cache-Control %q", d.Name, a.header.Get("Cache-Control"))
		}
	}
}

// TestCookies: over TLS they have the prefix that binds them to this host, and browsers are told to come over TLS only; without
// TLS nothing pretends to be safe, whatever a stranger's header says.
func TestCookies(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]options{
		"plain": {}, "tls": {tls: true, args: []string{"--tls-self-signed"}},
		"proxy": {args: []string{"--trusted-proxy", "127.0.0.0/8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, opt)
			m, err := s.out.waitFor(setupLink, s.exited)
			if err != nil {
				t.Fatal(err)
			}
			c := s.anonymous()
			c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // the fingerprint is another test's
			req, err := c.request("POST", "/api/v1/setup", map[string]any{"token": m[1], "login": "root", "name": "Root", "password": password, "cookie": true})
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Forwarded-Proto", "https")
			req.Header.Set("X-Forwarded-For", "198.51.100.7")
			req.Header.Set("Forwarded", "for=198.51.100.8;proto=https")
			a, err := c.send(req)
			if err != nil || a.status != 200 {
				t.Fatalf("%v %d %s", err, a.status, a.body)
			}
			safe := name != "plain"
			cookies := (&http.Response{Header: a.header}).Cookies()
			if len(cookies) != 2 {
				t.Errorf("%d cookies", len(cookies))
			}
			for _, k := range cookies {
				if strings.HasPrefix(k.Name, "__Host-") != safe || k.Secure != safe || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" {
					t.Errorf("cookie %s", k.Raw)
				}
			}
			if got := a.header.Get("Strict-Transport-Security"); (got != "") != safe {
				t.Errorf("Strict-Transport-Security %q", got)
			}
			if strings.Contains(string(a.body), `"token"`) {
				t.Error("a script can read the token")
			}
			want := map[string]string{"plain": s.host, "tls": s.host, "proxy": "198.51.100.7"}[name]
			if !strings.Contains(string(a.body), `"address":"`+want+`"`) && !strings.Contains(string(a.body), `"address":"127.0.0.1"`) || name == "proxy" && !strings.Contains(string(a.body), want) {
				t.Errorf("the client's address: %s", a.body)
			}
		})
	}
}

// TestHostHeader: what a stranger writes into Host appears in no link.
func TestHostHeader(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	person := co.invite("anna")
	for _, h := range []http.Header{{"X-Forwarded-Host": {"evil.example"}}, {"Forwarded": {"host=evil.example"}}, {"X-Forwarded-Proto": {"https"}}, {"Origin": nil}} {
		req, err := co.root.request("POST", "/api/v1/admin/people/"+person+"/link", map[string]any{"kind": "activation"})
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		for name, values := range h {
			req.Header[name] = values
		}
		a, err := co.root.send(req)
		var link struct{ URL string }
		if err != nil || a.status != 200 {
			t.Fatalf("%v %d %s", err, a.status, a.body)
		}
		if decode(t, a, &link); !strings.HasPrefix(link.URL, co.url+"/link#token=") {
			t.Errorf("%v: %s", h, link.URL)
		}
	}
}

// TestFilesOutsideTheClient: no path leads out of the built client, to a listing, or to the inside of the program.
func TestFilesOutsideTheClient(t *testing.T) {
	t.Parallel()
	s := start(t, options{})
	inner := regexp.MustCompile(`root:|\[core\]|goroutine |go_gc|module github|<pre>|Index of|-----BEGIN`)
	for _, path := range []string{
		"/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../etc/passwd", "/assets/..%5c..%5cetc%5cpasswd",
		"/assets/%2e%2e%2f%2e%2e%2fgo.mod", "//etc/passwd", "/./etc/passwd", "/etc/passwd%00.html", "/%c0%ae%c0%ae/etc/passwd", "/....//....//etc/passwd",
		"/.git/config", "/.git/HEAD", "/.env", "/.gitkeep", "/assets/", "/assets", "/debug/pprof/", "/debug/vars", "/metrics", "/xinshu.db", "/keys/audit.key",
		"/server-status", "/api/docs/../../etc/passwd", "/api/v1/../../etc/passwd", "/index.html/../../etc/passwd", "/index.html%00", "/%",
	} {
		got := s.responses("GET " + path + " HTTP/1.1\r\nHost: " + s.addr + "\r\nConnection: close\r\n\r\n")
		if len(got) != 1 {
			t.Errorf("%s: %d answers", path, len(got))
			continue
		}
		a := got[0]
		page := a.status == 200 && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && strings.Contains(string(a.body), `id="root"`)
		cleaned := a.status/100 == 3 && strings.HasPrefix(a.header.Get("Location"), "/") && !strings.HasPrefix(a.header.Get("Location"), "//")
		if !page && !cleaned && a.status != 404 && a.status != 400 || inner.Match(a.body) {
			t.Errorf("%s: %d %s %.200s", path, a.status, a.header.Get("Content-Type"), a.body)
		}
	}
}

// TestBrokenHTTP: requests that two readers could understand differently are refused, and what hides behind them is not carried out.
func TestBrokenHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, options{})
	host := "Host: " + s.addr + "\r\n"
	hidden := "GET /api/openapi.json HTTP/1.1\r\n" + host + "\r\n"
	chunk := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden)
	for what, raw := range map[string]string{
		"two lengths":              "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden,
		"list of lengths":          "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Length: 0, 5\r\n\r\n" + hidden,
		"signed length":            "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\n" + hidden,
		"negative length":          "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n" + hidden,
		"unknown coding":           "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n" + chunk,
		"chunked twice":            "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunk,
		"coding and old version":   "POST /api/v1/links/lookup HTTP/1.0\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n" + chunk,
		"space before the colon":   "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Length : 5\r\n\r\n" + hidden,
		"folded header":            "GET /health/live HTTP/1.1\r\n" + " folded\r\n" + host + "\r\n",
		"NUL in a header":          "GET /health/live HTTP/1.1\r\n" + host + "X: a\x00b\r\n\r\n",
		"no host":                  "GET /health/live HTTP/1.1\r\n\r\n",
		"two hosts":                "GET /health/live HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n",
		"host with a path":         "GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
		"chunk length overflows":   "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
		"chunk length no number":   "POST /api/v1/links/lookup HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
		"40 KB of headers":         "GET /health/live HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 40<<10) + "\r\n\r\n",
		"address of 40 KB":         "GET /" + strings.Repeat("a", 40<<10) + " HTTP/1.1\r\n" + host + "\r\n",
		"method with a space":      "GE T /health/live HTTP/1.1\r\n" + host + "\r\n",
		"HTTP/2 without agreement": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"TRACE":                    "TRACE / HTTP/1.1\r\n" + host + "Cookie: secret=1\r\nConnection: close\r\n\r\n",
		"CONNECT":                  "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
		"method that is none":      "BREW /api/v1/me HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
	} {
		got := s.responses(raw)
		if len(got) > 1 || len(got) == 1 && (got[0].status < 400 || got[0].status == 500) {
			t.Errorf("%s: %d answers, the first %d %.200s", what, len(got), got[0].status, got[0].body)
		}
		for _, a := range got {
			if strings.Contains(string(a.body), "secret") || inside.Match(a.body) {
				t.Errorf("%s: %.300s", what, a.body)
			}
		}
	}
	s.anonymous().must("GET", "/health/ready", nil, nil)
}
