package remediation_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
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

func (h *house) OpenRetakes(_ context.Context, _ *db.Tx, round exam.RoundID, _ time.Time, _ []exam.SitsAgain) (exam.ExamID, error) {
	return h.open(round, exam.Retake)
}

func (h *house) OpenReexam(_ context.Context, _ *db.Tx, round exam.RoundID, _ account.PersonID, _, _ time.Time) (exam.ExamID, error) {
	return h.open(round, exam.Reexam)
}

func (h *house) Withdraw(_ context.Context, _ *db.Tx, id exam.ExamID, people []account.PersonID) ([]account.PersonID, error) {
	h.say("off %d", id)
	return people, nil
}

func (h *house) AssignInTx(_ context.Context, _ *db.Tx, _ string, _ account.PersonID, courses []courseware.CourseID, _ courseware.Reason, _ *time.Time) error {
	h.say("assign %v", courses)
	return nil
}

func (h *house) WithdrawRetrainingInTx(_ context.Context, _ *db.Tx, _ string, courses map[account.PersonID][]courseware.CourseID) error {
	for _, person := range slices.Sorted(maps.Keys(courses)) {
		h.say("withdraw %v", courses[person])
	}
	return nil
}

func (h *house) CasesMoved(_ context.Context, _ *db.Tx, list []remediation.Moved, _ string) error {
	for _, m := range list {
		h.say("%s: %s%s", m.On, m.State, m.Outcome)
	}
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
	h.in(func(tx *db.Tx) error { return h.ResultsReleased(ctx, tx, []exam.Released{r}) })
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
		return j.AttemptsHandedIn(ctx, tx, []exam.HandedIn{{RoundID: j.round, PersonID: j.person, Kind: kind}})
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
