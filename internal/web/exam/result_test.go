package exam

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

func reviewed(keys bool) exam.Result {
	at := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	r := exam.Result{
		PersonID:  1,
		AttemptID: 7, Title: "第四季度知识考核", Score: 550, Total: 900, Percent: 6111, Band: score.Pass, Passed: true, ReleasedAt: &at,
		Topics: []exam.TopicMark{{TopicID: 1, Mark: 550, Points: 900}},
		Slots: []exam.ReviewSlot{
			{Slot: 1, Type: questionbank.Single, Stem: "先做哪一步？", Options: []questionbank.Option{{ID: "b", Text: "报价", Media: questionbank.Media{Kind: questionbank.Image, Object: "media/price.png", Alt: "价目表"}}, {ID: "a", Text: "问候"}},
				Response: json.RawMessage(`{"choice":"a"}`), Mark: 200, Points: 200},
			{Slot: 2, Type: questionbank.Multiple, Stem: "哪些不得出现？", Options: []questionbank.Option{{ID: "a", Text: "保证"}, {ID: "b", Text: "治愈率"}},
				Response: json.RawMessage(`{"choices":["a"]}`), Mark: 150, Points: 300},
			{Slot: 3, Type: questionbank.TrueFalse, Stem: "可以运动。", Media: []questionbank.Media{{Kind: questionbank.Video, Object: "media/film.mp4", Alt: "接待过程"}},
				Stimulus: &questionbank.Stimulus{ID: "s", Text: "材料", Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "media/call.mp3", Alt: "顾客来电"}}}, Response: json.RawMessage(`null`), Points: 200},
			{Slot: 4, Type: questionbank.Blank, Stem: "属于____管理。", Response: json.RawMessage(`{"blanks":["处方"]}`), Mark: 200, Points: 200},
			{Slot: 5, Type: questionbank.Short, Stem: "写出回复。", Response: json.RawMessage(`{"text":"先道歉\n再说明<b>"}`), Mark: 200, Points: 200,
				Comments: []string{"语气很好"}},
			{Slot: 6, Type: questionbank.Short, Stem: "再写一段。", Response: json.RawMessage(`{"text":" "}`), Points: 200},
			{Slot: 7, Type: questionbank.Spoken, Stem: "录一段。", Response: json.RawMessage(`{"recording":{"ms":58200,"name":"a","parts":12,"sha256":"b"}}`), Mark: 200, Points: 200,
				Takes: []exam.Take{{No: 1, ContentType: "audio/webm", MS: 58_200, Heard: true}}},
		},
	}
	if keys {
		for i, k := range []questionbank.Key{{Choices: []string{"a"}}, {Choices: []string{"a", "b"}}, {Choices: []string{"false"}}, {Gaps: [][]string{{"处方药", "处方"}}},
			{Model: "一份好答案", Rubric: []questionbank.Criterion{{Text: "致歉要点", Percent: 100}}}, {Model: "另一份", Rubric: []questionbank.Criterion{{Text: "要点", Percent: 100}}}} {
			r.Slots[i].Key, r.Slots[i].Explanation = &k, "说明"
			r.Slots[i].Source = questionbank.Source{Law: "中华人民共和国广告法", Article: "第十六条"}
		}
	}
	return r
}

func TestResultShowsWhatThePolicyAllows(t *testing.T) {
	names := map[exam.TopicID]string{1: "合规"}
	marks := layouttest.HTML(t, layouttest.Env{}, resultPage(reviewed(false), names, reported{}, report.Settled{}))
	keys := layouttest.HTML(t, layouttest.Env{}, resultPage(reviewed(true), names, reported{}, report.Settled{}))
	for _, want := range []string{"第四季度知识考核", "5.5", "61.11%", "合格", "合规", "部分得分", "未作答", "我的作答", "先道歉\n再说明&lt;b&gt;", "语气很好", `src="/attempts/7/recordings/7/1"`, "59 秒", `src="/attempts/7/media/film.mp4"`, `src="/attempts/7/media/call.mp3"`, `src="/attempts/7/media/price.png"`, "价目表"} {
		if !strings.Contains(marks, want) {
			t.Errorf("the result lacks %q", want)
		}
	}
	for _, key := range []string{"正确答案", "处方药", "解析", "第十六条", "一份好答案", "致歉要点"} {
		if strings.Contains(marks, key) {
			t.Errorf("%q is shown although the policy shows no keys", key)
		}
		if !strings.Contains(keys, key) {
			t.Errorf("%q is missing although the policy shows keys", key)
		}
	}
}

