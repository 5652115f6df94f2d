package questionbank_test

import (
	"encoding/json"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

func TestRightEarnsAllAndWrongNothing(t *testing.T) {
	for _, q := range formattest.Samples() {
		right, wrong := qb.Right(q), qb.Wrong(q)
		for _, r := range []qb.Response{right, wrong} {
			raw, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := qb.ParseResponse(q.Shape(), raw); err != nil || r.Type != "" && again.Type != q.Type {
				t.Errorf("%s %s: %s is no response: %v", q.Type, q.Stem, raw, err)
			}
		}
		if got := qb.Mark(q, 100, wrong); got != 0 {
			t.Errorf("%s %s: wrong earns %d", q.Type, q.Stem, got)
		}
		switch {
		case q.Type == qb.Spoken:
			if right.Type != "" {
				t.Errorf("a recording out of nothing: %+v", right)
			}
		case q.Type.ByPeople():
			if right.Text != q.Key.Model || wrong.Text == right.Text {
				t.Errorf("%s: %+v, %+v", q.Type, right, wrong)
			}
		case qb.Mark(q, 100, right) != 100:
			t.Errorf("%s %s: right earns %d", q.Type, q.Stem, qb.Mark(q, 100, right))
		case qb.MissesRedLine(q, right) || q.RedLine && !qb.MissesRedLine(q, wrong):
			t.Errorf("%s %s: the red line", q.Type, q.Stem)
		}
	}
}

func TestNothingIsWrongWhereEverythingIsRight(t *testing.T) {
	q := qb.Question{Type: qb.Multiple, Options: []qb.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}}, Key: qb.Key{Choices: []string{"a", "b"}}}
	if r := qb.Wrong(q); r.Type != "" {
		t.Errorf("%+v", r)
	}
}

func TestRightWritesTheNumber(t *testing.T) {
	q := qb.Question{Type: qb.Blank, Stem: "____和____", Key: qb.Key{Gaps: [][]string{{"88.1±0.1 %"}, {"120"}}}}
	if r := qb.Right(q); r.Blanks[0] != "88.1" || r.Blanks[1] != "120" || qb.Mark(q, 100, r) != 100 {
		t.Errorf("%+v", r)
	}
}
