package blob_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/blob"
	"github.com/xinshu-im/xinshu/internal/blob/blobtest"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
)

func TestDisk(t *testing.T) {
	t.Parallel()
	blobtest.Objects(t, func(t *testing.T) (blob.Objects, string) {
		dir := t.TempDir()
		d, err := blob.NewDisk(filepath.Join(dir, "blobs"))
		if err != nil {
			t.Fatal(err)
		}
		return d, dir
	})
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type bundle struct {
	t     *testing.T
	db    *db.DB
	clock *clock
	dir   string
	store *blob.Store
}

func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, blob.Migrations(), func(t *testing.T, d *db.DB) {
		b := &bundle{t: t, db: d, clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, dir: t.TempDir()}
		objects, err := blob.NewDisk(filepath.Join(b.dir, "blobs"))
		if err != nil {
			t.Fatal(err)
		}
		b.store = blob.New(blob.Options{DB: d, Clock: b.clock, Objects: objects})
		fn(t, b)
	})
}

func (b *bundle) put(content string) blob.Digest {
	b.t.Helper()
	path := filepath.Join(b.dir, "part")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	d, size, err := b.store.Put(b.t.Context(), path)
	if err != nil || size != int64(len(content)) {
		b.t.Fatalf("put: %d bytes, %v", size, err)
	}
	return d
}

func (b *bundle) count(fn func(*db.Tx, blob.Digest) error, d blob.Digest) error {
	return b.db.Write(b.t.Context(), func(tx *db.Tx) error { return fn(tx, d) })
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// has says whether the object can be read.
func (b *bundle) has(d blob.Digest) bool {
	b.t.Helper()
	c, err := b.store.Open(d)
	if xinshu.CodeOf(err) == xinshu.NotFound {
		return false
	}
	b.must(err)
	_, err = io.Copy(io.Discard, c)
	b.must(err)
	b.must(c.Close())
	return true
}

func (b *bundle) sweep(want int) {
	b.t.Helper()
	if n, err := b.store.Sweep(b.t.Context()); err != nil || n != want {
		b.t.Fatalf("sweep removed %d, want %d: %v", n, want, err)
	}
}

func TestObjectsStayWhileHeldAndForTheGrace(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		d := b.put("minutes of the meeting")
		b.must(b.count(b.store.Hold, d))
		b.put("minutes of the meeting") // somebody else sends the same
		b.must(b.count(b.store.Hold, d))
		b.clock.advance(2 * blob.Grace)
		b.sweep(0)
		b.must(b.count(b.store.Drop, d))
		b.clock.advance(2 * blob.Grace)
		b.sweep(0)
		b.must(b.count(b.store.Drop, d))
		b.clock.advance(blob.Grace / 2)
		b.sweep(0)
		if !b.has(d) {
			t.Fatal("gone before the grace was over")
		}
		b.clock.advance(blob.Grace)
		b.sweep(1)
		if b.has(d) {
			t.Fatal("nobody holds it, and it is still there")
		}
		if err := b.count(b.store.Hold, d); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Errorf("hold what was removed: %v", err)
		}
		if err := b.count(b.store.Drop, d); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Errorf("drop what was removed: %v", err)
		}
	})
}

func TestWhatWasPutAndNeverHeldGoes(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		d := b.put("the process died before anybody held this")
		b.clock.advance(blob.Grace - time.Minute)
		b.put("the process died before anybody held this") // begins the grace anew
		b.clock.advance(2 * time.Minute)
		b.sweep(0)
		b.clock.advance(blob.Grace)
		b.sweep(1)
		if b.has(d) {
			t.Fatal("still there")
		}
	})
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		kept, missing, cut, flipped := b.put("kept"), b.put("missing"), b.put("cut"), b.put("flipped")
		for _, d := range []blob.Digest{kept, missing, cut, flipped} {
			b.must(b.count(b.store.Hold, d))
		}
		b.put("not held, so nobody misses it")
		path := func(d blob.Digest) string {
			s := d.String()
			return filepath.Join(b.dir, "blobs", s[:2], s[2:4], s)
		}
		if r, err := b.store.Check(t.Context(), true); err != nil || len(r.Faults) > 0 || r.Objects != 4 || r.Bytes != int64(len("keptmissingcutflipped")) {
			t.Fatalf("sound store: %+v %v", r, err)
		}
		b.must(os.Remove(path(missing)))
		b.must(os.WriteFile(path(cut), []byte("cu"), 0o600))
		b.must(os.WriteFile(path(flipped), []byte("flippeD"), 0o600))
		for deep, want := range map[bool][]string{false: {missing.String() + " is missing", cut.String() + " has 2 bytes"},
			true: {missing.String() + " is missing", cut.String() + " has 2 bytes", flipped.String() + " is damaged"}} {
			r, err := b.store.Check(t.Context(), deep)
			all := strings.Join(r.Faults, "\n")
			if err != nil || len(r.Faults) != len(want) {
				t.Fatalf("deep %v: %v %v", deep, r.Faults, err)
			}
			for _, w := range want {
				if !strings.Contains(all, w) {
					t.Errorf("deep %v: no %q in %q", deep, w, all)
				}
			}
		}
	})
}
