package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

func cannedAnswer() exam.Answer {
	return exam.Answer{
		ID: 3, ExamID: 9, Title: "沟通专项", VersionID: 12, Stem: "客户投诉淤青，写出回复。<b>", Points: 1000, Model: "先道歉，再说明复诊流程。",
		Rubric:   []questionbank.Criterion{{Text: "致歉要点", Percent: 60}, {Text: "流程要点", Percent: 40}},
		Response: questionbank.Response{Type: questionbank.Short, Text: "很抱歉<script>"},
	}
}

// Every page of marking, for markers and for who only watches.
func spokenAnswer() exam.Answer {
	a := cannedAnswer()
	a.Response = questionbank.Response{Type: questionbank.Spoken, Recording: questionbank.Recording{MS: 35_000, Parts: 8}}
	a.Takes = []exam.Take{{No: 1, ContentType: "audio/webm", MS: 30_000, Heard: true}, {No: 2, ContentType: "audio/mp4", MS: 4_500}}
	return a
}

// picturedAnswer is one to a question with a file in each of its texts.
func picturedAnswer() exam.Answer {
	a := cannedAnswer()
	a.Markdown, a.Explanation = true, "**先**看皮温。"
	a.Stimulus = &questionbank.Stimulus{Title: "来电", Text: "顾客来电。", Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "media/call.mp3", Alt: "来电录音"}}}
	a.Media = []questionbank.Media{{Kind: questionbank.Image, Object: "media/stem.png", Alt: "红斑"}}
	a.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Video, Object: "media/why.mp4", Alt: "示范"}}
	return a
}

// silentAnswer is one of which the sound is not what the answer says.
func silentAnswer() exam.Answer {
	a := spokenAnswer()
	a.Takes = nil
	return a
}

