package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

func TestEmbargoPartsAPool(t *testing.T) {
	pool := Pool{Items: []PoolItem{item(1, "single", 2, true, 1), item(2, "single", 5, false, 1), item(3, "single", 2, false, 2)}, Lines: map[TopicID][]TopicID{1: {1}}}
	b := Blueprint{Rows: []BlueprintRow{{Type: "single", TopicIDs: []TopicID{1}, DifficultyMin: 1, DifficultyMax: 3, Count: 3}, {Type: "multiple", DifficultyMin: 1, DifficultyMax: 5, Count: 1}}}
	for name, c := range map[string]struct {
		embargo    Embargo
		open, held int
		first      int // of the first row's lack, held back
	}{
		"nothing is held":        {nil, 3, 0, 0},
		"one that fits":          {Embargo{1: true}, 2, 1, 1},
		"too hard for the row":   {Embargo{2: true}, 2, 1, 0},
		"at another point":       {Embargo{3: true}, 2, 1, 0},
		"all, and one not there": {Embargo{1: true, 2: true, 3: true, 9: true}, 0, 3, 1},
	} {
		open, held := c.embargo.part(pool)
		if len(open.Items) != c.open || len(held) != c.held || len(open.Lines) != 1 {
			t.Errorf("%s: %d and %d", name, len(open.Items), len(held))
		}
		short := withHeld([]Shortage{{Row: 0, TopicIDs: []TopicID{1}}, {Row: 1}, {Row: -1}}, b, held)
		if short[0].Held != c.first || short[1].Held != 0 || short[2].Held != 0 {
			t.Errorf("%s: %+v", name, short)
		}
	}
	if n := (Embargo{1: true, 2: true}).shares(Embargo{2: true, 3: true}); n != 1 {
		t.Errorf("%d shared", n)
	}
}

// practice is a blueprint for mocks over the whole bank.
func practice(slots int) Blueprint {
	return Blueprint{Title: "模拟", Practice: true, Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: slots, Points: score.Whole(1)}}}
}

// Whoever practises meets no question of an exam that is still to be sat or to be released, and all of them afterwards.
func TestMocksWaitForTheRelease(t *testing.T) {
	c := newClinic(t, 2)
	early := c.published(1, func(s *Settings) { s.Title, s.Kind = "早先的模拟", Mock })
	mockOf := func(paper PaperID) error {
		in := c.settings()
		in.Kind = Mock
		_, err := c.CreateExam(c.ctx, c.staff, in, paper)
		return err
	}
	draw := func(slots int) []Shortage {
		t.Helper()
		id, err := c.CreateBlueprint(c.ctx, c.staff, practice(slots))
		must(t, err)
		_, short, err := c.DrawPaper(c.ctx, c.staff, id, "")
		must(t, err)
		return short
	}
	exam := c.published(2, nil)
	e, err := c.Exam(c.ctx, c.staff, exam)
	must(t, err)

	if short := draw(110); len(short) != 0 {
		t.Errorf("110 of 120 questions are free: %+v", short)
	}
	if short := draw(111); len(short) != 1 || short[0].Held != 10 || short[0].Lack != 1 || short[0].Fit != 110 {
		t.Errorf("%+v", short)
	}
	if stock, err := c.CheckBlueprint(c.ctx, c.staff, practice(120)); err != nil || len(stock.Short) != 1 || stock.Short[0].Held != 10 || stock.Fit[0] != 110 {
		t.Errorf("%+v %v", stock, err)
	}
	usual := practice(120)
	usual.Practice = false
	if stock, err := c.CheckBlueprint(c.ctx, c.staff, usual); err != nil || len(stock.Short) != 0 {
		t.Errorf("a paper that is for no mock: %+v %v", stock, err)
	}
	id, err := c.CreateBlueprint(c.ctx, c.staff, practice(56))
	must(t, err)
	if _, forms, short, err := c.DrawForms(c.ctx, c.staff, id, "", 2); err != nil || len(short) != 0 || len(forms.Short) != 1 || forms.Short[0].Held != 10 {
		t.Errorf("forms: %+v %+v %v", forms.Short, short, err)
	}

	held := func(err error) bool {
		return errs.Is(err, errs.Invalid) && strings.Contains(err.Error(), "error.exam.paper_held")
	}
	if err := mockOf(*e.PaperID); !held(err) {
		t.Errorf("a mock with the exam's own paper: %v", err)
	}
	free := c.paperFor(Mock, 10)
	in := c.settings()
	in.Kind = Mock
	draft, err := c.CreateExam(c.ctx, c.staff, in, free)
	must(t, err)
	if err := c.EditExam(c.ctx, c.staff, draft, in, *e.PaperID); !held(err) {
		t.Errorf("a draft that takes the exam's paper: %v", err)
	}

	// What the exam's people were given beside its paper counts too.
	_, err = c.Invite(c.ctx, c.staff, draft, account.Audience{PersonIDs: []account.PersonID{1}})
	must(t, err)
	c.exec(`UPDATE candidate SET paper_id = $1 WHERE exam_id = $2 AND person_id = 2`, int64(free), int64(exam))
	if err := c.Publish(c.ctx, c.staff, draft); !held(err) {
		t.Errorf("a mock with a candidate's own paper: %v", err)
	}
	c.exec(`UPDATE candidate SET paper_id = NULL WHERE exam_id = $1 AND person_id = 2`, int64(exam))
	must(t, c.Publish(c.ctx, c.staff, draft))

	c.submit(c.begin(exam, 1), 1)
	c.clock.Advance(2*time.Hour + 2*time.Minute)
	c.due()
	if err := mockOf(*e.PaperID); !held(err) {
		t.Errorf("marked, and not released yet: %v", err)
	}
	_, err = c.Release(c.ctx, c.staff, exam)
	must(t, err)
	must(t, mockOf(*e.PaperID))
	if short := draw(120); len(short) != 0 {
		t.Errorf("after the release: %+v", short)
	}
	if mocks, err := c.MocksSharing(c.ctx, c.staff, Exam{ID: early, Kind: Mock}); err != nil || len(mocks) != 0 {
		t.Errorf("a mock shares with mocks as it likes: %+v %v", mocks, err)
	}
}

