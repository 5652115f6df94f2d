package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// Corrected is a released result and the newer version that has just replaced it.
type Corrected struct {
	Released              // the version that counts from now on
	Before   ResultBefore // the version that counted until now
}

// ResultBefore is what the replaced version said.
type ResultBefore struct {
	ResultID ResultID
	Score    score.Hundredths
	Total    score.Hundredths
	Percent  score.Hundredths
	Band     score.Band
	Passed   bool
}

// CorrectionHook hears of the corrected results of one order in the transaction that corrects them (promise 11): a fail that is lifted
// closes its case there, and what was computed from the old version is computed anew. They are of one exam and of different people, who
// may be thousands: what can be done for all of them at once is. app fills it.
type CorrectionHook interface {
	ResultsCorrected(ctx context.Context, tx *db.Tx, list []Corrected) error
}

// OnCorrection adds a hook; app calls it before serving begins.
func (s *Service) OnCorrection(h CorrectionHook) { s.corrected = append(s.corrected, h) }

// Consequence is something that would follow from a correction for a person, as words say it: a key, and the keys of what stands in
// its places.
type Consequence struct {
	PersonID account.PersonID
	Key      string
	Places   map[string]string
}

// ForesightHook is asked by a dry run what would follow from corrections of released results, without doing it. app fills it.
type ForesightHook interface {
	Foresee(ctx context.Context, x db.Q, changes []Corrected) ([]Consequence, error)
}

// OnForesight adds a hook; app calls it before serving begins.
func (s *Service) OnForesight(h ForesightHook) { s.foresight = append(s.foresight, h) }

// PayChange is what a correction would change in what a person's round brings: whole points, and an amount.
type PayChange struct {
	PersonID     account.PersonID
	PointsBefore int64
	PointsAfter  int64
	Before       money.Fen
	After        money.Fen
}

// PayTally sums what a correction would change in what the rounds of several people bring.
type PayTally struct {
	People int // for whom anything changes
	PayChange
}

func tallyOf(list []PayChange) (t PayTally) {
	for _, c := range list {
		t.People++
		t.PointsBefore, t.PointsAfter = t.PointsBefore+c.PointsBefore, t.PointsAfter+c.PointsAfter
		t.Before, t.After = t.Before+c.Before, t.After+c.After
	}
	return t
}

// PayHook is asked by a dry run what corrections of released results would change in points and pay, without doing it: a change a person, none
// for whom nothing changes. The corrections are of one exam and of different people. app fills it.
type PayHook interface {
	ForeseePay(ctx context.Context, x db.Q, changes []Corrected) ([]PayChange, error)
}

// OnPayForesight adds a hook; app calls it before serving begins.
func (s *Service) OnPayForesight(h PayHook) { s.pay = append(s.pay, h) }

// payChanges asks all hooks.
func (s *Service) payChanges(ctx context.Context, x db.Q, changes []Corrected) ([]PayChange, error) {
	var out []PayChange
	for _, h := range s.pay {
		list, err := h.ForeseePay(ctx, x, changes)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// consequences asks all hooks.
func (s *Service) consequences(ctx context.Context, x db.Q, changes []Corrected) (map[account.PersonID][]Consequence, error) {
	out := map[account.PersonID][]Consequence{}
	for _, h := range s.foresight {
		list, err := h.Foresee(ctx, x, changes)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			out[c.PersonID] = append(out[c.PersonID], c)
		}
	}
	return out, nil
}
