package remediation

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

func wordsOf(c echo.Context, e *errs.Error) string { return words.TMap(httpx.Lang(c), e.Key, e.Args) }

func countText(n int) string { return strconv.Itoa(n) }

// StateWord is a state in words; of a closed case, its outcome.
func StateWord(ctx context.Context, s cases.State, o cases.Outcome) string {
	if s == cases.Closed {
		return layout.T(ctx, "cases.outcome."+string(o))
	}
	return layout.T(ctx, "cases.state."+string(s))
}

// StateTone is warning where HR must act, information where the person must.
func StateTone(s cases.State, o cases.Outcome) layout.Tone {
	switch s {
	case cases.Closed:
		return outcomeTone(o)
	case cases.RetrainingDue, cases.DecisionDue:
		return layout.Warn // HR must act
	case cases.RetakeMarking, cases.ReexamMarking:
		return layout.Neutral
	}
	return layout.Info
}

func tabKey(state string) string {
	switch state {
	case "open", "all", cases.WaitingForHR:
		return "cases.tab." + state
	}
	return "cases.state." + state
}

// boardTabs are the columns that hold somebody, and the chosen one.
func boardTabs(ctx context.Context, tabs []tab, chosen string) []layout.Tab {
	var out []layout.Tab
	for _, t := range tabs {
		if t.Count > 0 && t.State != cases.WaitingForHR || t.State == "open" || t.State == chosen {
			out = append(out, layout.Tab{Label: layout.Counted(ctx, tabKey(t.State), t.Count), URL: layout.Here(ctx, "state", t.State), Active: t.State == chosen})
		}
	}
	return out
}

// LeftText is how long there is until a deadline of the board.
func LeftText(ctx context.Context, r cases.BoardRow, now time.Time) string {
	if r.Deadline == nil {
		if days := int(now.Sub(r.MovedAt) / (24 * time.Hour)); days > 0 {
			return layout.T(ctx, "cases.waiting", "days", days)
		}
		return layout.T(ctx, "cases.waiting_today")
	}
	return layout.Remaining(ctx, now, *r.Deadline)
}

// stepsOf draws the case as a line: the exam that was failed, the retake, the retraining, the re-exam, and the decision for
// those who come to it.
func stepsOf(ctx context.Context, v caseView) []layout.Step {
	at := v.Standing.Step
	steps := []layout.Step{
		{Label: layout.T(ctx, "cases.step.exam"), Note: v.examNote(ctx), State: layout.Failed},
		{Label: layout.T(ctx, "cases.step.retake"), Note: v.sittingNote(ctx, exam.Retake, &v.RetakeClosesAt)},
		{Label: layout.T(ctx, "cases.step.retraining"), Note: v.retrainingNote(ctx)},
		{Label: layout.T(ctx, "cases.step.reexam"), Note: v.sittingNote(ctx, exam.Reexam, v.ReexamClosesAt)},
	}
	if at == stepDecision {
		steps = append(steps, layout.Step{Label: layout.T(ctx, "cases.step.decision")})
	}
	for i := 1; i < len(steps); i++ {
		steps[i].State = stepState(i+1, at, v.Outcome, v.State)
	}
	if v.Outcome == cases.Lifted {
		steps[0].State, steps[0].Note = layout.Done, layout.T(ctx, "cases.outcome.lifted")
	}
	return steps
}

// stepState tells how step n looks when the case stands at step at: exams that were passed through were failed, the
// retraining was done.
func stepState(n, at int, o cases.Outcome, s cases.State) layout.StepState {
	switch {
	case n > at:
		return layout.Todo
	case n == at && s != cases.Closed:
		return layout.Current
	case n == at, n == stepRetraining:
		return layout.Done
	}
	return layout.Failed
}

func (v caseView) examNote(ctx context.Context) string {
	if v.Cause == cases.CauseAbsent {
		return layout.T(ctx, "cases.cause.absent")
	}
	if s := v.sitting(""); s != nil {
		return layout.Percent(int64(s.Percent))
	}
	return layout.T(ctx, "cases.cause.failed")
}

// sittingNote is the score of a sitting, or until when it is open.
func (v caseView) sittingNote(ctx context.Context, kind exam.Kind, closesAt *time.Time) string {
	open := v.State == cases.RetakeDue && kind == exam.Retake || v.State == cases.ReexamDue && kind == exam.Reexam
	switch s := v.sitting(kind); {
	case open && closesAt != nil:
		return untilText(ctx, *closesAt)
	case s != nil && s.AttemptID == nil:
		return layout.T(ctx, "cases.cause.absent")
	case s != nil:
		return layout.Percent(int64(s.Percent))
	}
	return ""
}

