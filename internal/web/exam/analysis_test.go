package exam

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

// cannedAnalysis is an exam of 40 people and five questions of one point: two as they should be, one that everybody can, one whose
// key is wrong, and one that is not answered by choosing.
func cannedAnalysis() exam.Analysis {
	var sittings []itemstat.Sitting
	for i := range 40 {
		s := itemstat.Sitting{Total: 500}
		give := func(version int64, right bool, choice string, seconds int) {
			a := itemstat.Answer{Version: version, Points: 100, Seconds: seconds}
			if choice != "-" {
				a.Choices = []string{choice}
			}
			if right {
				a.Mark = 100
			}
			s.Score += a.Mark
			s.Answers = append(s.Answers, a)
		}
		strong := i < 20
		if strong != (i%7 == 0) {
			give(1, true, "b", 30)
		} else {
			give(1, false, []string{"a", "c"}[i%2], 45)
		}
		give(2, true, "true", 5)
		if strong {
			give(3, false, "a", 60)
		} else {
			give(3, true, "b", 60)
		}
		give(4, strong && i%5 > 0, "-", 400)
		give(5, strong, "-", 40)
		sittings = append(sittings, s)
	}
	paper, sums := itemstat.Analyse(sittings)
	a := exam.Analysis{Exam: cannedExam(exam.Marked), Version: 2, People: 40, Released: true, ComputedAt: cannedNow, Paper: paper}
	options := []questionbank.Option{{ID: "a", Text: "先拍照"}, {ID: "b", Text: "先确认身份"}, {ID: "c", Text: "<script>先收费"}}
	for i, q := range []questionbank.Question{
		{Type: questionbank.Single, Stem: "术前第一步应当", Options: options[:3], Key: questionbank.Key{Choices: []string{"b"}}},
		{Type: questionbank.TrueFalse, Stem: "手卫生是每一步的前提", Key: questionbank.Key{Choices: []string{"true"}}},
		{Type: questionbank.Single, Stem: "=cmd|术后第一步应当", Options: options[:2], Key: questionbank.Key{Choices: []string{"b"}}},
		{Type: questionbank.Blank, Stem: "____ 是透明质酸酶"},
		{Type: questionbank.Blank, Stem: "____ 是肉毒毒素"},
	} {
		s := sums[int64(i+1)]
		it := exam.AnalysisItem{AnalysedItem: bank.AnalysedItem{VersionID: bank.VersionID(i + 1), QuestionID: bank.QuestionID(70 + i), Number: 1}, Slot: i + 1, Question: q, Report: itemstat.ReportOf(q, s)}
		a.Items = append(a.Items, it)
	}
	return a
}

func cannedAnalysisView(a exam.Analysis) analysisView {
	v := analysisView{Analysis: a, Rows: a.Items, Total: len(a.Items), Page: page.New(1, 50), Files: fileLinksOf("/exams/9/analysis/export", url.Values{"sort": {"-time"}})}
	for _, i := range a.Items {
		if len(i.Reasons) > 0 {
			v.Marked++
		}
	}
	return v
}

func TestAnalysisPage(t *testing.T) {
	all := cannedAnalysisView(cannedAnalysis())
	one := cannedAnalysisView(cannedAnalysis())
	one.One = &one.Items[2]
	few, gone, empty := cannedAnalysis(), cannedAnalysis(), cannedAnalysisView(cannedAnalysis())
	few.People, few.Released, few.Pending = 7, false, true
	gone.Gap, gone.Items = exam.GapBeyond, nil
	empty.Rows, empty.Total, empty.Only = nil, 0, true
	for name, view := range map[string]cannedView{
		"all": {env: staffAt("/exams/9/analysis"), page: analysisPage(all), want: []string{
			"统计 40 份答卷", "值得看一看的题（3）", "得分率 100.0%，达到 95%", "是负数：其余题做得好的人", "高分组选“A”的比选答案的还多", "/exams/9/analysis?item=3#item", "6 分 40 秒",
			"/exams/9/analysis/export.xlsx?sort=-time", "反向区分", "试卷第 1 题", "设定 20.0%"}},
		"one question": {env: staffAt("/exams/9/analysis?item=3"), page: analysisPage(one), want: []string{"选项分析", "高分组（13 人）", "B ✓", "先确认身份", "20 人", "猜测得分率", "50.0%", "/bank/questions/72?version=1"}},
		"few":          {env: staffAt("/exams/9/analysis"), page: analysisPage(cannedAnalysisView(few)), want: []string{"只有 7 人作答，仅供参考", "正在重新计算", "未公布"}},
		"a gap":        {env: staffAt("/exams/9/analysis"), page: analysisPage(cannedAnalysisView(gone)), want: []string{"统计没有显示", "能算出他们的得分"}},
		"nothing":      {env: staffAt("/exams/9/analysis?look=1"), page: analysisPage(empty), want: []string{"没有需要看一看的题"}},
	} {
		for _, lang := range words.Langs {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				env := view.env
				env.Lang = lang
				html := layouttest.HTML(t, env, view.page)
				for _, want := range view.want {
					if lang == words.ZH && !strings.Contains(html, want) {
						t.Errorf("the page does not show %q", want)
					}
				}
				if strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
					t.Error("a figure that is none")
				}
			})
		}
	}
	if html := layouttest.HTML(t, staffAt("/exams/9/analysis"), analysisPage(cannedAnalysisView(gone))); strings.Contains(html, "<figure") || strings.Contains(html, "export") {
		t.Error("figures are shown though there is a gap")
	}
}

