package courseware_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// dueChanges keeps whom it was told of.
type dueChanges struct{ told [][]account.PersonID }

func (d *dueChanges) DueCoursesChanged(_ context.Context, _ *db.Tx, people []account.PersonID) error {
	d.told = append(d.told, slices.Sorted(slices.Values(people)))
	return nil
}

// rule:A24: whoever counts courses hears of each that is given or taken back, once an act.
func TestGivenCoursesAreTold(t *testing.T) {
	w := newSchool(t)
	told := &dueChanges{}
	w.s.OnDueChange(told)
	one, two := w.published(w.trainer, w.company, "一", "a.png"), w.published(w.trainer, w.company, "二", "b.png")
	due := w.s.Today().AddDate(0, 0, 7)
	everybody := account.Audience{UnitIDs: []account.UnitID{w.company}}
	n, err := w.s.Assign(ctx, w.hr, everybody, []courseware.CourseID{one}, &due)
	w.no(err)
	if len(told.told) != 1 || len(told.told[0]) != n {
		t.Fatalf("%d people were given a course, told: %v", n, told.told)
	}
	anna := w.task(w.anna, one)
	later := due.AddDate(0, 0, 3)
	if err := w.s.SetDue(ctx, w.westTrainer, one, anna.ID, &later); !errs.Is(err, errs.NotFound) {
		t.Error("put off from another branch:", err)
	}
	if err := w.s.Withdraw(ctx, w.anna, one, anna.ID); !errs.Is(err, errs.Forbidden) {
		t.Error("taken back by herself:", err)
	}
	never := w.s.Today().AddDate(3, 0, 0)
	if err := w.s.SetDue(ctx, w.hr, one, anna.ID, &never); key(err) != "error.courseware.due_far" {
		t.Error("due in three years:", err)
	}
	w.no(w.s.SetDue(ctx, w.hr, one, anna.ID, &later))
	if task := w.task(w.anna, one); task.DueOn.Format(time.DateOnly) != later.Format(time.DateOnly) || !task.AssignedAt.Equal(anna.AssignedAt) {
		t.Errorf("put off: %+v", task)
	}
	w.no(w.s.Withdraw(ctx, w.hr, one, w.task(w.bella, one).ID))
	if len(told.told) != 3 {
		t.Fatalf("put off and taken back, told: %v", told.told)
	}
	if err := w.s.Withdraw(ctx, w.hr, two, anna.ID); !errs.Is(err, errs.NotFound) {
		t.Error("of another course:", err)
	}
	told.told = told.told[:1]
	w.retrain(w.anna, two)
	if err := w.s.Withdraw(ctx, w.hr, two, w.task(w.anna, two).ID); key(err) != "error.courseware.not_assigned" {
		t.Error("a retraining is taken back:", err)
	}
	if len(told.told) != 2 || !slices.Equal(told.told[1], []account.PersonID{w.anna.PersonID}) {
		t.Errorf("retraining, told: %v", told.told)
	}
	w.no(w.db.InTx(ctx, func(tx *db.Tx) error {
		return w.s.WithdrawRetrainingInTx(ctx, tx, "system", map[account.PersonID][]courseware.CourseID{w.anna.PersonID: {two}})
	}))
	if len(told.told) != 3 || !slices.Equal(told.told[2], []account.PersonID{w.anna.PersonID}) {
		t.Errorf("taken back, told: %v", told.told)
	}
}
