package exam

import (
	"net/url"
	"reflect"
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
	"github.com/peikao/peikao/questionbank"
)

func cannedQuestion(kind questionbank.Type) exam.Question {
	q := questionbank.Question{Type: kind, Stem: "填充后皮肤发白，首先应考虑？", Options: cannedOptions, Key: questionbank.Key{Choices: []string{"b"}}}
	switch kind {
	case questionbank.Blank:
		q.Stem, q.Options, q.Key = "先____，再____。", nil, questionbank.Key{Gaps: [][]string{{"倾听"}, {"回应", "答复"}}}
	case questionbank.Judgement:
		q.Key = questionbank.Key{Grades: []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Green, Reason: "规范"}, {Option: "b", Grade: questionbank.Red, Reason: "延误"}}}
	case questionbank.Ordering:
		q.Key = questionbank.Key{Choices: []string{"b", "a"}}
	case questionbank.Short:
		q.Options, q.Key = nil, questionbank.Key{Model: "先致歉"}
	}
	return exam.Question{Question: q, QuestionID: 5}
}

var newKey = exam.Ruling{VersionID: 7, Act: exam.ChangeKey, Keys: []questionbank.Key{{Choices: []string{"a"}}}}

func cannedRuled(name string, effect exam.RulingEffect, before, after score.Hundredths) exam.RuledResult {
	version := func(points score.Hundredths) exam.Version {
		bands := score.DefaultBands()
		return exam.Version{Score: points, Total: 10000, Percent: points, Band: bands.Of(points, 10000), Passed: bands.Passed(points, 10000)}
	}
	return exam.RuledResult{Name: name, EmployeeNo: "A104", Effect: effect, Before: version(before), After: version(after)}
}

func cannedRuling() *exam.RulingPreview {
	lifted := cannedRuled("周婷", exam.RulingBetter, 5800, 6000)
	lifted.MissesBefore, lifted.Follows = 1, []exam.Consequence{{Key: "regrade.follows.lifts", Places: map[string]string{}}}
	return &exam.RulingPreview{
		Exam: cannedExam(exam.Marked), Question: cannedQuestion(questionbank.Single), Ruling: newKey, Seen: 70, Total: 2,
		Tally:   exam.RulingTally{People: 40, Better: 1, Raised: 1, Bands: 1, Passes: 1, RedLines: 1, Spared: 1},
		Results: []exam.RuledResult{lifted, cannedRuled("吴桐", exam.RulingSpared, 9200, 9000)},
	}
}

func cannedCase(kind questionbank.Type) ruling {
	return ruling{Version: 7, Page: page.New(1, 50), Case: exam.RulingCase{Exam: cannedExam(exam.Marked), Question: cannedQuestion(kind)}}
}

func cannedRulingOrder(state exam.CorrectionState) ruledOrder {
	k := cannedOrder(state)
	k.Kind, k.AttemptID, k.PersonID, k.Name, k.EmployeeNo, k.Body = exam.QuestionRuling, 0, 0, "", "", db.JSONOf(exam.OrderBody{Ruling: newKey})
	p := cannedRuling()
	p.Done = state == exam.CorrectionApproved
	return ruledOrder{Order: k, Preview: p, Page: page.New(1, 50)}
}

