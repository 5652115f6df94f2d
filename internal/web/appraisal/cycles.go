package appraisal

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// Cycles lists the cycles, the newest first.
func (h *Handlers) Cycles(c echo.Context) error {
	q := c.QueryParams()
	pg := pageOf(q)
	f := appraisal.CycleFilter{Year: number(q.Get("year")), State: appraisal.CycleState(q.Get("state"))}
	rows, total, err := h.Appraisal.Cycles(c.Request().Context(), layout.Viewer(c), f, pg)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, cyclesPage(rows, pg, total, h.Accounts.Today().Year()))
}

type cycleForm struct {
	VersionID string `form:"version_id" validate:"required"`
	UnitID    string `form:"unit_id" validate:"required"`
	Year      int    `form:"year"`
	Quarter   int    `form:"quarter"`
	Mode      string `form:"mode"`
}

// NewCycle is the form that opens a quarter; it starts with the current one.
func (h *Handlers) NewCycle(c echo.Context) error {
	q := appraisal.QuarterOf(h.Accounts.Today())
	return h.renderNewCycle(c, http.StatusOK, cycleForm{Year: q.Year, Quarter: q.No, Mode: string(appraisal.Counting)}, layout.Errors{})
}

func (h *Handlers) renderNewCycle(c echo.Context, code int, f cycleForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if err := v.Require(account.AppraisalCycle); err != nil {
		return err
	}
	versions, err := h.Appraisal.Schemes(ctx, v)
	if err != nil {
		return err
	}
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, code, newCyclePage(f, e, activeOptions(versions), unitOptions(tree, v.Scope(account.AppraisalCycle))))
}

// OpenCycle opens a quarter and leads to its cockpit.
func (h *Handlers) OpenCycle(c echo.Context) error {
	var f cycleForm
	err := httpx.DecodeForm(c, &f)
	var id appraisal.CycleID
	if err == nil {
		id, err = h.Appraisal.OpenCycle(c.Request().Context(), layout.Viewer(c), appraisal.NewCycle{
			VersionID: account.ParseID[appraisal.VersionID](f.VersionID), UnitID: account.ParseID[account.UnitID](f.UnitID),
			Quarter: appraisal.Quarter{Year: f.Year, No: f.Quarter}, Mode: appraisal.Mode(f.Mode),
		})
	}
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderNewCycle(c, refused(err), f, e)
	}
	if err != nil {
		return err
	}
	return done(c, cycleURL(id), "appraisal.cycle.opened")
}
