package server

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message/chatimport"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// importOrg reads an organisation from in. args: format (csv, json or "" to look), dry_run and replace ("true").
func importOrg(ctx context.Context, a *App, args url.Values, in io.Reader, out io.Writer) error {
	raw, err := io.ReadAll(io.LimitReader(in, xinshu.MaxImport+1))
	if err != nil {
		return err
	}
	source, err := importer.Read(raw, args.Get("format"))
	if err != nil {
		return err
	}
	actor := xinshu.SystemActor("import")
	plan, err := importer.MakePlan(ctx, a.org, actor, source, importer.Options{Replace: args.Get("replace") == "true"})
	if err != nil {
		return fmt.Errorf("compare with the organisation: %w", err)
	}
	if len(plan.Errors) > 0 {
		for _, line := range plan.Errors {
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
		return importer.AsError(plan.Errors)
	}
	d := plan.Diff
	_, err = fmt.Fprintf(out, "Departments: %d new, %d changed, %d moved. People: %d new, %d changed, %d moved, %d leave. New positions: %d, ranks: %d.\n",
		d.Departments.Created, d.Departments.Changed, d.Departments.Moved,
		d.People.Created, d.People.Changed, d.People.Moved, d.People.Left, d.Positions, d.Ranks)
	if err != nil {
		return err
	}
	if args.Get("dry_run") == "true" {
		for _, item := range d.Items {
			if _, err := fmt.Fprintf(out, "%s %s: %s %s\n", item.Kind, item.Act, item.Name, item.Detail); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintln(out, "Nothing was changed: this was a dry run.")
		return err
	}
	if plan.Empty() {
		_, err = fmt.Fprintln(out, "There is nothing to change.")
		return err
	}
	began, said := time.Now(), time.Now()
	_, err = importer.Apply(ctx, a.org, actor, plan, func(done, total int) {
		if time.Since(said) < time.Second {
			return
		}
		said = time.Now()
		_, _ = fmt.Fprintf(out, "%d of %d (%d %%)\n", done, total, 100*done/max(1, total)) // progress only
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Imported in %.1f s.\n", time.Since(began).Seconds())
	return err
}

// importChat reads conversations from in. args: source, size (bytes), owner (login) and restart ("true").
func importChat(ctx context.Context, a *App, args url.Values, in io.Reader, out io.Writer) error {
	req := chatimport.Request{Source: args.Get("source"), Restart: args.Get("restart") == "true"}
	req.Size, _ = strconv.ParseInt(args.Get("size"), 10, 64) // 0 if it is not known
	if login := args.Get("owner"); login != "" {
		owner, err := a.personByLogin(ctx, login)
		if err != nil {
			return err
		}
		req.Owner = owner.ID
	}
	began := time.Now()
	report, err := a.chatImport.Import(ctx, xinshu.SystemActor("import"), in, out, req)
	for _, bad := range report.Bad {
		if _, werr := fmt.Fprintf(out, "line %d %s: %s\n", bad.Line, bad.Field, bad.Reason); werr != nil {
			return werr
		}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d lines in %.1f s: %d people, %d conversations, %d messages added; %d messages were there; %d bad lines.\n",
		report.Lines, time.Since(began).Seconds(), report.People, report.Conversations, report.Messages, report.Repeated, report.BadLines)
	return err
}

// personByLogin finds a person for a command.
func (a *App) personByLogin(ctx context.Context, login string) (p org.Account, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = a.org.PersonByLogin(tx, login)
		return err
	})
	return p, err
}

// rebuildSearch makes the search index anew from the log.
func rebuildSearch(ctx context.Context, a *App, _ url.Values, _ io.Reader, out io.Writer) error {
	return a.search.Rebuild(ctx, out)
}

// makeAdmin gives args "login" the system administrator's role and prints an activation or reset link; "name" for a new person.
func makeAdmin(ctx context.Context, a *App, args url.Values, _ io.Reader, out io.Writer) error {
	link, err := a.identity.MakeAdmin(ctx, xinshu.SystemActor("terminal"), args.Get("login"), args.Get("name"))
	if err != nil {
		return err
	}
	return printLink(out, a, link.URL, link.ExpiresAt)
}

// makeLink prints an activation or reset link for args "login".
func makeLink(ctx context.Context, a *App, args url.Values, _ io.Reader, out io.Writer) error {
	link, err := a.identity.MakeLinkByLogin(ctx, xinshu.SystemActor("terminal"), args.Get("login"))
	if err != nil {
		return err
	}
	return printLink(out, a, link.URL, link.ExpiresAt)
}

func printLink(out io.Writer, a *App, address string, until xinshu.Millis) error {
	if a.origin == "" {
		address = "(address of the server)" + address
	}
	_, err := fmt.Fprintf(out, "%s\nUse it once, before %s.\n", address, until.Time().Format(time.RFC1123))
	return err
}

// listPeople prints people with their logins and roles; args "status" selects, such as suspended.
func listPeople(ctx context.Context, a *App, args url.Values, _ io.Reader, out io.Writer) error {
	f := org.PersonFilter{Page: org.Page{Limit: xinshu.MaxPage}}
	for _, status := range args["status"] {
		f.Statuses = append(f.Statuses, org.Status(status))
	}
	for {
		people, next, err := a.identity.FindPeople(ctx, xinshu.SystemActor("terminal"), f)
		if err != nil {
			return err
		}
		for _, p := range people {
			if _, err := fmt.Fprintf(out, "%-24s %-10s %v %s %s\n", p.Login, p.Status, p.Roles, p.Name, p.Department); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.Page.Cursor = next
	}
}
