package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

// ApproveCorrection is the second person's signature: the order is computed anew under the locks and adds versions of results.
// expected is the newest version that the approver saw in the preview (CorrectionPreview, RulingPreview). Where the version before
// is released, the new one is released with it and the hooks are told; else it is the one that the release will release. Errors:
// NotFound outside the viewer's part of the tree; Forbidden for the proposer and for whom it is about; Conflict when the order is
// decided, when another version counts by now, when people have still to mark an answer of it, and when it would change nothing
// or make the person of a single attempt worse off.
func (s *Service) ApproveCorrection(ctx context.Context, v account.Viewer, id CorrectionID, expected ResultID, remark string) error {
	remark, err := reasonOf(remark, false)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrectApprove, id, ActApprove, remark, func(tx *db.Tx, k Correction) (map[string]any, error) {
		if err := k.second(v); err != nil {
			return nil, err
		}
		if k.Kind == QuestionRuling {
			return s.approveRuling(ctx, tx, v, k, expected)
		}
		return s.approveLate(ctx, tx, v, k, expected)
	})
}

func (s *Service) approveLate(ctx context.Context, tx *db.Tx, v account.Viewer, k Correction, expected ResultID) (map[string]any, error) {
	a, err := s.correctable(ctx, tx, v, account.ExamCorrectApprove, k.AttemptID)
	if err != nil {
		return nil, err
	}
	if err := s.lockMarked(ctx, tx, a); err != nil {
		return nil, err
	}
	r, err := s.regrade(ctx, tx, a, k.Body.V.LateOrder, k.ID, nil)
	if err != nil {
		return nil, err
	}
	if r.current.ID != expected {
		return nil, errs.New(errs.Conflict, "error.exam.correction_moved")
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	added, err := s.addVersions(ctx, tx, v, k, a.BandsVersionID, []newVersion{a.version(r)})
	if err != nil {
		return nil, err
	}
	return map[string]any{"before_result_id": r.current.ID, "result_id": added[0].ResultID}, nil
}

// RejectCorrection refuses an order, as a second person, with the reason. Errors as of ApproveCorrection.
func (s *Service) RejectCorrection(ctx context.Context, v account.Viewer, id CorrectionID, reason string) error {
	reason, err := reasonOf(reason, true)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrectApprove, id, ActReject, reason, func(_ *db.Tx, k Correction) (map[string]any, error) {
		return map[string]any{}, k.second(v)
	})
}

// WithdrawCorrection takes the own proposal back. Forbidden for everybody else's.
func (s *Service) WithdrawCorrection(ctx context.Context, v account.Viewer, id CorrectionID, remark string) error {
	remark, err := reasonOf(remark, false)
	if err != nil {
		return err
	}
	return s.decide(ctx, v, account.ExamCorrect, id, ActWithdraw, remark, func(_ *db.Tx, k Correction) (map[string]any, error) {
		if k.ProposedBy != v.PersonID {
			return nil, errs.New(errs.Forbidden, "error.exam.correction_not_yours")
		}
		return map[string]any{}, nil
	})
}

// decide is the frame of the three acts: the exam is locked before the order, so that a release, which locks the exam too,
// sees either the version before or the one that the order adds. act may refuse, and tells what the audit keeps. What cannot be
// approved any more, because an attempt was voided, can still be rejected or withdrawn.
func (s *Service) decide(ctx context.Context, v account.Viewer, may account.Action, id CorrectionID, on CorrectionAct, reason string,
	act func(*db.Tx, Correction) (map[string]any, error),
) error {
	if err := v.Require(may); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		k, err := s.order(ctx, tx, v, may, id)
		if err != nil {
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
		body, err := act(tx, k)
		if err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "correction_decide", int64(id), next, int64(v.PersonID), tx.Now(), reason); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, "mark_tasks_drop", int64(id)); err != nil {
			return err
		}
		return recordOrder(ctx, tx, v, "exam.correction."+string(on), id, k.facts(body), reason)
	})
}

