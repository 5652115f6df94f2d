package exam

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// maxCorrectionReason bounds the reasons of an order, in characters.
const maxCorrectionReason = 500

// ProposedCorrection is an order that waits for a second person.
type ProposedCorrection struct {
	ID         CorrectionID
	ExamID     ExamID
	Title      string
	PersonID   account.PersonID // whom it is about; 0 for an order on a whole exam
	Name       string
	ProposedBy account.PersonID
}

// ProposalHook hears of each proposed order in its transaction, so that those who may approve it are told. app fills it.
type ProposalHook interface {
	CorrectionProposed(ctx context.Context, tx *db.Tx, p ProposedCorrection) error
}

// OnProposal adds a hook; app calls it before serving begins.
func (s *Service) OnProposal(h ProposalHook) { s.proposed = append(s.proposed, h) }

// ProposeLateAnswers proposes to count refused answers of a marked attempt (promise 6). It changes nothing: a second person
// approves, once people have marked those that they mark. Errors: NotFound outside the viewer's part of the tree; Forbidden for the own attempt; Invalid for a missing
// reason or evidence that is none of the attempt's; Conflict when the attempt is not marked or a mock's, when an order waits
// already, and when the order would change no mark or lower the score.
func (s *Service) ProposeLateAnswers(ctx context.Context, v account.Viewer, id AttemptID, o LateOrder, reason string) (CorrectionID, error) {
	if err := v.Require(account.ExamCorrect); err != nil {
		return 0, err
	}
	reason, err := reasonOf(reason, true)
	if err != nil {
		return 0, err
	}
	slices.Sort(o.Evidence)
	slices.Sort(o.Instead)
	o = LateOrder{Evidence: slices.Compact(o.Evidence), Instead: append([]int{}, slices.Compact(o.Instead)...)}
	var order CorrectionID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		a, err := s.correctable(ctx, tx, v, account.ExamCorrect, id)
		if err != nil {
			return err
		}
		if err := account.FirstSignature(v, a.PersonID); err != nil {
			return err
		}
		if err := s.lockMarked(ctx, tx, a); err != nil {
			return err
		}
		r, err := s.regrade(ctx, tx, a, o, 0, nil)
		if err != nil {
			return err
		}
		if err := o.check(r.late); err != nil {
			return err
		}
		// What an answer earns that people mark is not known yet: the approval checks it.
		if err := r.check(); err != nil && len(r.waiting) == 0 {
			return err
		}
		err = s.store.Get(ctx, tx, &order, "correction_insert", int64(a.ExamID), int64(id), LateAnswers, db.JSONOf(o), reason, int64(v.PersonID), tx.Now())
		if db.Violates(err, "correction_one_open") {
			return errs.New(errs.Conflict, "error.exam.correction_open").With(err)
		}
		if err != nil {
			return err
		}
		if err := s.askForLateMarks(ctx, tx, a, order, r); err != nil {
			return err
		}
		k := Correction{Kind: LateAnswers, ExamID: a.ExamID, AttemptID: a.AttemptID, PersonID: a.PersonID}
		body := k.facts(map[string]any{"kind": k.Kind, "evidence": o.Evidence, "instead": o.Instead, "result_id": r.current.ID})
		if err := recordOrder(ctx, tx, v, "exam.correction.propose", order, body, reason); err != nil {
			return err
		}
		return s.tellProposal(ctx, tx, ProposedCorrection{ID: order, ExamID: a.ExamID, Title: a.Title, PersonID: a.PersonID, Name: a.Name, ProposedBy: v.PersonID})
	})
	return order, err
}

