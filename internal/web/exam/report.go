package exam

import (
	"context"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// Reports is what the page of a result asks of the bank; bank.Service does.
type Reports interface {
	Report(ctx context.Context, v account.Viewer, attempt int64, slot int, n bank.NewReport) (bank.ReportID, error)
	WithdrawReport(ctx context.Context, v account.Viewer, id bank.ReportID) error
	OwnReports(ctx context.Context, v account.Viewer, attempt int64) (map[int]bank.Report, error)
}

// reported is what the viewer said of the questions of an own result, and what is being typed.
type reported struct {
	Mine   map[int]bank.Report // by slot; nil: nothing can be reported here
	Slot   int                 // of what is being typed; 0: nothing
	New    bank.NewReport
	Errors layout.Errors
}

// of is the viewer's report of a question, or false.
func (r reported) of(slot int) (bank.Report, bool) {
	mine, ok := r.Mine[slot]
	return mine, ok
}

// folds tells whether a question is shown by its first line only: it was answered right, nobody wrote to it, and nothing was
// reported of it.
func (r reported) folds(s exam.ReviewSlot) bool {
	_, said := r.of(s.Slot)
	return verdictOf(s) == right && len(s.Comments) == 0 && !said && r.Slot != s.Slot
}

// mayReport tells whether a question is shown with its key to the person whose result it is.
func (r reported) mayReport(s exam.ReviewSlot) bool { return r.Mine != nil && s.Key != nil }

// typed is what stands in the form at a slot.
func (r reported) typed(slot int) bank.NewReport {
	if r.Slot == slot {
		return r.New
	}
	return bank.NewReport{}
}

func (r reported) errors(slot int) layout.Errors {
	if r.Slot == slot {
		return r.Errors
	}
	return layout.Errors{}
}

// reported asks for the own reports of a result that shows keys.
func (a After) reported(c echo.Context, r exam.Result) (reported, error) {
	shown := slices.ContainsFunc(r.Slots, func(s exam.ReviewSlot) bool { return s.Key != nil })
	if !shown || r.PersonID != layout.Viewer(c).PersonID {
		return reported{}, nil
	}
	mine, err := a.Reports.OwnReports(c.Request().Context(), layout.Viewer(c), int64(r.AttemptID))
	return reported{Mine: mine}, err
}

// Report is POST /attempts/{id}/report/{slot}: a question of the own result is said to be faulty.
func (a After) Report(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	slot, _ := strconv.Atoi(c.Param("slot"))
	n := bank.NewReport{Reason: bank.ReportReason(c.FormValue("reason")), Note: c.FormValue("note")}
	_, err = a.Reports.Report(c.Request().Context(), layout.Viewer(c), int64(id), slot, n)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return a.render(c, refusal(err), id, reported{Slot: slot, New: n, Errors: e})
	}
	if err != nil {
		return err
	}
	return saidDone(c, slotURL(id, slot), "bank.report.sent")
}

// WithdrawReport is POST /attempts/{id}/reports/{report}/withdraw.
func (a After) WithdrawReport(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	err = a.Reports.WithdrawReport(c.Request().Context(), layout.Viewer(c), account.ParseID[bank.ReportID](c.Param("report")))
	to := string(attemptURL(id)) + "/result"
	if err != nil {
		return layout.SayWhyNot(c, err, to)
	}
	return saidDone(c, to, "bank.report.withdrawn")
}

func slotURL(id exam.AttemptID, slot int) string {
	return string(attemptURL(id)) + "/result#q" + strconv.Itoa(slot)
}

var reportTones = map[bank.ReportState]layout.Tone{bank.ReportOpen: layout.Warn, bank.ReportAnswered: layout.OK, bank.ReportWithdrawn: layout.Neutral}
