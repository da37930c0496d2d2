package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/memory"
	"github.com/xinshu-im/xinshu/internal/quota"
)

// Authenticator finds out who sends a request. A request without credentials is the zero actor and no error; credentials that
// do not count are [xinshu.Unauthenticated] or [xinshu.SessionEnded].
type Authenticator interface {
	Authenticate(r *http.Request) (xinshu.Actor, error)
}

// Registry holds all doors and serves the HTTP ones.
type Registry struct {
	mux   *http.ServeMux
	api   huma.API
	auth  Authenticator
	clock xinshu.Clock
	log   *slog.Logger
	quota Quota
	// memory bounds what requests hold together.
	memory *memory.Budget
	doors  []Door
}

// setProblem guards huma's settings that are variables of the whole process: parallel tests make many registries.
var setProblem sync.Once

// New returns an empty registry. version is shown in the API description.
func New(auth Authenticator, clock xinshu.Clock, log *slog.Logger, version string) *Registry {
	setProblem.Do(func() {
		huma.NewError = humaProblem      // huma offers no other place for the one error format
		huma.ValidateStrictCasing = true // "Name" beside "name" would be decoded and not checked
	})
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Xinshu", version)
	cfg.OpenAPIPath = "" // a door like any other, below
	cfg.DocsPath = ""    // the page would load from elsewhere; the server has its own
	cfg.SchemasPath = ""
	cfg.RejectUnknownQueryParameters = true
	cfg.CreateHooks = nil // no $schema property in answers
	cfg.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", SchemaName)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	return &Registry{mux: mux, api: humago.New(mux, cfg), auth: auth, clock: clock, log: log}
}

// Quota bounds what may be asked at the doors: by a person at all of them together, by a session at those of [Door.OfSession].
type Quota struct {
	People   *quota.Limiter[xinshu.PersonID]
	Sessions *quota.Limiter[xinshu.SessionID]
}

// Refused returns how many requests were refused, on the stream too.
func (q Quota) Refused() uint64 { return q.People.Refused() + q.Sessions.Refused() }

func (q Quota) take(d *Door, a xinshu.Actor) error {
	if d.OfSession && a.Session != 0 {
		return q.Sessions.Take(a.Session)
	}
	return q.People.Take(a.Person)
}

// Limit bounds what may be asked; without it there is no bound. Only while the server is put together.
func (r *Registry) Limit(q Quota) { r.quota = q }

// Limited returns what [Registry.Limit] was told.
func (r *Registry) Limited() Quota { return r.quota }

// Guard bounds the memory that requests under /api/ hold together; without it there is no bound. Only while the server is put together.
func (r *Registry) Guard(b *memory.Budget) { r.memory = b }

// SchemaName names a type in the API description: after its package and itself, because several domains have an Update.
func SchemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	pkg := path.Base(t.PkgPath())
	if t.Name() == "" || pkg == "." || pkg == "xinshu" || pkg == "door" {
		return name
	}
	pkg = strings.ToUpper(pkg[:1]) + pkg[1:]
	if strings.HasPrefix(name, pkg) {
		return name
	}
	return pkg + name
}

// Describe declares the door of the API description itself, /api/openapi.json.
func (r *Registry) Describe() {
	r.Plain(Door{Name: "openapi", Method: "GET", Path: "/api/openapi.json", Policy: Anonymous, Hidden: true,
		Summary: "This description"}, func(w http.ResponseWriter, _ *http.Request, _ xinshu.Actor) error {
		text, err := r.OpenAPI()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = w.Write(text)
		return err
	})
}

