package manual

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/xinshu-im/xinshu/internal/door"
)

const schemaPrefix = "#/components/schemas/"

// shape is an object with its fields.
type shape struct {
	ID, Name string
	About    string
	Fields   []field
}

// field is one row of a table of fields or parameters.
type field struct {
	Name     string
	Where    string // of a parameter: path, query
	Type     typeName
	Required bool
	Bounds   string // "1 to 64 characters"
	About    string
}

// typeName is how a type is written: around a name that may be a link.
type typeName struct {
	Before, Name, Link, After string
}

// shape returns the table of a schema's fields; nil when it is no object. Required fields come first, in the order of the type.
func (b *builder) shape(name string, s *huma.Schema) *shape {
	s = b.follow(s)
	if s == nil {
		return nil
	}
	out := &shape{ID: "type-" + name, Name: name, About: s.Description}
	names := make([]string, 0, len(s.Properties))
	for n := range s.Properties {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool {
		a, c := slices.Index(s.Required, names[i]), slices.Index(s.Required, names[j])
		if (a >= 0) != (c >= 0) {
			return a >= 0
		}
		if a != c {
			return a < c
		}
		return names[i] < names[j]
	})
	for _, n := range names {
		out.Fields = append(out.Fields, b.field(n, s.Properties[n], slices.Contains(s.Required, n)))
	}
	return out
}

// shapeOf returns the table of a value's type; nil for nil.
func (b *builder) shapeOf(v any) *shape {
	if v == nil {
		return nil
	}
	return b.shape("", b.extra.Schema(reflect.TypeOf(v), true, reflect.TypeOf(v).Name()))
}

// named returns the type of v if the HTTP API has it too.
func (b *builder) named(v any) (typeName, bool) {
	if v == nil {
		return typeName{}, false
	}
	name := door.SchemaName(reflect.TypeOf(v), "")
	_, ok := b.schemas.Map()[name]
	return typeName{Name: name, Link: "type-" + name}, ok
}

func (b *builder) field(name string, s *huma.Schema, required bool) field {
	return field{Name: name, Type: b.typeOf(s), Required: required, Bounds: bounds(s), About: s.Description}
}

// follow resolves a reference.
func (b *builder) follow(s *huma.Schema) *huma.Schema {
	if s == nil || s.Ref == "" {
		return s
	}
	name := strings.TrimPrefix(s.Ref, schemaPrefix)
	if found := b.schemas.Map()[name]; found != nil {
		return found
	}
	return b.extra.Map()[name]
}

func (b *builder) typeOf(s *huma.Schema) typeName {
	if s == nil {
		return typeName{Name: "anything"}
	}
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return typeName{Name: name, Link: "type-" + name}
	}
	t := typeName{Name: s.Type}
	switch {
	case s.Type == huma.TypeArray:
		t = b.typeOf(s.Items)
		t.Before = "list of " + t.Before
		return t // null in place of an empty list is a habit of the describing library, not of the server
	case s.Type == huma.TypeObject:
		if of, ok := s.AdditionalProperties.(*huma.Schema); ok {
			t = b.typeOf(of)
			t.Before = "map of " + t.Before
		}
	case s.Type == "":
		t.Name = "anything"
	}
	if s.Nullable {
		t.After = " or null"
	}
	return t
}

// bounds says in words what a value must keep to.
func bounds(s *huma.Schema) string {
	var parts []string
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			if values[i] = fmt.Sprint(v); v == "" {
				values[i] = "(empty)"
			}
		}
		parts = append(parts, strings.Join(values, " · "))
	}
	span := func(low, high *float64, unit string) {
		switch {
		case low != nil && high != nil:
			parts = append(parts, fmt.Sprintf("%s to %s%s", number(*low), number(*high), unit))
		case low != nil:
			parts = append(parts, fmt.Sprintf("from %s%s", number(*low), unit))
		case high != nil:
			parts = append(parts, fmt.Sprintf("at most %s%s", number(*high), unit))
		}
	}
	span(s.Minimum, s.Maximum, "")
	span(float(s.MinLength), float(s.MaxLength), " characters")
	span(float(s.MinItems), float(s.MaxItems), " items")
	if s.Pattern != "" {
		parts = append(parts, s.Pattern)
	}
	if s.Default != nil {
		parts = append(parts, fmt.Sprintf("default %v", s.Default))
	}
	return strings.Join(parts, "; ")
}

func float(n *int) *float64 {
	if n == nil {
		return nil
	}
	f := float64(*n)
	return &f
}

func number(f float64) string { return fmt.Sprintf("%.0f", f) }
