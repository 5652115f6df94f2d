package exam

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// decide proposes a ruling on the third question and approves it.
func (o *office) decide(exam ExamID, act RulingAct, keys ...questionbank.Key) *RulingPreview {
	o.t.Helper()
	k := o.propose2(o.hr(7), exam, Ruling{VersionID: o.thirdOf(exam), Act: act, Keys: keys})
	_, p := o.rulingOf(o.hr(8), k)
	must(o.t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	o.addsUp(exam)
	return p
}

// wantScores compares score and total of people 1, 2, 3 …
func (o *office) wantScores(when string, exam ExamID, want ...[2]score.Hundredths) {
	o.t.Helper()
	got := o.resultsOf(exam)
	for i, w := range want {
		if r := got[account.PersonID(i+1)]; r.Score != w[0] || r.Total != w[1] {
			o.t.Errorf("%s: person %d has %s of %s, want %s of %s", when, i+1, r.Score, r.Total, w[0], w[1])
		}
	}
}

// A ruling is taken back: who lost by it gets the own mark again, and who would lose by the way back keeps what the ruling gave.
func TestARulingIsTakenBack(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, third := o.sat("bbbaaaaaaa", "bbabbbbaaa", "bb-bbbbaaa") // the third: right, wrong, not answered
	if _, err := o.ProposeRuling(o.ctx, o.hr(7), exam, Ruling{VersionID: third, Act: PaperKey}, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("taken back where nothing stands: %v", err)
	}
	o.decide(exam, Drop)
	o.wantScores("dropped", exam, [2]score.Hundredths{3000, 10000}, [2]score.Hundredths{6000, 9000}, [2]score.Hundredths{6000, 9000})
	p := o.decide(exam, PaperKey)
	if p.Tally.Spared != 2 || p.Tally.Better != 0 || p.Stands.Act != Drop {
		t.Errorf("%+v, stood %q", p.Tally, p.Stands.Act)
	}
	o.wantScores("back", exam, [2]score.Hundredths{3000, 10000}, [2]score.Hundredths{6000, 9000}, [2]score.Hundredths{6000, 9000})
	list, err := o.Rulable(o.ctx, o.hr(7), exam, "", wholePage)
	must(t, err)
	for _, q := range list.Questions {
		if q.Stands.Act != "" {
			t.Errorf("%+v still stands", q.Stands)
		}
	}
	must(t, errOf(o.Release(o.ctx, o.staff, exam)))
	kept := o.resultsOf(exam)[2]
	seen, err := o.Result(o.ctx, examinee(2), *kept.AttemptID)
	must(t, err)
	if s := seen.Slots[2]; s.Ruled != Drop || s.Points != 0 {
		t.Errorf("whose result stayed sees the question as it counts there: %+v", s)
	}
	// Another key, and back: whoever won by it keeps that, whoever was spared keeps the own answer.
	o.decide(exam, ChangeKey, keyOf("a"))
	o.wantScores("another key", exam, [2]score.Hundredths{3000, 10000}, [2]score.Hundredths{7000, 10000}, [2]score.Hundredths{6000, 9000})
	o.decide(exam, PaperKey)
	o.wantScores("back again", exam, [2]score.Hundredths{3000, 10000}, [2]score.Hundredths{7000, 10000}, [2]score.Hundredths{6000, 9000})
}

// Of a question that people mark, their marks count again, also for who handed in while it was dropped.
func TestADroppedQuestionThatPeopleMarkComesBack(t *testing.T) {
	o := newOffice(t, 9, 9)
	o.questions = shortBank{newMemoryBank()}
	exam := o.published(3, func(s *Settings) { s.ShuffleSlots = false })
	write := func(person int, slots ...int) {
		sheet := o.begin(exam, person)
		var changes []Change
		for i, slot := range slots {
			changes = append(changes, Change{slot, int64(i + 1), []byte(`{"text":"先致歉"}`)})
		}
		must(t, errOf(o.Save(o.ctx, examinee(person), sheet.AttemptID, sheet.Lease, changes, o.clock.Now())))
		o.submit(sheet, person)
	}
	o.leave(exam, 3, func() {
		write(1, 1, 3) // 5 of 10 at each
		write(2, 1)
		o.markAll(marker(8), exam, 50, 50)
	})
	o.wantScores("marked", exam, [2]score.Hundredths{1000, 10000}, [2]score.Hundredths{500, 10000})
	p := o.decide(exam, Drop)
	if p.Tally.Spared != 1 { // 5 of 90 are less than 10 of 100
		t.Errorf("%+v", p.Tally)
	}
	write(3, 3)
	o.markAll(marker(8), exam, 100, 50)
	o.wantScores("dropped", exam, [2]score.Hundredths{1000, 10000}, [2]score.Hundredths{500, 9000}, [2]score.Hundredths{0, 9000})
	p = o.decide(exam, PaperKey)
	if p.Tally.Better != 1 || p.Tally.Spared != 1 {
		t.Errorf("%+v", p.Tally)
	}
	o.wantScores("back", exam, [2]score.Hundredths{1000, 10000}, [2]score.Hundredths{500, 9000}, [2]score.Hundredths{800, 10000})
	late := o.resultsOf(exam)[3]
	if m := late.Marks.V[2]; m.Mark != 800 || m.Points != 1000 || m.Dropped || !m.Answered {
		t.Errorf("%+v", m)
	}
}

// Of an exam on paper the marks that were keyed in count again.
func TestADroppedQuestionOfAnExamOnPaperComesBack(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam, err := o.CreateExam(o.ctx, o.staff, o.settings(), o.paperOf(10))
	must(t, err)
	must(t, o.SetOnPaper(o.ctx, o.staff, exam, true))
	must(t, errOf(o.Invite(o.ctx, o.staff, exam, account.Audience{PersonIDs: []account.PersonID{1, 2}})))
	must(t, o.Publish(o.ctx, o.staff, exam))
	enter := func(person account.PersonID, full int) {
		var marks []EnteredMark
		for slot := 1; slot <= 10; slot++ {
			m := EnteredMark{Slot: slot}
			if slot == 3 || slot <= full {
				m.Mark = ref(score.Whole(10))
			}
			marks = append(marks, m)
		}
		sum := score.Whole(int64(10 * max(full, 1)))
		if full < 3 {
			sum = score.Whole(int64(10 * (full + 1)))
		}
		must(t, o.EnterMarks(o.ctx, marker(8), exam, person, marks, sum))
		must(t, o.ConfirmMarks(o.ctx, marker(9), exam, person, sum))
	}
	from, to := o.clock.Now().Add(100*time.Hour), o.clock.Now().Add(110*time.Hour)
	must(t, o.Defer(o.ctx, o.hr(7), exam, 2, Grant{OpensAt: &from, ClosesAt: &to, Reason: "病假"}))
	enter(1, 5)
	o.clock.Advance(3 * time.Hour)
	o.due()
	o.exec(`UPDATE exam SET state = 'marked', marked_at = $2 WHERE id = $1 AND state <> 'marked'`, int64(exam), o.clock.Now())
	k := o.propose2(o.hr(7), exam, Ruling{VersionID: o.thirdOf(exam), Act: Drop})
	_, p := o.rulingOf(o.hr(8), k)
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	o.clock.Set(from)
	enter(2, 0) // nothing but the third: while that is dropped, nothing at all
	o.wantScores("dropped", exam, [2]score.Hundredths{5000, 10000}, [2]score.Hundredths{0, 9000})
	o.decide(exam, PaperKey)
	o.wantScores("back", exam, [2]score.Hundredths{5000, 10000}, [2]score.Hundredths{1000, 10000})
}
