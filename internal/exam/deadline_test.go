package exam

import (
	"testing"
	"time"
	_ "time/tzdata"
)

var nine = time.Date(2026, 9, 28, 1, 0, 0, 0, time.UTC) // 09:00 in Shanghai

func at(minutes int) time.Time { return nine.Add(time.Duration(minutes) * time.Minute) }

func in(zone string, year int, month time.Month, day, hour, minute int) time.Time {
	l, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return time.Date(year, month, day, hour, minute, 0, 0, l)
}

// rule:C34 rule:C37 the deadline in every constellation of limit, close, extra time and late start (threat 13).
func TestDeadline(t *testing.T) {
	const a = LoadAllowance
	type row struct {
		name                 string
		opens, closes, start time.Time
		limit, extra         int
		want                 time.Time
	}
	w := func(name string, closes, start, limit, extra int, want time.Time) row {
		return row{name, at(0), at(closes), at(start), limit * 60, extra * 60, want}
	}
	rows := []row{
		w("starts at once, window is long", 240, 0, 60, 0, at(60).Add(a)),
		w("starts a minute later", 240, 1, 60, 0, at(61).Add(a)),
		w("limit ends at the close exactly", 60, 0, 60, 0, at(60).Add(a)),
		w("one minute late in a tight window", 60, 1, 60, 0, at(60).Add(a)),
		w("half time left", 60, 30, 60, 0, at(60).Add(a)),
		w("last minute", 60, 59, 60, 0, at(60).Add(a)),
		w("limit is shorter than what is left", 60, 10, 30, 0, at(40).Add(a)),
		w("limit equals what is left", 60, 30, 30, 0, at(60).Add(a)),
		w("limit is a minute more than what is left", 60, 31, 30, 0, at(60).Add(a)),
		w("extra time, early", 240, 0, 60, 15, at(75).Add(a)),
		w("extra time moves the close too", 60, 0, 60, 15, at(75).Add(a)),
		w("extra time, late start", 60, 30, 60, 15, at(75).Add(a)),
		w("extra time, last minute", 60, 59, 60, 15, at(75).Add(a)),
		w("extra time, limit short", 60, 10, 30, 15, at(55).Add(a)),
		w("double time", 60, 0, 60, 60, at(120).Add(a)),
		w("one minute limit", 240, 0, 1, 0, at(1).Add(a)),
		w("one minute limit at the end", 240, 239, 1, 0, at(240).Add(a)),
		w("one minute limit half past the end", 240, 239, 2, 0, at(240).Add(a)),
		w("a week's window", 7*24*60, 3*24*60, 90, 0, at(3*24*60+90).Add(a)),
		w("a week's window, last hour", 7*24*60, 7*24*60-60, 90, 0, at(7*24*60).Add(a)),
		w("a week's window, last hour, extra", 7*24*60, 7*24*60-60, 90, 45, at(7*24*60+45).Add(a)),
		w("24 hours", 24*60, 0, 24*60, 0, at(24*60).Add(a)),
		w("limit longer than the window is cut", 30, 0, 60, 0, at(30).Add(a)),
		w("started before the opening by a grant", 60, -5, 60, 0, at(55).Add(a)),
		{"seconds are kept", at(0), at(60), at(0).Add(17 * time.Second), 1800, 0, at(30).Add(17*time.Second + a)},
		{"microseconds are kept", at(0), at(60), at(0).Add(3 * time.Microsecond), 1800, 0, at(30).Add(3*time.Microsecond + a)},
		{"a microsecond before the limit meets the close", at(0), at(60), at(30).Add(-time.Microsecond), 1800, 0, at(60).Add(a - time.Microsecond)},
		{"a microsecond after", at(0), at(60), at(30).Add(time.Microsecond), 1800, 0, at(60).Add(a)},
		{"the clocks go forward in New York", in("America/New_York", 2026, 3, 8, 1, 0), in("America/New_York", 2026, 3, 8, 5, 0),
			in("America/New_York", 2026, 3, 8, 1, 30), 3600, 0, in("America/New_York", 2026, 3, 8, 3, 30).Add(a)},
		{"the clocks go back in New York", in("America/New_York", 2026, 11, 1, 0, 30), in("America/New_York", 2026, 11, 1, 5, 0),
			in("America/New_York", 2026, 11, 1, 0, 30), 2 * 3600, 0, in("America/New_York", 2026, 11, 1, 1, 30).Add(a + time.Hour)},
		{"over midnight in Shanghai", in("Asia/Shanghai", 2026, 9, 30, 22, 0), in("Asia/Shanghai", 2026, 10, 1, 2, 0),
			in("Asia/Shanghai", 2026, 9, 30, 23, 30), 3600, 0, in("Asia/Shanghai", 2026, 10, 1, 0, 30).Add(a)},
		{"over the end of a leap day", in("Asia/Shanghai", 2028, 2, 29, 23, 0), in("Asia/Shanghai", 2028, 3, 1, 3, 0),
			in("Asia/Shanghai", 2028, 2, 29, 23, 30), 3600, 0, in("Asia/Shanghai", 2028, 3, 1, 0, 30).Add(a)},
	}
	for _, r := range rows {
		got := Window{OpensAt: r.opens, ClosesAt: r.closes, LimitSeconds: r.limit, ExtraSeconds: r.extra}.Deadline(r.start)
		if !got.Equal(r.want) {
			t.Errorf("%s: %s, want %s", r.name, got, r.want)
		}
	}
}

