package exam

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// Desk serves the staff: blueprints, papers, the settings of exams, their people and results.
type Desk struct {
	Exams    *exam.Service
	Accounts *account.Service
	Zone     *time.Location // the clinic's, in which windows are typed and written
	// Topics lists the bank's knowledge points for the blueprint editor; without it every row asks the whole bank.
	Topics func(ctx context.Context, v account.Viewer) ([]Topic, error)
	// RetakePolicy is the rule by which a release opens retakes; without it the default rule (N02) is shown.
	RetakePolicy func(ctx context.Context) (remediation.Policy, error)
}

// Topic is a knowledge point as the blueprint editor offers it.
type Topic struct {
	ID   exam.TopicID
	Name string // the whole path, "1/注射美容/玻尿酸"
}

func (d *Desk) topics(ctx context.Context, v account.Viewer) ([]Topic, error) {
	if d.Topics == nil {
		return nil, nil
	}
	return d.Topics(ctx, v)
}

func (d *Desk) retakePolicy(ctx context.Context) (remediation.Policy, error) {
	if d.RetakePolicy == nil {
		return remediation.DefaultPolicy, nil
	}
	return d.RetakePolicy(ctx)
}

// onStaff tells whether somebody works on exams and not only sits them.
func onStaff(v account.Viewer) bool { return v.CanBeyondSelf(account.ExamRead) }

func examID(c echo.Context) exam.ExamID { return account.ParseID[exam.ExamID](c.Param("id")) }

// saidDone leaves a message for the page that the answer leads to.
func saidDone(c echo.Context, to, key string, kv ...any) error {
	layout.SetFlash(c, layout.OK, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// refusal is the status of a page that shows again what was sent: Conflict when the thing has changed meanwhile, else
// that the input is wrong.
func refusal(err error) int {
	if errs.Is(err, errs.Conflict) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// rename moves the messages of a field of the service to the field that the form has in its place.
func rename(e layout.Errors, from, to string) layout.Errors {
	for i := range e.Fields {
		if e.Fields[i].Name == from {
			e.Fields[i].Name = to
		}
	}
	return e
}

// pageNow is the moment for which a page is drawn: when its request came.
func pageNow(c echo.Context) time.Time { return httpx.ReceivedAt(c) }
