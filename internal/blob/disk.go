package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Disk keeps objects as files aa/bb/DIGEST below a folder, aa and bb being the first two bytes of the digest.
type Disk struct{ root string }

// NewDisk returns the objects below root, which is made if it is missing.
func NewDisk(root string) (*Disk, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	return &Disk{root: root}, syncFolder(filepath.Dir(root))
}

func (d *Disk) path(g Digest) string {
	name := g.String()
	return filepath.Join(d.root, name[:2], name[2:4], name)
}

// Adopt implements [Objects]: the content is forced, moved, and then the folders that lead to it are forced. path must be on the
// same file system.
func (d *Disk) Adopt(g Digest, path string) error {
	target := d.path(g)
	if _, err := os.Stat(target); err == nil {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := d.adopt(target, path); err != nil {
		return fmt.Errorf("adopt object: %w", Outside(err))
	}
	return nil
}

func (d *Disk) adopt(target, path string) error {
	if err := syncFile(path); err != nil {
		return err
	}
	second := filepath.Dir(target)
	first := filepath.Dir(second)
	if err := os.MkdirAll(second, 0o700); err != nil {
		return err
	}
	if err := os.Rename(path, target); err != nil {
		return err
	}
	for _, folder := range []string{second, first, d.root} {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

// Open implements [Objects].
func (d *Disk) Open(g Digest) (Content, error) {
	f, err := os.Open(d.path(g))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoObject.Because(err)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &diskContent{f, info.Size()}, nil
}

type diskContent struct {
	*os.File
	size int64
}

func (c *diskContent) Size() int64 { return c.size }

// Remove implements [Objects]. Folders stay: there are at most 65,536.
func (d *Disk) Remove(g Digest) error {
	if err := os.Remove(d.path(g)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Each implements [Objects]. Files that are no objects are left alone.
func (d *Disk) Each(fn func(Digest, int64) error) error {
	return filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		g, err := ParseDigest(e.Name())
		if err != nil || d.path(g) != path {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(g, info.Size())
	})
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
