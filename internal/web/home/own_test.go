package home

import (
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
)

var (
	now   = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	round = exam.RoundID(2)
)

func in(d time.Duration) *time.Time { at := now.Add(d); return &at }

func window(opens, closes time.Duration) exam.Window {
	return exam.Window{OpensAt: now.Add(opens), ClosesAt: now.Add(closes), LimitSeconds: 3600}
}

func ptr[T any](v T) *T { return &v }

func cannedExams() []exam.MyExam {
	return []exam.MyExam{
		{ID: 1, RoundID: &round, Title: "第三季度考核", Kind: exam.Quarterly, State: exam.MyReleased, Band: ptr(score.Fail), Percent: ptr(score.Hundredths(5550)), ReleasedAt: in(-time.Hour), AttemptID: ptr(exam.AttemptID(81)), Window: window(-99*time.Hour, -98*time.Hour)},
		{ID: 2, RoundID: &round, Title: "第三季度考核·补考", Kind: exam.Retake, State: exam.MyOpen, Window: window(-time.Hour, 30*time.Hour)},
		{ID: 3, Title: "专项考核", Kind: exam.Special, State: exam.MyOpen, Window: window(-time.Hour, 5*time.Hour)},
		{ID: 4, Title: "下周考核", Kind: exam.Special, State: exam.MyUpcoming, Window: window(100*time.Hour, 110*time.Hour)},
		{ID: 5, Title: "明年考核", Kind: exam.Special, State: exam.MyUpcoming, Window: window(1000*time.Hour, 1010*time.Hour)},
		{ID: 6, Title: "正在答", Kind: exam.Special, State: exam.MyInProgress, DeadlineAt: in(50 * time.Minute), AttemptID: ptr(exam.AttemptID(90)), Window: window(-time.Hour, 70*time.Hour)},
		{ID: 7, Title: "模拟", Kind: exam.Mock, State: exam.MyOpen, Window: window(-time.Hour, time.Hour)},
		{ID: 8, Title: "旧成绩", Kind: exam.Quarterly, State: exam.MyReleased, Band: ptr(score.Good), ReleasedAt: in(-2000 * time.Hour)},
	}
}

func cannedCases(state remediation.State) []remediation.Case {
	return []remediation.Case{{ID: 3, RoundID: round, State: state, Cycle: 1, RetakeExamID: 2, RetakeClosesAt: now.Add(30 * time.Hour), RetrainingDueOn: ptr(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))}}
}

func cannedTasks() []courseware.Task {
	task := func(id courseware.CourseID, title string, r courseware.Reason, s courseware.EnrolmentState, due *time.Time) courseware.Task {
		return courseware.Task{Enrolment: courseware.Enrolment{CourseID: id, Reason: r, State: s, DueOn: due}, Title: title, Percent: 40}
	}
	return []courseware.Task{
		task(4, "光电项目禁忌证", courseware.ReasonRetraining, courseware.EnrolmentOpen, nil),
		task(5, "新人课程", courseware.ReasonAssigned, courseware.EnrolmentOpen, in(48*time.Hour)),
		task(9, "逾期课程", courseware.ReasonAssigned, courseware.EnrolmentOpen, in(-48*time.Hour)),
		task(6, "自学课程", courseware.ReasonSelf, courseware.EnrolmentOpen, nil),
		task(7, "学完的课程", courseware.ReasonAssigned, courseware.EnrolmentCompleted, nil),
		task(8, "不限期课程", courseware.ReasonAssigned, courseware.EnrolmentOpen, nil),
	}
}

func titles(o own) []string {
	var out []string
	for _, d := range o.Due {
		switch {
		case d.Exam != nil:
			out = append(out, d.Exam.Title)
		case d.Case != nil:
			out = append(out, "个案:"+d.Case.Title)
		default:
			out = append(out, d.Task.Title)
		}
	}
	return out
}

// rule:C52: what is due stands in the order of urgency; a retake is told once, by its case.
func TestOwnIsInTheOrderOfUrgency(t *testing.T) {
	got := ownOf(cannedExams(), cannedCases(remediation.RetakeDue), cannedTasks(), time.UTC, now)
	want := []string{"正在答", "专项考核", "个案:第三季度考核", "新人课程", "逾期课程", "模拟", "下周考核", "不限期课程"}
	if !slices.Equal(titles(got), want) {
		t.Errorf("%v", titles(got))
	}
	if got.Last == nil || got.Last.ID != 1 {
		t.Errorf("the last result is %+v", got.Last)
	}
	if !got.hasCase() {
		t.Error("the case is not seen")
	}
}

// rule:C55: the courses of a retraining stand in its case.
func TestRetrainingCarriesItsCourses(t *testing.T) {
	got := ownOf(nil, cannedCases(remediation.Retraining), cannedTasks(), time.UTC, now)
	c := got.Due[slices.IndexFunc(got.Due, func(d due) bool { return d.Case != nil })].Case
	if len(c.Tasks) != 1 || c.Tasks[0].CourseID != 4 || c.Standing.Step != 3 {
		t.Errorf("%+v", c)
	}
}

// Who was to come reads that the exam does not take place: for a week, while it is near, and never after its end.
func TestACalledOffExamIsTold(t *testing.T) {
	ended := func(ago time.Duration) *exam.Ended { return &exam.Ended{At: now.Add(-ago), Reason: "发错了卷"} }
	list := []exam.MyExam{
		{ID: 1, Title: "明天", State: exam.MyCalledOff, Ended: ended(200 * time.Hour), Window: window(20*time.Hour, 30*time.Hour)},
		{ID: 2, Title: "下月，刚取消", State: exam.MyRemoved, Ended: ended(time.Hour), Window: window(700*time.Hour, 710*time.Hour)},
		{ID: 3, Title: "下月，早就取消", State: exam.MyCalledOff, Ended: ended(200 * time.Hour), Window: window(700*time.Hour, 710*time.Hour)},
		{ID: 4, Title: "已经过去", State: exam.MyCalledOff, Ended: ended(time.Hour), Window: window(-20*time.Hour, 0)},
	}
	if got := titles(ownOf(list, nil, nil, time.UTC, now)); !slices.Equal(got, []string{"明天", "下月，刚取消"}) {
		t.Errorf("%v", got)
	}
}

func TestNothingIsDue(t *testing.T) {
	if got := ownOf(nil, nil, nil, time.UTC, now); len(got.Due) != 0 || got.Last != nil || got.hasCase() {
		t.Errorf("%+v", got)
	}
}

func TestCountExams(t *testing.T) {
	row := func(s exam.State, opens, closes time.Duration, unreleased int) exam.ExamRow {
		return exam.ExamRow{Kind: exam.Quarterly, State: s, OpensAt: now.Add(opens), ClosesAt: now.Add(closes), Unreleased: unreleased}
	}
	got := *countExams([]exam.ExamRow{
		row(exam.Draft, -time.Hour, time.Hour, 0), row(exam.Published, 0, time.Hour, 2), row(exam.Published, time.Microsecond, time.Hour, 0),
		row(exam.Published, -time.Hour, 0, 3), row(exam.Marked, -time.Hour, 0, 3), row(exam.Marked, -time.Hour, 0, 0), row(exam.Archived, -time.Hour, time.Hour, 1),
		row(exam.CalledOff, -time.Hour, time.Hour, 0), row(exam.CalledOff, time.Hour, 2*time.Hour, 0),
	}, now)
	if want := (examCounts{Running: 1, Upcoming: 1, Drafts: 1, Unreleased: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
