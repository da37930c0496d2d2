package admin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/blob"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Finding is the result of one look.
type Finding struct {
	What string
	OK   bool
	Text string // what was found and, if bad, what to do
}

// Examine looks at the data folder, the database, the disk and the listening server. It changes nothing but a probe file, which
// it removes.
func Examine(ctx context.Context, cfg *config.Config) []Finding {
	return []Finding{examineFolder(cfg.Data), examineFsync(cfg.Data), examineDatabase(ctx, cfg), examineFiles(ctx, cfg), examineServer(cfg), examineTLS(cfg)}
}

func examineFolder(dir string) Finding {
	f := Finding{What: "data folder"}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		f.Text = dir + " cannot be read: " + err.Error()
	case info.Mode().Perm()&0o077 != 0:
		f.Text = fmt.Sprintf("%s is open to other users of this machine (mode %o); chmod 700 it", dir, info.Mode().Perm())
	default:
		f.OK, f.Text = true, dir
	}
	return f
}

// slowFsync is the time of one forced write above which a person feels it in every message.
const slowFsync = 50 * time.Millisecond

func examineFsync(dir string) Finding {
	f := Finding{What: "disk"}
	path := filepath.Join(dir, "doctor.probe")
	probe, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		f.Text = "cannot be written: " + err.Error()
		return f
	}
	defer os.Remove(path)
	defer probe.Close()
	began := time.Now()
	const rounds = 5
	for range rounds {
		if _, err = probe.Write(make([]byte, 4096)); err == nil {
			err = probe.Sync()
		}
		if err != nil {
			f.Text = "cannot be written: " + err.Error()
			return f
		}
	}
	took := time.Since(began) / rounds
	f.OK = took < slowFsync
	f.Text = fmt.Sprintf("a forced write takes %s", took.Round(10*time.Microsecond))
	if !f.OK {
		f.Text += "; messages will feel slow, use a faster disk"
	}
	return f
}

func examineDatabase(ctx context.Context, cfg *config.Config) Finding {
	f := Finding{What: "database"}
	url := cfg.DatabaseURL()
	if cfg.Database == "sqlite" {
		if _, err := os.Stat(filepath.Join(cfg.Data, "xinshu.db")); err != nil {
			f.OK, f.Text = true, "none yet; the first start makes it"
			return f
		}
	}
	d, err := db.Open(ctx, db.Options{URL: url, Readers: 1, CacheKB: 4096})
	if err == nil {
		err = d.Check(ctx)
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		f.Text = err.Error()
		return f
	}
	f.OK, f.Text = true, "answers and is sound"
	return f
}

// examineFiles looks whether the contents of all files are there; whether they are what they were, 'restore --verify' finds out.
func examineFiles(ctx context.Context, cfg *config.Config) Finding {
	f := Finding{What: "files"}
	folder := filepath.Join(cfg.Data, BlobFolder)
	if _, err := os.Stat(folder); err != nil {
		f.OK, f.Text = true, "none yet"
		return f
	}
	d, err := db.Open(ctx, db.Options{URL: cfg.DatabaseURL(), Readers: 1, CacheKB: 4096})
	if err != nil {
		f.Text = err.Error()
		return f
	}
	defer d.Close()
	disk, err := blob.NewDisk(folder)
	if err != nil {
		f.Text = err.Error()
		return f
	}
	r, err := blob.New(blob.Options{DB: d, Clock: xinshu.SystemClock{}, Objects: disk}).Check(ctx, false)
	switch {
	case err != nil:
		f.Text = err.Error()
	case len(r.Faults) > 0:
		f.Text = strings.Join(r.Faults, "; ") + "; take them from a backup"
	default:
		f.OK, f.Text = true, fmt.Sprintf("%d objects, %.1f MB, all there", r.Objects, float64(r.Bytes)/1e6)
	}
	return f
}

func examineServer(cfg *config.Config) Finding {
	f := Finding{What: "server", OK: true}
	host, port, _ := net.SplitHostPort(cfg.Listen)
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), time.Second)
	if err != nil {
		f.Text = "not running at " + cfg.Listen
		return f
	}
	f.Text = "something listens at " + cfg.Listen
	if cfg.TLS() {
		_ = conn.Close()
		return f
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	status, err := probeReady(conn)
	f.OK = err == nil && status == http.StatusOK
	if f.OK {
		f.Text = "ready at " + cfg.Listen
	} else {
		f.Text += fmt.Sprintf(", but it is not a ready Xinshu (%d %v)", status, err)
	}
	return f
}

func examineTLS(cfg *config.Config) Finding {
	f := Finding{What: "TLS", OK: true, Text: "on"}
	if !cfg.TLS() {
		f.Text = "off; needed for notifications, installing and the offline store on other addresses than localhost, unless a proxy adds it"
	}
	return f
}