// strictJSON refuses bodies for which [CheckJSON] has a reason. huma shows its errors: they say nothing about the program.
// Lists whose items write themselves are written as encoding/json would, in a third of its time.
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		if l, ok := v.(interface{ appendJSON([]byte) ([]byte, bool) }); ok {
			b := buffers.Get().(*[]byte)
			defer buffers.Put(b)
			if text, ok := l.appendJSON((*b)[:0]); ok {
				*b = text
				_, err := w.Write(append(text, '\n'))
				return err
			}
		}
		return huma.DefaultJSONFormat.Marshal(w, v)
	},
	Unmarshal: func(data []byte, v any) error {
		if err := CheckJSON(data); err != nil {
			return err
		}
		err := json.Unmarshal(data, v)
		var known *xinshu.Error
		switch {
		case errors.As(err, &known):
			return errors.New(known.Message)
		case err != nil && !json.Valid(data):
			return errors.New("the body is not JSON")
		case err != nil:
			return errors.New("a value has the wrong type or is out of range")
		}
		return nil
	},
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Doors lists what was declared, in order.
func (r *Registry) Doors() []Door { return slices.Clone(r.doors) }

// Description returns the description of the JSON doors; it must not be changed.
func (r *Registry) Description() *huma.OpenAPI { return r.api.OpenAPI() }

// OpenAPI returns the description of the JSON doors, as JSON.
func (r *Registry) OpenAPI() ([]byte, error) { return r.api.OpenAPI().MarshalJSON() }

// ServeHTTP implements http.Handler. Unknown paths below /api/ are answered in the one error format.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.memory != nil && strings.HasPrefix(req.URL.Path, "/api/") {
		r.guarded(w, req)
		return
	}
	r.mux.ServeHTTP(w, req)
}

func (r *Registry) add(d Door) {
	for _, o := range r.doors {
		if o.Name == d.Name || d.Op == "" && o.Method == d.Method && o.Path == d.Path || d.Op != "" && o.Op == d.Op {
			panic(fmt.Sprintf("door: %s declared twice", d.Name)) // a mistake in the program, found when any test starts it
		}
	}
	r.doors = append(r.doors, d)
}

// Op declares a socket operation; realtime serves it.
func (r *Registry) Op(d Door) { r.add(d) }

// Admit authenticates req for a door, counts it and checks the door's policy. What is refused counts too.
func (r *Registry) Admit(d *Door, req *http.Request) (xinshu.Actor, error) {
	a, err := r.auth.Authenticate(req)
	if err != nil {
		if d.Policy != Anonymous {
			return a, err
		}
		a = xinshu.Actor{Address: a.Address} // a stale cookie does not keep anybody from signing in
	}
	if err := r.quota.take(d, a); err != nil {
		return a, err
	}
	return a, d.admit(a, xinshu.MillisOf(r.clock.Now()))
}

// Plain declares a route that is not JSON in, JSON out: uploads, downloads, the stream. An error that h returns before it
// wrote anything is answered in the one error format.
func (r *Registry) Plain(d Door, h func(w http.ResponseWriter, req *http.Request, a xinshu.Actor) error) {
	r.add(d)
	limit := d.MaxBody
	if limit == 0 {
		limit = xinshu.MaxBody
	}
	r.mux.HandleFunc(d.Method+" "+d.Path, func(w http.ResponseWriter, req *http.Request) {
		weigh(req, d.Weight)
		req.Body = http.MaxBytesReader(w, req.Body, limit)
		a, err := r.Admit(&d, req)
		if err == nil {
			err = h(w, req, a)
		}
		if err != nil {
			var big *http.MaxBytesError
			if errors.As(err, &big) {
				err = xinshu.Errorf(xinshu.TooLarge, "The request is too large.").Because(err)
			}
			WriteProblem(w, ProblemOf(err, r.log, d.Name))
		}
	})
}

