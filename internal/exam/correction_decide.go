package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// ApproveCorrection is the second person's signature: the order is computed anew under the locks and adds a version of the
// result. expected is the version that the approver saw in the preview. When that version is released, the new one is
// released with it and the hooks are told; else it is the one that the release will release. Errors: NotFound outside the
// viewer's part of the tree; Forbidden for the proposer and for whom it is about; Conflict when the order is decided, when
// another version counts by now, when people have still to mark an answer of it, and when it would change no mark or lower the
// score.
func (s *Service) ApproveCorrection(ctx context.Context, v account.Viewer, id CorrectionID, expected ResultID, remark string) error {
	remark, err := reasonOf(remark, false)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrectApprove, id, ActApprove, remark, func(tx *db.Tx, k Correction, a correctable) (map[string]any, error) {
		if err := account.SecondSignature(v, k.ProposedBy, a.PersonID); err != nil {
			return nil, err
		}
		if err := s.lockMarked(ctx, tx, a); err != nil {
			return nil, err
		}
		r, err := s.regrade(ctx, tx, a, k.Body.V, k.ID, nil)
		if err != nil {
			return nil, err
		}
		if r.current.ID != expected {
			return nil, errs.New(errs.Conflict, "error.exam.correction_moved")
		}
		if err := r.check(); err != nil {
			return nil, err
		}
		result, err := s.addVersion(ctx, tx, v, k, a, r)
		return map[string]any{"before_result_id": r.current.ID, "result_id": result}, err
	})
}

// RejectCorrection refuses an order, as a second person, with the reason. Errors as of ApproveCorrection.
func (s *Service) RejectCorrection(ctx context.Context, v account.Viewer, id CorrectionID, reason string) error {
	reason, err := reasonOf(reason, true)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrectApprove, id, ActReject, reason, func(_ *db.Tx, k Correction, a correctable) (map[string]any, error) {
		return map[string]any{}, account.SecondSignature(v, k.ProposedBy, a.PersonID)
	})
}

// WithdrawCorrection takes the own proposal back. Forbidden for everybody else's.
func (s *Service) WithdrawCorrection(ctx context.Context, v account.Viewer, id CorrectionID, remark string) error {
	remark, err := reasonOf(remark, false)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrect, id, ActWithdraw, remark, func(_ *db.Tx, k Correction, _ correctable) (map[string]any, error) {
		if k.ProposedBy != v.PersonID {
			return nil, errs.New(errs.Forbidden, "error.exam.correction_not_yours")
		}
		return map[string]any{}, nil
	})
}

// decide is the frame of the three acts: the exam is locked before the order, so that a release, which locks the exam too,
// sees either the version before or the one that the order adds. act may refuse, and tells what the audit keeps.
func (s *Service) decide(ctx context.Context, v account.Viewer, may account.Action, id CorrectionID, on CorrectionAct, reason string,
	act func(*db.Tx, Correction, correctable) (map[string]any, error),
) error {
	if err := v.Require(may); err != nil {
		return err
	}
	scope := v.Scope(may)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var k Correction
		if err := s.store.Get(ctx, tx, &k, "correction", int64(id), scope.All, db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		if _, err := s.store.lockExam(ctx, tx, k.ExamID); err != nil {
			return err
		}
		if err := s.store.Get(ctx, tx, &k, "correction_lock", int64(id)); err != nil {
			return err
		}
		next, err := k.State.After(on)
		if err != nil {
			return err
		}
		a, err := s.correctable(ctx, tx, v, may, k.AttemptID)
		if err != nil && (on == ActApprove || !errs.Is(err, errs.Conflict)) {
			return err // what cannot be approved any more can still be rejected or withdrawn
		}
		body, err := act(tx, k, a)
		if err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "correction_decide", int64(id), next, int64(v.PersonID), tx.Now(), reason); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, "mark_tasks_drop", int64(id)); err != nil {
			return err
		}
		return recordOrder(ctx, tx, v, "exam.correction."+string(on), id, a.auditBody(body), reason)
	})
}

// addVersion stores the corrected version, names the order that brought it, and tells the hooks when it counts at once.
func (s *Service) addVersion(ctx context.Context, tx *db.Tx, v account.Viewer, k Correction, a correctable, r regraded) (ResultID, error) {
	var id ResultID
	err := s.store.Get(ctx, tx, &id, "result_correct", int64(k.ID), int64(r.current.ID), r.marking.Score, r.marking.Total, r.judged.Percent,
		r.judged.Band, r.judged.Passed, db.JSONOf(r.marking.Marks), int64(a.BandsVersionID), v.Actor(), tx.Now(),
		r.marking.RedLineMisses)
	if err != nil {
		return id, err
	}
	if err := s.wantAnalysis(ctx, tx, a.ExamID); err != nil || r.current.ReleasedAt == nil {
		return id, err
	}
	c := Corrected{
		Released: Released{
			ResultID: id, ExamID: a.ExamID, CandidateID: a.CandidateID, PersonID: a.PersonID, AttemptID: a.AttemptID, Kind: a.Kind, Title: a.Title,
			Passed: r.judged.Passed, Score: r.marking.Score, Total: r.marking.Total, Percent: r.judged.Percent, Band: r.judged.Band,
			SittingClosedAt: a.SittingClosedAt.UTC(), ReleasedAt: tx.Now(),
		},
		Before: ResultBefore{
			ResultID: r.current.ID, Score: r.current.Score, Percent: r.current.Percent, Band: r.current.Band, Passed: r.current.Passed,
		},
	}
	if a.RoundID != nil {
		c.RoundID = *a.RoundID
	}
	for _, h := range s.corrected {
		if err := h.ResultCorrected(ctx, tx, c); err != nil {
			return id, err
		}
	}
	return id, nil
}
