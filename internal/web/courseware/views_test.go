package courseware

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var (
	cannedDay    = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	yesterday    = cannedDay.AddDate(0, 0, -1)
	nextWeek     = cannedDay.AddDate(0, 0, 7)
	cannedErrors = layout.Errors{General: "系统提示", Fields: []layout.FieldError{{Name: "title", Message: "请填写"}}}
	cannedUnits  = []layout.Option{{Value: "1", Label: "美丽医疗"}, {Value: "2", Label: "　东院"}}
)

func cannedCourse(s learning.CourseState) learning.Course {
	c := learning.Course{
		ID: 3, UnitID: 1, UnitName: "美丽医疗", Title: "水光针<b>咨询</b>要点", Summary: "讲清楚禁忌。", Topics: []string{"专业知识"},
		SelfStudy: true, State: s, Version: 2, CreatedAt: cannedDay,
	}
	if s != learning.Draft {
		c.PublishedAt = &cannedDay
	}
	return c
}

func cannedUnit(id learning.UnitID, contentType string, pages int) learning.Unit {
	return learning.Unit{
		ID: id, CourseID: 3, Position: int(id), Title: "第一节", Required: true, VersionID: 9, Version: 1, ObjectID: 5, FileName: "讲义.pdf",
		SizeBytes: 3 << 20, ObjectState: learning.Checked, ContentType: contentType, PageCount: pages, MeasuredMS: 61_000,
	}
}

// kinds is a unit of each kind, and of each state of its file.
func kinds() []learning.Unit {
	optional, refused, pending, unmeasured := cannedUnit(4, "image/png", 0), cannedUnit(6, "", 0), cannedUnit(7, "", 0), cannedUnit(8, "audio/mpeg", 0)
	optional.Required = false
	refused.ObjectState, refused.ObjectReason = learning.Refused, "error.courseware.refused_type"
	pending.ObjectState = learning.Pending
	unmeasured.MeasuredMS = 0
	return []learning.Unit{
		cannedUnit(1, "video/mp4", 0), cannedUnit(2, "audio/mp4", 0), cannedUnit(3, "application/pdf", 3), optional,
		cannedUnit(5, "application/pdf", 0), refused, pending, unmeasured,
	}
}

func cannedEnrolment(s learning.EnrolmentState, r learning.Reason, due *time.Time) learning.Enrolment {
	e := learning.Enrolment{ID: 1, PersonID: 1, CourseID: 3, Reason: r, State: s, DueOn: due, AssignedAt: cannedDay}
	if s == learning.EnrolmentCompleted {
		e.CompletedAt = &cannedDay
	}
	return e
}

func cannedLesson(e *learning.Enrolment) learning.Lesson {
	l := learning.Lesson{Course: cannedCourse(learning.Published), Enrolment: e, Percent: 40}
	for i, u := range kinds() {
		l.Units = append(l.Units, learning.LearnUnit{Unit: u, Percent: []int{100, 30}[i%2]})
	}
	return l
}

func cannedPlay(i int, e *learning.Enrolment) learning.Play {
	l := cannedLesson(e)
	return learning.Play{Lesson: l, Current: l.Units[i], Next: &l.Units[0], PositionMS: 12_000, Page: 2}
}

func cannedTasks() []learning.Task {
	return []learning.Task{
		{Enrolment: cannedEnrolment(learning.EnrolmentOpen, learning.ReasonRetraining, &yesterday), Title: "复训课", Units: 2, Percent: 10},
		{Enrolment: cannedEnrolment(learning.EnrolmentOpen, learning.ReasonAssigned, &nextWeek), Title: "必学课", Units: 2},
		{Enrolment: cannedEnrolment(learning.EnrolmentOpen, learning.ReasonAssigned, nil), Title: "无期限", Units: 2},
		{Enrolment: cannedEnrolment(learning.EnrolmentOpen, learning.ReasonSelf, nil), Title: "自选课", Units: 1, Percent: 50},
		{Enrolment: cannedEnrolment(learning.EnrolmentCompleted, learning.ReasonSelf, nil), Title: "学完的", Units: 1, Percent: 100},
	}
}

