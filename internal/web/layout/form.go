package layout

import (
	"context"
	"slices"

	"github.com/a-h/templ"
)

// FieldID is the id of the control with this form name.
func FieldID(name string) string { return fieldID(name) }

func fieldID(name string) string { return "f-" + name }

// Described ties a control to its hint and its error for screen readers.
func Described(p FieldProps) templ.Attributes {
	a := templ.Attributes{}
	refs := ""
	if p.Hint != "" {
		refs = fieldID(p.Name) + "-hint"
	}
	if p.Error != "" {
		refs = trimJoin(refs, fieldID(p.Name)+"-error")
		a["aria-invalid"] = "true"
	}
	if refs != "" {
		a["aria-describedby"] = refs
	}
	return a
}

func trimJoin(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

func encoding(multipart bool) string {
	if multipart {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func rowsOr(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func has(values []string, v string) bool { return slices.Contains(values, v) }

// hintOfType adds to the hint of a date in which order it is written: the browser shows its own language's.
func hintOfType(ctx context.Context, kind, hint string) string {
	form := map[string]string{"date": "layout.date_form", "datetime-local": "layout.date_time_form"}[kind]
	switch {
	case form == "":
		return hint
	case hint == "":
		return T(ctx, form)
	}
	return T(ctx, form) + " · " + hint
}