// Each question of the own result can be reported once, and shows what was said of it and answered.
func TestResultShowsWhatWasReported(t *testing.T) {
	at := time.Date(2026, 1, 6, 1, 0, 0, 0, time.UTC)
	said := reported{Slot: 1, New: bank.NewReport{Reason: "several", Note: "写到一半<b>"}, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "note", Message: "太长了"}}}, Mine: map[int]bank.Report{
		2: {ID: 31, Slot: 2, Reason: "key", Note: "答案<b>不对", ReportedAt: at, State: bank.ReportOpen},
		3: {ID: 32, Slot: 3, Reason: "typo", Note: "错字", ReportedAt: at, State: bank.ReportAnswered, Outcome: bank.ReportNoFault, Answer: "没有<i>错", AnsweredAt: &at},
	}}
	html := layouttest.HTML(t, layouttest.Env{}, resultPage(reviewed(true), nil, said, report.Settled{}))
	for _, want := range []string{"写到一半&lt;b&gt;", "太长了", `value="several" selected`, "答案&lt;b&gt;不对", `action="/attempts/7/reports/31/withdraw"`, "没有&lt;i&gt;错", "题目没有错", "再报一次", `action="/attempts/7/report/3"`, `action="/attempts/7/report/4"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the result lacks %q", want)
		}
	}
	if strings.Contains(html, `action="/attempts/7/report/2"`) || strings.Contains(html, "/reports/32/withdraw") {
		t.Error("an open report can be made again, or an answered one taken back")
	}
	said = reported{Mine: map[int]bank.Report{}}
	if marks := layouttest.HTML(t, layouttest.Env{}, resultPage(reviewed(false), nil, said, report.Settled{})); strings.Contains(marks, "/report/") {
		t.Error("a question without its key can be reported")
	}
}

func TestResultBeforeTheReviewOpens(t *testing.T) {
	r := reviewed(false)
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	r.Slots, r.Topics, r.ReviewAt, r.Passed, r.Band = nil, nil, &at, false, score.Fail
	html := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{}))
	for _, want := range []string{"不合格", "2026-01-05 17:00", "补考或复训的安排和期限", `href="/cases"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the result lacks %q", want)
		}
	}
	if strings.Contains(html, "待定") {
		t.Error("something is open although no case is")
	}
	html = layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{Case: 5}))
	if !strings.Contains(html, "待定：绩效考核表的知识分") || !strings.Contains(html, `href="/cases/5"`) {
		t.Error("an open case is not told, or not led to")
	}
}

// Staff read what came of it, not what to do next, and go back to the exam's results: the receipt is the person's own.
func TestResultOfAnother(t *testing.T) {
	r := reviewed(false)
	r.PersonID, r.Name, r.Number, r.ExamID, r.Passed, r.Band = 2, "林小溪", "A002", 9, false, score.Fail
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.HR)}, resultPage(r, nil, reported{}, report.Settled{}))
	if !strings.Contains(html, "/exams/9/results") || strings.Contains(html, "/receipt") || strings.Contains(html, "补考或复训的安排") {
		t.Error("the result of another person reads as the own one")
	}
	if !strings.Contains(html, "林小溪 A002") || !strings.Contains(html, "考生作答") || strings.Contains(html, "我的作答") {
		t.Error("the page does not say whose result and answers it shows")
	}
}

