package importer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

const (
	importWeight = 8                // bytes of memory for each of a file: as it came, as text, rows, plan
	keepPlans    = 4                // previews kept in memory
	keepFor      = 15 * time.Minute // how long a preview can be applied
)

// previews keeps the plans of previews until they are applied. They live in the memory of one node: another node, or a restart,
// asks for a new preview.
type previews struct {
	svc   *org.Service
	clock xinshu.Clock

	// busy lets one file at a time be read: each may be large.
	busy sync.Mutex

	// mu guards what follows.
	mu      sync.Mutex
	kept    []preview // oldest first
	running *running  // nil while nothing is applied
}

// running is an import that is being applied on this node.
type running struct {
	cancel      context.CancelFunc
	done, total int // rows
}

type preview struct {
	id    string
	actor xinshu.PersonID
	until time.Time
	plan  *Plan
}

// Preview is the answer to a preview.
type Preview struct {
	Plan   string      `json:"plan" doc:"What apply takes; empty when there are errors or there is nothing to do"`
	Diff   Diff        `json:"diff"`
	Errors []LineError `json:"errors" doc:"Bad lines, at most 1,000; nothing can be applied while there are any"`
}

type applyIn struct {
	Body struct {
		Plan string `json:"plan" maxLength:"64"`
	}
}

type applyOut struct{ Body Result }

// State says whether an import is being applied.
type State struct {
	Running bool `json:"running"`
	Done    int  `json:"done" doc:"Rows that are staged"`
	Total   int  `json:"total" doc:"Rows to be staged"`
}

type stateOut struct{ Body State }

// Doors declares the endpoints of the import.
func Doors(r *door.Registry, svc *org.Service, clock xinshu.Clock) {
	p := &previews{svc: svc, clock: clock}
	r.Plain(door.Door{Name: "org.import.preview", Method: "POST", Path: "/api/v1/org/import/preview", Policy: door.SystemAdmin, Fresh: true,
		Tag: "Organisation", Summary: "Check a file and say what it would change (body: the file; query: format=csv|json, replace=true)",
		MaxBody: xinshu.MaxImport, Weight: importWeight}, p.preview)
	door.JSON(r, door.Door{Name: "org.import.apply", Method: "POST", Path: "/api/v1/org/import/apply", Policy: door.SystemAdmin, Fresh: true,
		Tag: "Organisation", Summary: "Apply what a preview showed"}, p.apply)
	door.JSON(r, door.Door{Name: "org.import.state", Method: "GET", Path: "/api/v1/org/import", Policy: door.SystemAdmin,
		Tag: "Organisation", Summary: "Whether an import is being applied, and how far it is"},
		func(context.Context, xinshu.Actor, *struct{}) (*stateOut, error) { return &stateOut{p.state()}, nil })
	door.JSON(r, door.Door{Name: "org.import.cancel", Method: "DELETE", Path: "/api/v1/org/import", Policy: door.SystemAdmin,
		Tag: "Organisation", Summary: "Stop the import that is being applied; what is staged is undone, what is shown stays"},
		func(context.Context, xinshu.Actor, *struct{}) (*struct{}, error) { p.stop(); return nil, nil })
}

func (p *previews) preview(w http.ResponseWriter, req *http.Request, a xinshu.Actor) error {
	format, opt := "", Options{}
	for key, values := range req.URL.Query() {
		switch {
		case key == "format" && len(values) == 1 && (values[0] == CSV || values[0] == JSON):
			format = values[0]
		case key == "replace" && len(values) == 1 && (values[0] == "true" || values[0] == "false"):
			opt.Replace = values[0] == "true"
		default:
			return xinshu.Errorf(xinshu.Invalid, "The query is format=csv or json, and replace=true or false.")
		}
	}
	if !p.busy.TryLock() {
		e := xinshu.Errorf(xinshu.RateLimited, "Another file is being read.")
		e.RetryAfter = 5 * time.Second
		return e
	}
	defer p.busy.Unlock()
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	source, err := Read(raw, format)
	if err != nil {
		return err
	}
	plan, err := MakePlan(req.Context(), p.svc, a, source, opt)
	if err != nil {
		return err
	}
	out := Preview{Diff: plan.Diff, Errors: plan.Errors}
	if out.Errors == nil {
		out.Errors = []LineError{}
	}
	if len(plan.Errors) == 0 && !plan.Empty() {
		out.Plan = p.keep(a.Person, plan)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}

func (p *previews) keep(actor xinshu.PersonID, plan *Plan) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) >= keepPlans {
		p.kept = append([]preview{}, p.kept[1:]...)
	}
	v := preview{id: rand.Text(), actor: actor, until: p.clock.Now().Add(keepFor), plan: plan}
	p.kept = append(p.kept, v)
	return v.id
}

// take returns a plan once, to the person who made it.
func (p *previews) take(actor xinshu.PersonID, id string) (*Plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, v := range p.kept {
		if v.id == id && v.actor == actor && p.clock.Now().Before(v.until) {
			p.kept = append(append([]preview{}, p.kept[:i]...), p.kept[i+1:]...)
			return v.plan, nil
		}
	}
	return nil, xinshu.Errorf(xinshu.NotFound, "This preview is not known any more. Make a new one.")
}

func (p *previews) apply(ctx context.Context, a xinshu.Actor, in *applyIn) (*applyOut, error) {
	plan, err := p.take(a.Person, in.Body.Plan)
	if err != nil {
		return nil, err
	}
	// A browser that is closed does not undo the work of a minute; whoever says so does.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	run := &running{cancel: cancel}
	p.mu.Lock()
	if p.running == nil {
		p.running = run // a second one is refused by the organisation
	}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.running == run {
			p.running = nil
		}
	}()
	result, err := Apply(ctx, p.svc, a, plan, func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		run.done, run.total = done, total
	})
	if err != nil && ctx.Err() != nil {
		return nil, xinshu.Errorf(xinshu.Gone, "The import was stopped. Nothing was changed.").Because(err)
	}
	if err != nil {
		return nil, err
	}
	return &applyOut{result}, nil
}

func (p *previews) state() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return State{}
	}
	return State{true, p.running.done, p.running.total}
}

// stop stops what is being applied; nothing is fine too.
func (p *previews) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		p.running.cancel()
	}
}