func TestStart(t *testing.T) {
	last := at(30)
	for _, c := range []struct {
		name string
		last *time.Time
		now  time.Time
		want StartVerdict
	}{
		{"a microsecond before the opening", nil, at(0).Add(-time.Microsecond), StartTooEarly},
		{"at the opening", nil, at(0), StartOpen},
		{"a microsecond before the close", nil, at(60).Add(-time.Microsecond), StartOpen},
		{"at the close", nil, at(60), StartClosed},
		{"at the last start", &last, last, StartOpen},
		{"after the last start", &last, last.Add(time.Microsecond), StartClosed},
	} {
		w := Window{OpensAt: at(0), ClosesAt: at(60), LastStartAt: c.last, LimitSeconds: 600}
		if got := w.Start(c.now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// The edges of threat 9: −1, 0, +1, +59,999, +60,000 and +60,001 ms around the deadline.
func TestGraceAndLateness(t *testing.T) {
	deadline := at(60)
	for _, c := range []struct {
		after    time.Duration
		accepted bool
		lateBy   int64
	}{
		{-time.Millisecond, true, 0}, {0, true, 0}, {time.Microsecond, true, 1}, {time.Millisecond, true, 1},
		{59_999 * time.Millisecond, true, 59_999}, {60_000 * time.Millisecond, true, 60_000},
		{60_000*time.Millisecond + time.Microsecond, false, 60_001}, {60_001 * time.Millisecond, false, 60_001},
	} {
		if got := Accepts(deadline, DefaultGraceSeconds, deadline.Add(c.after)); got != c.accepted {
			t.Errorf("%s after: accepted %v", c.after, got)
		}
		if got := LateByMS(deadline, deadline.Add(c.after)); got != c.lateBy {
			t.Errorf("%s after: late by %d ms, want %d", c.after, got, c.lateBy)
		}
	}
	if RemainingMS(deadline, deadline.Add(time.Hour)) != 0 || RemainingMS(deadline, at(59)) != 60_000 {
		t.Error("remaining time")
	}
}

func TestOutageCredit(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to time.Time
		want     time.Duration
	}{
		{"inside", at(10), at(15), 5 * time.Minute},
		{"before the start", at(-10), at(-5), 0},
		{"across the start", at(-10), at(5), 5 * time.Minute},
		{"across the deadline: ten minutes are left after it, as before", at(50), at(70), 20 * time.Minute},
		{"a second before the deadline", at(60).Add(-time.Second), at(80), 20*time.Minute + time.Second},
		{"from the deadline on", at(60), at(70), 0},
		{"after the deadline", at(61), at(70), 0},
		{"30 s is what the grace is for", at(10), at(10).Add(30 * time.Second), 0},
		{"31 s", at(10), at(10).Add(31 * time.Second), 31 * time.Second},
		{"at most the maximum", at(0), at(60), 30 * time.Minute},
	} {
		if got := OutageCredit(at(0), at(60), c.from, c.to, 1800); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
