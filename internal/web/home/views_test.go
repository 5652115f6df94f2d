package home

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

type cannedView struct {
	viewer  account.Viewer
	view    view
	want    []string
	without []string
}

func cannedNumbers() *numbers {
	row := func(id remediation.CaseID, name string, s remediation.State, deadline *time.Time) remediation.BoardRow {
		return remediation.BoardRow{ID: id, PersonName: name, State: s, ExamTitle: "2026 年第三季度知识考核", MovedAt: now.Add(-100 * time.Hour), Deadline: deadline}
	}
	return &numbers{
		Waiting: report.Waiting{
			Cases: map[string]int{"retake_due": 5, "retraining_due": 2, "retraining": 3, "decision_due": 1}, People: ptr(40), Reviews: ptr(12), Sheets: ptr(6),
		},
		AtRisk: []remediation.BoardRow{row(3, "林小溪", remediation.RetakeDue, in(20*time.Hour)), row(4, "陈思远", remediation.DecisionDue, nil)},
		Exams:  &examCounts{Running: 1, Upcoming: 2, Drafts: 1, Unreleased: 1}, Overdue: []overdueExam{{ID: 8, Title: "上季度考核", Unreleased: 23, Days: 4}},
	}
}

func canned() map[string]cannedView {
	notices := []notify.Notice{{ID: 9, Kind: notify.Retake, Key: "notify.retraining_needed", SentAt: now, Places: db.JSONOf(map[string]any{"title": "第三季度考核"})}}
	return map[string]cannedView{
		"consultant": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf(cannedExams(), cannedCases(remediation.RetakeDue), cannedTasks(), time.UTC, now), Notices: notices},
			want: []string{"答题中", "/attempts/90", "还剩 5 小时", "第 2 步，共 4 步", "还剩 30 小时", "须参加复训", "去补考", "55.5%", "不合格", "/attempts/81/result", "未读消息", "bottom-bar"},
		},
		"retraining": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf(cannedExams()[:1], cannedCases(remediation.Retraining), cannedTasks(), time.UTC, now)},
			want: []string{"第 3 步，共 4 步", "光电项目禁忌证", "/learn/4", "40%"},
		},
		"sitting the retake": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf([]exam.MyExam{{ID: 2, Title: "第三季度考核·补考", Kind: exam.Retake, State: exam.MyInProgress, DeadlineAt: in(time.Hour)}}, nil, []courseware.Task{{
				Enrolment: courseware.Enrolment{CourseID: 6, Reason: courseware.ReasonAssigned, State: courseware.EnrolmentOpen, DueOn: in(50 * time.Hour)}, Title: "服务礼仪",
			}}, time.UTC, now)},
			want: []string{"合格即结束，记为补考合格；不合格则须参加复训", "服务礼仪", "会降低绩效里的培训参与率", "开始学习"},
		},
		"paused": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf([]exam.MyExam{{ID: 2, Title: "考核", Kind: exam.Quarterly, State: exam.MyInProgress, DeadlineAt: in(-time.Hour), PausedAt: in(-90 * time.Minute)}}, nil, nil, time.UTC, now)},
			want: []string{"考试已暂停，计时已停，还剩 30 分钟"}, without: []string{"已截止"},
		},
		"paid": {
			view: view{Now: now, Zone: time.UTC, Month: ledger.Sum{N: 2, Pay: ledger.Pay{Points: 12, Fen: 50_00}}},
			want: []string{"href=\"/me/ledger\">本月积分 +12、奖金 +\u2060¥50.00<"},
		},
		"nothing paid": {view: view{Now: now, Zone: time.UTC}, want: []string{"现在没有要做的事"}, without: []string{"本月积分"}},
		"on paper": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf([]exam.MyExam{{ID: 5, Title: "纸笔考核", Kind: exam.Quarterly, State: exam.MyOpen, OnPaper: true, Window: exam.Window{ClosesAt: now.Add(time.Hour)}}}, nil, nil, time.UTC, now)},
			want: []string{"请按时到考场"}, without: []string{"去考试"},
		},
		"mock": {
			view: view{Now: now, Zone: time.UTC, Own: ownOf([]exam.MyExam{{ID: 6, Title: "模拟考", Kind: exam.Mock, State: exam.MyOpen, Tries: exam.Tries{Allowed: 3}, Window: exam.Window{ClosesAt: now.Add(time.Hour)}}}, nil, nil, time.UTC, now)},
			want: []string{"模拟考不计入考核", "可以考 3 次"}, without: []string{"记为缺考"},
		},
		"nothing": {view: view{Now: now, Zone: time.UTC}, want: []string{"现在没有要做的事", "去学习"}},
		"hr": {
			viewer: layouttest.As("周敏", account.HR), view: view{Now: now, Zone: time.UTC, Staff: cannedNumbers()},
			want:    []string{"未结的补考复训", ">11<", "/cases?state=retraining_due", "/cases?state=decision_due", "shade-1", "进行中的考试", "考试草稿", "在职人员", "等我审核的题", ">12<", "确认的考核表", `href="/appraisal/cycles"`, "最急的个案", "已等 4 天"},
			without: []string{"现在没有要做的事", "由人力资源处理"},
		},
		"superior": {
			viewer: layouttest.As("周敏", account.Superior), view: view{Now: now, Zone: time.UTC, Staff: cannedNumbers()},
			want: []string{"/cases?state=retraining_due", "由人力资源处理"},
		},
		"hr at rest": {
			viewer: layouttest.As("周敏", account.HR), view: view{Now: now, Zone: time.UTC, Staff: &numbers{Waiting: report.Waiting{People: ptr(40), Reviews: ptr(0)}, Exams: &examCounts{Running: 1}}},
			want: []string{"现在没有待处理的工作", "概况", "等我审核的题"}, without: []string{"待处理</h2>"},
		},
		"trainer": {
			viewer: layouttest.As("陈思远", account.Trainer), view: view{Now: now, Zone: time.UTC, Staff: &numbers{Exams: &examCounts{}}, Own: ownOf(cannedExams()[2:3], nil, nil, time.UTC, now)},
			want: []string{"我要做的", "专项考核"}, without: []string{"在职人员", "未结的补考复训"},
		},
	}
}

