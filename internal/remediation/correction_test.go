package remediation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
)

// rule:C49 rule:C54 rule:C57 rule:N06: a lifted fail ends the case in every state and takes back what had not begun.
func TestLiftedFailEndsTheCaseInEveryState(t *testing.T) {
	const news = "lifted: closedlifted"
	for state, told := range map[remediation.State][]string{
		remediation.RetakeDue:     {"off retake", news},
		remediation.RetakeMarking: {news},
		remediation.RetrainingDue: {news},
		remediation.Retraining:    {"withdraw [1 2]", news},
		remediation.ReexamDue:     {"off reexam", news},
		remediation.ReexamMarking: {news},
		remediation.DecisionDue:   {news},
	} {
		t.Run(string(state), func(t *testing.T) {
			h := newHouse(t)
			j := h.fails("xi", h.branch).to(state)
			d := j.detail()
			for i, s := range told {
				switch s {
				case "off retake":
					told[i] = fmt.Sprintf("off %d", d.RetakeExamID)
				case "off reexam":
					told[i] = fmt.Sprintf("off %d", *d.ReexamExamID)
				}
			}
			j.correct(exam.Quarterly, j.round, j.person, true)
			j.want("closedlifted", told...)
			if state == remediation.RetakeMarking { // the attempt that was running comes to its result
				j.told = nil
				j.release(exam.Retake, j.round, d.RetakeExamID, j.person, false)
				j.want("closedlifted")
			}
		})
	}
}

// rule:C54 rule:N04: a retake that turns out to be passed closes the case that had gone on.
func TestCorrectedRetakeClosesTheCase(t *testing.T) {
	h := newHouse(t)
	j := h.fails("xi", h.branch).to(remediation.Retraining)
	j.correct(exam.Retake, j.round, j.person, true)
	j.want("closedpassed_retake", "withdraw [1 2]", "retake_corrected: closedpassed_retake")
	j.told = nil
	j.correct(exam.Quarterly, j.round, j.person, true) // and then the first one as well
	j.want("closedlifted", "lifted: closedlifted")
	j.told = nil
	j.correct(exam.Retake, j.round, j.person, true)
	j.want("closedlifted")
}

// rule:C57 rule:N06: a re-exam that turns out to be passed closes the case before or after the decision on another round.
func TestCorrectedReexam(t *testing.T) {
	h := newHouse(t)
	j := h.fails("xi", h.branch).to(remediation.DecisionDue)
	j.must(j.Propose(ctx, j.viewer("hr-min"), j.id, remediation.DecidedLeave, "两次未通过"))
	j.correct(exam.Reexam, j.round, j.person, true)
	j.want("closedpassed_retraining", "reexam_corrected: closedpassed_retraining")
	if d := j.detail(); d.Decisions[0].State != "moot" || d.Decisions[0].DecidedBy != nil {
		t.Errorf("the proposal: %+v", d.Decisions[0])
	}
	if err := j.Decide(ctx, j.viewer("hr-jing"), j.id, true, ""); !errs.Is(err, errs.NotFound) {
		t.Error("a moot proposal is decided:", err)
	}

	again := h.fails("lan", h.branch).to(remediation.DecisionDue).decided(remediation.AnotherRound)
	again.correct(exam.Reexam, again.round, again.person, true)
	again.want("closedpassed_retraining", "reexam_corrected: closedpassed_retraining")
}

// rule:C49: what two people decided stands, but HR hears that its ground fell away.
func TestDecisionStandsWhenItsGroundFalls(t *testing.T) {
	h := newHouse(t)
	for no, kind := range map[string]remediation.Event{"xi": remediation.DecidedMove, "lan": remediation.DecidedLeave} {
		j := h.fails(no, h.branch).to(remediation.DecisionDue).decided(kind)
		was := j.state()
		j.correct(exam.Quarterly, j.round, j.person, true)
		j.want(was, "ground_fell: "+was)
		if events := j.detail().Events; events[len(events)-1].Event != string(remediation.GroundFell) {
			t.Error("the story does not tell it")
		}
	}
}

// A correction never makes a person worse off: from a pass to a fail it moves nothing, and is recorded.
func TestCorrectionToTheWorseIsSpared(t *testing.T) {
	h := newHouse(t)
	passed := h.newRound()
	h.employ("lan", "小蓝", h.branch)
	h.result(exam.ExamID(h.id(`SELECT exam_id FROM round WHERE id = $1`, int64(passed))), h.people["lan"])
	h.correct(exam.Quarterly, passed, h.people["lan"], false)
	j := h.fails("xi", h.branch)
	j.release(exam.Retake, j.round, j.detail().RetakeExamID, j.person, true)
	j.told = nil
	j.correct(exam.Retake, j.round, j.person, false)
	j.want("closedpassed_retake")
	if n := h.id(`SELECT count(*) FROM audit_event WHERE act = 'case.spared'`); n != 2 {
		t.Errorf("%d are recorded, want 2", n)
	}
	if n := h.id(`SELECT count(*) FROM remediation_case`); n != 1 {
		t.Errorf("%d cases", n)
	}
}

