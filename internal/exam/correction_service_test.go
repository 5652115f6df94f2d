package exam

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// office is a clinic whose people stand in two units, with staff over one or both of them.
type office struct {
	*clinic
	east, west int64
}

const officeDay = "2026-01-01"

// newOffice has people 1…n in the east, the rest of the people in the west.
func newOffice(t testing.TB, people, east int) *office {
	t.Helper()
	c := newClinic(t, people)
	o := &office{clinic: c}
	now := c.clock.Now()
	unit := func(kind, name string, parent any) (id int64) {
		must(t, c.d.SQL().QueryRow(`INSERT INTO org_unit (parent_id, kind, name, created_at) VALUES ($1, $2, $3, $4) RETURNING id`, parent, kind, name, now).Scan(&id))
		return id
	}
	root := unit("company", "美丽医疗", nil)
	o.east, o.west = unit("branch", "城东", root), unit("branch", "城西", root)
	c.exec(`INSERT INTO post (code, name, kind, created_at) VALUES ('p', '咨询员', 'online', $1)`, now)
	for n := 1; n <= people; n++ {
		place := o.west
		if n <= east {
			place = o.east
		}
		c.exec(`INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at)
			SELECT $1, $2, id, $3, true, $4 FROM post`, n, place, officeDay, now)
	}
	return o
}

// as is person n with a role over units.
func as(n int, role account.Role, units ...int64) account.Viewer {
	g := account.Grant{Role: role}
	for _, u := range units {
		g.Units = append(g.Units, account.UnitID(u))
	}
	return account.Viewer{PersonID: account.PersonID(n), Grants: []account.Grant{g}}
}

func (o *office) hr(n int) account.Viewer { return as(n, account.HR, o.east, o.west) }

// late lets a person answer the first right questions in time, then send the changes two minutes after the grace, and the
// deadline hand in.
func (o *office) late(exam ExamID, person, right int, changes ...Change) Sheet {
	o.t.Helper()
	sheet := o.begin(exam, person)
	o.answer(sheet, person, right)
	o.clock.Set(sheet.DeadlineAt.Add(3 * time.Minute))
	reply, err := o.Save(o.ctx, examinee(person), sheet.AttemptID, sheet.Lease, changes, o.clock.Now())
	must(o.t, err)
	if reply.Only() != Late {
		o.t.Fatalf("%+v", reply)
	}
	o.due()
	return sheet
}

type corrections struct {
	heard
	corrected []Corrected
	proposed  []ProposedCorrection
	fail      error
}

func (h *corrections) ResultsCorrected(_ context.Context, _ *db.Tx, list []Corrected) error {
	h.corrected = append(h.corrected, list...)
	return h.fail
}

func (h *corrections) CorrectionProposed(_ context.Context, _ *db.Tx, p ProposedCorrection) error {
	h.proposed = append(h.proposed, p)
	return nil
}

func listen(s *Service) *corrections {
	h := &corrections{}
	s.OnRelease(h)
	s.OnCorrection(h)
	s.OnProposal(h)
	return h
}

func (o *office) propose(v account.Viewer, id AttemptID, evidence ...int) CorrectionID {
	o.t.Helper()
	k, err := o.ProposeLateAnswers(o.ctx, v, id, LateOrder{Evidence: evidence}, "网络故障，机房有记录")
	must(o.t, err)
	return k
}

