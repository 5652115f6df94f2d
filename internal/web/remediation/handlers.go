// Package remediation holds the pages of retakes and retraining: HR's board of cases, and a case, which its own person sees
// without HR's forms.
package remediation

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// Exams tells what the sittings of a round came to, and what was lost there; exam.Service does.
type Exams interface {
	Sittings(ctx context.Context, x db.Q, round exam.RoundID, person account.PersonID) ([]exam.RoundSitting, error)
	WeakPoints(ctx context.Context, x db.Q, of []exam.InRound) ([]exam.WeakPoint, error)
}

// Courses lists what a retraining can be made of; courseware.Service does.
type Courses interface {
	Assignable(ctx context.Context, v account.Viewer) ([]courseware.Course, error)
}

// People knows names, who HR is, and the organisation; account.Service does.
type People interface {
	Tree(ctx context.Context, v account.Viewer) (account.Tree, error)
	Names(ctx context.Context, x db.Q, ids []account.PersonID) (map[account.PersonID]string, error)
	People(ctx context.Context, v account.Viewer, f account.Filter, p page.Page) ([]account.PersonRow, int, error)
}

// Handlers are the pages of cases.
type Handlers struct {
	DB      *db.DB
	Cases   *cases.Service
	Exams   Exams
	Courses Courses
	People  People
	// Topics are the names of knowledge points.
	Topics func(ctx context.Context, v account.Viewer, ids []exam.TopicID) (map[exam.TopicID]string, error)
}

func caseID(c echo.Context) cases.CaseID { return account.ParseID[cases.CaseID](c.Param("id")) }

func caseURL(id cases.CaseID) string { return "/cases/" + id.String() }

// pageNow is the moment for which a page is drawn: when its request came.
func pageNow(c echo.Context) time.Time { return httpx.ReceivedAt(c) }

// staff tells whether somebody looks after other people's cases and not only the own one.
func staff(v account.Viewer) bool { return v.CanBeyondSelf(account.CaseRead) }

func saidDone(c echo.Context, to, key string, kv ...any) error {
	layout.SetFlash(c, layout.OK, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// explain turns an error that a form can answer into its messages: wrong fields, a state that changed, and the refusals of
// conflicts of interest, which have a sentence of their own.
func explain(c echo.Context, err error) (layout.Errors, int, bool) {
	if e, ok := layout.ErrorsOf(c, err); ok {
		if errs.Is(err, errs.Conflict) {
			return e, http.StatusConflict, true
		}
		return e, http.StatusUnprocessableEntity, true
	}
	var known *errs.Error
	if errors.As(err, &known) && known.Kind == errs.Forbidden && known.Key != "error.forbidden" {
		return layout.Errors{General: wordsOf(c, known)}, http.StatusForbidden, true
	}
	return layout.Errors{}, 0, false
}
