package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

var wholePage = page.New(1, 100)

// sat lets people 1, 2 … sit an exam of ten questions in the order of the paper, each with these options ("-" is no answer), and
// closes it. The key of each question is "b"; third is the version of the third.
func (o *office) sat(answers ...string) (exam ExamID, third VersionID) {
	o.t.Helper()
	exam = o.published(len(answers), func(s *Settings) { s.ShuffleSlots = false })
	for n, options := range answers {
		sheet := o.begin(exam, n+1)
		var changes []Change
		for i, option := range strings.Split(options, "") {
			if option != "-" {
				changes = append(changes, choose(i+1, int64(i+1), option))
			}
		}
		if len(changes) > 0 {
			must(o.t, errOf(o.Save(o.ctx, examinee(n+1), sheet.AttemptID, sheet.Lease, changes, o.clock.Now())))
		}
		o.submit(sheet, n+1)
	}
	o.clock.Advance(3 * time.Hour)
	o.due()
	must(o.t, o.d.SQL().QueryRow(`SELECT s.version_id FROM exam e JOIN paper_slot s ON s.paper_id = e.paper_id AND s.slot = 3 WHERE e.id = $1`, int64(exam)).Scan(&third))
	return exam, third
}

// five are how five people answer: the third question decides.
var five = []string{
	"bbcbbbaaaa", // 50, and 60 when c is right
	"bbbbbbbbbb", // 100, and 90 when c is right
	"bbcbbbbbba", // 80, and 90
	"bbabbbaaaa", // 50 either way
	"bb-bbbbaaa", // 60, nothing answered
}

func (o *office) resultsOf(exam ExamID) map[account.PersonID]ResultRow {
	o.t.Helper()
	return o.resultsBeside(exam, o.thirdOf(exam))
}

// resultsBeside are an exam's newest results, read with how a question was done.
func (o *office) resultsBeside(exam ExamID, question VersionID) map[account.PersonID]ResultRow {
	o.t.Helper()
	var rows []ruledRow
	must(o.t, o.store.Select(o.ctx, o.d, &rows, "ruling_results", int64(exam), int64(question)))
	out := map[account.PersonID]ResultRow{}
	for _, r := range rows {
		out[r.PersonID] = r.ResultRow
	}
	return out
}

func (o *office) thirdOf(exam ExamID) (id VersionID) {
	o.t.Helper()
	must(o.t, o.d.SQL().QueryRow(`SELECT s.version_id FROM exam e JOIN paper_slot s ON s.paper_id = e.paper_id AND s.slot = 3 WHERE e.id = $1`, int64(exam)).Scan(&id))
	return id
}

// addsUp is an independent second check of every version of an exam: marks, totals, red lines, percentages and bands by the table
// of C43, worked out in SQL.
func (o *office) addsUp(exam ExamID) {
	o.t.Helper()
	if n := o.count(`SELECT count(*) FROM result r CROSS JOIN LATERAL (
			SELECT sum((m ->> 'mark')::numeric * 100) AS score, sum((m ->> 'points')::numeric * 100) AS total FROM jsonb_array_elements(r.marks) m) s
		WHERE r.exam_id = $1 AND r.cause <> 'absent' AND (r.score_hundredths <> s.score OR r.total_hundredths <> s.total
			OR r.percent_hundredths <> floor(s.score * 10000 / s.total) OR r.passed <> (s.score * 100 >= 60 * s.total)
			OR r.band <> CASE WHEN s.score * 100 >= 90 * s.total THEN 'excellent' WHEN s.score * 100 >= 70 * s.total THEN 'good'
				WHEN s.score * 100 >= 60 * s.total THEN 'pass' ELSE 'fail' END)`, int64(exam)); n != 0 {
		o.t.Errorf("%d versions do not add up", n)
	}
}

func (o *office) propose2(v account.Viewer, exam ExamID, r Ruling) CorrectionID {
	o.t.Helper()
	k, err := o.ProposeRuling(o.ctx, v, exam, r, "第三题答案有误")
	must(o.t, err)
	return k
}

func (o *office) rulingOf(v account.Viewer, k CorrectionID) (Correction, *RulingPreview) {
	o.t.Helper()
	order, _, err := o.Correction(o.ctx, v, k)
	must(o.t, err)
	p, err := o.RulingPreview(o.ctx, v, order, wholePage)
	must(o.t, err)
	return order, p
}

