package courseware_test

import (
	"context"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
)

// dueChanges keeps whom it was told of, and what was counted for them at that moment.
type dueChanges struct {
	school *school
	told   [][]account.PersonID
	counts []map[account.PersonID]courseware.Share
}

func (d *dueChanges) DueCoursesChanged(ctx context.Context, tx *db.Tx, people []account.PersonID) error {
	today := d.school.s.Today()
	counts, err := d.school.s.Participation(ctx, tx, people, today, today.AddDate(0, 1, 0))
	d.told, d.counts = append(d.told, slices.Sorted(slices.Values(people))), append(d.counts, counts)
	return err
}

// rule:A24: a course counts from the moment at which it is given, and no more when it is taken back.
func TestGivenCoursesAreTold(t *testing.T) {
	w := newSchool(t)
	told := &dueChanges{school: w}
	w.s.OnDueChange(told)
	one, two := w.published(w.trainer, w.company, "一", "a.png"), w.published(w.trainer, w.company, "二", "b.png")
	due := w.s.Today().AddDate(0, 0, 7)
	everybody := account.Audience{UnitIDs: []account.UnitID{w.company}}
	n, err := w.s.Assign(ctx, w.hr, everybody, []courseware.CourseID{one}, &due)
	w.no(err)
	if len(told.told) != 1 || len(told.told[0]) != n || told.counts[0][w.anna.PersonID] != (courseware.Share{Assigned: 1}) {
		t.Fatalf("%d people were given a course, told: %v with %v", n, told.told, told.counts)
	}
	w.retrain(w.anna, two)
	if len(told.told) != 2 || !slices.Equal(told.told[1], []account.PersonID{w.anna.PersonID}) || told.counts[1][w.anna.PersonID] != (courseware.Share{Assigned: 2}) {
		t.Errorf("retraining, told: %v with %v", told.told, told.counts)
	}
	w.no(w.db.InTx(ctx, func(tx *db.Tx) error {
		return w.s.WithdrawRetrainingInTx(ctx, tx, "system", w.anna.PersonID, []courseware.CourseID{two})
	}))
	if len(told.told) != 3 || told.counts[2][w.anna.PersonID] != (courseware.Share{Assigned: 1}) {
		t.Errorf("taken back, told: %v with %v", told.told, told.counts)
	}
}
