// Package native reads and writes the project's own form of questions: JSON, one object per line, as the package
// comment of questionbank describes it. Reading is strict: exact field names, none unknown, none twice, nothing after
// the object. A line that is refused is a problem with its line number; the other lines are still read.
package native

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/peikao/peikao/questionbank"
)

// Decode reads every line. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	var b questionbank.Batch
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	for n, line := range bytes.Split(data, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		place := fmt.Sprintf("第 %d 行", n+1)
		if b.Full(place) {
			break
		}
		q, refusal := decodeLine(line)
		if refusal != "" {
			b.Refuse(place, "json", refusal)
			continue
		}
		b.Add(func(f questionbank.Field) string { return at(place, f) }, q)
	}
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(questionbank.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

func at(line string, f questionbank.Field) string {
	if f == "" {
		return line
	}
	return line + " " + f.Name()
}

func decodeLine(line []byte) (questionbank.Question, string) {
	var q questionbank.Question
	if err := checkFields(line); err != nil {
		return q, err.Error()
	}
	if err := json.Unmarshal(line, &q); err != nil {
		return questionbank.Question{}, "字段的类型不对：" + err.Error()
	}
	return q, ""
}

// Encode writes one line for each question.
func Encode(w io.Writer, questions []questionbank.Question) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, q := range questions {
		if q.KnowledgePoints == nil {
			q.KnowledgePoints = []string{}
		}
		if err := enc.Encode(q); err != nil {
			return err
		}
	}
	return nil
}
