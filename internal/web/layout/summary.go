package layout

import (
	"bytes"
	"context"
	"io"

	"github.com/a-h/templ"
)

type labelsKey struct{}

// tellLabel notes a field's label for the summary above it.
func tellLabel(ctx context.Context, name, label string) {
	if labels, ok := ctx.Value(labelsKey{}).(map[string]string); ok {
		labels[name] = label
	}
}

// withSummary renders its children and puts the summary of what is wrong before
// them. The children come first, because the summary names fields by their labels.
func withSummary(e Errors) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if !e.Any() {
			return children.Render(ctx, w)
		}
		labels := map[string]string{}
		var body bytes.Buffer
		if err := children.Render(context.WithValue(ctx, labelsKey{}, labels), &body); err != nil {
			return err
		}
		if err := ErrorSummary(e.labelled(labels)).Render(ctx, w); err != nil {
			return err
		}
		_, err := w.Write(body.Bytes())
		return err
	})
}

func (e Errors) labelled(labels map[string]string) Errors {
	out := Errors{General: e.General, Fields: make([]FieldError, len(e.Fields))}
	for i, f := range e.Fields {
		f.label = labels[f.Name]
		out.Fields[i] = f
	}
	return out
}

// line is the summary's line: the label, when it is known, and what is wrong.
func (f FieldError) line(colon string) string {
	if f.label == "" {
		return f.Message
	}
	return f.label + colon + f.Message
}
