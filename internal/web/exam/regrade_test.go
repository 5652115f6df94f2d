package exam

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

func cannedOrder(state exam.CorrectionState) exam.Correction {
	k := exam.Correction{
		ID: 3, ExamID: 9, AttemptID: 51, Kind: exam.LateAnswers, Body: db.JSONOf(exam.OrderBody{LateOrder: exam.LateOrder{Evidence: []int{4}}}), Reason: "机房断网 14:02–14:09", State: state,
		ProposedBy: 2, ProposedByName: "周监考", ProposedAt: later(-time.Hour), PersonID: 104, Name: "周婷", EmployeeNo: "A104",
	}
	if state != exam.CorrectionProposed {
		by, at := account.PersonID(1), cannedNow
		k.DecidedBy, k.DecidedAt, k.DecidedByName, k.DecisionReason = &by, &at, "陈思远", "有监控记录"
	}
	return k
}

var cannedOptions = []questionbank.Option{{ID: "a", Text: "血管栓塞"}, {ID: "b", Text: "正常肿胀"}}

func cannedCorrection(released bool, after score.Hundredths, passed bool) *exam.CorrectionPreview {
	p := &exam.CorrectionPreview{
		Kind: exam.Quarterly, Released: released,
		Before: exam.Version{ResultID: 70, Number: 1, Score: 5800, Total: 10000, Percent: 5800, Band: score.Fail},
		After:  exam.Version{Number: 2, Score: after, Total: 10000, Percent: after, Band: score.Fail, Passed: passed},
		Slots: []exam.CorrectedSlot{{Slot: 7, Type: questionbank.Single, Stem: "首先应考虑？", Options: cannedOptions, Before: json.RawMessage("null"),
			After: json.RawMessage(`{"choice":"a"}`), MarkAfter: 200, Points: 200}},
	}
	if passed {
		p.After.Band = score.Pass
	}
	return p
}

func TestRegradePages(t *testing.T) {
	late := []exam.LateAttempt{
		{AttemptID: 51, PersonID: 104, Name: "周婷", EmployeeNo: "A104", DeadlineAt: cannedNow, Answers: 3, Late: 2, LostLease: 1, FirstAt: later(2 * time.Minute), LastAt: later(185 * time.Second)},
		{AttemptID: 52, PersonID: 105, Name: "吴桐", EmployeeNo: "A105", DeadlineAt: cannedNow, Answers: 1, Closed: 1, LastAt: later(-time.Minute), ProposedID: 3},
		{AttemptID: 53, PersonID: 1, Name: "陈思远", EmployeeNo: "A001", DeadlineAt: cannedNow, Answers: 1, Late: 1, LastAt: later(30 * time.Second)},
	}
	read := exam.LateCase{AttemptID: 51, ExamID: 9, Title: "第四季度考核", Name: "周婷", EmployeeNo: "A104", DeadlineAt: cannedNow, SubmittedAt: &cannedNow, Slots: []exam.LateSlot{
		{Slot: 7, Type: questionbank.Single, Stem: "首先应考虑？", Options: cannedOptions, Counted: json.RawMessage(`{"choice":"b"}`), CountedAt: &cannedNow, Late: []exam.LateChoice{
			{LateAnswer: exam.LateAnswer{No: 4, Kind: "late", At: later(2 * time.Minute), Response: json.RawMessage(`{"choice":"a"}`)}},
			{LateAnswer: exam.LateAnswer{No: 5, Kind: "lost_lease", At: later(3 * time.Minute), Response: json.RawMessage("null")}, Older: true},
		}},
		{Slot: 9, Type: questionbank.Blank, Stem: "先____，再____。", Counted: json.RawMessage("null"), Late: []exam.LateChoice{
			{LateAnswer: exam.LateAnswer{No: 6, Kind: "closed", At: later(2 * time.Minute), Response: json.RawMessage(`{"blanks":["倾听","回应"]}`)}},
		}},
	}}
	list := regrading{Exam: cannedExam(exam.Marked), Orders: []exam.Correction{cannedOrder(exam.CorrectionProposed), cannedOrder(exam.CorrectionRejected)}, OrderSum: 2, LateSum: 3, Page: page.New(1, 20)}
	lateList := list
	lateList.ShowLate, lateList.Late = true, late
	waits := read
	waits.ProposedID = 3
	for name, view := range map[string]cannedView{
		"orders":      {env: staffAt("/exams/9/regrade"), page: regradePage(list), want: []string{"更正单（2）", "等待第二人批准", "已退回", "/exams/9/regrade/3"}},
		"orders none": {env: staffAt("/exams/9/regrade"), page: regradePage(regrading{Exam: cannedExam(exam.Marked), Page: page.New(1, 20)}), want: []string{"还没有更正单", "show=late"}},
		"late":        {env: staffAt("/exams/9/regrade?show=late"), page: regradePage(lateList), want: []string{"截止后 2 次，旧设备 1 次", "晚 3 分钟", "晚 30 秒", "截止之前", "/exams/9/regrade/attempts/51"}},
		"late none":   {env: staffAt("/exams/9/regrade?show=late"), page: regradePage(regrading{Exam: cannedExam(exam.Marked), ShowLate: true, Page: page.New(1, 20)}), want: []string{"没有未计入的作答"}},
		"propose": {env: staffAt("/exams/9/regrade/attempts/51"), page: proposePage(proposing{Case: read, Form: lateForm{Admit: []string{"4"}, Reason: "断网"}}),
			want: []string{"B. 正常肿胀", "A. 血管栓塞", `name="admit" value="4" checked`, `name="instead" value="5"`, "勾选即以它代替", "第 1 空：倾听；第 2 空：回应", "未作答"}},
		"propose wrong": {env: staffAt("/exams/9/regrade/attempts/51"), page: proposePage(proposing{Case: read, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "reason", Message: "请写明原因"}, {Name: "evidence", Message: "请至少选择一个"}}}}), want: []string{"请写明原因", "请至少选择一个"}},
		"propose waits": {env: staffAt("/exams/9/regrade/attempts/51"), page: proposePage(proposing{Case: waits}), want: []string{"已有一张更正单"}},
		"order":         {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionProposed), Preview: cannedCorrection(true, 6000, true)}), want: []string{"58%", "60%", "由不合格改为合格", "/exams/9/regrade/3/approve", `value="70"`, "/exams/9/regrade/3/reject", "A. 血管栓塞"}},
		"order failed":  {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionProposed), Preview: cannedCorrection(true, 5900, false)}), want: []string{"仍不合格"}},
		"order early":   {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionProposed), Preview: cannedCorrection(false, 6000, true)}), want: []string{"公布时按更正后的成绩"}},
		"order stuck":   {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionProposed), Preview: cannedCorrection(true, 5700, false), Why: "更正后 57.00 分，低于现在的 58.00 分"}), want: []string{"低于现在的 58.00 分", "/reject"}},
		"order done":    {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionApproved), Preview: cannedCorrection(true, 6000, true)}), want: []string{"已批准", "批准人", "有监控记录"}},
		"order back":    {env: staffAt("/exams/9/regrade/3"), page: orderPage(ordering{Order: cannedOrder(exam.CorrectionWithdrawn)}), want: []string{"已撤回"}},
	} {
		for _, lang := range words.Langs {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				env := view.env
				env.Lang = lang
				shown := layouttest.Flat(layouttest.HTML(t, env, view.page))
				for _, want := range view.want {
					if lang == words.ZH && !strings.Contains(shown, want) {
						t.Errorf("the page does not show %q", want)
					}
				}
				if name == "order stuck" && strings.Contains(shown, "/approve") {
					t.Error("what cannot be approved is offered for approval")
				}
			})
		}
	}
}