func TestRulingPages(t *testing.T) {
	list := rulables{Page: page.New(1, 20), Rulable: exam.Rulable{Exam: cannedExam(exam.Marked), Waits: 3, Total: 2, Questions: []exam.RulableQuestion{
		{VersionID: 7, Slot: 3, People: 40, Question: cannedQuestion(questionbank.Single), Stands: newKey},
		{VersionID: 8, Slot: 4, People: 39, Question: cannedQuestion(questionbank.Blank), Waits: true},
	}}}
	none, refused := list, list
	none.Questions, none.Total = nil, 0
	refused.Questions, refused.Total, refused.Why = nil, 0, "这场考试还没有全部考完"
	single := func() ruling { return cannedCase(questionbank.Single) }
	fresh, tried, unsaid, wrong, stuck, onPaper := single(), single(), single(), single(), single(), single()
	fresh.Case.Stands, fresh.Case.Others = newKey, []exam.RuledExam{{ID: 12, Title: "专项考核", Ruled: exam.CorrectionApproved}}
	tried.Form, tried.Preview = rulingForm{Act: "key", Key: []string{"a"}}, cannedRuling()
	unsaid.Form, unsaid.Preview, unsaid.Errors = tried.Form, cannedRuling(), layout.Errors{Fields: []layout.FieldError{{Name: "reason", Message: "请写明原因"}}}
	wrong.Errors = layout.Errors{Fields: []layout.FieldError{{Name: "act", Message: "请选择怎样处理"}}}
	stuck.Preview, stuck.Why = cannedRuling(), "这样处理不改变任何人的得分"
	waits := tried
	waits.Case.Waits = 3
	onPaper.Case.Exam.OnPaper = true
	moved, gone := cannedRulingOrder(exam.CorrectionProposed), cannedRulingOrder(exam.CorrectionRejected)
	moved.Why, gone.Preview = "作废以后有人一分也不剩", nil
	at := staffAt("/exams/9/regrade/questions/7")
	for name, view := range map[string]struct {
		cannedView
		without []string
	}{
		"list":              {cannedView{at, rulablesPage(list), []string{"试卷第 3 题", "改正答案：A. 血管栓塞", "倾听；回应 / 答复", "等待第二人批准", "/exams/9/regrade/questions/8", "/exams/9/regrade/3"}}, nil},
		"none":              {cannedView{at, rulablesPage(none), []string{"没有符合的题目"}}, nil},
		"refused":           {cannedView{at, rulablesPage(refused), []string{"还没有全部考完"}}, []string{`type="search"`, "<table"}},
		"a question":        {cannedView{at, rulingPage(fresh), []string{"试卷原答案：<strong>B. 正常肿胀", "改正答案：A. 血管栓塞", "专项考核", "/exams/12/regrade/questions/7", "试算", "/exams/9/analysis?item=7#item", `value="paper"`, "恢复原来的评分"}}, []string{`name="reason"`}},
		"a dry run":         {cannedView{at, rulingPage(tried), []string{"40 人考过这道题", "没有人的积分或奖金会变", "58 / 100", "60 / 100", "未守红线 1 处 → 0 处", "按新规则是 90 / 100 · 优秀，会低一些，保留原成绩", `name="reason"`, `name="key" value="a"`}}, nil},
		"no reason":         {cannedView{at, rulingPage(unsaid), []string{"请写明原因", "58 / 100", `name="reason"`}}, nil},
		"no act":            {cannedView{at, rulingPage(wrong), []string{"请选择怎样处理"}}, []string{`name="reason"`}},
		"for nothing":       {cannedView{at, rulingPage(stuck), []string{"不改变任何人"}}, []string{`name="reason"`, "58 / 100"}},
		"another waits":     {cannedView{at, rulingPage(waits), []string{"已有一张更正单", "58 / 100"}}, []string{`name="reason"`}},
		"gaps":              {cannedView{at, rulingPage(cannedCase(questionbank.Blank)), []string{"每空一行", `name="text"`}}, nil},
		"grades":            {cannedView{at, rulingPage(cannedCase(questionbank.Judgement)), []string{`name="grade_a"`, `name="grade_b"`, "A. 血管栓塞"}}, nil},
		"an order of steps": {cannedView{at, rulingPage(cannedCase(questionbank.Ordering)), []string{"例如 BACD", `name="text"`}}, nil},
		"by people":         {cannedView{at, rulingPage(cannedCase(questionbank.Short)), []string{"作废这道题", "全体给满分"}}, []string{"改正答案", `name="key"`, `value="paper"`}},
		"on paper":          {cannedView{at, rulingPage(onPaper), []string{"作废这道题"}}, []string{"改正答案", `name="key"`}},
		"proposed":          {cannedView{at, rulingOrderPage(cannedRulingOrder(exam.CorrectionProposed)), []string{"等待第二人批准", "58 / 100", "/exams/9/regrade/3/approve", `name="expected" value="70"`, "/exams/9/regrade/3/reject"}}, nil},
		"proposed, moved":   {cannedView{at, rulingOrderPage(moved), []string{"一分也不剩", "/reject"}}, []string{"/approve"}},
		"approved":          {cannedView{at, rulingOrderPage(cannedRulingOrder(exam.CorrectionApproved)), []string{"已批准", "有监控记录", "60 / 100"}}, []string{"/approve", "/reject", "人考过这道题"}},
		"rejected":          {cannedView{at, rulingOrderPage(gone), []string{"已退回"}}, []string{"/approve", "58 / 100"}},
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
				for _, not := range view.without {
					if lang == words.ZH && strings.Contains(shown, not) {
						t.Errorf("the page shows %q", not)
					}
				}
			})
		}
	}
}

// The statistics lead to the regrade of a question, for whoever may propose one and where one can be.
func TestWhereStatisticsLeadToARegrade(t *testing.T) {
	v := cannedAnalysisView(cannedAnalysis())
	v.One = &v.Items[2]
	const link = "/exams/9/regrade/questions/3"
	if !strings.Contains(layouttest.HTML(t, staffAt("/exams/9/analysis?item=3"), analysisPage(v)), link) {
		t.Error("no way to the regrade")
	}
	looks := layouttest.Env{Viewer: layouttest.As("孙监督", account.Supervisor), Address: "/exams/9/analysis?item=3"}
	if strings.Contains(layouttest.HTML(t, looks, analysisPage(v)), link) {
		t.Error("who may not propose is led to a regrade")
	}
	v.Exam.Kind = exam.Mock
	if strings.Contains(layouttest.HTML(t, staffAt("/exams/9/analysis?item=3"), analysisPage(v)), link) {
		t.Error("a mock is led to a regrade")
	}
}

