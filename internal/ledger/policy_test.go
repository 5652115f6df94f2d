package ledger

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/errs"
)

// A point is worth one yuan, given and taken.
// rule:N10
func TestWorth(t *testing.T) {
	for pay, want := range map[Pay]money.Fen{
		{}: 0, {Points: 1}: 100, {Points: -1}: -100, {Fen: 1}: 1, {Points: 20, Fen: 200_00}: 220_00, {Points: 5, Fen: -500}: 0, {Points: -3, Fen: -50}: -350,
	} {
		if got := pay.Worth(); got != want {
			t.Errorf("%+v is worth %d, want %d", pay, got, want)
		}
		if !pay.Plus(pay.Negated()).Zero() {
			t.Errorf("%+v and its reversal leave something", pay)
		}
	}
}

func policyOf(k Kind, pays ...Pay) Policy {
	rates := Rates{}
	for i, p := range pays {
		rates[Outcomes[i]] = p
	}
	return Policy{Kinds: map[Kind]Rates{k: rates}}
}

// 优秀 may bring a bonus and 不合格 take part of one; what ships brings nothing until the clinic sets it.
// rule:C47 rule:N18
func TestPolicyEdges(t *testing.T) {
	far := money.Fen(MaxFen)
	for _, c := range []struct {
		name string
		p    Policy
		bad  []string
	}{
		{"what ships", Policy{}, nil},
		{"a bonus and a deduction", policyOf(Quarterly, Pay{20, 200_00}, Pay{10, 0}, Pay{}, Pay{}, Pay{}, Pay{-10, -100_00}), nil},
		{"all the same", policyOf(Yearly, Pay{1, 1}, Pay{1, 1}, Pay{1, 1}, Pay{1, 1}, Pay{1, 1}, Pay{1, 1}), nil},
		{"the most", policyOf(Special, Pay{MaxPoints, far}, Pay{}, Pay{}, Pay{}, Pay{}, Pay{-MaxPoints, -far}), nil},
		{"a point too many", policyOf(Special, Pay{MaxPoints + 1, 0}), []string{"special_excellent_points"}},
		{"a point too few", policyOf(Special, Pay{}, Pay{}, Pay{}, Pay{}, Pay{}, Pay{-MaxPoints - 1, 0}), []string{"special_failed_points"}},
		{"a fen too many", policyOf(Yearly, Pay{0, far + 1}), []string{"yearly_excellent_yuan"}},
		{"a fen too few", policyOf(Yearly, Pay{}, Pay{}, Pay{}, Pay{}, Pay{}, Pay{0, -far - 1}), []string{"yearly_failed_yuan"}},
		{"a retake that brings more than a pass", policyOf(Quarterly, Pay{2, 2}, Pay{2, 2}, Pay{1, 1}, Pay{2, 2}), []string{"quarterly_passed_retake_points", "quarterly_passed_retake_yuan"}},
		{"优秀 below nothing", policyOf(Quarterly, Pay{-1, 0}), []string{"quarterly_good_points"}},
		{"money alone", policyOf(Quarterly, Pay{5, 0}, Pay{5, 1}), []string{"quarterly_good_yuan"}},
		{"a mock", policyOf("mock", Pay{1, 0}), []string{"kind"}},
		{"something else", Policy{Kinds: map[Kind]Rates{Yearly: {"superb": {1, 0}}}}, []string{"outcome"}},
	} {
		var got []string
		var e *errs.Error
		if errors.As(c.p.Validate(), &e) {
			for _, f := range e.Fields {
				got = append(got, f.Name)
			}
		}
		if !slices.Equal(got, c.bad) {
			t.Errorf("%s: %q, want %q", c.name, got, c.bad)
		}
	}
}

// What is stored is read back as it was, and what it does not name brings nothing.
func TestPolicyIsStoredAsItIs(t *testing.T) {
	b, err := json.Marshal(policyOf(Quarterly, Pay{20, 200_00}, Pay{10, 0}))
	if err != nil || string(b) != `{"kinds":{"quarterly":{"excellent":{"points":20,"fen":20000},"good":{"points":10,"fen":0}}}}` {
		t.Fatalf("%s, %v", b, err)
	}
	var p Policy
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[[2]string]Pay{
		{"quarterly", "excellent"}: {20, 200_00}, {"quarterly", "good"}: {10, 0}, {"quarterly", "failed"}: {}, {"yearly", "excellent"}: {}, {"mock", "excellent"}: {}, {"quarterly", ""}: {},
	} {
		if got := p.Of(Kind(at[0]), Outcome(at[1])); got != want {
			t.Errorf("%v: %+v", at, got)
		}
	}
}
