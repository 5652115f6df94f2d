package exam

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// A correction's life on the real database: whoever does whatever in any order, each version comes of one approval by a
// second person, scores only rise, and each attempt has at most one order that waits.
func TestCorrectionModel(t *testing.T) {
	o := newOffice(t, 8, 8)
	exam := o.published(1, nil)
	var changes []Change
	for slot := 1; slot <= 10; slot++ {
		changes = append(changes, choose(slot, int64(10+slot), []string{"b", "a", "c"}[slot%3]))
	}
	sheet := o.late(exam, 1, 2, changes...)
	id := sheet.AttemptID
	approved := 0
	var orders []CorrectionID
	rapid.Check(t, func(rt *rapid.T) {
		rt.Repeat(map[string]func(*rapid.T){
			"propose": func(rt *rapid.T) {
				evidence := rapid.SliceOfNDistinct(rapid.IntRange(1, 10), 1, 3, rapid.ID[int]).Draw(rt, "evidence")
				waiting := o.count(`SELECT count(*) FROM correction WHERE state = 'proposed'`)
				k, err := o.ProposeLateAnswers(o.ctx, o.hr(rapid.IntRange(1, 3).Draw(rt, "who")), id, LateOrder{Evidence: evidence}, "x")
				if err == nil {
					orders = append(orders, k)
					if waiting != 0 {
						rt.Fatal("two orders wait")
					}
				}
			},
			"decide": func(rt *rapid.T) {
				if len(orders) == 0 {
					rt.Skip("nothing proposed")
				}
				k := orders[len(orders)-1-rapid.IntRange(0, min(2, len(orders)-1)).Draw(rt, "order")]
				who := o.hr(rapid.IntRange(1, 3).Draw(rt, "who"))
				before, was := o.newestOf(id), o.count(`SELECT count(*) FROM correction WHERE id = $1 AND state = 'proposed'`, int64(k))
				var err error
				switch act := rapid.SampledFrom([]CorrectionAct{ActApprove, ActReject, ActWithdraw}).Draw(rt, "act"); act {
				case ActApprove:
					if err = o.ApproveCorrection(o.ctx, who, k, before.ID, ""); err == nil {
						approved++
					}
				case ActReject:
					err = o.RejectCorrection(o.ctx, who, k, "x")
				case ActWithdraw:
					err = o.WithdrawCorrection(o.ctx, who, k, "")
				}
				if err == nil && was != 1 {
					rt.Fatal("decided twice")
				}
				if after := o.newestOf(id); after.Score < before.Score {
					rt.Fatalf("%s fell to %s", before.Score, after.Score)
				}
			},
			"": func(rt *rapid.T) {
				if n := o.count(`SELECT count(*) FROM result`); n != 1+approved {
					rt.Fatalf("%d versions after %d approvals", n, approved)
				}
				if n := o.count(`SELECT count(*) FROM correction WHERE state IN ('approved', 'rejected') AND (decided_by_person = proposed_by_person OR decided_by_person = 1)`); n != 0 {
					rt.Fatal("decided by the proposer or by whom it is about")
				}
			},
		})
	})
	if approved == 0 {
		t.Error("no run approved anything")
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
