package exam

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// rule:C51 rule:N05: who no longer owes a retake cannot begin it and is not absent from it; who has begun is left to the end.
func TestWithdraw(t *testing.T) {
	c := newClinic(t, 2)
	h := &heard{}
	c.OnRelease(h)
	original := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	for person := 1; person <= 2; person++ {
		sheet := c.begin(original, person)
		c.answer(sheet, person, 3)
		c.submit(sheet, person)
	}
	round, retake := h.released[0].RoundID, ExamID(0)
	for person := account.PersonID(1); person <= 2; person++ {
		must(t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
			retake, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), []SitsAgain{{person, tx.Now().Add(7 * 24 * time.Hour)}})
			return err
		}))
	}
	withdraw := func(exam ExamID, person account.PersonID) (off bool) {
		t.Helper()
		must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error {
			taken, err := c.Withdraw(c.ctx, tx, exam, []account.PersonID{person})
			off = len(taken) == 1 && taken[0] == person
			return err
		}))
		return off
	}
	running := c.begin(retake, 2)
	for _, w := range []struct {
		exam   ExamID
		person account.PersonID
		want   bool
	}{{retake, 1, true}, {retake, 1, false}, {retake, 2, false}, {original, 1, false}} {
		if got := withdraw(w.exam, w.person); got != w.want {
			t.Errorf("exam %d, person %d: %v", w.exam, w.person, got)
		}
	}
	if _, _, err := c.Start(c.ctx, examinee(1), retake, Arrival{Client: "tab"}); !errs.Is(err, errs.Gone) {
		t.Error("a withdrawn person begins:", err)
	}
	if mine, err := c.MyExams(c.ctx, examinee(1)); err != nil || len(mine) != 1 {
		t.Errorf("the list still holds it: %+v %v", mine, err)
	}
	c.answer(running, 2, 9)
	c.submit(running, 2)
	c.clock.Advance(8 * 24 * time.Hour)
	c.due()
	if n := c.count(`SELECT count(*) FROM result WHERE exam_id = $1 AND cause = 'absent'`, int64(retake)); n != 0 {
		t.Errorf("%d absences", n)
	}
	if n := c.count(`SELECT count(*) FROM exam WHERE id = $1 AND state = 'marked'`, int64(retake)); n != 1 {
		t.Error("the exam waits for somebody")
	}
}
