package appraisal

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
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
	if layout.PastTheEnd(pg, len(rows)) {
		return layout.FirstPage(c)
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

// NewCycle is the form that opens a quarter. It starts with what there is no choice about, and with the first quarter from
// the present one that has no cycle for the whole of what the viewer runs.
func (h *Handlers) NewCycle(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if err := v.Require(account.AppraisalCycle); err != nil {
		return err
	}
	f := cycleForm{Mode: string(appraisal.Counting)}
	versions, units, err := h.cycleChoices(c)
	if err != nil {
		return err
	}
	if len(versions) == 1 {
		f.VersionID = versions[0].Value
	}
	if len(units) == 1 {
		f.UnitID = units[0].Value
	}
	rows, _, err := h.Appraisal.Cycles(ctx, v, appraisal.CycleFilter{}, page.New(1, page.MaxSize))
	if err != nil {
		return err
	}
	q := nextQuarter(appraisal.QuarterOf(h.Accounts.Today()), rows, units)
	f.Year, f.Quarter = q.Year, q.No
	return h.renderNewCycle(c, http.StatusOK, f, layout.Errors{})
}

// nextQuarter is the first quarter from one on without a cycle of the topmost unit that can be chosen.
func nextQuarter(q appraisal.Quarter, rows []appraisal.CycleRow, units []layout.Option) appraisal.Quarter {
	taken := func(r appraisal.CycleRow) bool {
		return len(units) > 0 && r.UnitID.String() == units[0].Value && r.Year == q.Year && r.Quarter == q.No
	}
	for slices.ContainsFunc(rows, taken) {
		q = appraisal.QuarterOf(q.To().AddDate(0, 0, 1))
	}
	return q
}

// cycleChoices are the schemes in use and the units whose cycles the viewer runs.
func (h *Handlers) cycleChoices(c echo.Context) (versions, units []layout.Option, err error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	schemes, err := h.Appraisal.Schemes(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	return activeOptions(httpx.Lang(c), schemes), unitOptions(tree, v.Scope(account.AppraisalCycle)), nil
}

func (h *Handlers) renderNewCycle(c echo.Context, code int, f cycleForm, e layout.Errors) error {
	if err := layout.Viewer(c).Require(account.AppraisalCycle); err != nil {
		return err
	}
	versions, units, err := h.cycleChoices(c)
	if err != nil {
		return err
	}
	return layout.Render(c, code, newCyclePage(f, e, versions, units))
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
