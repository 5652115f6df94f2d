package native

import (
	"encoding/json"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// The right response earns all points of every sample and the wrong one none, and both are responses to the question.
func TestRightAndWrongResponses(t *testing.T) {
	for _, q := range formattest.Samples() {
		right, wrong := questionbank.RightResponse(q), questionbank.WrongResponse(q)
		if q.Type.ByPeople() {
			if right.Answered() || wrong.Answered() {
				t.Errorf("%s: a response that nobody marks by machine", q.Type)
			}
			continue
		}
		if questionbank.Mark(q, 101, right) != 101 || questionbank.Mark(q, 101, wrong) != 0 || !wrong.Answered() {
			t.Errorf("%s: %+v and %+v", q.Type, right, wrong)
		}
		for _, r := range []questionbank.Response{right, wrong} {
			body, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := questionbank.ParseResponse(q.Shape(), body); err != nil {
				t.Errorf("%s: %s: %v", q.Type, body, err)
			}
		}
	}
	all := questionbank.Question{Type: questionbank.Multiple, Options: []questionbank.Option{{ID: "a"}}, Key: questionbank.Key{Choices: []string{"a"}}}
	if r := questionbank.WrongResponse(all); r.Answered() {
		t.Errorf("where every option is right: %+v", r)
	}
}
