package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
)

// Storage says where the data is; every subcommand that touches data takes it.
type Storage struct {
	Data     string `help:"Folder that holds everything this server stores." default:"./data" env:"XINSHU_DATA" placeholder:"DIR"`
	Database string `help:"Where messages and people are kept: sqlite (in the data folder) or postgres://user:password@host/name." default:"sqlite" env:"XINSHU_DATABASE" placeholder:"URL"`
}

// Config is everything that 'xinshu serve' can be told.
type Config struct {
	Storage

	Listen      string `help:"Address of the web client and the API. Use :8065 to be reachable from other machines." default:"127.0.0.1:8065" env:"XINSHU_LISTEN" placeholder:"ADDR"`
	AdminListen string `help:"Address of metrics and health for machines that watch this server; 'off' for none. Not for the open network." default:"127.0.0.1:8066" env:"XINSHU_ADMIN_LISTEN" placeholder:"ADDR"`
	PublicURL   string `help:"Address that people type, for links, such as https://im.example.com. Default: made from listen." env:"XINSHU_PUBLIC_URL" placeholder:"URL"`

	TLSCert       string `name:"tls-cert" help:"File with the TLS certificate and its chain (PEM). Read again when it changes." env:"XINSHU_TLS_CERT" placeholder:"FILE"`
	TLSKey        string `name:"tls-key" help:"File with the certificate's private key (PEM)." env:"XINSHU_TLS_KEY" placeholder:"FILE"`
	TLSSelfSigned bool   `name:"tls-self-signed" help:"Use a certificate made by this server; its fingerprint is printed at the start." env:"XINSHU_TLS_SELF_SIGNED"`

	TrustedProxies []string `name:"trusted-proxy" help:"Network of a reverse proxy whose X-Forwarded-For and X-Forwarded-Proto count, such as 10.0.0.0/8. May be repeated." env:"XINSHU_TRUSTED_PROXIES" placeholder:"CIDR"`

	Demo    bool   `help:"Fill an empty data folder with an example company; logins are written to demo-logins.json." env:"XINSHU_DEMO"`
	Bench   bool   `help:"Open the doors that load tests prepare people with. Only on loopback and on an empty or bench data folder." env:"XINSHU_BENCH"`
	BenchOn string `name:"bench-on" help:"The data folder once more: with bench, load tests may use it though it holds other data. Anybody can then act as anybody there." env:"XINSHU_BENCH_ON" placeholder:"DIR"`

	LogFormat string `help:"text or json." enum:"text,json" default:"text" env:"XINSHU_LOG_FORMAT"`
	LogLevel  string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"XINSHU_LOG_LEVEL"`
	Profile   bool   `help:"Serve Go profiles at /debug/pprof on the admin listener." env:"XINSHU_PROFILE"`

	DrainTime      time.Duration `help:"How long a stopping server waits for requests under way." default:"8s" env:"XINSHU_DRAIN_TIME" placeholder:"TIME"`
	PersonRate     int           `help:"Requests a second that one person may send in the long run, over HTTP and stream, from all devices together; what ends sessions counts for each session alone; 0: any number." default:"50" env:"XINSHU_PERSON_RATE" placeholder:"N"`
	PersonBurst    int           `help:"Requests that one person may send at once, after a pause." default:"200" env:"XINSHU_PERSON_BURST" placeholder:"N"`
	PasswordMemory int           `help:"Memory in MiB that password checks may use together; one takes 64; 0 chooses: 128, or 64 where the server has less than 1024." default:"0" env:"XINSHU_PASSWORD_MEMORY" placeholder:"MIB"`
	DatabaseConns  int           `help:"Connections to PostgreSQL, or concurrent readers on SQLite; 0 chooses." default:"0" env:"XINSHU_DATABASE_CONNS" placeholder:"N"`
	CacheMB        int           `name:"cache-mb" help:"Page cache of the SQLite writer in MiB; 0 chooses: 64, or a sixteenth of the memory limit if that is less." default:"0" env:"XINSHU_CACHE_MB" placeholder:"MIB"`
	MemoryLimit    int           `help:"Memory in MiB that this server may use, at least 128; it refuses what would not fit. 0: that of its control group, if it has one." default:"0" env:"XINSHU_MEMORY_LIMIT" placeholder:"MIB"`
}

// DefaultAdminListen is the default of AdminListen.
const DefaultAdminListen = "127.0.0.1:8066"

// AdminOff says that there is no admin listener.
func (c *Config) AdminOff() bool { return c.AdminListen == "off" || c.AdminListen == "" }

// TLS says whether this process speaks TLS itself.
func (c *Config) TLS() bool { return c.TLSSelfSigned || c.TLSCert != "" }

// Validate finds settings that cannot work, in words that name the setting.
func (c *Config) Validate() error {
	if err := c.Storage.Validate(); err != nil {
		return err
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return invalid("tls-cert and tls-key go together")
	}
	if c.TLSCert != "" && c.TLSSelfSigned {
		return invalid("choose tls-cert or tls-self-signed, not both")
	}
	for name, addr := range map[string]string{"listen": c.Listen, "admin-listen": c.AdminListen} {
		if name == "admin-listen" && c.AdminOff() {
			continue
		}
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return invalid("%s: want host:port, such as 127.0.0.1:8065", name)
		}
	}
	if _, err := c.Proxies(); err != nil {
		return err
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" {
			return invalid("public-url: want http://host or https://host without a path")
		}
	}
	if c.Bench {
		host, _, _ := net.SplitHostPort(c.Listen)
		ip := net.ParseIP(host)
		if ip == nil || !ip.IsLoopback() {
			return invalid("bench: listen must be a loopback address such as 127.0.0.1:8065")
		}
	}
	if c.PersonRate < 0 || c.PersonRate > 1_000_000 || c.PersonBurst < 1 || c.PersonBurst > 1_000_000 {
		return invalid("person-rate: want 0 to 1000000; person-burst: want 1 to 1000000")
	}
	if c.PasswordMemory != 0 && c.PasswordMemory < 64 || c.PasswordMemory > 65536 {
		return invalid("password-memory: want 0, or 64 to 65536")
	}
	if c.MemoryLimit != 0 && c.MemoryLimit < 128 || c.MemoryLimit > 1<<24 {
		return invalid("memory-limit: want 0, or 128 to 16777216")
	}
	if c.DatabaseConns < 0 || c.DatabaseConns > 1000 || c.CacheMB < 0 || c.CacheMB > 65536 {
		return invalid("database-conns: want 0 to 1000; cache-mb: want 0 to 65536")
	}
	if c.DrainTime < 0 || c.DrainTime > time.Hour {
		return invalid("drain-time: want 0s to 1h")
	}
	return nil
}

// Proxies returns the networks of trusted reverse proxies.
func (c *Config) Proxies() ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(c.TrustedProxies))
	for _, s := range c.TrustedProxies {
		p, err := netip.ParsePrefix(s)
		if addr, aerr := netip.ParseAddr(s); err != nil && aerr == nil {
			p, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return nil, invalid("trusted-proxy %q: want a network such as 10.0.0.0/8", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Validate finds a storage setting that cannot work.
func (s *Storage) Validate() error {
	if s.Data == "" {
		return invalid("data: want a folder")
	}
	if s.Database != "sqlite" && !strings.HasPrefix(s.Database, "postgres://") && !strings.HasPrefix(s.Database, "postgresql://") {
		return invalid("database: want sqlite or postgres://…")
	}
	return nil
}

// DatabaseURL returns the address in the form that package db takes.
func (s *Storage) DatabaseURL() string {
	if s.Database == "sqlite" {
		return "sqlite:" + filepath.Join(s.Data, "xinshu.db")
	}
	return s.Database
}

func invalid(format string, args ...any) error {
	return xinshu.Errorf(xinshu.Invalid, "%s", fmt.Sprintf(format, args...))
}
