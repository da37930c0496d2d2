package manual

import (
	"bytes"
	_ "embed" // the template and the stylesheet
	"html/template"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

//go:embed page.html
var pageText string

// Style is the page's stylesheet; it takes its colours from the tokens of the web client, which stand before it.
//
//go:embed page.css
var Style string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// Options are what the page is made of.
type Options struct {
	Doors   *door.Registry
	Stream  Stream
	Version string
	Style   string // address of the stylesheet
}

// page is what the template sees.
type page struct {
	Version, Style string
	Chapters       []chapter
	Stream         stream
	Limits         []xinshu.Limit
	Codes          []xinshu.CodeMeaning
	Types          []shape
	FreshMinutes   int
}

// chapter is a group of doors with the same tag.
type chapter struct {
	ID, Title string
	Entries   []entry
}

// entry is one door.
type entry struct {
	ID, Name, Method, Path, Summary string
	Who, Fresh                      string
	MaxBody                         int64
	Parameters                      []field
	Body                            *shape
	BodyType                        typeName
	Status                          int
	Answer                          *typeName // nil: no body, or Plain
	Plain                           bool      // not JSON in, JSON out
	Codes                           []xinshu.Code
}

type stream struct {
	Stream
	Operations []operation
	Events     []event
}

type operation struct {
	ID, Name, Summary string
	In                *shape
	Out               *shape
}

type event struct {
	ID, Name, When string
	Data           *shape
	Type           *typeName
}

// Page returns the HTML text.
func Page(opt Options) ([]byte, error) {
	api := opt.Doors.Description()
	b := &builder{api: api, schemas: api.Components.Schemas, extra: huma.NewMapRegistry(schemaPrefix, door.SchemaName)}
	p := page{Version: opt.Version, Style: opt.Style, Limits: xinshu.LimitTable(), Codes: xinshu.CodeTable(),
		FreshMinutes: int(door.FreshFor / 60_000)}
	for _, d := range opt.Doors.Doors() {
		if d.Hidden || d.Op != "" {
			continue
		}
		p.Chapters = add(p.Chapters, d.Tag, b.entry(d))
	}
	p.Stream = b.stream(opt.Stream)
	p.Types = b.types()
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// add puts e into the chapter of its tag, in the order in which the tags come first.
func add(chapters []chapter, tag string, e entry) []chapter {
	if tag == "" {
		tag = "Other"
	}
	for i := range chapters {
		if chapters[i].Title == tag {
			chapters[i].Entries = append(chapters[i].Entries, e)
			return chapters
		}
	}
	return append(chapters, chapter{ID: "chapter-" + anchor(tag), Title: tag, Entries: []entry{e}})
}

// builder turns schemas into tables.
type builder struct {
	api     *huma.OpenAPI
	schemas huma.Registry
	extra   huma.Registry // types that only the stream uses
}

func (b *builder) entry(d door.Door) entry {
	e := entry{ID: anchor(d.Name), Name: d.Name, Method: d.Method, Path: d.Path, Summary: d.Summary, Who: who[d.Policy], MaxBody: d.MaxBody,
		Status: d.Status, Codes: codesOf(d)}
	if d.Fresh {
		e.Fresh = string(xinshu.ReauthRequired)
	}
	op := operationOf(b.api, d)
	if op == nil {
		e.Plain = true
		return e
	}
	for _, p := range op.Parameters {
		f := b.field(p.Name, p.Schema, p.Required)
		f.Where = p.In
		if p.Description != "" {
			f.About = p.Description
		}
		e.Parameters = append(e.Parameters, f)
	}
	if op.RequestBody != nil {
		if media := op.RequestBody.Content["application/json"]; media != nil {
			e.BodyType = b.typeOf(media.Schema)
			e.Body = b.shape("", media.Schema)
		}
	}
	e.Status = op.DefaultStatus
	for status, response := range op.Responses {
		if media := response.Content["application/json"]; media != nil && strings.HasPrefix(status, "2") {
			t := b.typeOf(media.Schema)
			e.Answer = &t
		}
	}
	return e
}

// operationOf finds the door's description; nil for a plain door.
func operationOf(api *huma.OpenAPI, d door.Door) *huma.Operation {
	item := api.Paths[d.Path]
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[d.Method]
}

var who = map[door.Policy]string{
	door.Anonymous: "anybody", door.SignedIn: "signed in", door.SystemAdmin: "system administrator",
	door.SecurityAdmin: "security administrator", door.AuditAdmin: "audit administrator", door.AnyAdmin: "any administrator",
}

// codesOf lists the errors that the door itself answers with; the domain's come beside them.
func codesOf(d door.Door) []xinshu.Code {
	codes := []xinshu.Code{xinshu.Invalid}
	if d.Method != "GET" && d.Method != "DELETE" {
		codes = append(codes, xinshu.UnknownField, xinshu.TooLarge)
	}
	switch d.Policy {
	case door.Anonymous:
	case door.SignedIn:
		codes = append(codes, xinshu.Unauthenticated, xinshu.SessionEnded)
	default:
		codes = append(codes, xinshu.Unauthenticated, xinshu.SessionEnded, xinshu.Forbidden)
	}
	if d.Fresh {
		codes = append(codes, xinshu.ReauthRequired)
	}
	if d.Object != door.Nothing {
		codes = append(codes, xinshu.NotFound)
	}
	return codes
}

func (b *builder) stream(s Stream) stream {
	out := stream{Stream: s}
	for _, o := range s.Operations {
		out.Operations = append(out.Operations, operation{ID: "op-" + o.Name, Name: o.Name, Summary: o.Summary, In: b.shapeOf(o.In), Out: b.shapeOf(o.Out)})
	}
	for _, e := range s.Events {
		ev := event{ID: "event-" + anchor(e.Name), Name: e.Name, When: e.When}
		if t, named := b.named(e.Data); named {
			ev.Type = &t
		} else {
			ev.Data = b.shapeOf(e.Data)
		}
		out.Events = append(out.Events, ev)
	}
	return out
}

// types lists the shape of every named type, by name.
func (b *builder) types() []shape {
	all := map[string]*huma.Schema{}
	for _, r := range []huma.Registry{b.extra, b.schemas} {
		for name, s := range r.Map() {
			all[name] = s
		}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	out := make([]shape, 0, len(names))
	for _, name := range names {
		out = append(out, *b.shape(name, all[name]))
	}
	return out
}

// anchor makes an id of an element out of a name.
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r == ' ' {
			return '-'
		}
		return r
	}, strings.ToLower(name))
}
