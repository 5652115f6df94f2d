// Package admin holds the pages of the record of acts and of the clinic's rules.
package admin

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
)

// People knows names; account.Service does.
type People interface {
	Names(ctx context.Context, x db.Q, ids []account.PersonID) (map[account.PersonID]string, error)
	People(ctx context.Context, v account.Viewer, f account.Filter, p page.Page) ([]account.PersonRow, int, error)
}

// BandsPolicy, AbsencePolicy, RetakePolicy, ReviewPolicy and PayPolicy add versions of the rules; exam, remediation, bank and ledger do.
type (
	BandsPolicy interface {
		AddBands(ctx context.Context, v account.Viewer, b score.Bands, from time.Time) error
	}
	AbsencePolicy interface {
		AddAbsence(ctx context.Context, v account.Viewer, a exam.Absence, from time.Time) error
	}
	RetakePolicy interface {
		AddPolicy(ctx context.Context, v account.Viewer, p remediation.Policy, from time.Time) error
	}
	ReviewPolicy interface {
		AddReview(ctx context.Context, v account.Viewer, p bank.ReviewPolicy, from time.Time) error
	}
	PayPolicy interface {
		AddPolicy(ctx context.Context, v account.Viewer, p ledger.Policy, from time.Time) error
	}
)

// Handlers are the pages of the system.
type Handlers struct {
	DB       *db.DB
	Zone     *time.Location
	Record   *audit.Reader
	Chain    *audit.Chain
	Files    objectstore.Store // holds the head that was kept elsewhere; nil for none
	People   People
	Policies *policy.Store
	Bands    BandsPolicy
	Absence  AbsencePolicy
	Retake   RetakePolicy
	Review   ReviewPolicy
	Pay      PayPolicy
}

func pageNow(c echo.Context) time.Time { return httpx.ReceivedAt(c) }

// day reads what a date field sends as the day's first moment in the organisation's zone; nil when it is empty or no date.
func (h *Handlers) day(text string) *time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, h.Zone)
	if err != nil {
		return nil
	}
	return &t
}
