package remediation

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var (
	hr       = layouttest.As("周敏", account.HR)
	attempt  = exam.AttemptID(81)
	reexam   = exam.ExamID(9)
	tomorrow = noon.Add(20 * time.Hour)
	nextWeek = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
)

// cannedCase is the case of another person than the viewer, in a state.
func cannedCase(state cases.State, outcome cases.Outcome) caseView {
	v := caseView{
		Detail: cases.Detail{
			Case: cases.Case{
				ID: 3, PersonID: 7, Cause: cases.CauseFailed, State: state, Outcome: outcome, Cycle: 1, RetakeExamID: 8, ReexamExamID: &reexam,
				OpenedAt: noon.Add(-96 * time.Hour), SittingClosedAt: noon.Add(-216 * time.Hour), RetakeClosesAt: noon.Add(-48 * time.Hour),
				ReexamClosesAt: &tomorrow, RetrainingDueOn: &nextWeek, MovedAt: noon.Add(-time.Hour),
			},
			ExamTitle: "2026 年第三季度知识考核", Policy: cases.DefaultPolicy,
			Events: []cases.CaseEvent{
				{No: 1, At: noon.Add(-96 * time.Hour), Actor: "system", Event: "opened"},
				{No: 2, At: noon.Add(-24 * time.Hour), Actor: "person:5", Event: "assigned"},
			},
		},
		Now:      noon,
		Sittings: []exam.RoundSitting{{ExamID: 2, AttemptID: &attempt, Kind: exam.Quarterly, Percent: 5550}, {ExamID: 8, Kind: exam.Retake}},
		Names:    map[account.PersonID]string{7: "林小溪", 5: "周敏", 6: "王总"},
	}
	v.Deadline = v.Case.Deadline(time.UTC)
	v.Standing = StandingOf(state, outcome, v.Deadline, noon)
	return v
}

func inRetraining() caseView {
	v := cannedCase(cases.Retraining, "")
	v.Courses = []cases.CaseCourse{{CourseID: 4, Title: "光电项目禁忌证", CompletedAt: &noon}, {CourseID: 5, Title: "广告法与话术红线"}}
	hr := account.PersonID(5)
	v.Tutorings = []cases.Tutoring{{Form: cases.InternalForm, About: "周三下午模拟演练", ConfirmedAt: &noon, ConfirmedBy: &hr}, {Form: cases.ExternalForm, About: "外聘讲师面授"}}
	return v
}

func own(v caseView) caseView {
	v.Own, v.Contacts = true, []string{"周敏", "何静"}
	return v
}

func proposed(by account.PersonID) caseView {
	v := cannedCase(cases.DecisionDue, "")
	v.Decisions = []cases.Decision{{ID: 1, Kind: cases.DecidedMove, Reason: "两次未通过", State: "proposed", ProposedBy: by, ProposedAt: noon}}
	return v
}

func cannedBoard() board {
	row := func(id cases.CaseID, name string, state cases.State, deadline *time.Time) cases.BoardRow {
		return cases.BoardRow{
			ID: id, State: state, Cause: cases.CauseFailed, Cycle: 1, PersonName: name, EmployeeNo: "A007", UnitName: "东院网络咨询组",
			ExamTitle: "2026 年第三季度知识考核", OpenedAt: noon.Add(-96 * time.Hour), MovedAt: noon.Add(-96 * time.Hour), Deadline: deadline,
		}
	}
	rows := []cases.BoardRow{row(3, "林小溪", cases.RetakeDue, &tomorrow), row(4, "陈思远", cases.RetrainingDue, nil), row(5, "何静", cases.Retraining, &nextWeek), row(6, "吴敏", cases.Closed, nil)}
	rows[1].Cause, rows[2].Cycle, rows[3].Outcome = cases.CauseAbsent, 2, cases.PassedRetake
	return board{Rows: rows, Total: 41, Page: page.New(1, 20), State: "all", Query: "state=all", Tabs: tabsOf(map[cases.State]int{cases.RetakeDue: 12, cases.RetrainingDue: 3, cases.Retraining: 8, cases.Closed: 18})}
}

func cannedAssign() assignView {
	return assignView{
		Case: cannedCase(cases.RetrainingDue, "").Detail, Name: "林小溪", Form: assignForm{Courses: []string{"5"}, DueOn: "2026-12-04"},
		Weak:    []weakPoint{{exam.WeakPoint{TopicID: 7, Missed: 3, Asked: 5, People: 2}, "法律法规 › 医疗广告"}},
		Courses: choose([]courseware.Course{{ID: 4, Title: "光电项目禁忌证", Topics: []string{"光电"}}, {ID: 5, Title: "广告法与话术红线"}}, assignForm{Courses: []string{"5"}}),
	}
}

