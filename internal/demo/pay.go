package demo

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/ledger"
)

// resultPay is what the clinic pays for the results of exams: the quarterly one in points and money, the special ones in points.
var resultPay = ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{
	ledger.Quarterly: {
		ledger.Excellent: {Points: 20, Fen: 200_00}, ledger.Good: {Points: 10}, ledger.Pass: {Points: 5}, ledger.PassedRetake: {Points: 2},
		ledger.PassedRetraining: {Points: -5}, ledger.Failed: {Points: -20, Fen: -100_00},
	},
	ledger.Yearly: {
		ledger.Excellent: {Points: 50, Fen: 500_00}, ledger.Good: {Points: 20, Fen: 100_00}, ledger.Pass: {Points: 10}, ledger.Failed: {Points: -50, Fen: -200_00},
	},
	ledger.Special: {ledger.Excellent: {Points: 10}, ledger.Good: {Points: 5}, ledger.PassedRetraining: {Points: -5}, ledger.Failed: {Points: -10}},
}}

// setPay lets HR set it, before the first exam of the story.
func (c *clinic) setPay(ctx context.Context) error {
	return c.Ledger.AddPolicy(ctx, c.as("hr1"), resultPay, time.Time{})
}
