package bank

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

const payload = `<script>alert(1)</script>`

var at = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func tree() store.Tree {
	root := store.TopicID(4)
	return store.NewTree([]store.Topic{{ID: 4, Area: 4, Name: "法律法规"}, {ID: 9, ParentID: &root, Area: 4, Name: "医疗广告", Position: 1}})
}

func question(t questionbank.Type) questionbank.Question {
	q := questionbank.Question{Type: t, Stem: "第一行" + payload + "\n第二行 ____", Explanation: "KEY_SENTINEL 说明", Difficulty: 3, KeyQuestion: true,
		Source: questionbank.Source{Law: "医疗广告管理办法", Article: "第三条", Status: questionbank.StatusUnverified}}
	switch t {
	case questionbank.TrueFalse:
		q.Key.Choices = []string{"true"}
	case questionbank.Blank:
		q.Key.Gaps = [][]string{{"KEY_SENTINEL", "乙"}}
	case questionbank.Short:
		q.Key = questionbank.Key{Model: "KEY_SENTINEL" + payload, Rubric: []questionbank.Criterion{{Text: "KEY_SENTINEL 致歉", Percent: 40}, {Text: payload, Percent: 60}}}
	case questionbank.Essay, questionbank.Spoken:
		q.Key = questionbank.Key{Model: "KEY_SENTINEL" + payload, Rubric: []questionbank.Criterion{{Text: "KEY_SENTINEL 致歉", Percent: 100}}}
	case questionbank.Judgement:
		q.Options = []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: payload}, {ID: "f", Text: "丙"}}
		q.Key.Grades = []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Green, Reason: "KEY_SENTINEL" + payload}, {Option: "b", Grade: questionbank.Red}, {Option: "f", Grade: questionbank.Yellow, Reason: "KEY_SENTINEL"}}
		q.PartialPercent, q.RedLine = 30, true
		q.Stimulus = &questionbank.Stimulus{ID: "s1", Title: payload, Text: "对话" + payload, Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "1", Alt: "录音"}}}
	case questionbank.Matching:
		q.Rows = []string{"一" + payload, "x = y"}
		q.Options = []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: payload}}
		q.Key.Choices = []string{"b", "a"}
	case questionbank.Ordering:
		q.Options = []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: payload}, {ID: "c", Text: "丙", Media: questionbank.Media{Kind: questionbank.Image, Object: "2", Alt: "图"}}}
		q.Key.Choices, q.Markdown = []string{"b", "c", "a"}, true
	case questionbank.Labelling:
		q.Stem = "标出 [[甲" + payload + "]] 与 [[乙]]、[[丙]]"
		q.Key.Choices, q.MultiplePolicy = []string{"1", "3"}, questionbank.PolicyPerOption
	default:
		q.Options = []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: payload}}
		q.Key.Choices = []string{"a"}
	}
	return q
}

func version(n int, t questionbank.Type, s store.State) store.Version {
	v := store.Version{ID: store.VersionID(n), QuestionID: 12, Number: n, Revision: 1, IsCurrent: n == 1, State: s, TopicIDs: db.Int64s{9},
		CreatedBy: "person:7", CreatedName: "林老师", CreatedAt: at, EditedAt: at}
	v.Body.V = question(t)
	if s == store.StatePublished {
		v.ReviewedBy, v.PublishedAt = "operator:root", &at
	}
	return v
}

func rows() []store.Row {
	var out []store.Row
	for i, t := range types {
		r := store.Row{VersionID: store.VersionID(i), QuestionID: store.QuestionID(i + 1), Number: 1, State: store.States[i%len(store.States)], EditedAt: at, TopicIDs: db.Int64s{9}, HasOpen: i == 2}
		r.Body.V = question(t)
		out = append(out, r)
	}
	return out
}