func tickedBoard() board {
	b := cannedBoard()
	b.Ticked, b.DueOn, b.Units = true, &nextWeek, []layout.Option{{Value: "2", Label: "东院"}}
	return b
}

// cannedMonth has a full day, a decision that waits, and more at risk than the page names.
func cannedMonth() monthView {
	rows := cannedBoard().Rows
	waits := rows[1]
	waits.State, waits.Cause = cases.DecisionDue, cases.CauseFailed
	return monthView{
		First: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Today: dateIn(noon, time.UTC), Risk: rows[:1], AtRisk: 12, Units: []layout.Option{{Value: "2", Label: "东院"}},
		Days: []cases.DayOfCases{
			{On: dateIn(noon.Add(-96*time.Hour), time.UTC), Rows: []cases.BoardRow{waits}, Total: 1},
			{On: dateIn(tomorrow, time.UTC), Rows: rows[:1], Total: 1},
			{On: nextWeek, Rows: rows[2:3], Total: 7},
		},
	}
}

// cannedBulk is one to whom the act can be done, one in another state, one who is the viewer, and one out of sight.
func cannedBulk(act string) bulkView {
	row := func(id cases.CaseID, name string, s cases.State, refused error) cases.Chosen {
		return cases.Chosen{BoardRow: cases.BoardRow{ID: id, State: s, PersonName: name, EmployeeNo: "A007", UnitName: "东院", ExamTitle: "2026 年第三季度知识考核"}, Refused: refused}
	}
	_, _, state := cases.Next(cases.RetakeDue, cases.Assigned)
	assign := cannedAssign()
	return bulkView{
		Act: act, Outside: 1, Weak: assign.Weak, Courses: assign.Courses,
		Form:   bulkForm{Cases: []string{"3", "4", "5", "9"}, Courses: assign.Form.Courses, DueOn: assign.Form.DueOn, Kind: string(cases.DecidedMove), Reason: "两次未通过"},
		Chosen: []cases.Chosen{row(3, "林小溪", cases.RetrainingDue, nil), row(4, "陈思远", cases.RetakeDue, state), row(5, "何静", cases.RetrainingDue, account.NotSelf(account.Viewer{PersonID: 5}, 5))},
	}
}

func waitingBoard() board {
	b := cannedBoard()
	b.State, b.Tabs = cases.WaitingForHR, tabsOf(map[cases.State]int{cases.RetakeDue: 12, cases.RetrainingDue: 2, cases.DecisionDue: 1})
	return b
}

// moot is a case that a correction closed while a proposal waited.
func moot() caseView {
	v := proposed(5)
	v.State, v.Outcome, v.Decisions[0].State, v.Decisions[0].DecidedAt = cases.Closed, cases.PassedRetake, "moot", &noon
	v.Standing = StandingOf(v.State, v.Outcome, nil, noon)
	v.Events = append(v.Events, cases.CaseEvent{No: 3, At: noon, Actor: "system", Event: string(cases.RetakeCorrected)})
	return v
}

type cannedView struct {
	viewer  account.Viewer
	address string
	page    templ.Component
	want    []string
	without []string
}

