package exam

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
)

// LookedBack is the question at a slot of the viewer's own released result, where the review policy shows its key. Errors: NotFound
// for another person's result, before release, while keys are not shown yet, and for a slot that there is not.
func (s *Service) LookedBack(ctx context.Context, v account.Viewer, id AttemptID, slot int) (VersionID, ExamID, error) {
	r, err := s.Result(ctx, v, id)
	if err != nil {
		return 0, 0, err
	}
	i := slices.IndexFunc(r.Slots, func(l ReviewSlot) bool { return l.Slot == slot && l.Key != nil })
	if r.PersonID != v.PersonID || i < 0 {
		return 0, 0, errNotFound()
	}
	return r.Slots[i].VersionID, r.ExamID, nil
}
