package bank

import "github.com/peikao/peikao/questionbank"

// ImportAnswer is what an import answers as JSON, to a command and to a call.
type ImportAnswer struct {
	Read     int           `json:"read"`     // questions in the files
	Ready    int           `json:"ready"`    // of these, those without error that the bank does not hold yet
	Imported int           `json:"imported"` // 0 for a dry run, and when anything is wrong
	LeftOut  []LeftOutLine `json:"left_out,omitempty"`
	Problems []ProblemLine `json:"problems"`
	Near     []NearFound   `json:"near,omitempty"`           // of a dry run
	Unknown  []PointFound  `json:"unknown_points,omitempty"` // of a dry run
}

// LeftOutLine is a question that an import left out, by choice or because the bank holds it.
type LeftOutLine struct {
	Place   string   `json:"place"`
	Reasons []string `json:"reasons"`
}

// ProblemLine is what is wrong with a question, or could be.
type ProblemLine struct {
	Place    string                `json:"place"`
	Message  string                `json:"message"`
	Code     string                `json:"code"`
	Severity questionbank.Severity `json:"severity"`      // only an error keeps questions out
	Fix      string                `json:"fix,omitempty"` // what to do, where that is clear
}

// Answer is the summary as JSON has it.
func (s Summary) Answer() ImportAnswer {
	a := ImportAnswer{Read: s.Read, Ready: s.Ready, Imported: s.Imported, Problems: ProblemLines(s.Problems), Near: s.Near, Unknown: s.Unknown}
	for _, left := range s.LeftOut {
		a.LeftOut = append(a.LeftOut, LeftOutLine{left.Place, left.Reasons})
	}
	return a
}

// ProblemLines are the problems as JSON has them; none is an empty list.
func ProblemLines(problems []questionbank.Problem) []ProblemLine {
	lines := make([]ProblemLine, len(problems))
	for i, p := range problems {
		lines[i] = ProblemLine{Place: p.Place, Message: p.Message, Code: p.Code, Severity: p.Severity, Fix: p.Fix}
	}
	return lines
}
