//go:build !windows

package blob

import (
	"errors"
	"os"
)

// syncFolder forces the entries of a folder to disk.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
