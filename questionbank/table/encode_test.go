package table

import (
	"testing"

	qb "github.com/peikao/peikao/questionbank"
)

// A point whose name holds a comma is one point in the row and back.
func TestPointsWithCommas(t *testing.T) {
	for _, points := range [][]string{{"1/适应症、禁忌症"}, {"1/适应症、禁忌症", "3/回访"}, {"2/项目，说明"}} {
		q := qb.Question{Type: qb.TrueFalse, Stem: "对吗", Key: qb.Key{Choices: []string{"true"}}, Explanation: "对", Difficulty: 3, KnowledgePoints: points}
		if l := Losses(q); l != nil {
			t.Errorf("%v: %v\n%q", points, l, Cells(q))
		}
	}
}