// order is an order inside the viewer's part of the tree.
func (s *Service) order(ctx context.Context, x db.Q, v account.Viewer, may account.Action, id CorrectionID) (Correction, error) {
	scope := v.Scope(may)
	var k Correction
	err := s.store.Get(ctx, x, &k, "correction", int64(id), scope.All, db.Array(scope.UnitIDs), int64(v.PersonID))
	return k, err
}

// newVersion is a version that an order adds to a result, as the hooks are told of it.
type newVersion struct {
	Corrected
	marking  Marking
	released bool // the version before is: this one counts at once
}

// versionOver is what an order makes of a result; told is what the hooks hear of whose it is. It counts at once where the version before
// is released.
func versionOver(before ResultRow, m Marking, j Judgement, round *RoundID, told Released) newVersion {
	if round != nil {
		told.RoundID = *round
	}
	told.Score, told.Total, told.Percent, told.Band, told.Passed = m.Score, m.Total, j.Percent, j.Band, j.Passed
	return newVersion{marking: m, released: before.ReleasedAt != nil, Corrected: Corrected{Released: told, Before: before.before()}}
}

func (a correctable) version(r regraded) newVersion {
	return versionOver(r.current, r.marking, r.judged, a.RoundID, Released{
		ExamID: a.ExamID, CandidateID: a.CandidateID, PersonID: a.PersonID, AttemptID: a.AttemptID, Kind: a.Kind, Title: a.Title,
		SittingClosedAt: a.SittingClosedAt.UTC(),
	})
}

func (r ResultRow) before() ResultBefore {
	return ResultBefore{ResultID: r.ID, Score: r.Score, Total: r.Total, Percent: r.Percent, Band: r.Band, Passed: r.Passed}
}

// addVersions stores corrected versions, names the order that brought them, and tells the hooks of those that count at once.
func (s *Service) addVersions(ctx context.Context, tx *db.Tx, v account.Viewer, k Correction, bands policy.VersionID, list []newVersion) ([]newVersion, error) {
	var r versionColumns
	for _, n := range list {
		if err := r.add(n); err != nil {
			return nil, err
		}
	}
	var rows []struct {
		ID        ResultID  `db:"id"`
		AttemptID AttemptID `db:"attempt_id"`
	}
	err := s.store.Select(ctx, tx, &rows, "results_correct", int64(k.ID), db.Array(r.before), db.Array(r.scores), db.Array(r.totals), db.Array(r.percents),
		db.Array(r.bands), db.Array(r.passed), db.Array(r.marks), db.Array(r.misses), int64(bands), v.Actor(), tx.Now())
	if err != nil {
		return nil, err
	}
	ids := make(map[AttemptID]ResultID, len(rows))
	for _, row := range rows {
		ids[row.AttemptID] = row.ID
	}
	for i := range list {
		list[i].ResultID, list[i].ReleasedAt = ids[list[i].AttemptID], tx.Now()
	}
	if err := s.wantAnalysis(ctx, tx, k.ExamID); err != nil {
		return nil, err
	}
	return list, s.tellCorrected(ctx, tx, list)
}

func (s *Service) tellCorrected(ctx context.Context, tx *db.Tx, list []newVersion) error {
	var released []Corrected
	for _, n := range list {
		if n.released {
			released = append(released, n.Corrected)
		}
	}
	if len(released) == 0 {
		return nil
	}
	for _, h := range s.corrected {
		if err := h.ResultsCorrected(ctx, tx, released); err != nil {
			return err
		}
	}
	return nil
}

// versionColumns are the arrays of versions that are stored together: a row a result.
type versionColumns struct {
	before, scores, totals, percents, misses []int64
	bands, marks                             []string
	passed                                   []bool
}

func (r *versionColumns) add(n newVersion) error {
	marks, err := db.JSONOf(n.marking.Marks).Value()
	if err != nil {
		return err
	}
	r.before, r.marks = append(r.before, int64(n.Before.ResultID)), append(r.marks, marks.(string))
	r.scores, r.totals, r.percents = append(r.scores, int64(n.Score)), append(r.totals, int64(n.Total)), append(r.percents, int64(n.Percent))
	r.bands, r.passed, r.misses = append(r.bands, string(n.Band)), append(r.passed, n.Passed), append(r.misses, int64(n.marking.RedLineMisses))
	return nil
}