func (s *Service) tellProposal(ctx context.Context, tx *db.Tx, p ProposedCorrection) error {
	for _, h := range s.proposed {
		if err := h.CorrectionProposed(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// reasonOf trims a reason; Invalid when it is too long, or missing where it is needed.
func reasonOf(reason string, needed bool) (string, error) {
	reason = strings.TrimSpace(reason)
	if needed && reason == "" {
		return "", errs.InvalidFields(errs.NewField("reason", "error.exam.reason"))
	}
	if utf8.RuneCountInString(reason) > maxCorrectionReason {
		return "", errs.InvalidFields(errs.NewField("reason", "error.exam.correction_reason", "most", maxCorrectionReason))
	}
	return reason, nil
}

func correctionSubject(id CorrectionID) string { return fmt.Sprintf("correction:%d", id) }

// recordOrder writes an act on an order into the audit; what people wrote as the reason stands beside the chain.
func recordOrder(ctx context.Context, tx *db.Tx, v account.Viewer, act string, id CorrectionID, body map[string]any, reason string) error {
	e := audit.Event{Actor: v.Actor(), Act: act, Subject: correctionSubject(id), Body: body}
	if reason != "" {
		e.Personal = map[string]any{"reason": reason}
	}
	return audit.Write(ctx, tx, e)
}

// LateAttempts lists the marked attempts of an exam with refused answers that could be admitted, with their number.
func (s *Service) LateAttempts(ctx context.Context, v account.Viewer, id ExamID, p page.Page) ([]LateAttempt, int, error) {
	if err := v.Require(account.ExamCorrectionRead); err != nil {
		return nil, 0, err
	}
	scope := v.Scope(account.ExamCorrectionRead)
	var out []LateAttempt
	err := s.store.Select(ctx, s.db, &out, "late_attempts", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs), p.Limit(), p.Offset())
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].Total, nil
}

// LateCase is what whoever proposes an order looks at. Errors as of ProposeLateAnswers.
func (s *Service) LateCase(ctx context.Context, v account.Viewer, id AttemptID) (LateCase, error) {
	if err := v.Require(account.ExamCorrect); err != nil {
		return LateCase{}, err
	}
	a, err := s.correctable(ctx, s.db, v, account.ExamCorrect, id)
	if err != nil {
		return LateCase{}, err
	}
	if err := account.NotSelf(v, a.PersonID); err != nil {
		return LateCase{}, err
	}
	paper, err := s.paper(ctx, s.db, a.PaperID)
	if err != nil {
		return LateCase{}, err
	}
	late, counted, err := s.counted(ctx, s.db, id, a.admitted(nil))
	if err != nil {
		return LateCase{}, err
	}
	return LateCase{
		AttemptID: id, ExamID: a.ExamID, Title: a.Title, PersonID: a.PersonID, Name: a.Name, EmployeeNo: a.EmployeeNo,
		DeadlineAt: a.DeadlineAt.UTC(), SubmittedAt: utc(a.SubmittedAt), ProposedID: a.ProposedID,
		Slots: lateSlots(a.Places.V, paper, counted, late),
	}, nil
}

// Corrections lists an exam's orders, newest first, inside the viewer's part of the tree, with their number and the exam. Errors: Forbidden
// while the viewer has still to sit it: reasons say what the right answer is.
func (s *Service) Corrections(ctx context.Context, v account.Viewer, id ExamID, p page.Page) (Exam, []Correction, int, error) {
	if err := v.Require(account.ExamCorrectionRead); err != nil {
		return Exam{}, nil, 0, err
	}
	e, err := s.store.exam(ctx, s.db, id)
	if err != nil {
		return Exam{}, nil, 0, err
	}
	scope := v.Scope(account.ExamCorrectionRead)
	var out []Correction
	err = s.store.Select(ctx, s.db, &out, "corrections", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs), p.Limit(), p.Offset())
	if err != nil || len(out) == 0 {
		return e, nil, 0, err
	}
	if err := s.keepsOut(out[0].StillToSit); err != nil {
		return Exam{}, nil, 0, err
	}
	return e, out, out[0].Total, nil
}

// WaitingCorrections is an exam with orders that wait for the viewer's approval.
type WaitingCorrections struct {
	ExamID  ExamID `db:"exam_id"`
	Title   string `db:"title"`
	Waiting int    `db:"waiting"`
}

// CorrectionsWaiting lists the exams in which orders wait for a second person that the viewer can be, the longest first.
func (s *Service) CorrectionsWaiting(ctx context.Context, v account.Viewer) ([]WaitingCorrections, error) {
	if err := v.Require(account.ExamCorrectApprove); err != nil {
		return nil, err
	}
	scope := v.Scope(account.ExamCorrectApprove)
	var out []WaitingCorrections
	err := s.store.Select(ctx, s.db, &out, "corrections_waiting", int64(v.PersonID), scope.All, db.Array(scope.UnitIDs))
	return out, err
}

// Correction is an order with its preview: computed now while it waits, as it was stored once it is approved. The preview of an
// order on a whole exam is RulingPreview. Errors: NotFound outside the viewer's part of the tree, Forbidden for the own attempt and while the
// viewer has still to sit the exam.
func (s *Service) Correction(ctx context.Context, v account.Viewer, id CorrectionID) (Correction, *CorrectionPreview, error) {
	if err := v.Require(account.ExamCorrectionRead); err != nil {
		return Correction{}, nil, err
	}
	k, err := s.order(ctx, s.db, v, account.ExamCorrectionRead, id)
	if err != nil {
		return Correction{}, nil, err
	}
	if err := k.others(v); err != nil {
		return Correction{}, nil, err
	}
	if err := s.keepsOut(k.StillToSit); err != nil {
		return Correction{}, nil, err
	}
	if k.Kind != LateAnswers || k.State == CorrectionRejected || k.State == CorrectionWithdrawn {
		return k, nil, nil
	}
	p, err := s.preview(ctx, k)
	return k, p, err
}