// rule:C49 rule:C55 rule:N02 rule:N06: who may act has the forms, the person concerned has none, and the page says why the
// retake closed when it did.
func canned() map[string]cannedView {
	nobody := account.Viewer{}
	wrong := cannedAssign()
	wrong.Errors = layout.Errors{Fields: []layout.FieldError{{Name: "courses", Message: "请选择课程"}}}
	approved := own(proposed(5))
	approved.Decisions[0].State, approved.Decisions[0].DecidedBy, approved.Decisions[0].DecidedAt = "approved", ptr(account.PersonID(6)), &noon
	late := own(cannedCase(cases.RetakeDue, ""))
	late.SittingClosedAt, late.RetakeClosesAt = noon.Add(-240*time.Hour), tomorrow // two days after a late release, and moved since
	late.Standing = StandingOf(cases.RetakeDue, "", &tomorrow, noon)
	settling := own(cannedCase(cases.RetakeDue, ""))
	return map[string]cannedView{
		"board":             {viewer: hr, address: "/cases?state=all", page: boardPage(cannedBoard(), noon), want: []string{"时限</th>", "data-dialog-open=\"export\"", "林小溪", "还剩 20 小时", "已等 4 天", "aria-current=\"page\"", "共 41 条", "缺考", "第 2 次复训"}},
		"ticked board":      {viewer: hr, address: "/cases?tick=all&state=all", page: boardPage(tickedBoard(), noon), want: []string{"取消全选", "value=\"3\" checked", "name=\"back\"", "formaction=\"/cases/bulk/assign\"", "只看 2026-11-27", "东院"}, without: []string{"value=\"6\""}},
		"waiting for HR":    {viewer: hr, address: "/cases?state=hr", page: boardPage(waitingBoard(), noon), want: []string{"等人力资源处理（3）"}},
		"watched board":     {viewer: layouttest.As("监督", account.Supervisor), address: "/cases", page: boardPage(cannedBoard(), noon), without: []string{"bulk", "type=\"checkbox\""}},
		"month":             {viewer: hr, address: "/cases?view=calendar", page: calendarPage(cannedMonth(), noon), want: []string{"2026 年 11 月", "month=2026-10", "month=2026-12", "还有 6 人", "due=2026-11-27", "aria-current=\"date\"", "两天内到期或已逾期：12 人", "开始等待处理决定", "tone-bad", "month-col-7", "month-outside", "12 月 6 日", "<span>周一</span>"}, without: []string{"12 月 7 日", "10 月 25 日"}},
		"empty month":       {viewer: hr, address: "/cases?view=calendar&month=2027-02", page: calendarPage(monthView{First: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), Today: dateIn(noon, time.UTC)}, noon), want: []string{"这几周没有到期的个案", "28 日"}, without: []string{"29 日", "month-today", "month-outside"}},
		"bulk assign":       {viewer: hr, page: bulkPage(cannedBulk("assign")), want: []string{"可以处理 1 人", "不能处理 2 人，会跳过", "只有“待安排复训”的人可以安排复训", "请由其他人操作", "另有 1 个", "formmethod=\"get\"", "checked", "5 题中失分 3 题，2 人"}},
		"bulk propose":      {viewer: hr, page: bulkPage(cannedBulk("propose")), want: []string{"再次复训", "name=\"reason\""}, without: []string{"name=\"due_on\"", "失分"}},
		"bulk nobody":       {viewer: hr, page: bulkPage(bulkView{Act: "assign", Form: bulkForm{Cases: []string{"4"}}, Chosen: cannedBulk("assign").Chosen[1:]}), want: []string{"都不能这样处理"}, without: []string{"<form method=\"post\" action=\"/cases"}},
		"bulk check":        {viewer: hr, page: bulkCheckPage(cannedBulk("assign")), want: []string{"将给以下 1 人安排 1 门复训课程，截止 2026-12-04", "value=\"confirm\"", "广告法与话术红线", "返回修改"}},
		"bulk check own":    {viewer: hr, page: bulkCheckPage(cannedBulk("propose")), want: []string{"提出“调岗”", "两次未通过"}},
		"bulk check nobody": {viewer: hr, page: bulkCheckPage(bulkView{Act: "assign", Chosen: cannedBulk("assign").Chosen[1:]}), want: []string{"都不能这样处理"}, without: []string{"value=\"confirm\""}},
		"bulk report":       {viewer: hr, page: bulkReportPage(cannedBulk("assign")), want: []string{"成功 1 人，没有处理 3 人", "已处理", "回到列表"}},
		"moot":              {viewer: hr, page: casePage(moot()), want: []string{"已失效", "补考成绩更正为合格"}},
		"empty board":       {viewer: hr, address: "/cases?q=x", page: boardPage(board{Page: page.New(1, 20), Tabs: tabsOf(nil), State: "open"}, noon), want: []string{"这里没有个案"}},
		"mine":              {page: minePage([]cases.Case{cannedCase(cases.ReexamDue, "").Case, inRetraining().Case, cannedCase(cases.DecisionDue, "").Case}, map[cases.CaseID]string{3: "2026 年第三季度知识考核"}, time.UTC, noon), want: []string{"第 3 步，共 4 步", "第 4 步，共 4 步", "2026 年第三季度知识考核</a>", `class="btn btn-primary mt-2" href="/exams/9">去参加复训后考核`, `href="/learn">去学习`, `class="btn mt-2" href="/cases/3">看个案`, `href="/me"`}, without: []string{"的考核个案", "标红"}},
		"mine none":         {page: minePage(nil, nil, time.UTC, noon), want: []string{"没有补考或复训", "您没有需要补考或复训的考核"}},
		"own retraining":    {viewer: nobody, page: casePage(own(inRetraining())), want: []string{`class="btn btn-primary mt-2" href="/learn/5">去学习`, "2026-11-27（含）前", "有困难请联系人力资源", "第 3 步，共 4 步", "/learn/5", "周敏、何静", "50%", "55.5%", "缺考", "/attempts/81/result"}, without: []string{"/assign", "name=\"answer\""}},
		"own retake":        {page: casePage(late), want: []string{"去补考", "href=\"/exams/8\"", "成绩到 2026-11-16", "截止时间后来改过：原定 2026-11-18", "成绩公布后就可以补考"}},
		"own settling":      {page: casePage(settling), want: []string{"补考已截止"}, without: []string{"去补考"}},
		"own re-exam":       {page: casePage(own(cannedCase(cases.ReexamDue, ""))), want: []string{"去参加复训后考核", "href=\"/exams/9\""}},
		"own proposal":      {page: casePage(own(proposed(5))), want: []string{"还没有提出处理意见", `<h1 class="page-title">2026 年第三季度知识考核</h1>`}, without: []string{"两次未通过", "name=\"answer\""}},
		"own decision":      {page: casePage(approved), want: []string{"两次未通过", "王总"}},
		"to assign":         {viewer: hr, page: casePage(cannedCase(cases.RetrainingDue, "")), want: []string{"请安排复训课程。", "周敏", "/cases/3/assign", `<h1 class="page-title">林小溪</h1>`, `href="/people/7"`}},
		"watched":           {viewer: layouttest.As("监督", account.Supervisor), page: casePage(cannedCase(cases.RetrainingDue, "")), want: []string{"等待人力资源安排复训课程"}, without: []string{"/assign"}},
		"to propose":        {viewer: hr, page: casePage(cannedCase(cases.DecisionDue, "")), want: []string{"第 5 步，共 5 步", "/cases/3/propose", "再次复训", "调岗", "辞退"}},
		"own to approve":    {viewer: hr, page: casePage(proposed(1)), want: []string{"另一位"}, without: []string{"name=\"answer\""}},
		"other to approve":  {viewer: hr, page: casePage(proposed(5)), want: []string{"name=\"answer\"", "两次未通过"}},
		"watched decision":  {viewer: layouttest.As("监督", account.Supervisor), page: casePage(proposed(5)), without: []string{"name=\"answer\"", "/propose"}},
		"passed":            {viewer: hr, page: casePage(cannedCase(cases.Closed, cases.PassedRetraining)), want: []string{"经复训合格"}},
		"lifted":            {viewer: hr, page: casePage(cannedCase(cases.Closed, cases.Lifted)), want: []string{"已撤销"}},
		"assign":            {viewer: hr, address: "/cases/3/assign", page: assignPage(cannedAssign()), want: []string{"2026-12-04", "checked", "formmethod=\"get\"", "光电项目禁忌证 · 光电", "法律法规 › 医疗广告 <span class=\"text-secondary\">5 题中失分 3 题</span>"}},
		"assign wrong":      {viewer: hr, page: assignPage(wrong), want: []string{"请选择课程"}},
		"assign none":       {viewer: hr, page: assignPage(assignView{Case: cannedCase(cases.RetrainingDue, "").Detail}), want: []string{"没有找到已发布的课程", "没有失分记录"}},
	}
}

