package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Open reads the signing key, or makes it, and records its public half in the database. It returns the public half, which the
// server prints: noted elsewhere, it shows a trail that was forged as a whole.
func (l *Log) Open(ctx context.Context) (ed25519.PublicKey, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key, err := readKey(l.opt.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(l.opt.KeyFile)
	}
	if err != nil {
		return nil, fmt.Errorf("signing key of the audit trail: %w", err)
	}
	public := key.Public().(ed25519.PublicKey)
	err = l.opt.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO audit_key (public, node, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (public) DO NOTHING`,
			[]byte(public), l.opt.Node, l.opt.Clock.Now().UnixMilli())
		if err != nil || n == 0 {
			return err
		}
		return l.Write(tx, xinshu.SystemActor("audit"), "audit.key", "", map[string]any{"public": fmt.Sprintf("%x", public)})
	})
	if err != nil {
		return nil, err
	}
	l.key = key
	return public, nil
}

const pemType = "PRIVATE KEY" // PKCS #8, RFC 5958

func readKey(path string) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil { // a copy made by hand is often readable by all
			return nil, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("%s is not a private key in PEM", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an ed25519 key", path)
	}
	return key, nil
}

// makeKey writes a new key. The file appears under its name complete or not at all: a crash must not leave half a key.
func makeKey(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, ".audit-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	err = pem.Encode(f, &pem.Block{Type: pemType, Bytes: der})
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return key, err
}
