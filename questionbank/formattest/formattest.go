// Package formattest is the suite that every format of questions passes: what it reads is sound, what it refuses has a
// place, and no input, empty, endless or broken, makes it fail in another way.
package formattest

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/peikao/peikao/questionbank"
)

// Format is what the suite is run on. Encode is nil for a format that is read only.
type Format struct {
	Decode func(io.Reader) ([]questionbank.Item, []questionbank.Problem, error)
	Encode func(io.Writer, []questionbank.Question) error
}

// Run runs the suite.
func Run(t *testing.T, f Format) {
	t.Run("an empty file is an error with a place", func(t *testing.T) {
		items, problems, err := f.Decode(bytes.NewReader(nil))
		if err != nil || len(items) != 0 || !questionbank.HasErrors(problems) {
			t.Fatalf("got %v, %v, %v", items, problems, err)
		}
		CheckProblems(t, problems)
	})
	t.Run("an endless file is refused", func(t *testing.T) {
		items, problems, err := f.Decode(endless{})
		if err != nil || len(items) != 0 || !questionbank.HasErrors(problems) {
			t.Fatalf("got %d items, %v, %v", len(items), problems, err)
		}
	})
	t.Run("a reader's error is returned", func(t *testing.T) {
		broken := errors.New("broken")
		if _, _, err := f.Decode(iotest.ErrReader(broken)); !errors.Is(err, broken) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("noise is refused", func(t *testing.T) {
		for _, noise := range []string{"\x00\x01\x02", "\xff\xfe\x00", "PK\x03\x04", "{", "\"", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"} {
			CheckDecode(t, f, []byte(noise))
		}
	})
	if f.Encode != nil {
		t.Run("what is written is read again", func(t *testing.T) { roundTrip(t, f) })
	}
}

// CheckDecode decodes data and fails unless the outcome keeps the suite's promises. Fuzz targets call it.
func CheckDecode(t *testing.T, f Format, data []byte) {
	t.Helper()
	items, problems, err := f.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("an error on text in memory: %v", err)
	}
	if len(items) == 0 && len(problems) == 0 {
		t.Fatal("neither items nor problems")
	}
	CheckItems(t, items)
	CheckProblems(t, problems)
	CheckNothingLost(t, items, problems)
}

// CheckItems fails unless every item is sound, has a place, and they stand in the file's order.
func CheckItems(t *testing.T, items []questionbank.Item) {
	t.Helper()
	last := 0
	for _, it := range items {
		if it.Place == "" || it.Number <= last {
			t.Fatalf("item without place or order: %+v", it)
		}
		last = it.Number
		if found := questionbank.Validate(it.Question); questionbank.HasErrors(found) {
			t.Fatalf("%s is not sound: %v\n%+v", it.Place, found, it.Question)
		}
	}
}

// CheckProblems fails unless every problem has a place, a code, a message and a severity.
func CheckProblems(t *testing.T, problems []questionbank.Problem) {
	t.Helper()
	for _, p := range problems {
		if p.Place == "" || p.Code == "" || p.Message == "" || p.Severity != questionbank.Error && p.Severity != questionbank.Warning {
			t.Fatalf("incomplete problem %+v", p)
		}
	}
}

// CheckNothingLost fails unless each question that was read is an item or has an Error, and not both.
func CheckNothingLost(t *testing.T, items []questionbank.Item, problems []questionbank.Problem) {
	t.Helper()
	kept, refused := map[int]bool{}, map[int]bool{}
	for _, it := range items {
		kept[it.Number] = true
	}
	for _, p := range problems {
		if p.Severity == questionbank.Error && p.Item > 0 {
			refused[p.Item] = true
		}
	}
	for n := 1; n <= questionbank.Read(items, problems); n++ {
		if kept[n] == refused[n] {
			t.Fatalf("question %d: kept %v, refused %v", n, kept[n], refused[n])
		}
	}
}

func roundTrip(t *testing.T, f Format) {
	want := Samples()
	var file bytes.Buffer
	if err := f.Encode(&file, want); err != nil {
		t.Fatal(err)
	}
	items, problems, err := f.Decode(&file)
	if err != nil || questionbank.HasErrors(problems) || len(items) != len(want) {
		t.Fatalf("got %d items of %d, %v, %v", len(items), len(want), problems, err)
	}
	for i, it := range items {
		if !reflect.DeepEqual(it.Question, want[i]) {
			t.Errorf("question %d:\n got %+v\nwant %+v", i+1, it.Question, want[i])
		}
	}
}

// Samples are one sound question of each type, with everything that a question can have.
func Samples() []questionbank.Question {
	options := func(texts ...string) (all []questionbank.Option) {
		for i, text := range texts {
			all = append(all, questionbank.Option{ID: string(rune('a' + i)), Text: text})
		}
		return all
	}
	return []questionbank.Question{
		{Type: questionbank.Single, Stem: "客户问“打一针能保几年？”，合适的回复是", Options: options("以医生面诊为准", "保证三年", "永久有效", "别家都不如我们"),
			Key: questionbank.Key{Choices: []string{"a"}}, Explanation: "咨询员不承诺效果。", KnowledgePoints: []string{"2/项目说明"},
			Difficulty: 2, KeyQuestion: true},
		{Type: questionbank.Multiple, Stem: "医疗广告中不得出现的有 <表述>", Options: options("治愈率", "患者证明", "机构名称"),
			Key: questionbank.Key{Choices: []string{"a", "b"}}, MultiplePolicy: questionbank.PolicyNone, Explanation: "机构名称可以出现。",
			KnowledgePoints: []string{"4/医疗广告", "4/广告法"}, Difficulty: 3,
			Source: questionbank.Source{Law: "中华人民共和国广告法", Article: "第十六条", Edition: "2021-04-29"}},
		{Type: questionbank.TrueFalse, Stem: "面诊之前可以替医生确定注射剂量。", Key: questionbank.Key{Choices: []string{"false"}},
			Explanation: "剂量由医生决定。", KnowledgePoints: []string{"1/肉毒毒素"}, Difficulty: 1, KeyQuestion: true},
		{Type: questionbank.Blank, Stem: "回访时先核对____，再询问____。", Key: questionbank.Key{Gaps: [][]string{{"身份", "客户身份"}, {"恢复情况"}}},
			Explanation: "先核对身份。", KnowledgePoints: []string{"3/回访"}, Difficulty: 5},
		{Type: questionbank.Short, Stem: "客户投诉术后淤青未消，写出你的回复。", Key: questionbank.Key{Model: "先致歉并倾听；\n再说明复诊流程。",
			Rubric: []questionbank.Criterion{{Text: "致歉，不辩解；不推责", Percent: 40}, {Text: "说明复诊流程", Percent: 60}}},
			Explanation: "先处理情绪，再处理问题。", KnowledgePoints: []string{"3/投诉处理"}, Difficulty: 4},
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}
