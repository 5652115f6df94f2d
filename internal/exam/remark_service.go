package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// unseenResult is the newest version of a result that is not released.
type unseenResult struct {
	ID             ResultID            `db:"id"`
	ExamID         ExamID              `db:"exam_id"`
	Score          score.Hundredths    `db:"score_hundredths"`
	Marks          db.JSON[[]SlotMark] `db:"marks"`
	RedLine        RedLineRule         `db:"red_line"`
	BandsVersionID policy.VersionID    `db:"bands_version_id"`
}

// with is the marking in which the answer at a slot earns another mark.
func (r unseenResult) with(slot int, mark score.Hundredths) Marking {
	var m Marking
	for _, s := range r.Marks.V {
		if s.Slot == slot {
			s.Mark = mark
		}
		m.add(s)
	}
	return m
}

// ruledOn reports whether a ruling has the question of an answer count otherwise than by what people give.
func (s *Service) ruledOn(ctx context.Context, tx *db.Tx, t markTask) (bool, error) {
	approved, _, err := s.rulings(ctx, tx, t.ExamID)
	_, ruled := rulingsOf(bodiesOf(approved))[t.VersionID]
	return ruled, err
}

// remark adds the version of a result in which people give one answer something else than when it was made. The attempt is marked and its
// result not released. Nothing is added where they come to the same, and where a ruling has the question count otherwise: that weighs the
// newest marks if it is taken back.
func (s *Service) remark(ctx context.Context, tx *db.Tx, t markTask, mark score.Hundredths) error {
	if ruled, err := s.ruledOn(ctx, tx, t); err != nil || ruled {
		return err
	}
	var before unseenResult
	if err := s.store.Get(ctx, tx, &before, "result_to_remark", int64(t.AttemptID)); err != nil {
		return err
	}
	m := before.with(t.Slot, mark)
	if m.Score == before.Score {
		return nil
	}
	bands, err := s.bandsOf(ctx, tx, before.BandsVersionID)
	if err != nil {
		return err
	}
	j := Judge(bands, before.RedLine, m)
	var result ResultID
	err = s.store.Get(ctx, tx, &result, "result_remark", int64(before.ID), m.Score, m.Total, j.Percent, j.Band, j.Passed, marksJSON(m.Marks), tx.Now(), m.RedLineMisses)
	if err != nil {
		return err
	}
	if err := s.wantAnalysis(ctx, tx, t.ExamID); err != nil {
		return err
	}
	return record(ctx, tx, account.System(), "attempt.remark", attemptSubject(t.AttemptID), map[string]any{"result_id": result, "result_before": before.ID})
}
