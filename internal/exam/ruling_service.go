package exam

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// RulableQuestion is a question of an exam as whoever may rule on it sees the list.
type RulableQuestion struct {
	VersionID VersionID `db:"version_id"`
	Slot      int       `db:"slot"`   // on the paper; the first place where candidates have different papers
	People    int       `db:"people"` // marked attempts that hold it
	Question  Question  `db:"-"`
	Stands    Ruling    `db:"-"` // zero: the paper's own key
	Waits     bool      `db:"-"` // an order on it waits for a second person
}

// Rulable is an exam with its questions.
type Rulable struct {
	Exam      Exam
	Waits     CorrectionID // the order that waits; 0 when none does. One ruling of an exam waits at a time
	Refused   error        // why nothing can be ruled here by the viewer; the page says so
	Questions []RulableQuestion
	Total     int
}

// Rulable lists an exam's questions that a regrade may rule on, those whose stem holds the search. What refuses the
// viewer a ruling, by ProposeRuling, stands in Refused.
func (s *Service) Rulable(ctx context.Context, v account.Viewer, id ExamID, search string, p page.Page) (Rulable, error) {
	e, err := s.reachedExam(ctx, s.db, v, account.ExamCorrect, id)
	out := Rulable{Exam: e}
	if err == nil {
		err = s.rulable(ctx, s.db, v, e)
	}
	if e.ID != 0 && (errs.Is(err, errs.Forbidden) || errs.Is(err, errs.Conflict)) {
		out.Refused = err
		return out, nil
	}
	if err != nil {
		return out, err
	}
	var all []RulableQuestion
	if err := s.store.Select(ctx, s.db, &all, "ruling_questions", int64(id)); err != nil {
		return out, err
	}
	ids := make([]VersionID, len(all))
	for i, q := range all {
		ids[i] = q.VersionID
	}
	questions, err := s.questions.Versions(ctx, s.db, ids)
	if err != nil {
		return out, err
	}
	approved, waits, err := s.rulings(ctx, s.db, id)
	if err != nil {
		return out, err
	}
	stand := rulingsOf(bodiesOf(approved))
	if waits != nil {
		out.Waits = waits.ID
	}
	search = strings.ToLower(strings.TrimSpace(search))
	for _, q := range all {
		q.Question, q.Stands = questions[q.VersionID], stand[q.VersionID]
		q.Waits = waits != nil && waits.Body.V.VersionID == q.VersionID
		if !strings.Contains(strings.ToLower(q.Question.Stem), search) {
			continue
		}
		if out.Total++; out.Total > p.Offset() && len(out.Questions) < p.Limit() {
			out.Questions = append(out.Questions, q)
		}
	}
	return out, nil
}

// RulingCase is a question as whoever would rule on it sees it, before saying how.
type RulingCase struct {
	Exam     Exam
	Question Question
	Stands   Ruling       // what counts until now; zero: the paper's own key
	Waits    CorrectionID // an order of the exam that waits; 0 when none does
	Others   []RuledExam  // that hold the question as well
}

// RuledExam is another exam that holds a question, and how far it is ruled on there.
type RuledExam struct {
	ID       ExamID          `db:"id"`
	Title    string          `db:"title"`
	Kind     Kind            `db:"kind"`
	State    State           `db:"state"`
	ClosesAt time.Time       `db:"closes_at"`
	Ruled    CorrectionState `db:"ruled"` // "": by no order
	OrderID  CorrectionID    `db:"order_id"`
}

// RulingCase is a question of an exam with what counts at it now. Errors as of ProposeRuling.
func (s *Service) RulingCase(ctx context.Context, v account.Viewer, id ExamID, version VersionID) (RulingCase, error) {
	e, err := s.reachedExam(ctx, s.db, v, account.ExamCorrect, id)
	if err != nil {
		return RulingCase{}, err
	}
	out := RulingCase{Exam: e}
	if err := s.rulable(ctx, s.db, v, e); err != nil {
		return out, err
	}
	r, err := s.ruled(ctx, s.db, e, Ruling{VersionID: version, Act: FullMarks})
	if err != nil {
		return out, err
	}
	out.Question, out.Stands = r.question, r.stands
	_, waits, err := s.rulings(ctx, s.db, id)
	if err != nil {
		return out, err
	}
	if waits != nil {
		out.Waits = waits.ID
	}
	scope := v.Scope(account.ExamCorrect)
	err = s.store.Select(ctx, s.db, &out.Others, "ruling_exams", int64(id), int64(version), scope.All, db.Array(scope.UnitIDs))
	return out, err
}

// DryRun says what a ruling would do, and does nothing. Errors as of ProposeRuling, but for a ruling that changes nothing: the
// preview says so (Refused).
func (s *Service) DryRun(ctx context.Context, v account.Viewer, id ExamID, r Ruling, p page.Page) (RulingPreview, error) {
	e, err := s.reachedExam(ctx, s.db, v, account.ExamCorrect, id)
	if err != nil {
		return RulingPreview{}, err
	}
	if err := s.rulable(ctx, s.db, v, e); err != nil {
		return RulingPreview{}, err
	}
	ruled, err := s.ruled(ctx, s.db, e, r)
	if err != nil {
		return RulingPreview{}, err
	}
	out := previewOf(ruled)
	out.Refused = ruled.check()
	return out, s.foresee(ctx, &out, p)
}

