package exam

import (
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var cannedIntegrity = exam.Integrity{
	Hidden: exam.Watch{Mode: exam.WatchHandIn, After: 3}, Paste: exam.Watch{Mode: exam.WatchWarn}, AskFullscreen: true, Watermark: true,
	AccessCode: "春暖花开", Ranges: []string{"10.8.0.0/16", "10.9.0.0/16"}, SEBKeys: []string{strings.Repeat("0a", 32)},
}

func TestIntegrityFormReadsBackWhatItShows(t *testing.T) {
	f := formOfIntegrity(cannedIntegrity)
	if f.Hidden != "hand_in" || f.HiddenAfter != "3" || f.Paste != "warn" || f.Sessions != "record" || f.SessionsAfter != defaultAfter {
		t.Errorf("%+v", f)
	}
	f.Ranges += "\r\n"
	got := f.integrity().Tidied()
	if got.Hidden != cannedIntegrity.Hidden || got.Paste != cannedIntegrity.Paste || got.AccessCode != "春暖花开" || len(got.Ranges) != 2 || len(got.SEBKeys) != 1 || !got.Watermark {
		t.Errorf("%+v", got)
	}
	f.HiddenAfter = "many"
	if err := f.integrity().Validate(); err == nil {
		t.Error("a number that is none was taken")
	}
}

func TestProbabilities(t *testing.T) {
	for p, want := range map[float64]string{3.21e-7: "3.2e-07", 0: "< 1e-99", 1e-120: "< 1e-99"} {
		if got := probability(p); got != want {
			t.Errorf("%g: %s", p, got)
		}
	}
}

func cannedNoticed() integrityView {
	policy := exam.ByPolicy
	told := exam.IntegrityWords(words.ZH, cannedIntegrity)
	return integrityView{
		Exam: cannedExam(exam.Marked), Told: told, Page: page.New(1, 50), Total: 2,
		Rows: []exam.IntegrityRow{
			{PersonID: 104, Name: "周婷", EmployeeNo: "A004", SubmitCause: &policy, Total: 5, Kinds: db.JSONOf(map[string]exam.IntegrityCount{
				"hidden": {N: 3, LengthMS: 84_200}, exam.KindSpeed: {N: 1, LengthMS: 7000}, "newer": {N: 1}})},
			{PersonID: 105, Name: "吴桐", EmployeeNo: "A005"},
		},
		Similar: &exam.Similarity{People: 24, Compared: 276, Persons: []exam.SimilarPerson{{Name: "周婷", EmployeeNo: "A004"}, {Name: "何嘉", EmployeeNo: "A006"}},
			Pairs: []exam.SimilarPair{{A: 0, B: 1, BothWrong: 23, Identical: 22, Expected: 9.34, P: 1.2e-9, Adjusted: 3.3e-7}}},
	}
}

func TestIntegrityPages(t *testing.T) {
	open := cannedMine()[3]
	asked := rules{Deadline: cannedRule(), Bands: score.DefaultBands(), Watched: exam.IntegrityWords(words.ZH, cannedIntegrity), CodeAsked: true}
	noticed, none, early := cannedNoticed(), cannedNoticed(), cannedNoticed()
	none.Similar, none.Rows, none.Total = &exam.Similarity{People: 24, Compared: 276}, nil, 0
	early.Similar, early.WhyNot = nil, "全部评完以后才能比较"
	wrong := layout.Errors{Fields: []layout.FieldError{{Name: "ranges", Message: "每行一个网段"}}}
	draft := policing{Exam: cannedExam(exam.Draft), Form: formOfIntegrity(cannedIntegrity), Told: exam.IntegrityWords(words.ZH, cannedIntegrity), Wrong: wrong}
	published := draft
	published.Exam = cannedExam(exam.Published)
	told := cannedSetup(exam.Draft)
	told.Told = draft.Told
	for name, view := range map[string]cannedView{
		"policy":           {env: staffAt("/exams/9/integrity/policy"), page: policyPage(draft), want: []string{"第 3 次时系统收卷", "不会扣分", "10.8.0.0/16\n10.9.0.0/16", "#f-ranges", `value="春暖花开"`, `name="hidden_after"`}},
		"policy published": {env: staffAt("/exams/9/integrity/policy"), page: policyPage(published), want: []string{"考试已发布：处理方式"}},
		"setup":            {env: staffAt("/exams/9/setup"), page: setupPage(told), want: []string{"/exams/9/integrity/policy", "第 3 次时系统收卷"}},
		"summary":          {env: staffAt("/exams/9/integrity"), page: integrityPage(noticed), want: []string{"/exams/9/live/104", "离开页面 3 次 · 共 85 秒", "作答异常快 1 次", "newer 1 次", "按规定次数收卷", "何嘉 A006", "9.3", "3.3e-07", "276 对", "概率小不等于抄袭"}},
		"summary nobody":   {env: staffAt("/exams/9/integrity"), page: integrityPage(none), want: []string{"没有发现不寻常的雷同", "管理范围内没有"}},
		"summary early":    {env: staffAt("/exams/9/integrity"), page: integrityPage(early), want: []string{"全部评完以后才能比较", "/exams/9/integrity?similar=1"}},
		"hall with a code": {page: hallExamPage(open, asked, cannedNow), want: []string{`action="/exams/4/code"`, "请先在下面输入考场口令", "监考老师当场告知的口令"}},
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
			})
		}
	}
	shown := layouttest.HTML(t, layouttest.Env{}, hallExamPage(open, asked, cannedNow))
	if strings.Contains(shown, "春暖花开") || strings.Contains(shown, "10.8.0.0") || strings.Contains(shown, "/exams/4/sit") {
		t.Error("an examinee sees a door, or a way around it")
	}
	if strings.Contains(layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("陈思远", account.Supervisor)}, setupPage(told)), "/integrity/policy") {
		t.Error("a supervisor is offered to change it")
	}
}

// A page that is looked at twice says the same twice.
func TestKindsAreInOneOrder(t *testing.T) {
	var r exam.IntegrityRow
	r.Kinds.V = map[string]exam.IntegrityCount{"hidden": {N: 1}, "closed": {N: 1}, "speed": {N: 2}, "paste": {N: 1}}
	for range 20 {
		var got []string
		for _, n := range kindsOf(r) {
			got = append(got, n.Kind)
		}
		if want := []string{"speed", "closed", "hidden", "paste"}; !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}