func preview(errors int, applied bool) store.Preview {
	p := store.Preview{
		Import:  store.Import{ID: 3, FileName: "题目.xlsx", Read: 3, ItemCount: 2, ErrorCount: errors, WarningCount: 1, State: store.ImportPreviewed},
		Doubles: []store.Double{{Place: "第 2 行", Number: 1, QuestionID: 12}}, Unverified: 1,
		Unknown: []store.UnknownPoint{{Path: "", Questions: 1}, {Path: "沟通", Questions: 2}, {Path: "4/新点", Area: 4, Questions: 1}},
	}
	p.Problems.V = []questionbank.Problem{{Place: "第 3 行 列 正确答案", Message: "没有正确答案", Severity: questionbank.Error}, {Place: "第 4 行", Message: "题干相同", Severity: questionbank.Warning}}
	p.Items.V = []questionbank.Item{{Place: "第 2 行", Number: 1, Question: question(questionbank.Single)}, {Place: "第 4 行", Number: 3, Question: question(questionbank.Blank)}}
	p.Near.V = []store.Near{{Place: "第 2 行", Number: 1, QuestionID: 12, Percent: 91}, {Place: "第 4 行", Number: 3, Other: 1, Percent: 72}}
	p.NearShown = map[store.QuestionID]questionbank.Question{12: question(questionbank.Multiple)}
	if applied {
		n := 2
		p.State, p.ImportedCount, p.AppliedAt = store.ImportApplied, &n, &at
	}
	return p
}

func leftOut() store.Preview {
	p := preview(1, true)
	p.LeftOut.V = []store.LeftOut{{Place: "第 3 行", Number: 2, Kind: store.LeftRefused, Reasons: []string{payload, "没有答案"}}, {Place: "第 4 行", Number: 3, Kind: store.LeftDouble, Reasons: []string{"已有"}}}
	return p
}

func cannedReview() inReview {
	looked := 3
	return inReview{policy: store.ReviewPolicy{SecondPerson: true}, reviews: []store.Review{
		{Number: 1, Act: store.ReviewApprove, Actor: "operator:root", At: at, Note: payload, Looked: &looked}, {Number: 1, Act: store.ReviewSubmit, Actor: "person:7", ActorName: "林老师", At: at},
	}}
}

func report(s store.ReportState) store.Report {
	r := store.Report{ID: 5, VersionID: 1, QuestionID: 12, Number: 1, PersonID: 99, PersonName: payload, ExamID: 9, ExamTitle: payload, AttemptID: 8, Slot: 3, Reason: "key", Note: payload, ReportedAt: at, State: s}
	r.Body.V = question(questionbank.Judgement)
	if s == store.ReportAnswered {
		r.Outcome, r.Answer, r.AnsweredBy, r.AnsweredAt = store.ReportCorrected, payload, "林老师", &at
	}
	return r
}

func plans() []store.BulkPlan {
	return []store.BulkPlan{
		{Seen: store.Seen{ID: 1, Base: store.Base{Version: 1, Revision: 1}}, Stem: payload, State: store.StatePublished, NewVersion: true,
			Changes: []store.BulkChange{{Fact: "difficulty", From: "2", To: "5"}, {Fact: "key", From: "no", To: "yes"}, {Fact: "tags", To: payload}}},
		{Seen: store.Seen{ID: 2, Base: store.Base{Version: 3, Revision: 2}}, Stem: payload, State: store.StateInReview, Withdrawn: true, Changes: []store.BulkChange{{Fact: "topic", From: "甲", To: payload}}},
		{Seen: store.Seen{ID: 3}, Stem: payload, State: store.StateRetired, Refused: errs.New(errs.Conflict, "error.bank.bulk_retired")},
		{Seen: store.Seen{ID: 4}, Stem: payload, State: store.StateDraft, Refused: errs.InvalidFields(errs.NewField("tags", "error.bank.tags_many", "max", 20))},
		{Seen: store.Seen{ID: 5}, Stem: payload, State: store.StateDraft},
	}
}

