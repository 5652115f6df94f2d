package bank

import (
	"cmp"
	"slices"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// LeftKind says why a question of a file did not come in.
type LeftKind string

const (
	LeftRefused LeftKind = "refused" // it cannot be imported
	LeftDouble  LeftKind = "double"  // the bank holds the same, or an earlier file of the import
	LeftNear    LeftKind = "near"    // it is near to another question, and was chosen to be left out
)

// WordKey is the key of the reason's name.
func (k LeftKind) WordKey() string { return "bank.left." + string(k) }

// LeftOut is a question of a file that did not come in, with its place and every reason.
type LeftOut struct {
	Place   string   `json:"place"`
	Number  int      `json:"number"` // in the file, from 1
	Kind    LeftKind `json:"kind"`
	Reasons []string `json:"reasons"`
}

// blocked tells why the file cannot be imported as chosen: a problem stands, and nobody chose to leave its question out; it is
// about the file and not about one question, so that nobody can say what would be missing; or there are more than were kept.
func (p Preview) blocked(c Choice) error {
	if p.ErrorCount == 0 {
		return nil
	}
	if !c.SoundOnly {
		return errs.New(errs.Conflict, "error.bank.import_errors", "n", p.ErrorCount)
	}
	if whole := p.AboutFile(); len(whole) > 0 {
		return errs.New(errs.Conflict, "error.bank.import_file", "message", whole[0].String())
	}
	if p.ErrorCount > p.keptErrors() {
		return errs.New(errs.Conflict, "error.bank.import_too_many", "max", maxKeptProblems)
	}
	return nil
}

// MayLeaveOut tells whether the choice to leave out the refused questions would help.
func (p Preview) MayLeaveOut() bool {
	return p.ErrorCount > 0 && p.ItemCount > 0 && p.blocked(Choice{SoundOnly: true}) == nil
}

// AboutFile are the errors that belong to no question.
func (p Preview) AboutFile() (out []questionbank.Problem) {
	for _, problem := range p.Problems.V {
		if problem.Severity == questionbank.Error && problem.Item == 0 {
			out = append(out, problem)
		}
	}
	return out
}

func (p Preview) keptErrors() (n int) {
	for _, problem := range p.Problems.V {
		if problem.Severity == questionbank.Error {
			n++
		}
	}
	return n
}

// Refused counts the questions of the file that cannot be imported.
func (p Preview) Refused() int { return p.Read - p.ItemCount }

// leaves are the sound questions that the choice leaves out, by their numbers.
func (p Preview) leaves(c Choice) map[int]bool {
	left := p.doublesLeft(c)
	for _, n := range p.Near.V {
		if c.leaves(n) {
			left[n.Number] = true
		}
	}
	return left
}

func (p Preview) doublesLeft(c Choice) map[int]bool {
	left := map[int]bool{}
	if !c.WithDoubles {
		for _, d := range p.Doubles {
			left[d.Number] = true
		}
	}
	return left
}

// leftOut names, in the file's order, the questions that the choice leaves out.
func leftOut(p Preview, c Choice) []LeftOut {
	out, at := []LeftOut{}, map[int]int{}
	for _, problem := range p.Problems.V {
		if problem.Severity != questionbank.Error || problem.Item == 0 {
			continue
		}
		i, known := at[problem.Item]
		if !known {
			i = len(out)
			at[problem.Item] = i
			out = append(out, LeftOut{Place: problem.Place, Number: problem.Item, Kind: LeftRefused})
		}
		out[i].Reasons = append(out[i].Reasons, problem.String())
	}
	if !c.WithDoubles {
		for _, d := range p.Doubles {
			out = append(out, LeftOut{Place: d.Place, Number: d.Number, Kind: LeftDouble, Reasons: []string{d.text()}})
		}
	}
	doubles := p.doublesLeft(c)
	for _, n := range p.Near.V {
		if c.leaves(n) && !doubles[n.Number] {
			out = append(out, LeftOut{Place: n.Place, Number: n.Number, Kind: LeftNear, Reasons: []string{n.text()}})
		}
	}
	slices.SortStableFunc(out, func(a, b LeftOut) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
