// Package courseware holds the pages of learning: what a consultant learns and plays, the trainer's courses with their
// uploads, and who finished; and the bytes of media, asked for at each request.
package courseware

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// Handlers are the pages of the courseware feature.
type Handlers struct {
	Courseware *learning.Service
	Accounts   *account.Service
	Zone       *time.Location // the clinic's, in which files write times
}

func courseID(c echo.Context) learning.CourseID {
	return account.ParseID[learning.CourseID](c.Param("course"))
}

func unitID(c echo.Context) learning.UnitID {
	return account.ParseID[learning.UnitID](c.Param("unit"))
}

func enrolmentID(c echo.Context) learning.EnrolmentID {
	return account.ParseID[learning.EnrolmentID](c.Param("enrolment"))
}

func learnURL(id learning.CourseID) string { return "/learn/" + id.String() }

func playURL(id learning.CourseID, unit learning.UnitID) string {
	return learnURL(id) + "/" + unit.String()
}

func courseURL(id learning.CourseID, part string) string {
	return "/courseware/" + id.String() + part
}

func editUnitURL(id learning.CourseID, unit learning.UnitID, part string) string {
	return courseURL(id, "/units/"+unit.String()+part)
}

// done leaves a message for the page that the answer leads to.
func done(c echo.Context, key, to string, kv ...any) error {
	layout.SetFlash(c, layout.OK, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// settle answers an act without fields of its own: done, or a message with the reason why not; any other error as it is.
func settle(c echo.Context, err error, key, to string) error {
	if err == nil {
		return done(c, key, to)
	}
	return layout.SayWhyNot(c, err, to)
}

// date reads a date field; empty is no day.
func date(name, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, errs.InvalidFields(errs.NewField(name, "error.courseware.date"))
	}
	return &t, nil
}
