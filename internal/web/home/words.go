package home

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	caseview "github.com/peikao/peikao/internal/web/remediation"
)

var bandTones = map[score.Band]layout.Tone{
	score.Excellent: layout.OK, score.Good: layout.Info, score.Pass: layout.Warn, score.Fail: layout.Bad,
}

func examURL(id exam.ExamID) string { return "/exams/" + id.String() }

func caseURL(id remediation.CaseID) string { return "/cases/" + id.String() }

func courseURL(id courseware.CourseID) string { return "/learn/" + id.String() }

func attemptURL(e exam.MyExam) string {
	if e.AttemptID == nil {
		return examURL(e.ID)
	}
	return "/attempts/" + e.AttemptID.String()
}

// resultURL leads to the result; an absence has none but the exam's own page.
func resultURL(e exam.MyExam) string {
	if e.AttemptID == nil {
		return examURL(e.ID)
	}
	return attemptURL(e) + "/result"
}

// runningText is how much is left of a running attempt: while its clock stands nothing runs out.
func runningText(ctx context.Context, e exam.MyExam, now time.Time) string {
	left := layout.Remaining(ctx, e.ClockAt(now), e.EndsAt())
	if e.PausedAt != nil {
		return layout.T(ctx, "exampages.mine.paused", "left", left)
	}
	return layout.T(ctx, "home.exam.running_text", "left", left)
}

func caseTitle(ctx context.Context, c caseDue) string {
	if c.Title == "" {
		return layout.T(ctx, "cases.title")
	}
	return c.Title
}

func warnIf(is bool) layout.Tone {
	if is {
		return layout.Warn
	}
	return layout.Neutral
}

// tiles are the viewer's figures, each with a link to what it counts; what waits for somebody has a tone.
func tiles(ctx context.Context, n numbers) (out []layout.StatProps) {
	add := func(key string, count int, p layout.StatProps) {
		p.Label, p.Value = layout.T(ctx, key), cmp.Or(p.Value, layout.Count(count))
		out = append(out, p)
	}
	waits := func(key string, count int, url string) {
		add(key, count, layout.StatProps{URL: url, Tone: warnIf(count > 0)})
	}
	answers := func(key string, count int) {
		add(key, count, layout.StatProps{Value: layout.T(ctx, "home.stat.answers", "n", count), URL: "/marking", Tone: warnIf(count > 0)})
	}
	if n.Cases != nil {
		add("home.stat.cases", n.openCases(), layout.StatProps{URL: "/cases"})
		for _, s := range forHR {
			out = append(out, layout.StatProps{
				Label: caseview.StateWord(ctx, s, remediation.Open), Value: layout.Count(n.inState(s)), Hint: forOthers(ctx, account.CaseAssign),
				URL: "/cases?state=" + string(s), Tone: warnIf(n.inState(s) > 0),
			})
		}
	}
	if n.Exams != nil {
		add("home.stat.running", n.Exams.Running, layout.StatProps{Hint: layout.T(ctx, "home.stat.upcoming", "n", n.Exams.Upcoming), URL: "/exams?desk=1"})
		add("home.stat.unreleased", n.Exams.Unreleased, layout.StatProps{Hint: forOthers(ctx, account.ExamRelease), URL: "/exams?desk=1&state=unreleased", Tone: warnIf(n.Exams.Unreleased > 0)})
		add("home.stat.drafts", n.Exams.Drafts, layout.StatProps{URL: "/exams?desk=1&state=draft"})
	}
	if n.ToMark != nil {
		answers("home.stat.to_mark", *n.ToMark)
	} else if n.Exams != nil && n.Exams.Marking > 0 {
		answers("home.stat.marking", n.Exams.Marking)
	}
	if n.Reviews != nil {
		waits("home.stat.reviews", *n.Reviews, "/bank/review")
	}
	if n.Sheets != nil {
		waits(sheetsWord(layout.ViewerIn(ctx)), *n.Sheets, sheetsURL(n.SheetsCycle))
	}
	if n.Reports != nil {
		waits("home.stat.reports", *n.Reports, "/bank/reports")
	}
	if n.People != nil {
		add("home.stat.people", *n.People, layout.StatProps{URL: "/people"})
	}
	return out
}

// forOthers says who does what waits, to whoever may not do it.
func forOthers(ctx context.Context, a account.Action) string {
	if layout.ViewerIn(ctx).CanBeyondSelf(a) {
		return ""
	}
	return layout.T(ctx, "home.stat.for_hr_hint")
}

// splitWaiting parts what waits for somebody from the other figures.
func splitWaiting(all []layout.StatProps) (waiting, rest []layout.StatProps) {
	for _, t := range all {
		if t.Tone == layout.Warn {
			waiting = append(waiting, t)
		} else {
			rest = append(rest, t)
		}
	}
	return waiting, rest
}

// sheetsURL leads to the sheets that wait: those of their one cycle, or the cycles.
func sheetsURL(cycle *int64) string {
	if cycle == nil {
		return "/appraisal/cycles"
	}
	return "/appraisal/cycles/" + strconv.FormatInt(*cycle, 10) + "?state=scored"
}

// sheetsWord names them: HR sees to it that all are confirmed, a superior confirms.
func sheetsWord(v account.Viewer) string {
	if v.CanBeyondSelf(account.AppraisalCycle) {
		return "home.stat.sheets_hr"
	}
	return "home.stat.sheets"
}

// openText is what whoever may begin an exam now is told: from a mock nobody is absent.
func openText(e exam.MyExam) string {
	if e.Kind == exam.Mock {
		return "home.exam.open_mock"
	}
	return "home.exam.open_text"
}

// mainFirst is the look of the i-th card's button: the most urgent one is what to do now.
func mainFirst(i int) string {
	if i == 0 {
		return "btn btn-primary"
	}
	return "btn"
}

// triesText says how often a mock may be sat, and how often still.
func triesText(ctx context.Context, e exam.MyExam) string {
	if e.State == exam.MyInProgress {
		return layout.T(ctx, "exampages.tries_running", "allowed", e.Tries.Allowed, "n", e.Tries.Used)
	}
	return layout.T(ctx, "exampages.tries", "allowed", e.Tries.Allowed, "left", e.Tries.Left())
}

// startWord is the word on the button of an exam that can be begun.
func startWord(e exam.MyExam) string {
	if e.Tries.Used > 0 {
		return "exampages.start.again"
	}
	return "home.exam.go"
}

// goOn is the word on the button of a course.
func goOn(percent int) string {
	if percent == 0 {
		return "home.course.begin"
	}
	return "home.course.go"
}

// otherwiseOfCourse says what follows when a course is not finished in time, or that it was not.
func otherwiseOfCourse(now, until time.Time) string {
	if now.Before(until) {
		return "home.course.otherwise"
	}
	return "home.course.overdue"
}

// flow shows how the open cases divide.
func flow(ctx context.Context, n numbers) []layout.Segment {
	var out []layout.Segment
	for _, s := range remediation.States {
		if n.inState(s) > 0 {
			out = append(out, layout.Segment{Label: caseview.StateWord(ctx, s, remediation.Open), Count: n.inState(s), Tone: caseview.StateTone(s, remediation.Open)})
		}
	}
	return out
}

// otherwise is the key of the sentence that says what follows a retake or re-exam that runs; "" for other exams.
func otherwise(k exam.Kind) string {
	switch k {
	case exam.Retake:
		return "cases.otherwise.retake_marking"
	case exam.Reexam:
		return "cases.otherwise.reexam_marking"
	}
	return ""
}
