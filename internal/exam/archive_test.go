package exam

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// An exam is not put away while somebody has still to sit it: nobody could begin, and the clock would make nobody absent.
func TestArchiveWaitsForDeferred(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	c.submit(sheet, 1)
	opens := c.clock.Now().Add(48 * time.Hour)
	closes := opens.Add(2 * time.Hour)
	must(t, c.Defer(c.ctx, c.staff, exam, 2, Grant{OpensAt: &opens, ClosesAt: &closes, Reason: "病假"}))
	c.clock.Advance(3 * time.Hour)
	c.due()
	if e, err := c.Exam(c.ctx, c.staff, exam); err != nil || e.State != Marked {
		t.Fatalf("%s %v", e.State, err)
	}
	if err := c.Archive(c.ctx, c.staff, exam); !errs.Is(err, errs.Conflict) {
		t.Fatalf("archived before the deferred sitting: %v", err)
	}
	c.clock.Advance(72 * time.Hour)
	c.due()
	must(t, c.Archive(c.ctx, c.staff, exam))
}

// The one retake exam of a round takes those who fail later, also when it was put away meanwhile: else their failed results
// could not be released.
func TestArchivedRetakeOpensAgain(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	var round RoundID
	must(t, c.d.SQL().QueryRow(`SELECT round_id FROM exam WHERE id = $1`, int64(exam)).Scan(&round))
	c.clock.Advance(3 * time.Hour)
	c.due()
	retake := func(person int64) (id ExamID) {
		t.Helper()
		must(t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
			id, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), []SitsAgain{{examinee(int(person)).PersonID, tx.Now().Add(24 * time.Hour)}})
			return err
		}))
		return id
	}
	first := retake(1)
	c.clock.Advance(25 * time.Hour)
	c.due()
	must(t, c.Archive(c.ctx, c.staff, first))
	if again := retake(2); again != first {
		t.Fatalf("the retake exams %d and %d", first, again)
	}
	if e, err := c.Exam(c.ctx, c.staff, first); err != nil || e.State != Published {
		t.Fatalf("%s %v", e.State, err)
	}
	c.begin(first, 2)
}

// The clock settles nothing while somebody is waited for, also when the person came between the look and the act: a retake that
// somebody joins just then must not be marked.
func TestSettlingLooksAgain(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	c.submit(sheet, 1)
	settle := func() error {
		return c.d.InTx(c.ctx, func(tx *db.Tx) error { return c.settle(c.ctx, tx, exam) })
	}
	c.clock.Advance(3 * time.Hour)
	if err := settle(); !errs.Is(err, errs.Conflict) {
		t.Fatalf("settled while one of two is waited for: %v", err)
	}
	must(t, c.markAbsences(c.ctx, c.clock.Now()))
	must(t, settle())
}
