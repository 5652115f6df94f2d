package exam

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// RulingEffect is what a ruling does to one result.
type RulingEffect string

const (
	RulingSame   RulingEffect = ""       // the slot earns the same
	RulingBetter RulingEffect = "better" // another version: the person is no worse off with it
	RulingSpared RulingEffect = "spared" // it would make the person worse off: the result stays as it is
)

// ruledRow is the newest result of an attempt that holds a ruled question.
type ruledRow struct {
	ResultRow
	Points          score.Hundredths `db:"points_hundredths"` // of the question on the paper
	Name            string           `db:"name"`
	EmployeeNo      string           `db:"employee_no"`
	SittingClosedAt time.Time        `db:"sitting_closed_at"`
}

// slotMark is what the result says of the question.
func (r ruledRow) slotMark(id VersionID) SlotMark {
	for _, m := range r.Marks.V {
		if m.VersionID == id {
			return m
		}
	}
	return SlotMark{VersionID: id, Points: r.Points}
}

// ruledResult is what a ruling makes of a result.
type ruledResult struct {
	ruledRow
	effect  RulingEffect
	mark    SlotMark // of the question, under the ruling
	marking Marking
	judged  Judgement
}

// ruledAnswer is what a ruling finds in one attempt: what was answered to the question, and what people gave it.
type ruledAnswer struct {
	entry Entry
	given *score.Hundredths // nil: people did not mark it
}

// own is what the slot earns as the paper has it.
func (r ruledRow) own(id VersionID, q questionbank.Question, a ruledAnswer) SlotMark {
	was := r.slotMark(id)
	place := Place{Slot: was.Slot, VersionID: id, Points: r.Points}
	m := SlotMark{Slot: place.Slot, VersionID: id, Points: place.Points}
	switch {
	case a.entry.Response != nil:
		response, _ := responseTo(q, a.entry)
		m = markOf(place, q, response)
	case a.given != nil:
		m = markingOf([]Place{place}, []EnteredMark{{Slot: place.Slot, Mark: a.given}}, map[VersionID]questionbank.Question{id: q}, nil).Marks[0]
	case q.RedLine && !q.Type.ByPeople():
		m.RedLineMissed = true // a line is missed by no answer too
	}
	m.Answered = was.Answered
	return m
}

// under weighs one result under a ruling. What the question earned before is replaced, every other mark stays as it is.
func (r ruledRow) under(ruling Ruling, q questionbank.Question, answer ruledAnswer, bands score.Bands) ruledResult {
	response, _ := responseTo(q, answer.entry)
	was := r.slotMark(ruling.VersionID)
	out := ruledResult{ruledRow: r}
	out.mark = ruling.mark(r.own(ruling.VersionID, q, answer), q, response)
	for _, m := range r.Marks.V {
		if m.VersionID == ruling.VersionID {
			m = out.mark
		}
		out.marking.add(m)
	}
	out.judged = Judge(bands, r.RedLine, out.marking)
	switch {
	case was.earns() == out.mark.earns():
	case standingOf(out.marking, out.judged).worse(bands, r.standing()):
		out.effect = RulingSpared
	default:
		out.effect = RulingBetter
	}
	return out
}

// ruledExam is an exam under a ruling.
type ruledExam struct {
	exam     Exam
	ruling   Ruling // with all keys that count
	stands   Ruling // what counts until now; zero: the paper's own key
	question Question
	results  []ruledResult
}

// seen is the newest version that the ruling was weighed on: an approval is of what its preview showed.
func (e ruledExam) seen() (newest ResultID) {
	for _, r := range e.results {
		newest = max(newest, r.ID)
	}
	return newest
}

// check refuses a ruling that changes nothing, and one that leaves somebody no points to be judged by.
func (e ruledExam) check() error {
	if slices.ContainsFunc(e.results, func(r ruledResult) bool { return r.marking.Total == 0 }) {
		return errs.New(errs.Conflict, "error.exam.ruling_empty")
	}
	if !slices.ContainsFunc(e.results, func(r ruledResult) bool { return r.effect != RulingSame }) {
		return errs.New(errs.Conflict, "error.exam.ruling_nothing")
	}
	return nil
}

// rulable refuses what no ruling can be made on: a mock counts for nothing, and before everybody has sat the rest would be marked
// by another key. Nobody rules on the questions of an exam that they sat, or have still to sit.
func (s *Service) rulable(ctx context.Context, x db.Q, v account.Viewer, e Exam) error {
	switch {
	case e.Kind == Mock:
		return errs.New(errs.Conflict, "error.exam.correction_mock")
	case e.State != Marked && e.State != Archived:
		return errs.New(errs.Conflict, "error.exam.ruling_early")
	}
	var own struct {
		Sat        bool                  `db:"sat"`
		StillToSit db.JSON[[]stillToSit] `db:"still_to_sit"`
	}
	if err := s.store.Get(ctx, x, &own, "exam_sat_by", int64(e.ID), int64(v.PersonID)); err != nil {
		return err
	}
	if own.Sat {
		return errs.New(errs.Forbidden, "error.exam.ruling_own")
	}
	return s.keepsOut(own.StillToSit)
}

