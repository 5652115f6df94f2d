package clock

import (
	"strings"
	"time"
)

// Deadline writes the end of something, in t's own zone: 2026-11-21 14:05. The end of a day is 2026-11-21 24:00 and not the
// midnight of the day after, which people read as a day more.
func Deadline(t time.Time) string {
	if endsDay(t) {
		return t.AddDate(0, 0, -1).Format(time.DateOnly) + " 24:00"
	}
	return t.Format("2006-01-02 15:04")
}

// DeadlineHour writes the hour of the end of something by a layout that begins with the hour: 14:05, and 24:00 for the end of a day.
func DeadlineHour(t time.Time, layout string) string {
	text := t.Format(layout)
	if endsDay(t) {
		return strings.Replace(text, "00", "24", 1)
	}
	return text
}

func endsDay(t time.Time) bool {
	h, m, s := t.Clock()
	return h == 0 && m == 0 && s == 0
}
