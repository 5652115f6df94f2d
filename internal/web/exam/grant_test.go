package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// What the examiner leaves as it is stays to the second, whatever the fields can show of it: a retake closes when 48 hours have passed since
// a release, and not on the minute.
func TestWhatIsLeftAloneIsKeptExactly(t *testing.T) {
	opens, closes := cannedNow.Add(1500*time.Millisecond), cannedNow.Add(48*time.Hour+59*time.Second)
	row := exam.CandidateRow{OpensAt: &opens, ClosesAt: &closes, ExtraSeconds: 90}
	f := formOfGrant(row, shanghai)
	g, err := f.grant(shanghai)
	if err != nil || !g.OpensAt.Equal(opens) || !g.ClosesAt.Equal(closes) || g.ExtraSeconds != 90 || g.Was == nil || !g.Was.ClosesAt.Equal(closes) {
		t.Errorf("%+v, %v", g, err)
	}
	f.ClosesAt, f.ExtraMinutes, f.OpensAt = "2026-03-09T18:00", "5", ""
	g, err = f.grant(shanghai)
	if err != nil || g.OpensAt != nil || !g.ClosesAt.Equal(time.Date(2026, 3, 9, 18, 0, 0, 0, shanghai)) || g.ExtraSeconds != 300 {
		t.Errorf("what was changed: %+v, %v", g, err)
	}
	for _, was := range []string{"", "x", "x,,0", ",x,0", ",,x"} {
		f.Was = was
		if g, err := f.grant(shanghai); err != nil || g.Was != nil || g.ExtraSeconds != 300 {
			t.Errorf("%q: %+v, %v", was, g, err)
		}
	}
}

// After a refusal because others changed the times, what was typed stays and the rest is as it is now.
func TestAnotherGrantIsShown(t *testing.T) {
	row := exam.CandidateRow{}
	f := formOfGrant(row, shanghai)
	f.ClosesAt, f.Reason = "2026-03-09T18:00", "晚到"
	row.ExtraSeconds = 600
	f = f.onto(row, shanghai)
	if f.ExtraMinutes != "10" || f.ClosesAt != "2026-03-09T18:00" || f.Reason != "晚到" || f.Was != formOfGrant(row, shanghai).Was {
		t.Errorf("%+v", f)
	}
	g := leaveAt(exam.Quarterly, -time.Hour)
	g.Form = f
	if html := layouttest.HTML(t, staffAt("/exams/9/people/104"), grantPage(g)); !strings.Contains(html, `name="was" value=",,600"`) {
		t.Error("the form does not carry what it was opened on")
	}
}
