package exam

import "time"

// ReleaseOverdue is N02's flag for results that nobody has released: the days that have passed since the sitting closed,
// counted by the calendar of the zone with the day of the close as day 0, and whether they are too many. warnHours is the
// policy's value; its days begin at midnight, so that 72 flags from 00:00 of day 3.
func ReleaseOverdue(closedAt, now time.Time, zone *time.Location, warnHours int) (days int, overdue bool) {
	closedOn, today := midnight(closedAt, zone), midnight(now, zone)
	from := closedOn.AddDate(0, 0, warnHours/24).Add(time.Duration(warnHours%24) * time.Hour)
	return daysBetween(closedOn, today), !now.Before(from)
}

func midnight(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// daysBetween counts dates and not hours: where clocks change, a day may have 23 or 25.
func daysBetween(from, to time.Time) int {
	noon := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	return max(0, int(noon(to).Sub(noon(from))/(24*time.Hour)))
}
