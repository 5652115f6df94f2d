package exam

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

type analysisReach struct {
	Beyond   int  `db:"beyond"`
	Releases bool `db:"releases"`
	OwnWaits bool `db:"own_waits"`
	Computed bool `db:"computed"`
	Pending  bool `db:"pending"`

	StillToSit db.JSON[[]stillToSit] `db:"still_to_sit"` // by the viewer
}

// beforeRelease tells whether the viewer may know what results that are not released come to: whoever releases all of them,
// unless an own one is among them, which the figures less everybody else's would tell.
func (r analysisReach) beforeRelease() bool { return r.Releases && !r.OwnWaits }

// gap is why there is nothing to show, whatever has been computed.
func (r analysisReach) gap(e Exam) AnalysisGap {
	switch {
	case r.Beyond > 0 && r.Beyond < MinBeyond:
		return GapBeyond
	case !r.Computed && (e.State == Marked || e.State == Archived):
		return GapComputing
	case !r.Computed:
		return GapNotMarked
	}
	return ""
}

type analysisRow struct {
	ID         int64                   `db:"id"`
	Version    int                     `db:"version"`
	People     int                     `db:"people"`
	Released   bool                    `db:"released"`
	ComputedAt time.Time               `db:"computed_at"`
	Paper      db.JSON[itemstat.Paper] `db:"paper"`
}

// Analysis is the newest analysis of an exam that the viewer may know: figures over everybody who sat, which name nobody. Whose
// part of the tree holds only some of them sees the figures when enough are beyond it, and before the release only whoever
// releases all results sees them. Errors: NotFound for a draft, Forbidden while the viewer has still to sit it.
func (s *Service) Analysis(ctx context.Context, v account.Viewer, id ExamID) (Analysis, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return Analysis{}, err
	}
	e, err := s.store.exam(ctx, s.db, id)
	if err != nil {
		return Analysis{}, err
	}
	if e.State == Draft {
		return Analysis{}, errNotFound()
	}
	out := Analysis{Exam: e}
	reach, err := s.analysisReach(ctx, v, id)
	if err != nil {
		return out, err
	}
	if err := s.keepsOut(reach.StillToSit); err != nil {
		return Analysis{}, err
	}
	out.Pending = reach.Pending
	if out.Gap = reach.gap(e); out.Gap != "" {
		return out, nil
	}
	var head analysisRow
	err = s.store.Get(ctx, s.db, &head, "analysis", int64(id), reach.beforeRelease())
	if errs.Is(err, errs.NotFound) {
		out.Gap = GapUnreleased
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Version, out.People, out.Released, out.ComputedAt = head.Version, head.People, head.Released, head.ComputedAt.UTC()
	if out.People < itemstat.MinPeople {
		out.Gap = GapFew
		return out, nil
	}
	out.Paper = head.Paper.V
	approved, _, err := s.rulings(ctx, s.db, id)
	if err != nil {
		return out, err
	}
	rulings := rulingsOf(bodiesOf(approved))
	for _, id := range slices.Sorted(maps.Keys(rulings)) {
		out.Rulings = append(out.Rulings, rulings[id])
	}
	out.Items, err = s.analysisItems(ctx, e, head.ID, rulings)
	return out, err
}

// analysisReach asks how far the viewer reaches. Whoever sees and releases in the same part of the tree is looked up once.
func (s *Service) analysisReach(ctx context.Context, v account.Viewer, id ExamID) (analysisReach, error) {
	sees, releases := v.Scope(account.ExamRead), v.Scope(account.ExamRelease)
	same := sees.All == releases.All && slices.Equal(sees.UnitIDs, releases.UnitIDs)
	var r analysisReach
	err := s.store.Get(ctx, s.db, &r, "analysis_reach", int64(id), sees.All, db.Array(sees.UnitIDs), releases.All || same, db.Array(releases.UnitIDs),
		int64(v.PersonID), MinBeyond)
	if same {
		r.Releases = r.Beyond == 0
	}
	return r, err
}

// analysisItems puts the statistics of an analysis beside the questions; versions that nobody's counted attempt showed are left out.
func (s *Service) analysisItems(ctx context.Context, e Exam, analysis int64, rulings Rulings) ([]AnalysisItem, error) {
	kept, err := s.questions.StatisticsOf(ctx, s.db, analysis)
	if err != nil {
		return nil, err
	}
	slots, questions, err := s.analysedQuestions(ctx, e, kept)
	if err != nil {
		return nil, err
	}
	out := make([]AnalysisItem, 0, len(kept))
	for _, k := range kept {
		id := VersionID(k.VersionID)
		q := rulings[id].Question(questions[id].Question)
		it := AnalysisItem{AnalysedItem: k, Slot: slots[id], Question: q, Ruled: rulings[id].Act, Report: itemstat.ReportOf(q, k.Sums.V)}
		if len(rulings[id].Keys) > 1 {
			it.Guess = itemstat.Figure{} // of several right answers the rules for one key know nothing
		}
		if !it.HasFigures() {
			it.Sums.V = itemstat.Sums{N: k.Sums.V.N}
		}
		out = append(out, it)
	}
	return out, nil
}

// analysedQuestions are the questions of an exam's statistics and their slots: of its one paper from memory, else of the bank.
func (s *Service) analysedQuestions(ctx context.Context, e Exam, kept []bank.AnalysedItem) (map[VersionID]int, map[VersionID]Question, error) {
	slots := map[VersionID]int{}
	ids := make([]VersionID, len(kept))
	for i, k := range kept {
		ids[i] = VersionID(k.VersionID)
	}
	if e.PaperID == nil {
		questions, err := s.questions.Versions(ctx, s.db, ids)
		return slots, questions, err
	}
	p, err := s.paper(ctx, s.db, *e.PaperID)
	if err != nil {
		return nil, nil, err
	}
	for _, slot := range p.slots {
		slots[slot.VersionID] = slot.Slot
	}
	if slices.ContainsFunc(ids, func(id VersionID) bool { return slots[id] == 0 }) { // somebody had an own paper
		questions, err := s.questions.Versions(ctx, s.db, ids)
		return slots, questions, err
	}
	return slots, p.questions, nil
}
