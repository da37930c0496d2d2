package server

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/config"
)

// TestManual reads the page about the API as it is served: every door stands on it, every reference leads somewhere, and the
// content policy that comes with it forbids nothing that the page needs.
func TestManual(t *testing.T) {
	t.Parallel()
	a := openApp(t)
	h := protect(a.door, a.log, func(*http.Request) bool { return false })
	get := func(path, typ string) string {
		t.Helper()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), typ) {
			t.Fatalf("%s: %d %s %.200s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'self'; style-src 'self'") {
			t.Errorf("%s: policy %q", path, w.Header().Get("Content-Security-Policy"))
		}
		return w.Body.String()
	}
	page, style := get("/api/docs", "text/html"), get("/api/docs.css", "text/css")

	for _, d := range a.door.Doors() {
		want := `id="` + strings.NewReplacer(".", "-", "_", "-").Replace(strings.ToLower(d.Name)) + `"`
		if d.Op != "" {
			want = `id="op-` + d.Op + `"`
		}
		if !d.Hidden && !strings.Contains(page, want) {
			t.Errorf("door %s is not on the page (%s)", d.Name, want)
		}
	}
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]]++; ids[m[1]] == 2 {
			t.Errorf("id %q stands twice", m[1])
		}
	}
	for _, m := range regexp.MustCompile(` href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] == 0 {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
	for _, word := range []string{"<script", "<style", " style=", " onclick=", "javascript:", "//", "ZgotmplZ"} {
		if i := strings.Index(page, word); i >= 0 {
			t.Errorf("the page has %q: …%.80s", word, page[i:])
		}
	}
	if strings.Contains(style, "@import") || strings.Contains(style, "url(") || !strings.Contains(style, "--surface-main") {
		t.Error("the stylesheet loads something, or has no tokens")
	}
	// What somebody who writes a client looks for.
	for _, text := range []string{"client_id", "insufficient_storage", "reauth_required", "list of <a href=\"#type-Message\">", "UUIDv7", "16000", "4003"} {
		if !bytes.Contains([]byte(page), []byte(text)) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

// openApp puts the product together on an empty folder.
func openApp(t *testing.T) *App {
	t.Helper()
	cfg := &config.Config{Storage: config.Storage{Data: t.TempDir(), Database: "sqlite"}, PasswordMemory: 64, CacheMB: 1}
	a, err := Open(t.Context(), Options{Config: cfg, Version: "test", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}