func cannedLearners() learnersView {
	row := func(s learning.EnrolmentState, due *time.Time) learning.Learner {
		return learning.Learner{Enrolment: cannedEnrolment(s, learning.ReasonAssigned, due), Name: "安娜", EmployeeNo: "N001", UnitName: "东院", Percent: 60, Total: 41}
	}
	return learnersView{
		course: cannedCourse(learning.Published), page: page.New(1, 20), total: 41, units: cannedUnits,
		rows: []learning.Learner{row(learning.EnrolmentOpen, &nextWeek), row(learning.EnrolmentCompleted, nil), row(learning.EnrolmentWithdrawn, nil)},
	}
}

// Who is late is marked from the day after the last one; who has finished or was let off is not.
func TestWhoIsLateIsMarked(t *testing.T) {
	for name, c := range map[string]struct {
		state learning.EnrolmentState
		due   *time.Time
		want  int
	}{
		"the last day":  {learning.EnrolmentOpen, &cannedDay, 0},
		"the day after": {learning.EnrolmentOpen, &yesterday, 1},
		"in time yet":   {learning.EnrolmentOpen, &nextWeek, 0},
		"no day":        {learning.EnrolmentOpen, nil, 0},
		"finished":      {learning.EnrolmentCompleted, &yesterday, 0},
		"taken back":    {learning.EnrolmentWithdrawn, &yesterday, 0},
	} {
		v := learnersView{course: cannedCourse(learning.Published), page: page.New(1, 20), today: cannedDay}
		v.rows = []learning.Learner{{Enrolment: cannedEnrolment(c.state, learning.ReasonAssigned, c.due), Name: "安娜"}}
		if got := v.late(v.rows[0]); got != c.want {
			t.Errorf("%s: late by %d days, want %d", name, got, c.want)
		}
		html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("讲师", account.Trainer)}, learnersPage(v))
		if strings.Contains(html, "已逾期 1 天") != (c.want > 0) {
			t.Errorf("%s: the mark is shown: %v", name, c.want == 0)
		}
	}
}

