package admin

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu/internal/blob"
)

// blobPrefix stands before the digest in the names of a backup's entries.
const blobPrefix = "blobs/"

// addBlobs adds every object of the data folder; one that is removed meanwhile was nobody's.
func addBlobs(ctx context.Context, w *tar.Writer, data string) error {
	folder := filepath.Join(data, BlobFolder)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	disk, err := blob.NewDisk(folder)
	if err != nil {
		return err
	}
	return disk.Each(func(d blob.Digest, _ int64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := disk.Open(d)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer c.Close()
		if err := w.WriteHeader(&tar.Header{Name: blobPrefix + d.String(), Mode: 0o600, Size: c.Size()}); err != nil {
			return err
		}
		_, err = io.Copy(w, c)
		return err
	})
}

// restoreBlob writes one object; a name that is no digest, or not that of the content, is damage.
func restoreBlob(data, name string, content io.Reader) error {
	d, err := blob.ParseDigest(name)
	if err != nil {
		return errNoBackup.Because(err)
	}
	disk, err := blob.NewDisk(filepath.Join(data, BlobFolder))
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(data, "restore-*.part")
	if err != nil {
		return err
	}
	sum, _, err := blob.Sum(io.TeeReader(content, part))
	if err := errors.Join(err, part.Close()); err != nil {
		return blob.Outside(err)
	}
	if sum != d {
		return errNoBackup
	}
	return disk.Adopt(d, part.Name())
}
