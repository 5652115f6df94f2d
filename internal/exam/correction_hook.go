package exam

import (
	"context"

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
	Percent  score.Hundredths
	Band     score.Band
	Passed   bool
}

// CorrectionHook hears of each corrected result in the transaction that corrects it (promise 11): a fail that is lifted
// closes its case there, and what was computed from the old version is computed anew. app fills it.
type CorrectionHook interface {
	ResultCorrected(ctx context.Context, tx *db.Tx, c Corrected) error
}

// OnCorrection adds a hook; app calls it before serving begins.
func (s *Service) OnCorrection(h CorrectionHook) { s.corrected = append(s.corrected, h) }