// Courses that another case of the person asks for stay.
func TestLiftedCaseLeavesTheCoursesOfAnother(t *testing.T) {
	h := newHouse(t)
	j := h.fails("xi", h.branch).to(remediation.Retraining)
	other := &journey{house: h, round: h.newRound(), person: j.person}
	h.release(exam.Quarterly, other.round, exam.ExamID(h.id(`SELECT exam_id FROM round WHERE id = $1`, int64(other.round))), j.person, false)
	other.id = remediation.CaseID(h.id(`SELECT max(id) FROM remediation_case`))
	h.release(exam.Retake, other.round, other.detail().RetakeExamID, j.person, false)
	h.must(h.Assign(ctx, h.viewer("hr-min"), other.id, remediation.Assignment{Courses: []courseware.CourseID{2, 3}}))
	h.told = nil
	j.correct(exam.Quarterly, j.round, j.person, true)
	j.want("closedlifted", "withdraw [1]", "lifted: closedlifted")
}

// rule:C55: who is not to be retrained is enrolled in nothing.
func TestAssignChecksBeforeItEnrols(t *testing.T) {
	h := newHouse(t)
	j := h.fails("xi", h.branch)
	h.told = nil
	err := h.Assign(ctx, h.viewer("hr-min"), j.id, remediation.Assignment{Courses: []courseware.CourseID{1}})
	if !errs.Is(err, errs.Conflict) || len(h.told) != 0 {
		t.Errorf("%v, asked for %q", err, h.told)
	}
}

// rule:C55 rule:C49: an act on several is done to each by itself, and says why to some it is not.
func TestActsOnSeveral(t *testing.T) {
	h := newHouse(t)
	fine, early, own := h.fails("xi", h.branch).to(remediation.RetrainingDue), h.fails("lan", h.branch), h.fails("mei", h.branch).to(remediation.RetrainingDue)
	hr := h.viewer("mei") // HR who failed, too
	h.told = nil
	ids := []remediation.CaseID{fine.id, early.id, own.id, 999}
	done := ok[[]remediation.Chosen](t)(h.AssignAll(ctx, hr, ids, remediation.Assignment{Courses: []courseware.CourseID{1}}))
	refused := map[remediation.CaseID]error{}
	for _, c := range done {
		refused[c.ID] = c.Refused
	}
	if len(done) != 3 || refused[fine.id] != nil || !errs.Is(refused[early.id], errs.Conflict) || !errs.Is(refused[own.id], errs.Forbidden) {
		t.Fatalf("%v", refused)
	}
	fine.want("retraining", "assign [1]", "assigned: retraining")
	early.want("retake_due", h.told...)
	own.want("retraining_due", h.told...)

	if _, err := h.AssignAll(ctx, hr, ids, remediation.Assignment{}); !errs.Is(err, errs.Invalid) {
		t.Error("no course:", err)
	}
	if _, err := h.AssignAll(ctx, hr, nil, remediation.Assignment{Courses: []courseware.CourseID{1}}); !errs.Is(err, errs.Invalid) {
		t.Error("nobody:", err)
	}
	far := account.Viewer{PersonID: h.people["hr-min"], Grants: []account.Grant{{Role: account.HR, UnitID: 77, Units: []account.UnitID{77}}}}
	if got := ok[[]remediation.Chosen](t)(h.ToAssign(ctx, far, ids)); len(got) != 0 {
		t.Errorf("cases outside: %+v", got)
	}
	if _, err := h.ToAssign(ctx, account.Viewer{PersonID: fine.person}, ids); !errs.Is(err, errs.Forbidden) {
		t.Error("no role:", err)
	}
}

// rule:C49 rule:N06: a proposal for several is one each, and another person still decides on each.
func TestProposeForSeveral(t *testing.T) {
	h := newHouse(t)
	one, two := h.fails("xi", h.branch).to(remediation.DecisionDue), h.fails("lan", h.branch).to(remediation.DecisionDue)
	ids := []remediation.CaseID{one.id, two.id}
	h.must(h.Propose(ctx, h.viewer("hr-jing"), two.id, remediation.AnotherRound, "再试一次"))
	for _, c := range ok[[]remediation.Chosen](t)(h.ProposeAll(ctx, h.viewer("hr-min"), ids, remediation.DecidedMove, "两次未通过")) {
		if want := c.ID == two.id; (c.Refused != nil) != want {
			t.Errorf("%s: %v", c.PersonName, c.Refused)
		}
	}
	if err := h.Decide(ctx, h.viewer("hr-min"), one.id, true, ""); !errs.Is(err, errs.Forbidden) {
		t.Error("who proposed decides:", err)
	}
	h.must(h.Decide(ctx, h.viewer("hr-jing"), one.id, true, ""))
	one.want("closedtransferred", h.told...)
	if _, err := h.ProposeAll(ctx, h.viewer("hr-min"), ids, "promote", ""); !errs.Is(err, errs.Invalid) {
		t.Error("a wrong kind:", err)
	}
}

