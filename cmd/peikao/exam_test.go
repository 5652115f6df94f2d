package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/peikao/peikao/internal/report"
)

// Threat 35: a number that is wrong ends the command with another exit code, and the first is named.
func TestExamVerifyTellsWhatItFound(t *testing.T) {
	wrong := report.Disagreement{What: "result", ID: 17, ExamID: 3, Message: "its score is 12.00, its marks add up to 11.50"}
	for _, c := range []struct {
		json  bool
		found report.Recount
		err   error
		says  string
	}{
		{false, report.Recount{Results: 120, Sheets: 30, Entries: 45}, nil, "ok: 120 results, the rounds of 30 appraisal sheets and 45 entries of points and pay agree\n"},
		{false, report.Recount{Results: 120, Sheets: 30, Entries: 45, Disagreements: 2, First: []report.Disagreement{wrong, wrong}}, errReported,
			"2 of 120 results, the rounds of 30 sheets and 45 entries of points and pay disagree, the first: result 17: its score is 12.00, its marks add up to 11.50\n"},
		{true, report.Recount{Results: 120, Sheets: 30}, nil, `{"results":120,"sheets":30,"entries":0,"disagreements":0}` + "\n"},
		{true, report.Recount{Results: 1, Disagreements: 1, First: []report.Disagreement{wrong}}, errReported,
			`{"results":1,"sheets":0,"entries":0,"disagreements":1,"first":[{"what":"result","id":17,"exam_id":3,"message":"its score is 12.00, its marks add up to 11.50"}]}` + "\n"},
	} {
		var out bytes.Buffer
		err := examVerifyCommand{JSON: c.json}.report(&environment{out: &out}, c.found)
		if !errors.Is(err, c.err) || out.String() != c.says {
			t.Errorf("%+v: %v, %q", c.found, err, out.String())
		}
	}
}
