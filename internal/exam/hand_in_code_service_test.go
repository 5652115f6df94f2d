package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// What a page could not send comes as a code: it is kept once, counts nothing, and an order with a second signature admits it.
// rule:attempt-promise-6
func TestHandInCodeIsEvidence(t *testing.T) {
	o := newOffice(t, 4, 4)
	exam := o.published(1, nil)
	sheet := o.begin(exam, 1)
	o.answer(sheet, 1, 5)
	text := codeText(sheet.AttemptID.String(), `[[6,206,{"choice":"b"}]]`, sheet.Lease)
	o.clock.Set(sheet.DeadlineAt.Add(3 * time.Minute))
	o.due()
	before := o.newestOf(sheet.AttemptID)
	for range 2 {
		n, err := o.TakeInCode(o.ctx, o.hr(3), exam, 1, text)
		if err != nil || n != (TakenIn{Sent: 1, Kept: 1}) {
			t.Fatalf("%+v, %v", n, err)
		}
	}
	if n := o.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'code' AND body->>'slot' = '6'`); n != 1 {
		t.Errorf("%d rows of evidence", n)
	}
	if now := o.newestOf(sheet.AttemptID); now.Version != before.Version || now.Score != before.Score {
		t.Error("a code was marked by itself")
	}
	list, err := o.lateAttempts(exam)
	if err != nil || len(list) != 1 || list[0].Code != 1 || list[0].Answers != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	k := o.propose(o.hr(3), sheet.AttemptID, 1)
	must(t, o.ApproveCorrection(o.ctx, o.hr(4), k, before.ID, ""))
	if now := o.newestOf(sheet.AttemptID); now.Score <= before.Score {
		t.Errorf("the admitted answer counts nothing: %v, before %v", now.Score, before.Score)
	}
}

func TestHandInCodeIsRefused(t *testing.T) {
	o := newOffice(t, 5, 3)
	exam := o.published(2, nil)
	sheet, other := o.begin(exam, 1), o.begin(exam, 2)
	answers := `[[6,206,{"choice":"b"}]]`
	good := codeText(sheet.AttemptID.String(), answers, sheet.Lease)
	old := good
	for _, c := range []struct {
		name, text string
		by         account.Viewer
		want       errs.Kind
	}{
		{"changed", strings.Replace(good, "PK1."+sheet.AttemptID.String(), "PK1."+other.AttemptID.String(), 1), o.hr(4), errs.Invalid},
		{"another person's", codeText(other.AttemptID.String(), answers, other.Lease), o.hr(4), errs.Invalid},
		{"signed by another lease", codeText(sheet.AttemptID.String(), answers, other.Lease), o.hr(4), errs.Invalid},
		{"no such question", codeText(sheet.AttemptID.String(), `[[99,206,{"choice":"b"}]]`, sheet.Lease), o.hr(4), errs.Invalid},
		{"no answer to it", codeText(sheet.AttemptID.String(), `[[6,206,{"blanks":["b"]}]]`, sheet.Lease), o.hr(4), errs.Invalid},
		{"no code", "PK1", o.hr(4), errs.Invalid},
		{"by a trainer", good, as(4, account.Trainer, o.east), errs.Forbidden},
		{"by who sits it", good, o.hr(2), errs.Forbidden},
		{"from outside", good, as(4, account.HR, o.west), errs.NotFound},
	} {
		if _, err := o.TakeInCode(o.ctx, c.by, exam, 1, c.text); !errs.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	_, err := o.TakeOver(o.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "tab two"})
	must(t, err)
	if _, err := o.TakeInCode(o.ctx, o.hr(4), exam, 1, old); !errs.Is(err, errs.Invalid) {
		t.Errorf("of the device before the take-over: %v", err)
	}
	if n := o.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'code'`); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}
