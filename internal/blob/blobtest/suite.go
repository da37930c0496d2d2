package blobtest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/blob"
)

// Objects holds implementations to what blob.Objects promises. open returns an empty one, and folder one for files that it may adopt.
func Objects(t *testing.T, open func(t *testing.T) (objects blob.Objects, folder string)) {
	t.Run("content comes back as it went in", func(t *testing.T) {
		t.Parallel()
		o, folder := open(t)
		for _, size := range []int{0, 1, 4096, 3<<20 + 1} {
			content := bytes.Repeat([]byte{byte(size), 1, 0xff}, size/3+1)[:size]
			d, path := file(t, folder, content)
			if err := o.Adopt(d, path); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("the adopted file is still there: %v", err)
			}
			c, err := o.Open(d)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, content) || c.Size() != int64(size) {
				t.Errorf("%d bytes came back as %d (%v), size %d", size, len(got), err, c.Size())
			}
			if size > 10 {
				if _, err := c.Seek(-3, io.SeekEnd); err != nil {
					t.Error(err)
				}
				if tail, err := io.ReadAll(c); err != nil || !bytes.Equal(tail, content[size-3:]) {
					t.Errorf("tail %x: %v", tail, err)
				}
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("adopting again is harmless", func(t *testing.T) {
		t.Parallel()
		o, folder := open(t)
		d, path := file(t, folder, []byte("twice"))
		for range 2 { // the second time the file has gone already
			if err := o.Adopt(d, path); err != nil {
				t.Fatal(err)
			}
		}
		_, other := file(t, folder, []byte("twice"))
		if err := o.Adopt(d, other); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(other); !os.IsNotExist(err) {
			t.Errorf("the second file is still there: %v", err)
		}
	})
	t.Run("what is not there", func(t *testing.T) {
		t.Parallel()
		o, folder := open(t)
		d, path := file(t, folder, []byte("gone"))
		if _, err := o.Open(d); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Errorf("open: %v", err)
		}
		if err := o.Remove(d); err != nil {
			t.Errorf("remove: %v", err)
		}
		if err := o.Adopt(d, path); err != nil {
			t.Fatal(err)
		}
		if err := o.Remove(d); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Open(d); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Errorf("open after remove: %v", err)
		}
		if err := o.Adopt(d, path); err == nil {
			t.Error("adopted a file that is not there as an object that is not there")
		}
	})
	t.Run("each, and many at once", func(t *testing.T) {
		t.Parallel()
		o, folder := open(t)
		want := make([]blob.Digest, 40)
		var wg sync.WaitGroup
		for i := range want {
			d, path := file(t, folder, fmt.Appendf(nil, "content %d", i/2)) // each twice
			want[i] = d
			wg.Go(func() {
				if err := o.Adopt(d, path); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		slices.SortFunc(want, func(a, b blob.Digest) int { return bytes.Compare(a[:], b[:]) })
		var got []blob.Digest
		err := o.Each(func(d blob.Digest, size int64) error {
			if size < int64(len("content 0")) {
				t.Errorf("%s has %d bytes", d, size)
			}
			got = append(got, d)
			return nil
		})
		if err != nil || !slices.Equal(got, slices.Compact(want)) {
			t.Errorf("each gave %d objects, want %d: %v", len(got), len(slices.Compact(want)), err)
		}
	})
}

// file writes a file to be adopted.
func file(t *testing.T, folder string, content []byte) (blob.Digest, string) {
	t.Helper()
	f, err := os.CreateTemp(folder, "part")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d, _, err := blob.Sum(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return d, filepath.Clean(f.Name())
}
