package compose

// Row asks for Count questions. Homes are the quotas under which a question for it may be written: indexes, None for a
// point that no quota covers.
type Row struct {
	Count int
	Homes []int
}

// None is the quota of what no quota covers.
const None = -1

// Quota bounds how many questions of the paper stand at a knowledge point or below it. Parent is the nearest quota above,
// None when there is none.
type Quota struct {
	Parent   int
	Min, Max int
}

// Kind is questions that what is asked cannot tell apart, but for cost and rivals.
type Kind struct {
	Rows      []int // that they fit
	Quota     int   // the nearest at or above their point, or None
	Key       bool  // 重点
	Questions []Question
}

// Question is a question by its number. Of two that would do, the one of less cost is taken, 0 ≤ Cost ≤ MaxCost. Rivals are
// the sets to which it belongs.
type Question struct {
	ID     int64
	Cost   int
	Rivals []int64
}

// MaxCost bounds a question's cost.
const MaxCost = 1<<16 - 1

// Problem is what a paper must hold and what there is. Places and questions count in bundles of Bundle questions of one
// kind, so that as many forms can be dealt from it; 1 for a single paper.
type Problem struct {
	Rows   []Row
	Quotas []Quota
	Keys   int // the least number of 重点 questions
	Kinds  []Kind
	Bundle int
}

// Places is the number of bundles that the rows ask for.
func (p Problem) Places() (n int) {
	for _, r := range p.Rows {
		n += r.Count
	}
	return n
}

// Choice is a bundle that stands in a row.
type Choice struct {
	Row, Kind int
	Questions []int64
}

// Missing is how many questions must be written for a row, under a quota or None.
type Missing struct {
	Row, Quota, Count int
}

// Solution is a paper, or what it lacks.
type Solution struct {
	Chosen      []Choice
	Missing     []Missing
	MissingKeys int   // so many of the missing must be 重点
	Clashes     []int // quotas that no paper of these rows can keep, whatever is written
	Proven      bool  // nothing less is missing in any choice
}

// Full tells whether the paper is complete.
func (s Solution) Full() bool { return len(s.Missing) == 0 && len(s.Clashes) == 0 }

// Lack is the number of questions to write.
func (s Solution) Lack() (n int) {
	for _, m := range s.Missing {
		n += m.Count
	}
	return n
}
