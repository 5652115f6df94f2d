package exam

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// told keeps the times that people were told of.
type told map[account.PersonID]Window

func (h told) Granted(_ context.Context, _ *db.Tx, _ Exam, person account.PersonID, w Window) error {
	h[person] = w
	return nil
}

// rule:N05: whoever may sit later hears of the new times; nobody else does, and nobody before the publication.
func TestGrantedTimesAreTold(t *testing.T) {
	c := newClinic(t, 2)
	h := told{}
	c.OnGranted(h)
	exam := c.published(2, nil)
	opens, closes := c.clock.Now().Add(72*time.Hour), c.clock.Now().Add(74*time.Hour)
	must(t, c.Defer(c.ctx, c.staff, exam, 1, Grant{OpensAt: &opens, ClosesAt: &closes, ExtraSeconds: 600, Reason: "病假"}))
	w, ok := h[1]
	if len(h) != 1 || !ok || !w.OpensAt.Equal(opens) || !w.ClosesAt.Equal(closes) || w.ExtraSeconds != 600 {
		t.Errorf("told: %+v", h)
	}
	if _, err := c.MyExam(c.ctx, examinee(1), 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("no exam was asked for, and one was shown: %v", err)
	}
}
