package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/words"
)

// rule:A22 rule:C46 a sheet tells each number with its facts; what is missing is null and named, ids are strings.
func TestSheetAsJSON(t *testing.T) {
	p, _ := appraisal.FindPreset("quarterly")
	facts := []appraisal.Fact{
		{ID: 9007199254740993, Indicator: "knowledge", Source: appraisal.Round, SourceID: 7, Version: 2, Value: 6000, N: 1, RecordedAt: time.Unix(0, 0).UTC(),
			Detail: appraisal.Detail{ExamTitle: "一季度考核", AttemptID: 31, Outcome: "passed_retake", ClosedOn: "2026-03-27"}},
		{ID: 2, Indicator: "attainment", Source: appraisal.Typed, Version: 1, Value: 9350, N: 1},
	}
	c := appraisal.Compute(p.Scheme, facts)
	e := appraisal.Explained{Scheme: p.Scheme, Facts: map[appraisal.FactID]appraisal.Fact{facts[0].ID: facts[0], 2: facts[1]}}
	e.Sheet = appraisal.Sheet{ID: 5, CycleID: 3, PersonID: 12, PersonName: "张小美", State: appraisal.SheetCollecting, Missing: c.Missing, Total: &c.Total, Computed: db.JSONOf(c)}
	text, err := json.Marshal(appraisalSheetIn(words.ZH, e))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"id":"5"`, `"cycle_id":"3"`, `"person_id":"12"`, `"provisional":true`, `"grade":""`, `"missing":["participation","chat","call","satisfaction","complaints"]`,
		`"id":"9007199254740993"`, `"source_id":"7"`, `"attempt_id":"31"`, `"raw":"60.00","score":"60.00"`, `"raw":"93.50","score":"80.00","grade":"良好"`, `"missing":true,"raw":null,"score":null`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
}
