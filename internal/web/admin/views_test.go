package admin

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var (
	now       = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	names     = map[account.PersonID]string{5: "周敏", 7: "林小溪"}
	hr        = layouttest.As("周敏", account.HR)
	supervise = layouttest.As("监督", account.Supervisor)
)

func cannedRecord(v *audit.Verification) record {
	return record{Names: names, Last: v, Next: 41, Events: []audit.Listed{
		{ID: 91, At: now, Actor: "person:5", Act: "exam.publish", Subject: "exam:7", Body: `{"facts":{"paper_id":3}}`},
		{ID: 90, At: now, Actor: "operator:root", Act: "people.import", Subject: "people", Body: `{"facts":{}}`, Seq: 90},
		{ID: 89, At: now, Actor: "system", Act: "case.opened", Subject: "case:3", Body: `not json`, Seq: 89},
		{ID: 88, At: now, Actor: "person:6", Act: "course.rewind", Subject: "person:7", Body: `{}`, Seq: 88},
		{ID: 87, At: now, Actor: "person:5", Act: "other.thing", Subject: "x", Body: `{}`, Seq: 87},
	}}
}

func cannedPolicies() policies {
	long := remediation.DefaultPolicy
	long.RetakeWindowHours, long.RoundScoring = 100, "raw"
	return policies{
		Now: now, Names: names,
		Bands:   []policy.Version[score.Bands]{{ID: 1, Number: 1, EffectiveFrom: now.AddDate(0, -3, 0), Body: db.JSONOf(score.DefaultBands()), ApprovedBy: "system"}},
		Absence: []policy.Version[exam.Absence]{{ID: 5, Number: 1, EffectiveFrom: now.AddDate(0, -3, 0), Body: db.JSONOf(exam.DefaultAbsence()), ApprovedBy: "system"}},
		Retake: []policy.Version[remediation.Policy]{
			{ID: 4, Number: 3, EffectiveFrom: now.AddDate(0, 1, 0), Body: db.JSONOf(long), ApprovedBy: "person:5"},
			{ID: 3, Number: 2, EffectiveFrom: now.AddDate(0, -1, 0), Body: db.JSONOf(remediation.DefaultPolicy), ApprovedBy: "person:5"},
			{ID: 2, Number: 1, EffectiveFrom: now.AddDate(0, -3, 0), Body: db.JSONOf(remediation.DefaultPolicy), ApprovedBy: "system"},
		},
	}
}

type cannedView struct {
	viewer        account.Viewer
	address       string
	page          templ.Component
	want, without []string
}

