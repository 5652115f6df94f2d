package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
)

// paid is what the clinics of these tests pay for the results of every kind of exam.
var paid = ledger.Rates{
	ledger.Excellent: {Points: 20, Fen: 200_00}, ledger.Good: {Points: 10, Fen: 50_00}, ledger.Pass: {Points: 5}, ledger.PassedRetake: {Points: 1}, ledger.Failed: {Points: -10, Fen: -100_00},
}

// pays sets what results bring, from now on.
func pays(t testing.TB, c *apptest.Clinic) {
	t.Helper()
	p := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{}}
	for _, k := range ledger.Kinds {
		p.Kinds[k] = paid
	}
	must(t, c.Ledger.AddPolicy(context.Background(), c.Viewer("hr"), p, time.Time{}))
}

// stands are the entries that stand, and the lines that there are, of each person by log-in.
func stands(t *testing.T, c *apptest.Clinic) map[string]string {
	t.Helper()
	rows, err := c.DB.SQL().Query(`SELECT a.login, sum(e.points), sum(e.fen), count(*), (array_agg(e.outcome ORDER BY e.seq DESC))[1]
		FROM ledger_entry e JOIN account a ON a.person_id = e.person_id GROUP BY a.login`)
	must(t, err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var login, outcome string
		var points, fen, n int64
		must(t, rows.Scan(&login, &points, &fen, &n, &outcome))
		out[login] = fmt.Sprintf("%d %d by %d: %s", points, fen, n, outcome)
	}
	must(t, rows.Err())
	return out
}

func same(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", when, got, want)
	}
	for login, line := range want {
		if got[login] != line {
			t.Errorf("%s: %s has %q, want %q", when, login, got[login], line)
		}
	}
}

