package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// correctable is an attempt inside the viewer's part of the tree that can be corrected. A mock counts for nothing and is not
// corrected; with several attempts a newer version of an old one would pass for the newest result. Whoever has still to sit the exam
// does not see its answers.
func (s *Service) correctable(ctx context.Context, x db.Q, v account.Viewer, act account.Action, id AttemptID) (correctable, error) {
	scope := v.Scope(act)
	var a correctable
	if err := s.store.Get(ctx, x, &a, "correctable", int64(id), scope.All, db.Array(scope.UnitIDs), int64(v.PersonID)); err != nil {
		return a, err
	}
	switch {
	case !a.Inside:
		return a, errNotFound()
	case a.Kind == Mock:
		return a, errs.New(errs.Conflict, "error.exam.correction_mock")
	case a.State != AttemptMarked:
		return a, errs.New(errs.Conflict, "error.exam.correction_not_marked")
	}
	return a, s.keepsOut(a.StillToSit)
}

// lockMarked lets one order at a time touch an attempt; Conflict when it is not marked any more.
func (s *Service) lockMarked(ctx context.Context, tx *db.Tx, a correctable) error {
	var locked int64
	err := s.store.Get(ctx, tx, &locked, "correctable_lock", int64(a.AttemptID))
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.Conflict, "error.exam.correction_not_marked")
	}
	return err
}

// counted is an attempt's refused answers and what counts in it: the journal's fold with what these orders admitted.
func (s *Service) counted(ctx context.Context, x db.Q, id AttemptID, orders []LateOrder) ([]LateAnswer, map[int]Entry, error) {
	entries, err := s.store.journal(ctx, x, id)
	if err != nil {
		return nil, nil, err
	}
	var late []LateAnswer
	if err := s.store.Select(ctx, x, &late, "late_answers", int64(id)); err != nil {
		return nil, nil, err
	}
	return late, admitAll(Fold(entries), late, orders), nil
}

// countedNow is what counts in an attempt with all approved orders, for the examinee's own look back.
func (s *Service) countedNow(ctx context.Context, x db.Q, id AttemptID) (map[int]Entry, error) {
	var bodies []db.JSON[LateOrder]
	if err := s.store.Select(ctx, x, &bodies, "admitted_orders", int64(id)); err != nil {
		return nil, err
	}
	orders := make([]LateOrder, len(bodies))
	for i, b := range bodies {
		orders[i] = b.V
	}
	_, counted, err := s.counted(ctx, x, id, orders)
	return counted, err
}

// regraded is an attempt marked again with an order.
type regraded struct {
	current ResultRow // the newest version
	late    []LateAnswer
	was, is map[int]Entry // what counts without the order, and with it
	changed map[int]bool  // the slots in which they differ
	waiting []int         // the slots whose new answer people have still to mark
	marking Marking
	judged  Judgement
	bands   score.Bands
	paper   *frozen
}

// check refuses what CheckCorrected does, and an order whose answers people have still to mark.
func (r regraded) check() error {
	if len(r.waiting) > 0 {
		return errUnmarked(r.waiting)
	}
	return CheckCorrected(r.bands, r.current, r.marking, r.judged)
}

// regrade marks an attempt with what counts and what the order admits, by the pinned questions, points and bands and the exam's
// rulings; of is the order, 0 before it is proposed.
func (s *Service) regrade(ctx context.Context, x db.Q, a correctable, o LateOrder, of CorrectionID, until *CorrectionID) (regraded, error) {
	var r regraded
	var err error
	if r.current, err = s.newest(ctx, x, a.AttemptID); err != nil {
		return r, err
	}
	if r.late, r.was, err = s.counted(ctx, x, a.AttemptID, a.admitted(until)); err != nil {
		return r, err
	}
	if r.paper, err = s.paper(ctx, x, a.PaperID); err != nil {
		return r, err
	}
	if r.bands, err = s.bandsOf(ctx, x, a.BandsVersionID); err != nil {
		return r, err
	}
	r.is = Admit(r.was, r.late, o)
	r.changed = changedSlots(r.was, r.is)
	var given map[int]score.Hundredths
	if of != 0 && r.paper.marksByPeople(a.Places.V, r.changed) {
		if given, err = s.lateMarks(ctx, x, of); err != nil {
			return r, err
		}
	}
	r.marking = remarked(r.current.Marks.V, MarkAll(a.Places.V, r.paper.bare(), rulingsOf(a.Rulings.V), r.is, given), r.changed)
	r.waiting = unmarked(r.marking, r.paper, r.changed, given)
	r.judged = Judge(r.bands, a.RedLine, r.marking)
	return r, nil
}

// newest is the version of an attempt's result that counts.
func (s *Service) newest(ctx context.Context, x db.Q, id AttemptID) (ResultRow, error) {
	var r attemptResult
	err := s.store.Get(ctx, x, &r, "result_of_attempt", int64(id), true, int64(0), db.Array([]int64{}))
	return r.ResultRow, err
}

// preview says what an order that waits would do, or what an approved one did.
func (s *Service) preview(ctx context.Context, k Correction) (*CorrectionPreview, error) {
	a, err := s.correctable(ctx, s.db, account.System(), account.ExamCorrectionRead, k.AttemptID)
	if errs.Is(err, errs.Conflict) && k.State == CorrectionProposed {
		return &CorrectionPreview{Refused: err}, nil // voided since the proposal: nothing can be approved
	}
	if err != nil && !errs.Is(err, errs.Conflict) {
		return nil, err
	}
	until := &k.ID
	r, err := s.regrade(ctx, s.db, a, k.Body.V.LateOrder, k.ID, until)
	if err != nil {
		return nil, err
	}
	p := &CorrectionPreview{
		Kind: a.Kind, attempt: a.AttemptID, Before: versionOf(r.current),
		After: Version{Number: r.current.Version + 1, Score: r.marking.Score, Total: r.marking.Total, Percent: r.judged.Percent, Band: r.judged.Band,
			Passed: r.judged.Passed, Marks: db.JSONOf(r.marking.Marks)},
	}
	if k.State == CorrectionApproved {
		var stored []Version
		if err := s.store.Select(ctx, s.db, &stored, "correction_versions", int64(k.ID)); err != nil {
			return nil, err
		}
		p.Before, p.After = stored[0], stored[1]
	} else {
		p.Refused = r.check()
	}
	p.Released = p.Before.ReleasedAt != nil
	p.Slots = correctedSlots(a.Places.V, r.paper, r.was, r.is, p.Before.Marks.V, p.After.Marks.V)
	if !p.Released || a.RoundID == nil {
		return p, nil
	}
	if k.State == CorrectionProposed && p.Refused == nil {
		pay, err := s.payChanges(ctx, s.db, []Corrected{a.version(r).Corrected})
		if err != nil {
			return nil, err
		}
		if len(pay) > 0 {
			p.Pay = &pay[0]
		}
	}
	return p, s.store.Select(ctx, s.db, &p.sittings, "round_of_people", int64(*a.RoundID), db.Array([]int64{int64(a.PersonID)}))
}

func versionOf(r ResultRow) Version {
	return Version{
		ResultID: r.ID, Number: r.Version, Score: r.Score, Total: r.Total, Percent: r.Percent, Band: r.Band, Passed: r.Passed,
		Marks: r.Marks, ReleasedAt: utc(r.ReleasedAt),
	}
}
