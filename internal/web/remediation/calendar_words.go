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

// dayWhat is what happens on the day: what ends, or what waits since.
func dayWhat(ctx context.Context, r cases.BoardRow) string {
	return layout.T(ctx, "cases.calendar.what."+string(r.State))
}
