package exam

import (
	"errors"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

func ref[T any](v T) *T { return &v }

func TestCheckEntry(t *testing.T) {
	slots := []PaperSlot{{Slot: 1, Points: 200}, {Slot: 2, Points: 300}}
	for name, c := range map[string]struct {
		marks []EnteredMark
		sum   score.Hundredths
		want  string // the field that is wrong; "-" = refused as a whole
	}{
		"all of it":           {[]EnteredMark{{1, ref(score.Hundredths(200))}, {2, ref(score.Hundredths(300))}}, 500, ""},
		"not answered":        {[]EnteredMark{{1, nil}, {2, ref(score.Hundredths(150))}}, 150, ""},
		"nothing":             {[]EnteredMark{{1, nil}, {2, nil}}, 0, ""},
		"beyond its points":   {[]EnteredMark{{1, ref(score.Hundredths(201))}, {2, nil}}, 201, "marks.1"},
		"below nothing":       {[]EnteredMark{{1, ref(score.Hundredths(-1))}, {2, nil}}, -1, "marks.1"},
		"another sum":         {[]EnteredMark{{1, ref(score.Hundredths(200))}, {2, ref(score.Hundredths(300))}}, 499, "sum"},
		"a slot too few":      {[]EnteredMark{{1, nil}}, 0, "-"},
		"a slot of something": {[]EnteredMark{{1, nil}, {3, nil}}, 0, "-"},
	} {
		err := checkEntry(slots, c.marks, c.sum)
		switch {
		case c.want == "" && err != nil, c.want != "" && err == nil, c.want == "-" && !errs.Is(err, errs.BadRequest):
			t.Errorf("%s: %v", name, err)
		case c.want != "" && c.want != "-":
			var known *errs.Error
			if !errors.As(err, &known) || len(known.Fields) != 1 || known.Fields[0].Name != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// rule:C37 an exam on paper: nobody starts it in the browser, the clock makes nobody absent, two people key marks and sum in, and
// what comes of it is a result like any other, with its retake.
func TestExamOnPaper(t *testing.T) {
	c := newClinic(t, 5)
	h := &heard{}
	c.OnRelease(h)
	c.OnHandIn(h)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(10))
	must(t, err)
	must(t, c.SetOnPaper(c.ctx, c.staff, id, true))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2, 3}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	if err := c.SetOnPaper(c.ctx, c.staff, id, false); !errs.Is(err, errs.Conflict) {
		t.Errorf("changed after it was published: %v", err)
	}
	if _, _, err := c.Start(c.ctx, examinee(1), id, Arrival{Client: "tab"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("started: %v", err)
	}
	first, second := account.Operator("first"), account.Operator("second")
	first.PersonID, second.PersonID = 4, 5
	marks := func(full int) (out []EnteredMark, sum score.Hundredths) {
		for slot := 1; slot <= 10; slot++ {
			m := EnteredMark{Slot: slot}
			if slot <= full {
				m.Mark, sum = ref(score.Whole(10)), sum+score.Whole(10)
			}
			out = append(out, m)
		}
		return out, sum
	}
	given, sum := marks(9)
	if err := c.EnterMarks(c.ctx, first, id, 1, given, sum-1); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong sum: %v", err)
	}
	must(t, c.EnterMarks(c.ctx, first, id, 1, given, sum))
	if err := c.ConfirmMarks(c.ctx, first, id, 1, sum); !errs.Is(err, errs.Conflict) {
		t.Errorf("confirmed by whoever keyed it in: %v", err)
	}
	if err := c.ConfirmMarks(c.ctx, second, id, 1, sum+100); !errs.Is(err, errs.Invalid) {
		t.Errorf("another sum: %v", err)
	}
	if e, err := c.PaperEntry(c.ctx, second, id, 1); err != nil || e.Marks != nil || e.Sheet.Sum != nil || len(e.Slots) != 10 {
		t.Errorf("the second person sees the first one's marks: %+v %v", e.Marks, err)
	}
	must(t, c.ConfirmMarks(c.ctx, second, id, 1, sum))
	if err := c.EnterMarks(c.ctx, second, id, 1, given, sum); !errs.Is(err, errs.Conflict) {
		t.Errorf("keyed in again: %v", err)
	}
	failing, low := marks(3)
	must(t, c.EnterMarks(c.ctx, second, id, 2, failing, low))
	must(t, c.ConfirmMarks(c.ctx, first, id, 2, low))
	if err := c.AbsentOnPaper(c.ctx, first, id, 3, "没来"); !errs.Is(err, errs.Conflict) {
		t.Errorf("absent before the close: %v", err)
	}
	if _, err := c.PaperEntry(c.ctx, account.Viewer{PersonID: 1}, id, 2); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a consultant looks: %v", err)
	}
	c.clock.Advance(26 * time.Hour)
	c.due()
	if n := c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND state = 'absent'`, int64(id)); n != 0 {
		t.Fatalf("%d are absent by the clock", n)
	}
	must(t, c.AbsentOnPaper(c.ctx, first, id, 3, "没来"))
	c.due()
	sheets, total, err := c.PaperSheets(c.ctx, first, id, PaperSheetFilter{}, page.New(1, 20))
	must(t, err)
	if total != 3 || sheets[0].Standing != SheetConfirmed || *sheets[0].Sum != sum || sheets[2].Standing != SheetAbsent {
		t.Fatalf("%+v", sheets)
	}
	_, err = c.Release(c.ctx, c.staff, id)
	must(t, err)
	if len(h.handedIn) != 2 || len(h.released) != 3 || h.released[0].Percent != 9000 || !h.released[0].Passed || h.released[1].Passed {
		t.Fatalf("handed in %d, released %+v", len(h.handedIn), h.released)
	}
	attempt := AttemptID(c.count(`SELECT id FROM attempt WHERE exam_id = $1 AND person_id = 1`, int64(id)))
	r, err := c.Result(c.ctx, examinee(1), attempt)
	must(t, err)
	if !r.Slots[8].OnPaper || !r.Slots[8].Answered || r.Slots[9].Answered {
		t.Errorf("what was answered on paper: %+v", r.Slots[8:])
	}
	if r.Score != sum || len(r.Slots) != 10 || r.Slots[9].Mark != 0 || r.Slots[0].Mark != score.Whole(10) {
		t.Errorf("%+v", r)
	}
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error {
		retake, err := c.OpenRetakes(c.ctx, tx, h.released[1].RoundID, tx.Now(), []SitsAgain{{2, tx.Now().Add(24 * time.Hour)}})
		if err == nil {
			var onPaper bool
			err = tx.SQLTx().QueryRow(`SELECT on_paper FROM exam WHERE id = $1`, int64(retake)).Scan(&onPaper)
			if onPaper {
				t.Error("the retake is on paper too")
			}
		}
		return err
	}))
	if _, err := c.d.SQL().Exec(`UPDATE mark_entry SET sum_hundredths = 1`); err == nil {
		t.Error("an entry was changed")
	}
}

// Whoever sits later, by a deferral, has no marks before that: neither keyed in nor confirmed.
func TestNoMarksBeforeADeferredPaper(t *testing.T) {
	c := newClinic(t, 4)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(1))
	must(t, err)
	must(t, c.SetOnPaper(c.ctx, c.staff, id, true))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	first, second := account.Operator("first"), account.Operator("second")
	first.PersonID, second.PersonID = 3, 4
	marks := []EnteredMark{{1, ref(score.Whole(10))}}
	must(t, c.EnterMarks(c.ctx, first, id, 2, marks, score.Whole(10)))
	opens := c.clock.Now().Add(24 * time.Hour)
	closes := opens.Add(2 * time.Hour)
	for person := account.PersonID(1); person <= 2; person++ {
		must(t, c.Defer(c.ctx, c.staff, id, person, Grant{OpensAt: &opens, ClosesAt: &closes, Reason: "病假"}))
	}
	if err := c.EnterMarks(c.ctx, first, id, 1, marks, score.Whole(10)); !errs.Is(err, errs.Conflict) {
		t.Errorf("keyed in before the sitting: %v", err)
	}
	if err := c.ConfirmMarks(c.ctx, second, id, 2, score.Whole(10)); !errs.Is(err, errs.Conflict) {
		t.Errorf("confirmed before the sitting: %v", err)
	}
	c.clock.Advance(25 * time.Hour)
	must(t, c.EnterMarks(c.ctx, first, id, 1, marks, score.Whole(10)))
	must(t, c.ConfirmMarks(c.ctx, second, id, 1, score.Whole(10)))
	must(t, c.ConfirmMarks(c.ctx, second, id, 2, score.Whole(10)))
}

// What was chosen on paper nobody keys in: the marks are counted, and no option is said to have been left out by everybody.
func TestStatisticsOfAnExamOnPaper(t *testing.T) {
	c := newAnalysed(t, 8)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.fourQuestions())
	must(t, err)
	must(t, c.SetOnPaper(c.ctx, c.staff, id, true))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2, 3, 4, 5, 6}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	c.clock.Set(c.settings().ClosesAt.Add(time.Hour))
	first, second := account.Operator("first"), account.Operator("second")
	first.PersonID, second.PersonID = 7, 8
	for person := account.PersonID(1); person <= 6; person++ {
		sum, marks := score.Hundredths(0), make([]EnteredMark, 4)
		for i := range marks {
			marks[i].Slot = i + 1
			if i < int(person) {
				marks[i].Mark, sum = ref(score.Whole(10)), sum+score.Whole(10)
			}
		}
		must(t, c.EnterMarks(c.ctx, first, id, person, marks, sum))
		must(t, c.ConfirmMarks(c.ctx, second, id, person, sum))
	}
	c.due()
	_, err = c.Release(c.ctx, c.staff, id)
	must(t, err)
	c.due()
	a, err := c.Analysis(c.ctx, c.staff, id)
	must(t, err)
	if a.Gap != "" || len(a.Items) != 4 {
		t.Fatalf("%q, %d items", a.Gap, len(a.Items))
	}
	for _, i := range a.Items {
		if i.Item.N != 6 || !i.Item.Facility.Known || i.Seen != 0 || len(i.Choices) != 0 {
			t.Errorf("slot %d: %d answers, %d seen, %+v", i.Slot, i.Item.N, i.Seen, i.Choices)
		}
	}
}
