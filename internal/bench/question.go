package main

import (
	"encoding/json"
	"slices"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/questionbank"
)

// The ways in which an examinee answers a slot. What each earns is known without the server's marking.
const (
	right   = iota // the key: all points
	wrong          // nothing of the key: no points
	cleared        // null: no points
	variants
)

// answers are the bodies of the variants of one question.
type answers [variants][]byte

// bookOfAnswers is what the generator knows of each question, by fingerprint.
type bookOfAnswers map[string]answers

func newBook(questions []questionbank.Question) bookOfAnswers {
	book := bookOfAnswers{}
	for _, q := range questions {
		book[string(bank.Fingerprint(q))] = answersOf(q)
	}
	return book
}

func (b bookOfAnswers) find(stem string, options []questionbank.Option) (answers, bool) {
	a, ok := b[string(bank.Fingerprint(questionbank.Question{Stem: stem, Options: options}))]
	return a, ok
}

func answersOf(q questionbank.Question) answers {
	null := []byte("null")
	switch q.Type {
	case questionbank.Blank:
		given, missed := make([]string, len(q.Key.Gaps)), make([]string, len(q.Key.Gaps))
		for i, accepted := range q.Key.Gaps {
			given[i], missed[i] = accepted[0], "不对"
		}
		return answers{body("blanks", given), body("blanks", missed), null}
	case questionbank.TrueFalse:
		other := map[string]string{"true": "false", "false": "true"}[q.Key.Choices[0]]
		return answers{body("choice", q.Key.Choices[0]), body("choice", other), null}
	}
	out := answers{body("choice", q.Key.Choices[0]), null, null}
	if q.Type == questionbank.Multiple {
		out[right] = body("choices", q.Key.Choices)
	}
	for _, o := range q.Options {
		if slices.Contains(q.Key.Choices, o.ID) {
			continue
		}
		if out[wrong] = body("choice", o.ID); q.Type == questionbank.Multiple {
			out[wrong] = body("choices", []string{o.ID})
		}
		break
	}
	return out
}

func body(name string, value any) []byte {
	text, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		panic(err) // strings and lists of strings
	}
	return text
}