// Promise 11, threat 34: a wrong key is previewed, nothing changes until a second person approves, then versions are added for
// whoever is better off, and who would be worse off keeps the result.
// rule:attempt-promise-11
func TestAChangedKeyRegradesAnExam(t *testing.T) {
	o := newOffice(t, 9, 9)
	h := listen(o.Service)
	exam, third := o.sat(five...)
	_, err := o.Release(o.ctx, o.staff, exam)
	must(t, err)
	must(t, o.AnalyseDue(o.ctx, o.clock.Now()))
	before := o.resultsOf(exam)
	ruling := Ruling{VersionID: third, Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}
	dry, err := o.DryRun(o.ctx, o.hr(7), exam, ruling, wholePage)
	must(t, err)
	want := RulingTally{People: 5, Better: 2, Raised: 2, Bands: 2, Passes: 1, Spared: 1, Released: 2}
	if dry.Tally != want || dry.Refused != nil || len(dry.Results) != 3 || dry.Results[0].PersonID != 1 || dry.Results[2].Effect != RulingSpared {
		t.Fatalf("%+v %v", dry.Tally, dry.Refused)
	}
	if was, is, ok := dry.Results[0].Round(ScoreSixty); !ok || was != 5000 || is != 6000 {
		t.Errorf("the round goes from %s to %s, %v", was, is, ok)
	}
	if n := o.count(`SELECT count(*) FROM correction`); n != 0 {
		t.Fatal("a dry run left an order")
	}
	k := o.propose2(o.hr(7), exam, ruling)
	if n := o.count(`SELECT count(*) FROM result`); n != 5 || len(h.corrected) != 0 || len(h.proposed) != 1 || h.proposed[0].PersonID != 0 {
		t.Fatalf("a proposal changed a result, or was not told: %+v", h.proposed)
	}
	_, waits := o.rulingOf(o.hr(8), k)
	if waits.Tally != want || waits.Seen == 0 || waits.Done {
		t.Fatalf("%+v", waits)
	}
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, waits.Seen, "核对过教材"))
	after := o.resultsOf(exam)
	for person, score := range map[account.PersonID]score.Hundredths{1: 6000, 2: 10000, 3: 9000, 4: 5000, 5: 6000} {
		if after[person].Score != score {
			t.Errorf("person %d has %s", person, after[person].Score)
		}
	}
	for _, person := range []account.PersonID{2, 4, 5} {
		if after[person].ID != before[person].ID {
			t.Errorf("person %d got a version", person)
		}
	}
	if r := after[1]; r.Version != 2 || r.Cause != "regrade" || r.ReleasedAt == nil || !r.Passed || before[1].Passed {
		t.Errorf("%+v", r)
	}
	if len(h.corrected) != 2 || h.corrected[0].ResultID != after[1].ID || h.corrected[0].Before.ResultID != before[1].ID || h.corrected[0].RoundID == 0 {
		t.Errorf("%+v", h.corrected)
	}
	if n := o.count(`SELECT count(*) FROM correction_spared WHERE correction_id = $1 AND result_id = $2 AND score_hundredths = 9000`, int64(k), int64(before[2].ID)); n != 1 {
		t.Error("nothing says whose result was spared")
	}
	if n := o.count(`SELECT count(*) FROM audit_event WHERE subject = $1 AND act IN ('exam.correction.propose', 'exam.correction.approve')`, correctionSubject(k)); n != 2 {
		t.Errorf("%d of 2 acts are in the audit", n)
	}
	o.addsUp(exam)
	_, done := o.rulingOf(o.hr(9), k)
	if !done.Done || done.Tally.Better != 2 || done.Tally.Spared != 1 || done.Tally.Passes != 1 || done.Results[0].After.ResultID != after[1].ID || done.Results[0].MarkAfter.Mark != 1000 {
		t.Errorf("%+v", done)
	}
	seen, err := o.Result(o.ctx, examinee(2), *after[2].AttemptID)
	must(t, err)
	if seen.Slots[2].Ruled != ChangeKey || seen.Slots[2].Key.Choices[0] != "c" || seen.Slots[2].Mark != 1000 {
		t.Errorf("the look back: %+v", seen.Slots[2])
	}
	o.analysedBy(exam, third, 2, "c")
	// What is ruled already is no ruling.
	if _, err := o.ProposeRuling(o.ctx, o.hr(7), exam, ruling, "再来一次"); err != nil && !errs.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
}

