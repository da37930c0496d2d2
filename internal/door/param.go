package door

import (
	"encoding"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/xinshu-im/xinshu"
)

// Param is a path or query parameter of a type that reads itself from text, such as an id. huma would read an id as the decimal
// number that it is underneath. Usage: ID door.Param[xinshu.PersonID] `path:"person"`, then in.ID.Value.
type Param[T any] struct{ Value T }

// UnmarshalText implements encoding.TextUnmarshaler; "" is the zero value.
func (p *Param[T]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	u, ok := any(&p.Value).(encoding.TextUnmarshaler)
	if !ok {
		return fmt.Errorf("door: %T does not read text", p.Value) // a mistake in the program, found by the first call
	}
	return u.UnmarshalText(text)
}

// Schema implements huma.SchemaProvider: text, for ids of 13 characters.
func (Param[T]) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	if _, isID := any(new(T)).(interface{ AppendText([]byte) []byte }); isID {
		s.Examples = []any{xinshu.PersonID(1 << 60).String()}
	}
	return s
}
