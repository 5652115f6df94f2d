package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// Reports are what people report of questions of their own released results.
type Reports struct {
	Bank    *bank.Service
	Results Results
}

// Results gives a released result to who may see it; exam.Service does.
type Results interface {
	Result(ctx context.Context, v account.Viewer, id exam.AttemptID) (exam.Result, error)
}

// reportBody says what is wrong with the question at a slot: key, unclear, several, outdated, typo, media or other.
type reportBody struct {
	Slot   int               `json:"slot" validate:"min=1"`
	Reason bank.ReportReason `json:"reason" validate:"required,max=20"`
	Note   string            `json:"note" validate:"required,max=1000"` // at most 500 characters are kept; more is refused
}

type reportedAnswer struct {
	ID bank.ReportID `json:"id,string"`
}

type reportAnswer struct {
	ID         bank.ReportID      `json:"id,string"`
	Slot       int                `json:"slot"`
	Reason     bank.ReportReason  `json:"reason"`
	Note       string             `json:"note"`
	State      bank.ReportState   `json:"state"`
	ReportedAt time.Time          `json:"reported_at"`
	Outcome    bank.ReportOutcome `json:"outcome,omitempty"` // no_fault, corrected or regrade, once it is answered
	Answer     string             `json:"answer,omitempty"`
	AnsweredAt *time.Time         `json:"answered_at,omitempty"`
}

// Mine is GET /api/v1/attempts/{id}/reports of an own released result: the newest of each slot, withdrawn ones left out.
func (h *Reports) Mine(c echo.Context) error {
	ctx, v := c.Request().Context(), viewerOf(c)
	result, err := h.Results.Result(ctx, v, attemptID(c))
	if err != nil {
		return err
	}
	if result.PersonID != v.PersonID {
		return errs.New(errs.NotFound, "error.not_found")
	}
	mine, err := h.Bank.OwnReports(ctx, v, int64(attemptID(c)))
	if err != nil {
		return err
	}
	out := []reportAnswer{}
	for _, r := range mine {
		out = append(out, reportAnswer{r.ID, r.Slot, r.Reason, r.Note, r.State, r.ReportedAt, r.Outcome, r.Answer, r.AnsweredAt})
	}
	slices.SortFunc(out, func(a, b reportAnswer) int { return a.Slot - b.Slot })
	return c.JSON(http.StatusOK, map[string][]reportAnswer{"reports": out})
}

// Create is POST /api/v1/attempts/{id}/reports.
func (h *Reports) Create(c echo.Context) error {
	var in reportBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	id, err := h.Bank.Report(c.Request().Context(), viewerOf(c), int64(attemptID(c)), in.Slot, bank.NewReport{Reason: in.Reason, Note: in.Note})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, reportedAnswer{id})
}

// Withdraw is DELETE /api/v1/reports/{report}.
func (h *Reports) Withdraw(c echo.Context) error {
	if err := h.Bank.WithdrawReport(c.Request().Context(), viewerOf(c), account.ParseID[bank.ReportID](c.Param("report"))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
