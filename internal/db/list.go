package db

import (
	"fmt"
	"strings"
)

// Statement texts are prepared once per connection, so lists of values come in few lengths: the next power of two.

// MaxList bounds the values of one [List].
const MaxList = 512

// maxPairs bounds the rows of one [Pairs].
const maxPairs = 128

func padded(count int) int {
	n := 1
	for n < count {
		n *= 2
	}
	return n
}

// List is [In] with at least count placeholders, for the arguments of [ListArgs]; count is at most [MaxList].
func List(first, count int) string { return In(first, padded(count)) }

// ListArgs returns values as arguments of [List]: the last one is repeated up to its length. values is not empty.
func ListArgs[T any](values []T) []any {
	out := make([]any, padded(len(values)))
	for i := range out {
		out[i] = values[min(i, len(values)-1)]
	}
	return out
}

// Pairs returns a common table expression of rows × columns integer placeholders that begin with ?first, to join with; name is
// such as "k(a, b)". See [EachChunk].
func Pairs(name string, first, rows, columns int) string {
	var b strings.Builder
	b.WriteString("WITH ")
	b.WriteString(name)
	b.WriteString(" AS (VALUES ")
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range columns {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "CAST(?%d AS BIGINT)", first+i*columns+j) // PostgreSQL takes bare values for text
		}
		b.WriteByte(')')
	}
	b.WriteString(") ")
	return b.String()
}

// EachChunk calls fn with the fixed arguments and those of at most 128 values at a time; rows is how many rows of [Pairs] they
// fill. Rows that only fill up to a power of two are those of the zero T, which must name nothing.
func EachChunk[T any](values []T, fixed []any, fn func(rows int, args []any) error, argsOf func(T) []any) error {
	for len(values) > 0 {
		chunk := values[:min(maxPairs, len(values))]
		n := padded(len(chunk))
		args := append(make([]any, 0, len(fixed)+3*n), fixed...)
		for i := range n {
			var v T
			if i < len(chunk) {
				v = chunk[i]
			}
			args = append(args, argsOf(v)...)
		}
		if err := fn(n, args); err != nil {
			return err
		}
		values = values[len(chunk):]
	}
	return nil
}
