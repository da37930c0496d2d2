package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// profiler fetches Go profiles of the server while a measured part runs; the zero value does nothing.
type profiler struct {
	dir   string // where profiles are kept
	admin string // address of the server's admin listener
	name  string // of the figure under way

	wg sync.WaitGroup
	// mu guards err.
	mu  sync.Mutex
	err error
}

// freeAddress returns a loopback address on which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// measure begins the measured part of a run, which lasts about d; stop ends it and returns the CPU time that the server used.
func (t *Target) measure(d time.Duration) (stop func() time.Duration) {
	if t.profiles.dir != "" {
		for _, kind := range []string{"profile", "allocs"} {
			t.profiles.wg.Go(func() { t.profiles.fetch(kind, d) })
		}
	}
	cpu := t.CPU()
	return func() time.Duration { return t.CPU() - cpu }
}

// fetch keeps one profile of the next d, in whole seconds.
func (p *profiler) fetch(kind string, d time.Duration) {
	err := func() error {
		url := fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%d", p.admin, kind, max(1, int(d.Seconds())))
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("profile %s: %s", kind, resp.Status)
		}
		f, err := os.Create(filepath.Join(p.dir, p.name+"-"+kind+".pprof"))
		if err != nil {
			return err
		}
		_, err = io.Copy(f, resp.Body)
		return errors.Join(err, f.Close())
	}()
	p.mu.Lock()
	p.err = errors.Join(p.err, err)
	p.mu.Unlock()
}

// wait returns after the profiles under way are stored.
func (p *profiler) wait() error {
	p.wg.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}
