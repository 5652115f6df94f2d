package exam

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/questionbank"
)

func TestUntilWhenAPaperIsClosedToItsCandidate(t *testing.T) {
	opens := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	closes := opens.Add(2 * time.Hour)
	zone := time.FixedZone("CST", 8*3600)
	for _, k := range []struct {
		name string
		t    stillToSit
		now  time.Time
		want string
	}{
		{"before it opens", stillToSit{Kind: Quarterly, State: Published}, opens.Add(-time.Hour), "error.exam.still_to_sit"},
		{"leave can still be granted", stillToSit{Kind: Quarterly, State: Published}, closes.Add(time.Hour), "error.exam.still_to_sit"},
		{"a deferred sitting of a marked exam", stillToSit{Kind: Yearly, State: Marked}, opens, "error.exam.still_to_sit"},
		{"at it", stillToSit{Kind: Quarterly, State: Published, Working: true}, opens, "error.exam.still_sitting"},
		{"at a mock after its close", stillToSit{Kind: Mock, State: Published, Working: true}, closes, "error.exam.still_sitting"},
		{"a mock", stillToSit{Kind: Mock, State: Published}, closes.Add(-1), "error.exam.still_to_sit_window"},
		{"a mock that is over", stillToSit{Kind: Mock, State: Published}, closes, ""},
		{"on paper", stillToSit{Kind: Quarterly, State: Published, OnPaper: true}, closes.Add(-1), "error.exam.still_to_sit_window"},
		{"on paper, handed in", stillToSit{Kind: Quarterly, State: Published, OnPaper: true}, closes, ""},
		{"a draft", stillToSit{Kind: Quarterly, State: Draft}, opens, "error.exam.still_to_sit_window"},
		{"a draft that nobody published", stillToSit{Kind: Quarterly, State: Draft}, closes, ""},
	} {
		k.t.Title, k.t.OpensAt, k.t.ClosesAt = "一季度", opens, closes
		err := k.t.refuse(k.now, zone)
		var refused *errs.Error
		if (err == nil) != (k.want == "") || errors.As(err, &refused) && (refused.Key != k.want || refused.Kind != errs.Forbidden) {
			t.Errorf("%s: %v, want %q", k.name, err, k.want)
			continue
		}
		if err == nil {
			continue
		}
		for _, l := range words.Langs {
			said := words.TMap(l, refused.Key, refused.Args)
			if !strings.Contains(said, "一季度") || !k.t.Working && !strings.Contains(said, "2026-03-01 11:00") {
				t.Errorf("%s: %s", k.name, said)
			}
		}
	}
}

func TestThePapersCloseAtTheEndOfTheDay(t *testing.T) {
	midnight := time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC)
	err := stillToSit{Title: "模拟", Kind: Mock, State: Published, OpensAt: midnight.Add(-8 * time.Hour), ClosesAt: midnight}.refuse(midnight.Add(-1), time.FixedZone("CST", 8*3600))
	var refused *errs.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if said := words.TMap(words.ZH, refused.Key, refused.Args); !strings.Contains(said, "2026-03-01 24:00") {
		t.Error(said)
	}
}

// closedTo wants each of the doors shut, with the message that says why, or none of them.
func closedTo(t *testing.T, when, want string, doors map[string]func() error) {
	t.Helper()
	for name, door := range doors {
		err := door()
		var refused *errs.Error
		stays := errors.As(err, &refused) && strings.HasPrefix(refused.Key, "error.exam.still_")
		if want == "" && stays || want != "" && (!stays || refused.Key != want || refused.Kind != errs.Forbidden) {
			t.Errorf("%s, %s: %v", when, name, err)
		}
	}
}

// Threat 38, for staff: who marks, prepares and reads an exam and has to sit it as well sees neither its questions nor its keys
// before handing in.
func TestStaffSeeNoKeysBeforeTheyHaveSat(t *testing.T) {
	c, id, sheets := newMarkingClinic(t, 1)
	both := marker(3)
	e, err := c.store.exam(c.ctx, c.d, id)
	must(t, err)
	other, err := c.CreateExam(c.ctx, c.staff, c.settings(), *e.PaperID)
	must(t, err)
	var task MarkTaskID
	must(t, c.d.SQL().QueryRow(`SELECT min(id) FROM mark_task`).Scan(&task))
	doors := map[string]func() error{
		"the paper":  func() error { return errOf(c.Paper(c.ctx, both, *e.PaperID)) },
		"the queues": func() error { return errOf(c.MarkingQueues(c.ctx, both, id)) },
		"the next answer": func() error {
			return errOf(c.NextAnswer(c.ctx, both, id, VersionID(c.count(`SELECT min(version_id) FROM mark_task`))))
		},
		"an answer":       func() error { return errOf(c.Answer(c.ctx, both, task)) },
		"own marks":       func() error { return errOf(c.OwnMarks(c.ctx, both, id)) },
		"the analysis":    func() error { return errOf(c.Analysis(c.ctx, both, id)) },
		"late answers":    func() error { return errOf(c.correctable(c.ctx, c.d, both, account.ExamCorrect, sheets[0].AttemptID)) },
		"another's sheet": func() error { return errOf(c.Result(c.ctx, both, sheets[0].AttemptID)) },
	}
	closedTo(t, "no candidate", "", doors)
	c.markAll(both, id, 100, 100)
	c.exec(`UPDATE result SET released_at = created_at`)
	_, err = c.Invite(c.ctx, c.staff, other, account.Audience{PersonIDs: []account.PersonID{3}})
	must(t, err)
	closedTo(t, "candidate of a draft with the same paper", "error.exam.still_to_sit_window", doors)
	must(t, c.Uninvite(c.ctx, c.staff, other, 3))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{3}})
	must(t, err)
	closedTo(t, "invited", "error.exam.still_to_sit", doors)
	if head, err := c.PaperHead(c.ctx, both, *e.PaperID); err != nil || head.Slots != 2 || head.Total == 0 {
		t.Errorf("who publishes does not learn how long the paper is: %+v, %v", head, err)
	}
	sheet := c.begin(id, 3)
	closedTo(t, "working", "error.exam.still_sitting", doors)
	c.submit(sheet, 3)
	closedTo(t, "handed in", "", doors)
	must(t, c.Void(c.ctx, c.staff, id, 3, VoidOrder{Reason: "断电"}))
	closedTo(t, "to sit again", "error.exam.still_to_sit", doors)
}