// rule:C52: the board by unit, risk and day, with totals; the calendar by days.
func TestBoardAndCalendar(t *testing.T) {
	h := newHouse(t)
	day := time.Date(h.clock.Now().Year(), h.clock.Now().Month(), h.clock.Now().Day(), 0, 0, 0, 0, time.UTC)
	h.clock.Set(day.Add(10 * time.Hour))
	for n := range 6 {
		h.fails(fmt.Sprintf("east%d", n), h.branch)
	}
	h.fails("root", h.unit)
	retraining := h.fails("train", h.unit).to(remediation.RetrainingDue)
	due := day.AddDate(0, 0, 1)
	h.must(h.Assign(ctx, h.viewer("hr-min"), retraining.id, remediation.Assignment{Courses: []courseware.CourseID{1}, DueOn: &due}))
	waits := h.fails("wait", h.unit).to(remediation.DecisionDue)
	hr, week := h.viewer("hr-min"), day.AddDate(0, 0, 7)
	for name, c := range map[string]struct {
		f     remediation.Filter
		total int
	}{
		"open":          {remediation.Filter{}, 9},
		"page two":      {remediation.Filter{Page: page.New(2, 5)}, 9},
		"a unit":        {remediation.Filter{Unit: h.branch}, 6},
		"above it":      {remediation.Filter{Unit: h.unit}, 9},
		"at risk":       {remediation.Filter{AtRisk: true}, 1},
		"a day":         {remediation.Filter{DueOn: &week}, 7},
		"a day at east": {remediation.Filter{DueOn: &week, Unit: h.branch}, 6},
		"training ends": {remediation.Filter{DueOn: &due}, 1},
		"decisions":     {remediation.Filter{DueOn: &day}, 1},
		"by number":     {remediation.Filter{Search: "WAIT"}, 1},
		"a state":       {remediation.Filter{State: "retake_due"}, 7},
		"HR’s turn":     {remediation.Filter{State: remediation.WaitingForHR}, 1},
		"past the end":  {remediation.Filter{Page: page.New(9, 20)}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			rows, total, _, err := h.Board(ctx, hr, c.f)
			if err != nil || total != c.total {
				t.Errorf("%d cases (%d rows), want %d: %v", total, len(rows), c.total, err)
			}
		})
	}
	byDay := map[string]int{}
	shown := 0
	for m := range 2 {
		for _, d := range ok[[]remediation.DayOfCases](t)(h.Calendar(ctx, hr, time.Date(day.Year(), day.Month()+time.Month(m), 1, 0, 0, 0, 0, time.UTC), time.Date(day.Year(), day.Month()+time.Month(m+1), 0, 0, 0, 0, 0, time.UTC), remediation.Filter{})) {
			byDay[d.On.Format(time.DateOnly)] = d.Total
			shown = max(shown, len(d.Rows))
			if d.Rows[0].Deadline == nil && d.Rows[0].ID != waits.id {
				t.Error("a row without deadline:", d.Rows[0].PersonName)
			}
		}
	}
	if byDay[day.Format(time.DateOnly)] != 1 || byDay[due.Format(time.DateOnly)] != 1 || byDay[week.Format(time.DateOnly)] != 7 || len(byDay) != 3 || shown != 4 {
		t.Errorf("%v, %d on one day", byDay, shown)
	}
	lead := account.Viewer{PersonID: 1, Grants: []account.Grant{{Role: account.Lead, UnitID: h.branch, Units: []account.UnitID{h.branch}}}}
	for _, d := range ok[[]remediation.DayOfCases](t)(h.Calendar(ctx, lead, week, week, remediation.Filter{})) {
		if d.On.Equal(week) && d.Total != 6 {
			t.Errorf("a lead sees %d", d.Total)
		}
	}
	if _, err := h.Calendar(ctx, account.Viewer{}, day, day, remediation.Filter{}); !errs.Is(err, errs.Unauthenticated) && !errs.Is(err, errs.Forbidden) {
		t.Error("nobody sees the calendar:", err)
	}
}

// The end of a re-exam's window is the re-exam's alone, and nobody else's.
func TestAMovedCloseIsOfOneSitting(t *testing.T) {
	h := newHouse(t)
	j, other := h.fails("E1", h.branch).to(remediation.ReexamDue), h.fails("E2", h.branch).to(remediation.ReexamDue)
	before, beside := j.detail(), other.detail()
	later := before.ReexamClosesAt.Add(36 * time.Hour)
	j.in(func(tx *db.Tx) error {
		return j.ClosesMoved(ctx, tx, []exam.OwnClose{
			{ExamID: *before.ReexamExamID, PersonID: j.person, ClosesAt: later}, {ExamID: *before.ReexamExamID + 1000, PersonID: other.person, ClosesAt: later},
		})
	})
	if after := j.detail(); !after.ReexamClosesAt.Equal(later) || !after.RetakeClosesAt.Equal(before.RetakeClosesAt) {
		t.Errorf("the re-exam closes %v, want %v; the retake %v, want %v", after.ReexamClosesAt, later, after.RetakeClosesAt, before.RetakeClosesAt)
	}
	if after := other.detail(); !after.ReexamClosesAt.Equal(*beside.ReexamClosesAt) {
		t.Errorf("the other's moved to %v", after.ReexamClosesAt)
	}
}
