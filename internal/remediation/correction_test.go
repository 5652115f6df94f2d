package remediation_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
)

var ctx = context.Background()

// house is the feature over its own database; exams, courses and news are only written down.
type house struct {
	*testing.T
	*remediation.Service
	d        *db.DB
	clock    *clock.Fake
	people   map[string]account.PersonID
	unit     account.UnitID
	branch   account.UnitID
	post     account.PostID
	accounts *account.Service
	told     []string // what the rest of the house was asked to do
}

func ok[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d, fake := dbtest.NewFake(t)
	h := &house{T: t, d: d, clock: fake, people: map[string]account.PersonID{}}
	h.accounts = ok[*account.Service](t)(account.New(ctx, d, time.UTC))
	h.unit = ok[account.UnitID](t)(h.accounts.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0))
	h.branch = ok[account.UnitID](t)(h.accounts.CreateUnit(ctx, account.System(), h.unit, account.Branch, "东院", 0))
	h.post = ok[account.PostID](t)(h.accounts.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"}))
	h.employ("hr-min", "周敏", h.unit)
	h.employ("hr-jing", "何静", h.unit)
	store := ok[*policy.Store](t)(policy.NewStore(ctx, d))
	h.Service = ok[*remediation.Service](t)(remediation.NewService(ctx, d, store, h, h, h, time.UTC))
	exams := ok[*exam.Service](t)(exam.New(ctx, exam.Deps{DB: d, Policies: store}))
	t.Cleanup(func() { _ = exams.Close() })
	h.must(exams.EnsurePolicies(ctx))
	h.must(h.AddPolicy(ctx, account.System(), remediation.DefaultPolicy, time.Time{}))
	for n := range 3 {
		h.id(`INSERT INTO course (unit_id, title, pinyin, initials, summary, topics, self_study, state, created_by, created_at)
			VALUES ($1, $2, '', '', '', '{}', false, 'draft', 'system', $3) RETURNING id`, int64(h.unit), fmt.Sprintf("课程 %d", n+1), fake.Now())
	}
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) employ(no, name string, unit account.UnitID) account.PersonID {
	h.people[no] = ok[account.PersonID](h.T)(h.accounts.CreatePerson(ctx, account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: no, Name: name}, UnitID: unit, PostID: h.post,
	}))
	return h.people[no]
}

func (h *house) viewer(no string) account.Viewer {
	return account.Viewer{PersonID: h.people[no], Grants: []account.Grant{{Role: account.HR, UnitID: h.unit, Units: []account.UnitID{h.unit, h.branch}}}}
}

func (h *house) id(text string, args ...any) (id int64) {
	h.Helper()
	h.must(h.d.SQL().QueryRowContext(ctx, text, args...).Scan(&id))
	return id
}

func (h *house) say(format string, args ...any) {
	h.told = append(h.told, fmt.Sprintf(format, args...))
}

func (h *house) open(round exam.RoundID, kind exam.Kind) (exam.ExamID, error) {
	sitting := h.id(`SELECT count(*) + 1 FROM exam WHERE round_id = $1 AND kind = $2`, int64(round), kind)
	return exam.ExamID(h.exam(kind, &round, sitting)), nil
}

func (h *house) OpenRetake(_ context.Context, _ *db.Tx, round exam.RoundID, _ account.PersonID, _, _ time.Time) (exam.ExamID, error) {
	return h.open(round, exam.Retake)
}

func (h *house) OpenReexam(_ context.Context, _ *db.Tx, round exam.RoundID, _ account.PersonID, _, _ time.Time) (exam.ExamID, error) {
	return h.open(round, exam.Reexam)
}

func (h *house) Withdraw(_ context.Context, _ *db.Tx, id exam.ExamID, _ account.PersonID) (bool, error) {
	h.say("off %d", id)
	return true, nil
}

func (h *house) AssignInTx(_ context.Context, _ *db.Tx, _ string, _ account.PersonID, courses []courseware.CourseID, _ courseware.Reason, _ *time.Time) error {
	h.say("assign %v", courses)
	return nil
}

func (h *house) WithdrawRetrainingInTx(_ context.Context, _ *db.Tx, _ string, _ account.PersonID, courses []courseware.CourseID) error {
	h.say("withdraw %v", courses)
	return nil
}

func (h *house) CaseMoved(_ context.Context, _ *db.Tx, c remediation.Case, on remediation.Event, _ string) error {
	h.say("%s: %s%s", on, c.State, c.Outcome)
	return nil
}

func (h *house) exam(kind exam.Kind, round *exam.RoundID, sitting int64) int64 {
	return h.id(`INSERT INTO exam (round_id, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release,
		attempts_allowed, seed, created_by, created_at, sitting_no)
		VALUES ($1, '第三季度考核', $2, 'draft', $3, $4, 60, true, true, 'score', 'by_hand', 1, 1, 'system', $3, $5) RETURNING id`,
		round, kind, h.clock.Now().Add(-2*time.Hour), h.clock.Now(), sitting)
}

// round is an original exam with nobody in it yet.
func (h *house) newRound() exam.RoundID {
	original := h.exam(exam.Quarterly, nil, 1)
	round := exam.RoundID(h.id(`INSERT INTO round (exam_id, created_at) VALUES ($1, $2) RETURNING id`, original, h.clock.Now()))
	h.id(`UPDATE exam SET round_id = $2 WHERE id = $1 RETURNING id`, original, int64(round))
	return round
}

