package itemstat

import "github.com/peikao/peikao/questionbank"

// Report is what a page shows of a question version.
type Report struct {
	Item    Item
	Guess   Figure
	Choices []Choice // nil for a question that is not answered by choosing, and where the answers are on paper
	Reasons []Reason
	Seen    int // answers of which it is known what was chosen
	Upper   int // of them in the upper third, of which Choices gives the parts
	Middle  int
	Lower   int
}

// ReportOf puts the statistics of a version beside its question. Of fewer than MinPeople answers it tells their number alone: one
// person's marks could be read off the rest.
func ReportOf(q questionbank.Question, s Sums) Report {
	out := Report{Guess: Guess(q)}
	if s.N < MinPeople {
		out.Item = Item{N: s.N, Exams: s.Exams}
		return out
	}
	seen := s.Seen()
	out.Item, out.Seen, out.Upper, out.Middle, out.Lower = s.Item(), seen.N, seen.Upper, seen.Middle(), seen.Lower
	if ids := OptionIDs(q); ids != nil && seen.N >= MinPeople {
		out.Choices = s.Choices(ids, rightIDs(q))
	}
	out.Reasons = Look(out.Item, out.Choices, seen.N)
	return out
}

// HasFigures tells whether there are any.
func (r Report) HasFigures() bool { return r.Item.Facility.Known }
