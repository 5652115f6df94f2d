package exam

import (
	"math"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// A page that reports absurd lengths cannot make the examiner's summary of the whole exam fail.
func TestAbsurdLengthsAreBounded(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.watching(2, Integrity{})
	sheet := c.begin(exam, 1)
	for _, events := range [][]PageEvent{{{"hidden", 1, math.MaxInt64}, {"hidden", 2, math.MaxInt64}}, {{"hidden", math.MinInt64, 5}}} {
		_, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, events, c.clock.Now())
		must(t, err)
	}
	rows, _, err := c.IntegrityPeople(c.ctx, c.staff, exam, 50, 0)
	must(t, err)
	if got := rows[0].Kinds.V["hidden"]; got.N != 3 || got.LengthMS != 2*maxEventMS+5 {
		t.Errorf("%+v", got)
	}
}

// What a page notices, however much, leaves room for refused answers: they are never dropped while nobody is told (promise 7).
func TestEvidenceKeepsRoomForAnswers(t *testing.T) {
	o := newOffice(t, 4, 4)
	exam := o.published(1, nil)
	sheet := o.begin(exam, 1)
	for batch := range 1000 / MaxPageEvents {
		events := make([]PageEvent, MaxPageEvents)
		for i := range events {
			events[i] = PageEvent{Kind: "hidden", AtMS: int64(batch*MaxPageEvents + i), LengthMS: 1}
		}
		_, err := o.Heartbeat(o.ctx, examinee(1), sheet.AttemptID, sheet.Lease, events, o.clock.Now())
		must(t, err)
	}
	o.submit(sheet, 1)
	text := codeText(sheet.AttemptID.String(), `[[6,206,{"choice":"b"}]]`, sheet.Lease)
	if n, err := o.TakeInCode(o.ctx, o.hr(3), exam, 1, text); err != nil || n.Kept != 1 || n.Sent != 1 {
		t.Fatalf("%+v, %v", n, err)
	}
	if n := o.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'code'`); n != 1 {
		t.Errorf("the invigilator was told that the answer is kept, and %d are", n)
	}
}

// How the markers of an exam mark is told of the answers inside the viewer's part of the tree, as the queue is.
func TestMarkerFiguresStayInside(t *testing.T) {
	c, id, _ := newMarkingClinic(t, 1)
	c.markAll(marker(3), id, 100, 50)
	if all, err := c.MarkerFigures(c.ctx, c.staff, id); err != nil || len(all) != 1 || all[0].Answers != 3 {
		t.Fatalf("%+v %v", all, err)
	}
	elsewhere := account.Viewer{PersonID: 4, Grants: []account.Grant{{Role: account.HR, UnitID: 99, Units: []account.UnitID{99}}}}
	if some, err := c.MarkerFigures(c.ctx, elsewhere, id); err != nil || len(some) != 0 {
		t.Errorf("another branch's HR sees %+v %v", some, err)
	}
	if _, err := c.MarkerFigures(c.ctx, examinee(1), id); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee: %v", err)
	}
}
