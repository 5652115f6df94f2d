package exam

import (
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

const deskURL = "/exams?desk=1"

// freeze is what the desk shows of the pause of all exams, and whether the viewer may begin or end it.
type freeze struct {
	Now *exam.Freeze // nil: none
	May bool
}

func (d *Desk) freezeOf(c echo.Context) (freeze, error) {
	ctx := c.Request().Context()
	now, err := d.Exams.Frozen(ctx)
	if err != nil {
		return freeze{}, err
	}
	err = d.Exams.MayFreeze(ctx, layout.Viewer(c))
	may := err == nil
	if errs.Is(err, errs.Forbidden) {
		err = nil
	}
	return freeze{now, may}, err
}

// Freeze is POST /exams/freeze: all running exams are paused, and nobody starts.
func (d *Desk) Freeze(c echo.Context) error {
	var f reasonForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	_, touched, err := d.Exams.FreezeAll(c.Request().Context(), layout.Viewer(c), f.Reason)
	if err != nil {
		return layout.SayWhyNot(c, err, deskURL)
	}
	return saidDone(c, deskURL, "exampages.freeze.done", "exams", touched.Exams, "people", touched.Attempts)
}

// Unfreeze is POST /exams/unfreeze: all that was paused by it goes on, with its time given back.
func (d *Desk) Unfreeze(c echo.Context) error {
	_, touched, err := d.Exams.UnfreezeAll(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return saidDone(c, deskURL, "exampages.freeze.lifted", "exams", touched.Exams, "people", touched.Attempts)
}