// A pass is booked when its result is released, by its band; a fail waits for its case, and the pass at the retake is booked when that is
// released. A mock brings nothing. Who is concerned is told.
// rule:C33 rule:C47
func TestAResultBringsPointsAndPay(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	mock := c.Exam(c.Paper(4), func(s *exam.Settings) { s.Kind, s.Release = exam.Mock, exam.ReleaseAtHandIn }, "mei-a")
	c.Sit("mei-a", mock, 4)
	id := c.Exam(c.Paper(4), nil, "mei-a", "lan-a", "mei-b", "lan-b")
	attempt := c.Sit("mei-a", id, 4)
	c.Sit("lan-a", id, 3)
	failed := c.Sit("mei-b", id, 2)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	same(t, "before the release", stands(t, c), map[string]string{})
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	released := map[string]string{"mei-a": "20 20000 by 1: excellent", "lan-a": "10 5000 by 1: good"}
	same(t, "after the release", stands(t, c), released) // mei-b failed and lan-b was absent: their cases are open
	agrees(t, c)
	shows(t, c.Call("mei-a", "GET", "/notices", "", 200).Text, "积分 +20 分", "奖金 +\u2060¥200.00")
	if got, err := c.Reports.Settled(ctx, c.Viewer("mei-a"), int64(attempt)); err != nil || got != (report.Settled{Outcome: "excellent", Points: 20, Fen: 200_00, Version: 2}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, login := range []string{"lan-a", "lead-a", "superior", "trainer", "admin", "management"} {
		if got, err := c.Reports.Settled(ctx, c.Viewer(login), int64(attempt)); err != nil || got != (report.Settled{}) {
			t.Errorf("%s reads somebody's pay: %+v, %v", login, got, err)
		}
	}
	for _, login := range []string{"hr", "supervisor"} {
		if got, err := c.Reports.Settled(ctx, c.Viewer(login), int64(attempt)); err != nil || got.Points != 20 {
			t.Errorf("%s does not read it: %v", login, err)
		}
	}
	if got, err := c.Reports.Settled(ctx, c.Viewer("mei-b"), int64(failed)); err != nil || got.Outcome != "" || got.Case == 0 {
		t.Errorf("a fail whose case is open: %+v, %v", got, err)
	}
	for _, login := range []string{"lan-a", "hr", "superior", "admin"} {
		if got, err := c.Reports.Settled(ctx, c.Viewer(login), int64(failed)); err != nil || got != (report.Settled{}) {
			t.Errorf("%s is led to somebody's case: %+v, %v", login, got, err)
		}
	}
	var retake exam.ExamID
	must(t, c.DB.SQL().QueryRow(`SELECT id FROM exam WHERE kind = 'retake'`).Scan(&retake))
	later, until := c.Fake.Now().Add(time.Hour), c.Fake.Now().Add(48*time.Hour)
	leave := exam.Grant{OpensAt: &later, ClosesAt: &until, Reason: "病假"}
	if err := c.Exams.Defer(ctx, c.Viewer("hr"), retake, c.Viewer("lan-b").PersonID, leave); !errs.Is(err, errs.Conflict) { // N05: leave is of regular exams
		t.Errorf("a retake was deferred: %v", err)
	}
	c.Sit("mei-b", retake, 4)
	c.Fake.Advance(8 * 24 * time.Hour)
	must(t, c.Tick(ctx))
	_, err = c.Exams.Release(ctx, c.Viewer("hr"), retake)
	must(t, err)
	released["mei-b"] = "1 0 by 1: passed_retake"
	same(t, "after the retake", stands(t, c), released) // lan-b, who did not come to it either, waits for retraining
	agrees(t, c)
	if got, err := c.Reports.Settled(ctx, c.Viewer("mei-b"), int64(failed)); err != nil || got.Outcome != string(ledger.PassedRetake) || got.Case != 0 {
		t.Errorf("the round on the page of its first result: %+v, %v", got, err)
	}
}

// rulingOf is the order's preview for HR.
func rulingOf(t *testing.T, c *apptest.Clinic, order exam.CorrectionID, size int) exam.RulingPreview {
	t.Helper()
	k, _, err := c.Exams.Correction(context.Background(), c.Viewer("hr"), order)
	must(t, err)
	p, err := c.Exams.RulingPreview(context.Background(), c.Viewer("hr"), k, page.New(1, size))
	must(t, err)
	return *p
}

// What a dry run says of points and pay is what the approval brings: for each person, and in sum over all, of whom the page shows a part.
func TestPayIsForeseen(t *testing.T) {
	for _, right := range []int{2, 3} {
		t.Run(fmt.Sprint(right), func(t *testing.T) {
			ctx := context.Background()
			c, order, seen, _ := raised(t, 3, right)
			before := map[int]ledger.Pay{2: {}, 3: paid[ledger.Good]}[right]
			after := map[int]ledger.Pay{2: paid[ledger.Good], 3: paid[ledger.Excellent]}[right]
			p := rulingOf(t, c, order, 2)
			if len(p.Results) != 2 || p.Pay.People != 3 || p.Pay.PointsBefore != 3*before.Points || p.Pay.PointsAfter != 3*after.Points || p.Pay.Before != 3*before.Fen || p.Pay.After != 3*after.Fen {
				t.Fatalf("%+v", p.Pay)
			}
			for _, r := range p.Results {
				if r.Pay == nil || r.Pay.PersonID != r.PersonID || (ledger.Pay{Points: r.Pay.PointsBefore, Fen: r.Pay.Before}) != before || (ledger.Pay{Points: r.Pay.PointsAfter, Fen: r.Pay.After}) != after {
					t.Errorf("%+v", r.Pay)
				}
			}
			sum := func() (got ledger.Pay) {
				must(t, c.DB.SQL().QueryRow(`SELECT coalesce(sum(points), 0), coalesce(sum(fen), 0) FROM ledger_entry`).Scan(&got.Points, &got.Fen))
				return got
			}
			if got := sum(); got.Points != p.Pay.PointsBefore || got.Fen != p.Pay.Before {
				t.Errorf("a dry run booked something: %+v", got)
			}
			must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, ""))
			if got := sum(); got.Points != p.Pay.PointsAfter || got.Fen != p.Pay.After {
				t.Errorf("it was foreseen that all have %+v, they have %+v", p.Pay, got)
			}
			if done := rulingOf(t, c, order, 2); done.Pay.People != 0 || done.Results[0].Pay != nil {
				t.Errorf("an approved order still changes %+v", done.Pay)
			}
			agrees(t, c)
		})
	}
}

