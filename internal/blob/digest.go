package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"github.com/xinshu-im/xinshu"
)

// Digest is the SHA-256 of an object's content, and its name.
type Digest [sha256.Size]byte

// String returns the 64 lower-case hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest is the inverse of [Digest.String]; [xinshu.Invalid] for anything else.
func ParseDigest(s string) (d Digest, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) || hex.EncodeToString(b) != s {
		return d, xinshu.Errorf(xinshu.Invalid, "A digest has 64 hexadecimal digits.")
	}
	return Digest(b), nil
}

// Sum reads r to its end and returns its digest and its length in bytes.
func Sum(r io.Reader) (d Digest, size int64, err error) {
	h := sha256.New()
	size, err = io.Copy(h, r)
	h.Sum(d[:0])
	return d, size, err
}

// sumFile is [Sum] of the file at path.
func sumFile(path string) (d Digest, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return d, 0, err
	}
	defer f.Close()
	return Sum(f)
}