func TestMarkingPages(t *testing.T) {
	wrong := layout.Errors{Fields: []layout.FieldError{{Name: "given", Message: "每条标准的给分在 0% 到 100% 之间"}}}
	rows := []markingRow{
		{MarkingExam: exam.MarkingExam{ID: 9, Title: "沟通专项", ClosesAt: later(-100 * time.Hour), Waiting: 12, Mine: 5}, Late: waiting{4, true}},
		{MarkingExam: exam.MarkingExam{ID: 8, Title: "合规专项", ClosesAt: later(3 * time.Hour), Waiting: 1}},
	}
	queues := markingQueues{
		ExamID: 9, Title: "沟通专项", Marks: true, Queues: []exam.MarkingQueue{{VersionID: 12, Stem: "写出回复。", Answers: 20, Done: 8, Thirds: 2, Mine: 5}},
		Figures: []exam.MarkerFigure{{Name: "周敏", Answers: 8, MeanPercent: 7125, MeanApartPercent: 450, Thirds: 2}},
	}
	mine := ownMarks{ExamID: 9, Marks: []exam.OwnMark{
		{ID: 3, Stem: "写出回复。", Points: 1000, Mark: 600, MarkedAt: cannedNow, Response: questionbank.Response{Text: strings.Repeat("字", 99)}},
		{ID: 5, Stem: "录一段开场白。", Points: 1000, Mark: 0, MarkedAt: cannedNow, Response: questionbank.Response{Type: questionbank.Spoken, Recording: questionbank.Recording{MS: 58_200, Parts: 12}}},
		{ID: 4, Stem: "写出回复。", Points: 1000, Mark: 0, MarkedAt: cannedNow, Settled: true, Response: questionbank.Response{Text: "短"}},
	}}
	again := marking{Answer: cannedAnswer(), Form: markForm{Given: []string{"75", "100"}, Comment: "很好", Again: true}, Again: true}
	watching := queues
	watching.Marks = false
	drafted, published := cannedSetup(exam.Draft), cannedSetup(exam.Published)
	drafted.Marking = markingSetup{Questions: []exam.TypeCount{{Type: questionbank.Spoken, N: 2}, {Type: questionbank.Essay, N: 1}}, Form: markingForm{Markers: "2", GapPercent: "20"}}
	published.Marking, published.Exam.Markers, published.Exam.MarkGapPercent = drafted.Marking, 2, 15
	for name, c := range map[string]cannedView{
		"list":      {page: markingPage(rows, nil, nil, true, 120), want: []string{"沟通专项", "第 5 天零点起", "已过 4 天", "等我评"}},
		"watched":   {page: markingPage(rows, nil, nil, false, 72), want: []string{"12", "–"}},
		"nothing":   {page: markingPage(nil, nil, nil, true, 72), want: []string{"没有等您评分的作答"}},
		"all given": {page: markingPage(nil, nil, []exam.OwnMarkExam{{ID: 9, Title: "沟通专项"}}, true, 72), want: []string{"没有等您评分的作答", "我评过的", `href="/exams/9/marking/mine"`, "还可以修改"}},
		"questions": {page: markingQueuesPage(queues), want: []string{"开始评分（5）", "/exams/9/marking/mine", "71.25%", "4.5%"}},
		"only seen": {page: markingQueuesPage(watching), want: []string{"写出回复。"}},
		"no such":   {page: markingQueuesPage(markingQueues{ExamID: 9}), want: []string{"没有需要人工评分的题目"}},
		"answer":    {page: answerPage(marking{Answer: cannedAnswer()}), want: []string{"很抱歉&lt;script&gt;", "先道歉", "致歉要点（占 60%）", "保存并评下一份"}},
		"spoken":    {page: answerPage(marking{Answer: spokenAnswer()}), want: []string{"第 2 段，共 2 段", "30 秒", "长度未知", `src="/exams/9/marking/answers/3/takes/1"`, "请从第 1 段起依次听完"}},
		"files":     {page: answerPage(marking{Answer: picturedAnswer()}), want: []string{`src="/exams/9/marking/answers/3/media/stem.png" alt="红斑"`, `src="/exams/9/marking/answers/3/media/call.mp3"`, `src="/exams/9/marking/answers/3/media/why.mp4"`, "来电录音", "<strong>先</strong>看皮温"}},
		"no sound":  {page: answerPage(marking{Answer: silentAnswer()}), want: []string{"没有录音"}},
		"wrong":     {page: answerPage(marking{Answer: cannedAnswer(), Wrong: wrong, Form: markForm{Given: []string{"100"}}}), want: []string{"0% 到 100%", `href="#f-given"`}},
		"again":     {page: answerPage(again), want: []string{`<option value="75" selected`, "保存修改", `name="again"`, "为什么改"}},
		"mine":      {page: ownMarksPage(mine), want: []string{"6 / 10", "/exams/9/marking/answers/3", "不能再改", "…", "录音 59 秒"}},
		"mine none": {page: ownMarksPage(ownMarks{ExamID: 9}), want: []string{"还没有您评过的作答"}},
		"setup":     {env: staffAt("/exams/9/setup"), page: setupPage(drafted), want: []string{"/exams/9/setup/marking", "试卷里有 2 道录音题、1 道论述题，交卷后由人评分", "人工评分"}},
		"published": {env: staffAt("/exams/9/setup"), page: setupPage(published), want: []string{"超过本题分值的 15%"}},
	} {
		for _, lang := range words.Langs {
			env := c.env
			if env.Address == "" {
				env = layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/marking"}
			}
			env.Lang = lang
			html := layouttest.HTML(t, env, c.page)
			for _, want := range c.want {
				if lang == words.ZH && !strings.Contains(html, want) {
					t.Errorf("%s: the page lacks %q", name, want)
				}
			}
		}
	}
}

func TestPartsOfAForm(t *testing.T) {
	if got := (markForm{Given: []string{"100", "", "x", "-1"}}).parts(); got[0] != 100 || got[1] != -1 || got[2] != -1 || got[3] != -1 {
		t.Errorf("%v", got)
	}
}
