package home

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
)

// overdueExam is an exam whose results have waited too long for their release (N02).
type overdueExam struct {
	ID         exam.ExamID
	Title      string
	Unreleased int
	Days       int // since the close
}

// overdue finds them for whoever may release, the longest waiting first. The policy's value is asked for only where something
// waits.
func (h *Handlers) overdue(ctx context.Context, v account.Viewer, rows []exam.ExamRow, now time.Time) ([]overdueExam, error) {
	waits := func(r exam.ExamRow) bool { return r.UnreleasedFrom != nil }
	if h.WarnHours == nil || !v.CanBeyondSelf(account.ExamRelease) || !slices.ContainsFunc(rows, waits) {
		return nil, nil
	}
	hours, err := h.WarnHours(ctx)
	return overdueOf(rows, now, h.Cases.Zone(), hours), err
}

func overdueOf(rows []exam.ExamRow, now time.Time, zone *time.Location, warnHours int) []overdueExam {
	var out []overdueExam
	for _, r := range rows {
		if r.UnreleasedFrom == nil {
			continue
		}
		if days, late := exam.ReleaseOverdue(*r.UnreleasedFrom, now, zone, warnHours); late {
			out = append(out, overdueExam{ID: r.ID, Title: r.Title, Unreleased: r.Unreleased, Days: days})
		}
	}
	slices.SortStableFunc(out, func(a, b overdueExam) int { return b.Days - a.Days })
	return out
}
