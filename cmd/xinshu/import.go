package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

type importCmd struct {
	Org  importOrgCmd  `cmd:"" help:"Departments, people, positions and ranks from CSV or JSON."`
	Chat importChatCmd `cmd:"" help:"Conversations and messages from JSON lines."`
}

type importOrgCmd struct {
	storage `embed:""`
	From    string `arg:"" name:"FILE" help:"CSV (Chinese or English column names) or JSON." type:"existingfile"`
	DryRun  bool   `help:"Say what would change and which lines are wrong; change nothing."`
	Replace bool   `help:"The file is complete: people whom an import made and who are not in it depart."`
}

// Run imports an organisation.
func (c *importOrgCmd) Run(ctx context.Context) error {
	f, err := os.Open(c.From)
	if err != nil {
		return err
	}
	defer f.Close()
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.From)), ".")
	if format != "csv" && format != "json" {
		format = ""
	}
	return c.do(ctx, "import-org", url.Values{"format": {format}, "dry_run": {strconv.FormatBool(c.DryRun)},
		"replace": {strconv.FormatBool(c.Replace)}}, f)
}

type importChatCmd struct {
	storage `embed:""`
	From    string `arg:"" name:"FILE" help:"JSON lines; see docs/admin/import-chat.md." type:"existingfile"`
	Source  string `help:"Name of the system that the file comes from; keys and ids count within it. Default: from the file name." placeholder:"NAME"`
	Owner   string `help:"Login of who gets conversations in which nobody who takes part is a member." placeholder:"LOGIN"`
	Restart bool   `help:"Read from the first line even if an earlier import of this file was cut short."`
}

// Run imports conversations.
func (c *importChatCmd) Run(ctx context.Context) error {
	f, err := os.Open(c.From)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if c.Source == "" {
		c.Source = sourceName(c.From)
	}
	return c.do(ctx, "import-chat", url.Values{"source": {c.Source}, "owner": {c.Owner}, "size": {fmt.Sprint(info.Size())},
		"restart": {strconv.FormatBool(c.Restart)}}, f)
}

// sourceName makes a name of a source out of a file's name.
func sourceName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	return strings.Trim(name[:min(len(name), 64)], ".-_")
}