func TestReceipt(t *testing.T) {
	s := exam.Sheet{AttemptID: 7, Title: "第四季度知识考核", Slots: make([]exam.SheetSlot, 50), Receipt: &exam.Receipt{
		AttemptID: 7, SubmittedAt: time.Date(2026, 1, 5, 1, 21, 0, 0, time.UTC), Answered: 47, JournalHead: "8f3k27ab99",
	}}
	waiting := layouttest.HTML(t, layouttest.Env{}, receiptPage(s, false))
	for _, want := range []string{"8F3K-27AB", "2026-01-05 09:21", "47 / 50", "8f3k27ab99"} {
		if !strings.Contains(waiting, want) {
			t.Errorf("the receipt lacks %q", want)
		}
	}
	if strings.Contains(waiting, "截止后补传") {
		t.Error("a receipt of answers in time tells of late ones")
	}
	s.DeadlineAt = s.Receipt.SubmittedAt
	for i, late := range []int64{0, 2000, 2000, 2000} { // the last two: in time by a later deadline, and cleared
		r := exam.SavedResponse{Slot: i + 1, LateByMS: late, SavedAt: s.DeadlineAt.Add(time.Duration(late) * time.Millisecond), Response: []byte(`{"choice":"a"}`)}
		if i == 2 {
			r.SavedAt = s.DeadlineAt.Add(-time.Minute)
		}
		if i == 3 {
			r.Response = []byte("null")
		}
		s.Responses = append(s.Responses, r)
	}
	if html := layouttest.HTML(t, layouttest.Env{}, receiptPage(s, false)); s.Late() != 1 || !strings.Contains(html, "截止后补传") {
		t.Errorf("%d late answers, or the receipt does not tell of them", s.Late())
	}
	// Of an exam that is gone through one way the sheet has the last section alone, the receipt all questions.
	s.Slots, s.Sections, s.Section = s.Slots[:10], []exam.SheetSection{{Title: "一", First: 1, Last: 40}, {Title: "二", First: 41, Last: 50}}, 2
	if html := layouttest.HTML(t, layouttest.Env{}, receiptPage(s, false)); !strings.Contains(html, "47 / 50") {
		t.Error("the receipt counts the questions of one section")
	}
	if strings.Contains(waiting, "/result") || !strings.Contains(layouttest.HTML(t, layouttest.Env{}, receiptPage(s, true)), "/attempts/7/result") {
		t.Error("the result is linked when it is released, not before")
	}
}

// What was declared void has no result to wait for, and perhaps no receipt: its page says so and leads to the exam.
func TestReceiptOfAVoidAttempt(t *testing.T) {
	s := exam.Sheet{AttemptID: 7, ExamID: 9, Title: "第四季度知识考核", State: exam.AttemptVoid}
	for _, receipt := range []*exam.Receipt{nil, {AttemptID: 7, Answered: 3, JournalHead: "8f3k27ab99"}} {
		s.Receipt = receipt
		html := layouttest.HTML(t, layouttest.Env{}, receiptPage(s, false))
		if !strings.Contains(html, "这份答卷已作废，不计分") || !strings.Contains(html, `href="/exams/9"`) || strings.Contains(html, "成绩公布后会通知您") || strings.Contains(html, "8F3K-27AB") != (receipt != nil) {
			t.Errorf("with a receipt: %v: %s", receipt != nil, html)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		response     string
		mark, points score.Hundredths
		want         verdict
	}{
		{`{"choice":"a"}`, 200, 200, right},
		{`{"choice":"a"}`, 0, 200, wrong},
		{`{"choices":["a"]}`, 100, 200, partly},
		{`null`, 0, 200, unanswered},
		{`{"blanks":[" ",""]}`, 0, 200, unanswered},
		{`{"text":" \n"}`, 0, 200, unanswered},
		{`{"text":"甲"}`, 50, 200, partly},
	} {
		got := verdictOf(exam.ReviewSlot{Response: json.RawMessage(c.response), Answered: true, Mark: c.mark, Points: c.points})
		if got != c.want {
			t.Errorf("%s %d/%d: %s, want %s", c.response, c.mark, c.points, got, c.want)
		}
	}
}

// What was written on paper is not called unanswered: its marks say what became of it.
func TestResultOfAnExamOnPaper(t *testing.T) {
	s := exam.ReviewSlot{Type: questionbank.Short, Stem: "写出回复。", Response: json.RawMessage("null"), OnPaper: true, Answered: true, Points: 200}
	for mark, want := range map[score.Hundredths]verdict{200: right, 100: partly, 0: wrong} {
		if s.Mark = mark; verdictOf(s) != want {
			t.Errorf("%s of 2: %s", mark, verdictOf(s))
		}
	}
	left := s
	left.Slot, left.Answered = 2, false
	if verdictOf(left) != unanswered {
		t.Error("what was left out is said to be answered")
	}
	for says, slot := range map[string]exam.ReviewSlot{"写在答题卡上": s, "未作答": left} {
		page := layouttest.HTML(t, layouttest.Env{}, resultPage(exam.Result{Slots: []exam.ReviewSlot{slot}}, nil, reported{}, report.Settled{}))
		for _, other := range []string{"写在答题卡上", "未作答"} {
			if strings.Contains(page, other) != (other == says) {
				t.Errorf("the page of %q: %q", says, other)
			}
		}
	}
}

// Another answer that a regrade admitted is named as a whole, by the letters that the page shows.
func TestResultNamesTheOtherRightAnswers(t *testing.T) {
	options := []questionbank.Option{{ID: "c", Text: "丙"}, {ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}}
	for _, c := range []struct {
		t    questionbank.Type
		also []questionbank.Key
		want string
	}{
		{questionbank.Multiple, []questionbank.Key{{Choices: []string{"a", "c"}}, {Choices: []string{"b", "c"}}}, "A，B 或 A，C"},
		{questionbank.Ordering, []questionbank.Key{{Choices: []string{"b", "a", "c"}}}, "C，B，A"},
		{questionbank.Matching, []questionbank.Key{{Choices: []string{"a", "a"}}}, "B，B"},
		{questionbank.Labelling, []questionbank.Key{{Choices: []string{"1", "3"}}}, "1，3"},
		{questionbank.Judgement, []questionbank.Key{{Grades: []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Green}, {Option: "b", Grade: questionbank.Yellow}}}}, "B 绿，C 黄"},
	} {
		r := exam.Result{Slots: []exam.ReviewSlot{{Slot: 1, Type: c.t, Options: options, Response: json.RawMessage("null"), Key: &questionbank.Key{Choices: []string{"a"}}, Also: c.also, Ruled: exam.AdmitAnswer}}}
		if page := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{})); !strings.Contains(page, "这样答也算对：</strong> "+c.want+"<") {
			t.Errorf("%s: the page lacks %q", c.t, c.want)
		}
	}
}