func ptr[T any](v T) *T { return &v }

func TestViews(t *testing.T) {
	for name, v := range canned() {
		t.Run(name, func(t *testing.T) {
			html := layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Address: v.address}, v.page)
			for _, want := range v.want {
				if !strings.Contains(html, want) {
					t.Errorf("without %q", want)
				}
			}
			for _, bad := range v.without {
				if strings.Contains(html, bad) {
					t.Errorf("with %q", bad)
				}
			}
			layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Address: v.address, Lang: words.EN}, v.page)
		})
	}
}

func TestStepsShowWhatWasFailed(t *testing.T) {
	ctx := layout.Context(context.Background(), layout.Settings{}, hr, words.ZH, "/")
	for _, c := range []struct {
		state   cases.State
		outcome cases.Outcome
		want    []layout.StepState
	}{
		{cases.RetakeDue, "", []layout.StepState{layout.Failed, layout.Current, layout.Todo, layout.Todo}},
		{cases.Retraining, "", []layout.StepState{layout.Failed, layout.Failed, layout.Current, layout.Todo}},
		{cases.ReexamDue, "", []layout.StepState{layout.Failed, layout.Failed, layout.Done, layout.Current}},
		{cases.DecisionDue, "", []layout.StepState{layout.Failed, layout.Failed, layout.Done, layout.Failed, layout.Current}},
		{cases.Closed, cases.PassedRetake, []layout.StepState{layout.Failed, layout.Done, layout.Todo, layout.Todo}},
		{cases.Closed, cases.PassedRetraining, []layout.StepState{layout.Failed, layout.Failed, layout.Done, layout.Done}},
		{cases.Closed, cases.Transferred, []layout.StepState{layout.Failed, layout.Failed, layout.Done, layout.Failed, layout.Done}},
		{cases.Closed, cases.Lifted, []layout.StepState{layout.Done, layout.Todo, layout.Todo, layout.Todo}},
	} {
		var got []layout.StepState
		for _, s := range stepsOf(ctx, cannedCase(c.state, c.outcome)) {
			got = append(got, s.State)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.state, c.outcome, got, c.want)
		}
	}
}

