package home

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
)

// overdueExam is an exam whose results have waited too long for their release, or whose answers for their marks (N02).
type overdueExam struct {
	ID         exam.ExamID
	Title      string
	Unreleased int // 0: answers wait, and no result is there yet
	Marking    int
	Days       int // since the close
}

// overdue finds them for whoever may release, the longest waiting first. The policy's value is asked for only where something
// waits.
func (h *Handlers) overdue(ctx context.Context, v account.Viewer, rows []exam.ExamRow, now time.Time) ([]overdueExam, error) {
	waits := func(r exam.ExamRow) bool { return waitsFrom(r) != nil }
	if h.WarnHours == nil || !v.CanBeyondSelf(account.ExamRelease) || !slices.ContainsFunc(rows, waits) {
		return nil, nil
	}
	hours, err := h.WarnHours(ctx)
	return overdueOf(rows, now, h.Cases.Zone(), hours), err
}

// waitsFrom is the close from which an exam's results wait for their release, or its answers for their marks; nil: nothing waits.
func waitsFrom(r exam.ExamRow) *time.Time {
	if r.UnreleasedFrom == nil && r.Marking > 0 {
		return &r.ClosesAt
	}
	return r.UnreleasedFrom
}

func overdueOf(rows []exam.ExamRow, now time.Time, zone *time.Location, warnHours int) []overdueExam {
	var out []overdueExam
	for _, r := range rows {
		from := waitsFrom(r)
		if from == nil || from.After(now) {
			continue
		}
		if days, late := exam.ReleaseOverdue(*from, now, zone, warnHours); late {
			out = append(out, overdueExam{ID: r.ID, Title: r.Title, Unreleased: r.Unreleased, Marking: r.Marking, Days: days})
		}
	}
	slices.SortStableFunc(out, func(a, b overdueExam) int { return b.Days - a.Days })
	return out
}