// The types beyond choices, looked back on: what was answered in words, and where keys are shown what was right and why.
func TestResultOfEveryType(t *testing.T) {
	options := []questionbank.Option{{ID: "c", Text: "丙"}, {ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}}
	r := exam.Result{PersonID: 1, AttemptID: 7, Title: "考核", Score: 100, Total: 600, Percent: 1666, Band: score.Fail, RedLineMisses: 1, RedLine: exam.RedLineFail, Slots: []exam.ReviewSlot{
		{Slot: 1, Type: questionbank.Judgement, Stem: "**怎样**回复？<i>", Markdown: true, Options: options, Response: json.RawMessage(`{"choice":"b"}`), Points: 100, RedLineMissed: true,
			Stimulus: &questionbank.Stimulus{ID: "s", Title: "对话一", Text: "- 你好<script>x</script>"}},
		{Slot: 2, Type: questionbank.Matching, Stem: "对上", Rows: []string{"左一", "左二"}, Options: options, Response: json.RawMessage(`{"matches":["b",""]}`), Points: 100},
		{Slot: 3, Type: questionbank.Ordering, Stem: "排好", Options: options, Response: json.RawMessage(`{"order":["c","a","b"]}`), Points: 100},
		{Slot: 4, Type: questionbank.Labelling, Stem: "[[最好]]与[[预约]]", Pieces: questionbank.Pieces("[[最好]]与[[预约]]"), Response: json.RawMessage(`{"choices":["2"]}`), Points: 100},
		{Slot: 5, Type: questionbank.Essay, Stem: "论述", Response: json.RawMessage(`{"text":"一篇文章"}`), Mark: 100, Points: 100},
		{Slot: 6, Type: questionbank.Ordering, Stem: "再排", Options: options, Response: json.RawMessage(`null`), Points: 100},
	}}
	marks := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{}))
	for i, k := range []questionbank.Key{
		{Grades: []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Green, Reason: "理由一"}, {Option: "b", Grade: questionbank.Red, Reason: "理由二"}, {Option: "c", Grade: questionbank.Yellow, Reason: "理由三"}}},
		{Choices: []string{"a", "c"}}, {Choices: []string{"a", "b", "c"}}, {Choices: []string{"1"}}, {Model: "范文", Rubric: []questionbank.Criterion{{Text: "要点", Percent: 100}}}, {Choices: []string{"a", "b", "c"}},
	} {
		r.Slots[i].Key = &k
	}
	keys := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{}))
	for _, want := range []string{"有 1 道红线题没有做对", "红线未守", "等级为“不合格”", "<strong>怎样</strong>回复？", "<li>你好", "对话一", "左一：", "C. 乙", "1：", "A. 丙", "［1 最好］与［2 预约］", "2. 预约", "一篇文章"} {
		if !strings.Contains(marks, want) {
			t.Errorf("the result lacks %q", want)
		}
	}
	for _, key := range []string{"理由一", "理由二", "红", "B. 甲", "范文", "黄"} {
		if key != "红" && key != "B. 甲" && strings.Contains(marks, key) {
			t.Errorf("%q is shown although the policy shows no keys", key)
		}
		if !strings.Contains(keys, key) {
			t.Errorf("%q is missing although the policy shows keys", key)
		}
	}
	if strings.Contains(keys, "<script>x") || strings.Contains(keys, "<i>") {
		t.Error("a question's text became markup")
	}
}

