package remediation

import (
	"context"
	"strconv"
	"time"

	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// monthWord is 2026 年 11 月.
func monthWord(ctx context.Context, first time.Time) string {
	return layout.T(ctx, "cases.calendar.title", "year", first.Year(), "month", monthName(ctx, first))
}

func monthName(ctx context.Context, on time.Time) string {
	return layout.T(ctx, "cases.calendar.month."+on.Format("01"))
}

// dayWord is a day of the month with its day of the week.
func dayWord(ctx context.Context, on time.Time) string {
	return layout.T(ctx, "cases.calendar.day", "month", monthName(ctx, on), "day", on.Day(), "weekday", layout.T(ctx, "cases.calendar.weekday."+strconv.Itoa(column(on))))
}

// shortDay is the day under its weekday's head: the number, with the month where it is another one.
func shortDay(ctx context.Context, d dayCell) string {
	if d.Outside {
		return layout.T(ctx, "cases.calendar.date_outside", "month", monthName(ctx, d.On), "day", d.On.Day())
	}
	return layout.T(ctx, "cases.calendar.date", "day", d.On.Day())
}

// dayWhat is what happens on the day: what ends, or what waits since.
func dayWhat(ctx context.Context, r cases.BoardRow) string {
	return layout.T(ctx, "cases.calendar.what."+string(r.State))
}
