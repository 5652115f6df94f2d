package exam

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// regrading is the list of an exam's orders, and of the attempts with answers that an order could admit.
type regrading struct {
	Exam     exam.Exam
	ShowLate bool
	Orders   []exam.Correction
	OrderSum int
	Late     []exam.LateAttempt
	LateSum  int
	Page     page.Page
}

// Corrections is GET /exams/{id}/regrade; ?show=late lists what came too late.
func (d *Desk) Corrections(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	r := regrading{ShowLate: c.QueryParam("show") == "late", Page: page.Parse(c.QueryParam("page"), c.QueryParam("size"))}
	orders, late := r.Page, page.New(1, 1)
	if r.ShowLate {
		orders, late = late, orders
	}
	var err error
	if r.Exam, r.Orders, r.OrderSum, err = d.Exams.Corrections(ctx, v, examID(c), orders); err != nil {
		return err
	}
	if r.Late, r.LateSum, err = d.Exams.LateAttempts(ctx, v, r.Exam.ID, late); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, regradePage(r))
}

// lateForm is what the browser sends; Instead are the answers chosen in place of a newer one that counts.
type lateForm struct {
	Admit   []string `form:"admit"`
	Instead []string `form:"instead"`
	Reason  string   `form:"reason"`
}

// order reads the numbers; what is none becomes 0, which no evidence has.
func (f lateForm) order() exam.LateOrder {
	read := func(texts []string) (out []int) {
		for _, t := range texts {
			n, _ := strconv.Atoi(t)
			out = append(out, n)
		}
		return out
	}
	instead := read(f.Instead)
	return exam.LateOrder{Evidence: append(read(f.Admit), instead...), Instead: instead}
}

func (f lateForm) chosen(no int) bool {
	text := strconv.Itoa(no)
	return slices.Contains(f.Admit, text) || slices.Contains(f.Instead, text)
}

// proposing is the page on which an order is proposed.
type proposing struct {
	Case   exam.LateCase
	Form   lateForm
	Errors layout.Errors
}

func attemptParam(c echo.Context) exam.AttemptID {
	return account.ParseID[exam.AttemptID](c.Param("attempt"))
}

// lateCase is the attempt of the address, which must belong to the exam of the address.
func (d *Desk) lateCase(c echo.Context) (proposing, error) {
	read, err := d.Exams.LateCase(c.Request().Context(), layout.Viewer(c), attemptParam(c))
	if err == nil && read.ExamID != examID(c) {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return proposing{Case: read}, err
}

// LateCase is GET /exams/{id}/regrade/attempts/{attempt}.
func (d *Desk) LateCase(c echo.Context) error {
	p, err := d.lateCase(c)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, proposePage(p))
}

// ProposeLate is POST /exams/{id}/regrade/attempts/{attempt}.
func (d *Desk) ProposeLate(c echo.Context) error {
	var f lateForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	p, err := d.lateCase(c)
	if err != nil {
		return err
	}
	p.Form = f
	id, err := d.Exams.ProposeLateAnswers(c.Request().Context(), layout.Viewer(c), p.Case.AttemptID, f.order(), f.Reason)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		p.Errors = wrong
		return layout.Render(c, refusal(err), proposePage(p))
	}
	if err != nil {
		return err
	}
	return saidDone(c, orderURL(p.Case.ExamID, id, ""), "regrade.proposed_done")
}

// ordering is the page of one order.
type ordering struct {
	Order   exam.Correction
	Preview *exam.CorrectionPreview
	Scoring exam.RoundScoring
	Why     string // why it cannot be approved as things stand; "" when it can
}

func orderParam(c echo.Context) exam.CorrectionID {
	return account.ParseID[exam.CorrectionID](c.Param("order"))
}

// Correction is GET /exams/{id}/regrade/{order}: what the order does, before it does, and who decides.
func (d *Desk) Correction(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	k, p, err := d.Exams.Correction(ctx, v, orderParam(c))
	if err == nil && k.ExamID != examID(c) {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return err
	}
	if k.Kind == exam.QuestionRuling {
		return d.rulingOrder(c, k)
	}
	o := ordering{Order: k, Preview: p}
	if p != nil && p.Refused != nil {
		wrong, ok := layout.ErrorsOf(c, p.Refused)
		if !ok {
			return p.Refused
		}
		o.Why = wrong.General
	}
	if p != nil {
		rule, err := d.retakePolicy(ctx)
		if err != nil {
			return err
		}
		o.Scoring = exam.RoundScoring(rule.RoundScoring)
	}
	return layout.Render(c, http.StatusOK, orderPage(o))
}

// decision is what the browser sends with a signature.
type decision struct {
	Expected string `form:"expected"` // the version that was seen
	Reason   string `form:"reason"`
}

// decided ends an act on an order: back on its page, with what was done or why not.
func (d *Desk) decided(c echo.Context, done string, act func(decision) error) error {
	var f decision
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	to := orderURL(examID(c), orderParam(c), "")
	if err := act(f); err != nil {
		return layout.SayWhyNot(c, err, to)
	}
	return saidDone(c, to, done)
}

// ApproveCorrection is POST /exams/{id}/regrade/{order}/approve.
func (d *Desk) ApproveCorrection(c echo.Context) error {
	return d.decided(c, "regrade.approved_done", func(f decision) error {
		return d.Exams.ApproveCorrection(c.Request().Context(), layout.Viewer(c), orderParam(c), account.ParseID[exam.ResultID](f.Expected), f.Reason)
	})
}

// RejectCorrection is POST /exams/{id}/regrade/{order}/reject.
func (d *Desk) RejectCorrection(c echo.Context) error {
	return d.decided(c, "regrade.rejected_done", func(f decision) error {
		return d.Exams.RejectCorrection(c.Request().Context(), layout.Viewer(c), orderParam(c), f.Reason)
	})
}

// WithdrawCorrection is POST /exams/{id}/regrade/{order}/withdraw.
func (d *Desk) WithdrawCorrection(c echo.Context) error {
	return d.decided(c, "regrade.withdrawn_done", func(f decision) error {
		return d.Exams.WithdrawCorrection(c.Request().Context(), layout.Viewer(c), orderParam(c), f.Reason)
	})
}