// result is a stored 0 of an absence: what a result is worth does not matter here, its id does.
func (h *house) result(id exam.ExamID, person account.PersonID) exam.ResultID {
	now := h.clock.Now()
	bands := h.id(`SELECT id FROM policy_version WHERE kind = 'bands'`)
	candidate := h.id(`INSERT INTO candidate (exam_id, person_id, state, invited_by, created_at, settled_at) VALUES ($1, $2, 'absent', 'system', $3, $3)
		ON CONFLICT (exam_id, person_id) DO UPDATE SET settled_at = excluded.settled_at RETURNING id`, int64(id), int64(person), now)
	return exam.ResultID(h.id(`INSERT INTO result (exam_id, candidate_id, person_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band,
		passed, marks, bands_version_id, created_at, released_at) VALUES ($1, $2, $3, 1, 'absent', 0, 10000, 0, 'fail', false, '[]', $4, $5, $5) RETURNING id`,
		int64(id), candidate, int64(person), bands, now))
}

func (h *house) in(fn func(tx *db.Tx) error) {
	h.Helper()
	h.must(h.d.InTx(ctx, fn))
}

func (h *house) release(kind exam.Kind, round exam.RoundID, id exam.ExamID, person account.PersonID, passed bool) {
	h.Helper()
	r := exam.Released{ResultID: h.result(id, person), ExamID: id, RoundID: round, PersonID: person, Kind: kind, Passed: passed, SittingClosedAt: h.clock.Now(), ReleasedAt: h.clock.Now()}
	h.in(func(tx *db.Tx) error { return h.ResultReleased(ctx, tx, r) })
}

func (h *house) correct(kind exam.Kind, round exam.RoundID, person account.PersonID, passed bool) {
	h.Helper()
	result := exam.ResultID(h.id(`SELECT max(id) FROM result WHERE person_id = $1`, int64(person)))
	c := exam.Corrected{
		Released: exam.Released{ResultID: result, RoundID: round, PersonID: person, Kind: kind, Passed: passed},
		Before:   exam.ResultBefore{ResultID: result, Passed: !passed},
	}
	h.in(func(tx *db.Tx) error { return h.ResultsCorrected(ctx, tx, []exam.Corrected{c}) })
}

// journey is a case with who goes through it.
type journey struct {
	*house
	round  exam.RoundID
	person account.PersonID
	id     remediation.CaseID
}

// fails opens a case: somebody failed an original exam.
func (h *house) fails(no string, unit account.UnitID) *journey {
	h.Helper()
	j := &journey{house: h, round: h.newRound(), person: h.employ(no, "小"+no, unit)}
	h.release(exam.Quarterly, j.round, exam.ExamID(h.id(`SELECT exam_id FROM round WHERE id = $1`, int64(j.round))), j.person, false)
	j.id = remediation.CaseID(h.id(`SELECT id FROM remediation_case WHERE person_id = $1`, int64(j.person)))
	return j
}

func (j *journey) state() string {
	var state, outcome string
	j.must(j.d.SQL().QueryRowContext(ctx, `SELECT state, outcome FROM remediation_case WHERE id = $1`, int64(j.id)).Scan(&state, &outcome))
	return state + outcome
}

func (j *journey) detail() remediation.Detail {
	j.Helper()
	return ok[remediation.Detail](j.T)(j.Case(ctx, j.viewer("hr-min"), j.id))
}

// to takes the case as far as a state, by failing everything.
func (j *journey) to(state remediation.State) *journey {
	j.Helper()
	steps := []struct {
		at remediation.State
		do func()
	}{
		{remediation.RetakeDue, func() { j.handIn(exam.Retake) }},
		{remediation.RetakeMarking, func() { j.release(exam.Retake, j.round, j.detail().RetakeExamID, j.person, false) }},
		{remediation.RetrainingDue, func() {
			j.must(j.Assign(ctx, j.viewer("hr-min"), j.id, remediation.Assignment{Courses: []courseware.CourseID{1, 2}}))
		}},
		{remediation.Retraining, func() {
			for _, course := range []courseware.CourseID{1, 2} {
				j.in(func(tx *db.Tx) error {
					return j.CourseCompleted(ctx, tx, courseware.Completed{PersonID: j.person, CourseID: course, Reason: courseware.ReasonRetraining})
				})
			}
		}},
		{remediation.ReexamDue, func() { j.handIn(exam.Reexam) }},
		{remediation.ReexamMarking, func() { j.release(exam.Reexam, j.round, *j.detail().ReexamExamID, j.person, false) }},
	}
	for _, s := range steps {
		if s.at == state {
			break
		}
		s.do()
	}
	if got := j.state(); got != string(state) {
		j.Fatalf("%s, want %s", got, state)
	}
	j.told = nil
	return j
}

func (j *journey) handIn(kind exam.Kind) {
	j.in(func(tx *db.Tx) error {
		return j.AttemptHandedIn(ctx, tx, exam.HandedIn{RoundID: j.round, PersonID: j.person, Kind: kind})
	})
}

func (j *journey) decided(kind remediation.Event) *journey {
	j.Helper()
	j.must(j.Propose(ctx, j.viewer("hr-min"), j.id, kind, "两次未通过"))
	j.must(j.Decide(ctx, j.viewer("hr-jing"), j.id, true, ""))
	j.told = nil
	return j
}

func (j *journey) want(state string, told ...string) {
	j.Helper()
	if got := j.state(); got != state {
		j.Errorf("%s, want %s", got, state)
	}
	if !slices.Equal(j.told, told) {
		j.Errorf("the house heard %q, want %q", j.told, told)
	}
}

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
