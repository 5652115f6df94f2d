package formats

import (
	"io"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/aiken"
	"github.com/peikao/peikao/questionbank/gift"
	"github.com/peikao/peikao/questionbank/moodlexml"
	"github.com/peikao/peikao/questionbank/native"
	"github.com/peikao/peikao/questionbank/qti"
	"github.com/peikao/peikao/questionbank/xlsx"
)

// Target is a format that questions are written in.
type Target struct {
	Name      string // for a command line and an address: qti
	Title     string // for people
	Ending    string // of the file: .zip
	MediaType string
	Files     bool // it holds the files that questions show
	Tags      bool // it holds the tags
	// Encode writes the questions, and the files that they show as far as they are given by their object's name. What is
	// lost whole is left out.
	Encode func(w io.Writer, questions []questionbank.Question, files map[string][]byte) error
	// Losses says what is lost of a question; nothing: it comes back as it was.
	Losses func(questionbank.Question) []questionbank.Loss
}

const zipType = "application/zip"

// Targets are all formats to write, the lossless one first.
var Targets = []Target{
	{"native", "本系统题库包（完整）", ".zip", zipType, true, true, native.EncodeFiles, native.Losses},
	{"xlsx", "Excel 表格", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, false, withoutFiles(xlsx.Encode), xlsx.Losses},
	{"moodle", "Moodle XML", ".xml", "application/xml; charset=utf-8", true, false, moodlexml.EncodeFiles, moodlexml.Losses},
	{"gift", "GIFT 文本", ".txt", "text/plain; charset=utf-8", false, false, withoutFiles(gift.Encode), gift.Losses},
	{"aiken", "Aiken 文本（只有单选题）", ".txt", "text/plain; charset=utf-8", false, false, withoutFiles(aiken.Encode), aiken.Losses},
	{"qti", "QTI 3.0 题目包", ".zip", zipType, true, false, qti.EncodeFiles, qti.Losses},
	{"jsonl", "JSON，每行一题", ".jsonl", "application/jsonl; charset=utf-8", false, true, withoutFiles(native.Encode), mediaLosses},
}

func withoutFiles(encode func(io.Writer, []questionbank.Question) error) func(io.Writer, []questionbank.Question, map[string][]byte) error {
	return func(w io.Writer, questions []questionbank.Question, _ map[string][]byte) error {
		return encode(w, questions)
	}
}

// mediaLosses are those of a format that holds a question whole but no files.
func mediaLosses(q questionbank.Question) []questionbank.Loss {
	if len(q.MediaAll()) == 0 {
		return nil
	}
	return []questionbank.Loss{{Field: questionbank.FieldMedia, Message: "只写文件的名称，不带文件"}}
}

// losses are what is lost of a question, the tags with it where the format has no place for them.
func (t Target) losses(q questionbank.Question) []questionbank.Loss {
	losses := t.Losses(q)
	if len(q.Tags) > 0 && !t.Tags {
		losses = append(losses, questionbank.Loss{Field: questionbank.FieldTags, Message: "不写标签"})
	}
	return losses
}

// TargetNamed is the format of the name, or false.
func TargetNamed(name string) (Target, bool) {
	for _, t := range Targets {
		if t.Name == name {
			return t, true
		}
	}
	return Target{}, false
}

// Losses lists, before anything is written, what the target cannot hold of each question: an Error for a question that is
// left out whole, a Warning for a part of it. place names a question by its index.
func Losses(t Target, questions []questionbank.Question, place func(int) string) []questionbank.Problem {
	var problems []questionbank.Problem
	for i, q := range questions {
		for _, l := range t.losses(q) {
			p := questionbank.Problem{Place: place(i), Field: l.Field, Item: i + 1, Code: "lost_part", Message: l.String(), Severity: questionbank.Warning}
			if l.Whole {
				p.Code, p.Severity = "lost_whole", questionbank.Error
			}
			problems = append(problems, p)
		}
	}
	return problems
}

// Beginning is the first words of a stem, to name a question by.
func Beginning(q questionbank.Question) string {
	runes := []rune(strings.Join(strings.Fields(q.Stem), " "))
	if len(runes) > 20 {
		runes = append(runes[:20:20], '…')
	}
	return string(runes)
}
