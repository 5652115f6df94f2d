package admin

import (
	"context"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// eachPay walks the fields of what results bring, in the order of the form.
func eachPay(fn func(k ledger.Kind, o ledger.Outcome, points, yuan string)) {
	for _, k := range ledger.Kinds {
		for _, o := range ledger.Outcomes {
			fn(k, o, ledger.Field(k, o, "points"), ledger.Field(k, o, "yuan"))
		}
	}
}

func payForm(p ledger.Policy) policyForm {
	f := policyForm{Pay: map[string]string{}}
	eachPay(func(k ledger.Kind, o ledger.Outcome, points, yuan string) {
		pay := p.Of(k, o)
		f.Pay[points], f.Pay[yuan] = strconv.FormatInt(pay.Points, 10), strings.TrimSuffix(pay.Fen.Decimal(), ".00")
	})
	return f
}

// typedPay are the values that the form sends.
func typedPay(value func(string) string) map[string]string {
	out := map[string]string{}
	eachPay(func(_ ledger.Kind, _ ledger.Outcome, points, yuan string) {
		out[points], out[yuan] = strings.TrimSpace(value(points)), strings.TrimSpace(value(yuan))
	})
	return out
}

// pay is the policy that the form describes. What brings nothing is not named in it.
func (f policyForm) pay() (ledger.Policy, error) {
	p := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{}}
	var bad []errs.Field
	eachPay(func(k ledger.Kind, o ledger.Outcome, points, yuan string) {
		n, err := strconv.ParseInt(strings.TrimPrefix(strings.ReplaceAll(f.Pay[points], "−", "-"), "+"), 10, 64)
		if err != nil {
			bad = append(bad, errs.NewField(points, "admin.pay.whole"))
		}
		fen, err := money.Parse(f.Pay[yuan])
		if err != nil {
			bad = append(bad, errs.NewField(yuan, "admin.pay.yuan"))
		}
		if pay := (ledger.Pay{Points: n, Fen: fen}); !pay.Zero() {
			if p.Kinds[k] == nil {
				p.Kinds[k] = ledger.Rates{}
			}
			p.Kinds[k][o] = pay
		}
	})
	if len(bad) > 0 {
		return p, errs.InvalidFields(bad...)
	}
	return p, nil
}

// payFields are the form's values by name, for the page that asks to confirm.
func (f policyForm) payFields() [][2]string {
	var out [][2]string
	eachPay(func(_ ledger.Kind, _ ledger.Outcome, points, yuan string) {
		out = append(out, [2]string{points, f.Pay[points]}, [2]string{yuan, f.Pay[yuan]})
	})
	return out
}

// payLines say in words what results bring: a line a kind of exam.
func payLines(ctx context.Context, p ledger.Policy) []string {
	var out []string
	for _, k := range ledger.Kinds {
		var parts []string
		for _, o := range ledger.Outcomes {
			if pay := p.Of(k, o); !pay.Zero() {
				parts = append(parts, layout.T(ctx, "admin.pay.line", "outcome", layout.T(ctx, "ledger.outcome."+string(o)), "pay", payText(ctx, pay)))
			}
		}
		text := layout.T(ctx, "admin.pay.nothing")
		if len(parts) > 0 {
			text = strings.Join(parts, layout.T(ctx, "admin.pay.semicolon"))
		}
		out = append(out, layout.T(ctx, "ledger.kind."+string(k))+layout.T(ctx, "layout.colon")+text)
	}
	return append(out, layout.T(ctx, "admin.pay.rest"))
}

// payText says what is given or taken; what both come to only where there are both.
func payText(ctx context.Context, p ledger.Pay) string {
	switch {
	case p.Fen == 0:
		return layout.T(ctx, "admin.pay.points", "points", layout.Signed(p.Points))
	case p.Points == 0:
		return p.Fen.Signed()
	}
	return layout.T(ctx, "admin.pay.both", "points", layout.Signed(p.Points), "amount", p.Fen.Signed(), "worth", p.Worth().Signed())
}
