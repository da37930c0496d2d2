package blob

import (
	"errors"
	"io"
	"syscall"

	"github.com/xinshu-im/xinshu"
)

// Objects is where contents are kept. A name is used for one content only, so no method has to care for order.
type Objects interface {
	// Adopt takes over the complete file at path as the object d and returns after it is durable. The file is gone afterwards,
	// even if the object was there before; a missing file is no error then. Errors: [xinshu.DiskFull].
	Adopt(d Digest, path string) error
	// Open returns the content; [xinshu.NotFound] if there is none. The caller closes it.
	Open(d Digest) (Content, error)
	// Remove removes an object; a missing one is no error.
	Remove(d Digest) error
	// Each calls fn with every object and its size in bytes, in the order of the digests, until fn fails.
	Each(fn func(d Digest, size int64) error) error
}

// Content is an open object.
type Content interface {
	io.ReadSeekCloser
	Size() int64 // bytes
}

var (
	errNoObject = xinshu.Errorf(xinshu.NotFound, "There is no such object.")
	errFull     = xinshu.Errorf(xinshu.DiskFull, "The server's disk is full. Nothing was stored.")
)

// Outside maps a failure of a file system that callers can do something about to its stable code: [xinshu.DiskFull].
func Outside(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return errFull.Because(err)
	}
	return err
}