func TestViews(t *testing.T) {
	for name, v := range canned() {
		t.Run(name, func(t *testing.T) {
			html := layouttest.HTML(t, layouttest.Env{Viewer: v.viewer}, homePage(v.view))
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
			layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Lang: words.EN}, homePage(v.view))
		})
	}
}

// What waits for somebody comes first; the other figures follow in the order of the features.
func TestWhatWaitsComesFirst(t *testing.T) {
	n := cannedNumbers()
	n.Cases = map[string]int{"retake_due": 5, "decision_due": 1}
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.HR)}, homePage(view{Now: now, Zone: time.UTC, Staff: n}))
	at := -1
	for _, text := range []string{"待处理</h2>", "还有 23 份成绩没有公布", ">待处理决定<", ">待公布成绩<", ">等我审核的题<", ">还没确认的考核表<", "概况</h2>", ">未结的补考复训<", ">待安排复训<", ">进行中的考试<", ">考试草稿<", ">在职人员<", "补考复训分布"} {
		next := strings.Index(html, text)
		if next <= at {
			t.Errorf("%q stands at %d, what comes before it at %d", text, next, at)
		}
		at = next
	}
}

// Who may not release is told who does.
func TestWhoReleasesIsTold(t *testing.T) {
	for role, told := range map[account.Role]bool{account.Trainer: true, account.HR: false} {
		html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", role)}, homePage(view{Now: now, Zone: time.UTC, Staff: &numbers{Exams: &examCounts{Unreleased: 1}}}))
		if strings.Contains(html, "由人力资源处理") != told {
			t.Errorf("%s is told: %t", role, !told)
		}
	}
}

// What can be released is counted: a retake's results while its window runs, an original exam's after its close.
func TestWhatCanBeReleasedIsCounted(t *testing.T) {
	row := func(k exam.Kind, s exam.State, closes time.Duration, unreleased int) exam.ExamRow {
		return exam.ExamRow{Kind: k, State: s, OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(closes), Unreleased: unreleased}
	}
	got := countExams([]exam.ExamRow{
		row(exam.Quarterly, exam.Published, time.Hour, 3), row(exam.Quarterly, exam.Marked, -time.Minute, 2), row(exam.Quarterly, exam.Marked, -time.Minute, 0),
		row(exam.Retake, exam.Published, time.Hour, 1), row(exam.Reexam, exam.Published, time.Hour, 1), row(exam.Quarterly, exam.Archived, -time.Hour, 1),
		row(exam.Quarterly, exam.Draft, time.Hour, 0),
	}, now)
	if want := (examCounts{Running: 3, Drafts: 1, Unreleased: 3}); *got != want {
		t.Errorf("%+v, want %+v", *got, want)
	}
}
