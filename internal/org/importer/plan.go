package importer

import (
	"cmp"
	"context"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Options say what a file means.
type Options struct {
	// Replace says that the file is complete: people whom an import made and who are not in it become departed. Departments stay.
	Replace bool
}

// Plan is a checked source, compared with what is stored.
type Plan struct {
	Diff   Diff
	Errors []LineError // if there are any, nothing can be applied
	bulk   *org.Bulk
}

// Counts of a diff.
type Counts struct {
	Created int `json:"created"`
	Changed int `json:"changed"`
	Moved   int `json:"moved" doc:"Departments with another parent, people with another department; not counted as changed"`
	Left    int `json:"left" doc:"People who become departed"`
}

// Diff says what a plan would do.
type Diff struct {
	Departments Counts     `json:"departments"`
	People      Counts     `json:"people"`
	Positions   int        `json:"positions" doc:"New positions"`
	Ranks       int        `json:"ranks" doc:"New ranks"`
	Items       []DiffItem `json:"items" doc:"The first 500 of them"`
}

// Empty says whether the plan would write nothing.
func (p *Plan) Empty() bool { return p.bulk.Empty() }

// DiffItem is one thing that a plan would do.
type DiffItem struct {
	Kind   string `json:"kind" enum:"department,person"`
	Act    string `json:"act" enum:"created,changed,moved,left"`
	Line   int    `json:"line,omitempty"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty" doc:"Path of the department, number or login of the person"`
}

const maxItems = 500

// Result is what was applied.
type Result struct {
	Diff Diff `json:"diff"`
}

// planner compares a source with a snapshot.
type planner struct {
	*Source
	svc  *org.Service
	opt  Options
	snap *org.Snapshot
	bulk *org.Bulk
	diff Diff

	departments *departments
	positions   map[string]xinshu.PositionID // by name and by code
	ranks       map[string]xinshu.RankID     // by folded name and code
	people      *people
}

// MakePlan checks a source and compares it with the organisation. Wrong lines are in the plan's Errors; the error is for failures
// of the store and for actors who may not import.
func MakePlan(ctx context.Context, svc *org.Service, actor xinshu.Actor, source *Source, opt Options) (*Plan, error) {
	snap, err := svc.Snapshot(ctx, actor)
	if err != nil {
		return nil, err
	}
	clone := *source
	clone.Errors = slices.Clone(source.Errors)
	p := &planner{Source: &clone, svc: svc, opt: opt, snap: snap,
		bulk: &org.Bulk{Version: snap.Version, StatusOf: map[xinshu.PersonID]bool{}}}
	p.diff.Items = []DiffItem{}
	p.catalogues()
	p.planDepartments()
	p.planPeople()
	if err := p.administrators(ctx); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.Errors, func(a, b LineError) int { return cmp.Compare(a.Line, b.Line) })
	p.bulk.Counts = map[string]any{"departments": p.diff.Departments, "people": p.diff.People, "positions": p.diff.Positions, "ranks": p.diff.Ranks}
	return &Plan{Diff: p.diff, Errors: p.Errors, bulk: p.bulk}, nil
}

// Apply carries a plan out. [xinshu.Invalid] for a plan with errors; [xinshu.Conflict] when the organisation changed since the
// plan was made. progress may be nil.
func Apply(ctx context.Context, svc *org.Service, actor xinshu.Actor, plan *Plan, progress func(done, total int)) (Result, error) {
	if len(plan.Errors) > 0 {
		return Result{}, AsError(plan.Errors)
	}
	if err := svc.Apply(ctx, actor, plan.bulk, progress); err != nil {
		return Result{}, err
	}
	return Result{Diff: plan.Diff}, nil
}

// AsError puts bad lines into the one error format.
func AsError(list []LineError) error {
	e := xinshu.Errorf(xinshu.Invalid, "The file has %d lines that cannot be imported. Nothing was changed.", len(list))
	for _, l := range list {
		e.Fields = append(e.Fields, xinshu.FieldError{Field: l.where(), Message: l.Reason})
	}
	return e
}

func (p *planner) item(kind, act string, line int, name, detail string) {
	if len(p.diff.Items) < maxItems {
		p.diff.Items = append(p.diff.Items, DiffItem{kind, act, line, name, detail})
	}
}

// clean runs one of org's checks and reports what it refuses.
func (p *planner) clean(line int, column, value string, check func(field, s string) (string, error)) string {
	out, err := check(column, value)
	if err != nil {
		p.refuse(line, column, value, err)
	}
	return out
}

func name(field, s string) (string, error) { return org.CleanName(field, s, xinshu.MaxName) }

// optional is a name that may be empty.
func optional(limit int) func(field, s string) (string, error) {
	return func(field, s string) (string, error) {
		if s == "" {
			return "", nil
		}
		return org.CleanName(field, s, limit)
	}
}