// Threat 34 and promise 11: nothing changes until a second person approves; then a version is added and counts everywhere.
func TestAdmittedAnswersAddAVersion(t *testing.T) {
	o := newOffice(t, 4, 4)
	h := listen(o.Service)
	exam := o.published(1, nil)
	sheet := o.late(exam, 1, 5, choose(6, 11, "b"), choose(7, 12, "b"), choose(8, 13, "d"))
	_, err := o.Release(o.ctx, o.staff, exam)
	must(t, errs2nil(err, errs.Conflict)) // the exam is still open
	o.clock.Advance(2 * time.Hour)
	o.due()
	_, err = o.Release(o.ctx, o.staff, exam)
	must(t, err)
	first := o.newestOf(sheet.AttemptID)
	if first.Score != 5000 || first.Passed {
		t.Fatalf("%+v", first)
	}
	cases, total, err := o.LateAttempts(o.ctx, o.hr(2), exam, page.New(1, 20))
	if err != nil || total != 1 || cases[0].Late != 3 || cases[0].Closed != 0 || cases[0].Lateness() != 3*time.Minute || cases[0].ProposedID != 0 {
		t.Fatalf("%+v %v", cases, err)
	}
	read, err := o.LateCase(o.ctx, o.hr(2), sheet.AttemptID)
	must(t, err)
	if len(read.Slots) != 3 || string(read.Slots[0].Counted) != `{"choice":"a"}` || read.Slots[0].Late[0].Older || read.Slots[0].CountedAt == nil {
		t.Fatalf("%+v", read.Slots)
	}
	k := o.propose(o.hr(2), sheet.AttemptID, 1, 2)
	if len(h.proposed) != 1 || h.proposed[0].ID != k || h.proposed[0].PersonID != 1 {
		t.Fatalf("%+v", h.proposed)
	}
	if n := o.count(`SELECT count(*) FROM result`); n != 1 || len(h.corrected) != 0 || o.newestOf(sheet.AttemptID).ID != first.ID {
		t.Fatal("a proposal changed a result")
	}
	order, p, err := o.Correction(o.ctx, o.hr(3), k)
	must(t, err)
	if order.State != CorrectionProposed || p.Refused != nil || p.Before.Score != 5000 || p.After.Score != 7000 || p.After.Percent != 7000 || !p.After.Passed ||
		!p.LiftsFail() || len(p.Slots) != 2 || p.Slots[0].MarkBefore != 0 || p.Slots[0].MarkAfter != 1000 || string(p.Slots[0].After) != `{"choice":"b"}` {
		t.Fatalf("%+v\n%+v", order, p)
	}
	if was, is, ok := p.Round(ScoreSixty); !ok || was != 5000 || is != 7000 {
		t.Fatalf("%s %s %v", was, is, ok)
	}
	must(t, o.ApproveCorrection(o.ctx, o.hr(3), k, first.ID, ""))
	o.correctedEverywhere(t, h, exam, sheet.AttemptID, first, k)
}

