package account

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Audience names people to invite: units with everything below, posts, and
// single persons. Units and posts together mean that both must fit; single
// persons come on top.
type Audience struct {
	UnitIDs   []UnitID   `json:"unit_ids,omitempty"`
	PostIDs   []PostID   `json:"post_ids,omitempty"`
	PersonIDs []PersonID `json:"person_ids,omitempty"`
}

// Empty tells whether the audience names nobody.
func (a Audience) Empty() bool { return len(a.UnitIDs)+len(a.PostIDs)+len(a.PersonIDs) == 0 }

// Resolve lists who belongs to the audience today, by id, each once, nobody
// who has left. Only people inside the viewer's scope of the action are in it;
// a single person outside it is NotFound.
func (s *Service) Resolve(ctx context.Context, q db.Q, v Viewer, act Action, a Audience) ([]PersonID, error) {
	if err := v.Require(act); err != nil {
		return nil, err
	}
	sc := v.Scope(act)
	var ids []PersonID
	err := s.store.Select(ctx, q, &ids, "audience", sc.All, db.Array(sc.UnitIDs),
		db.Array(Int64s(a.UnitIDs)), db.Array(Int64s(a.PostIDs)), db.Array(Int64s(a.PersonIDs)))
	if err != nil {
		return nil, err
	}
	for _, id := range a.PersonIDs {
		if _, found := slices.BinarySearch(ids, id); !found {
			return nil, errs.New(errs.NotFound, "error.not_found")
		}
	}
	return ids, nil
}