// A fail is booked when two people have decided what becomes of the person, and not before; where its ground falls, the deduction is taken back
// and what the corrected result brings is booked, as the dry run says, though the decision stands.
// rule:C47 rule:C49
func TestADecisionIsBookedAndItsGroundMayFall(t *testing.T) {
	ctx := context.Background()
	c, order, seen, _ := raised(t, 1, 2)
	var id remediation.CaseID
	must(t, c.DB.SQL().QueryRow(`UPDATE remediation_case SET state = 'decision_due', retraining_due_on = '2026-03-20', retake_result_id = first_result_id, reexam_result_id = first_result_id RETURNING id`).Scan(&id))
	must(t, c.Remediation.Propose(ctx, c.Viewer("hr"), id, remediation.DecidedLeave, "两次复训均未合格"))
	same(t, "proposed", stands(t, c), map[string]string{})
	must(t, c.Remediation.Decide(ctx, c.Viewer("hr2"), id, false, "再给一次机会"))
	same(t, "refused", stands(t, c), map[string]string{})
	must(t, c.Remediation.Propose(ctx, c.Viewer("hr"), id, remediation.DecidedMove, "调到前台"))
	must(t, c.Remediation.Decide(ctx, c.Viewer("hr2"), id, true, ""))
	same(t, "decided", stands(t, c), map[string]string{"many-0": "-10 -10000 by 1: failed"})
	agrees(t, c)
	shows(t, c.Call("many-0", "GET", "/notices", "", 200).Text, "按“不合格”计：积分 −10 分、奖金 −\u2060¥100.00")
	if p := rulingOf(t, c, order, 5); p.Pay.PointsBefore != -10 || p.Pay.PointsAfter != 10 || p.Pay.Before != -100_00 || p.Pay.After != 50_00 {
		t.Errorf("%+v", p.Pay)
	}
	must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, ""))
	same(t, "corrected", stands(t, c), map[string]string{"many-0": "10 5000 by 3: good"})
	agrees(t, c)
	var state, outcome string
	must(t, c.DB.SQL().QueryRow(`SELECT state, outcome FROM remediation_case`).Scan(&state, &outcome))
	if state != "closed" || outcome != "transferred" {
		t.Errorf("the decision is %s %s", state, outcome)
	}
	shows(t, c.Call("many-0", "GET", "/me/ledger", "", 200).Text, "冲回", "已冲回", "季度考核 · 良好")
}

// A later version of the policy rewrites nothing that is booked, and a correction is paid by the version under which the exam opened.
func TestALaterPolicyRewritesNothing(t *testing.T) {
	ctx := context.Background()
	c, order, seen, _ := raised(t, 2, 3)
	rich := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{ledger.Quarterly: {ledger.Excellent: {Points: 999}, ledger.Good: {Points: 998}}}}
	must(t, c.Ledger.AddPolicy(ctx, c.Viewer("hr2"), rich, time.Time{}))
	c.Fake.Advance(time.Hour)
	want := map[string]string{"many-0": "10 5000 by 1: good", "many-1": "10 5000 by 1: good"}
	same(t, "after the new version", stands(t, c), want)
	must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, ""))
	want = map[string]string{"many-0": "20 20000 by 3: excellent", "many-1": "20 20000 by 3: excellent"}
	same(t, "after the correction", stands(t, c), want)
	agrees(t, c)
	var versions int
	must(t, c.DB.SQL().QueryRow(`SELECT count(DISTINCT v.version) FROM ledger_entry e JOIN policy_version v ON v.id = e.policy_version_id WHERE v.version = 2`).Scan(&versions))
	if versions != 1 {
		t.Error("another version than the second one paid")
	}
}

