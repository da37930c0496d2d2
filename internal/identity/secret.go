package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Prefixes of secrets, by which scanners of leaked texts recognise them.
const (
	sessionPrefix = "xs_"
	linkPrefix    = "xl_"
	devicePrefix  = "xd_"
)

// newSecret returns a fresh secret of 256 bits behind its prefix, and the hash under which it is stored.
func newSecret(prefix string) (secret string, hash []byte) {
	secret = prefix + base64.RawURLEncoding.EncodeToString(randomBytes(32))
	return secret, hashSecret(secret)
}

// secretLength is that of every secret: three letters and 32 bytes in base64.
const secretLength = 3 + 43

// plausible says whether s may be a secret of its kind; what cannot be one is not looked up.
func plausible(s, prefix string) bool {
	return len(s) == secretLength && strings.HasPrefix(s, prefix)
}

// hashSecret is SHA-256: a secret of 256 bits needs no slow hash.
func hashSecret(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}