// One question has its page to itself, and the way back leads to all of them.
func TestOneQuestionStandsAlone(t *testing.T) {
	v := cannedAnalysisView(cannedAnalysis())
	all := layouttest.HTML(t, staffAt("/exams/9/analysis"), analysisPage(v))
	v.One = &v.Items[2]
	one := layouttest.HTML(t, staffAt("/exams/9/analysis?item=3"), analysisPage(v))
	for _, whole := range []string{"成绩分布", "平均得分率", "/exams/9/analysis/export.xlsx", `href="/exams/9/results"`} {
		if !strings.Contains(all, whole) || strings.Contains(one, whole) {
			t.Errorf("%q stands on the page of one question, or not on that of all", whole)
		}
	}
	if !strings.Contains(one, "统计 40 份答卷") || !strings.Contains(one, `href="/exams/9/analysis"`) {
		t.Error("the page of one question does not say what it stands on, or leads nowhere")
	}
}

// The axis of people has whole numbers: its top is even.
func TestScoresAreCountedInWholePeople(t *testing.T) {
	v := cannedAnalysisView(cannedAnalysis())
	for most, want := range map[int]float64{0: 0, 1: 2, 4: 4, 7: 8} {
		v.Paper.Bins = [10]int{3: most}
		if got := v.scorePlot(t.Context()).Most; got != want {
			t.Errorf("at most %d people: the axis ends at %v, want %v", most, got, want)
		}
	}
}

// The points of the plot are the figures of the questions: those of cannedAnalysis as another program computed them from the marks.
// Question 2, which everybody can, has no discrimination and no point.
func TestThePlotShowsTheFigures(t *testing.T) {
	p := cannedAnalysisView(cannedAnalysis()).itemPlot(t.Context())
	want := []layout.PlotPoint{
		{X: 50, Y: 61.237243569579, Tone: layout.OK},
		{X: 50, Y: -93.429386593992, Tone: layout.Bad, Label: "3"},
		{X: 40, Y: 61.237243569579, Tone: layout.Warn, Label: "4"},
		{X: 50, Y: 46.423834544263, Tone: layout.OK},
	}
	if len(p.Points) != len(want) || p.Good != [4]float64{30, 95, 20, 100} {
		t.Fatalf("%+v", p)
	}
	for i, w := range want {
		got := p.Points[i]
		if math.Abs(got.X-w.X) > 1e-9 || math.Abs(got.Y-w.Y) > 1e-9 || got.Tone != w.Tone || got.Label != w.Label {
			t.Errorf("point %d: %+v, want %+v", i, got, w)
		}
	}
	scores := cannedAnalysisView(cannedAnalysis()).scorePlot(t.Context())
	if !slices.Equal(scores.Values[0], []float64{0, 0, 0, 0, 18, 0, 8, 0, 14, 0}) {
		t.Errorf("scores: %v", scores.Values)
	}
}

// Above 75 % is satisfactory, below 64 % is not.
func TestWhatConsistencyComesTo(t *testing.T) {
	for value, want := range map[float64]string{-32: "偏低", 63.9: "偏低", 64: "一般", 75: "一般", 75.1: "较高", 100: "较高"} {
		v := analysisView{Analysis: exam.Analysis{Paper: itemstat.Paper{Consistency: itemstat.Figure{Value: value, Known: true}}}}
		if got := consistencyHint(t.Context(), v); got != want {
			t.Errorf("%v %%: %s, want %s", value, got, want)
		}
	}
	if got := consistencyHint(t.Context(), analysisView{}); got != "各人试卷不同，或得分没有差别" {
		t.Errorf("none: %s", got)
	}
}

func TestWhichQuestionsAndInWhichOrder(t *testing.T) {
	items := cannedAnalysis().Items
	items = append(items, exam.AnalysisItem{AnalysedItem: bank.AnalysedItem{VersionID: 9}}) // of an own paper, too few answers
	for query, want := range map[string]string{
		"": "123459", "sort=slot": "123459", "sort=-slot": "954321", "sort=facility": "4", "sort=-facility": "2", "sort=discrimination": "3", "sort=-time": "4", "look=1": "234", "sort=nonsense": "123459",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, i := range chosenItems(items, q) {
			got += i.VersionID.String()
		}
		if !strings.HasPrefix(got, want) || len(got) != 6 && query != "look=1" {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
		if strings.Contains(query, "facility") && !strings.HasSuffix(got, "9") {
			t.Errorf("%q: %s: what is not known stands last", query, got)
		}
	}
}

// The file has a column for each field, formulas are texts, and there is no sign where there is no figure.
func TestAnalysisFile(t *testing.T) {
	items := append(cannedAnalysis().Items, exam.AnalysisItem{AnalysedItem: bank.AnalysedItem{VersionID: 9, QuestionID: 79, Number: 3}, Question: questionbank.Question{Type: questionbank.Short}})
	table := analysisTable(words.ZH, items)
	if len(table) != 7 || len(table[0]) != len(analysisColumns) {
		t.Fatalf("%q", table)
	}
	for _, row := range table {
		if len(row) != len(analysisColumns) {
			t.Errorf("%q", row)
		}
	}
	if got := table[3]; got[0] != "3" || got[1] != "72" || got[5] != "40" || got[6] != "50.00" || !strings.HasPrefix(got[9], "-") || got[14] != "50.00" || !strings.Contains(got[18], "是负数") {
		t.Errorf("%q", got)
	}
	if got := strings.Join(table[6], "|"); got != "|79|3|简答题||0|||||||||||||" {
		t.Errorf("%q", got)
	}
}
