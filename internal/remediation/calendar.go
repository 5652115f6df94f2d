package remediation

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// shownOnDay is how many cases of a day the calendar names; the rest is a number.
const shownOnDay = 4

// DayOfCases is what falls due on a day: the soonest first, at most a few of them, and how many there are.
type DayOfCases struct {
	On    time.Time // a date
	Rows  []BoardRow
	Total int
}

type calendarRow struct {
	BoardRow
	Day   time.Time `db:"day"`
	OnDay int       `db:"on_day"`
}

// Calendar are the days from one date to another, both included, as far as something is due on them: the end of a retake or re-exam,
// the last day of a retraining; a decision stands on the day since which it waits. Of the filter, Unit and Search count.
func (s *Service) Calendar(ctx context.Context, v account.Viewer, first, last time.Time, f Filter) ([]DayOfCases, error) {
	if err := v.Require(account.CaseRead); err != nil {
		return nil, err
	}
	scope := v.Scope(account.CaseRead)
	span := dueSpan{endOfDay(first.AddDate(0, 0, -1), s.zone), endOfDay(last, s.zone)}
	from, to := span.days(s.zone)
	var rows []calendarRow
	err := s.store.q.Select(ctx, s.d, &rows, "calendar", scope.All, db.Array(scope.UnitIDs), int64(f.Unit), escapeLike(f.Search),
		span.from, span.to, dateOf(&from), dateOf(&to), s.zone.String(), shownOnDay)
	if err != nil {
		return nil, err
	}
	return daysOf(rows, s.zone), nil
}

// daysOf groups rows, which come ordered by day.
func daysOf(rows []calendarRow, zone *time.Location) []DayOfCases {
	var out []DayOfCases
	for _, r := range rows {
		on := time.Date(r.Day.Year(), r.Day.Month(), r.Day.Day(), 0, 0, 0, 0, time.UTC)
		if len(out) == 0 || !out[len(out)-1].On.Equal(on) {
			out = append(out, DayOfCases{On: on, Total: r.OnDay})
		}
		r.setDeadline(zone)
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r.BoardRow)
	}
	return out
}