func inReviewDetail() store.Detail {
	v := version(2, questionbank.Single, store.StateInReview)
	v.SubmittedAt = &at
	return store.Detail{ID: 12, Versions: []store.Version{v, version(1, questionbank.Single, store.StatePublished)}}
}

// Every view, in both languages, for whoever may write and for whoever may only read.
func TestViews(t *testing.T) {
	detail := store.Detail{ID: 12, Versions: []store.Version{version(2, questionbank.Multiple, store.StateDraft), version(1, questionbank.Single, store.StatePublished)}}
	form := formOfVersion(detail.Versions[0])
	faulty := layout.Errors{Fields: []layout.FieldError{{Name: "stem", Message: "题干为空"}, {Name: "option_b", Message: "为空"}}}
	views := map[string]templ.Component{
		"list":      listPage(listView{rows: rows(), page: page.New(1, 20), total: 41, tree: tree(), laws: []string{"医疗广告管理办法"}, query: "q=a&type=", reports: 3}),
		"many":      listPage(listView{rows: rows(), page: page.New(1, 20), total: store.MaxFound, tree: tree(), query: "q=%E5%AE%A2%E6%88%B7"}),
		"empty":     listPage(listView{page: page.New(1, 20), tree: tree()}),
		"not found": listPage(listView{page: page.New(1, 20), tree: tree(), query: "q=x"}),
		"question":  questionPage(detail, detail.Versions[0], tree(), cannedStatistics(), cannedReview(), mediaForm{}),
		"files":     questionPage(filedDetail(), filedDetail().Versions[0], tree(), nil, cannedReview(), mediaForm{Place: "option_b", Alt: "说明"}),
		"older":     questionPage(detail, detail.Versions[1], tree(), cannedStatistics(), cannedReview(), mediaForm{}),
		"retired":   questionPage(store.Detail{ID: 12, RetiredAt: &at, Versions: []store.Version{version(1, questionbank.TrueFalse, store.StateRetired)}}, version(1, questionbank.TrueFalse, store.StateRetired), tree(), nil, cannedReview(), mediaForm{}),
		"short":     questionPage(store.Detail{ID: 12, Versions: []store.Version{version(1, questionbank.Short, store.StateDraft)}}, version(1, questionbank.Short, store.StateDraft), tree(), nil, cannedReview(), mediaForm{}),
		"judgement": questionPage(store.Detail{ID: 12, Versions: []store.Version{version(1, questionbank.Judgement, store.StateDraft)}}, version(1, questionbank.Judgement, store.StateDraft), tree(), nil, cannedReview(), mediaForm{}),
		"labelling": questionPage(store.Detail{ID: 12, Versions: []store.Version{version(1, questionbank.Labelling, store.StateDraft)}}, version(1, questionbank.Labelling, store.StateDraft), tree(), nil, cannedReview(), mediaForm{}),
		"new":       editorPage(0, questionForm{Topics: make([]string, topicFields)}, tree(), false, layout.Errors{}),
		"edit":      editorPage(12, form, tree(), true, faulty),
		"edit short": editorPage(12, formOfVersion(version(1, questionbank.Short, store.StateDraft)), tree(), false,
			layout.Errors{Fields: []layout.FieldError{{Name: "criterion_1", Message: "合计 90%"}}}),
		"import":    importPage([]store.Import{preview(0, true).Import}, layout.Errors{}),
		"preview":   previewPage(preview(0, false), tree(), store.ReviewPolicy{}, layout.Errors{}),
		"errors":    previewPage(preview(1, false), tree(), store.ReviewPolicy{}, layout.Errors{}),
		"applied":   previewPage(preview(0, true), tree(), store.ReviewPolicy{}, layout.Errors{}),
		"near":      nearPage(nearView{Page: page.New(1, 20), Total: 1, Whole: true, Pairs: []store.NearPair{{VersionID: 1, OtherID: 2, Percent: 83, A: rows()[0], B: rows()[1]}}}),
		"near many": nearPage(nearView{Page: page.New(1, 20), Total: store.MaxNearPairs, Pairs: []store.NearPair{{VersionID: 1, OtherID: 2, Percent: 83, A: rows()[4], B: rows()[5]}}}),
		"near none": nearPage(nearView{Page: page.New(1, 20), Whole: true}),
		"left out":  previewPage(leftOut(), tree(), store.ReviewPolicy{SecondPerson: true}, layout.Errors{}),
		"diff":      diffPage(detail, detail.Versions[1], detail.Versions[0]),
		"review": reviewPage(reviewView{Page: page.New(1, 20), Total: 2, Versions: []store.Version{version(2, questionbank.Judgement, store.StateInReview), version(3, questionbank.Short, store.StateInReview)},
			Batches: []store.ImportBatch{{ImportID: 3, FileName: payload, CreatedBy: "system", AppliedAt: at, Imported: 9, Waiting: 4}}}),
		"reports":         reportsPage(reportsView{Page: page.New(1, 20), Total: store.MaxReports, Tree: tree(), Reports: []store.Report{report(store.ReportOpen), report(store.ReportAnswered), report(store.ReportWithdrawn)}}),
		"bulk":            bulkPage(bulkView{IDs: []store.QuestionID{1, 2}, Total: store.MaxBulkEdit, Tree: tree(), Form: bulkForm{AddTag: payload, Difficulty: "3", Topic: "9", Act: "retire"}, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "reason", Message: "1–500"}}}}),
		"bulk check":      bulkCheckPage(bulkView{IDs: []store.QuestionID{1, 2}, Form: bulkForm{AddTag: payload, Filter: "q=" + payload}, Plans: plans()}),
		"bulk report":     bulkReportPage(bulkView{Plans: plans()}),
		"reports none":    reportsPage(reportsView{Page: page.New(1, 20), Tree: tree()}),
		"reports of one":  reportsPage(reportsView{Page: page.New(1, 20), Tree: tree(), Filter: store.ReportFilter{Question: 12}}),
		"report":          reportPage(reportView{Report: report(store.ReportOpen), Form: store.ReportAnswer{Outcome: store.ReportRegrade, Text: payload}, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "answer", Message: "1–500"}}}}),
		"report answered": reportPage(reportView{Report: report(store.ReportAnswered)}),
		"review none":     reviewPage(reviewView{Page: page.New(1, 20), Policy: store.ReviewPolicy{SecondPerson: true}}),
		"batch":           batchPage(batchView{Batch: store.ImportBatch{ImportID: 3, FileName: payload, CreatedBy: "system", AppliedAt: at, Imported: 9, Waiting: 1}, Versions: []store.Version{version(1, questionbank.Matching, store.StateInReview)}, Page: page.New(1, 20), Form: batchForm{Looked: "x", Note: payload}, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "looked", Message: "1–1"}}}}),
		"batch done":      batchPage(batchView{Batch: store.ImportBatch{ImportID: 3, FileName: "题.xlsx", AppliedAt: at, Imported: 9}, Page: page.New(1, 20)}),
		"in review":       questionPage(inReviewDetail(), inReviewDetail().Versions[0], tree(), nil, cannedReview(), mediaForm{}),
		"topics":          topicsPage(tree(), map[store.TopicID]store.Count{9: {TopicID: 9, Questions: 5, Published: 3}}, topicForm{}, layout.Errors{}),
		"rivals": rivalsPage(rivalsView{Page: page.New(1, 20), Total: 1, Sets: []store.RivalSet{{ID: 3, Note: payload, CreatedAt: at, CreatedName: "林老师",
			Rivals: []store.Rival{{SetID: 3, QuestionID: 1, Stem: "甲" + payload, State: store.StatePublished}, {SetID: 3, QuestionID: 2, Stem: "乙", State: store.StateDraft}}}}}),
		"rivals none":     rivalsPage(rivalsView{Page: page.New(1, 20), Form: rivalForm{Questions: "1", Note: payload}, Errors: layout.Errors{Fields: []layout.FieldError{{Name: "questions", Message: "2–20"}}}}),
		"rivals no match": rivalsPage(rivalsView{Page: page.New(1, 20), Question: 9}),
		"topic":           topicPage(tree().Live()[0], tree(), topicForm{Name: "医疗广告", ParentID: "4", Position: "1"}, layout.Errors{}),
	}
	for name, view := range views {
		for _, lang := range words.Langs {
			for _, role := range []account.Role{account.Trainer, account.Supervisor} {
				t.Run(name+" "+string(lang)+" "+string(role), func(t *testing.T) {
					html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("林老师", role), Lang: lang, Address: "/bank"}, view)
					if strings.Contains(html, payload) {
						t.Error("text of a question became markup")
					}
					if strings.Contains(html, words.T(lang, "bank.many_found", "n", store.MaxFound)) != (name == "many") {
						t.Error("whether more may hold the words")
					}
					if role == account.Supervisor && (strings.Contains(html, `action="/bank/bulk"`) || strings.Contains(html, `href="/bank/questions/new"`) || strings.Contains(html, `action="/bank/rivals`) || strings.Contains(html, `action="/bank/review`) || strings.Contains(html, `/submit"`) || strings.Contains(html, `action="/bank/reports`)) {
						t.Error("a button that would be refused is shown")
					}
				})
			}
		}
	}
}

