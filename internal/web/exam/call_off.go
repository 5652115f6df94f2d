package exam

import (
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

type reasonForm struct {
	Reason string `form:"reason"`
}

// CallOff is POST /exams/{id}/call-off: a published exam that nobody has begun takes place for nobody.
func (d *Desk) CallOff(c echo.Context) error {
	var f reasonForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/setup")
	if err := d.Exams.CallOff(c.Request().Context(), layout.Viewer(c), examID(c), f.Reason); err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.call_off.done")
}

// TakeOff is POST /exams/{id}/people/{person}/take-off, of a published exam.
func (d *Desk) TakeOff(c echo.Context) error {
	var f reasonForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/setup#people")
	person := account.ParseID[account.PersonID](c.Param("person"))
	if err := d.Exams.Remove(c.Request().Context(), layout.Viewer(c), examID(c), person, f.Reason); err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.remove.done")
}
