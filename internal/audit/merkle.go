package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// leafSize is the length of one head in a root's leaves: kind (1), id (8), pos (8), hash (32).
const leafSize = 1 + 8 + 8 + sha256.Size

func appendLeaf(dst []byte, kind Kind, h Head) []byte {
	dst = append(dst, byte(kind))
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.ID))
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.Pos))
	return append(dst, h.Hash...)
}

type leaf struct {
	kind Kind
	Head
}

func parseLeaves(b []byte) ([]leaf, error) {
	if len(b)%leafSize != 0 {
		return nil, fmt.Errorf("leaves of %d bytes", len(b))
	}
	out := make([]leaf, 0, len(b)/leafSize)
	for ; len(b) > 0; b = b[leafSize:] {
		out = append(out, leaf{Kind(b[0]), Head{
			ID: int64(binary.BigEndian.Uint64(b[1:])), Pos: int64(binary.BigEndian.Uint64(b[9:])), Hash: b[17:leafSize],
		}})
	}
	return out, nil
}

// merkle returns the root over leaves as RFC 6962 §2.1 computes it: leaves and inner nodes are hashed behind different bytes,
// so that none can pass for the other.
func merkle(leaves []byte) []byte {
	n := len(leaves) / leafSize
	switch n {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		sum := sha256.Sum256(append([]byte{0}, leaves...))
		return sum[:]
	}
	k := 1
	for k*2 < n {
		k *= 2
	}
	inner := append([]byte{1}, merkle(leaves[:k*leafSize])...)
	sum := sha256.Sum256(append(inner, merkle(leaves[k*leafSize:])...))
	return sum[:]
}
