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

// Leave is for who does not come. A deferred sitting holds nobody up: an exam with somebody at work in it would be marked, and be released.
func TestNobodyAtWorkIsDeferred(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	opens, closes := c.clock.Now().Add(72*time.Hour), c.clock.Now().Add(74*time.Hour)
	leave := Grant{OpensAt: &opens, ClosesAt: &closes, Reason: "病假"}
	if err := c.Defer(c.ctx, c.staff, exam, 1, leave); !errs.Is(err, errs.Conflict) {
		t.Fatalf("deferred in mid-exam: %v", err)
	}
	if a := c.beatOf(sheet, 1); !a.DeadlineAt.Equal(sheet.DeadlineAt) {
		t.Errorf("a refusal moved the deadline to %v", a.DeadlineAt)
	}
	// Whoever sits later under a leave may be given more time while at it.
	must(t, c.Defer(c.ctx, c.staff, exam, 2, leave))
	c.clock.Set(opens)
	c.begin(exam, 2)
	leave.ExtraSeconds = 600
	must(t, c.Defer(c.ctx, c.staff, exam, 2, leave))
}

// What is granted replaces what was granted before, so it is refused when that is no longer what the examiner looked at: ten minutes that
// everybody was given meanwhile would be taken away again from one.
func TestAGrantDoesNotUndoAnother(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	seen := &GrantedTimes{}
	must(t, second3(c.AddTime(c.ctx, c.staff, exam, everybody(), 600, "消防演习")))
	closes := c.settings().ClosesAt.Add(time.Hour)
	if err := c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ClosesAt: &closes, Reason: "晚到", Was: seen}); !isKey(err, "error.exam.grant_changed") {
		t.Fatalf("saved over it: %v", err)
	}
	seen.ExtraSeconds = 600
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ClosesAt: &closes, ExtraSeconds: 600, Reason: "晚到", Was: seen}))
	other := closes.In(time.FixedZone("x", 8*3600))
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ExtraSeconds: 600, Reason: "改回", Was: &GrantedTimes{ClosesAt: &other, ExtraSeconds: 600}}))
}

// Leave that was granted to the wrong person is taken back while the exam is open: they sit with the others, and are waited for.
func TestLeaveIsTakenBack(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	opens, closes := c.clock.Now().Add(72*time.Hour), c.clock.Now().Add(74*time.Hour)
	for n := 1; n <= 2; n++ {
		must(t, c.Defer(c.ctx, c.staff, exam, account.PersonID(n), Grant{OpensAt: &opens, ClosesAt: &closes, ExtraSeconds: 600, Reason: "病假"}))
	}
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ExtraSeconds: 600, Reason: "批错了人"}))
	if sheet := c.begin(exam, 1); !sheet.DeadlineAt.Equal(sheet.StartedAt.Add(LoadAllowance + 70*time.Minute)) {
		t.Errorf("%+v", sheet)
	}
	if n := c.count(`SELECT count(*) FROM candidate WHERE state = 'invited' AND opens_at IS NULL AND closes_at IS NULL`); n != 1 {
		t.Errorf("%d are waited for with the others", n)
	}
	// Afterwards nobody could come back to it any more: the leave stands.
	c.clock.Advance(3 * time.Hour)
	if err := c.GrantTimes(c.ctx, c.staff, exam, 2, Grant{Reason: "批错了人"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("taken back after the close: %v", err)
	}
}
