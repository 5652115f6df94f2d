package clock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
)

func TestDeadline(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*60*60)
	for at, want := range map[string]string{
		"2026-12-20T15:59:59Z": "2026-12-20 23:59",
		"2026-12-20T16:00:00Z": "2026-12-20 24:00",
		"2026-12-20T16:00:01Z": "2026-12-21 00:00",
		"2026-12-20T16:01:00Z": "2026-12-21 00:01",
		"2026-12-31T16:00:00Z": "2026-12-31 24:00",
		"2028-02-29T16:00:00Z": "2028-02-29 24:00",
		"2026-12-20T04:00:00Z": "2026-12-20 12:00",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.Deadline(moment.In(shanghai)); got != want {
			t.Errorf("%s is written %q, want %q", at, got, want)
		}
		_, hour, _ := strings.Cut(want, " ")
		if got := clock.DeadlineHour(moment.In(shanghai), "15:04"); got != hour {
			t.Errorf("the hour of %s is written %q, want %q", at, got, hour)
		}
	}
	midnight := time.Date(2026, 12, 21, 0, 0, 0, 0, shanghai)
	if got := clock.DeadlineHour(midnight, "15:04:05"); got != "24:00:00" {
		t.Errorf("with its seconds midnight is written %q", got)
	}
}
