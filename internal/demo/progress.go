package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

// progressFile remembers, in the data folder, which company was begun and whether it is complete.
const progressFile = "demo-company.json"

// progress makes an interrupted filling repeatable: the same seed and moment give the same requests, and each of them is safe to
// repeat.
type progress struct {
	Seed     uint64    `json:"seed"`
	Now      time.Time `json:"now"`
	Complete bool      `json:"complete"`
}

// begin decides what is to be done with the database.
func begin(ctx context.Context, opt Options) (progress, error) {
	p := progress{Seed: opt.Seed, Now: opt.Clock.Now().UTC().Truncate(time.Second)}
	if p.Seed == 0 {
		p.Seed = DefaultSeed
	}
	empty, err := isEmpty(ctx, opt.Org)
	if err != nil {
		return p, err
	}
	if empty {
		return p, p.save(opt.Data)
	}
	b, err := os.ReadFile(filepath.Join(opt.Data, progressFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, xinshu.Errorf(xinshu.Conflict, "The example company needs an empty data folder; this one has people or departments already.")
	case err != nil:
		return p, fmt.Errorf("read progress of the example company: %w", err)
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, fmt.Errorf("read progress of the example company: %w", err)
	}
	return p, nil
}

// isEmpty says whether the organisation has nobody and nothing yet.
func isEmpty(ctx context.Context, o *org.Service) (bool, error) {
	actor := xinshu.SystemActor("demo")
	page := org.Page{Limit: 1}
	all := []org.Status{org.Invited, org.Active, org.Suspended, org.Departed}
	people, _, err := o.FindPeople(ctx, actor, org.PersonFilter{Statuses: all, Page: page})
	if err != nil {
		return false, fmt.Errorf("look for people: %w", err)
	}
	departments, _, err := o.FindDepartments(ctx, actor, 0, page)
	if err != nil {
		return false, fmt.Errorf("look for departments: %w", err)
	}
	return len(people)+len(departments) == 0, nil
}

func (p progress) save(folder string) error { return writeJSON(filepath.Join(folder, progressFile), p) }

// writeJSON replaces a file by one that only its owner reads; it is there as a whole or as it was.
func writeJSON(path string, v any) (err error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".demo-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", filepath.Base(path), err), os.Remove(f.Name()))
		}
	}()
	if _, err = f.Write(append(b, '\n')); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