func TestEveryViewRenders(t *testing.T) {
	trainer := layouttest.As("讲师", account.Trainer)
	open, finished := cannedEnrolment(learning.EnrolmentOpen, learning.ReasonAssigned, &nextWeek), cannedEnrolment(learning.EnrolmentCompleted, learning.ReasonSelf, nil)
	preview := cannedLesson(nil)
	preview.Preview = true
	rows := []learning.CourseRow{{Course: cannedCourse(learning.Published), Units: 3, Learning: 12, Completed: 1200, Total: 45}, {Course: cannedCourse(learning.Draft)}}
	detail := func(s learning.CourseState) learning.CourseDetail {
		return learning.CourseDetail{Course: cannedCourse(s), Units: kinds()}
	}
	wrong := cannedLearners()
	wrong.errors, wrong.form = cannedErrors, assignForm{UnitID: "2", DueOn: "gestern"}
	views := map[string]templ.Component{
		"learn":              learnPage(cannedTasks(), []learning.Offer{{CourseID: 4, Title: "可选", Summary: "说明", Units: 2}}, cannedDay),
		"learn, nothing":     learnPage(nil, nil, cannedDay),
		"lesson, open":       lessonPage(cannedLesson(&open), cannedDay),
		"lesson, finished":   lessonPage(cannedLesson(&finished), cannedDay),
		"lesson, not begun":  lessonPage(cannedLesson(nil), cannedDay),
		"lesson, preview":    lessonPage(preview, cannedDay),
		"courses":            coursesPage(rows, learning.CourseFilter{}, page.New(2, 20), 45),
		"courses, none":      coursesPage(nil, learning.CourseFilter{}, page.New(1, 20), 0),
		"courses, no hit":    coursesPage(nil, learning.CourseFilter{Search: "x"}, page.New(1, 20), 0),
		"new":                newPage(courseForm{SelfStudy: true}, cannedUnits, layout.Errors{}),
		"new, wrong":         newPage(courseForm{Title: "<script>"}, cannedUnits, cannedErrors),
		"edit, draft":        editPage(detail(learning.Draft), formOf(cannedCourse(learning.Draft)), 2<<30, layout.Errors{}),
		"edit, empty":        editPage(learning.CourseDetail{Course: cannedCourse(learning.Draft)}, courseForm{}, 2<<30, cannedErrors),
		"edit, published":    editPage(detail(learning.Published), courseForm{Title: "x"}, 2<<30, layout.Errors{}),
		"edit, retired":      editPage(detail(learning.Retired), courseForm{}, 2<<30, layout.Errors{}),
		"unit":               unitPage(cannedCourse(learning.Draft), kinds()[0], unitForm{Title: "第一节", Required: true}, 2<<30, layout.Errors{}),
		"unit, unmeasured":   unitPage(cannedCourse(learning.Draft), kinds()[7], unitForm{Title: "", Minutes: 9}, 2<<30, cannedErrors),
		"unit, published":    unitPage(cannedCourse(learning.Published), kinds()[5], unitForm{}, 2<<30, layout.Errors{}),
		"learners":           learnersPage(cannedLearners()),
		"check":              checkPage(checkView{course: cannedCourse(learning.Published), unit: "东院", count: 12, due: &nextWeek, form: assignForm{UnitID: "2", DueOn: "2026-03-09"}}),
		"check, nobody":      checkPage(checkView{course: cannedCourse(learning.Published), unit: "东院"}),
		"learners, wrong":    learnersPage(wrong),
		"learners, nobody":   learnersPage(learnersView{course: cannedCourse(learning.Retired), page: page.New(1, 20)}),
		"player, as preview": playPage(learning.Play{Lesson: preview, Current: preview.Units[0], Page: 1}),
	}
	for i, u := range kinds() {
		views["player, "+string(u.ObjectState)+" "+string(u.Kind())] = playPage(cannedPlay(i, &open))
	}
	for name, view := range views {
		t.Run(name, func(t *testing.T) {
			for _, l := range words.Langs {
				html := layouttest.HTML(t, layouttest.Env{Viewer: trainer, Lang: l, Address: "/courseware"}, view)
				if strings.Contains(html, "<b>咨询") || strings.Contains(html, "<script>\"") {
					t.Error("text of people became HTML")
				}
			}
		})
	}
}

// Each kind of unit gets its own player, and addresses that are asked for one by one.
func TestPlayers(t *testing.T) {
	e := cannedEnrolment(learning.EnrolmentOpen, learning.ReasonSelf, nil)
	for i, want := range map[int][]string{
		0: {`<video`, `src="/media/5"`, `data-position-ms="12000"`, `data-unit="1"`},
		1: {`<audio`, `src="/media/5"`},
		2: {`data-src="/media/5/pages/1"`, `data-src="/media/5/pages/3"`, `action="/learn/3/3/download"`},
		3: {`data-src="/media/5"`},
		4: {`action="/learn/3/5/download"`},
		6: {`文件还在处理`},
	} {
		html := layouttest.HTML(t, layouttest.Env{}, playPage(cannedPlay(i, &e)))
		for _, part := range want {
			if !strings.Contains(html, part) {
				t.Errorf("unit %d lacks %s", i, part)
			}
		}
	}
}