// A deferred sitting keeps an exam that is marked closed to whoever has leave: statistics, rulings, dry runs, orders, results.
func TestWhoHasLeaveSeesNothingOfAMarkedExam(t *testing.T) {
	o := newOffice(t, 9, 9)
	exam := o.published(6, func(s *Settings) { s.ShuffleSlots = false })
	var attempt AttemptID
	for n := 1; n <= 5; n++ {
		sheet := o.begin(exam, n)
		o.answer(sheet, n, 10-n)
		o.submit(sheet, n)
		attempt = sheet.AttemptID
	}
	from, to := o.clock.Now().Add(100*time.Hour), o.clock.Now().Add(110*time.Hour)
	must(t, o.Defer(o.ctx, o.hr(7), exam, 6, Grant{OpensAt: &from, ClosesAt: &to, Reason: "病假"}))
	o.clock.Advance(3 * time.Hour)
	o.due()
	must(t, errOf(o.Release(o.ctx, o.staff, exam)))
	must(t, o.AnalyseDue(o.ctx, o.clock.Now()))
	third := o.thirdOf(exam)
	ruling := Ruling{VersionID: third, Act: ChangeKey, Keys: []questionbank.Key{keyOf("a")}}
	k := o.propose2(o.hr(7), exam, ruling)
	away := o.hr(6)
	doors := map[string]func() error{
		"the analysis": func() error { return errOf(o.Analysis(o.ctx, away, exam)) },
		"what can be ruled": func() error {
			r, err := o.Rulable(o.ctx, away, exam, "", wholePage)
			return errors.Join(r.Refused, err)
		},
		"a question":       func() error { return errOf(o.RulingCase(o.ctx, away, exam, third)) },
		"a dry run":        func() error { return errOf(o.DryRun(o.ctx, away, exam, ruling, wholePage)) },
		"a proposal":       func() error { return errOf(o.ProposeRuling(o.ctx, away, exam, ruling, "错")) },
		"an approval":      func() error { return o.ApproveCorrection(o.ctx, away, k, 0, "") },
		"an order":         func() error { _, _, err := o.Correction(o.ctx, away, k); return err },
		"the orders":       func() error { _, _, _, err := o.Corrections(o.ctx, away, exam, page.New(1, 20)); return err },
		"another's result": func() error { return errOf(o.Result(o.ctx, away, attempt)) },
		"late answers":     func() error { return errOf(o.LateCase(o.ctx, away, attempt)) },
	}
	closedTo(t, "on leave", "error.exam.still_to_sit", doors)
	o.clock.Set(from)
	o.submit(o.begin(exam, 6), 6)
	closedTo(t, "handed in", "", doors)
}

// Forms of a set are closed together, own papers of a retake to all who sit it, and sheets of an exam on paper until it is over.
func TestPapersThatAreClosedTogether(t *testing.T) {
	c := newClinic(t, 5)
	b, err := c.CreateBlueprint(c.ctx, c.staff, Blueprint{Title: "平行", Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: 5, Points: 100}}})
	must(t, err)
	forms, _, _, err := c.DrawForms(c.ctx, c.staff, b, "", 2)
	must(t, err)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), forms[0])
	must(t, err)
	must(t, c.SetOnPaper(c.ctx, c.staff, id, true))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	both := marker(1)
	doors := map[string]func() error{
		"form A": func() error { return errOf(c.Paper(c.ctx, both, forms[0])) },
		"form B": func() error { return errOf(c.Paper(c.ctx, both, forms[1])) },
		"sheet":  func() error { return errOf(c.PaperEntry(c.ctx, both, id, 2)) },
	}
	closedTo(t, "before", "error.exam.still_to_sit_window", doors)
	if _, err := c.Paper(c.ctx, marker(5), forms[1]); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	c.clock.Advance(3 * time.Hour)
	closedTo(t, "the sheets are handed in", "", doors)
	own := c.paperOf(3)
	c.exec(`UPDATE candidate SET paper_id = $1 WHERE person_id = 2`, int64(own))
	c.exec(`UPDATE exam SET on_paper = false`)
	closedTo(t, "a paper of somebody who sits the same exam", "error.exam.still_to_sit", map[string]func() error{
		"own paper": func() error { return errOf(c.Paper(c.ctx, both, own)) },
	})
	c.exec(`UPDATE candidate SET state = 'withdrawn', settled_at = created_at WHERE person_id = 1`)
	closedTo(t, "no longer owed", "", doors)
}
