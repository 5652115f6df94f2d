package aiken

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var suite = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, suite) }

const sample = "\uFEFFWho opens a prescription?\r\nA) The consultant\r\nB) The physician\r\n\r\nANSWER: B\r\n\r\n第二题有\n两行\nA. 甲\n续行\nB. 乙\nC. 丙\nANSWER: A\n"

func TestDecode(t *testing.T) {
	items, problems, err := Decode(strings.NewReader(sample))
	if err != nil || len(items) != 2 || qb.HasErrors(problems) {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	if q := items[0].Question; q.Type != qb.Single || q.Options[1].Text != "The physician" || q.Key.Choices[0] != "b" || items[0].Place != "第 1 行" {
		t.Errorf("got %+v", items[0])
	}
	if q := items[1].Question; q.Stem != "第二题有\n两行" || q.Options[0].Text != "甲\n续行" || items[1].Place != "第 7 行" {
		t.Errorf("got %+v", items[1])
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"问\nA) 甲\nB) 乙\nANSWER: C\n":  "第 4 行 正确答案 key_unknown",
		"问\nA) 甲\nB) 乙\nANSWER: \n":   "第 4 行 正确答案 key_missing",
		"问\nA) 甲\nB) 乙\nANSWER: AB\n": "第 4 行 正确答案 key_many",
		"问\nA) 甲\nC) 丙\nANSWER: A\n":  "第 2 行 选项 options_order",
		"问\nA) 甲\nANSWER: A\n":        "第 2 行 选项 options_few",
		"A) 甲\nB) 乙\nANSWER: A\n":     "第 2 行 选项 options_order",
		"问\nA) 甲\nB)\nANSWER: A\n":    "第 3 行 选项 B option_empty",
		"问\nA) 甲\nB) 乙\n":             "第 1 行 answer_missing",
	} {
		items, problems, _ := Decode(strings.NewReader("好\nA) 甲\nB) 乙\nANSWER: A\n" + text)) // the line numbers below count on
		formattest.CheckNothingLost(t, items, problems)
		found := false
		for _, p := range problems {
			place, n, ok := strings.Cut(strings.TrimPrefix(p.Place, "第 "), " 行")
			line := map[string]string{"5": "1", "6": "2", "7": "3", "8": "4"}[place]
			found = found || ok && p.Severity == qb.Error && "第 "+line+" 行"+n+" "+p.Code == want
		}
		if len(items) != 1 || !found {
			t.Errorf("%q: want %s, got %v, %v", text, want, items, problems)
		}
	}
}

// A question without an answer is refused alone; the next one is read. A text below an empty line may as well go on with an option.
func TestAnswerLeftOut(t *testing.T) {
	items, problems, err := Decode(strings.NewReader("坏\nA. 甲\nB. 乙\n\n好\n在\nA. 丙\nB. 丁\n\n续\nANSWER: B\n"))
	if err != nil || len(items) != 1 || items[0].Place != "第 5 行" {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	if q := items[0].Question; q.Stem != "好\n在" || q.Options[0].Text != "丙" || q.Options[1].Text != "丁\n续" {
		t.Errorf("got %+v", q)
	}
	if problems[0].Code != "answer_missing" || problems[0].Place != "第 1 行" {
		t.Errorf("got %v", problems)
	}
}

// People write the word in their own way; a line that only begins so is text.
func TestAnswerLines(t *testing.T) {
	for line, want := range map[string]string{"ANSWER: B": "b", "Answer: b": "b", "answer：B.": "b", "Answer : B": "b", "Answer: the second": ""} {
		items, _, _ := Decode(strings.NewReader("问\nA) 甲\nB) 乙\n" + line + "\n"))
		got := ""
		if len(items) == 1 {
			got = items[0].Question.Key.Choices[0]
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{sample: true, "1. 问\nA. 甲\nB. 乙\n答案：B\n": false, "问{T}": false, "ANSWER: B\n": false} {
		if Is(text) != want {
			t.Errorf("%q", text)
		}
	}
}

// What Losses does not name comes back as it was.
func TestRoundTrip(t *testing.T) {
	formattest.CheckLosses(t, formattest.Package{
		Encode: func(w io.Writer, questions []qb.Question, _ map[string][]byte) error { return Encode(w, questions) },
		Decode: func(r io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error) {
			items, problems, err := Decode(r)
			return items, problems, nil, err
		},
		Losses: Losses,
	})
	// The suite's questions have mostly more than Aiken holds; these have nothing but texts.
	text := rapid.OneOf(rapid.StringMatching(`[A-D][).] ?[甲乙a]{1,3}`), rapid.StringMatching(`ANSWER: [A-D]`), rapid.StringMatching(`[ 甲乙丙a-z（）.√]{1,12}`), rapid.String())
	written := 0
	rapid.Check(t, func(rt *rapid.T) {
		q := qb.Question{Type: qb.Single, Stem: text.Draw(rt, "stem"), Difficulty: qb.DefaultDifficulty, Key: qb.Key{Choices: []string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key")}}}
		for i := range 3 {
			q.Options = append(q.Options, qb.Option{ID: string(rune('a' + i)), Text: text.Draw(rt, "option")})
		}
		var file bytes.Buffer
		if err := Encode(&file, []qb.Question{q, q}); err != nil {
			rt.Fatal(err)
		}
		if len(Losses(q)) > 0 {
			return
		}
		written++
		items, problems, _ := Decode(&file)
		if len(items) != 2 || !reflect.DeepEqual(items[1].Question, q) {
			rt.Fatalf("\n got %+v\nwant %+v\n%v", items, q, problems)
		}
	})
	if written == 0 {
		t.Fatal("nothing was ever written")
	}
}

func TestLosses(t *testing.T) {
	got := fmt.Sprint(Losses(formattest.Samples()[0]))
	for _, name := range []string{"解析", "重点", "知识点", "难度"} {
		if !strings.Contains(got, name) {
			t.Errorf("%s is not in %s", name, got)
		}
	}
}

// Any text: every question read is an item or a problem with its line.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, suite, data) })
}
