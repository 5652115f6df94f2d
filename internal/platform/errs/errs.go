// Package errs is the one error type that services return: a kind, which decides the HTTP status at the edge, and the key
// of a sentence in the words, which is translated there. Detail for the log travels in Err and never reaches a page.
package errs

import (
	"errors"
	"fmt"
)

// Kind says what sort of answer an error is. The edge maps it to an HTTP status in one table.
type Kind int

const (
	Internal        Kind = iota // a fault of ours
	BadRequest                  // not readable as a request at all
	Unauthenticated             // nobody is logged in
	Forbidden                   // the role may not do this
	NotFound                    // absent, or not the viewer's to know of
	Conflict                    // the thing is in another state than the act needs
	Gone                        // over: a closed attempt or exam
	TooLarge                    // more than the limit that the message names
	Invalid                     // readable, but a field is wrong; see Fields
	TooEarly                    // before its time
	TooMany                     // rate limit; see RetryAfterSeconds
	Unavailable                 // not confirmed; try again after RetryAfterSeconds
)

// Field is one wrong input: its name as the form or JSON spells it, and the key of the sentence that says what to do.
type Field struct {
	Name string
	Key  string
	Args map[string]any
}

// Error is what every service returns.
type Error struct {
	Kind              Kind
	Key               string
	Args              map[string]any
	Fields            []Field
	Extra             map[string]any // further members of the problem document, such as last_seq
	RetryAfterSeconds int
	Err               error
}

func (e *Error) Error() string {
	s := e.Key
	for _, f := range e.Fields {
		s += fmt.Sprintf(" %s:%s", f.Name, f.Key)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// With keeps the cause for the log.
func (e *Error) With(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// WithExtra adds a member to the problem document.
func (e *Error) WithExtra(name string, value any) *Error {
	c := *e
	c.Extra = map[string]any{name: value}
	for k, v := range e.Extra {
		c.Extra[k] = v
	}
	return &c
}

// RetryAfter says in how many seconds a client should ask again.
func (e *Error) RetryAfter(seconds int) *Error {
	c := *e
	c.RetryAfterSeconds = seconds
	return &c
}

// New makes an error of a kind; kv are the places of the sentence: name, value, name, value.
func New(k Kind, key string, kv ...any) *Error {
	return &Error{Kind: k, Key: key, Args: Args(kv...)}
}

// NewField names a wrong field.
func NewField(name, key string, kv ...any) Field {
	return Field{Name: name, Key: key, Args: Args(kv...)}
}

// InvalidFields is the error of a form or body with wrong fields.
func InvalidFields(fields ...Field) *Error {
	return &Error{Kind: Invalid, Key: "error.invalid", Fields: fields}
}

// Args turns name, value, name, value into a map. An odd tail is a programming error and panics in tests at once.
func Args(kv ...any) map[string]any {
	if len(kv) == 0 {
		return nil
	}
	if len(kv)%2 != 0 {
		panic("errs: odd number of arguments")
	}
	m := make(map[string]any, len(kv)/2)
	for i := 0; i < len(kv); i += 2 {
		m[kv[i].(string)] = kv[i+1]
	}
	return m
}

// KindOf is the kind of the first Error in the chain; anything else is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
