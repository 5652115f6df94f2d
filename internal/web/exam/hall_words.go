package exam

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

func hallAttemptURL(id *exam.AttemptID, part string) string {
	if id == nil {
		return "/exams"
	}
	return "/attempts/" + id.String() + part
}

// otherwise says what follows for whoever does not sit an exam in time; from a mock nobody is absent.
func otherwise(ctx context.Context, k exam.Kind) string {
	switch k {
	case exam.Mock:
		return ""
	case exam.Retake:
		return layout.T(ctx, "cases.otherwise.retake_due")
	case exam.Reexam:
		return layout.T(ctx, "cases.otherwise.reexam_due")
	}
	return layout.T(ctx, "exampages.mine.otherwise")
}

func lastStart(w exam.Window) time.Time {
	if w.LastStartAt != nil {
		return *w.LastStartAt
	}
	return w.ClosesAt
}

// runningText is how much is left of a running attempt: while its clock stands nothing runs out.
func runningText(ctx context.Context, e exam.MyExam, now time.Time) string {
	left := layout.Remaining(ctx, e.ClockAt(now), e.EndsAt())
	if e.PausedAt != nil {
		return layout.T(ctx, "exampages.mine.paused", "left", left)
	}
	return layout.T(ctx, "exampages.mine.running", "left", left)
}

// hallStateText is the one line that says how the exam stands for the viewer.
func hallStateText(ctx context.Context, e exam.MyExam, now time.Time) string {
	switch e.State {
	case exam.MyUpcoming:
		return layout.T(ctx, "exampages.start.early", "opens", layout.DateTime(ctx, e.Window.OpensAt), "left", layout.Remaining(ctx, now, e.Window.OpensAt))
	case exam.MyOpen:
		return layout.T(ctx, "exampages.start.open", "last_start", layout.Deadline(ctx, lastStart(e.Window)), "left", layout.Remaining(ctx, now, lastStart(e.Window)))
	case exam.MyInProgress:
		if e.PausedAt != nil {
			return runningText(ctx, e, now)
		}
		return layout.T(ctx, "exampages.start.running", "deadline", layout.Deadline(ctx, e.EndsAt()), "left", layout.Remaining(ctx, now, e.EndsAt()))
	case exam.MySubmitted:
		return layout.T(ctx, "exampages.start.submitted."+string(e.Release))
	case exam.MyReleased:
		return layout.T(ctx, "exampages.start.released")
	case exam.MyCalledOff, exam.MyRemoved:
		return layout.T(ctx, "exampages.start."+string(e.State))
	}
	if !e.Kind.Original() {
		return layout.T(ctx, "exampages.start.over")
	}
	return layout.T(ctx, "exampages.start.missed")
}

// triesText says how often a mock may be sat and how often still; "" for what is sat once.
func triesText(ctx context.Context, e exam.MyExam) string {
	switch {
	case e.Kind != exam.Mock:
		return ""
	case e.State == exam.MyInProgress:
		return layout.T(ctx, "exampages.tries_running", "allowed", e.Tries.Allowed, "n", e.Tries.Used)
	}
	return layout.T(ctx, "exampages.tries", "allowed", e.Tries.Allowed, "left", e.Tries.Left())
}

// startWord is the word on the button that leads to the start.
func startWord(e exam.MyExam) string {
	if e.Tries.Used > 0 {
		return "exampages.start.again"
	}
	return "exampages.start.go"
}

// waitingOpens is how long before an exam its waiting page can be entered: there everything is loaded, and it starts by itself.
const waitingOpens = 15 * time.Minute

func waitingOpen(e exam.MyExam, now time.Time) bool { return e.Window.OpensAt.Sub(now) <= waitingOpens }

// waitNear is how long before the opening a waiting page begins to look again.
const waitNear = time.Hour

func waitAttrs(e exam.MyExam, now time.Time) templ.Attributes {
	if e.State != exam.MyUpcoming || e.Window.OpensAt.Sub(now) > waitNear {
		return nil
	}
	return templ.Attributes{"hx-get": examURL(e.ID, ""), "hx-select": "#start", "hx-trigger": "every 20s", "hx-swap": "outerHTML"}
}

func hallFacts(ctx context.Context, e exam.MyExam) []layout.Pair {
	out := []layout.Pair{
		{Label: layout.T(ctx, "exampages.field.opens_at"), Value: layout.DateTime(ctx, e.Window.OpensAt)},
		{Label: layout.T(ctx, "exampages.field.closes_at"), Value: layout.Deadline(ctx, e.Window.ClosesAt)},
		{Label: layout.T(ctx, "exampages.field.limit"), Value: minutesText(ctx, e.Window.LimitSeconds)},
	}
	if e.Window.LastStartAt != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.field.last_start_at"), Value: layout.Deadline(ctx, *e.Window.LastStartAt)})
	}
	if text := triesText(ctx, e); text != "" {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.field.tries"), Value: text})
	}
	if e.Window.ExtraSeconds > 0 {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.field.extra"), Value: minutesText(ctx, e.Window.ExtraSeconds)})
	}
	return out
}

// recordedRules says what is kept of a sitting and what is done with it.
func recordedRules(ctx context.Context, watched []string) []string {
	out := []string{
		layout.T(ctx, "exampages.recorded.answers"),
		layout.T(ctx, "exampages.recorded.conduct"),
	}
	return append(append(out, watched...), layout.T(ctx, "exampages.recorded.not"))
}

func markingRules(ctx context.Context, k exam.Kind) []string {
	out := []string{layout.T(ctx, "exampages.marking.exact")}
	if k == exam.Mock {
		return append(out, layout.T(ctx, "exampages.marking.mock"))
	}
	return out
}

// afterRules says when the result comes, what it shows, and what a fail leads to (C51, C52, C54, C57).
func afterRules(ctx context.Context, e exam.MyExam, b score.Bands) []string {
	out := []string{
		layout.T(ctx, "exampages.release_rule."+string(e.Release)),
		layout.T(ctx, "exampages.review_rule."+string(e.Review)),
	}
	switch {
	case e.Kind.Original():
		out = append(out, layout.T(ctx, "exampages.fail_rule.original", "pass", percentText(b.PassFrom)))
	case e.Kind == exam.Retake:
		out = append(out, layout.T(ctx, "exampages.fail_rule.retake", "pass", percentText(b.PassFrom)))
	case e.Kind == exam.Reexam:
		out = append(out, layout.T(ctx, "exampages.fail_rule.reexam", "pass", percentText(b.PassFrom)))
	}
	return out
}
