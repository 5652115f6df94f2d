package admin

import (
	"errors"
	"slices"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// Rules are kept in hours, and people think of them in days: the forms show and take days with at most two decimals, which are
// exact to the hour.

// daysText is a number of hours in days: 168 is "7", 100 is "4.17".
func daysText(hours int) string { return layout.Score(int64((hours*100 + 12) / 24)) }

// hoursOf reads what daysText writes; what is no number is noted as the field's fault.
func hoursOf(name, text string, bad *[]errs.Field) int {
	days, err := score.Parse(text)
	if err != nil {
		*bad = append(*bad, errs.NewField(name, "admin.policy.days"))
		return 0
	}
	return int((days*24 + 50) / 100)
}

// dayFields are the fields of the rules that are hours, and the fields of the forms that are the same in days.
var dayFields = map[string]string{
	"retake_window_hours": "retake_window_days", "after_release_hours": "after_release_days", "reexam_window_hours": "reexam_window_days",
	"marking_warning_hours": "marking_warning_days", "leave_hours": "leave_days",
}

// inDays puts what is wrong with hours at the field of the form, with its bounds in days.
func inDays(err error) error {
	var known *errs.Error
	if !errors.As(err, &known) {
		return err
	}
	out := *known
	out.Fields = slices.Clone(known.Fields)
	for i, f := range out.Fields {
		if name := dayFields[f.Name]; name != "" {
			least, _ := f.Args["least"].(int)
			most, _ := f.Args["most"].(int)
			out.Fields[i] = errs.NewField(name, "admin.policy.days_range", "least", daysText(least), "most", daysText(most))
		}
	}
	return &out
}
