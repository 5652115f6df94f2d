package bank

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/peikao/peikao/internal/platform/spreadsheet"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
	"github.com/peikao/peikao/questionbank/xlsx"
)

// An exported list read in again is the same questions, of every type; files have no column.
func TestExportedListIsReadAgain(t *testing.T) {
	var want []questionbank.Question
	var rows []Row
	for i, q := range formattest.Samples() {
		if len(q.MediaAll()) > 0 {
			continue
		}
		want = append(want, q)
		r := Row{QuestionID: QuestionID(i + 1), State: StateDraft}
		r.Body.V = q
		rows = append(rows, r)
	}
	types := map[questionbank.Type]bool{}
	for _, q := range want {
		types[q.Type] = true
	}
	if len(types) != len(questionbank.Types) {
		t.Fatalf("only %d types", len(types))
	}
	var file bytes.Buffer
	if err := spreadsheet.WriteXLSX(&file, "题目", append([][]string{exportColumns}, linesOf(rows)...)); err != nil {
		t.Fatal(err)
	}
	items, problems, err := xlsx.Decode(&file)
	if err != nil || questionbank.HasErrors(problems) || len(items) != len(want) {
		t.Fatalf("%d of %d, %v, %v", len(items), len(want), problems, err)
	}
	for i, it := range items {
		if !reflect.DeepEqual(it.Question, want[i]) {
			t.Errorf("\n got %+v\nwant %+v", it.Question, want[i])
		}
	}
}
