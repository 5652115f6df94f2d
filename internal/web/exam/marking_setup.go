package exam

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// markingForm is how an exam's answers are marked by people, as it is typed.
type markingForm struct {
	Markers    string `form:"markers"`
	GapPercent string `form:"mark_gap_percent"`
}

// markingSetup is the part of the settings page about questions that people mark; without such questions there is none.
type markingSetup struct {
	Questions []exam.TypeCount
	Form      markingForm
}

// count is how many questions people mark.
func count(list []exam.TypeCount) (n int) {
	for _, c := range list {
		n += c.N
	}
	return n
}

// markedText names the questions that people mark: 2 道录音题、1 道论述题.
func markedText(ctx context.Context, list []exam.TypeCount) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = layout.T(ctx, "exampages.marking.questions_of", "n", c.N, "type", layout.T(ctx, "exampages.type."+string(c.Type)))
	}
	return strings.Join(parts, layout.T(ctx, "exampages.and"))
}

// markingSetup reads it off the exam, or keeps what was typed.
func (d *Desk) markingSetup(c echo.Context, e exam.Exam, typed *markingForm) (markingSetup, error) {
	s := markingSetup{Form: markingForm{Markers: strconv.Itoa(e.Markers), GapPercent: strconv.Itoa(e.MarkGapPercent)}}
	if typed != nil {
		s.Form = *typed
	}
	if e.PaperID == nil {
		return s, nil
	}
	var err error
	s.Questions, err = d.Exams.MarkedByPeople(c.Request().Context(), layout.Viewer(c), *e.PaperID)
	return s, err
}

// SetMarking is POST /exams/{id}/setup/marking: how many mark each answer, and how far two may be apart.
func (d *Desk) SetMarking(c echo.Context) error {
	var f markingForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := d.Exams.SetMarking(c.Request().Context(), layout.Viewer(c), examID(c), typedNumber(f.Markers), typedNumber(f.GapPercent))
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return d.renderSetup(c, refusal(err), nil, &f, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(examID(c), "/setup"), "exampages.setup.saved")
}

// typedNumber is -1 for what is no number: every rule refuses it at its field.
func typedNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// markingText is how an exam's answers are marked, in a sentence.
func markingText(ctx context.Context, e exam.Exam) string {
	if e.Markers == 2 {
		return layout.T(ctx, "exampages.marking.by_two", "percent", e.MarkGapPercent)
	}
	return layout.T(ctx, "exampages.marking.by_one")
}

func markerOptions(ctx context.Context) []layout.Option {
	return []layout.Option{{Value: "1", Label: layout.T(ctx, "exampages.marking.one")}, {Value: "2", Label: layout.T(ctx, "exampages.marking.two")}}
}
