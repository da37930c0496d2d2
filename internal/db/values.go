package db

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

type int64er interface{ Int64() int64 }
type int64setter interface{ SetInt64(int64) }

// plain turns an argument into one that both drivers take.
func plain(a any) (any, error) {
	switch v := a.(type) {
	case nil, int64, string, []byte, float64:
		return v, nil
	case int:
		return int64(v), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case int64er:
		return v.Int64(), nil
	case int32:
		return int64(v), nil
	case uint8:
		return int64(v), nil
	}
	return nil, fmt.Errorf("db: argument of type %T", a)
}

// assign copies a driver's value into dest.
func assign(dest, src any) error {
	switch d := dest.(type) {
	case *int64:
		return assignInt(src, func(v int64) { *d = v })
	case *int:
		return assignInt(src, func(v int64) { *d = int(v) })
	case *bool:
		return assignInt(src, func(v int64) { *d = v != 0 })
	case int64setter:
		return assignInt(src, d.SetInt64)
	case *float64:
		switch v := src.(type) {
		case float64:
			*d = v
		case int64:
			*d = float64(v)
		case nil:
			*d = 0
		default:
			return fmt.Errorf("db: %T into *float64", src)
		}
		return nil
	case *string:
		switch v := src.(type) {
		case string:
			*d = v
		case []byte:
			*d = string(v)
		case nil:
			*d = ""
		default:
			return fmt.Errorf("db: %T into *string", src)
		}
		return nil
	case *[]byte:
		switch v := src.(type) {
		case []byte:
			*d = append((*d)[:0:0], v...)
		case string:
			*d = []byte(v)
		case nil:
			*d = nil
		default:
			return fmt.Errorf("db: %T into *[]byte", src)
		}
		return nil
	}
	return fmt.Errorf("db: cannot scan into %T", dest)
}

func assignInt(src any, set func(int64)) error {
	switch v := src.(type) {
	case int64:
		set(v)
	case int32:
		set(int64(v))
	case int16:
		set(int64(v))
	case bool:
		if v {
			set(1)
		} else {
			set(0)
		}
	case nil:
		set(0)
	default:
		return fmt.Errorf("db: %T into an integer", src)
	}
	return nil
}

// In returns "(?n,?n+1,…)" for count values whose first placeholder is ?first. Keep count ≤ 500: each count is a statement of
// its own in the cache.
func In(first, count int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range count {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('?')
		b.WriteString(strconv.Itoa(first + i))
	}
	b.WriteByte(')')
	return b.String()
}

// Args turns ids into statement arguments.
func Args[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// insertSizes are the numbers of rows per statement: few texts, each prepared once.
var insertSizes = []int{32, 16, 8, 4, 2, 1}

// Insert writes rows with as few statements as possible, as [Tx.Later] does: head is "INSERT INTO t(a,b)", tail "" or " ON CONFLICT(…) …". All
// rows have the same length. An error ends the act, as any does on PostgreSQL: rows before the one that fails may be there.
func Insert(tx *Tx, head string, rows [][]any, tail string) error {
	return insert(tx, head, rows, tail, tx.Later)
}

// InsertCounted is [Insert] at once, and returns the number of rows changed.
func InsertCounted(tx *Tx, head string, rows [][]any, tail string) (changed int64, err error) {
	err = insert(tx, head, rows, tail, func(q string, args ...any) error {
		n, err := tx.Exec(q, args...)
		changed += n
		return err
	})
	return changed, err
}

func insert(tx *Tx, head string, rows [][]any, tail string, run func(q string, args ...any) error) error {
	for len(rows) > 0 {
		size := 1
		for _, s := range insertSizes {
			if s <= len(rows) {
				size = s
				break
			}
		}
		args := make([]any, 0, size*len(rows[0]))
		for _, row := range rows[:size] {
			args = append(args, row...)
		}
		if err := run(insertText(tx.engine, head, size, len(rows[0]), tail), args...); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// insertTexts remembers the texts of Insert, which are few and long.
var insertTexts sync.Map // insertKey → string

type insertKey struct {
	engine        Engine
	head, tail    string
	rows, columns int
}

func insertText(engine Engine, head string, rows, columns int, tail string) string {
	key := insertKey{engine, head, tail, rows, columns}
	if text, ok := insertTexts.Load(key); ok {
		return text.(string)
	}
	if engine == SQLite { // else a statement of several rows copies every page before its first change, to undo itself alone
		head = strings.Replace(head, "INSERT INTO", "INSERT OR FAIL INTO", 1)
	}
	var b strings.Builder
	b.WriteString(head)
	b.WriteString(" VALUES ")
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(In(1+i*columns, columns))
	}
	b.WriteString(tail)
	insertTexts.Store(key, b.String())
	return b.String()
}
