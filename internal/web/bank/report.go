package bank

import (
	"cmp"
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

const reportsURL = "/bank/reports"

func reportURL(id store.ReportID) string { return reportsURL + "/" + id.String() }

// reportsView is what the list shows.
type reportsView struct {
	Reports []store.Report
	Filter  store.ReportFilter
	Page    page.Page
	Total   int
	Tree    store.Tree
}

// reportView is one report with the answer that is being typed.
type reportView struct {
	Report store.Report
	Form   store.ReportAnswer
	Errors layout.Errors
}

// Reports is what people reported of questions; ?q=12 shows those of question 12.
func (h *Handlers) Reports(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	r := reportsView{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size"))}
	r.Filter = store.ReportFilter{State: store.ReportState(c.QueryParam("state")), TopicID: account.ParseID[store.TopicID](c.QueryParam("topic"))}
	if ids := store.ParseQuestionIDs(c.QueryParam("q")); len(ids) > 0 {
		r.Filter.Question = ids[0]
	}
	var err error
	if r.Tree, err = h.Bank.Topics(ctx, v); err != nil {
		return err
	}
	if r.Reports, r.Total, err = h.Bank.Reports(ctx, v, r.Filter, r.Page); err != nil {
		return err
	}
	if layout.PastTheEnd(r.Page, len(r.Reports)) {
		return layout.FirstPage(c)
	}
	return layout.Render(c, http.StatusOK, reportsPage(r))
}

// Report is one report, with the question as it was asked.
func (h *Handlers) Report(c echo.Context) error {
	return h.renderReport(c, http.StatusOK, store.ReportAnswer{}, layout.Errors{})
}

func reportID(c echo.Context) store.ReportID {
	return account.ParseID[store.ReportID](c.Param("report"))
}

func (h *Handlers) renderReport(c echo.Context, code int, f store.ReportAnswer, e layout.Errors) error {
	r, err := h.Bank.ReportOf(c.Request().Context(), layout.Viewer(c), reportID(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, reportPage(reportView{r, f, e}))
}

// AnswerReport says what came of it.
func (h *Handlers) AnswerReport(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	f := store.ReportAnswer{Outcome: store.ReportOutcome(form.Get("outcome")), Text: form.Get("answer")}
	err = h.Bank.AnswerReport(c.Request().Context(), layout.Viewer(c), reportID(c), f)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderReport(c, statusOf(err), f, e)
	}
	return answer(c, err, reportsURL, "bank.report.answer_sent")
}

// mayAnswer tells whether the viewer is shown the form of the answer.
func mayAnswer(ctx context.Context, r store.Report) bool {
	return r.State == store.ReportOpen && mayWrite(ctx) && r.PersonID != layout.ViewerIn(ctx).PersonID
}

// mayRegrade tells whether the viewer may propose a regrade somewhere.
func mayRegrade(ctx context.Context) bool { return layout.ViewerIn(ctx).Can(account.ExamCorrect) }

func outcomeOptions(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, store.ReportOutcomes...)
}

var (
	reportTones  = map[store.ReportState]layout.Tone{store.ReportOpen: layout.Warn, store.ReportAnswered: layout.OK, store.ReportWithdrawn: layout.Neutral}
	outcomeTones = map[store.ReportOutcome]layout.Tone{store.ReportNoFault: layout.Neutral, store.ReportCorrected: layout.OK, store.ReportRegrade: layout.Warn}
)

// reportTabs are the states in which reports stand; the filter by topic stays.
func reportTabs(ctx context.Context, chosen store.ReportState) []layout.Tab {
	out := make([]layout.Tab, len(store.ReportStates))
	for i, s := range store.ReportStates {
		out[i] = layout.Tab{Label: layout.T(ctx, s.WordKey()), URL: layout.Here(ctx, "state", string(s)), Active: s == cmp.Or(chosen, store.ReportOpen)}
	}
	return out
}

// reportsLabel names the list with how many wait in it.
func reportsLabel(ctx context.Context, open int) string {
	if open == 0 {
		return layout.T(ctx, "bank.report.title")
	}
	return layout.Counted(ctx, "bank.report.title", open)
}

// openReports counts what waits for the viewer's answer.
func (h *Handlers) openReports(ctx context.Context, v account.Viewer) (int, error) {
	if !v.Can(account.BankWrite) {
		return 0, nil
	}
	return h.Bank.OpenReports(ctx, v)
}
