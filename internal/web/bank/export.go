package bank

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// exportView is the page that says, before anything is written, what a format cannot hold.
type exportView struct {
	target formats.Target
	check  store.ExportCheck
	query  url.Values // the list's filter
}

// targetOf is the format that was asked for; without one it is that which loses nothing.
func targetOf(c echo.Context) formats.Target {
	if t, ok := formats.TargetNamed(c.QueryParam("to")); ok {
		return t
	}
	return formats.Targets[0]
}

// ExportPage lets choose a format and lists what it would lose of the questions that the list's filter finds.
func (h *Handlers) ExportPage(c echo.Context) error {
	v := exportView{target: targetOf(c), query: c.QueryParams()}
	var err error
	if v.check, err = h.Bank.CheckExport(c.Request().Context(), layout.Viewer(c), filterOf(v.query), v.target); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, exportPage(v))
}

// ExportFile is the questions of the filter in the format.
func (h *Handlers) ExportFile(c echo.Context) error {
	t := targetOf(c)
	var file bytes.Buffer
	if err := h.Bank.ExportTo(c.Request().Context(), layout.Viewer(c), filterOf(c.QueryParams()), t, &file); err != nil {
		return err
	}
	return layout.SendFile(c, t.MediaType, "questions-"+t.Name+t.Ending, file.Bytes())
}

// fileURL is the file in the view's format, of the same questions.
func (v exportView) fileURL() string {
	q := url.Values{}
	for name, values := range v.query {
		q[name] = values
	}
	q.Set("to", v.target.Name)
	return "/bank/export/file?" + q.Encode()
}

// filterFields are the list's filter as the form carries it on.
func (v exportView) filterFields() (names []string) {
	for _, name := range []string{"q", "topic", "type", "difficulty", "key", "state", "law", "sort", "exposure", "tag"} {
		if v.query.Get(name) != "" {
			names = append(names, name)
		}
	}
	return names
}

func targetOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(formats.Targets))
	for i, t := range formats.Targets {
		out[i] = layout.Option{Value: t.Name, Label: layout.T(ctx, "bank.export.to."+t.Name)}
	}
	return out
}

// exportPageURL is the page for the questions of the list's filter.
func exportPageURL(query string) string { return "/bank/export?" + query }

// lossGroup is one kind of loss with the questions that it happens to.
type lossGroup struct {
	Message string
	Whole   bool // the questions are left out
	Places  []string
}

func (g lossGroup) tone() layout.Tone {
	if g.Whole {
		return layout.Bad
	}
	return layout.Warn
}

// lossGroups brings together the losses of one kind: those that leave a question out first, then what happens to most.
func lossGroups(losses []questionbank.Problem) []lossGroup {
	var groups []lossGroup
	at := map[string]int{}
	for _, l := range losses {
		i, known := at[l.Message]
		if !known {
			i = len(groups)
			at[l.Message] = i
			groups = append(groups, lossGroup{Message: l.Message, Whole: l.Severity == questionbank.Error})
		}
		groups[i].Places = append(groups[i].Places, l.Place)
	}
	slices.SortStableFunc(groups, func(a, b lossGroup) int {
		if a.Whole != b.Whole {
			if a.Whole {
				return -1
			}
			return 1
		}
		return cmp.Compare(len(b.Places), len(a.Places))
	})
	return groups
}
