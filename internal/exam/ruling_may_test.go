package exam

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Who may rule, and on what.
func TestWhoMayRule(t *testing.T) {
	o := newOffice(t, 9, 7)
	exam, third := o.sat(five[0], five[1])
	o.exec(`UPDATE assignment SET unit_id = $1 WHERE person_id = 2`, o.west)
	drop := Ruling{VersionID: third, Act: Drop}
	foreign := VersionID(o.count(`SELECT max(v) FROM generate_series(101, 120) v WHERE NOT EXISTS (SELECT 1 FROM paper_slot s WHERE s.version_id = v)`))
	for _, c := range []struct {
		name string
		v    account.Viewer
		r    Ruling
		why  string
		want errs.Kind
	}{
		{"a consultant", examinee(5), drop, "x", errs.Forbidden},
		{"management approves and does not propose", as(5, account.Management, o.east, o.west), drop, "x", errs.Forbidden},
		{"who reaches one branch", as(5, account.HR, o.east), drop, "x", errs.Forbidden},
		{"who sat it", o.hr(1), drop, "x", errs.Forbidden},
		{"nobody in particular", account.System(), drop, "x", errs.Forbidden},
		{"no reason", o.hr(5), drop, " ", errs.Invalid},
		{"another question", o.hr(5), Ruling{VersionID: foreign, Act: Drop}, "x", errs.NotFound},
		{"no act", o.hr(5), Ruling{VersionID: third}, "x", errs.Invalid},
		{"the same key", o.hr(5), Ruling{VersionID: third, Act: ChangeKey, Keys: []questionbank.Key{keyOf("b")}}, "x", errs.Conflict},
	} {
		if _, err := o.ProposeRuling(o.ctx, c.v, exam, c.r, c.why); !errs.Is(err, c.want) {
			t.Errorf("%s proposes: %v", c.name, err)
		}
		if _, err := o.DryRun(o.ctx, c.v, exam, c.r, wholePage); c.want == errs.Forbidden && c.v.PersonID != 0 && !errs.Is(err, c.want) {
			t.Errorf("%s looks: %v", c.name, err)
		}
	}
	if n := o.count(`SELECT count(*) FROM correction`); n != 0 {
		t.Fatalf("%d orders", n)
	}
	k := o.propose2(as(5, account.Trainer, o.east, o.west), exam, drop)
	if _, err := o.ProposeRuling(o.ctx, o.hr(6), exam, drop, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second ruling waits: %v", err)
	}
	_, p := o.rulingOf(o.hr(6), k)
	for _, c := range []struct {
		name string
		v    account.Viewer
		seen ResultID
		want errs.Kind
	}{
		{"a trainer", as(6, account.Trainer, o.east, o.west), p.Seen, errs.Forbidden},
		{"the proposer", o.hr(5), p.Seen, errs.Forbidden},
		{"who sat it", o.hr(1), p.Seen, errs.Forbidden},
		{"another branch's HR", as(8, account.HR, o.west), p.Seen, errs.NotFound},
		{"the program", account.System(), p.Seen, errs.Forbidden},
		{"who saw other results", o.hr(6), p.Seen - 1, errs.Conflict},
	} {
		if err := o.ApproveCorrection(o.ctx, c.v, k, c.seen, ""); !errs.Is(err, c.want) {
			t.Errorf("%s approves: %v", c.name, err)
		}
	}
	o.readsRulings(exam, k)
	must(t, o.RejectCorrection(o.ctx, o.hr(6), k, "答案没有错"))
	if err := o.ApproveCorrection(o.ctx, o.hr(6), k, p.Seen, ""); !errs.Is(err, errs.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
	if n := o.count(`SELECT count(*) FROM result`); n != 2 {
		t.Errorf("%d results", n)
	}
	for _, statement := range []string{
		`INSERT INTO correction (exam_id, attempt_id, kind, body, reason, state, proposed_by_person, proposed_at, decision_reason)
			SELECT exam_id, 1, kind, body, reason, 'proposed', proposed_by_person, proposed_at, '' FROM correction`,
		`INSERT INTO correction (exam_id, kind, body, reason, state, proposed_by_person, proposed_at, decision_reason)
			SELECT exam_id, kind, '{"version_id": 1, "act": "key"}', reason, 'proposed', proposed_by_person, proposed_at, '' FROM correction`,
		`INSERT INTO correction (exam_id, kind, body, reason, state, proposed_by_person, proposed_at, decision_reason)
			SELECT exam_id, kind, '{"act": "drop"}', reason, 'proposed', proposed_by_person, proposed_at, '' FROM correction`,
	} {
		if _, err := o.d.SQL().Exec(statement); err == nil {
			t.Errorf("the database allows %s", statement)
		}
	}
}

// readsRulings: an order on a whole exam is for those who reach all of its people and did not sit it.
func (o *office) readsRulings(exam ExamID, k CorrectionID) {
	o.t.Helper()
	for _, c := range []struct {
		name    string
		v       account.Viewer
		rows    int
		waiting int
		want    errs.Kind
	}{
		{"all of it", o.hr(6), 1, 1, 0},
		{"the proposer", o.hr(5), 1, 0, 0},
		{"one branch", as(8, account.HR, o.west), 0, 0, errs.NotFound},
		{"who sat it", o.hr(1), 0, 0, errs.Forbidden},
	} {
		_, rows, _, err := o.Corrections(o.ctx, c.v, exam, wholePage)
		if err != nil || len(rows) != c.rows {
			o.t.Errorf("%s: %d orders, %v", c.name, len(rows), err)
		}
		waiting, err := o.CorrectionsWaiting(o.ctx, c.v)
		if err != nil || len(waiting) != c.waiting {
			o.t.Errorf("%s: %+v wait, %v", c.name, waiting, err)
		}
		if _, _, err := o.Correction(o.ctx, c.v, k); c.want == 0 && err != nil || c.want != 0 && !errs.Is(err, c.want) {
			o.t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Before everybody has sat nothing is ruled; a mock counts for nothing; on paper there are no answers to mark again, and no answers
// to compare; the only question of a paper is not dropped.
func TestExamsThatAreNotRuledOn(t *testing.T) {
	o := newOffice(t, 9, 9)
	open := o.published(1, nil)
	sheet := o.begin(open, 1)
	o.submit(sheet, 1)
	third := o.thirdOf(open)
	if _, err := o.ProposeRuling(o.ctx, o.hr(7), open, Ruling{VersionID: third, Act: Drop}, "x"); !isKey(err, "error.exam.ruling_early") {
		t.Errorf("while it is open: %v", err)
	}
	id, err := o.CreateExam(o.ctx, o.staff, o.settings(), o.paperOf(3))
	must(t, err)
	must(t, o.SetOnPaper(o.ctx, o.staff, id, true))
	_, err = o.Invite(o.ctx, o.staff, id, account.Audience{PersonIDs: []account.PersonID{2}})
	must(t, err)
	must(t, o.Publish(o.ctx, o.staff, id))
	marks := []EnteredMark{{Slot: 1, Mark: ref(score.Whole(10))}, {Slot: 2, Mark: ref(score.Hundredths(500))}, {Slot: 3}}
	must(t, o.EnterMarks(o.ctx, as(7, account.Marker, o.east), id, 2, marks, 1500))
	must(t, o.ConfirmMarks(o.ctx, as(8, account.Marker, o.east), id, 2, 1500))
	o.clock.Advance(3 * time.Hour)
	o.due()
	third = o.thirdOf(id)
	for _, act := range []RulingAct{ChangeKey, AdmitAnswer} {
		if _, err := o.ProposeRuling(o.ctx, o.hr(7), id, Ruling{VersionID: third, Act: act, Keys: []questionbank.Key{keyOf("c")}}, "x"); !isKey(err, "error.exam.ruling_on_paper") {
			t.Errorf("%s on paper: %v", act, err)
		}
	}
	if _, err := o.Similarity(o.ctx, o.staff, id); !isKey(err, "error.exam.similarity_on_paper") {
		t.Errorf("answers on paper compared: %v", err)
	}
	k := o.propose2(o.hr(7), id, Ruling{VersionID: third, Act: Drop})
	_, p := o.rulingOf(o.hr(8), k)
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	if r := o.resultsOf(id)[2]; r.Score != 1500 || r.Total != 2000 || !r.Passed {
		t.Errorf("dropped on paper: %s of %s", r.Score, r.Total)
	}
	o.addsUp(id)
	single, err := o.CreateExam(o.ctx, o.staff, o.settings(), o.paperOf(1))
	must(t, err)
	_, err = o.Invite(o.ctx, o.staff, single, account.Audience{PersonIDs: []account.PersonID{3}})
	must(t, err)
	must(t, o.Publish(o.ctx, o.staff, single))
	o.submit(o.begin(single, 3), 3)
	o.clock.Advance(3 * time.Hour)
	o.due()
	var only VersionID
	must(t, o.d.SQL().QueryRow(`SELECT s.version_id FROM exam e JOIN paper_slot s ON s.paper_id = e.paper_id WHERE e.id = $1`, int64(single)).Scan(&only))
	if _, err := o.ProposeRuling(o.ctx, o.hr(7), single, Ruling{VersionID: only, Act: Drop}, "x"); !isKey(err, "error.exam.ruling_empty") {
		t.Errorf("the only question dropped: %v", err)
	}
}
