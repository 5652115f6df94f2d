package layout

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
)

// Errors are what is wrong with a form, in the viewer's language. The zero
// value is a form without fault.
type Errors struct {
	General string // not about one field
	Fields  []FieldError
}

// FieldError is one wrong field by its form name.
type FieldError struct {
	Name, Message string
	label         string // of the field, found when the form is rendered
}

// ErrorsOf turns an error about the input, or about the state that the act
// found, into the messages of the form. ok is false for every other error: the
// handler returns that as it is.
func ErrorsOf(c echo.Context, err error) (e Errors, ok bool) {
	return errorsIn(httpx.Lang(c), err)
}

func errorsIn(l words.Lang, err error) (e Errors, ok bool) {
	var cause *errs.Error
	if !errors.As(err, &cause) || cause.Kind != errs.Invalid && cause.Kind != errs.Conflict && cause.Kind != errs.TooLarge {
		return e, false
	}
	for _, f := range cause.Fields {
		e.Fields = append(e.Fields, FieldError{Name: f.Name, Message: words.TMap(l, f.Key, f.Args)})
	}
	if len(e.Fields) == 0 {
		e.General = words.TMap(l, cause.Key, cause.Args)
	}
	return e, true
}

// Refusal is the word key of an error and its places, of its first wrong field where it has one: for where there is no form to stand
// at. False for an error without words.
func Refusal(err error) (key string, kv []any, ok bool) {
	var known *errs.Error
	if !errors.As(err, &known) {
		return "", nil, false
	}
	key, args := known.Key, known.Args
	if len(known.Fields) > 0 {
		key, args = known.Fields[0].Key, known.Fields[0].Args
	}
	for name, value := range args {
		kv = append(kv, name, value)
	}
	return key, kv, true
}

// RefusalText is a Refusal in the reader's language, "" for an error without words.
func RefusalText(ctx context.Context, err error) string {
	key, kv, ok := Refusal(err)
	if !ok {
		return ""
	}
	return T(ctx, key, kv...)
}

// SayWhyNot leads a button that did nothing to a page that tells why; an error that is none to explain (ErrorsOf) is returned as it is.
func SayWhyNot(c echo.Context, err error, to string) error {
	if _, ok := ErrorsOf(c, err); !ok {
		return err
	}
	key, kv, _ := Refusal(err)
	SetFlash(c, Bad, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// Any tells whether there is something to show.
func (e Errors) Any() bool { return e.General != "" || len(e.Fields) > 0 }

// heading is the word key of what stands over the summary: what is wrong with fields is corrected in them, the rest is not.
func (e Errors) heading() string {
	if len(e.Fields) == 0 {
		return "layout.error_refused"
	}
	return "layout.error_summary"
}

// For is the message at one field, "" when it is in order.
func (e Errors) For(name string) string {
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// Problem is one line of what an import or a check found.
type Problem struct {
	Place   string // "第 12 行 · 答案"
	Message string
	Fix     string // what to do, where that is clear
	Tone    Tone   // Bad stops the import, Warn does not
}
