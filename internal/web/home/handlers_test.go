package home

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// house answers for every feature and counts the statements that each answer takes.
type house struct {
	statements int
	exams      []exam.MyExam
	month      ledger.Sum
}

func (h *house) MyExams(context.Context, account.Viewer) ([]exam.MyExam, error) {
	h.statements++
	return h.exams, nil
}

func (h *house) Exams(context.Context, account.Viewer, exam.Filter, page.Page) ([]exam.ExamRow, int, error) {
	h.statements++
	return nil, 0, nil
}

func (h *house) MarkingExams(context.Context, account.Viewer) ([]exam.MarkingExam, error) {
	h.statements++
	return []exam.MarkingExam{{ID: 9, Waiting: 5, Mine: 3}, {ID: 8, Waiting: 1, Mine: 1}}, nil
}

func (h *house) CorrectionsWaiting(context.Context, account.Viewer) ([]exam.WaitingCorrections, error) {
	h.statements++
	return []exam.WaitingCorrections{{ExamID: 9, Title: "第四季度考核", Waiting: 2}}, nil
}

func (h *house) Mine(context.Context, account.Viewer, bool) ([]remediation.Case, error) {
	h.statements++
	return cannedCases(remediation.RetakeDue), nil
}

func (h *house) Urgent(context.Context, account.Viewer, int) ([]remediation.BoardRow, error) {
	h.statements++
	return nil, nil
}

func (h *house) Zone() *time.Location { return time.UTC }

func (h *house) Tasks(context.Context, account.Viewer) ([]courseware.Task, error) {
	h.statements++
	return nil, nil
}

func (h *house) OwnMonth(context.Context, account.Viewer) (ledger.Sum, error) {
	h.statements++
	return h.month, nil
}

func (h *house) Inbox(context.Context, account.Viewer, bool, page.Page) ([]notify.Notice, int, error) {
	h.statements++
	return nil, 0, nil
}

// Waiting tells what is the viewer's alone, as the report does.
func (h *house) Waiting(_ context.Context, v account.Viewer) (report.Waiting, error) {
	h.statements++
	var w report.Waiting
	for _, part := range []struct {
		action account.Action
		number **int
	}{{account.BankPublish, &w.Reviews}, {account.BankWrite, &w.Reports}, {account.AppraisalConfirm, &w.Sheets}, {account.AccountPersonRead, &w.People}} {
		if v.CanBeyondSelf(part.action) {
			*part.number = new(7)
		}
	}
	if v.CanBeyondSelf(account.CaseRead) {
		w.Cases = map[string]int{"retake_due": 2}
	}
	w.SheetsCycle = new(int64(5))
	return w, nil
}

func (h *house) Person(_ context.Context, v account.Viewer, _ account.PersonID) (account.Detail, error) {
	h.statements += 4
	return account.Detail{Person: account.Person{Name: v.Name, EmployeeNo: "YR0101", UnitName: "妇科组", PostName: "网络咨询员"}}, nil
}

// Everybody finds the own pages and the way out; who may not sit exams finds no exams.
func TestMe(t *testing.T) {
	for _, role := range []account.Role{account.Consultant, account.Admin} {
		h, rec := &house{}, httptest.NewRecorder()
		e := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/me", nil), rec)
		httpx.SetIdentity(e, httpx.Identity{Who: layouttest.As("林小溪", role), Lang: words.ZH})
		if err := (&Handlers{People: h}).Me(e); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"林小溪", "妇科组 · 网络咨询员", `href="/me/settings"`, `href="/notices"`, `action="/logout"`} {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("%s: without %q", role, want)
			}
		}
	}
}

// The budget of a page is eight statements; one of them is the bell's.
func TestHomeKeepsToItsStatements(t *testing.T) {
	for _, c := range []struct {
		role    account.Role
		exams   []exam.MyExam
		want    string
		without string
	}{
		{account.Consultant, cannedExams(), "去补考", "在职人员"},
		{account.Consultant, nil, "现在没有要做的事", "第 2 步"},
		{account.HR, nil, "在职人员", "我要做的"},
		{account.HR, cannedExams(), "我要做的", "等我确认的考核表"},
		{account.HR, cannedExams(), "在职人员", "等我确认的考核表"},
		{account.HR, nil, "还没确认的考核表", "等我确认的考核表"},
		{account.HR, nil, "等我审核的题", "我要做的"},
		{account.HR, nil, "待答复的题目报错", "我要做的"},
		{account.Superior, nil, "等我确认的考核表", "还没确认的考核表"},
		{account.Superior, nil, `href="/appraisal/cycles/5?state=scored"`, "等我审核的题"},
		{account.Professional, nil, `href="/bank/review"`, "等我确认的考核表"},
		{account.Marker, cannedExams(), "待评", "等我审核的题"},
		{account.Supervisor, nil, "未结的补考复训", "我要做的"},
		{account.Lead, nil, "未结的补考复训", "考试草稿"},
		{account.Superior, nil, "《第四季度考核》有 2 张成绩更正单", "考试草稿"},
		{account.Supervisor, nil, "考试草稿", "/exams/9/regrade"},
		{account.Trainer, nil, "考试草稿", "未结的补考复训"},
		{account.Trainer, nil, `href="/bank/reports"`, "在职人员"},
		{account.Professional, cannedExams(), "待答复的题目报错", "在职人员"},
		{account.Supervisor, nil, "考试草稿", "待答复的题目报错"},
		{account.Admin, nil, "在职人员", "考试草稿"},
	} {
		h := &house{exams: c.exams}
		rec := httptest.NewRecorder()
		e := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), rec)
		httpx.SetIdentity(e, httpx.Identity{Who: layouttest.As("人", c.role), Lang: words.ZH})
		if err := (&Handlers{Exams: h, Cases: h, Courses: h, Notices: h, People: h, Desk: h, Pay: h}).Home(e); err != nil {
			t.Fatal(err)
		}
		if body := rec.Body.String(); !strings.Contains(body, c.want) || strings.Contains(body, c.without) {
			t.Errorf("%s: without %q or with %q", c.role, c.want, c.without)
		}
		if h.statements+1 > 8 {
			t.Errorf("%s: %d statements", c.role, h.statements+1)
		}
	}
}
