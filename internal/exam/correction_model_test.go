package exam

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// A correction's life on the real database: whoever does whatever in any order, each version comes of one approval by a
// second person, nobody is ever worse off, at most one order of a kind waits, and all versions add up.
func TestCorrectionModel(t *testing.T) {
	o := newOffice(t, 8, 8)
	approved := map[CorrectionKind]int{}
	var exam ExamID
	var exams []ExamID
	var id AttemptID
	var versions []VersionID
	var orders []CorrectionID
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs%runsOfAnExam == 1 {
			exam, id, versions = o.correctableExam()
			orders, exams = nil, append(exams, exam)
		}
		hr := func() account.Viewer { return o.hr(rapid.SampledFrom([]int{1, 3, 4}).Draw(rt, "who")) } // 1 sat it
		waits := func() int { return o.count(`SELECT count(*) FROM correction WHERE state = 'proposed'`) }
		rt.Repeat(map[string]func(*rapid.T){
			"propose": func(rt *rapid.T) {
				evidence := rapid.SliceOfNDistinct(rapid.IntRange(1, 10), 1, 3, rapid.ID[int]).Draw(rt, "evidence")
				before := waits()
				if k, err := o.ProposeLateAnswers(o.ctx, hr(), id, LateOrder{Evidence: evidence}, "x"); err == nil {
					if orders = append(orders, k); waits() != before+1 {
						rt.Fatal("two orders on one attempt wait")
					}
				}
			},
			"rule": func(rt *rapid.T) {
				r := Ruling{VersionID: rapid.SampledFrom(versions).Draw(rt, "version"), Act: rapid.SampledFrom(RulingActs).Draw(rt, "act")}
				if r.Act.ByAnswer() {
					r.Keys = []questionbank.Key{keyOf(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key"))}
				}
				if k, err := o.ProposeRuling(o.ctx, hr(), exam, r, "x"); err == nil {
					orders = append(orders, k)
				}
				if n := o.count(`SELECT count(*) FROM correction WHERE state = 'proposed' AND kind = 'question' AND exam_id = $1`, int64(exam)); n > 1 {
					rt.Fatal("two rulings wait")
				}
			},
			"decide": func(rt *rapid.T) {
				if len(orders) == 0 {
					rt.Skip("nothing proposed")
				}
				k := orders[len(orders)-1-rapid.IntRange(0, min(2, len(orders)-1)).Draw(rt, "order")]
				before := o.resultsBeside(exam, versions[2])
				var kind CorrectionKind
				var was CorrectionState
				must(t, o.d.SQL().QueryRow(`SELECT kind, state FROM correction WHERE id = $1`, int64(k)).Scan(&kind, &was))
				seen := before[1].ID
				if kind == QuestionRuling {
					seen = max(seen, before[2].ID)
				}
				who := hr()
				var err error
				switch act := rapid.SampledFrom([]CorrectionAct{ActApprove, ActReject, ActWithdraw}).Draw(rt, "act"); act {
				case ActApprove:
					if err = o.ApproveCorrection(o.ctx, who, k, seen, ""); err == nil {
						approved[kind]++
					}
				case ActReject:
					err = o.RejectCorrection(o.ctx, who, k, "x")
				case ActWithdraw:
					err = o.WithdrawCorrection(o.ctx, who, k, "")
				}
				if err == nil && was != CorrectionProposed {
					rt.Fatal("decided twice")
				}
				for person, after := range o.resultsBeside(exam, versions[2]) {
					if after.standing().worse(score.DefaultBands(), before[person].standing()) {
						rt.Fatalf("person %d went from %+v to %+v", person, before[person].standing(), after.standing())
					}
				}
			},
			"": func(rt *rapid.T) {
				var stand, brought, wrong int
				must(t, o.d.SQL().QueryRow(`SELECT (SELECT count(*) FROM result WHERE exam_id = $1),
					(SELECT count(*) FROM correction_result k JOIN correction c ON c.id = k.correction_id AND c.state = 'approved' AND c.exam_id = $1),
					(SELECT count(*) FROM correction WHERE state IN ('approved', 'rejected') AND (decided_by_person = proposed_by_person OR decided_by_person IN (1, 2)))`,
					int64(exam)).Scan(&stand, &brought, &wrong))
				if stand != 2+brought {
					rt.Fatalf("%d versions, orders brought %d", stand, brought)
				}
				if wrong != 0 {
					rt.Fatal("decided by the proposer or by whom it is about")
				}
				o.addsUp(exam)
			},
		})
	})
	for _, exam := range exams { // nor did what was done to a later one disturb it
		o.addsUp(exam)
	}
	if approved[LateAnswers] == 0 || approved[QuestionRuling] == 0 {
		t.Errorf("no run approved one of each: %v", approved)
	}
}

// runsOfAnExam is how many runs share an exam: after some, rulings have settled every question and nothing more can be corrected.
const runsOfAnExam = 5

// correctableExam is an exam that two people sat, the first with answers that came late.
func (o *office) correctableExam() (exam ExamID, late AttemptID, versions []VersionID) {
	exam = o.published(2, nil)
	other := o.begin(exam, 2)
	o.answer(other, 2, 6)
	o.submit(other, 2)
	var changes []Change
	for slot := 1; slot <= 10; slot++ {
		changes = append(changes, choose(slot, int64(10+slot), []string{"b", "a", "c"}[slot%3]))
	}
	late = o.late(exam, 1, 2, changes...).AttemptID
	o.clock.Advance(3 * time.Hour)
	o.due()
	var questions []RulableQuestion
	must(o.t, o.store.Select(o.ctx, o.d, &questions, "ruling_questions", int64(exam)))
	for _, q := range questions {
		versions = append(versions, q.VersionID)
	}
	return exam, late, versions
}

