package collection

import (
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var suite = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, suite) }

const sample = `{"id":"1","question":"首选的是","options":{"A":"甲","B":"乙"},"answer":"B","explanation":"略","tags":["law"]}

{"question":"错的有","options":["甲","乙","丙"],"answer":["A","C"]}
{"question":"对吗","options":null,"answer":"对"}
{"question":"没有答案","options":{"A":"甲","B":"乙"}}
{"question":`

func TestDecode(t *testing.T) {
	items, problems, err := Decode(strings.NewReader(sample))
	formattest.CheckNothingLost(t, items, problems)
	if err != nil || len(items) != 3 || qb.Read(items, problems) != 5 {
		t.Fatalf("got %+v, %v, %v", items, problems, err)
	}
	for i, want := range []qb.Type{qb.Single, qb.Multiple, qb.TrueFalse} {
		if items[i].Question.Type != want {
			t.Errorf("got %+v, want %s", items[i], want)
		}
	}
	if items[1].Place != "第 3 行" || items[1].Question.Options[2].Text != "丙" || items[0].Question.Explanation != "略" {
		t.Errorf("got %+v", items)
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{sample: true, `{"stem":"对吗","type":"true_false"}`: false, "": false, "[": false, "\ufeff\n{\"question\":1}": true} {
		if Is([]byte(text)) != want {
			t.Errorf("%.40q", text)
		}
	}
}

// Any text: every line read is an item or a problem with its place.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, suite, data) })
}
