package home

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// rule:N02 who may release is told of results that wait too long, the longest first; others are not.
func TestOverdueExams(t *testing.T) {
	at := func(days int) *time.Time { return new(now.AddDate(0, 0, -days)) }
	rows := []exam.ExamRow{{ID: 1}, {ID: 2, Unreleased: 3, UnreleasedFrom: at(2)}, {ID: 3, Unreleased: 4, UnreleasedFrom: at(3)}, {ID: 4, Unreleased: 5, UnreleasedFrom: at(9)},
		{ID: 5, Marking: 6, ClosesAt: *at(5)}, {ID: 6, Marking: 6, ClosesAt: *at(-1)}, {ID: 7, Marking: 6, ClosesAt: *at(2)}}
	for _, c := range []struct {
		role account.Role
		want []exam.ExamID
	}{{account.HR, []exam.ExamID{4, 5, 3}}, {account.Trainer, nil}, {account.Supervisor, nil}} {
		h := &Handlers{Cases: &house{}, WarnHours: func(context.Context) (int, error) { return 72, nil }}
		got, err := h.overdue(t.Context(), layouttest.As("人", c.role), rows, now)
		if err != nil || len(got) != len(c.want) {
			t.Fatalf("%s: %+v %v", c.role, got, err)
		}
		for i, id := range c.want {
			if got[i].ID != id {
				t.Errorf("%s: %+v", c.role, got)
			}
		}
	}
}