// correctedEverywhere checks every reader of results on two versions of one result.
func (o *office) correctedEverywhere(t *testing.T, h *corrections, exam ExamID, id AttemptID, first ResultRow, k CorrectionID) {
	t.Helper()
	second := o.newestOf(id)
	if second.Version != 2 || second.Cause != "regrade" || second.Score != 7000 || second.Band != "good" || second.ReleasedAt == nil || !second.ReleasedAt.Equal(o.clock.Now()) {
		t.Fatalf("%+v", second)
	}
	if n := o.count(`SELECT count(*) FROM result WHERE id = $1 AND score_hundredths = 5000 AND version = 1`, int64(first.ID)); n != 1 {
		t.Error("the first version was altered")
	}
	if n := o.count(`SELECT count(*) FROM result WHERE id = $1 AND approved_by = 'person:3'`, int64(second.ID)); n != 1 {
		t.Error("the version does not name its approver")
	}
	if n := o.count(`SELECT count(*) FROM correction_result WHERE correction_id = $1 AND result_id = $2`, int64(k), int64(second.ID)); n != 1 {
		t.Error("the version does not name its order")
	}
	if n := o.count(`SELECT count(*) FROM audit_event WHERE subject = $1 AND act IN ('exam.correction.propose', 'exam.correction.approve')`, correctionSubject(k)); n != 2 {
		t.Errorf("%d of 2 acts are in the audit", n)
	}
	if len(h.corrected) != 1 || h.corrected[0].ResultID != second.ID || h.corrected[0].Before.ResultID != first.ID || h.corrected[0].Before.Passed ||
		!h.corrected[0].Passed || h.corrected[0].RoundID == 0 || h.corrected[0].PersonID != 1 || len(h.released) != 1 {
		t.Fatalf("%+v", h.corrected)
	}
	rows, total, err := o.Board(o.ctx, o.staff, exam, BoardFilter{}, page.New(1, 20))
	if err != nil || total != 1 || *rows[0].ResultID != second.ID || *rows[0].Version != 2 || *rows[0].Score != 7000 {
		t.Errorf("board: %+v %v", rows, err)
	}
	tally, err := o.BoardTally(o.ctx, o.staff, exam)
	if err != nil || tally.Known != 1 || tally.Passed != 1 || tally.Good != 1 || tally.Fail != 0 || tally.Unreleased != 0 || tally.ScoreSum != 7000 {
		t.Errorf("tally: %+v %v", tally, err)
	}
	candidates, _, err := o.Candidates(o.ctx, o.staff, exam, page.New(1, 20))
	if err != nil || len(candidates) != 1 || *candidates[0].ResultID != second.ID {
		t.Errorf("candidates: %+v %v", candidates, err)
	}
	exams, _, err := o.Exams(o.ctx, o.staff, Filter{}, page.New(1, 20))
	if err != nil || exams[0].Unreleased != 0 {
		t.Errorf("exams: %+v %v", exams, err)
	}
	mine, err := o.MyExams(o.ctx, examinee(1))
	if err != nil || *mine[0].Percent != 7000 || !*mine[0].Passed {
		t.Errorf("mine: %+v %v", mine, err)
	}
	round := h.released[0].RoundID
	if outcome, percent, err := o.Round(o.ctx, o.d, round, 1, ScoreSixty); err != nil || outcome != OutcomePassed || percent != 7000 {
		t.Errorf("round: %s %s %v", outcome, percent, err)
	}
	if r, found, err := o.RoundOf(o.ctx, o.d, round, 1, ScoreSixty); err != nil || !found || r.ResultID != second.ID || r.Percent != 7000 {
		t.Errorf("round of a person: %+v %v", r, err)
	}
	closed, err := o.RoundsClosed(o.ctx, o.d, []account.PersonID{1}, o.clock.Now().Add(-240*time.Hour), o.clock.Now(), ScoreSixty)
	if err != nil || len(closed) != 1 || closed[0].ResultID != second.ID {
		t.Fatalf("rounds closed: %+v %v", closed, err)
	}
	end := closed[0].SittingClosedAt
	for name, tc := range map[string]struct {
		from, to time.Time
		rounds   int
	}{"it closes with the period": {end.Add(-time.Hour), end, 1}, "it closed as the period began": {end, end.Add(time.Hour), 0}} {
		if got, err := o.RoundsClosed(o.ctx, o.d, []account.PersonID{1}, tc.from, tc.to, ScoreSixty); err != nil || len(got) != tc.rounds {
			t.Errorf("%s: %d rounds, want %d; %v", name, len(got), tc.rounds, err)
		}
	}
	sittings, err := o.Sittings(o.ctx, o.d, round, 1)
	if err != nil || len(sittings) != 1 || sittings[0].Percent != 7000 {
		t.Errorf("sittings: %+v %v", sittings, err)
	}
	seen, err := o.Result(o.ctx, examinee(1), id)
	if err != nil || seen.Score != 7000 || seen.Version != 2 || seen.CorrectedAt == nil || !seen.CorrectedAt.Equal(o.clock.Now()) {
		t.Errorf("result: %+v %v", seen, err)
	}
	if len(seen.Slots) != 10 || string(seen.Slots[5].Response) != `{"choice":"b"}` || seen.Slots[5].Mark != 1000 || string(seen.Slots[7].Response) != `{"choice":"a"}` {
		t.Errorf("the review does not show the answers that count: %+v", seen.Slots)
	}
	_, err = o.Release(o.ctx, o.staff, exam)
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("something is left to release: %v", err)
	}
	// An independent sum of the marks of every version, and their bands by the table of C43.
	if n := o.count(`SELECT count(*) FROM result r WHERE score_hundredths <> (SELECT sum((m ->> 'mark')::numeric * 100) FROM jsonb_array_elements(r.marks) m)
		OR percent_hundredths <> score_hundredths * 10000 / total_hundredths OR passed <> (score_hundredths * 100 >= 60 * total_hundredths)`); n != 0 {
		t.Errorf("%d versions do not add up", n)
	}
	if _, p, err := o.Correction(o.ctx, o.hr(2), k); err != nil || p.Before.ResultID != first.ID || p.After.ResultID != second.ID || len(p.Slots) != 2 || p.Slots[0].MarkAfter != 1000 {
		t.Errorf("the approved order: %+v %v", p, err)
	}
}

