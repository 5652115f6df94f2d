package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// HandedIn is an attempt that was just handed in, by whomever.
type HandedIn struct {
	AttemptID AttemptID
	ExamID    ExamID
	RoundID   RoundID // 0 for a mock
	PersonID  account.PersonID
	Kind      Kind
}

// HandInHook hears of hand-ins in their transaction, before the marks: whoever waits for the sittings now waits for those. They may be of
// many people and several exams: what can be done for all of them at once is.
type HandInHook interface {
	AttemptsHandedIn(ctx context.Context, tx *db.Tx, list []HandedIn) error
}

// OnHandIn adds a hook; app calls it before serving begins.
func (s *Service) OnHandIn(h HandInHook) { s.handedIn = append(s.handedIn, h) }

func (s *Service) tellHandIns(ctx context.Context, tx *db.Tx, closed []*closing) error {
	if len(closed) == 0 {
		return nil
	}
	list := make([]HandedIn, len(closed))
	for i, c := range closed {
		list[i] = HandedIn{AttemptID: c.ID, ExamID: c.ExamID, PersonID: c.PersonID, Kind: c.Kind}
		if c.RoundID != nil {
			list[i].RoundID = *c.RoundID
		}
	}
	for _, hook := range s.handedIn {
		if err := hook.AttemptsHandedIn(ctx, tx, list); err != nil {
			return err
		}
	}
	return nil
}
