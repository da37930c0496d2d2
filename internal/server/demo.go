package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu/internal/demo"
)

// fillDemo fills an empty database with the example company; prepared before anybody is served.
func (a *App) fillDemo(ctx context.Context, out io.Writer) error {
	data, err := filepath.Abs(a.cfg.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "Filling the example company, once …")
	if err != nil {
		return err
	}
	done, err := demo.Load(ctx, demo.Options{DB: a.db, Clock: a.opt.Clock, IDs: a.ids, Log: a.log, Audit: a.audit, Settings: a.settings,
		Org: a.org, Identity: a.identity, Random: rand.Reader, Data: data})
	if err != nil {
		return err
	}
	a.demoLogins = done.LoginsFile
	return nil
}

// announceDemo prints who can sign in to the example company.
func (a *App) announceDemo(say func(format string, args ...any)) error {
	text, err := os.ReadFile(a.demoLogins)
	if err != nil {
		return err
	}
	var logins []demo.Credentials
	if err := json.Unmarshal(text, &logins); err != nil {
		return fmt.Errorf("%s: %w", demo.LoginsFile, err)
	}
	say("\nExample company. Sign in at %s as:", a.origin)
	for _, l := range logins {
		say("  %-16s %-22s %s, %s (%s)", l.Login, l.Password, l.Name, l.Department, l.Role)
	}
	say("The list is also in %s.", a.demoLogins)
	return nil
}