func (v caseView) retrainingNote(ctx context.Context) string {
	var parts []string
	if v.Cycle > 1 {
		parts = append(parts, layout.T(ctx, "cases.cycle", "n", v.Cycle))
	}
	if v.RetrainingDueOn != nil {
		parts = append(parts, layout.T(ctx, "cases.until_day", "day", layout.DateOn(*v.RetrainingDueOn)))
	}
	return strings.Join(parts, " · ")
}

// ruleLines say the policy that the case runs under, and why its retake closes when it does (N02).
func ruleLines(ctx context.Context, v caseView) []string {
	p := v.Policy
	out := []string{layout.T(ctx, "cases.rule.window", "closed", layout.Deadline(ctx, v.SittingClosedAt), "span", SpanText(ctx, p.RetakeWindowHours),
		"closes", layout.Deadline(ctx, v.RetakeClosesAt))}
	set := p.RetakeClosesAt(v.SittingClosedAt, v.OpenedAt)
	if p.Overran(v.SittingClosedAt, set) {
		out = append(out, layout.T(ctx, "cases.rule.overran", "released", layout.DateTime(ctx, v.OpenedAt), "span", SpanText(ctx, p.AfterReleaseHours)))
	}
	if !v.RetakeClosesAt.Equal(set) {
		out = append(out, layout.T(ctx, "cases.rule.moved", "set", layout.Deadline(ctx, set)))
	}
	return append(out, layout.T(ctx, "cases.rule.paper"), layout.T(ctx, "cases.rule.failed"), layout.T(ctx, "cases.rule.reexam", "span", SpanText(ctx, p.ReexamWindowHours)))
}

// SpanText writes hours as people say them: whole days as days.
func SpanText(ctx context.Context, hours int) string {
	if hours >= 48 && hours%24 == 0 {
		return layout.T(ctx, "cases.span.days", "n", hours/24)
	}
	return layout.T(ctx, "cases.span.hours", "n", hours)
}

// eventWord says what happened; of a sitting, at which one, and whether it was missed.
func (v caseView) eventWord(ctx context.Context, e cases.CaseEvent) string {
	kind, of := exam.Retake, e.FromState == cases.RetakeDue || e.FromState == cases.RetakeMarking
	if e.FromState == cases.ReexamDue || e.FromState == cases.ReexamMarking {
		kind, of = exam.Reexam, true
	}
	word := e.Event
	switch cases.Event(e.Event) {
	case cases.Failed:
		if e.FromState == cases.RetakeDue || e.FromState == cases.ReexamDue { // nothing was handed in
			word = "absent"
		}
	case cases.Passed, cases.HandedIn:
	default:
		of = false
	}
	if !of {
		return layout.T(ctx, "cases.event."+e.Event)
	}
	return layout.T(ctx, "cases.event.sitting."+word, "sitting", sittingWord(ctx, kind))
}

// actorOf is who did something, for whoever is to read it: what the person concerned did is theirs though the program writes
// it down, and they are told of no colleague by name.
func (v caseView) actorOf(ctx context.Context, e cases.CaseEvent) string {
	switch {
	case cases.Event(e.Event) == cases.HandedIn && v.Own, v.Own && personOf(e.Actor) != 0:
		return ""
	case cases.Event(e.Event) == cases.HandedIn:
		return v.Names[v.PersonID]
	}
	return actorName(ctx, v.Names, e.Actor)
}

// standingFor says what is to be done in the words of whoever has to do it: HR arranges what the person waits for.
func (v caseView) standingFor(viewer account.Viewer) Standing {
	s := v.Standing
	if v.State == cases.RetrainingDue && !v.Own && viewer.CanBeyondSelf(account.CaseAssign) || mayDecide(viewer, v) {
		s.Todo = "cases.todo_hr." + string(v.State)
	}
	return s
}

// nextCourse is the address of the first course that is not finished, "" when all are.
func (v caseView) nextCourse() string {
	for _, c := range v.Courses {
		if c.CompletedAt == nil {
			return "/learn/" + c.CourseID.String()
		}
	}
	return ""
}

// retrainings is how many retrainings were arranged; the first cycle begins before there is any.
func (v caseView) retrainings() int {
	n := 0
	for _, e := range v.Events {
		if cases.Event(e.Event) == cases.Assigned {
			n++
		}
	}
	return n
}

// heading is whose case it is, for whoever looks after many; one's own is named by the exam.
func (v caseView) heading() string {
	if v.Own {
		return v.ExamTitle
	}
	return v.Names[v.PersonID]
}

func (v caseView) pretitle(ctx context.Context) string {
	if v.Own {
		return layout.T(ctx, "cases.title")
	}
	return v.ExamTitle
}

// caseNav and caseBack lead the person concerned back to the own page, everybody else to the board.
func caseNav(v caseView) string {
	if v.Own {
		return "me"
	}
	return "cases"
}

