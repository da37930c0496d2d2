package server

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/config"
)

// commands are what 'xinshu NAME' can do to data, in this process or in the running server.
var commands = map[string]Command{
	"backup":         backup,
	"audit-verify":   auditVerify,
	"import-org":     importOrg,
	"import-chat":    importChat,
	"rebuild-search": rebuildSearch,
	"user-admin":     makeAdmin,
	"user-link":      makeLink,
	"user-list":      listPeople,
}

// backup writes a backup to the file named by args "file", an absolute path on this machine.
func backup(ctx context.Context, a *App, args url.Values, _ io.Reader, out io.Writer) error {
	path := args.Get("file")
	if !filepath.IsAbs(path) {
		return xinshu.Errorf(xinshu.Invalid, "The backup file must be an absolute path.")
	}
	if _, err := os.Stat(path); err == nil {
		return xinshu.Errorf(xinshu.Conflict, "The file %s exists.", path)
	}
	began := a.opt.Clock.Now()
	m := admin.Manifest{Version: a.opt.Version, CreatedAt: xinshu.MillisOf(began)}
	for _, s := range migrations() {
		m.Migrations = append(m.Migrations, s.Name)
	}
	size, err := admin.Backup(ctx, a.db, a.cfg.Data, path, m)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	_, err = fmt.Fprintf(out, "Backup of everything stored before %s: %s, %.1f MB, %.1f s\n",
		began.Format(time.RFC3339), path, float64(size)/1e6, a.opt.Clock.Now().Sub(began).Seconds())
	return err
}

// Restore puts a backup into an empty data folder and, if verify is set, checks all of it: file, database, evidence.
func Restore(ctx context.Context, opt Options, path string, verify bool, out io.Writer) error {
	began := time.Now()
	lockless := opt.Config.Storage // the folder must be empty, so the lock comes after
	m, err := admin.Restore(ctx, path, lockless.Data, lockless.DatabaseURL(), migrations())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Restored the backup of %s (version %s) into %s in %.1f s\n",
		m.CreatedAt.Time().Format(time.RFC3339), m.Version, lockless.Data, time.Since(began).Seconds())
	if err != nil || !verify {
		return err
	}
	app, err := Open(ctx, opt)
	if err != nil {
		return err
	}
	return errors.Join(app.verify(ctx, out), app.Close())
}

// verify checks the database's files and the evidence in them.
func (a *App) verify(ctx context.Context, out io.Writer) error {
	if err := a.db.Check(ctx); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, "Database: sound"); err != nil {
		return err
	}
	report, err := a.blob.Check(ctx, true)
	if err != nil {
		return fmt.Errorf("check files: %w", err)
	}
	for _, fault := range report.Faults {
		if _, err := fmt.Fprintln(out, "BAD", fault); err != nil {
			return err
		}
	}
	if len(report.Faults) > 0 {
		return xinshu.Errorf(xinshu.Conflict, "The files are not sound.")
	}
	if _, err := fmt.Fprintf(out, "Files: sound. %d objects, %.1f MB\n", report.Objects, float64(report.Bytes)/1e6); err != nil {
		return err
	}
	return auditVerify(ctx, a, nil, nil, out)
}

// auditVerify recomputes all evidence; args "key" are public keys, "root" are roots noted elsewhere, hex.
func auditVerify(ctx context.Context, a *App, args url.Values, _ io.Reader, out io.Writer) error {
	var trusted []ed25519.PublicKey
	for _, text := range args["key"] {
		key, err := hex.DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return xinshu.Errorf(xinshu.Invalid, "A public key has 64 hexadecimal digits.")
		}
		trusted = append(trusted, key)
	}
	began := time.Now()
	report, err := a.audit.Verify(ctx, trusted...)
	if err != nil {
		return fmt.Errorf("verify evidence: %w", err)
	}
	for _, f := range report.Faults {
		if _, err := fmt.Fprintln(out, "BAD", f); err != nil {
			return err
		}
	}
	if !report.OK() {
		return xinshu.Errorf(xinshu.Conflict, "The evidence is not sound.")
	}
	for _, text := range args["root"] {
		id, err := hex.DecodeString(text)
		if err != nil {
			return xinshu.Errorf(xinshu.Invalid, "A root has 64 hexadecimal digits.")
		}
		at, err := a.audit.GetRoot(ctx, id)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "Root %s: signed %s\n", text, at.Time().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	var others int64
	for _, n := range report.Others {
		others += n
	}
	_, err = fmt.Fprintf(out, "Evidence: sound. %d audit records, %d records of conversations, %d signed roots over %d heads (%.1f s)\n",
		report.Records, others, report.Roots, report.Heads, time.Since(began).Seconds())
	if err == nil && report.Roots > 0 {
		_, err = fmt.Fprintf(out, "Newest root, of %s: %s\nPublic key: %s\n",
			report.SignedAt.Time().Format(time.RFC3339), report.LastRoot, strings.Join(report.Keys, ", "))
	}
	return err
}

// Doctor looks at what commonly goes wrong and says it in words. It changes nothing.
func Doctor(ctx context.Context, cfg *config.Config, out io.Writer) error {
	findings := admin.Examine(ctx, cfg)
	bad := 0
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark = "BAD "
			bad++
		}
		if _, err := fmt.Fprintf(out, "%s %s: %s\n", mark, f.What, f.Text); err != nil {
			return err
		}
	}
	if bad > 0 {
		return xinshu.Errorf(xinshu.Unavailable, "%d of %d checks failed.", bad, len(findings))
	}
	return nil
}