// The budget of a page is eight statements with the bell and the policy; who reaches everybody costs no more for a room of them.
func TestStatementsOfRulings(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, third := o.sat(five...)
	must(t, errOf(o.Release(o.ctx, o.staff, exam)))
	ruling := Ruling{VersionID: third, Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}
	k := o.propose2(o.hr(7), exam, ruling)
	order, _, err := o.Correction(o.ctx, o.hr(8), k)
	must(t, err)
	for _, c := range []struct {
		name string
		most int
		ask  func() error
	}{
		{"the list", 5, func() error { return errOf(o.Rulable(o.ctx, o.hr(8), exam, "", wholePage)) }},
		{"the question", 8, func() error { return errOf(o.RulingCase(o.ctx, o.hr(8), exam, third)) }},
		{"the dry run", 8, func() error { return errOf(o.DryRun(o.ctx, o.hr(8), exam, ruling, wholePage)) }},
		{"the order's preview", 8, func() error { return errOf(o.RulingPreview(o.ctx, o.hr(8), order, wholePage)) }},
	} {
		var err error
		n := o.statements(func() { err = c.ask() })
		if err != nil || n > c.most {
			t.Errorf("%s: %d statements, at most %d; %v", c.name, n, c.most, err)
		}
	}
}

// The budget of a page is eight statements with the bell and the policy.
func TestStatementsOfCorrections(t *testing.T) {
	o := newOffice(t, 3, 3)
	exam := o.published(1, func(s *Settings) { s.Release = ReleaseAtHandIn })
	sheet := o.late(exam, 1, 5, choose(6, 11, "b"))
	k := o.propose(o.hr(2), sheet.AttemptID, 1)
	for _, c := range []struct {
		name string
		most int
		ask  func() error
	}{
		{"orders", 2, func() error { _, _, _, err := o.Corrections(o.ctx, o.hr(3), exam, page.New(1, 20)); return err }},
		{"late", 1, func() error { return errOf(o.lateAttempts(exam)) }},
		{"late case", 3, func() error { return errOf(o.LateCase(o.ctx, o.hr(3), sheet.AttemptID)) }},
		{"order", 6, func() error { _, _, err := o.Correction(o.ctx, o.hr(3), k); return err }},
		{"waiting", 1, func() error { return errOf(o.CorrectionsWaiting(o.ctx, o.hr(3))) }},
	} {
		var err error
		n := o.statements(func() { err = c.ask() })
		if err != nil || n > c.most {
			t.Errorf("%s: %d statements, at most %d; %v", c.name, n, c.most, err)
		}
	}
}

func (o *office) lateAttempts(exam ExamID) ([]LateAttempt, error) {
	rows, _, err := o.LateAttempts(o.ctx, o.hr(3), exam, page.New(1, 20))
	return rows, err
}

// Threat 34: marked again with the same key and nothing admitted, every attempt comes to what it was.
func TestRegradeOfTheSameIsTheSame(t *testing.T) {
	const people = 12
	o := newOffice(t, people, people)
	exam := o.published(people, nil)
	for n := 1; n <= people; n++ {
		sheet := o.begin(exam, n)
		o.answer(sheet, n, n%11)
		o.submit(sheet, n)
		a, err := o.correctable(o.ctx, o.d, account.System(), account.ExamCorrect, sheet.AttemptID)
		must(t, err)
		r, err := o.regrade(o.ctx, o.d, a, LateOrder{}, 0, nil)
		must(t, err)
		if r.marking.Score != r.current.Score || r.judged.Percent != r.current.Percent || r.judged.Band != r.current.Band || r.judged.Passed != r.current.Passed {
			t.Errorf("%d right: %+v, was %+v", n%11, r.judged, r.current)
		}
		if err := CheckCorrected(r.bands, r.current, r.marking, r.judged); !errs.Is(err, errs.Conflict) {
			t.Errorf("a regrade of the same passes for a correction: %v", err)
		}
	}
}

// However many approve at once, while the exam is released at its close: one version is added, and it alone is released.
func TestApprovalsAtOnce(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam := o.published(1, func(s *Settings) { s.Release = ReleaseAtClose })
	sheet := o.late(exam, 1, 5, choose(6, 11, "b"))
	first := o.newestOf(sheet.AttemptID)
	k := o.propose(o.hr(2), sheet.AttemptID, 1)
	o.clock.Advance(2 * time.Hour)
	done := make(chan error)
	for n := 3; n <= 9; n++ {
		go func() { done <- o.ApproveCorrection(o.ctx, o.hr(n), k, first.ID, "") }()
	}
	go func() { done <- o.Due(o.ctx, o.clock.Now()) }()
	approved := 0
	for range 8 {
		if err := <-done; err == nil {
			approved++
		} else if !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	o.due()
	if n := o.count(`SELECT count(*) FROM result`); n != 2 || approved != 2 { // one approval, and Due
		t.Errorf("%d versions, %d went through", n, approved)
	}
	if r := o.newestOf(sheet.AttemptID); r.Version != 2 || r.ReleasedAt == nil {
		t.Errorf("%+v", r)
	}
}
