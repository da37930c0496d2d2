package door

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Raw is the JSON of a T, for texts that are stored in the form in which they are given out.
type Raw[T any] []byte

// MarshalJSON implements json.Marshaler.
func (r Raw[T]) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Raw[T]) UnmarshalJSON(text []byte) error {
	*r = append((*r)[:0], text...)
	return nil
}

// Schema implements huma.SchemaProvider: in the API description it is a T.
func (Raw[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	return r.Schema(t, true, t.Name())
}
