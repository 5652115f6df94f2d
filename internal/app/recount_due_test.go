package app

import (
	"testing"
	"time"
)

func TestWhenARecountIsDue(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	day := func(d, h, m int) time.Time { return time.Date(2026, 3, d, h, m, 0, 0, zone) }
	for name, c := range map[string]struct {
		last, since, now time.Time
		sits, due        bool
	}{
		"never, just started":                 {time.Time{}, day(2, 9, 0), day(2, 9, 59), false, false},
		"never, an hour old":                  {time.Time{}, day(2, 9, 0), day(2, 10, 0), false, true},
		"never, somebody sits":                {time.Time{}, day(2, 9, 0), day(2, 10, 0), true, false},
		"before the hour":                     {day(1, 4, 0), day(1, 0, 0), day(2, 3, 59), false, false},
		"at the hour":                         {day(1, 4, 0), day(1, 0, 0), day(2, 4, 0), false, true},
		"made":                                {day(2, 4, 0), day(1, 0, 0), day(2, 4, 10), false, false},
		"off at night":                        {day(1, 4, 0), day(2, 9, 0), day(2, 9, 0), false, true},
		"somebody sits at night":              {day(1, 4, 0), day(1, 0, 0), day(2, 4, 0), true, false},
		"somebody sits until the afternoon":   {day(1, 4, 0), day(1, 0, 0), day(2, 16, 0), true, true},
		"somebody sits until just before it":  {day(1, 4, 0), day(1, 0, 0), day(2, 15, 59), true, false},
		"made late, and not again in the day": {day(2, 16, 0), day(1, 0, 0), day(3, 3, 59), false, false},
		"made late, and again the next night": {day(2, 16, 0), day(1, 0, 0), day(3, 4, 0), false, true},
	} {
		if got := recountDue(c.last, c.since, c.now, c.sits, zone); got != c.due {
			t.Errorf("%s: %v", name, got)
		}
	}
}
