package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// RoundSitting is one released sitting of a person's round: where its result is found, and what it came to.
type RoundSitting struct {
	ExamID    ExamID
	AttemptID *AttemptID // nil: absent
	Kind      Kind
	Percent   score.Hundredths
	Passed    bool
}

// Sittings are the released sittings of one person's round, the original first. The caller answers for who may know.
func (s *Service) Sittings(ctx context.Context, x db.Q, round RoundID, person account.PersonID) ([]RoundSitting, error) {
	var rows []roundRow
	if err := s.store.Select(ctx, x, &rows, "round_of_people", int64(round), db.Array([]int64{int64(person)})); err != nil {
		return nil, err
	}
	out := make([]RoundSitting, len(rows))
	for i, r := range rows {
		out[i] = RoundSitting{ExamID: r.ExamID, AttemptID: r.AttemptID, Kind: r.Kind, Percent: r.Percent, Passed: r.Passed}
	}
	return out, nil
}