// One version pays all of a round, the one that holds when its exam opens, whoever hands in before or after another one begins; the second
// computation says so too, and for a round of before this rule it takes the version that holds at the close.
// rule:C47
func TestOneVersionPaysARound(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	paper := c.Paper(4)
	const window = 2 * time.Hour
	for i, k := range []struct {
		name   string
		midway bool          // it is made between two hand-ins, and holds at once
		from   time.Duration // after the opening
		holds  bool
	}{
		{name: "from the opening", from: 0, holds: true},
		{name: "from just after the opening", from: time.Microsecond},
		{name: "at once, when one has handed in", midway: true},
		{name: "from the middle of the exam", from: window / 2},
		{name: "from just before the opening", from: -time.Microsecond, holds: true},
		{name: "from the close", from: window},
	} {
		p := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{ledger.Quarterly: {ledger.Excellent: {Points: int64(i) + 1}, ledger.Good: {Points: int64(i) + 1}}}}
		opens := c.Fake.Now().Add(time.Hour)
		if !k.midway {
			must(t, c.Ledger.AddPolicy(ctx, c.Viewer("hr"), p, opens.Add(k.from)))
		}
		id := c.Exam(paper, func(s *exam.Settings) {
			s.OpensAt, s.ClosesAt, s.Release = opens, opens.Add(window), exam.ReleaseAtHandIn
		}, "mei-a", "lan-a")
		c.Fake.Advance(time.Hour + time.Minute)
		c.Sit("mei-a", id, 3)
		if k.midway {
			must(t, c.Ledger.AddPolicy(ctx, c.Viewer("hr"), p, time.Time{}))
		}
		c.Fake.Advance(window/2 + time.Minute)
		c.Sit("lan-a", id, 3)
		want := i
		if k.holds {
			want++
		}
		var entries, least, most int
		must(t, c.DB.SQL().QueryRow(`SELECT count(*), min(l.points), max(l.points) FROM ledger_entry l JOIN exam e ON e.round_id = l.round_id WHERE e.id = $1`, int64(id)).Scan(&entries, &least, &most))
		if entries != 2 || least != want || most != want {
			t.Errorf("%s: %d entries of %d to %d points, want %d", k.name, entries, least, most, want)
		}
		agrees(t, c)
		c.Fake.Advance(window)
	}
	alter(t, c, `UPDATE round SET paid_at_opening = false`)
	if _, found := payRecounted(t, c); len(found) != 8 {
		t.Errorf("by the close 8 of 12 are paid otherwise, not %d: %v", len(found), found)
	}
	var last exam.RoundID
	var closes time.Time
	must(t, c.DB.SQL().QueryRow(`SELECT round_id, closes_at FROM exam ORDER BY id DESC LIMIT 1`).Scan(&last, &closes))
	r, _, err := c.Exams.RoundOf(ctx, c.DB, last, c.Person["mei-a"], exam.ScoreSixty)
	if err != nil || !r.PaidAsOf.Equal(closes) {
		t.Errorf("a round of before is paid as of %s, not of its close %s: %v", r.PaidAsOf, closes, err)
	}
}

