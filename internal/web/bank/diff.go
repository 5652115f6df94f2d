package bank

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func diffURL(id store.QuestionID, from, to int) string {
	return questionURL(id) + "/diff?from=" + strconv.Itoa(from) + "&to=" + strconv.Itoa(to)
}

// Diff is what changed between two versions of a question; without ?from= and ?to= the last two.
func (h *Handlers) Diff(c echo.Context) error {
	d, err := h.Bank.Question(c.Request().Context(), layout.Viewer(c), questionID(c))
	if err != nil {
		return err
	}
	newest := d.Versions[0].Number
	to, ok := versionNumbered(d, c.QueryParam("to"), newest)
	from, found := versionNumbered(d, c.QueryParam("from"), max(to.Number-1, 1))
	if !ok || !found {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return layout.Render(c, http.StatusOK, diffPage(d, from, to))
}

// versionNumbered is the version that was asked for, or the one that stands for none.
func versionNumbered(d store.Detail, text string, none int) (store.Version, bool) {
	n := none
	if text != "" {
		n = number(text)
	}
	i := slices.IndexFunc(d.Versions, func(v store.Version) bool { return v.Number == n })
	if i < 0 {
		return store.Version{}, false
	}
	return d.Versions[i], true
}

func versionOptions(ctx context.Context, d store.Detail) []layout.Option {
	out := make([]layout.Option, len(d.Versions))
	for i, v := range d.Versions {
		out[i] = layout.Option{Value: strconv.Itoa(v.Number), Label: layout.T(ctx, "bank.version_n", "n", v.Number) + " · " + layout.T(ctx, v.State.WordKey())}
	}
	return out
}

// partName is what changed, in words: "选项 B", "第 2 行".
func partName(ctx context.Context, c store.Change) string {
	name := layout.T(ctx, c.Part.WordKey())
	switch {
	case c.Item == "":
		return name
	case c.Part == store.PartMedia:
		return layout.T(ctx, "bank.diff.media_of", "part", layout.T(ctx, store.Part(c.Item).WordKey()))
	case c.Part == store.PartRow || c.Part == store.PartKey:
		return layout.T(ctx, "bank.diff.numbered", "part", name, "n", c.Item)
	}
	return layout.T(ctx, "bank.diff.lettered", "part", name, "letter", questionbank.Letter(c.Item))
}

// coded are the parts whose values are codes.
func coded(p store.Part) bool {
	return slices.Contains([]store.Part{store.PartType, store.PartDifficulty, store.PartRedLine, store.PartMarkdown, store.PartKeyQuestion, store.PartPolicy}, p)
}

// valueName says a value of a part in words; a text is its own.
func valueName(ctx context.Context, p store.Part, value string) string {
	switch {
	case p == store.PartType:
		return typeName(ctx, questionbank.Type(value))
	case p == store.PartDifficulty:
		return difficultyName(ctx, number(value))
	case p == store.PartRedLine || p == store.PartMarkdown || p == store.PartKeyQuestion:
		return yesNo(ctx, value == "true")
	case p == store.PartPolicy:
		return layout.T(ctx, "bank.policy."+value)
	case p == store.PartGrade && gradeTones[questionbank.Grade(value)] != "":
		return layout.T(ctx, "bank.grade."+value)
	case p == store.PartKey && (value == "true" || value == "false"):
		return truthName(ctx, value)
	}
	return value
}

var changeTones = map[store.ChangeKind]layout.Tone{store.Added: layout.OK, store.Removed: layout.Bad, store.Altered: layout.Warn, store.Moved: layout.Neutral}
