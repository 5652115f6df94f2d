package exam

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// analysisLease is how long a process may take before another begins again.
	analysisLease = 5 * time.Minute
	// changesBatch is of how many attempts the changes are read at once.
	changesBatch = 500
)

// wantAnalysis notes that results of an exam have changed, in the transaction that changes them. Before the exam is marked
// nothing is noted: its settling does.
func (s *Service) wantAnalysis(ctx context.Context, tx *db.Tx, id ExamID) error {
	_, err := s.store.Exec(ctx, tx, "analysis_want", int64(id), tx.Now())
	return err
}

// AnalyseDue computes the analysis that has been due longest, one a tick: an exam of 5,000 people takes seconds, and hand-ins
// wait for the next tick. What comes meanwhile is due again at once.
func (s *Service) AnalyseDue(ctx context.Context, now time.Time) error {
	var due struct {
		ExamID ExamID `db:"exam_id"`
		Wanted int    `db:"wanted"`
	}
	err := s.store.Get(ctx, s.db, &due, "analysis_claim", now, now.Add(analysisLease))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return s.analyse(ctx, tx, due.ExamID, due.Wanted) })
}

func (s *Service) analyse(ctx context.Context, tx *db.Tx, id ExamID, wanted int) error {
	e, err := s.store.exam(ctx, tx, id)
	if err != nil {
		return err
	}
	if e.State == Marked || e.State == Archived {
		if err := s.addAnalysis(ctx, tx, e); err != nil {
			return err
		}
	}
	err = s.store.One(ctx, tx, "analysis_done", int64(id), wanted)
	if errs.Is(err, errs.Conflict) {
		_, err = s.store.Exec(ctx, tx, "analysis_again", int64(id), tx.Now())
	}
	return err
}

// addAnalysis computes a marked exam and adds what came of it.
func (s *Service) addAnalysis(ctx context.Context, tx *db.Tx, e Exam) error {
	rows, sittings, err := s.counts(ctx, tx, e)
	if err != nil {
		return err
	}
	paper, sums := itemstat.Analyse(sittings)
	released := !slices.ContainsFunc(rows, func(r countedRow) bool { return !r.Released })
	st := bank.Statistics{ExamID: int64(e.ID), Released: released, Pooled: e.Kind.Original()}
	if err := s.store.Get(ctx, tx, &st.AnalysisID, "analysis_insert", int64(e.ID), len(rows), released, tx.Now(), db.JSONOf(paper)); err != nil {
		return err
	}
	var shown []shownRow
	if err := s.store.Select(ctx, tx, &shown, "analysis_shown", int64(e.ID)); err != nil {
		return err
	}
	for _, v := range shown {
		st.Items = append(st.Items, bank.Statistic{VersionID: bank.VersionID(v.VersionID), Shown: v.Shown, LastShownAt: v.LastShownAt, Sums: sums[int64(v.VersionID)]})
	}
	return s.questions.KeepStatistics(ctx, tx, st)
}

type shownRow struct {
	VersionID   VersionID `db:"version_id"`
	Shown       int       `db:"shown"`
	LastShownAt time.Time `db:"last_shown_at"`
}

// countedRow is a result that is counted.
type countedRow struct {
	AttemptID AttemptID           `db:"attempt_id"`
	Marks     db.JSON[[]SlotMark] `db:"marks"`
	Released  bool                `db:"released"`
	Corrected bool                `db:"corrected"` // an order has admitted answers that the journal does not hold
	Spared    db.JSON[[]SlotMark] `db:"spared"`    // what a ruling that left the result as it was would have given
}

// counts are the results that are counted, in the order in which their attempts began, with options and times. Of an exam on paper there
// are marks alone: what was chosen stands on the sheets.
func (s *Service) counts(ctx context.Context, tx *db.Tx, e Exam) ([]countedRow, []itemstat.Sitting, error) {
	var rows []countedRow
	if err := s.store.Select(ctx, tx, &rows, "analysis_sittings", int64(e.ID)); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(rows, func(a, b countedRow) int { return int(a.AttemptID - b.AttemptID) })
	questions, err := s.questions.Versions(ctx, tx, versionsIn(rows))
	if err != nil {
		return nil, nil, err
	}
	approved, _, err := s.rulings(ctx, tx, e.ID)
	if err != nil {
		return nil, nil, err
	}
	rulings := rulingsOf(bodiesOf(approved))
	sittings := make([]itemstat.Sitting, 0, len(rows))
	for part := range slices.Chunk(rows, changesBatch) {
		byAttempt, err := s.changesOf(ctx, tx, part)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range part {
			c := byAttempt[r.AttemptID]
			chosen := c.last()
			if e.OnPaper {
				chosen = nil
			}
			if r.Corrected {
				if err := s.admitted(ctx, tx, r.AttemptID, chosen); err != nil {
					return nil, nil, err
				}
			}
			sittings = append(sittings, sittingOf(r.byRuling(rulings), chosen, c.seconds(), questions))
		}
	}
	return rows, sittings, nil
}

func (s *Service) changesOf(ctx context.Context, x db.Q, rows []countedRow) (map[AttemptID]changes, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.AttemptID)
	}
	var found []struct {
		AttemptID AttemptID  `db:"attempt_id"`
		Slots     db.Int64s  `db:"slots"`
		AtMS      db.Int64s  `db:"at_ms"`
		Chosen    db.Strings `db:"chosen"`
	}
	if err := s.store.Select(ctx, x, &found, "analysis_changes", db.Array(ids)); err != nil {
		return nil, err
	}
	out := make(map[AttemptID]changes, len(found))
	for _, f := range found {
		out[f.AttemptID] = changes{slots: f.Slots, atMS: f.AtMS, chosen: f.Chosen}
	}
	return out, nil
}

// admitted lays what approved orders have admitted over what the journal ended with.
func (s *Service) admitted(ctx context.Context, x db.Q, id AttemptID, chosen map[int]string) error {
	current, err := s.countedNow(ctx, x, id)
	for slot, entry := range current {
		chosen[slot] = chosenIn(entry.Response)
	}
	return err
}