// Threat 38: what an examinee sees holds nothing of the key.
func TestExamineeViewTellsNoKey(t *testing.T) {
	for _, kind := range types {
		html := layouttest.HTML(t, layouttest.Env{}, examineeView(question(kind)))
		if strings.Contains(html, "KEY_SENTINEL") || strings.Contains(html, "checked") {
			t.Errorf("%s: %s", kind, html)
		}
	}
}

func TestLossGroups(t *testing.T) {
	loss := func(place, message string, s questionbank.Severity) questionbank.Problem {
		return questionbank.Problem{Place: place, Message: message, Severity: s}
	}
	got := lossGroups([]questionbank.Problem{
		loss("题 9", "重新编号", questionbank.Warning), loss("题 8", "按比例", questionbank.Warning),
		loss("题 7", "没有排序题", questionbank.Error), loss("题 6", "按比例", questionbank.Warning),
	})
	want := []lossGroup{
		{Message: "没有排序题", Whole: true, Places: []string{"题 7"}},
		{Message: "按比例", Places: []string{"题 8", "题 6"}},
		{Message: "重新编号", Places: []string{"题 9"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// filedDetail has a file in every place.
func filedDetail() store.Detail {
	v := version(1, questionbank.Single, store.StateDraft)
	q := question(questionbank.Single)
	q.Media = []questionbank.Media{{Kind: questionbank.Video, Object: "media/a.mp4", Alt: "接待过程" + payload}}
	q.Options[0].Media = questionbank.Media{Kind: questionbank.Image, Object: "media/b.png", Alt: "价目表"}
	q.Stimulus = &questionbank.Stimulus{ID: "s1", Text: "对话", Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "media/c.mp3", Alt: "来电"}}}
	q.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Image, Object: "media/d.png", Alt: "示范"}}
	v.Body = db.JSONOf(q)
	return store.Detail{ID: 12, Versions: []store.Version{v}}
}

// Each file says where it stands; a place that is taken is not offered.
func TestMediaCardNamesPlaces(t *testing.T) {
	d := filedDetail()
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("陈老师", account.Trainer), Address: "/bank/questions/12"}, questionPage(d, d.Versions[0], tree(), nil, inReview{}, mediaForm{}))
	for _, want := range []string{"题干下面 · 接待过程", "选项 A · 价目表", "材料里 · 来电", "解析里 · 示范", `<video`, `value="option_b"`, "同时加到共用这份材料的其他题", "/media/3/remove"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(html, `value="option_a"`) {
		t.Error("an option takes a second file")
	}
}