// What is due has the button, what is offered a lesser one; a preview shows nothing that only a learner has.
func TestWhatAPageOffers(t *testing.T) {
	preview, unit := cannedLesson(nil), cannedUnit(1, "video/mp4", 0)
	preview.Preview = true
	short := unit
	short.MeasuredMS = 12_400
	last := cannedTasks()
	before := last[4]
	before.Title, before.CompletedAt = "早学完的", &yesterday
	last = append([]learning.Task{before}, last...)
	for name, c := range map[string]struct {
		page          templ.Component
		want, without []string
	}{
		"tasks":    {learnPage(last, []learning.Offer{{CourseID: 4, Title: "可选"}}, cannedDay), []string{`class="btn btn-primary" href="/learn/3" aria-label="继续学习 复训课"`, `class="btn btn-primary" href="/learn/3" aria-label="开始学习 必学课"`, `class="btn" href="/learn/3" aria-label="继续学习 自选课"`, `<button type="submit" class="btn">开始学习`, "2026-03-09（含）前完成"}, []string{"继续学习 学完的"}},
		"preview":  {lessonPage(preview, cannedDay), []string{"您在预览"}, []string{"progress-line", "/begin", "学习进度</th>"}},
		"player":   {playPage(learning.Play{Lesson: preview, Current: preview.Units[0]}), []string{"您在预览", `class="progress-line" hidden`}, []string{"算学完"}},
		"learner":  {lessonPage(cannedLesson(nil), cannedDay), []string{"/learn/3/begin"}, nil},
		"lengths":  {editPage(learning.CourseDetail{Course: cannedCourse(learning.Draft), Units: []learning.Unit{short, unit}}, courseForm{}, 1, layout.Errors{}), []string{"视频 · 12 秒", "视频 · 2 分钟"}, nil},
		"learners": {learnersPage(cannedLearners()), []string{"/courseware/3/people/1/withdraw", `value="2026-03-09"`, "下一步：核对", `action="/courseware/3/people/export"`, "将导出当前筛选的 41 人"}, nil},
		"nobody":   {learnersPage(learnersView{course: cannedCourse(learning.Published), page: page.New(1, 20)}), []string{"还没有人学这门课程"}, []string{"/people/export"}},
		"no hit":   {learnersPage(learnersView{course: cannedCourse(learning.Published), page: page.New(1, 20), filter: learning.LearnerFilter{Search: "zz"}}), []string{"没有符合条件的人", `href="/courseware/3/people"`}, []string{"还没有人学"}},
		"watched":  {learnersPage(learnersView{course: cannedCourse(learning.Published), page: page.New(1, 20), rows: cannedLearners().rows}), nil, []string{"/withdraw", "/due"}},
	} {
		t.Run(name, func(t *testing.T) {
			html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("讲师", account.Trainer)}, c.page)
			for _, want := range c.want {
				if !strings.Contains(html, want) {
					t.Errorf("without %q", want)
				}
			}
			for _, bad := range c.without {
				if strings.Contains(html, bad) {
					t.Errorf("with %q", bad)
				}
			}
		})
	}
	if done := finishedTasks(last); done[0].Title != "学完的" || done[1].Title != "早学完的" {
		t.Errorf("finished: %v", done)
	}
}

func TestDueText(t *testing.T) {
	for name, c := range map[string]struct {
		due  *time.Time
		tone layout.Tone
		part string
	}{
		"none":      {nil, layout.Neutral, "没有期限"},
		"next week": {&nextWeek, layout.Info, "还剩 8 天"},
		"today":     {&cannedDay, layout.Warn, "还剩 1 天"},
		"yesterday": {&yesterday, layout.Bad, "已逾期 1 天"},
	} {
		ctx := layout.Context(t.Context(), layout.Settings{}, account.Viewer{}, words.ZH, "/")
		if got := dueText(ctx, c.due, cannedDay); !strings.Contains(got, c.part) || dueTone(c.due, cannedDay) != c.tone {
			t.Errorf("%s: %s %s", name, got, dueTone(c.due, cannedDay))
		}
	}
}