// examRuling is an order on a question of an exam.
type examRuling struct {
	ID    CorrectionID    `db:"id"`
	State CorrectionState `db:"state"`
	Body  db.JSON[Ruling] `db:"body"`
}

// rulings are the approved ones and the one that waits, nil when none does.
func (s *Service) rulings(ctx context.Context, x db.Q, id ExamID) (approved []examRuling, waits *examRuling, err error) {
	var rows []examRuling
	if err := s.store.Select(ctx, x, &rows, "exam_rulings", int64(id)); err != nil {
		return nil, nil, err
	}
	for i, r := range rows {
		if r.State == CorrectionProposed {
			waits = &rows[i]
			continue
		}
		approved = append(approved, r)
	}
	return approved, waits, nil
}

func bodiesOf(list []examRuling) []Ruling {
	out := make([]Ruling, len(list))
	for i, r := range list {
		out[i] = r.Body.V
	}
	return out
}

// ruled weighs a ruling on every marked attempt that holds the question. Errors: NotFound when none does, Invalid for a ruling
// that the question does not take, Conflict for one by answer on an exam on paper, whose answers are not here.
func (s *Service) ruled(ctx context.Context, x db.Q, e Exam, r Ruling) (ruledExam, error) {
	out := ruledExam{exam: e, ruling: r}
	if r.Act.ByAnswer() && e.OnPaper {
		return out, errs.New(errs.Conflict, "error.exam.ruling_on_paper")
	}
	var rows []ruledRow
	if err := s.store.Select(ctx, x, &rows, "ruling_results", int64(e.ID), int64(r.VersionID)); err != nil {
		return out, err
	}
	if len(rows) == 0 {
		return out, errNotFound()
	}
	found, err := s.questions.Versions(ctx, x, []VersionID{r.VersionID})
	if err != nil {
		return out, err
	}
	out.question = found[r.VersionID]
	approved, _, err := s.rulings(ctx, x, e.ID)
	if err != nil {
		return out, err
	}
	out.stands = rulingsOf(bodiesOf(approved))[r.VersionID]
	if err := r.check(out.question.Question); err != nil {
		return out, err
	}
	out.ruling = r.completed(out.stands, out.question.Question)
	bands, err := s.bandsOf(ctx, x, policy.VersionID(*e.BandsVersionID))
	if err != nil {
		return out, err
	}
	answers, err := s.ruledAnswers(ctx, x, out, rows)
	if err != nil {
		return out, err
	}
	for _, row := range rows {
		out.results = append(out.results, row.under(out.ruling, out.question.Question, answers[*row.AttemptID], bands))
	}
	return out, nil
}

// ruledAnswers reads what a ruling needs of the attempts: the answers that it marks again, or the marks that people gave, where it leads
// back to those.
func (s *Service) ruledAnswers(ctx context.Context, x db.Q, e ruledExam, rows []ruledRow) (map[AttemptID]ruledAnswer, error) {
	out := make(map[AttemptID]ruledAnswer, len(rows))
	back := e.ruling.Act == PaperKey
	if back && (e.exam.OnPaper || e.question.Type.ByPeople()) {
		var given []struct {
			AttemptID AttemptID         `db:"attempt_id"`
			Mark      *score.Hundredths `db:"mark_hundredths"`
		}
		name, attempts := "ruling_marks", make([]int64, len(rows))
		if e.exam.OnPaper {
			name = "ruling_entered_marks"
		}
		for i, r := range rows {
			attempts[i] = int64(*r.AttemptID)
		}
		if err := s.store.Select(ctx, x, &given, name, db.Array(attempts), int64(e.ruling.VersionID)); err != nil {
			return nil, err
		}
		for _, g := range given {
			out[g.AttemptID] = ruledAnswer{given: g.Mark}
		}
		return out, nil
	}
	if !back && !e.ruling.Act.ByAnswer() {
		return out, nil
	}
	answers, err := s.answersTo(ctx, x, e.ruling.VersionID, rows)
	for id, entry := range answers {
		out[id] = ruledAnswer{entry: entry}
	}
	return out, err
}

// answersTo are the responses that count to one question in many attempts: the journals' ends, with what orders have admitted.
func (s *Service) answersTo(ctx context.Context, x db.Q, id VersionID, rows []ruledRow) (map[AttemptID]Entry, error) {
	attempts, slots := make([]int64, len(rows)), make([]int64, len(rows))
	slotOf := make(map[AttemptID]int, len(rows))
	for i, r := range rows {
		slot := r.slotMark(id).Slot
		attempts[i], slots[i], slotOf[*r.AttemptID] = int64(*r.AttemptID), int64(slot), slot
	}
	var found []struct {
		AttemptID AttemptID `db:"attempt_id"`
		Entry
	}
	if err := s.store.Select(ctx, x, &found, "ruling_answers", db.Array(attempts), db.Array(slots)); err != nil {
		return nil, err
	}
	out := make(map[AttemptID]Entry, len(found))
	for _, f := range found {
		out[f.AttemptID] = f.Entry
	}
	return out, s.admitTo(ctx, x, attempts, slotOf, out)
}

