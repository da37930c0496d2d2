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

// Only is a [Param] that narrows a list down to one thing. Inside the program the id zero means that all are wanted; asked for by
// that id, the list is of a thing that does not exist, as with any other id that names nothing.
type Only[T any] struct{ Param[T] }

// UnmarshalText implements encoding.TextUnmarshaler; only "" is the zero value.
func (o *Only[T]) UnmarshalText(text []byte) error {
	if err := o.Param.UnmarshalText(text); err != nil || len(text) == 0 {
		return err
	}
	if id, ok := any(&o.Value).(interface {
		Int64() int64
		SetInt64(int64)
	}); ok && id.Int64() == 0 {
		id.SetInt64(nobody)
	}
	return nil
}

// nobody is an id that nothing has: ids are positive.
const nobody = -1
