package layout

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Cell is a value, its children; the label stands beside it on a phone, where a value that is not there is left out.
func Cell(label string) templ.Component { return cell(label, false) }

// NumberCell is a Cell with figures, aligned right.
func NumberCell(label string) templ.Component { return cell(label, true) }

func cell(label string, number bool) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), &b); err != nil {
			return err
		}
		value := b.String()
		return valueCell(label, value, number, saysNothing(value)).Render(ctx, w)
	})
}

// saysNothing tells a value that is not there, or is the dash that stands for it.
func saysNothing(value string) bool {
	value = strings.TrimSpace(value)
	return value == "" || value == "—"
}