func caseBack(ctx context.Context, v caseView) string {
	if v.Own && staff(layout.ViewerIn(ctx)) {
		return "/cases?mine=1"
	}
	return "/cases"
}

// actorName is who did something, in words.
func actorName(ctx context.Context, names map[account.PersonID]string, actor string) string {
	if id := personOf(actor); id != 0 {
		return names[id]
	}
	if actor == account.System().Actor() {
		return layout.T(ctx, "cases.actor.system")
	}
	return layout.T(ctx, "cases.actor.operator")
}

func decisionOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(cases.DecisionKinds))
	for i, k := range cases.DecisionKinds {
		out[i] = layout.Option{Value: string(k), Label: layout.T(ctx, "cases.decision."+string(k))}
	}
	return out
}

// percentDone is how much of the retraining is done, each course and each tutoring counting as one.
func (v caseView) percentDone() int {
	done := 0
	for _, c := range v.Courses {
		if c.CompletedAt != nil {
			done++
		}
	}
	for _, t := range v.Tutorings {
		if t.ConfirmedAt != nil {
			done++
		}
	}
	return 100 * done / max(1, len(v.Courses)+len(v.Tutorings))
}

// mayConfirm tells whether the viewer says when a tutoring is done.
func (v caseView) mayConfirm(who account.Viewer) bool {
	return !v.Own && v.State == cases.Retraining && who.CanBeyondSelf(account.CaseAssign)
}

// tutoringText is 内部强化：王老师面授.
func tutoringText(ctx context.Context, f cases.Form, about string) string {
	return layout.T(ctx, "cases.tutoring", "form", layout.T(ctx, "cases.form."+string(f)), "about", about)
}

// tutoringLines are what a form has of them.
func tutoringLines(ctx context.Context, f bulkForm) (out []string) {
	for _, form := range cases.Forms {
		if about := strings.TrimSpace(map[cases.Form]string{cases.InternalForm: f.Internal, cases.ExternalForm: f.External}[form]); about != "" {
			out = append(out, tutoringText(ctx, form, about))
		}
	}
	return out
}

func examURL(id exam.ExamID) string { return "/exams/" + id.String() }

// caseFacts are the lines about who and what for whoever looks after the case.
func caseFacts(ctx context.Context, v caseView) []layout.Pair {
	return []layout.Pair{
		{Label: layout.T(ctx, "cases.column.cause"), Value: layout.T(ctx, "cases.cause."+string(v.Cause))},
		{Label: layout.T(ctx, "cases.column.opened"), Value: layout.DateTime(ctx, v.OpenedAt)},
		{Label: layout.T(ctx, "cases.column.cycle"), Value: countText(v.retrainings())},
	}
}

// mayDecide tells whether the forms of a decision are shown; the service checks again.
func mayDecide(viewer account.Viewer, v caseView) bool {
	return !v.Own && v.State == cases.DecisionDue && viewer.CanBeyondSelf(account.CaseDecide)
}

func decisionTone(state string) layout.Tone {
	switch state {
	case "approved":
		return layout.OK
	case "refused":
		return layout.Bad
	}
	return layout.Warn
}

func sittingWord(ctx context.Context, k exam.Kind) string {
	switch k {
	case exam.Retake:
		return layout.T(ctx, "cases.step.retake")
	case exam.Reexam:
		return layout.T(ctx, "cases.step.reexam")
	}
	return layout.T(ctx, "cases.step.exam")
}

// sittingURL leads to the result of a sitting; an absence has none but the exam's own page, which is its candidate's.
func sittingURL(s exam.RoundSitting, own bool) string {
	switch {
	case s.AttemptID != nil:
		return "/attempts/" + s.AttemptID.String() + "/result"
	case own:
		return examURL(s.ExamID)
	}
	return ""
}

func courseOptions(ctx context.Context, courses []courseware.Course) []layout.Option {
	out := make([]layout.Option, len(courses))
	for i, c := range courses {
		out[i] = layout.Option{Value: c.ID.String(), Label: c.Title}
		if len(c.Topics) > 0 {
			out[i].Label += " · " + layout.List(ctx, c.Topics)
		}
	}
	return out
}

// decisionsFor are the decisions that a page tells: what was only proposed, or refused, is no matter of the person concerned.
func (v caseView) decisionsFor() []cases.Decision {
	if !v.Own {
		return v.Decisions
	}
	return slices.DeleteFunc(slices.Clone(v.Decisions), func(d cases.Decision) bool { return d.State != "approved" })
}

func untilText(ctx context.Context, at time.Time) string {
	return layout.T(ctx, "cases.until", "at", layout.Deadline(ctx, at))
}