// ProposeRuling proposes to rule on one question of a whole exam (promise 11). It changes nothing: a second person approves.
// Errors: Forbidden for whoever sat the exam and for whom some of its people are out of reach; NotFound for a question that no
// marked attempt holds; Invalid for a missing reason or a ruling that the question does not take; Conflict for a mock, before the
// exam is marked, when another ruling of the exam waits, for a ruling by answer on an exam on paper, for one that leaves no points,
// and for one that changes nothing.
func (s *Service) ProposeRuling(ctx context.Context, v account.Viewer, id ExamID, r Ruling, reason string) (CorrectionID, error) {
	if err := v.Require(account.ExamCorrect); err != nil {
		return 0, err
	}
	reason, err := reasonOf(reason, true)
	if err != nil {
		return 0, err
	}
	var order CorrectionID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.lockReached(ctx, tx, v, account.ExamCorrect, id)
		if err != nil {
			return err
		}
		if err := account.FirstSignature(v, 0); err != nil {
			return err
		}
		if err := s.rulable(ctx, tx, v, e); err != nil {
			return err
		}
		ruled, err := s.ruled(ctx, tx, e, r)
		if err != nil {
			return err
		}
		if err := ruled.check(); err != nil {
			return err
		}
		err = s.store.Get(ctx, tx, &order, "correction_insert", int64(id), int64(0), QuestionRuling, db.JSONOf(ruled.ruling), reason, int64(v.PersonID), tx.Now())
		if db.Violates(err, "correction_one_open_question") {
			return errs.New(errs.Conflict, "error.exam.ruling_open").With(err)
		}
		if err != nil {
			return err
		}
		k := Correction{Kind: QuestionRuling, ExamID: id, Body: db.JSONOf(OrderBody{Ruling: ruled.ruling})}
		if err := recordOrder(ctx, tx, v, "exam.correction.propose", order, k.facts(map[string]any{"kind": k.Kind, "keys": ruled.ruling.Keys}), reason); err != nil {
			return err
		}
		return s.tellProposal(ctx, tx, ProposedCorrection{ID: order, ExamID: id, Title: e.Title, ProposedBy: v.PersonID})
	})
	return order, err
}

// RulingPreview is what an order on a question does, while it waits, or did, once it is approved; nil for one that was rejected or
// withdrawn. k is the order as Correction gave it to the viewer.
func (s *Service) RulingPreview(ctx context.Context, v account.Viewer, k Correction, p page.Page) (*RulingPreview, error) {
	e, err := s.reachedExam(ctx, s.db, v, account.ExamCorrectionRead, k.ExamID)
	if err != nil {
		return nil, err
	}
	var out RulingPreview
	switch k.State {
	case CorrectionProposed:
		ruled, err := s.ruled(ctx, s.db, e, k.Body.V.Ruling)
		if err != nil {
			return nil, err
		}
		out = previewOf(ruled)
		if out.Refused = s.rulable(ctx, s.db, v, e); out.Refused == nil {
			out.Refused = ruled.check()
		}
	case CorrectionApproved:
		if out, err = s.done(ctx, e, k); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	return &out, s.foresee(ctx, &out, p)
}

// done reads what an approved order did.
func (s *Service) done(ctx context.Context, e Exam, k Correction) (RulingPreview, error) {
	ruling := k.Body.V.Ruling
	question, err := s.question(ctx, ruling.VersionID)
	if err != nil {
		return RulingPreview{}, err
	}
	out := RulingPreview{Exam: e, Question: question, Ruling: ruling, Done: true}
	var rows []doneRow
	if err := s.store.Select(ctx, s.db, &rows, "ruling_done", int64(k.ID), int64(ruling.VersionID)); err != nil {
		return out, err
	}
	for _, r := range rows {
		out.take(RuledResult{
			AttemptID: *r.AttemptID, PersonID: r.PersonID, Name: r.Name, EmployeeNo: r.EmployeeNo, Effect: r.Effect,
			Before: versionOf(r.ResultRow), After: r.after(), MarkBefore: r.slotMark(ruling.VersionID), MarkAfter: r.Mark.V,
			MissesBefore: r.RedLineMisses, MissesAfter: r.AfterMisses,
		})
	}
	return out, nil
}

// PeopleOf are an exam's candidates, and those of them who sat it. The caller answers for who may know.
func (s *Service) PeopleOf(ctx context.Context, x db.Q, id ExamID) (candidates, sat []account.PersonID, err error) {
	if err := s.store.Select(ctx, x, &candidates, "exam_people", int64(id), false); err != nil {
		return nil, nil, err
	}
	return candidates, sat, s.store.Select(ctx, x, &sat, "exam_people", int64(id), true)
}
