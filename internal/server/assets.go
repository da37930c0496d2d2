package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/xinshu-im/xinshu"
)

// assets serves the built web client. Every path that is no file and not below /api/ is a screen of the client and gets
// index.html.
type assets struct {
	fsys fs.FS

	// mu guards files, which are filled on first use: a started server holds only what somebody loaded.
	mu    sync.Mutex
	files map[string]*asset
}

type asset struct {
	typ, etag   string
	plain, gzip []byte // gzip is nil where it saves nothing
	immutable   bool   // named after its content
}

func newAssets(fsys fs.FS) *assets { return &assets{fsys: fsys, files: map[string]*asset{}} }

// serve answers one request.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "api" || strings.HasPrefix(name, "api/") {
		return xinshu.Errorf(xinshu.NotFound, "There is nothing at this address.")
	}
	f, ok := a.get(name)
	if !ok {
		if path.Ext(name) != "" || strings.HasPrefix(name, "assets/") {
			return xinshu.Errorf(xinshu.NotFound, "There is nothing at this address.")
		}
		if f, ok = a.get("index.html"); !ok {
			return xinshu.Errorf(xinshu.NotFound, "This program was built without the web client.")
		}
	}
	h := w.Header()
	h.Set("Content-Type", f.typ)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := f.plain
	if f.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client has gone: nobody to tell
	}
	return nil
}

func (a *assets) get(name string) (*asset, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f, ok := a.files[name]; ok {
		return f, true
	}
	if !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") {
		return nil, false
	}
	plain, err := fs.ReadFile(a.fsys, name)
	if err != nil {
		return nil, false
	}
	sum := sha256.Sum256(plain)
	f := &asset{plain: plain, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, immutable: strings.HasPrefix(name, "assets/")}
	if f.typ = mime.TypeByExtension(path.Ext(name)); f.typ == "" {
		f.typ = "application/octet-stream"
	}
	if path.Ext(name) == ".webmanifest" {
		f.typ = "application/manifest+json"
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = z.Write(plain)                                 // a buffer takes everything
	_ = z.Close()
	if b.Len() < len(plain)*9/10 {
		f.gzip = b.Bytes()
	}
	a.files[name] = f
	return f, true
}