// Rest declares the door for every GET that no other door takes. Other requests that no door takes are [xinshu.NotFound], or
// [xinshu.MethodUnknown] where the path has a door for another method.
func (r *Registry) Rest(d Door, h func(w http.ResponseWriter, req *http.Request) error) {
	r.add(d)
	r.mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		var err error = errNothingHere
		if req.Method == http.MethodGet || req.Method == http.MethodHead {
			err = nil
		}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			other := &http.Request{Method: method, URL: req.URL, Host: req.Host}
			if _, pattern := r.mux.Handler(other); pattern != "/" && pattern != "" && method != req.Method {
				err = errMethod
			}
		}
		if err == nil {
			err = h(w, req)
		}
		if err != nil {
			WriteProblem(w, ProblemOf(err, r.log, d.Name))
		}
	})
}

var (
	errNothingHere = xinshu.Errorf(xinshu.NotFound, "There is nothing at this address.")
	errMethod      = xinshu.Errorf(xinshu.MethodUnknown, "This address does not take this method.")
)

type actorKey struct{}

// bodyTime is how long the body of a JSON request may take: the largest one over a line of 300 kbit/s.
const bodyTime = 30 * time.Second

// JSON declares a route with typed input and output (huma's struct tags; the body in a field Body). Unknown fields, wrong
// types and oversize bodies are refused before h is called.
func JSON[I, O any](r *Registry, d Door, h func(ctx context.Context, a xinshu.Actor, in *I) (*O, error)) {
	r.add(d)
	limit := d.MaxBody
	if limit == 0 {
		limit = xinshu.MaxBody
	}
	op := huma.Operation{
		OperationID: d.Name, Method: d.Method, Path: d.Path, Summary: d.Summary, DefaultStatus: d.Status,
		MaxBodyBytes: limit, BodyReadTimeout: bodyTime, Hidden: d.Hidden,
		Middlewares: huma.Middlewares{func(hc huma.Context, next func(huma.Context)) {
			req, w := humago.Unwrap(hc)
			weigh(req, d.Weight)
			a, err := r.Admit(&d, req)
			if err == nil {
				err = checkAddress(req.URL)
			}
			if err != nil {
				WriteProblem(w, ProblemOf(err, r.log, d.Name))
				return
			}
			hc.SetHeader("Cache-Control", "no-store")
			next(huma.WithValue(hc, actorKey{}, a))
		}},
	}
	if d.Tag != "" {
		op.Tags = []string{d.Tag}
	}
	if d.Policy != Anonymous {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		a, _ := ctx.Value(actorKey{}).(xinshu.Actor) // the middleware put it there; the zero actor may do nothing
		out, err := h(ctx, a, in)
		if err != nil {
			p := ProblemOf(err, r.log, d.Name)
			if p.RetryAfter > 0 {
				return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {fmt.Sprint(p.RetryAfter)}})
			}
			return nil, p
		}
		return out, nil
	})
}

// Page is the part of a list request that all lists share.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items of a page"`
	Cursor string `query:"cursor" maxLength:"200" doc:"next_cursor of the previous page"`
}

// List is the answer of every list.
type List[T any] struct {
	Body ListBody[T]
}

// ListBody holds a page of items; NextCursor is null on the last page.
type ListBody[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// appendJSON appends l if its items have a method AppendJSON, which writes what encoding/json would.
func (l ListBody[T]) appendJSON(dst []byte) ([]byte, bool) {
	dst = append(dst, `{"items":[`...)
	for i := range l.Items {
		item, ok := any(&l.Items[i]).(interface{ AppendJSON([]byte) []byte })
		if !ok {
			return nil, false
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item.AppendJSON(dst)
	}
	dst = append(dst, `],"next_cursor":`...)
	if l.NextCursor == nil {
		return append(dst, "null}"...), true
	}
	cursor, err := json.Marshal(*l.NextCursor)
	return append(append(dst, cursor...), '}'), err == nil
}

// NewList returns a page; next is "" on the last one.
func NewList[T any](items []T, next string) *List[T] {
	if items == nil {
		items = []T{}
	}
	l := &List[T]{Body: ListBody[T]{Items: items}}
	if next != "" {
		l.Body.NextCursor = &next
	}
	return l
}
