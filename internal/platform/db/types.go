package db

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/lib/pq"
)

// Array passes a slice as a PostgreSQL array, as in `= ANY($1)`. The element must be a string, integer, boolean or time kind.
func Array[T any](s []T) any {
	if s == nil {
		s = []T{}
	}
	return pq.Array(s)
}

// Strings scans a text[].
type Strings = pq.StringArray

// Int64s scans a bigint[] without NULLs: an array of 100,000 in a millisecond, where lib/pq makes a slice for each number.
type Int64s []int64

// Scan reads the array; NULL leaves nothing.
func (a *Int64s) Scan(src any) error {
	if src == nil {
		*a = nil
		return nil
	}
	text, ok := src.([]byte)
	if !ok || len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return fmt.Errorf("db: bigint[] from %T %.20q", src, src)
	}
	out := make(Int64s, 0, 1+bytes.Count(text, []byte(",")))
	for rest := text[1 : len(text)-1]; len(rest) > 0; {
		end := bytes.IndexByte(rest, ',')
		if end < 0 {
			end = len(rest)
		}
		n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
		if err != nil {
			return fmt.Errorf("db: bigint[]: %w", err)
		}
		out, rest = append(out, n), rest[min(end+1, len(rest)):]
	}
	*a = out
	return nil
}

// JSON is a jsonb column that holds a V.
type JSON[T any] struct{ V T }

// JSONOf wraps a value for writing.
func JSONOf[T any](v T) JSON[T] { return JSON[T]{V: v} }

// Value writes text: a []byte would be taken for bytea.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	if err != nil {
		return nil, fmt.Errorf("db: jsonb: %w", err)
	}
	return string(b), nil
}

// Scan reads jsonb; NULL leaves the zero value.
func (j *JSON[T]) Scan(src any) error {
	var b []byte
	switch v := src.(type) {
	case nil:
		var zero T
		j.V = zero
		return nil
	case []byte:
		b = v
	case string:
		b = []byte(v)
	default:
		return fmt.Errorf("db: jsonb from %T", src)
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("db: jsonb: %w", err)
	}
	j.V = v
	return nil
}
