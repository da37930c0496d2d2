package admin

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Manifest is the first entry of a backup.
type Manifest struct {
	Format     int           `json:"format"` // 1
	Version    string        `json:"version"`
	Engine     db.Engine     `json:"engine"`
	CreatedAt  xinshu.Millis `json:"created_at"`
	Migrations []string      `json:"migrations"` // steps that the database had seen
}

const (
	manifestEntry = "manifest.json"
	filesPrefix   = "files/"
)

// keptFolders of the data folder go into a backup beside the database: what cannot be made anew.
var keptFolders = []string{"keys", "tls"}

// BlobFolder of the data folder holds the contents of files (blob.Disk).
const BlobFolder = "blobs"

// Backup writes the database, the keys and the contents of files of the data folder to path, a .tar.zst that appears only when it is complete.
func Backup(ctx context.Context, d *db.DB, data, path string, m Manifest) (size int64, err error) {
	tmp := path + ".part"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(tmp))
		}
	}()
	if err = writeBackup(ctx, d, data, f, m); err != nil {
		return 0, err
	}
	if err = f.Sync(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err = f.Close(); err != nil {
		return 0, err
	}
	return info.Size(), os.Rename(tmp, path)
}

func writeBackup(ctx context.Context, d *db.DB, data string, f io.Writer, m Manifest) error {
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return err
	}
	raw := tar.NewWriter(z)
	m.Format, m.Engine = 1, d.Engine()
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := addBytes(raw, manifestEntry, text); err != nil {
		return err
	}
	scratch := filepath.Join(data, "tmp")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return err
	}
	if err := d.Backup(ctx, scratch, raw); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	for _, folder := range keptFolders {
		if err := addFolder(raw, data, folder); err != nil {
			return err
		}
	}
	// After the database: what it refers to stays longer than a backup takes, see blob.Grace.
	if err := addBlobs(ctx, raw, data); err != nil {
		return err
	}
	if err := raw.Close(); err != nil {
		return err
	}
	return z.Close()
}

func addBytes(w *tar.Writer, name string, text []byte) error {
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}); err != nil {
		return err
	}
	_, err := w.Write(text)
	return err
}

// addFolder adds the regular files directly in data/folder; a missing folder has none.
func addFolder(w *tar.Writer, data, folder string) error {
	entries, err := os.ReadDir(filepath.Join(data, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(data, folder, e.Name())) // keys and certificates: small
		if err != nil {
			return err
		}
		if err := addBytes(w, filesPrefix+folder+"/"+e.Name(), text); err != nil {
			return err
		}
	}
	return nil
}

// ReadManifest returns the manifest of the backup at path.
func ReadManifest(path string) (Manifest, error) {
	var m Manifest
	err := eachEntry(path, func(name string, content io.Reader) error {
		if name != manifestEntry {
			return errNoBackup
		}
		if err := json.NewDecoder(io.LimitReader(content, 1<<20)).Decode(&m); err != nil {
			return errNoBackup.Because(err)
		}
		if m.Format != 1 {
			return xinshu.Errorf(xinshu.Invalid, "The backup was made by a newer program (format %d).", m.Format)
		}
		return errStop
	})
	if err == nil && m.Format == 0 {
		err = errNoBackup
	}
	return m, err
}

// Restore puts the backup at path into the empty folder data and the empty database at url. steps are the program's
// migrations, of which those that the backup has seen are applied; newer ones follow at the next start. After a failure the
// folder is as empty as before.
func Restore(ctx context.Context, path, data, url string, steps []db.Migration) (_ Manifest, err error) {
	m, err := ReadManifest(path)
	if err != nil {
		return m, err
	}
	seen := map[string]bool{}
	for _, name := range m.Migrations {
		seen[name] = true
	}
	var apply []db.Migration
	for _, s := range steps {
		if seen[s.Name] {
			apply = append(apply, s)
		}
	}
	if len(apply) != len(m.Migrations) {
		return m, xinshu.Errorf(xinshu.Invalid, "The backup was made by a newer program, version %s.", m.Version)
	}
	if entries, rerr := os.ReadDir(data); rerr == nil && len(entries) > 0 {
		return m, xinshu.Errorf(xinshu.Conflict, "The folder %s is not empty. A backup is restored into an empty one.", data)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, emptyFolder(data))
		}
	}()
	r, err := db.NewRestorer(ctx, url, apply)
	if err != nil {
		return m, err
	}
	err = eachEntry(path, func(name string, content io.Reader) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if name == manifestEntry {
			return nil
		}
		if digest, ok := strings.CutPrefix(name, blobPrefix); ok {
			return restoreBlob(data, digest, content)
		}
		if rest, ok := strings.CutPrefix(name, filesPrefix); ok {
			return restoreFile(data, rest, content)
		}
		return r.Entry(name, content)
	})
	return m, errors.Join(err, r.Close())
}

// restoreFile writes one small file; only folders and names that Backup makes are accepted, so that a crafted archive writes
// nowhere else.
func restoreFile(data, name string, content io.Reader) error {
	folder, base := filepath.Split(filepath.FromSlash(name))
	folder = filepath.Clean(folder)
	known := false
	for _, k := range keptFolders {
		known = known || k == folder
	}
	if !known || !filepath.IsLocal(base) || base == "." {
		return errNoBackup
	}
	if err := os.MkdirAll(filepath.Join(data, folder), 0o700); err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(content, 1<<20))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(data, folder, base), text, 0o600)
}

// emptyFolder removes what a failed restore left.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

var (
	errStop     = errors.New("enough read")
	errNoBackup = xinshu.Errorf(xinshu.Invalid, "The file is no backup of this program, or it is damaged.")
)

// eachEntry calls fn with each entry of the archive at path; errStop ends it early. Damage and a cut end are errNoBackup.
func eachEntry(path string, fn func(name string, content io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f) // checks the checksum of what it reads
	if err != nil {
		return errNoBackup.Because(err)
	}
	defer z.Close()
	archive := tar.NewReader(z)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			if _, err := io.Copy(io.Discard, z); err != nil { // the checksum stands at the very end
				return errNoBackup.Because(err)
			}
			return nil
		}
		if err != nil {
			return errNoBackup.Because(err)
		}
		if err := fn(h.Name, archive); err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			if errors.Is(err, zstd.ErrCRCMismatch) || errors.Is(err, io.ErrUnexpectedEOF) {
				return errNoBackup.Because(err)
			}
			return err
		}
	}
}
