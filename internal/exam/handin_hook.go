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

// HandInHook hears of each hand-in in its transaction, before the marks: whoever waits for the sitting now waits for them.
type HandInHook interface {
	AttemptHandedIn(ctx context.Context, tx *db.Tx, h HandedIn) error
}

// OnHandIn adds a hook; app calls it before serving begins.
func (s *Service) OnHandIn(h HandInHook) { s.handedIn = append(s.handedIn, h) }

func (s *Service) tellHandIn(ctx context.Context, tx *db.Tx, c *closing) error {
	h := HandedIn{AttemptID: c.ID, ExamID: c.ExamID, PersonID: c.PersonID, Kind: c.Kind}
	if c.RoundID != nil {
		h.RoundID = *c.RoundID
	}
	for _, hook := range s.handedIn {
		if err := hook.AttemptHandedIn(ctx, tx, h); err != nil {
			return err
		}
	}
	return nil
}