// From an approved order the bank's editor opens with the answer, for whoever writes questions; a ruling that is no key leads nowhere.
func TestTheWayFromARulingToTheBank(t *testing.T) {
	const link = "/bank/questions/5/edit?key=%5B%22a%22%5D&amp;ruled=7"
	approved := rulingOrderPage(cannedRulingOrder(exam.CorrectionApproved))
	if shown := layouttest.HTML(t, staffAt("/exams/9/regrade/3"), approved); !strings.Contains(shown, link) || !strings.Contains(shown, "在题库改成这个答案") {
		t.Error("no way from the order to the bank")
	}
	fresh := cannedCase(questionbank.Single)
	fresh.Case.Stands = newKey
	if !strings.Contains(layouttest.HTML(t, staffAt("/exams/9/regrade/questions/7"), rulingPage(fresh)), link) {
		t.Error("no way from the question to the bank")
	}
	looks := layouttest.Env{Viewer: layouttest.As("孙监督", account.Supervisor), Address: "/exams/9/regrade/3"}
	for name, shown := range map[string]string{
		"who may not write": layouttest.HTML(t, looks, approved),
		"not approved":      layouttest.HTML(t, staffAt("/exams/9/regrade/3"), rulingOrderPage(cannedRulingOrder(exam.CorrectionProposed))),
	} {
		if strings.Contains(shown, "/bank/questions/5/edit") {
			t.Errorf("%s is led to the bank", name)
		}
	}
	two := exam.Ruling{VersionID: 7, Act: exam.AdmitAnswer, Keys: []questionbank.Key{{Choices: []string{"a"}}, {Choices: []string{"b"}}}}
	gaps := exam.Ruling{VersionID: 8, Act: exam.AdmitAnswer, Keys: []questionbank.Key{{Gaps: [][]string{{"倾听"}, {"回应"}}}, {Gaps: [][]string{{"聆听"}, {"回应"}}}}}
	for name, c := range map[string]struct {
		kind questionbank.Type
		r    exam.Ruling
		want string
	}{
		"another key":         {questionbank.Single, newKey, "/bank/questions/5/edit?key=%5B%22a%22%5D&ruled=7"},
		"two right options":   {questionbank.Single, two, ""},
		"more accepted texts": {questionbank.Blank, gaps, "/bank/questions/5/edit?" + url.Values{"ruled": {"8"}, "key": {`[["倾听","聆听"],["回应"]]`}}.Encode()},
		"full marks":          {questionbank.Single, exam.Ruling{VersionID: 7, Act: exam.FullMarks}, ""},
		"dropped":             {questionbank.Single, exam.Ruling{VersionID: 7, Act: exam.Drop}, ""},
		"the paper's own key": {questionbank.Single, exam.Ruling{}, ""},
	} {
		if got := bankEditURL(cannedQuestion(c.kind), c.r); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The answer of each type is read out of its own fields.
func TestRulingForms(t *testing.T) {
	for _, c := range []struct {
		name string
		kind questionbank.Type
		form url.Values
		want []questionbank.Key
	}{
		{"one", questionbank.Single, url.Values{"act": {"key"}, "key": {"a"}, "text": {"B"}}, []questionbank.Key{{Choices: []string{"a"}}}},
		{"none chosen", questionbank.Single, url.Values{"act": {"key"}}, []questionbank.Key{{}}},
		{"gaps", questionbank.Blank, url.Values{"act": {"admit"}, "text": {" 一 ｜1\r\n二|2 \r\n"}}, []questionbank.Key{{Gaps: [][]string{{"一", "1"}, {"二", "2"}}}}},
		{"letters", questionbank.Ordering, url.Values{"act": {"key"}, "text": {"Ｂ、a"}}, []questionbank.Key{{Choices: []string{"b", "a"}}}},
		{"grades keep their reasons", questionbank.Judgement, url.Values{"act": {"key"}, "grade_a": {"red"}, "grade_b": {"green"}},
			[]questionbank.Key{{Grades: []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Red, Reason: "规范"}, {Option: "b", Grade: questionbank.Green, Reason: "延误"}}}}},
		{"dropped: no answer is read", questionbank.Single, url.Values{"act": {"drop"}, "key": {"a"}}, nil},
	} {
		if got := rulingFormOf(c.form).ruling(7, cannedQuestion(c.kind).Question); !reflect.DeepEqual(got.Keys, c.want) || got.VersionID != 7 || string(got.Act) != c.form.Get("act") {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
