package main

import (
	"encoding/json"

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

// find takes a question as an examinee is shown it.
func (b bookOfAnswers) find(shown questionbank.Question) (answers, bool) {
	a, ok := b[string(bank.Fingerprint(shown))]
	return a, ok
}

func answersOf(q questionbank.Question) answers {
	return answers{body(questionbank.RightResponse(q)), body(questionbank.WrongResponse(q)), []byte("null")}
}

func body(r questionbank.Response) []byte {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and lists of strings
	}
	return text
}