// A clinic that has set nothing books nothing and tells nobody of money.
// rule:N18
func TestNothingIsBookedUntilTheClinicSetsIt(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), nil, "mei-a")
	c.Sit("mei-a", id, 4)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	var told int
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM notice WHERE key LIKE 'notify.pay%'`).Scan(&told))
	if got := stands(t, c); len(got) != 0 || told != 0 {
		t.Errorf("%v, and %d were told", got, told)
	}
	agrees(t, c)
}

// The rule is HR's and the management's to change, and nobody's to change for the past.
func TestWhoSetsWhatResultsBring(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	p := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{ledger.Yearly: {ledger.Excellent: {Points: 1}}}}
	for _, login := range []string{"mei-a", "lead-a", "superior", "trainer", "supervisor", "admin"} {
		if err := c.Ledger.AddPolicy(ctx, c.Viewer(login), p, time.Time{}); err == nil {
			t.Errorf("%s sets what results bring", login)
		}
	}
	if err := c.Ledger.AddPolicy(ctx, c.Viewer("hr"), p, c.Fake.Now().Add(-time.Second)); err == nil {
		t.Error("a version holds from a moment that has passed")
	}
	must(t, c.Ledger.AddPolicy(ctx, c.Viewer("management"), p, time.Time{}))
}

// settleOnce is what a round came to for a person, settled by one process.
func settleOnce(s *ledger.Service, d *db.DB, r ledger.Round, came ledger.Came) error {
	ctx := context.Background()
	return d.InTx(ctx, func(tx *db.Tx) error {
		if err := s.Lock(ctx, tx, r.ID); err != nil {
			return err
		}
		_, err := s.Settle(ctx, tx, r, []ledger.Came{came})
		return err
	})
}

// settledRound is a round with a released result of mei-a, and what settles it.
func settledRound(t *testing.T) (*apptest.Clinic, ledger.Round, ledger.Came) {
	t.Helper()
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	id := c.Exam(c.Paper(4), nil, "mei-a")
	c.Sit("mei-a", id, 3)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	r, came := ledger.Round{Kind: ledger.Quarterly}, ledger.Came{PersonID: c.Person["mei-a"], Outcome: ledger.Good}
	must(t, c.DB.SQL().QueryRow(`SELECT e.round_id, e.opens_at, r.id FROM exam e JOIN result r ON r.exam_id = e.id WHERE e.id = $1`, int64(id)).Scan(&r.ID, &r.AsOf, &came.ResultID))
	return c, r, came
}

// Two processes that settle the same round at once, over and over, leave one entry that stands, and the lines add up.
func TestTwoProcessesSettleARound(t *testing.T) {
	c, r, came := settledRound(t)
	second := c.SecondServer()
	outcomes := []ledger.Outcome{ledger.Excellent, ledger.Good, ledger.Undecided, ledger.Failed}
	var wait sync.WaitGroup
	problems := make(chan error, 100)
	for i, s := range []*app.App{c.App.App, second} {
		wait.Go(func() {
			for n := range 12 {
				mine := came
				mine.Outcome = outcomes[(n+i)%len(outcomes)]
				problems <- settleOnce(s.Ledger, s.DB, r, mine)
			}
		})
	}
	wait.Wait()
	close(problems)
	for err := range problems {
		must(t, err)
	}
	came.Outcome = ledger.Excellent
	must(t, settleOnce(c.Ledger, c.DB, r, came))
	var points, fen, standing int64
	must(t, c.DB.SQL().QueryRow(`SELECT sum(points), sum(fen), count(*) FILTER (WHERE reverses IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry n WHERE n.reverses = e.id)) FROM ledger_entry e`).Scan(&points, &fen, &standing))
	if points != 20 || fen != 200_00 || standing != 1 {
		t.Errorf("%d points and %d fen by %d entries that stand", points, fen, standing)
	}
}

// The database itself refuses what would let two entries stand, take back something else than was booked, or rewrite a line.
func TestTheDatabaseGuardsTheEntries(t *testing.T) {
	c, r, came := settledRound(t)
	insert := func(seq, points, fen int, outcome string, reverses any) error {
		_, err := c.DB.SQL().Exec(`INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, reverses, recorded_by, created_at)
			SELECT round_id, person_id, $1, booked_on, policy_version_id, $2, $3, $4, result_id, $5, 'system', created_at FROM ledger_entry WHERE seq = 1`, seq, outcome, points, fen, reverses)
		return err
	}
	var first int64
	must(t, c.DB.SQL().QueryRow(`SELECT id FROM ledger_entry`).Scan(&first))
	for what, err := range map[string]error{
		"a second one that stands":     insert(1, 5, 0, "pass", nil),
		"one beside it":                insert(3, 5, 0, "pass", nil),
		"a reversal that is none":      insert(2, -10, -5000, "good", nil),
		"a reversal of too much":       insert(2, -11, -5000, "good", first),
		"of too little money":          insert(2, -10, -4999, "good", first),
		"of another outcome":           insert(2, -10, -5000, "pass", first),
		"a booking that reverses":      insert(3, -10, -5000, "good", first),
		"nothing":                      insert(2, 0, 0, "good", first),
		"an outcome that there is not": insert(2, -10, -5000, "superb", first),
	} {
		if err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	for _, statement := range []string{`UPDATE ledger_entry SET points = 1000`, `DELETE FROM ledger_entry`, `TRUNCATE ledger_entry`} {
		if _, err := c.DB.SQL().Exec(statement); err == nil {
			t.Errorf("%s is done", statement)
		}
	}
	must(t, insert(2, -10, -5000, "good", first))
	if err := insert(4, -10, -5000, "good", first); err == nil {
		t.Error("an entry is reversed twice")
	}
	came.Outcome = ledger.Good
	must(t, settleOnce(c.Ledger, c.DB, r, came))
	same(t, "settled again", stands(t, c), map[string]string{"mei-a": "10 5000 by 3: good"})
}

// HR's list takes the part of the tree, the month, the name in all its forms and the unit, and its sum is what SQL finds.
func TestHRSeesTheLinesOfItsPart(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	c.Employ("hr-b", "某某", c.Branch["b"], c.OtherPost, account.HR)
	id := c.Exam(c.Paper(4), nil, "mei-a", "lan-a", "mei-b")
	c.Sit("mei-a", id, 4)
	c.Sit("lan-a", id, 3)
	c.Sit("mei-b", id, 3)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	month := time.Date(c.Fake.Now().Year(), c.Fake.Now().Month(), 1, 0, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		login string
		f     ledger.Filter
		names []string
		sum   ledger.Pay
	}{
		{"hr", ledger.Filter{Sort: ledger.ByWorth}, []string{"小美b", "小兰a", "小美a"}, ledger.Pay{Points: 40, Fen: 300_00}},
		{"hr", ledger.Filter{Sort: "-worth", Page: page.New(1, 1)}, []string{"小美a"}, ledger.Pay{Points: 40, Fen: 300_00}},
		{"hr", ledger.Filter{Sort: ledger.ByPerson}, []string{"小兰a", "小美a", "小美b"}, ledger.Pay{Points: 40, Fen: 300_00}},
		{"hr", ledger.Filter{Search: "小兰"}, []string{"小兰a"}, paid[ledger.Good]},
		{"hr", ledger.Filter{Search: "XL"}, []string{"小兰a"}, paid[ledger.Good]},
		{"hr", ledger.Filter{Search: "xiaolan"}, []string{"小兰a"}, paid[ledger.Good]},
		{"hr", ledger.Filter{Search: "e-lan-a"}, []string{"小兰a"}, paid[ledger.Good]},
		{"hr", ledger.Filter{Search: "%"}, nil, ledger.Pay{}},
		{"hr", ledger.Filter{Unit: c.Branch["b"]}, []string{"小美b"}, paid[ledger.Good]},
		{"hr", ledger.Filter{Month: month, Unit: c.Root, Sort: ledger.ByPerson}, []string{"小兰a", "小美a", "小美b"}, ledger.Pay{Points: 40, Fen: 300_00}},
		{"hr", ledger.Filter{Month: month.AddDate(0, 1, 0)}, nil, ledger.Pay{}},
		{"hr-b", ledger.Filter{}, []string{"小美b"}, paid[ledger.Good]},
		{"hr-b", ledger.Filter{Unit: c.Branch["a"]}, nil, ledger.Pay{}},
		{"supervisor", ledger.Filter{Search: "小美b"}, []string{"小美b"}, paid[ledger.Good]},
	} {
		if k.f.Page.Size == 0 {
			k.f.Page = page.New(1, 20)
		}
		lines, sum, err := c.Ledger.List(ctx, c.Viewer(k.login), k.f)
		must(t, err)
		var names []string
		for _, l := range lines {
			names = append(names, l.PersonName)
		}
		if fmt.Sprint(names) != fmt.Sprint(k.names) || sum.Pay != k.sum {
			t.Errorf("%s %+v: %v, %+v", k.login, k.f, names, sum)
		}
	}
	for _, login := range []string{"mei-a", "lead-a", "superior", "trainer", "admin", "management", "plain"} {
		if _, _, err := c.Ledger.List(ctx, c.Viewer(login), ledger.Filter{Page: page.New(1, 20)}); err == nil {
			t.Errorf("%s reads the pay of others", login)
		}
		if _, err := c.Ledger.Months(ctx, c.Viewer(login)); err == nil {
			t.Errorf("%s reads since when others are paid", login)
		}
	}
	lines, months, total, err := c.Ledger.Own(ctx, c.Viewer("lan-a"), page.New(1, 20))
	if err != nil || len(lines) != 1 || total != 1 || len(months) != 1 || months[0].Pay != paid[ledger.Good] || !months[0].Month.Equal(month) || lines[0].Version != 2 || lines[0].AttemptID == nil {
		t.Errorf("%+v %+v %d %v", lines, months, total, err)
	}
}

// Lines are booked without a pause while files are made: each file is the list of one moment, every line of it once. With more lines than
// leave at once there is no file, and nothing is recorded.
func TestAnExportIsTheWholeListOfOneMoment(t *testing.T) {
	ctx := context.Background()
	c, _, _ := settledRound(t)
	books := func(from, to int) {
		alter(t, c, fmt.Sprintf(`INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, recorded_by, created_at)
			SELECT round_id, person_id, n, booked_on, policy_version_id, outcome, points, fen, result_id, recorded_by, created_at FROM ledger_entry, generate_series(%d, %d, 2) n WHERE seq = 1`, from, to))
	}
	const files = 10
	seq := 601
	books(3, seq)
	var made [files][]ledger.PersonLine
	var failed error
	hr, done := c.Viewer("hr"), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < files && failed == nil; i++ {
			made[i], failed = c.Ledger.Export(ctx, hr, ledger.Filter{}, "发工资")
		}
	}()
	for meanwhile := true; meanwhile; seq += 2 {
		books(seq+2, seq+2)
		select {
		case <-done:
			meanwhile = false
		default:
		}
	}
	must(t, failed)
	sizes := []int{301}
	for _, lines := range made {
		for i := range lines {
			if want := lines[0].ID - ledger.EntryID(i); lines[i].ID != want {
				t.Fatalf("after %d lines comes line %d, not %d", i, lines[i].ID, want)
			}
		}
		if len(lines) < sizes[len(sizes)-1] {
			t.Errorf("a file of %d lines after one of %d", len(lines), sizes[len(sizes)-1])
		}
		sizes = append(sizes, len(lines))
	}
	if sizes[1] == sizes[files] {
		t.Errorf("nothing was booked meanwhile: %v", sizes)
	}

	books(seq+2, 2*20_001-1)
	refused := c.Call("hr", "POST", "/ledger/export", apptest.Form("reason", "发工资", "filter", "q=xma"), 303)
	if to := refused.Header.Get("Location"); to != "/ledger?q=xma" {
		t.Errorf("led to %q", to)
	}
	why := c.Request("hr", "GET", "/ledger?q=xma", "")
	why.Header.Add("Cookie", strings.Join(refused.Header["Set-Cookie"], "; "))
	shows(t, c.Do(why).Text, "筛选出至少 20001 条，一次最多导出 20000 条")
	var exports int
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'ledger.export'`).Scan(&exports))
	if exports != files {
		t.Errorf("%d exports are recorded", exports)
	}
}

