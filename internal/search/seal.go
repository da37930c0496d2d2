package search

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"github.com/xinshu-im/xinshu"
)

// seal hides places in the results: an index's own numbers would tell how many messages there are that the searcher cannot see.
type seal struct{ aead cipher.AEAD }

// newSecret returns a key for a seal.
func newSecret() []byte {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("search: no randomness: %v", err)) // crypto/rand never fails on supported systems
	}
	return b
}

func newSeal(secret []byte) (*seal, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("secret of the search index: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("secret of the search index: %w", err)
	}
	return &seal{aead}, nil
}

// close returns a place as a cursor for the person; others cannot use it.
func (s *seal) close(p place, person xinshu.PersonID) string {
	var plain [24]byte
	for i, v := range p {
		binary.BigEndian.PutUint64(plain[8*i:], uint64(v))
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain[:], binary.BigEndian.AppendUint64(nil, uint64(person))))
}

// open returns the place in a cursor, the zero place for ""; [xinshu.Invalid] for anything that [seal.close] did not make.
func (s *seal) open(cursor string, person xinshu.PersonID) (p place, err error) {
	if cursor == "" {
		return p, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return p, errCursor
	}
	plain, err := s.aead.Open(nil, nil, raw, binary.BigEndian.AppendUint64(nil, uint64(person)))
	if err != nil || len(plain) != 24 {
		return p, errCursor
	}
	for i := range p {
		p[i] = int64(binary.BigEndian.Uint64(plain[8*i:]))
	}
	return p, nil
}

var errCursor = xinshu.Errorf(xinshu.Invalid, "The cursor is not one of this list, or the index was made anew. Please search again.")
