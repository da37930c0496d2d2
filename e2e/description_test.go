package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// description is what the hostile tests need of the OpenAPI document: what each door takes.
type description struct {
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
	byName map[string]*operation
	// outputs are the names of all fields that any answer has.
	outputs []string
}

type operation struct {
	OperationID string      `json:"operationId"`
	Parameters  []parameter `json:"parameters"`
	RequestBody *struct {
		Content map[string]struct{ Schema *schema } `json:"content"`
	} `json:"requestBody"`
}

type parameter struct {
	Name   string  `json:"name"`
	In     string  `json:"in"`
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a name, or several
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Required   []string           `json:"required"`
	MaxItems   int                `json:"maxItems"`
}

func (c *client) description() *description {
	c.t.Helper()
	d := &description{byName: map[string]*operation{}}
	c.must("GET", "/api/openapi.json", nil, d)
	for _, methods := range d.Paths {
		for _, op := range methods {
			d.byName[op.OperationID] = op
		}
	}
	seen := map[string]bool{}
	for _, s := range d.Components.Schemas {
		for name := range s.Properties {
			seen[name] = true
		}
	}
	for name := range seen {
		d.outputs = append(d.outputs, name)
	}
	slices.Sort(d.outputs)
	return d
}

// resolve follows a reference.
func (d *description) resolve(s *schema) *schema {
	if s == nil || s.Ref == "" {
		return s
	}
	return d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
}

// body returns the schema of an operation's JSON body, nil if it takes none.
func (d *description) body(op *operation) *schema {
	if op == nil || op.RequestBody == nil {
		return nil
	}
	return d.resolve(op.RequestBody.Content["application/json"].Schema)
}

func (s *schema) is(kind string) bool {
	switch t := s.Type.(type) {
	case string:
		return t == kind
	case []any:
		return slices.Contains(t, any(kind))
	}
	return false
}

// field is one place in a body: names, and 0 for the first element of a list.
type field struct {
	path []any
	s    *schema
}

func (f field) String() string {
	b, _ := json.Marshal(f.path) // names and zeros
	return string(b)
}

// fields lists every place of a body, inner ones too.
func (d *description) fields(s *schema, path []any) (out []field) {
	if len(path) > 6 {
		return nil // a type that holds itself
	}
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		out = append(out, d.below(d.resolve(s.Properties[name]), append(slices.Clip(path), name))...)
	}
	return out
}

func (d *description) below(s *schema, path []any) []field {
	out := []field{{path, s}}
	if s.is("array") {
		return append(out, d.below(d.resolve(s.Items), append(slices.Clip(path), 0))...)
	}
	return append(out, d.fields(s, path)...)
}

// with returns a copy of a JSON value in which the place holds v; what is missing on the way is made.
func with(body any, path []any, v any) any {
	if len(path) == 0 {
		return v
	}
	if name, ok := path[0].(string); ok {
		out := map[string]any{}
		if m, ok := body.(map[string]any); ok {
			for k, x := range m {
				out[k] = x
			}
		}
		out[name] = with(out[name], path[1:], v)
		return out
	}
	var first any
	if l, ok := body.([]any); ok && len(l) > 0 {
		first = l[0]
	}
	return []any{with(first, path[1:], v)}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
