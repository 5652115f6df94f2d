package app

import (
	"testing"
	"time"
)

// An exam that is open to the last moment of a quarter belongs to that quarter.
func TestLastDay(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*60*60)
	for end, want := range map[string]string{
		"2026-12-31T16:00:00Z": "2026-12-31", // 24:00 in Shanghai
		"2026-12-31T16:00:01Z": "2027-01-01",
		"2026-12-31T15:59:59Z": "2026-12-31",
		"2026-12-31T10:00:00Z": "2026-12-31",
		"2026-09-30T16:00:00Z": "2026-09-30",
	} {
		at, err := time.Parse(time.RFC3339, end)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastDay(at, shanghai).Format(time.DateOnly); got != want {
			t.Errorf("what ends at %s was open until %s, want %s", end, got, want)
		}
	}
}