// analysedBy computes the analysis anew: so many of five earn the points of the question by the key that counts.
func (o *office) analysedBy(exam ExamID, version VersionID, right int, key string) {
	o.t.Helper()
	if n := o.count(`SELECT count(*) FROM exam_analysis_due WHERE exam_id = $1`, int64(exam)); n != 1 {
		o.t.Fatal("no analysis is wanted after the regrade")
	}
	must(o.t, o.AnalyseDue(o.ctx, o.clock.Now()))
	a, err := o.Analysis(o.ctx, o.staff, exam)
	must(o.t, err)
	for _, it := range a.Items {
		if VersionID(it.VersionID) != version {
			continue
		}
		if it.Sums.V.N != 5 || it.Sums.V.X != float64(right) || it.Ruled != ChangeKey || it.Question.Key.Choices[0] != key {
			o.t.Errorf("%+v, key %v", it.Sums.V, it.Question.Key)
		}
		return
	}
	o.t.Error("the question is not in the analysis")
}

// A dropped question: everybody is marked over the other points, but for whom that would make worse off.
func TestADroppedQuestionCountsForNothing(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, third := o.sat("bbabbbaaaa", "bbbbbbbbbb", "bbbbbbaaaa", "bbabbbbaaa", "----------")
	k := o.propose2(o.hr(7), exam, Ruling{VersionID: third, Act: Drop})
	_, p := o.rulingOf(o.hr(8), k)
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	after := o.resultsOf(exam)
	for person, want := range map[account.PersonID][2]score.Hundredths{1: {5000, 9000}, 2: {9000, 9000}, 3: {6000, 10000}, 4: {6000, 9000}, 5: {0, 9000}} {
		if r := after[person]; r.Score != want[0] || r.Total != want[1] || r.ReleasedAt != nil {
			t.Errorf("person %d: %s of %s", person, r.Score, r.Total)
		}
	}
	if p.Tally.Spared != 1 || p.Tally.Better != 4 || p.Tally.Passes != 0 || p.Tally.Released != 0 {
		t.Errorf("%+v", p.Tally)
	}
	o.addsUp(exam)
	_, err := o.Release(o.ctx, o.staff, exam)
	must(t, err)
	seen, err := o.Result(o.ctx, examinee(1), *after[1].AttemptID)
	must(t, err)
	if s := seen.Slots[2]; s.Ruled != Drop || s.Points != 0 || s.Mark != 0 {
		t.Errorf("%+v", s)
	}
	var points score.Hundredths
	for _, topic := range seen.Topics {
		points += topic.Points
	}
	if points != 9000 {
		t.Errorf("the knowledge points add up to %s", points)
	}
	must(t, o.AnalyseDue(o.ctx, o.clock.Now()))
	a, err := o.Analysis(o.ctx, o.staff, exam)
	must(t, err)
	if len(a.Rulings) != 1 || a.Rulings[0].Act != Drop || a.People != 5 {
		t.Errorf("%+v", a.Rulings)
	}
	for _, it := range a.Items {
		if VersionID(it.VersionID) == third && it.Sums.V.N != 0 {
			t.Errorf("a dropped question has figures: %+v", it.Sums.V)
		}
	}
	hand := itemstat.Figure{Value: 100 * float64(50+90+50+60+0) / 90 / 5, Known: true} // person 3 too without the question
	if a.Paper.Mean.Text(6) != hand.Text(6) {
		t.Errorf("the mean is %s, by hand %s", a.Paper.Mean.Text(6), hand.Text(6))
	}
	o.retakeWithout(exam, third)
}

// retakeWithout: nobody lost anything at a question that counts for nothing.
func (o *office) retakeWithout(exam ExamID, third VersionID) {
	o.t.Helper()
	must(o.t, o.d.InTx(o.ctx, func(tx *db.Tx) error {
		e, err := o.store.exam(o.ctx, tx, exam)
		if err != nil {
			return err
		}
		first, err := o.firstSittings(o.ctx, tx, e, []int64{1})
		if len(first[1]) != 9 {
			o.t.Errorf("the retake is drawn after %d questions", len(first[1]))
		}
		return err
	}))
}