// The history says which sitting it was, whether it was missed, and whose act it was.
func TestHistoryNamesTheSittingAndWhoDidIt(t *testing.T) {
	ctx := layout.Context(context.Background(), layout.Settings{}, hr, words.ZH, "/")
	theirs, mine := cannedCase(cases.Retraining, ""), own(cannedCase(cases.Retraining, ""))
	for _, c := range []struct {
		event           cases.CaseEvent
		word, who, mine string
	}{
		{cases.CaseEvent{Event: "opened", Actor: "system"}, "成绩公布，进入补考", "系统", "系统"},
		{cases.CaseEvent{Event: "handed_in", FromState: cases.RetakeDue, Actor: "system"}, "补考已交卷", "林小溪", ""},
		{cases.CaseEvent{Event: "failed", FromState: cases.RetakeDue, Actor: "system"}, "补考缺考", "系统", "系统"},
		{cases.CaseEvent{Event: "failed", FromState: cases.RetakeMarking, Actor: "system"}, "补考不合格", "系统", "系统"},
		{cases.CaseEvent{Event: "assigned", FromState: cases.RetrainingDue, Actor: "person:5"}, "已安排复训课程", "周敏", ""},
		{cases.CaseEvent{Event: "failed", FromState: cases.ReexamMarking, Actor: "system"}, "复训后考核不合格", "系统", "系统"},
		{cases.CaseEvent{Event: "passed", FromState: cases.ReexamMarking, Actor: "system"}, "复训后考核合格", "系统", "系统"},
	} {
		if word, who, me := theirs.eventWord(ctx, c.event), theirs.actorOf(ctx, c.event), mine.actorOf(ctx, c.event); word != c.word || who != c.who || me != c.mine {
			t.Errorf("%+v: %s by %q, to oneself by %q", c.event, word, who, me)
		}
	}
}

// Before HR has arranged any there is no retraining, though the case is in its first cycle.
func TestRetrainingsAreCountedWhenArranged(t *testing.T) {
	v := cannedCase(cases.RetrainingDue, "")
	if n := v.retrainings(); n != 1 {
		t.Errorf("%d arranged", n)
	}
	v.Events = v.Events[:1]
	if n := v.retrainings(); n != 0 {
		t.Errorf("%d before any", n)
	}
}

func TestTickedCoursesStayWhenSearching(t *testing.T) {
	all := []courseware.Course{{ID: 1, Title: "光电"}, {ID: 2, Title: "注射"}, {ID: 3, Title: "话术", Topics: []string{"注射咨询"}}}
	var got []courseware.CourseID
	for _, c := range choose(all, assignForm{Courses: []string{"1"}, Search: "注射"}) {
		got = append(got, c.ID)
	}
	if !slices.Equal(got, []courseware.CourseID{1, 2, 3}) {
		t.Errorf("%v", got)
	}
	if got := choose(all, assignForm{Search: "没有"}); len(got) != 0 {
		t.Errorf("%v", got)
	}
	a, err := assignForm{Courses: []string{"1", "x", "1", "3"}, DueOn: "2026-12-01"}.assignment()
	if err != nil || len(a.Courses) != 2 || a.DueOn == nil {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := (assignForm{DueOn: "12月"}).assignment(); err == nil {
		t.Error("a wrong date is taken")
	}
}

// What the second person wrote goes with either answer: one form holds the remark and both buttons.
func TestTheRemarkGoesWithEitherAnswer(t *testing.T) {
	html := layouttest.HTML(t, layouttest.Env{Viewer: hr}, casePage(proposed(5)))
	parts := strings.Split(html, `action="/cases/3/decide"`)
	if len(parts) != 2 {
		t.Fatalf("%d forms decide", len(parts)-1)
	}
	form, _, _ := strings.Cut(parts[1], "</form>")
	for _, want := range []string{`name="remark"`, `type="submit" name="answer" value="approve"`, `type="submit" name="answer" value="refuse"`, `<dialog class="dialog" id="approve"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form is without %s", want)
		}
	}
}