// The weakest knowledge points come first, by their share and not by their points; equal ones keep their order.
func TestWeakFirst(t *testing.T) {
	in := []exam.TopicMark{{TopicID: 1, Mark: 500, Points: 500}, {TopicID: 2, Mark: 500, Points: 1000}, {TopicID: 3, Mark: 0, Points: 200}, {TopicID: 4, Mark: 100, Points: 200}}
	var got []exam.TopicID
	weak, known := weakFirst(in)
	for _, m := range slices.Concat(weak, known) {
		got = append(got, m.TopicID)
	}
	if want := []exam.TopicID{3, 2, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if in[0].TopicID != 1 {
		t.Error("the result's own order is changed")
	}
}

// A question answered right is folded to its first line; what was missed, commented or reported stands open.
func TestResultFoldsWhatWasRight(t *testing.T) {
	commented := exam.ReviewSlot{Slot: 3, Response: json.RawMessage(`{"text":"甲"}`), Mark: 200, Points: 200, Comments: []string{"语气很好"}}
	right := exam.ReviewSlot{Slot: 1, Stem: "先做<b>哪一步？", Response: json.RawMessage(`{"choice":"a"}`), Mark: 200, Points: 200}
	wrong := exam.ReviewSlot{Slot: 2, Response: json.RawMessage(`{"choice":"a"}`), Points: 200}
	for name, c := range map[string]struct {
		slot exam.ReviewSlot
		said reported
		want bool
	}{
		"right":              {right, reported{}, true},
		"wrong":              {wrong, reported{}, false},
		"with a comment":     {commented, reported{}, false},
		"reported":           {right, reported{Mine: map[int]bank.Report{1: {ID: 31, Slot: 1}}}, false},
		"with a typed fault": {right, reported{Slot: 1}, false},
		"another reported":   {right, reported{Mine: map[int]bank.Report{2: {ID: 31, Slot: 2}}}, true},
	} {
		if got := c.said.folds(c.slot); got != c.want {
			t.Errorf("%s: folded %v", name, got)
		}
	}
	r := reviewed(false)
	r.Slots = []exam.ReviewSlot{right, wrong}
	html := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{}))
	if strings.Count(html, `class="folded-question"`) != 1 || !strings.Contains(html, "先做&lt;b&gt;哪一步？") || !strings.Contains(html, "答对的题已收起") {
		t.Error("the right question is not folded, or the page does not say so")
	}
	r.Slots = []exam.ReviewSlot{wrong}
	if strings.Contains(layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{})), "已收起") {
		t.Error("the page speaks of folded questions where there are none")
	}
}

// Knowledge points with full marks stand folded under those that need work.
func TestResultFoldsKnownTopics(t *testing.T) {
	r := reviewed(false)
	r.Topics = []exam.TopicMark{{TopicID: 1, Mark: 200, Points: 200}, {TopicID: 2, Mark: 0, Points: 200}}
	names := map[exam.TopicID]string{1: "合规", 2: "礼仪"}
	html := layouttest.HTML(t, layouttest.Env{}, resultPage(r, names, reported{}, report.Settled{}))
	if fold := strings.Index(html, "全部答对的知识点（1 个）"); fold < strings.Index(html, "礼仪") || fold > strings.Index(html, "合规") {
		t.Error("the known knowledge point is not folded below the weak one")
	}
	r.Topics = r.Topics[:1]
	if !strings.Contains(layouttest.HTML(t, layouttest.Env{}, resultPage(r, names, reported{}, report.Settled{})), "<details open>") {
		t.Error("a result with nothing weak hides its knowledge points")
	}
}
