package exam

import (
	"testing"
	"time"
)

// rule:N02 results that nobody has released are flagged from day 3 after the close, by the organisation's calendar.
func TestReleaseOverdue(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	newYork, err := time.LoadLocation("America/New_York")
	must(t, err)
	local := func(text string, z *time.Location) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04:05", text, z)
		must(t, err)
		return at.UTC()
	}
	for _, c := range []struct {
		name      string
		zone      *time.Location
		closed    string
		now       string
		warnHours int
		days      int
		overdue   bool
	}{
		{"the moment of the close", zone, "2026-12-18 17:00:00", "2026-12-18 17:00:00", 72, 0, false},
		{"day 2, the last minute", zone, "2026-12-18 17:00:00", "2026-12-20 23:59:59", 72, 2, false},
		{"day 3, the first moment", zone, "2026-12-18 17:00:00", "2026-12-21 00:00:00", 72, 3, true},
		{"a close just before midnight", zone, "2026-12-18 23:59:59", "2026-12-21 00:00:00", 72, 3, true},
		{"a close at midnight belongs to the new day", zone, "2026-12-19 00:00:00", "2026-12-21 23:59:59", 72, 2, false},
		{"long after", zone, "2026-12-18 17:00:00", "2027-01-02 08:00:00", 72, 15, true},
		{"the clinic may set another day", zone, "2026-12-18 17:00:00", "2026-12-19 00:00:00", 24, 1, true},
		{"or an hour of a day", zone, "2026-12-18 17:00:00", "2026-12-19 11:59:59", 36, 1, false},
		{"that hour", zone, "2026-12-18 17:00:00", "2026-12-19 12:00:00", 36, 1, true},
		{"over the end of summer time a day has 25 hours", newYork, "2026-10-31 12:00:00", "2026-11-02 23:59:59", 72, 2, false},
		{"and day 3 begins at midnight", newYork, "2026-10-31 12:00:00", "2026-11-03 00:00:00", 72, 3, true},
	} {
		days, overdue := ReleaseOverdue(local(c.closed, c.zone), local(c.now, c.zone), c.zone, c.warnHours)
		if days != c.days || overdue != c.overdue {
			t.Errorf("%s: day %d, overdue %v; want %d, %v", c.name, days, overdue, c.days, c.overdue)
		}
	}
}