func TestWhoIsOfferedWhat(t *testing.T) {
	hr, trainer := layouttest.As("陈思远", account.HR), layouttest.As("陈思远", account.Trainer)
	order := cannedOrder(exam.CorrectionProposed)
	own, mine, done := order, order, cannedOrder(exam.CorrectionApproved)
	own.ProposedBy, mine.PersonID = hr.PersonID, hr.PersonID
	for _, c := range []struct {
		name             string
		v                account.Viewer
		k                exam.Correction
		second, takeBack bool
	}{
		{"HR", hr, order, true, false}, {"the proposer", hr, own, false, true}, {"the examinee", hr, mine, false, false},
		{"decided", hr, done, false, false}, {"a trainer", trainer, order, false, false}, {"the trainer who proposed", trainer, own, false, true},
	} {
		if maySecond(c.v, c.k) != c.second || mayTakeBack(c.v, c.k) != c.takeBack {
			t.Errorf("%s: %v %v", c.name, maySecond(c.v, c.k), mayTakeBack(c.v, c.k))
		}
	}
}

func TestResponsesInWords(t *testing.T) {
	ctx := layout.Context(context.Background(), layout.Settings{}, layouttest.As("陈思远", account.HR), words.ZH, "/")
	for _, c := range []struct {
		kind questionbank.Type
		raw  string
		want string
	}{
		{questionbank.Single, `null`, "未作答"}, {questionbank.Single, `{"choice":"b"}`, "B. 正常肿胀"},
		{questionbank.Multiple, `{"choices":["a","b"]}`, "A. 血管栓塞；B. 正常肿胀"}, {questionbank.TrueFalse, `{"choice":"false"}`, "B. 错"},
		{questionbank.Blank, `{"blanks":["倾听",""]}`, "第 1 空：倾听；第 2 空："}, {questionbank.Blank, `{"blanks":[" "]}`, "未作答"},
		{questionbank.Short, `{"text":"先致歉"}`, "先致歉"},
	} {
		if got := responseText(ctx, c.kind, cannedOptions, json.RawMessage(c.raw)); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.raw, got, c.want)
		}
	}
}
