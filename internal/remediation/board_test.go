package remediation

import (
	"testing"
	"time"
)

// The end of a day of retraining is a moment of the organisation's zone; a span of moments is turned into the days that end in it.
func TestDueSpanIsTheSameInDays(t *testing.T) {
	zone := time.FixedZone("clinic", 8*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	for name, c := range map[string]struct {
		span        dueSpan
		first, last int
	}{
		"one day":            {dueSpan{at(22, 0), at(23, 0)}, 22, 22},
		"noon to noon":       {dueSpan{at(22, 12), at(24, 12)}, 22, 23},
		"ends at midnight":   {dueSpan{at(22, 12), at(24, 0)}, 22, 23},
		"a moment short":     {dueSpan{at(22, 12), at(24, 0).Add(-1)}, 22, 22},
		"nothing ends in it": {dueSpan{at(22, 12), at(22, 13)}, 22, 21},
	} {
		t.Run(name, func(t *testing.T) {
			first, last := c.span.days(zone)
			if first.Day() != c.first || last.Day() != c.last {
				t.Errorf("%s to %s", first, last)
			}
			for day := 20; day < 26; day++ {
				end := endOfDay(time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), zone)
				in := end.After(c.span.from) && !end.After(c.span.to)
				if in != (day >= first.Day() && day <= last.Day()) {
					t.Errorf("day %d", day)
				}
			}
		})
	}
}

func TestFilterAsksForDeadlines(t *testing.T) {
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	if _, asked := (Filter{}).due(now, time.UTC); asked {
		t.Error("nothing was asked for")
	}
	if d, asked := (Filter{AtRisk: true}).due(now, time.UTC); !asked || !d.to.Equal(now.Add(48*time.Hour)) || d.from != farBack {
		t.Error("at risk:", d)
	}
	if d, asked := (Filter{DueOn: &day}).due(now, time.UTC); !asked || !d.from.Equal(day) || !d.to.Equal(day.AddDate(0, 0, 1)) {
		t.Error("a day:", d)
	}
	far := day.AddDate(0, 0, 1)
	if d, _ := (Filter{DueOn: &far, AtRisk: true}).due(now, time.UTC); !d.from.Equal(far) || !d.to.Equal(now.Add(48*time.Hour)) {
		t.Error("both:", d)
	}
}