// beyondTheLogIn counts the statements of a page, whose budget is eight with the bell's and without those that find who asks.
func beyondTheLogIn(tally *db.Tally) (n int) {
	for _, r := range tally.Runs() {
		if r.Name != "session_by_token" && r.Name != "grants_with_units" {
			n++
		}
	}
	return n
}

// The pages: the own lines by month with what is undecided, the result with what it brought, HR's list, its file, and what neither shows.
func TestLedgerPages(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	id := c.Exam(c.Paper(4), nil, "mei-a", "lan-a", "lan-b")
	attempt := c.Sit("mei-a", id, 4)
	failed := c.Sit("lan-a", id, 2)
	c.Sit("lan-b", id, 3)
	shows(t, c.Call("mei-a", "GET", "/me/ledger", "", 200).Text, "没有积分和奖金记录")
	shows(t, c.Call("hr", "GET", "/ledger", "", 200).Text, "没有积分和奖金记录")
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	month := c.Fake.Now().Format("2006 年 1 月")
	shows(t, c.Call("mei-a", "GET", "/me/ledger", "", 200).Text, month, "合计：积分 +20 分、奖金 +\u2060¥200.00，共折合 +\u2060¥220.00。", "季度考核 · 优秀 · 政策第 2 版", "/attempts/"+attempt.String()+"/result")
	tallied, tally := db.WithTally(ctx)
	shows(t, c.Do(c.Request("mei-a", "GET", "/", "").WithContext(tallied)).Text, "本月积分 +20、奖金 +\u2060¥200.00")
	if took := beyondTheLogIn(tally); took > 8 {
		t.Errorf("home takes %d statements: %+v", took, tally.Runs())
	}
	if text := c.Call("lan-a", "GET", "/", "", 200).Text; strings.Contains(text, "本月积分") {
		t.Error("home tells of points that are not there")
	}
	shows(t, c.Call("lan-a", "GET", "/me/ledger", "", 200).Text, "待定", "待补考。结束以后再按结果计积分和奖金。", "没有积分和奖金记录")
	c.Call("mei-a", "GET", "/attempts/"+attempt.String()+"/result", "", 200) // the names of knowledge points are kept
	tallied, tally = db.WithTally(ctx)
	shows(t, c.Do(c.Request("mei-a", "GET", "/attempts/"+attempt.String()+"/result", "").WithContext(tallied)).Text, "本轮考核为“优秀”：积分 +20 分、奖金 +\u2060¥200.00，按成绩兑现政策第 2 版。")
	if took := beyondTheLogIn(tally); took > 8 {
		t.Errorf("the page of a result takes %d statements: %+v", took, tally.Runs())
	}
	var open remediation.CaseID
	must(t, c.DB.SQL().QueryRow(`SELECT id FROM remediation_case`).Scan(&open))
	tallied, tally = db.WithTally(ctx)
	waits := "待定：绩效考核表的知识分"
	shows(t, c.Do(c.Request("lan-a", "GET", "/attempts/"+failed.String()+"/result", "").WithContext(tallied)).Text, waits, "/cases/"+open.String())
	if took := beyondTheLogIn(tally); took > 8 {
		t.Errorf("the page of a failed result takes %d statements: %+v", took, tally.Runs())
	}
	if text := c.Call("hr", "GET", "/attempts/"+failed.String()+"/result", "", 200).Text; strings.Contains(text, waits) {
		t.Error("whose result it is not is told what the own sheet waits for")
	}
	if text := c.Call("superior", "GET", "/attempts/"+attempt.String()+"/result", "", 200).Text; strings.Contains(text, "200.00") {
		t.Error("a superior reads somebody's pay on the page of the result")
	}
	shows(t, c.Call("hr", "GET", "/ledger", "", 200).Text, "小美a", "小兰b", "合计：积分 +30 分、奖金 +\u2060¥250.00，共折合 +\u2060¥280.00。", month)
	for _, path := range []string{"/ledger?q=xma", "/ledger?unit=" + c.Branch["a"].String(), "/ledger?month=" + c.Fake.Now().Format("2006-01") + "&unit=" + c.Branch["a"].String(), "/ledger?page=1&size=1&sort=-worth"} {
		tallied, tally := db.WithTally(ctx)
		page := c.Do(c.Request("hr", "GET", path, "").WithContext(tallied)).Text
		if shows(t, page, "小美a"); strings.Contains(page, "E-lan-b") || beyondTheLogIn(tally) > 8 {
			t.Errorf("%s shows another branch, or takes %d statements", path, beyondTheLogIn(tally))
		}
	}
	shows(t, c.Call("hr", "GET", "/ledger?month=1999-01", "", 200).Text, "没有积分和奖金记录")
	c.Call("hr", "GET", "/ledger?page=9", "", 303)
	if to := c.Call("mei-a", "GET", "/ledger", "", 303).Header.Get("Location"); to != "/me/ledger" {
		t.Errorf("a consultant is led to %q", to)
	}
	c.Call("hr", "POST", "/ledger/export", apptest.Form("reason", " "), 303)
	c.Call("mei-a", "POST", "/ledger/export", apptest.Form("reason", "想看"), 303)
	var exports int
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'ledger.export'`).Scan(&exports))
	file := c.Call("hr", "POST", "/ledger/export", apptest.Form("reason", "发工资", "filter", "q=xma"), 200)
	sheet, err := excelize.OpenReader(strings.NewReader(file.Text))
	must(t, err)
	defer sheet.Close()
	rows, err := sheet.GetRows("ledger")
	must(t, err)
	if len(rows) != 2 || rows[0][0] != "姓名" || strings.Join(rows[1][:2], " ") != "小美a E-mei-a" || strings.Join(rows[1][6:11], " ") != "优秀 20 200.00 220.00 2" {
		t.Errorf("%q", rows)
	}
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'ledger.export'`).Scan(&exports))
	if exports != 1 {
		t.Errorf("%d exports are recorded", exports)
	}
}
