// Package collection reads the form in which public collections of examination questions are given away: one JSON object per line,
//
//	{"id":"…","question":"…","options":{"A":"…","B":"…"},"answer":"AC","explanation":"…"}
//
// options may be a list, answer a list of letters, explanation left out. The type follows from the answer, as package written tells.
package collection

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// line is one question. Fields beyond these (tags, statistics) are about the collection.
type line struct {
	Question    string          `json:"question"`
	Options     json.RawMessage `json:"options"`
	Answer      json.RawMessage `json:"answer"`
	Explanation string          `json:"explanation"`
}

// Is reports whether the first line is one of a collection; a native question has a stem.
func Is(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimLeft(data, "\ufeff \t\r\n"), []byte("\n"))
	var fields map[string]json.RawMessage
	if json.Unmarshal(first, &fields) != nil {
		return false
	}
	_, question := fields["question"]
	_, stem := fields["stem"]
	return question && !stem
}

// Decode reads the lines. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	var b qb.Batch
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	lines.Buffer(nil, qb.MaxFileBytes+1)
	for n := 1; lines.Scan(); n++ {
		place := fmt.Sprintf("第 %d 行", n)
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if b.Full(place) {
			break
		}
		d, ok := draftOf(lines.Bytes())
		if !ok {
			b.Refuse(place, "line_broken", "不是一行 {\"question\":…,\"options\":…,\"answer\":…}")
			continue
		}
		q, problems := d.Question()
		b.Add(func(f qb.Field) string { return strings.TrimSpace(place + " " + f.Name()) }, q, problems...)
	}
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

func draftOf(data []byte) (written.Draft, bool) {
	var l line
	if !utf8.Valid(data) || json.Unmarshal(data, &l) != nil {
		return written.Draft{}, false
	}
	d := written.Draft{Stem: written.Clean(l.Question), OptionsText: string(l.Options), Explanation: written.Clean(l.Explanation)}
	if d.OptionsText == "null" {
		d.OptionsText = ""
	}
	var letters []string
	if json.Unmarshal(l.Answer, &letters) == nil {
		d.Answer = strings.Join(letters, ",")
	} else if json.Unmarshal(l.Answer, &d.Answer) != nil && l.Answer != nil {
		return written.Draft{}, false
	}
	d.Answer = written.Clean(d.Answer)
	return d, true
}
