package exam

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// An order that admits late answers to questions that people mark has them marked before it is approved, by the exam's own rule
// of one marker or two: so the second person sees what the order comes to, as with every other order. What stands elsewhere in
// the attempt is not marked again.

// marksByPeople reports whether people mark one of these slots.
func (p *frozen) marksByPeople(places []Place, slots map[int]bool) bool {
	return slices.ContainsFunc(places, func(at Place) bool { return slots[at.Slot] && p.questions[at.VersionID].Type.ByPeople() })
}

// lateMarks reads what people gave an order's answers.
func (s *Service) lateMarks(ctx context.Context, x db.Q, of CorrectionID) (map[int]score.Hundredths, error) {
	given := map[int]score.Hundredths{}
	var rows []struct {
		Slot   int              `db:"slot"`
		Agreed score.Hundredths `db:"agreed_hundredths"`
	}
	if err := s.store.Select(ctx, x, &rows, "marks_of_correction", int64(of)); err != nil {
		return nil, err
	}
	for _, r := range rows {
		given[r.Slot] = r.Agreed
	}
	return given, nil
}

// unmarked are the slots whose new answer people mark and have not marked yet.
func unmarked(m Marking, p *frozen, changed map[int]bool, given map[int]score.Hundredths) []int {
	var out []int
	for _, slot := range m.Marks {
		_, marked := given[slot.Slot]
		if changed[slot.Slot] && slot.Answered && !marked && p.questions[slot.VersionID].Type.ByPeople() {
			out = append(out, slot.Slot)
		}
	}
	slices.Sort(out)
	return out
}

func errUnmarked(slots []int) error {
	return errs.New(errs.Conflict, "error.exam.correction_unmarked", "n", len(slots))
}

// askForLateMarks lays the answers of a proposed order before the markers.
func (s *Service) askForLateMarks(ctx context.Context, tx *db.Tx, a correctable, order CorrectionID, r regraded) error {
	var list []awaited
	for _, place := range a.Places.V {
		if slices.Contains(r.waiting, place.Slot) {
			list = append(list, awaited{a.AttemptID, a.ExamID, a.PersonID, place, json.RawMessage(r.is[place.Slot].Response)})
		}
	}
	return s.askForMarks(ctx, tx, order, list)
}