// Everybody gets the points, and another answer is right too; a late answer counts by what was ruled, whichever came first.
func TestFullMarksAndAdmittedAnswers(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, third := o.sat(five...)
	decide := func(r Ruling) *RulingPreview {
		t.Helper()
		k := o.propose2(o.hr(7), exam, r)
		_, p := o.rulingOf(o.hr(8), k)
		must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
		o.addsUp(exam)
		return p
	}
	p := decide(Ruling{VersionID: third, Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("c")}})
	if p.Tally.Better != 2 || p.Tally.Spared != 0 || len(p.Ruling.Keys) != 2 {
		t.Errorf("admitted: %+v", p.Tally)
	}
	if _, err := o.ProposeRuling(o.ctx, o.hr(7), exam, Ruling{VersionID: third, Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b")}}, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("what counts already was admitted again: %v", err)
	}
	p = decide(Ruling{VersionID: third, Act: FullMarks})
	if p.Tally.Better != 2 || p.Stands.Act != AdmitAnswer { // those with a, and with nothing
		t.Errorf("full marks: %+v", p.Tally)
	}
	for person, want := range map[account.PersonID]score.Hundredths{1: 6000, 2: 10000, 3: 9000, 4: 6000, 5: 7000} {
		if got := o.resultsOf(exam)[person].Score; got != want {
			t.Errorf("person %d has %s", person, got)
		}
	}
	p = decide(Ruling{VersionID: third, Act: Drop})
	if got := o.resultsOf(exam); p.Tally.Spared != 4 || got[2].Total != 9000 || got[5].Score != 7000 {
		t.Errorf("dropped after full marks: %+v", p.Tally)
	}
}

// A late answer to a ruled question is marked by the ruling, and a ruling marks the late answer that an order admitted.
func TestLateAnswersAndRulingsMeet(t *testing.T) {
	for _, first := range []CorrectionKind{LateAnswers, QuestionRuling} {
		t.Run(string(first), func(t *testing.T) {
			o := newOffice(t, 9, 9)
			exam := o.published(2, func(s *Settings) { s.ShuffleSlots = false })
			other := o.begin(exam, 2)
			must(t, errOf(o.Save(o.ctx, examinee(2), other.AttemptID, other.Lease, []Change{choose(3, 1, "c")}, o.clock.Now())))
			o.submit(other, 2)
			sheet := o.late(exam, 1, 2, choose(3, 11, "c"), choose(5, 12, "b"))
			o.clock.Advance(3 * time.Hour)
			o.due()
			third := o.thirdOf(exam)
			late := func(want score.Hundredths, evidence ...int) {
				t.Helper()
				must(t, o.ApproveCorrection(o.ctx, o.hr(4), o.propose(o.hr(3), sheet.AttemptID, evidence...), o.newestOf(sheet.AttemptID).ID, ""))
				if got := o.newestOf(sheet.AttemptID); got.Score != want {
					t.Errorf("with the late answers: %s, want %s", got.Score, want)
				}
			}
			rule := func(want score.Hundredths, r Ruling) {
				t.Helper()
				k := o.propose2(o.hr(3), exam, r)
				_, p := o.rulingOf(o.hr(4), k)
				must(t, o.ApproveCorrection(o.ctx, o.hr(4), k, p.Seen, ""))
				if got := o.newestOf(sheet.AttemptID); got.Score != want {
					t.Errorf("with the ruling: %s, want %s", got.Score, want)
				}
			}
			another := Ruling{VersionID: third, Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}
			if first == LateAnswers {
				late(3000, 1, 2) // c is wrong yet
				rule(4000, another)
			} else {
				rule(2000, another) // what was given in time is wrong either way
				late(4000, 1, 2)
			}
			o.addsUp(exam)
		})
	}
}

// Whoever hands in after the ruling is marked by it.
func TestAHandInAfterARuling(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, third := o.sat(five[0], five[1])
	k := o.propose2(o.hr(7), exam, Ruling{VersionID: third, Act: Drop})
	_, p := o.rulingOf(o.hr(8), k)
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	again := o.clock.Now().Add(3 * time.Hour)
	must(t, o.Void(o.ctx, o.staff, exam, 1, VoidOrder{Reason: "考场停电", AgainUntil: &again}))
	sheet := o.begin(exam, 1)
	o.answer(sheet, 1, 9)
	o.submit(sheet, 1)
	if r := o.newestOf(sheet.AttemptID); r.Score != 8000 || r.Total != 9000 {
		t.Errorf("%s of %s", r.Score, r.Total)
	}
}
