package ledger

import (
	"context"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/web/layout"
)

func outcomeWord(ctx context.Context, o ledger.Outcome) string {
	return layout.T(ctx, "ledger.outcome."+string(o))
}

// why says what brought a line.
func why(ctx context.Context, l ledger.Line) string {
	return layout.T(ctx, "ledger.why", "kind", layout.T(ctx, "ledger.kind."+string(l.Kind)), "outcome", outcomeWord(ctx, l.Outcome), "version", l.Version)
}

func monthText(ctx context.Context, m time.Time) string {
	return layout.T(ctx, "ledger.month", "year", strconv.Itoa(m.Year()), "month", int(m.Month()))
}

// sumText says what lines come to together.
func sumText(ctx context.Context, p ledger.Pay) string {
	return layout.T(ctx, "ledger.sum", "points", layout.Signed(p.Points), "amount", p.Fen.Signed(), "worth", p.Worth().Signed())
}

func monthOptions(ctx context.Context, months []time.Time) []layout.Option {
	out := make([]layout.Option, len(months))
	for i, m := range months {
		out[i] = layout.Option{Value: m.Format(monthFormat), Label: monthText(ctx, m)}
	}
	return out
}

// resultURL is the result that brought a line; "" for an absence, which has none.
func resultURL(l ledger.Line) string {
	if l.AttemptID == nil {
		return ""
	}
	return "/attempts/" + strconv.FormatInt(*l.AttemptID, 10) + "/result"
}
