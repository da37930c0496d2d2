package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/config"
)

// version and commit are set by the linker.
var version, commit = "dev", "unknown"

// cli is the command line. Subcommands stand in files of their own.
type cli struct {
	File string `name:"config" help:"YAML file with settings; default: xinshu.yaml in the working directory, if there." type:"path" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Import  importCmd  `cmd:"" help:"Import an organisation or conversations, also while the server runs."`
	User    userCmd    `cmd:"" help:"People and their ways in."`
	Search  searchCmd  `cmd:"" help:"The search index."`
	Backup  backupCmd  `cmd:"" help:"Write a backup, also while the server runs."`
	Restore restoreCmd `cmd:"" help:"Put a backup into an empty data folder."`
	Audit   auditCmd   `cmd:"" help:"The evidence of what happened."`
	Doctor  doctorCmd  `cmd:"" help:"Look at what commonly goes wrong."`
	Bench   benchCmd   `cmd:"" help:"Put load on a server that runs with --bench and print figures."`
	Config  configCmd  `cmd:"" help:"Print every setting with its meaning and value."`
	Openapi openapiCmd `cmd:"" help:"Print the description of the HTTP API (OpenAPI 3.1)."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "xinshu:", sentence(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	path, named := configPath(args)
	file, err := config.File(path, named)
	if err != nil {
		return err
	}
	var c cli
	parser, err := kong.New(&c, kong.Name("xinshu"), kong.Description("信枢 Xinshu, the messenger of your organisation."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Resolvers(file))
	if err != nil {
		return err
	}
	cmd, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return cmd.Run()
}

// configPath finds --config before the command line is parsed, because the file is a source of its values.
func configPath(args []string) (path string, named bool) {
	for i, a := range args {
		if a == "--config" && i+1 < len(args) {
			return args[i+1], true
		}
		if len(a) > 9 && a[:9] == "--config=" {
			return a[9:], true
		}
	}
	return filepath.Join(".", "xinshu.yaml"), false
}

// sentence is what the person at the terminal reads: known failures without their code.
func sentence(err error) string {
	var e *xinshu.Error
	if errors.As(err, &e) && e.Code != xinshu.Internal {
		return e.Message
	}
	return err.Error()
}

// logger returns the log that the settings ask for.
func logger(cfg *config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // the settings allow known levels only
	opt := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opt))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opt))
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Printf("xinshu %s (%s) %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