// rule:C43 rule:N01 rule:N02: the rules stand on the page in words.
func canned() map[string]cannedView {
	clean := &audit.Verification{At: now, Actor: "person:5", Events: 1281, Seals: 40, Head: "1281:ab12"}
	broken := &audit.Verification{At: now, Actor: "system", Finding: "event 17: was changed after it was written"}
	bands, retake := bandsForm(score.DefaultBands()), retakeForm(remediation.DefaultPolicy)
	wrong := layout.Errors{Fields: []layout.FieldError{{Name: "good", Message: "请填数"}}}
	return map[string]cannedView{
		"audit":           {supervise, "/admin/audit?act=exam&before=100", auditPage(cannedRecord(clean)), []string{"考试：发布", "周敏", "/exams/7/setup", "服务器操作员 root", "/cases/3", "课程 · rewind", "other.thing", "person:6", "林小溪", "尚未封存", "1,281 条", "1281:ab12", "before=41", "回到最新"}, nil},
		"audit broken":    {supervise, "/admin/audit", auditPage(cannedRecord(broken)), []string{"event 17"}, []string{"回到最新"}},
		"audit recounted": {supervise, "/admin/audit", auditPage(record{Recount: &report.Recount{Results: 100_000, Entries: 98_765}, RecountAt: now}), []string{"100,000 份成绩逐题相加", "全部一致", "积分与奖金 98,765 笔核对一致"}, []string{"对不上"}},
		"audit unpaid":    {supervise, "/admin/audit", auditPage(record{Recount: &report.Recount{Results: 1}, RecountAt: now}), []string{"全部一致"}, []string{"笔核对一致"}},
		"audit disagrees": {supervise, "/admin/audit", auditPage(record{RecountAt: now, Recount: &report.Recount{Results: 12, Disagreements: 21, First: []report.Disagreement{
			{What: "result", ID: 17, ExamID: 3, Message: "its score is 12.00, its marks add up to 11.50"},
		}}}), []string{"21 处对不上", "/exams/3/results", "result 17: its score is 12.00"}, []string{"全部一致"}},
		"audit none":      {supervise, "/admin/audit?who=x", auditPage(record{}), []string{"还没有校验过", "没有符合条件的记录"}, nil},
		"policies":        {hr, "/admin/policies", policiesPage(cannedPolicies()), []string{"优秀：90% 及以上", "良好：70% 起，不到 90%", "低于 60% 须补考", "最晚在考核结束后 7 天内完成", "不合格：不到 60%", "起，系统预设", "起，由", "至少留 2 天", "100 小时", "现行", "将生效", "已被替代", "/admin/policies/bands/new", "考试结束前准假的记为缓考", "/admin/policies/absence/new"}, nil},
		"policies read":   {supervise, "/admin/policies", policiesPage(cannedPolicies()), []string{"现行"}, []string{"/new"}},
		"bands form":      {hr, "/admin/policies/bands/new", newPolicyPage("bands", bands, wrong), []string{"value=\"90\"", "请填数"}, nil},
		"absence form":    {hr, "/admin/policies/absence/new", newPolicyPage("absence", absenceForm(exam.DefaultAbsence()), layout.Errors{}), []string{"value=\"zero\" checked", "value=\"0\"", "记 0 分并须补考"}, nil},
		"absence confirm": {hr, "/admin/policies/absence", confirmPolicyPage("absence", policyForm{AbsentCounts: "nothing", LeaveDays: "2"}), []string{"只作记录", "2 天", "name=\"leave_days\" value=\"2\""}, nil},
		"retake form":     {hr, "/admin/policies/retake/new", newPolicyPage("retake", retake, layout.Errors{}), []string{"补考最晚在考核结束后多少天内完成", "name=\"retake_window_days\"", "value=\"7\"", "绩效按 60 分计"}, nil},
		"bands confirm":   {hr, "/admin/policies/bands", confirmPolicyPage("bands", bands), []string{"立即生效", "优秀：90% 及以上", "name=\"confirmed\"", "name=\"pass\" value=\"60\""}, nil},
		"retake confirm":  {hr, "/admin/policies/retake", confirmPolicyPage("retake", retake), []string{"14 天", "name=\"round_scoring\" value=\"sixty\""}, nil},
	}
}

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

// rule:N01: the form and the table say the same; a number that is not exact is refused.
func TestBandsFormRoundTrip(t *testing.T) {
	b, err := bandsForm(score.DefaultBands()).bands()
	if err != nil || b.Validate() != nil || len(b.Edges) != 4 || b.PassFrom != score.Whole(60) || b.Edges[1] != (score.Edge{Band: score.Good, From: score.Whole(70)}) {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := (policyForm{Excellent: "90", Good: "70.001", Pass: ""}).bands(); err == nil {
		t.Error("a number with three decimals is taken")
	}
	if got, err := retakeForm(remediation.DefaultPolicy).retake(); err != nil || got != remediation.DefaultPolicy || got.Validate() != nil {
		t.Errorf("%+v", got)
	}
}

// Every number of hours that a rule may have survives the form, which shows days.
func TestDaysAreExactToTheHour(t *testing.T) {
	for hours := range 721 {
		var bad []errs.Field
		if got := hoursOf("x", daysText(hours), &bad); got != hours || len(bad) > 0 {
			t.Errorf("%d hours are shown as %s days and read as %d", hours, daysText(hours), got)
		}
	}
	for text, want := range map[string]int{"7": 168, "0.5": 12, "1.5": 36, "4.17": 100} {
		var bad []errs.Field
		if got := hoursOf("x", text, &bad); got != want || len(bad) > 0 {
			t.Errorf("%s days are %d hours, want %d", text, got, want)
		}
	}
}
