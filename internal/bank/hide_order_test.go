package bank

import (
	"slices"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// What is stored never tells the order by its ids, and is still the same question: the same texts in the same right order.
func TestHideOrder(t *testing.T) {
	inOrder := questionbank.Question{Type: questionbank.Ordering, Stem: "排好", Difficulty: 2, Explanation: "略",
		Options: []questionbank.Option{{ID: "a", Text: "一"}, {ID: "b", Text: "二"}, {ID: "c", Text: "三"}}, Key: questionbank.Key{Choices: []string{"a", "b", "c"}}}
	matching := questionbank.Question{Type: questionbank.Matching, Stem: "对上", Difficulty: 2, Explanation: "略", Rows: []string{"1", "2"},
		Options: []questionbank.Option{{ID: "a", Text: "一"}, {ID: "b", Text: "二"}}, Key: questionbank.Key{Choices: []string{"a", "b"}}}
	texts := func(q questionbank.Question) (all []string) {
		for _, id := range q.Key.Choices {
			o, _ := q.Option(id)
			all = append(all, o.Text)
		}
		return all
	}
	for _, q := range []questionbank.Question{inOrder, matching} {
		for range 20 {
			got := hideOrder(q)
			if slices.IsSorted(got.Key.Choices) || !slices.Equal(texts(got), texts(q)) || questionbank.HasErrors(questionbank.Validate(got)) {
				t.Fatalf("%s: %+v", q.Type, got)
			}
			if again := hideOrder(got); !slices.Equal(again.Key.Choices, got.Key.Choices) {
				t.Fatal("ids change once more")
			}
		}
		if !slices.IsSorted(q.Key.Choices) || q.Options[0].ID != "a" {
			t.Fatal("what came in was changed")
		}
	}
	for _, q := range formattest.Samples() {
		if q.Type.Shuffles() {
			continue
		}
		if got := hideOrder(q); !slices.Equal(got.Key.Choices, q.Key.Choices) {
			t.Errorf("%s: %+v", q.Type, got)
		}
	}
}