func errs2nil(err error, k errs.Kind) error {
	if errs.Is(err, k) {
		return nil
	}
	return fmt.Errorf("want kind %v, got %w", k, err)
}

// Approved before the release, the new version is the one that is released, by hand and at the close.
func TestTheNewestVersionIsReleased(t *testing.T) {
	for _, release := range []Release{ReleaseByHand, ReleaseAtClose} {
		t.Run(string(release), func(t *testing.T) {
			o := newOffice(t, 3, 3)
			h := listen(o.Service)
			exam := o.published(1, func(s *Settings) { s.Release = release })
			sheet := o.late(exam, 1, 5, choose(6, 11, "b"))
			first := o.newestOf(sheet.AttemptID)
			must(t, o.ApproveCorrection(o.ctx, o.hr(3), o.propose(o.hr(2), sheet.AttemptID, 1), first.ID, "同意"))
			if r := o.newestOf(sheet.AttemptID); r.ReleasedAt != nil || r.Version != 2 || len(h.corrected) != 0 {
				t.Fatalf("%+v", r)
			}
			if _, err := o.Result(o.ctx, examinee(1), sheet.AttemptID); !errs.Is(err, errs.NotFound) {
				t.Errorf("the result before its release: %v", err)
			}
			if exams, _, _ := o.Exams(o.ctx, o.staff, Filter{}, page.New(1, 20)); exams[0].Unreleased != 1 {
				t.Errorf("%+v", exams)
			}
			o.clock.Advance(2 * time.Hour)
			o.due()
			if release == ReleaseByHand {
				n, err := o.Release(o.ctx, o.staff, exam)
				if err != nil || n != 1 {
					t.Fatal(n, err)
				}
			}
			o.due()
			o.due()
			if len(h.released) != 1 || h.released[0].Score != 6000 || !h.released[0].Passed {
				t.Fatalf("%+v", h.released)
			}
			if n := o.count(`SELECT count(*) FROM result WHERE released_at IS NOT NULL AND version = 1`); n != 0 {
				t.Error("the replaced version was released")
			}
			if n := o.count(`SELECT count(*) FROM audit_event WHERE act = 'exam.release'`); n != 1 {
				t.Errorf("%d releases", n)
			}
		})
	}
}