// While somebody has leave, the others are marked and told their results; the questions wait for the last one.
func TestMocksWaitForWhoHasLeave(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	opens, closes := c.clock.Now().Add(48*time.Hour), c.clock.Now().Add(72*time.Hour)
	must(t, c.Defer(c.ctx, c.staff, exam, 2, Grant{OpensAt: &opens, ClosesAt: &closes, Reason: "病假"}))
	c.submit(c.begin(exam, 1), 1)
	c.clock.Advance(2*time.Hour + 2*time.Minute)
	c.due()
	_, err := c.Release(c.ctx, c.staff, exam)
	must(t, err)
	e, err := c.Exam(c.ctx, c.staff, exam)
	must(t, err)
	mock := func() error {
		in := c.settings()
		in.Kind, in.ClosesAt = Mock, c.clock.Now().Add(24*time.Hour)
		_, err := c.CreateExam(c.ctx, c.staff, in, *e.PaperID)
		return err
	}
	if err := mock(); e.State != Marked || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "error.exam.paper_held") {
		t.Errorf("%s, one has still to sit it: %v", e.State, err)
	}
	c.clock.Advance(48 * time.Hour)
	c.submit(c.begin(exam, 2), 2)
	_, err = c.Release(c.ctx, c.staff, exam)
	must(t, err)
	must(t, mock())
}

// Whoever publishes an exam is told of the mocks that ask the same, until these are over.
func TestMocksThatShareAreNamed(t *testing.T) {
	c := newClinic(t, 1)
	mock := c.published(1, func(s *Settings) { s.Title, s.Kind = "考前模拟", Mock })
	m, err := c.Exam(c.ctx, c.staff, mock)
	must(t, err)
	in := c.settings()
	in.ClosesAt = in.ClosesAt.Add(24 * time.Hour)
	same, err := c.CreateExam(c.ctx, c.staff, in, *m.PaperID)
	must(t, err)
	without, err := c.CreateExam(c.ctx, c.staff, in, 0)
	must(t, err)
	if mocks, err := c.MocksSharing(c.ctx, c.staff, Exam{ID: same, Kind: Quarterly}); err != nil || len(mocks) != 1 || mocks[0] != (MockSharing{ID: mock, Title: "考前模拟", Questions: 10}) {
		t.Errorf("%+v %v", mocks, err)
	}
	if mocks, err := c.MocksSharing(c.ctx, c.staff, Exam{ID: without, Kind: Quarterly}); err != nil || len(mocks) != 0 {
		t.Errorf("without a paper: %+v %v", mocks, err)
	}
	if _, err := c.MocksSharing(c.ctx, examinee(1), Exam{ID: same, Kind: Quarterly}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee: %v", err)
	}
	c.clock.Advance(2 * time.Hour)
	if mocks, err := c.MocksSharing(c.ctx, c.staff, Exam{ID: same, Kind: Quarterly}); err != nil || len(mocks) != 0 {
		t.Errorf("after the mock's close: %+v %v", mocks, err)
	}
	c.exec(`UPDATE candidate SET closes_at = $1, opens_at = $2 WHERE exam_id = $3`, c.clock.Now().Add(time.Hour), c.clock.Now(), int64(mock))
	if mocks, err := c.MocksSharing(c.ctx, c.staff, Exam{ID: same, Kind: Quarterly}); err != nil || len(mocks) != 1 {
		t.Errorf("while one person may still sit it: %+v %v", mocks, err)
	}
}

// The embargo is looked up by the indexes that are for it, however many exams, papers and people there were.
func TestEmbargoIsLookedUp(t *testing.T) {
	c := newUntouchedClinic(t, 1)
	large := []string{"SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off"} // tables without rows are planned as large ones
	for _, s := range []struct {
		name    string
		types   []string
		indexes []string
	}{
		{"embargoed_versions", nil, []string{"exam_before_release", "candidate_unsettled", "result_unreleased", "paper_form_once", "candidate_of_paper", "paper_slot_once"}},
		{"paper_versions", []string{"bigint"}, []string{"paper_pkey", "paper_form_once", "paper_slot_once"}},
		{"exam_beside_mocks", []string{"bigint", "timestamptz"}, []string{"exam_running", "paper_form_once", "candidate_of_paper", "paper_slot_once"}},
	} {
		plan := c.plan(embargoSQL, s.name, large, s.types...)
		if strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s:\n%s", s.name, plan)
		}
		for _, index := range s.indexes {
			if !strings.Contains(plan, index) {
				t.Errorf("%s goes without %s:\n%s", s.name, index, plan)
			}
		}
	}
}
