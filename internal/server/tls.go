package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/config"
)

// tlsConfig returns the TLS settings, or nil without TLS, and the SHA-256 fingerprint of a self-signed certificate.
func tlsConfig(cfg *config.Config, clock xinshu.Clock) (*tls.Config, string, error) {
	base := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}} // the stream needs HTTP/1.1 upgrades
	switch {
	case cfg.TLSCert != "":
		k := &keyPair{cert: cfg.TLSCert, key: cfg.TLSKey, clock: clock}
		if _, err := k.get(nil); err != nil {
			return nil, "", fmt.Errorf("TLS certificate: %w", err)
		}
		base.GetCertificate = k.get
		return base, "", nil
	case cfg.TLSSelfSigned:
		cert, err := selfSigned(filepath.Join(cfg.Data, "tls"), cfg, clock.Now())
		if err != nil {
			return nil, "", fmt.Errorf("self-signed certificate: %w", err)
		}
		base.Certificates = []tls.Certificate{cert}
		return base, fingerprint(cert.Certificate[0]), nil
	}
	return nil, "", nil
}

// keyPair loads certificate files and loads them again when they change, so that renewing needs no restart.
type keyPair struct {
	cert, key string
	clock     xinshu.Clock

	// mu guards the fields below.
	mu      sync.Mutex
	loaded  *tls.Certificate
	stamp   time.Time // modification time of the loaded certificate file
	checked time.Time
}

// recheck is how often the files are looked at.
const recheck = 30 * time.Second

func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.clock.Now()
	if k.loaded != nil && now.Sub(k.checked) < recheck {
		return k.loaded, nil
	}
	k.checked = now
	info, err := os.Stat(k.cert)
	if err == nil && k.loaded != nil && info.ModTime().Equal(k.stamp) {
		return k.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(k.cert, k.key); err == nil {
			k.loaded, k.stamp = &pair, info.ModTime()
		}
	}
	if k.loaded != nil {
		return k.loaded, nil // half-written files: the old certificate serves until the new one is whole
	}
	return nil, err
}

// selfSigned returns the certificate kept in dir, made anew when absent or within 30 days of its end.
func selfSigned(dir string, cfg *config.Config, now time.Time) (tls.Certificate, error) {
	certFile, keyFile := filepath.Join(dir, "self-signed.crt"), filepath.Join(dir, "self-signed.key")
	if pair, err := tls.LoadX509KeyPair(certFile, keyFile); err == nil && pair.Leaf != nil && now.Add(30*24*time.Hour).Before(pair.Leaf.NotAfter) {
		return pair, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Xinshu"},
		NotBefore:    now.Add(-time.Hour), // clients whose clock is a little behind
		NotAfter:     now.Add(825 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
	}
	if name, err := os.Hostname(); err == nil {
		t.DNSNames = append(t.DNSNames, name)
	}
	if host, _, err := net.SplitHostPort(cfg.Listen); err == nil {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else if host != "" {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	addrs, _ := net.InterfaceAddrs() // without them the certificate names localhost only
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			t.IPAddresses = append(t.IPAddresses, n.IP)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, err
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return tls.Certificate{}, err
	}
	if err := os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		return tls.Certificate{}, err
	}
	return tls.LoadX509KeyPair(certFile, keyFile)
}

// fingerprint is the SHA-256 of a certificate in the form that browsers show.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}
