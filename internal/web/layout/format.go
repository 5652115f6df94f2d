package layout

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/clock"
)

var shanghai = sync.OnceValue(func() *time.Location {
	if z, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return z
	}
	return time.FixedZone("CST", 8*60*60) // China has no summer time
})

func zone(ctx context.Context) *time.Location {
	if z := frameOf(ctx).Zone; z != nil {
		return z
	}
	return shanghai()
}

// Date is 2026-11-21 in the clinic's zone; the zero time is "—".
func Date(ctx context.Context, at time.Time) string { return in(ctx, at, "2006-01-02") }

// DateTime is 2026-11-21 14:05 in the clinic's zone.
func DateTime(ctx context.Context, at time.Time) string { return in(ctx, at, "2006-01-02 15:04") }

// Clock is 14:05 in the clinic's zone.
func Clock(ctx context.Context, at time.Time) string { return in(ctx, at, "15:04") }

// ClockSeconds is 14:05:09 in the clinic's zone: where seconds count.
func ClockSeconds(ctx context.Context, at time.Time) string { return in(ctx, at, "15:04:05") }

// DateOn is a calendar date (a column …_on), which has no zone.
func DateOn(on time.Time) string {
	if on.IsZero() {
		return "—"
	}
	return on.Format("2006-01-02")
}

// ISO is the instant for the datetime attribute of <time>.
func ISO(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func in(ctx context.Context, at time.Time, layout string) string {
	if at.IsZero() {
		return "—"
	}
	return at.In(zone(ctx)).Format(layout)
}

// Deadline is the end of something in the clinic's zone: 2026-11-21 14:05, or 2026-11-21 24:00 for the end of that day.
func Deadline(ctx context.Context, at time.Time) string {
	if at.IsZero() {
		return "—"
	}
	return clock.Deadline(at.In(zone(ctx)))
}

// DeadlineClock is the hour of the end of something in the clinic's zone: 14:05, or 24:00 for the end of a day.
func DeadlineClock(ctx context.Context, at time.Time) string {
	return clock.DeadlineHour(at.In(zone(ctx)), "15:04")
}

// DeadlineSeconds is DeadlineClock where seconds count: 14:05:09.
func DeadlineSeconds(ctx context.Context, at time.Time) string {
	return clock.DeadlineHour(at.In(zone(ctx)), "15:04:05")
}

// Window is "2026-11-21 09:00 – 17:00", with the second date when it differs.
func Window(ctx context.Context, from, to time.Time) string {
	end := Deadline(ctx, to)
	return DateTime(ctx, from) + " – " + strings.TrimPrefix(end, Date(ctx, from)+" ")
}

// Remaining says how much time is left until the end: days down to 2, the present one included as people count and as
// remediation and courseware do, then whole hours, then minutes.
func Remaining(ctx context.Context, now, until time.Time) string {
	left := until.Sub(now)
	switch {
	case left <= 0:
		return T(ctx, "layout.time.over")
	case left >= 48*time.Hour:
		return T(ctx, "layout.time.days_left", "n", int((left+24*time.Hour-1)/(24*time.Hour)))
	case left >= 2*time.Hour:
		return T(ctx, "layout.time.hours_left", "n", int(left/time.Hour))
	}
	return T(ctx, "layout.time.minutes_left", "n", int((left+time.Minute-1)/time.Minute))
}

// Minutes is a duration given in seconds, in whole minutes rounded up.
func Minutes(ctx context.Context, seconds int64) string {
	return T(ctx, "layout.time.minutes", "n", (seconds+59)/60)
}

// Score writes hundredths of a point without needless zeros: 8650 is "86.5".
func Score(hundredths int64) string {
	s := decimal(hundredths)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Percent is a percentage given in hundredths of a per cent: 8650 is "86.5%".
func Percent(hundredths int64) string { return Score(hundredths) + "%" }

// Money writes fen as yuan: 123450 is "¥1,234.50".
func Money(fen int64) string { return money.Fen(fen).String() }

// Count writes a whole number with separators.
func Count(n int) string {
	if n < 0 {
		return "−" + grouped(strconv.Itoa(-n))
	}
	return grouped(strconv.Itoa(n))
}

// Signed writes a whole number with its sign: "+20", "−5", "0".
func Signed(n int64) string {
	if n > 0 {
		return "+" + Count(int(n))
	}
	return Count(int(n))
}

// Counted is the word of a heading or a tab with how many things stand below it: "更正单（3）".
func Counted(ctx context.Context, key string, n int) string {
	return T(ctx, "layout.counted", "title", T(ctx, key), "n", Count(n))
}

func decimal(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	part := strconv.FormatInt(hundredths%100, 10)
	if len(part) == 1 {
		part = "0" + part
	}
	return sign + strconv.FormatInt(hundredths/100, 10) + "." + part
}

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// FileSize is "12.3 MB"; 1 MB = 1,048,576 bytes.
func FileSize(bytes int64) string {
	const unit = 1024
	if bytes < unit {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	value, names := float64(bytes)/unit, []string{"KB", "MB", "GB", "TB"}
	for value >= unit && len(names) > 1 {
		value, names = value/unit, names[1:]
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + " " + names[0]
}
