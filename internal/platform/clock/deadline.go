package clock

import "time"

// Deadline writes the end of something, in t's own zone: 2026-11-21 14:05. The end of a day is 2026-11-21 24:00 and not the
// midnight of the day after, which people read as a day more.
func Deadline(t time.Time) string {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		return t.AddDate(0, 0, -1).Format(time.DateOnly) + " 24:00"
	}
	return t.Format("2006-01-02 15:04")
}
