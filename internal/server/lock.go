package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu"
)

var errLocked = errors.New("locked")

// lockData makes the data folder this process's own until the returned file is closed.
func lockData(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		if errors.Is(err, errLocked) {
			return nil, xinshu.Errorf(xinshu.Conflict, "Another xinshu process uses the data folder %s.", dir).Because(err)
		}
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	return f, nil
}
