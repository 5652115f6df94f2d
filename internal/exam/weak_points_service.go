package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// WeakPoint is a knowledge point at whose questions marks were lost. A question counts at its own point, as in a result.
type WeakPoint struct {
	TopicID TopicID `db:"topic_id"`
	Missed  int     `db:"missed"` // questions at which something was lost
	Asked   int     `db:"asked"`  // questions at that point in the papers that were failed
	People  int     `db:"people"` // who lost something there
}

// InRound is somebody in a round.
type InRound struct {
	RoundID  RoundID
	PersonID account.PersonID
}

// mostWeakPoints is how many points a page names.
const mostWeakPoints = 20

// WeakPoints are the points at which people lost marks in the released, failed sittings of their rounds, the most missed first. Who was
// absent lost none that are known. The caller answers for who may know.
func (s *Service) WeakPoints(ctx context.Context, x db.Q, of []InRound) ([]WeakPoint, error) {
	rounds, people := make([]int64, len(of)), make([]int64, len(of))
	for i, w := range of {
		rounds[i], people[i] = int64(w.RoundID), int64(w.PersonID)
	}
	var out []WeakPoint
	err := s.store.Select(ctx, x, &out, "weak_points", db.Array(rounds), db.Array(people), mostWeakPoints)
	return out, err
}