// admitTo lays what approved orders have admitted over the answers. Orders go slot by slot, so each attempt's one slot will do.
func (s *Service) admitTo(ctx context.Context, x db.Q, attempts []int64, slotOf map[AttemptID]int, answers map[AttemptID]Entry) error {
	var orders []struct {
		AttemptID AttemptID          `db:"attempt_id"`
		Body      db.JSON[LateOrder] `db:"body"`
	}
	if err := s.store.Select(ctx, x, &orders, "ruling_admitted", db.Array(attempts)); err != nil || len(orders) == 0 {
		return err
	}
	byAttempt := map[AttemptID][]LateOrder{}
	var with []int64
	for _, o := range orders {
		if byAttempt[o.AttemptID] == nil {
			with = append(with, int64(o.AttemptID))
		}
		byAttempt[o.AttemptID] = append(byAttempt[o.AttemptID], o.Body.V)
	}
	var late []struct {
		AttemptID AttemptID `db:"attempt_id"`
		LateAnswer
	}
	if err := s.store.Select(ctx, x, &late, "ruling_late_answers", db.Array(with)); err != nil {
		return err
	}
	lateOf := map[AttemptID][]LateAnswer{}
	for _, a := range late {
		if a.Slot == slotOf[a.AttemptID] {
			lateOf[a.AttemptID] = append(lateOf[a.AttemptID], a.LateAnswer)
		}
	}
	for id, list := range byAttempt {
		counted := map[int]Entry{}
		if e, ok := answers[id]; ok {
			counted[e.Slot] = e
		}
		if e, ok := admitAll(counted, lateOf[id], list)[slotOf[id]]; ok {
			answers[id] = e
		}
	}
	return nil
}

// spared are the columns of results that an approved order leaves as they are.
type sparedColumns struct {
	results, scores, totals, percents, misses []int64
	marks, bands                              []string
	passed                                    []bool
}

func (c *sparedColumns) add(r ruledResult) error {
	mark, err := json.Marshal(r.mark)
	if err != nil {
		return err
	}
	c.results, c.marks, c.bands = append(c.results, int64(r.ID)), append(c.marks, string(mark)), append(c.bands, string(r.judged.Band))
	c.scores, c.totals, c.percents = append(c.scores, int64(r.marking.Score)), append(c.totals, int64(r.marking.Total)), append(c.percents, int64(r.judged.Percent))
	c.passed, c.misses = append(c.passed, r.judged.Passed), append(c.misses, int64(r.marking.RedLineMisses))
	return nil
}

// version is the version that the ruling adds to the result.
func (e Exam) version(r ruledResult) newVersion {
	return versionOver(r.ResultRow, r.marking, r.judged, e.RoundID, Released{
		ExamID: e.ID, CandidateID: r.CandidateID, PersonID: r.PersonID, AttemptID: *r.AttemptID, Kind: e.Kind, Title: e.Title,
		SittingClosedAt: r.SittingClosedAt.UTC(),
	})
}

// approveRuling adds a version to each result that the ruling betters and notes those that it spares. It is weighed anew under the
// locks.
func (s *Service) approveRuling(ctx context.Context, tx *db.Tx, v account.Viewer, k Correction, expected ResultID) (map[string]any, error) {
	var locked int
	if err := s.store.Get(ctx, tx, &locked, "ruling_lock", int64(k.ExamID)); err != nil {
		return nil, err
	}
	e, err := s.store.exam(ctx, tx, k.ExamID)
	if err != nil {
		return nil, err
	}
	if err := s.rulable(ctx, tx, v, e); err != nil {
		return nil, err
	}
	ruled, err := s.ruled(ctx, tx, e, k.Body.V.Ruling)
	if err != nil {
		return nil, err
	}
	if ruled.seen() != expected {
		return nil, errs.New(errs.Conflict, "error.exam.correction_moved")
	}
	if err := ruled.check(); err != nil {
		return nil, err
	}
	var list []newVersion
	var spared sparedColumns
	for _, r := range ruled.results {
		switch r.effect {
		case RulingBetter:
			list = append(list, e.version(r))
		case RulingSpared:
			if err := spared.add(r); err != nil {
				return nil, err
			}
		}
	}
	if _, err := s.store.Exec(ctx, tx, "ruling_spare", int64(k.ID), db.Array(spared.results), db.Array(spared.marks), db.Array(spared.scores),
		db.Array(spared.totals), db.Array(spared.percents), db.Array(spared.bands), db.Array(spared.passed), db.Array(spared.misses)); err != nil {
		return nil, err
	}
	if _, err := s.addVersions(ctx, tx, v, k, policy.VersionID(*e.BandsVersionID), list); err != nil {
		return nil, err
	}
	return map[string]any{"results": len(list), "spared": len(spared.results)}, nil
}
