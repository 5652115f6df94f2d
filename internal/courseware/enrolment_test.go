package courseware

import (
	"testing"
	"time"
)

func TestPlace(t *testing.T) {
	// rule:C55 retraining begins afresh
	open := func(r Reason) *Enrolment { return &Enrolment{Reason: r, State: EnrolmentOpen} }
	for name, c := range map[string]struct {
		open *Enrolment
		r    Reason
		want placement
	}{
		"first":                           {nil, ReasonAssigned, beginNew},
		"own choice of what is open":      {open(ReasonAssigned), ReasonSelf, keepOpen},
		"assigned over own choice":        {open(ReasonSelf), ReasonAssigned, tighten},
		"assigned twice":                  {open(ReasonAssigned), ReasonAssigned, tighten},
		"retraining over own choice":      {open(ReasonSelf), ReasonRetraining, beginAfresh},
		"retraining over assigned":        {open(ReasonAssigned), ReasonRetraining, beginAfresh},
		"retraining over retraining":      {open(ReasonRetraining), ReasonRetraining, keepOpen},
		"assigned over retraining":        {open(ReasonRetraining), ReasonAssigned, keepOpen},
		"retraining after one was closed": {nil, ReasonRetraining, beginNew},
	} {
		if got := place(c.open, c.r); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	today := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	shanghai := time.FixedZone("CST", 8*60*60)
	for name, c := range map[string]struct {
		due  time.Time
		want int
	}{
		"today":            {today, 1},
		"tomorrow":         {today.AddDate(0, 0, 1), 2},
		"yesterday":        {today.AddDate(0, 0, -1), 0},
		"a week ago":       {today.AddDate(0, 0, -7), -6},
		"as a driver sees": {time.Date(2026, 3, 3, 0, 0, 0, 0, shanghai), 2},
	} {
		if got := DaysLeft(c.due, today); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestTitleOf(t *testing.T) {
	for in, want := range map[string]string{"讲义.PDF": "讲义", "a.b.mp4": "a.b", ".pdf": ".pdf", "无扩展名": "无扩展名"} {
		if got := titleOf(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
