package ledger

import (
	"slices"

	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/errs"
)

// PolicyKind is the kind of policy_version that holds a Policy.
const PolicyKind = "result_pay"

// Kind is a kind of exam whose results are paid. A mock never counts.
type Kind string

const (
	Quarterly Kind = "quarterly" // 季度考核
	Yearly    Kind = "yearly"    // 年度考核
	Special   Kind = "special"   // 专项考核
)

// Kinds are all kinds, in the order in which pages show them.
var Kinds = []Kind{Quarterly, Yearly, Special}

// Outcome is what a round came to for a person (decision 22).
type Outcome string

const (
	Undecided        Outcome = ""                  // 待定: a case is open, or nothing is released
	Excellent        Outcome = "excellent"         // 优秀
	Good             Outcome = "good"              // 良好
	Pass             Outcome = "pass"              // 合格
	PassedRetake     Outcome = "passed_retake"     // 补考合格
	PassedRetraining Outcome = "passed_retraining" // 经复训合格
	Failed           Outcome = "failed"            // 不合格
)

// Outcomes are all outcomes that are paid, the best first.
var Outcomes = []Outcome{Excellent, Good, Pass, PassedRetake, PassedRetraining, Failed}

// Rates are what the outcomes bring; what is not named brings nothing.
type Rates map[Outcome]Pay

// Policy is what the results of each kind of exam bring. The zero value brings nothing: it is what a new clinic begins with,
// defined and without money until the clinic sets it (N18).
type Policy struct {
	Kinds map[Kind]Rates `json:"kinds"`
}

// Bounds of what one outcome may bring.
const (
	MaxPoints = 10_000
	MaxFen    = money.Fen(100_000_00)
)

// Of is what an outcome brings.
func (p Policy) Of(k Kind, o Outcome) Pay { return p.Kinds[k][o] }

// Validate names what is out of bounds, and an outcome that brings more than a better one: a correction would make somebody
// worse off whose result it lifts. The fields are named by Field.
func (p Policy) Validate() error {
	var bad []errs.Field
	for k, rates := range p.Kinds {
		if !slices.Contains(Kinds, k) {
			return errs.InvalidFields(errs.NewField("kind", "error.field.oneof"))
		}
		for o := range rates {
			if !slices.Contains(Outcomes, o) {
				return errs.InvalidFields(errs.NewField("outcome", "error.field.oneof"))
			}
		}
	}
	for _, k := range Kinds {
		for i, o := range Outcomes {
			pay := p.Of(k, o)
			if pay.Points < -MaxPoints || pay.Points > MaxPoints {
				bad = append(bad, errs.NewField(Field(k, o, "points"), "error.ledger.points", "most", MaxPoints))
			}
			if pay.Fen < -MaxFen || pay.Fen > MaxFen {
				bad = append(bad, errs.NewField(Field(k, o, "yuan"), "error.ledger.amount", "most", int64(MaxFen/100)))
			}
			if i == 0 {
				continue
			}
			better := p.Of(k, Outcomes[i-1])
			if pay.Points > better.Points {
				bad = append(bad, errs.NewField(Field(k, o, "points"), "error.ledger.worse_pays_more"))
			}
			if pay.Fen > better.Fen {
				bad = append(bad, errs.NewField(Field(k, o, "yuan"), "error.ledger.worse_pays_more"))
			}
		}
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// Field names the field of a form that holds the points, or the yuan, of an outcome: "quarterly_excellent_points".
func Field(k Kind, o Outcome, of string) string { return string(k) + "_" + string(o) + "_" + of }