// Two people, neither of whom it is about; inside their part of the tree; and nothing that is not to be.
func TestWhoMayCorrect(t *testing.T) {
	o := newOffice(t, 9, 6)
	h := listen(o.Service)
	exam := o.published(1, nil)
	sheet := o.late(exam, 1, 6, choose(7, 11, "b"), choose(1, 12, "c"), choose(10, 13, "c"))
	id, first := sheet.AttemptID, o.newestOf(sheet.AttemptID)
	one := LateOrder{Evidence: []int{1}}
	for _, c := range []struct {
		name   string
		v      account.Viewer
		order  LateOrder
		reason string
		want   errs.Kind
	}{
		{"a consultant", examinee(2), one, "x", errs.Forbidden},
		{"management approves and does not propose", as(2, account.Management, o.east), one, "x", errs.Forbidden},
		{"another branch's trainer", as(7, account.Trainer, o.west), one, "x", errs.NotFound},
		{"the examinee", o.hr(1), one, "x", errs.Forbidden},
		{"nobody in particular", account.System(), one, "x", errs.Forbidden},
		{"no reason", o.hr(2), one, " ", errs.Invalid},
		{"no evidence", o.hr(2), LateOrder{}, "x", errs.Invalid},
		{"other evidence", o.hr(2), LateOrder{Evidence: []int{9}}, "x", errs.Invalid},
		{"no change", o.hr(2), LateOrder{Evidence: []int{3}}, "x", errs.Conflict},
		{"a lower score", o.hr(2), LateOrder{Evidence: []int{2}}, "x", errs.Conflict},
	} {
		if _, err := o.ProposeLateAnswers(o.ctx, c.v, id, c.order, c.reason); !errs.Is(err, c.want) {
			t.Errorf("%s proposes: %v", c.name, err)
		}
	}
	if n := o.count(`SELECT count(*) FROM correction`); n != 0 {
		t.Fatalf("%d orders", n)
	}
	k := o.propose(as(2, account.Trainer, o.east), id, 1)
	if _, err := o.ProposeLateAnswers(o.ctx, o.hr(3), id, one, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second order on one attempt: %v", err)
	}
	for _, c := range []struct {
		name     string
		v        account.Viewer
		expected ResultID
		want     errs.Kind
	}{
		{"a trainer", as(3, account.Trainer, o.east), first.ID, errs.Forbidden},
		{"the proposer", o.hr(2), first.ID, errs.Forbidden},
		{"the examinee", o.hr(1), first.ID, errs.Forbidden},
		{"another branch's HR", as(7, account.HR, o.west), first.ID, errs.NotFound},
		{"the program", account.System(), first.ID, errs.Forbidden},
		{"who saw another version", o.hr(3), first.ID + 100, errs.Conflict},
	} {
		if err := o.ApproveCorrection(o.ctx, c.v, k, c.expected, ""); !errs.Is(err, c.want) {
			t.Errorf("%s approves: %v", c.name, err)
		}
	}
	if err := o.RejectCorrection(o.ctx, o.hr(3), k, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("a rejection without a reason: %v", err)
	}
	if err := o.WithdrawCorrection(o.ctx, o.hr(3), k, ""); !errs.Is(err, errs.Forbidden) {
		t.Errorf("somebody else withdraws: %v", err)
	}
	o.readsCorrections(t, exam, k)
	if n := o.count(`SELECT count(*) FROM result`); n != 1 {
		t.Fatalf("%d results", n)
	}
	h.fail = errors.New("no")
	must(t, o.ApproveCorrection(o.ctx, as(4, account.Superior, o.east), k, first.ID, "属实")) // not released: no hook
	if err := o.RejectCorrection(o.ctx, o.hr(3), k, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
	// The same order again changes nothing any more: what was admitted counts.
	if _, err := o.ProposeLateAnswers(o.ctx, o.hr(2), id, one, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("the same evidence again: %v", err)
	}
	for _, statement := range []string{
		`UPDATE correction SET reason = 'y'`, `UPDATE correction SET state = 'rejected', decision_reason = 'y'`, `DELETE FROM correction`,
		`DELETE FROM correction_result`, `UPDATE correction_result SET result_id = 1`,
	} {
		if _, err := o.d.SQL().Exec(statement); err == nil {
			t.Errorf("the database allows %s", statement)
		}
	}
}

// readsCorrections: own, inside and outside.
func (o *office) readsCorrections(t *testing.T, exam ExamID, k CorrectionID) {
	t.Helper()
	for _, c := range []struct {
		name string
		v    account.Viewer
		rows int
		want errs.Kind // of the order itself; 0: answered
	}{
		{"inside", as(2, account.Supervisor, o.east), 1, 0},
		{"outside", as(7, account.HR, o.west), 0, errs.NotFound},
		{"the own", o.hr(1), 0, errs.Forbidden},
	} {
		_, rows, total, err := o.Corrections(o.ctx, c.v, exam, page.New(1, 20))
		if err != nil || len(rows) != c.rows || total != c.rows {
			t.Errorf("%s: %d rows of %d, %v", c.name, len(rows), total, err)
		}
		late, _, err := o.LateAttempts(o.ctx, c.v, exam, page.New(1, 20))
		if err != nil || len(late) != c.rows {
			t.Errorf("%s: late %+v, %v", c.name, late, err)
		}
		_, _, err = o.Correction(o.ctx, c.v, k)
		if c.want == 0 && err != nil || c.want != 0 && !errs.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, c := range []struct {
		name string
		v    account.Viewer
		want int
	}{{"who may approve", o.hr(3), 1}, {"the proposer", o.hr(2), 0}, {"the examinee", o.hr(1), 0}, {"outside", as(7, account.HR, o.west), 0}} {
		rows, err := o.CorrectionsWaiting(o.ctx, c.v)
		if err != nil || len(rows) != c.want {
			t.Errorf("%s: waiting %+v, %v", c.name, rows, err)
		}
	}
	if _, _, _, err := o.Corrections(o.ctx, examinee(5), exam, page.New(1, 20)); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a consultant: %v", err)
	}
}

// What the hooks refuse does not happen.
func TestACorrectionThatAHookRefusesIsNone(t *testing.T) {
	o := newOffice(t, 3, 3)
	h := listen(o.Service)
	exam := o.published(1, func(s *Settings) { s.Release = ReleaseAtHandIn })
	sheet := o.late(exam, 1, 5, choose(6, 11, "b"))
	k := o.propose(o.hr(2), sheet.AttemptID, 1)
	h.fail = errors.New("no")
	if err := o.ApproveCorrection(o.ctx, o.hr(3), k, o.newestOf(sheet.AttemptID).ID, ""); !errors.Is(err, h.fail) {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM result`); n != 1 {
		t.Errorf("%d results", n)
	}
	if order, _, err := o.Correction(o.ctx, o.hr(3), k); err != nil || order.State != CorrectionProposed {
		t.Errorf("%+v %v", order, err)
	}
}

// Promise 7: what the old holder still had unsent is older than what the new one wrote, and replaces it only when chosen.
func TestLostLeaseReplacesOnlyWhenChosen(t *testing.T) {
	o := newOffice(t, 3, 3)
	exam := o.published(1, nil)
	sheet := o.begin(exam, 1)
	taken, err := o.TakeOver(o.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"})
	must(t, err)
	o.clock.Advance(time.Minute)
	_, err = o.Save(o.ctx, examinee(1), sheet.AttemptID, taken.Lease, []Change{choose(1, 1, "a")}, o.clock.Now())
	must(t, err)
	o.clock.Advance(time.Minute)
	reply, err := o.Save(o.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(1, 7, "b"), choose(2, 8, "b")}, o.clock.Now())
	must(t, err)
	if reply.Only() != LostLease {
		t.Fatalf("%+v", reply)
	}
	must(t, errOf(o.Submit(o.ctx, examinee(1), sheet.AttemptID, taken.Lease, o.clock.Now())))
	read, err := o.LateCase(o.ctx, o.hr(2), sheet.AttemptID)
	must(t, err)
	if len(read.Slots) != 2 || !read.Slots[0].Late[0].Older || read.Slots[1].Late[0].Older {
		t.Fatalf("%+v", read.Slots)
	}
	older, other := read.Slots[0].Late[0].No, read.Slots[1].Late[0].No
	if _, err := o.ProposeLateAnswers(o.ctx, o.hr(2), sheet.AttemptID, LateOrder{Evidence: []int{older}}, "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("an older answer, not chosen: %v", err)
	}
	k, err := o.ProposeLateAnswers(o.ctx, o.hr(2), sheet.AttemptID, LateOrder{Evidence: []int{older, other}, Instead: []int{older}}, "断网时写的")
	must(t, err)
	must(t, o.ApproveCorrection(o.ctx, o.hr(3), k, o.newestOf(sheet.AttemptID).ID, ""))
	if r := o.newestOf(sheet.AttemptID); r.Score != 2000 {
		t.Errorf("%+v", r)
	}
}

func errOf[T any](_ T, err error) error { return err }
