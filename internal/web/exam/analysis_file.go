package exam

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/itemview"
	"github.com/peikao/peikao/internal/web/layout"
)

// AnalysisFile is GET /exams/{id}/analysis/export.csv and .xlsx: the list of questions under its filter. It names nobody, so no
// reason is asked for. Without figures there is no file.
func (d *Desk) AnalysisFile(c echo.Context) error {
	a, err := d.Exams.Analysis(c.Request().Context(), layout.Viewer(c), examID(c))
	if err != nil {
		return err
	}
	if a.Gap != "" {
		return errs.New(errs.Conflict, "error.exam.no_analysis")
	}
	return layout.SendTable(c, "exam-"+a.Exam.ID.String()+"-analysis", formatOf(c), analysisTable(httpx.Lang(c), chosenItems(a.Items, c.QueryParams())))
}

// analysisColumns are the file's, in its order.
var analysisColumns = []string{"slot", "question", "version", "type", "stem", "n", "facility", "facility_from", "facility_to", "discrimination", "discrimination_from",
	"discrimination_to", "efficiency", "sd", "guess", "intended", "effective", "time_seconds", "look"}

// analysisTable is a head and a line a question; percentages have two decimals and no sign.
func analysisTable(l words.Lang, items []exam.AnalysisItem) [][]string {
	head := make([]string, len(analysisColumns))
	for i, name := range analysisColumns {
		head[i] = words.T(l, "analysis.field."+name)
	}
	out := [][]string{head}
	for _, i := range items {
		slot := ""
		if i.Slot > 0 {
			slot = strconv.Itoa(i.Slot)
		}
		from, to := ends(i.Item.Facility)
		weakest, strongest := ends(i.Item.Discrimination)
		out = append(out, []string{
			slot, i.QuestionID.String(), strconv.Itoa(i.Number), words.T(l, "bank.type."+string(i.Question.Type)), i.Question.Stem, strconv.Itoa(i.Item.N),
			plain(i.Item.Facility.Figure), from, to, plain(i.Item.Discrimination.Figure), weakest, strongest, plain(i.Item.Efficiency), plain(i.Item.SD), plain(i.Guess),
			plain(i.Item.Intended), plain(i.Item.Effective), plain(i.Item.MedianSeconds), itemview.Reasons(l, i.Question, i.Report),
		})
	}
	return out
}

// plain is a figure in a file; nothing where there is none.
func plain(f itemstat.Figure) string {
	if !f.Known {
		return ""
	}
	return f.Text(2)
}

func ends(e itemstat.Estimate) (low, high string) {
	return plain(itemstat.Figure{Value: e.Low, Known: e.Known}), plain(itemstat.Figure{Value: e.High, Known: e.Known})
}
