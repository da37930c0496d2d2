package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/server"
)

// storage is embedded by the subcommands that work on the data.
type storage struct {
	config.Storage `embed:""`
}

// options are those of a server on this data that does not listen; only warnings reach the terminal.
func (s *storage) options() (server.Options, error) {
	if err := s.Validate(); err != nil {
		return server.Options{}, err
	}
	cfg := &config.Config{Storage: s.Storage}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return server.Options{Config: cfg, Version: version, Log: log}, nil
}

// do runs a command on the data, in the running server if there is one.
func (s *storage) do(ctx context.Context, name string, args url.Values, in io.Reader) error {
	opt, err := s.options()
	if err != nil {
		return err
	}
	return server.Do(ctx, opt, name, args, in, os.Stdout)
}

type backupCmd struct {
	storage `embed:""`
	Out     string `arg:"" name:"FILE" help:"File to write, such as xinshu-2026-11-23.tar.zst." type:"path"`
}

// Run writes a backup.
func (c *backupCmd) Run(ctx context.Context) error {
	path, err := filepath.Abs(c.Out)
	if err != nil {
		return err
	}
	return c.do(ctx, "backup", url.Values{"file": {path}}, nil)
}

type restoreCmd struct {
	storage `embed:""`
	From    string `arg:"" name:"FILE" help:"Backup to read." type:"existingfile"`
	Verify  bool   `help:"Check the database and all evidence afterwards."`
}

// Run restores a backup into an empty data folder.
func (c *restoreCmd) Run(ctx context.Context) error {
	opt, err := c.options()
	if err != nil {
		return err
	}
	return server.Restore(ctx, opt, c.From, c.Verify, os.Stdout)
}

type doctorCmd struct {
	config.Config `embed:""`
	Ready         bool `help:"Only ask the running server whether it can do its work; for health checks."`
}

// Run looks at what commonly goes wrong.
func (c *doctorCmd) Run(ctx context.Context) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.Ready {
		f := admin.Ready(ctx, &c.Config)
		if !f.OK {
			return xinshu.Errorf(xinshu.Unavailable, "Not ready: %s.", f.Text)
		}
		_, err := fmt.Println(f.Text)
		return err
	}
	return server.Doctor(ctx, &c.Config, os.Stdout)
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Recompute all evidence and name the first bad record of each chain."`
}

type auditVerifyCmd struct {
	storage `embed:""`
	Keys    []string `name:"key" help:"Public key noted elsewhere (64 hexadecimal digits); without any, the keys in the database are believed." placeholder:"HEX"`
	Roots   []string `name:"root" help:"Newest root of an earlier verification (64 hexadecimal digits): must still be there." placeholder:"HEX"`
}

// Run verifies the evidence.
func (c *auditVerifyCmd) Run(ctx context.Context) error {
	return c.do(ctx, "audit-verify", url.Values{"key": c.Keys, "root": c.Roots}, nil)
}

type searchCmd struct {
	Rebuild searchRebuildCmd `cmd:"" help:"Make the search index anew from the messages."`
}

type searchRebuildCmd struct {
	storage `embed:""`
}

// Run rebuilds the index.
func (c *searchRebuildCmd) Run(ctx context.Context) error {
	return c.do(ctx, "rebuild-search", nil, nil)
}
