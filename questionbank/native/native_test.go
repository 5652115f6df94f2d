package native

import (
	"bytes"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode, Encode: Encode}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

const good = `{"type":"true_false","stem":"对吗","key":["true"],"explanation":"对","knowledge_points":["1/注射"],"difficulty":1,"key_question":false}`

func TestDecodeStrict(t *testing.T) {
	for name, line := range map[string]string{
		"unknown field":    `{"type":"single","stem":"x","key":["a"],"extra":1}`,
		"other case":       strings.Replace(good, `"stem"`, `"Stem"`, 1),
		"field twice":      strings.Replace(good, `"stem":"对吗"`, `"stem":"对吗","stem":"错吗"`, 1),
		"trailing":         good + ` {}`,
		"not an object":    `[1]`,
		"no key":           `{"type":"single","stem":"x"}`,
		"inner unknown":    strings.Replace(good, `"key_question"`, `"source":{"x":"y"},"key_question"`, 1),
		"inner of media":   strings.Replace(good, `"key_question"`, `"media":[{"kind":"image","object":"1","alt":"x","url":"y"}],"key_question"`, 1),
		"stimulus by name": strings.Replace(good, `"key_question"`, `"stimulus":"s1","key_question"`, 1),
		"grade unknown":    strings.Replace(good, `["true"]`, `{"grades":[{"option":"a","grade":"green","score":1}]}`, 1),
		"object in list":   strings.Replace(good, `["1/注射"]`, `[{"a":1}]`, 1),
		"wrong type":       strings.Replace(good, `"difficulty":1`, `"difficulty":"1"`, 1),
		"cut off":          good[:40],
		"invalid":          `{"type":"single",}`,
	} {
		t.Run(name, func(t *testing.T) {
			items, problems, err := Decode(strings.NewReader(good + "\r\n\n" + line + "\n" + strings.Replace(good, "对吗", "错吗", 1)))
			if err != nil || len(items) != 2 || len(problems) == 0 {
				t.Fatalf("got %v, %v, %v", items, problems, err)
			}
			if p := problems[0]; p.Place != "第 3 行" || p.Item != 2 || p.Severity != questionbank.Error {
				t.Fatalf("got %+v", p)
			}
		})
	}
}

func TestDecodePlaceAndRepeat(t *testing.T) {
	_, problems, _ := Decode(strings.NewReader("\uFEFF" + good + "\n" + good + "\n" + strings.Replace(good, `"对吗"`, `""`, 1)))
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := "第 2 行 题干：题干与第 1 行相同|第 3 行 题干：题干为空"
	if strings.Join(got, "|") != want {
		t.Fatalf("got %v", got)
	}
}

// Every line read is an item or a problem with its place; items written out and read again are the same lines.
func FuzzDecode(f *testing.F) {
	var file bytes.Buffer
	_ = Encode(&file, formattest.Samples())
	f.Add(file.Bytes())
	f.Add([]byte(good + "\n{\"type\":1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		formattest.CheckDecode(t, format, data)
		items, _, _ := Decode(bytes.NewReader(data))
		var questions []questionbank.Question
		for _, it := range items {
			questions = append(questions, it.Question)
		}
		var first, second bytes.Buffer
		_ = Encode(&first, questions)
		items, _, _ = Decode(bytes.NewReader(first.Bytes()))
		questions = questions[:0]
		for _, it := range items {
			questions = append(questions, it.Question)
		}
		_ = Encode(&second, questions)
		if first.String() != second.String() {
			t.Fatalf("%s\n%s", first.String(), second.String())
		}
	})
}
