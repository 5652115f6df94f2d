package exam

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/exam/printed"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

// The moment for which the canned pages are drawn: a Friday afternoon in Shanghai.
var cannedNow = time.Date(2026, 12, 18, 6, 0, 0, 0, time.UTC)

var shanghai = time.FixedZone("CST", 8*60*60)

func later(d time.Duration) time.Time { return cannedNow.Add(d) }

func ref[T any](v T) *T { return &v }

type cannedView struct {
	env  layouttest.Env
	page templ.Component
	want []string
}

func staffAt(address string) layouttest.Env {
	return layouttest.Env{Viewer: layouttest.As("陈思远", account.Trainer, account.HR), Address: address}
}

func cannedMine() []exam.MyExam {
	w := func(from, to time.Duration) exam.Window {
		return exam.Window{OpensAt: later(from), ClosesAt: later(to), LimitSeconds: 3600, GraceSeconds: 60}
	}
	attempt := ref(exam.AttemptID(41))
	return []exam.MyExam{
		{ID: 1, Title: "2026 年第三季度考核", Kind: exam.Quarterly, State: exam.MyReleased, Window: w(-80*24*time.Hour, -79*24*time.Hour), AttemptID: ref(exam.AttemptID(12)), Band: ref(score.Good), Percent: ref(score.Hundredths(8650)), Passed: ref(true)},
		{ID: 2, Title: "投诉处理专项考核", Kind: exam.Special, State: exam.MyMissed, Window: w(-200*24*time.Hour, -199*24*time.Hour)},
		{ID: 3, Title: "广告法模拟考", Kind: exam.Mock, State: exam.MyUpcoming, Window: w(50*time.Hour, 90*time.Hour)},
		{ID: 4, Title: "2026 年第四季度考核", Kind: exam.Quarterly, State: exam.MyOpen, Window: w(-5*time.Hour, 3*time.Hour), Release: exam.ReleaseByHand, Review: exam.ReviewMarks},
		{ID: 5, Title: "2026 年第三季度考核·补考", Kind: exam.Retake, State: exam.MyInProgress, Window: w(-5*time.Hour, 30*time.Hour), AttemptID: attempt, DeadlineAt: ref(later(37 * time.Minute))},
		{ID: 6, Title: "新项目知识抽测", Kind: exam.Special, State: exam.MySubmitted, Window: w(-30*time.Hour, -20*time.Hour), AttemptID: ref(exam.AttemptID(42)), Release: exam.ReleaseAtClose},
	}
}

func cannedExam(state exam.State) exam.Exam {
	e := exam.Exam{
		ID: 9, Title: "2026 年第四季度考核", Kind: exam.Quarterly, State: state, OpensAt: later(-5 * time.Hour), ClosesAt: later(3 * time.Hour),
		LimitSeconds: 3600, GraceSeconds: 60, ShuffleSlots: true, ShuffleOptions: true, Review: exam.ReviewMarks, Release: exam.ReleaseByHand,
		AttemptsAllowed: 1, PaperID: ref(exam.PaperID(3)),
	}
	if state != exam.Draft {
		e.PublishedAt = ref(later(-72 * time.Hour))
	}
	return e
}

func cannedAbsence() []string {
	e := cannedExam(exam.Draft)
	return exam.AbsenceWords(words.ZH, shanghai, e.Kind, exam.DefaultAbsence(), e.ClosesAt)
}

func cannedRule() []string {
	return exam.RuleWords(words.ZH, shanghai, cannedExam(exam.Draft).WindowOf(exam.Candidate{}), 1)
}

// cannedCandidates is one of each kind: handed in and released, handed in, collected, working, absent, deferred, not started.
func cannedCandidates() []exam.CandidateRow {
	marked, open := exam.AttemptMarked, exam.AttemptOpen
	result := func(id int, name string, points score.Hundredths, cause exam.SubmitCause, released bool) exam.CandidateRow {
		bands := score.DefaultBands()
		r := exam.CandidateRow{
			ID: exam.CandidateID(id), PersonID: account.PersonID(100 + id), Name: name, State: exam.Invited, AttemptID: ref(exam.AttemptID(50 + id)),
			AttemptState: &marked, SubmittedAt: ref(later(-time.Duration(id) * time.Hour)), SubmitCause: &cause, ResultID: ref(exam.ResultID(id)),
			Score: ref(points), Total: ref(score.Whole(100)), Percent: ref(points), Band: ref(bands.Of(points, score.Whole(100))),
			Passed: ref(bands.Passed(points, score.Whole(100))), SettledAt: ref(later(-time.Duration(id) * time.Hour)),
		}
		if released {
			r.ReleasedAt = ref(later(-time.Hour))
		}
		return r
	}
	missed := result(6, "何嘉", 0, exam.ByDeadline, false)
	missed.State, missed.AttemptID, missed.AttemptState, missed.SubmittedAt, missed.SubmitCause = exam.Absent, nil, nil, nil, nil
	return []exam.CandidateRow{
		result(1, "林小溪", 9250, exam.ByExaminee, true),
		result(2, "赵可欣", 7800, exam.ByExaminee, false),
		result(3, "孙悦", 5850, exam.ByDeadline, false),
		{ID: 4, PersonID: 104, Name: "周婷", State: exam.Invited, ExtraSeconds: 900, AttemptID: ref(exam.AttemptID(54)), AttemptState: &open, DeadlineAt: ref(later(20 * time.Minute))},
		{ID: 5, PersonID: 105, Name: "吴桐", State: exam.Invited},
		missed,
		{ID: 7, PersonID: 107, Name: "郑楠", State: exam.Deferred, OpensAt: ref(later(48 * time.Hour)), ClosesAt: ref(later(56 * time.Hour))},
	}
}

// cannedBoardRows is the same on the board, as HR sees it; the second result was corrected.
func cannedBoardRows() []exam.BoardRow {
	standings := []exam.Standing{exam.StandingHandedIn, exam.StandingHandedIn, exam.StandingHandedIn, exam.StandingWorking, exam.StandingNotStarted, exam.StandingAbsent, exam.StandingDeferred}
	var out []exam.BoardRow
	for i, r := range cannedCandidates() {
		r.EmployeeNo, r.UnitName = fmt.Sprintf("A%03d", i+1), "网络咨询部"
		row := exam.BoardRow{CandidateRow: r, Standing: standings[i], Known: r.ResultID != nil}
		if row.Known {
			row.Version = ref(1 + i%2)
		}
		out = append(out, row)
	}
	return out
}

func cannedTally() exam.BoardTally {
	return exam.BoardTally{People: 7, HandedIn: 3, Working: 1, NotStarted: 1, Absent: 1, Deferred: 1, Unreleased: 3, UnreleasedFrom: ref(later(-80 * time.Hour)), Known: 4, Passed: 2,
		Excellent: 1, Good: 1, Fail: 2, Sat: 3, PercentSum: 22900, ScoreSum: 22900, MedianLow: 7800, MedianHigh: 7800, LeastTotal: 10000, MostTotal: 10000}
}

func cannedBoard() board {
	rows := cannedBoardRows()
	return board{Exam: cannedExam(exam.Marked), Phase: phaseMarked, Tally: cannedTally(), Waiting: waiting{3, true}, Units: cannedUnits, Rows: rows, Page: page.New(1, 20), Total: len(rows), Query: "band=good"}
}

var cannedUnits = account.Tree{{ID: 1, Kind: account.Company, Name: "美丽医疗"}, {ID: 2, ParentID: 1, Kind: account.Department, Name: "网络咨询部", Depth: 1}}

func cannedInvited() []exam.InvitedRow {
	var out []exam.InvitedRow
	for i, r := range cannedCandidates() {
		r.EmployeeNo, r.UnitName = fmt.Sprintf("A%03d", i+1), "网络咨询部"
		out = append(out, exam.InvitedRow{CandidateRow: r, CreatedAt: later(-100 * time.Hour)})
	}
	out[6].CreatedAt = later(-time.Hour)
	return out
}

func cannedBlueprint() exam.Blueprint {
	return exam.Blueprint{Title: "第四季度综合卷", KeyPercent: 30, Quotas: []exam.TopicQuota{{TopicID: 4, Min: 1, Max: 3}}, Rows: []exam.BlueprintRow{
		{Section: "一、单选题", TopicIDs: []exam.TopicID{2, 3}, Type: "single", DifficultyMin: 1, DifficultyMax: 4, Count: 30, Points: 200},
		{Section: "二、判断题", Type: "true_false", DifficultyMin: 1, DifficultyMax: 5, Count: 20, Points: 200},
	}}
}

var cannedTopics = []Topic{{2, "医美专业知识 › 注射美容"}, {3, "法律法规 › 医疗广告"}, {4, "网电沟通技巧 › 异议处理"}}

func cannedPaper() exam.PaperView {
	return exam.PaperView{
		PaperHead: exam.PaperHead{ID: 3, Title: "第四季度综合卷 A", Total: score.Whole(6), Slots: 3, CreatedAt: later(-100 * time.Hour), Notes: db.JSONOf(exam.PaperNotes{Repeated: []exam.VersionID{7}})},
		Content: []exam.PaperContent{
			{PaperSlot: exam.PaperSlot{Slot: 1, Section: "一、单选题", Points: 200, Reason: db.JSONOf(exam.Reason{Row: 1, Quota: 2, Key: true, Uses: 3})}, Question: exam.Question{Question: questionbank.Question{
				Type: questionbank.Single, Stem: "玻尿酸填充后出现皮肤苍白、疼痛，首先应考虑下列哪种情况？", Difficulty: 4, KeyQuestion: true,
				Options: []questionbank.Option{{ID: "a", Text: "血管栓塞"}, {ID: "b", Text: "正常肿胀"}}, Key: questionbank.Key{Choices: []string{"a"}},
				Explanation: "苍白和疼痛提示血供受阻，应立即停止注射并按流程处理。"}}},
			{PaperSlot: exam.PaperSlot{Slot: 2, Section: "二、判断题", Points: 200, Reason: db.JSONOf(exam.Reason{Topic: 3, Lost: 2, Like: 3, Seen: true, NoKey: true})}, Question: exam.Question{Question: questionbank.Question{
				Type: questionbank.TrueFalse, Stem: "医疗广告可以使用患者形象作证明。", Difficulty: 2, Key: questionbank.Key{Choices: []string{"false"}},
				Source: questionbank.Source{Law: "中华人民共和国广告法", Article: "第十六条"}}}},
			{PaperSlot: exam.PaperSlot{Slot: 3, Section: "二、判断题", Points: 200}, Question: exam.Question{Question: questionbank.Question{
				Type: questionbank.Blank, Stem: "咨询时应先____，再____。", Difficulty: 3, Key: questionbank.Key{Gaps: [][]string{{"倾听", "聆听"}, {"回应"}}}}}},
		},
	}
}

// idleSetup is of a draft that asks for one way through the only section of its paper.
func idleSetup() setup {
	s := cannedSetup(exam.Draft)
	s.Idle = true
	return s
}

func cannedSetup(state exam.State) setup {
	e := cannedExam(state)
	s := setup{
		settingsPart: settingsPart{Form: formOfExam(e, shanghai), Papers: []exam.PaperHead{cannedPaper().PaperHead}},
		Exam:         e, Phase: phaseOf(state, e.OpensAt, e.ClosesAt, cannedNow), Missing: missing(e, 0, 0, cannedNow), Rule: cannedRule(),
		People: invitees{Page: page.New(1, 20), Open: true, Who: "lin",
			Tree: cannedUnits, Posts: []account.Post{{ID: 1, Name: "网络咨询员"}}, More: true,
			Found: []exam.InvitablePerson{{ID: 8, Name: "林小溪", EmployeeNo: "A008", UnitName: "网络咨询部"}, {ID: 9, Name: "林溪", EmployeeNo: "A009", UnitName: "电话咨询部", Invited: true}}},
	}
	if state != exam.Draft {
		s.People.Rows, s.People.Total = cannedInvited(), 7
		s.Bands, s.Judged = score.DefaultBands(), cannedAbsence()
	}
	return s
}

func canned() map[string]cannedView {
	open := cannedMine()[3]
	early := open
	early.State, early.Window.OpensAt, early.Window.ClosesAt = exam.MyUpcoming, later(40*time.Minute), later(8*time.Hour)
	waiting15 := early
	waiting15.Window.OpensAt = later(14 * time.Minute)
	ruled := rules{Deadline: cannedRule(), Bands: score.DefaultBands(), Absence: cannedAbsence()}
	wrong := layout.Errors{Fields: []layout.FieldError{{Name: "rows.0.count", Message: "题数在 1 到 200 之间"}, {Name: "rows.1.difficulty", Message: "难度不对"}}}
	short := exam.Stock{Fit: []int{24, 21}, Short: []exam.Shortage{
		{Row: 0, Section: "一、单选题", Need: 30, Fit: 24, Lack: 6, Keys: 4, TopicIDs: []exam.TopicID{2, 3}}, {Row: 1, Section: "二、判断题", Need: 20, Fit: 21, Lack: 2, Held: 5, Unproven: true},
		{Row: -1, Quota: exam.TopicQuota{TopicID: 4, Min: 1, Max: 3}},
	}}
	rows := cannedBoardRows()
	files := fileLinksOf("/exams/export", url.Values{"state": {"marked"}})
	audience := cannedSetup(exam.Draft)
	audience.People.Who, audience.People.Found = "", nil
	audience.People.UnitID, audience.People.Size = "2", &exam.AudienceSize{People: 24, New: 21}
	beyond := cannedPreview(cannedExam(exam.Marked).ClosesAt)
	beyond.Beyond = 4
	paper := cannedPaper()
	forPeople := cannedPaper()
	forPeople.Content[0].Reason = db.JSONOf(exam.Reason{Row: 1, SeenBy: 4, Invited: 12})
	forPeople.Content[1].Reason = db.JSONOf(exam.Reason{Row: 2, Invited: 12})
	sum := score.Whole(86)
	sheetRows := []exam.PaperSheet{{PersonID: 3, Name: "林小溪", EmployeeNo: "A003", Form: "A", Standing: exam.SheetEntered, EnteredName: "周敏"}, {PersonID: 4, Name: "赵可欣", Standing: exam.SheetConfirmed, Sum: &sum}, {PersonID: 5, Name: "王静", Standing: exam.SheetOpen}}
	sheetOf := func(row int) entry {
		return entry{PaperEntry: exam.PaperEntry{Exam: cannedExam(exam.Published), Sheet: sheetRows[row], Slots: paper.Content}, Marks: map[int]string{1: "2"}}
	}
	return map[string]cannedView{
		"sheets":           {page: sheetsPage(sheets{ExamID: 9, Rows: sheetRows, Page: page.New(1, 20), Total: 3}), want: []string{"/exams/9/sheets/3", "A 卷", "待复核", "86"}},
		"sheets none":      {page: sheetsPage(sheets{ExamID: 9, Page: page.New(1, 20)}), want: []string{"没有符合条件的考生"}},
		"sheet to key in":  {page: sheetPage(sheetOf(2)), want: []string{`name="marks.3"`, "卷面合计", "/exams/9/sheets/5/absent"}},
		"sheet to confirm": {page: sheetPage(sheetOf(0)), want: []string{`name="again"`, "周敏 已登记每题得分", "重新登记"}},
		"sheet settled":    {page: sheetPage(sheetOf(1)), want: []string{"成绩已生成"}},
		"hall":             {page: hallPage(sortMine(cannedMine()), cannedNow), want: []string{"作答中", "现在可以考", "86.5%", "/attempts/41", "距开始还剩 3 天", "逾期不考记为缺考"}},
		"hall empty":       {page: hallPage(mineByTime{}, cannedNow), want: []string{"目前没有您的考试"}},
		"hall open":        {page: hallExamPage(open, ruled, cannedNow), want: []string{"/exams/4/sit", "优秀：90% 及以上", "不合格：不到 60%", "60 秒内", "一周内", "自动交卷", "没有请假而缺考的，按 0 分计", "请假要在考试结束（2026-12-18 17:00）前获准"}},
		"hall early":       {page: hallExamPage(early, ruled, cannedNow), want: []string{"还没到时间", "hx-trigger=\"every 20s\""}},
		"hall waiting":     {page: hallExamPage(waiting15, ruled, cannedNow), want: []string{"进入候考页", "/exams/4/sit"}},
		"code intake":      {env: staffAt("/exams/9/live/104/code"), page: codePage(codeIntake{Exam: exam.Exam{ID: 9}, Person: 104, Form: takeInForm{Code: "PK1.7"}, Wrong: layout.Errors{Fields: []layout.FieldError{{Name: "code", Message: "这不是完整的交卷码"}}}}), want: []string{"PK1.7", "这不是完整的交卷码", "/exams/9/live/104/code"}},
		"hall running":     {page: hallExamPage(cannedMine()[4], ruled, cannedNow), want: []string{"/attempts/41", "补考合格"}},
		"hall handed in":   {page: hallExamPage(cannedMine()[5], ruled, cannedNow), want: []string{"/attempts/42/receipt"}},
		"hall released":    {page: hallExamPage(cannedMine()[0], ruled, cannedNow), want: []string{"/attempts/12/result", "良好"}},
		"hall missed":      {page: hallExamPage(cannedMine()[1], ruled, cannedNow), want: []string{"缺考"}},
		"desk list": {env: staffAt("/exams?desk=1"), page: deskListPage(deskList{Page: page.New(1, 20), Total: 3, Files: files, Rows: []deskRow{
			{ExamRow: exam.ExamRow{ID: 9, Title: "2026 年第四季度考核", Kind: exam.Quarterly, State: exam.Published, OpensAt: later(-5 * time.Hour), ClosesAt: later(3 * time.Hour), LimitSeconds: 3600, Candidates: 24, Settled: 11}, Phase: phaseOpen},
			{ExamRow: exam.ExamRow{ID: 8, Title: "2026 年第三季度考核", Kind: exam.Quarterly, State: exam.Marked, OpensAt: later(-1900 * time.Hour), ClosesAt: later(-1890 * time.Hour), LimitSeconds: 3600, Candidates: 23, Settled: 23, Unreleased: 23}, Phase: phaseMarked, Waiting: waiting{79, true}},
			{ExamRow: exam.ExamRow{ID: 7, Title: "专项考核", Kind: exam.Special, State: exam.Marked, OpensAt: later(-30 * time.Hour), ClosesAt: later(-20 * time.Hour), LimitSeconds: 3600, Candidates: 5, Settled: 5, Unreleased: 5}, Phase: phaseMarked, Waiting: waiting{1, false}},
			{ExamRow: exam.ExamRow{ID: 10, Title: "年度考核", Kind: exam.Yearly, State: exam.Draft, OpensAt: later(100 * time.Hour), ClosesAt: later(108 * time.Hour), LimitSeconds: 5400}, Phase: phaseDraft},
		}}), want: []string{"进行中", "第 79 天，23 份未公布", "5 份待公布", "/exams/10/setup", "/exams/9/results", "11 / 24", "/exams/export.xlsx?state=marked", "/exams/export.csv?state=marked"}},
		"desk none":           {env: staffAt("/exams?desk=1&kind=mock"), page: deskListPage(deskList{Page: page.New(1, 20), Filtered: true}), want: []string{"没有符合条件的考试"}},
		"desk empty":          {env: staffAt("/exams?desk=1"), page: deskListPage(deskList{Page: page.New(1, 20)}), want: []string{"还没有考试"}},
		"papers":              {env: staffAt("/papers"), page: papersPage([]exam.PaperHead{paper.PaperHead}, listed{Page: page.New(2, 1), Total: 3, Files: fileLinksOf("/papers/export", nil)}), want: []string{"第四季度综合卷 A", "/exams/new?paper=3", "page=3", "/papers/export.csv"}},
		"papers empty":        {env: staffAt("/papers"), page: papersPage(nil, listed{Page: page.New(1, 20)}), want: []string{"还没有试卷"}},
		"blueprints":          {env: staffAt("/papers?show=blueprints"), page: blueprintsPage([]exam.BlueprintRowView{{ID: 2, Version: 3, Body: db.JSONOf(cannedBlueprint()), CreatedAt: cannedNow}}, listed{Page: page.New(1, 20), Total: 1}), want: []string{"/papers/blueprints/2", "50"}},
		"papers no match":     {env: staffAt("/papers?q=x"), page: papersPage(nil, listed{Page: page.New(1, 20), Filtered: true}), want: []string{"没有符合条件的试卷"}},
		"blueprints no match": {env: staffAt("/papers?show=blueprints&q=x"), page: blueprintsPage(nil, listed{Page: page.New(1, 20), Filtered: true}), want: []string{"没有符合条件的蓝图"}},
		"blueprints none":     {env: staffAt("/papers?show=blueprints"), page: blueprintsPage(nil, listed{Page: page.New(1, 20)}), want: []string{"还没有命题蓝图"}},
		"blueprint new":       {env: staffAt("/papers/new"), page: blueprintPage(editor{Form: newBlueprintForm(), Topics: cannedTopics}), want: []string{"row_count", "新建命题蓝图"}},
		"blueprint short": {env: staffAt("/papers/blueprints/2"), page: blueprintPage(editor{ID: 2, Form: formOfBlueprint(cannedBlueprint()), Topics: cannedTopics, Stock: stockOf(cannedBlueprint(), short)}),
			want: []string{"医美专业知识 › 注射美容、法律法规 › 医疗广告 差 6 道难度 1–4 的单选题，其中 4 道须是重点题（第 1 行（一、单选题）：要 30 题，题库符合的有 24 题）", "题库 差 2 道判断题", "但别处也要用", "；另有 5 道符合的题在还没考完或还没公布成绩的考试里",
				"“网电沟通技巧 › 异议处理”限定 1–3 题", "互斥题太多", "第四季度综合卷", "/papers/blueprints/2/draw", `value="4" selected`, `name="quotas.0.min"`}},
		"blueprint beside drafts": {env: staffAt("/papers/blueprints/2"), page: blueprintPage(editor{ID: 2, Form: formOfBlueprint(cannedBlueprint()), Topics: cannedTopics, Drafts: []exam.ExamRow{{ID: 7, Title: "一季度考核", Candidates: 12}}}),
			want: []string{"给哪场考试用", `value="7"`, "一季度考核（已邀请 12 人）"}},
		"blueprint wrong":  {env: staffAt("/papers/blueprints/2"), page: blueprintPage(editor{ID: 2, Form: formOfBlueprint(cannedBlueprint()), Topics: cannedTopics, Errors: wrong}), want: []string{"题数：题数在 1 到 200 之间", "先改正"}},
		"paper with files": {env: staffAt("/papers/3"), page: paperPage(paperShown{PaperView: filedPaper()}), want: []string{"第 1，2 题带录音、视频或打印不了的图片", "第 3 题是录音题", "视频：接待过程", "图片：价目表", "录音：顾客来电"}},
		"paper for people": {env: staffAt("/papers/3"), page: paperPage(paperShown{PaperView: forPeople, Topics: cannedTopics}), want: []string{"蓝图第 1 行 · 邀请的 12 人一共见过 4 次 · 组卷时没有别的试卷用过", "蓝图第 2 行 · 邀请的人都没见过 ·"}},
		"paper":            {env: staffAt("/papers/3"), page: paperPage(paperShown{PaperView: paper, Topics: cannedTopics, Forms: []exam.FormView{{ID: 3, Form: "A", Title: "综合卷（A 卷）", Difficulty: 312, Overlap: 2}, {ID: 4, Form: "B", Title: "综合卷（B 卷）", Difficulty: 305, Overlap: 2}}}), want: []string{`<span class="beside-letter">`, "/papers/4", "平均难度 3.12", "最多相差 0.07", "有 2 题重复", "蓝图第 1 行 · 满足“医美专业知识 › 注射美容”的最少题数 · 重点题 · 组卷时已有 3 份试卷用过", "本人在“法律法规 › 医疗广告”失分 2 题 · 不是重点题：原卷知识点下没有重点题 · 难度 2，原卷该知识点平均 3 · 本人见过：题库没有别的题 · 组卷时没有别的试卷用过", "血管栓塞", "正确答案", "错误", "倾听 / 聆听；回应", "1 题考生以前见过", "第十六条"}},
		"new exam": {env: staffAt("/exams/new"), page: newExamPage(settingsPart{Form: newSetupForm(cannedNow, shanghai, "3"), Papers: []exam.PaperHead{paper.PaperHead},
			Errors: layout.Errors{Fields: []layout.FieldError{{Name: "limit_minutes", Message: "太长"}}}}), want: []string{"2026-12-19T09:00", "第四季度综合卷 A（3 题，6 分）", "#f-limit_minutes"}},
		"setup draft":           {env: staffAt("/exams/9/setup?who=lin"), page: setupPage(cannedSetup(exam.Draft)), want: []string{"发布之前还要处理", "还没有邀请任何人", "2026-12-18T09:00", "自动交卷", "A008 · 网络咨询部", "已在名单", "只显示前 2 人", "/exams/9/publish"}},
		"setup one section":     {env: staffAt("/exams/9/setup"), page: setupPage(idleSetup()), want: []string{"试卷只有一个部分，所以不起作用"}},
		"publish one section":   {env: staffAt("/exams/9/publish"), page: publishPage(publishing{Exam: cannedExam(exam.Draft), Paper: &paper.PaperHead, Reach: exam.Reach{People: 24}, Bands: score.DefaultBands(), Idle: true}), want: []string{"试卷只有一个部分，所以不起作用", "确认发布"}},
		"setup open":            {env: staffAt("/exams/9/setup"), page: setupPage(cannedSetup(exam.Published)), want: []string{"周婷", "加时 15 分钟", "题目和选项", "发布后加入", "优秀：90% 及以上", "按 0 分计"}},
		"setup audience":        {env: staffAt("/exams/9/setup?unit_id=2"), page: setupPage(audience), want: []string{"符合的在职人员有 24 人，其中 3 人已在名单，将新增 21 人", "邀请这 21 人"}},
		"publish":               {env: staffAt("/exams/9/publish"), page: publishPage(publishing{Exam: cannedExam(exam.Draft), Paper: &exam.PaperHead{Title: paper.Title, Slots: 3, Forms: 2}, Reach: exam.Reach{People: 24}, Rule: cannedRule(), Bands: score.DefaultBands(), Absence: cannedAbsence(), Told: []string{"粘贴：记录并提醒。"}}), want: []string{"确认发布", "粘贴：记录并提醒。", `href="/exams/9/integrity/policy"`, "A、B 卷平均分给考生", "24 人", "最晚 2026-12-18 17:00 开始", "不合格：不到 60%", "按 0 分计"}},
		"publish beyond":        {env: staffAt("/exams/9/publish"), page: publishPage(publishing{Exam: cannedExam(exam.Draft), Paper: &paper.PaperHead, Reach: exam.Reach{People: 24, Beyond: 4}, Bands: score.DefaultBands()}), want: []string{"其中 4 人不在您的管理范围"}},
		"publish beside a mock": {env: staffAt("/exams/9/publish"), page: publishPage(publishing{Exam: cannedExam(exam.Draft), Paper: &paper.PaperHead, Reach: exam.Reach{People: 24}, Bands: score.DefaultBands(), Mocks: []exam.MockSharing{{ID: 3, Title: "考前模拟", Questions: 7}}}), want: []string{"模拟考“考前模拟”有 7 道题和这场考试相同", "确认发布"}},
		"publish not":           {env: staffAt("/exams/9/publish"), page: publishPage(publishing{Exam: cannedExam(exam.Draft), Missing: []string{"error.exam.paper_missing"}, Errors: layout.Errors{General: "状态变了"}}), want: []string{"请先选择试卷", "状态变了"}},
		"board":                 {env: staffAt("/exams/9/results?sort=-score"), page: boardPage(cannedBoard()), want: []string{"58.5 / 100", "系统收卷", "缺考", `action="/exams/9/results/export"`, `name="filter" value="band=good"`, "A001", "第 2 版", "第 3 天，仍有 3 份成绩没有公布", "76.33%", "平均 76.33 / 100 分", "/attempts/51/result", "/exams/9/release", "/exams/9/people/105"}},
		"board empty":           {env: staffAt("/exams/9/results"), page: boardPage(board{Exam: cannedExam(exam.Published), Phase: phaseOpen, Page: page.New(1, 20)}), want: []string{"先在考务设置里邀请考生"}},
		"grant": {env: staffAt("/exams/9/people/104"), page: grantPage(granting{Exam: cannedExam(exam.Published), Candidate: rows[3], Form: formOfGrant(rows[3].CandidateRow, shanghai),
			Errors: layout.Errors{Fields: []layout.FieldError{{Name: "reason", Message: "请写明原因"}}}}), want: []string{"调整周婷的考试时间", "75 分钟", `value="15"`, "本人截止", "理由（会记入审计）：请写明原因"}},
		"grant leave":    {env: staffAt("/exams/9/people/104"), page: grantPage(leaveAt(exam.Quarterly, -time.Hour)), want: []string{`value="deferral"`, "缓考要在 "}},
		"grant late":     {env: staffAt("/exams/9/people/104"), page: grantPage(leaveAt(exam.Quarterly, 0)), want: []string{"准假最晚到 "}},
		"grant begun":    {env: staffAt("/exams/9/people/104"), page: grantPage(begunAt(leaveAt(exam.Quarterly, -time.Hour))), want: []string{"已经开考，不能办缓考"}},
		"grant retake":   {env: staffAt("/exams/9/people/104"), page: grantPage(leaveAt(exam.Retake, -time.Hour)), want: []string{"没有缓考"}},
		"grant over":     {env: staffAt("/exams/9/people/101"), page: grantPage(granting{Exam: cannedExam(exam.Draft), Candidate: rows[0]}), want: []string{"现在没有可调整的"}},
		"release":        {env: staffAt("/exams/9/release"), page: releasePage(releaseOf(cannedExam(exam.Marked), cannedPreview(cannedExam(exam.Marked).ClosesAt), remediation.DefaultPolicy, later(4*time.Hour)), later(4*time.Hour)), want: []string{"将为 2 人开放补考，最晚到 2026-12-25 17:00", "公布 3 份成绩", "还有 3 人没有成绩"}},
		"release beyond": {env: staffAt("/exams/9/release"), page: releasePage(releaseOf(cannedExam(exam.Marked), beyond, remediation.DefaultPolicy, later(4*time.Hour)), later(4*time.Hour)), want: []string{"有 7 名考生，其中 4 人不在您的管理范围", "只统计您管理范围内的人"}},
	}
}

func TestPages(t *testing.T) {
	for name, view := range canned() {
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
}

// Leave is offered where it can be had: of a regular exam, until it is too late.
func TestLeaveIsOfferedWhereItCanBeHad(t *testing.T) {
	for want, pages := range map[bool][]granting{
		true:  {leaveAt(exam.Quarterly, -time.Hour), leaveAt(exam.Yearly, -time.Second), leaveAt(exam.Special, -time.Hour)},
		false: {leaveAt(exam.Quarterly, 0), leaveAt(exam.Retake, -time.Hour), leaveAt(exam.Reexam, -time.Hour), leaveAt(exam.Mock, -time.Hour), begunAt(leaveAt(exam.Yearly, -time.Hour))},
	} {
		for _, g := range pages {
			if got := strings.Contains(layouttest.HTML(t, staffAt("/exams/9/people/104"), grantPage(g)), `value="deferral"`); got != want {
				t.Errorf("%s, %s: offered %v", g.Exam.Kind, g.Now, got)
			}
		}
	}
}

func TestButtonsAreShownToThoseWhoMayPressThem(t *testing.T) {
	for _, c := range []struct {
		name  string
		role  account.Role
		page  templ.Component
		lacks string
	}{
		{"a trainer does not publish", account.Trainer, setupPage(cannedSetup(exam.Draft)), "/exams/9/publish"},
		{"a trainer does not release", account.Trainer, boardPage(cannedBoard()), "/exams/9/release"},
		{"a supervisor does not edit", account.Supervisor, setupPage(cannedSetup(exam.Draft)), `name="limit_minutes"`},
		{"a supervisor does not draw", account.Supervisor, blueprintPage(editor{ID: 2, Form: newBlueprintForm()}), "/draw"},
		{"nobody releases beyond their reach", account.HR, releasePage(releaseOf(cannedExam(exam.Marked), exam.ReleasePreview{Reach: exam.Reach{People: 7, Beyond: 1}, Results: 7}, remediation.DefaultPolicy, cannedNow), cannedNow), `type="submit" class="btn btn-primary"`},
		{"nobody publishes beyond their reach", account.HR, publishPage(publishing{Exam: cannedExam(exam.Draft), Reach: exam.Reach{People: 24, Beyond: 4}}), `type="submit" class="btn btn-primary"`},
		{"a consultant sees no desk", account.Consultant, hallPage(mineByTime{}, cannedNow), "desk=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Contains(layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("陈思远", c.role)}, c.page), c.lacks) {
				t.Errorf("the page shows %s", c.lacks)
			}
		})
	}
}

// filedPaper has files in stem, option and stimulus, and a question that is spoken to.
func filedPaper() exam.PaperView {
	view := exam.PaperView{}
	for i, q := range []questionbank.Question{
		{Type: questionbank.Single, Stem: "看图。", Media: []questionbank.Media{{Kind: questionbank.Video, Object: "media/a.mp4", Alt: "接待过程"}},
			Options: []questionbank.Option{{ID: "a", Text: "甲", Media: questionbank.Media{Kind: questionbank.Image, Object: "media/b.png", Alt: "价目表"}}, {ID: "b", Text: "乙"}}, Key: questionbank.Key{Choices: []string{"a"}}},
		{Type: questionbank.TrueFalse, Stem: "她同意了。", Key: questionbank.Key{Choices: []string{"true"}},
			Stimulus: &questionbank.Stimulus{ID: "s", Text: "一通电话", Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "media/c.mp3", Alt: "顾客来电"}}}},
		{Type: questionbank.Spoken, Stem: "录一段开场白。", ExplanationMedia: []questionbank.Media{{Kind: questionbank.Image, Object: "media/d.png", Alt: "示范"}},
			Key: questionbank.Key{Model: "您好", Rubric: []questionbank.Criterion{{Text: "自报家门", Percent: 100}}}},
	} {
		q.Difficulty = questionbank.DefaultDifficulty
		view.Content = append(view.Content, exam.PaperContent{PaperSlot: exam.PaperSlot{Slot: i + 1, Points: 1000}, Question: exam.Question{Question: q}})
	}
	return view
}

// printedAs is a paper as it is printed, with these pictures.
func printedAs(t *testing.T, view exam.PaperView, shown pictures) (got printed.Paper) {
	t.Helper()
	layouttest.HTML(t, layouttest.Env{}, templ.ComponentFunc(func(ctx context.Context, _ io.Writer) error {
		got = printedPaper(ctx, paperShown{PaperView: view}, shown)
		return nil
	}))
	return got
}

// What a sheet of paper cannot hold is named on it, where it would stand.
func TestPrintedPaperNamesWhatItCannotHold(t *testing.T) {
	got := printedAs(t, filedPaper(), nil)
	if q := got.Content[0]; q.Stem.Text != "看图。\n【视频不能印出：接待过程】" || q.Options[0].Text != "甲\n【图片未印出：价目表】" || q.Options[1].Text != "乙" {
		t.Errorf("%+v", q)
	}
	if q := got.Content[1]; !strings.Contains(q.Material.Text, "一通电话\n【录音不能印出：顾客来电】") || q.Stem.Text != "她同意了。" {
		t.Errorf("%+v", q)
	}
	if q := got.Content[2]; strings.Contains(q.Stem.Text, "示范") || q.Answer != printed.Written {
		t.Errorf("%+v", q)
	}
}

// A picture that can be printed stands where the page shows it, and is not called missing.
func TestPrintedPaperShowsPictures(t *testing.T) {
	got := printedAs(t, filedPaper(), pictures{"media/b.png": {}})
	if o := got.Content[0].Options[0]; o.Text != "甲" || len(o.Pictures) != 1 {
		t.Errorf("%+v", o)
	}
	for name, want := range map[string]bool{"media/a.jpg": false, "media/a.png": false, "media/a.gif": false, "media/a.webp": true, "media/a.mp3": true, "media/a": true} {
		if got := notPrinted(questionbank.Media{Object: name}); got != want {
			t.Errorf("%s: not printed %v", name, got)
		}
	}
}

// Paper says what kind each question is and how to answer it, and the markers' key what a part of the right answer earns and by what criteria
// an answer in words is marked: the same as on the page.
func TestPrintedPaperSaysHowToAnswerAndHowToMark(t *testing.T) {
	options := []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}, {ID: "c", Text: "丙"}}
	for _, c := range []struct {
		q           questionbank.Question
		remark, key string
	}{
		{questionbank.Question{Type: questionbank.Single, Options: options, Key: questionbank.Key{Choices: []string{"b"}}}, "单选题；10 分", "B"},
		{questionbank.Question{Type: questionbank.Multiple, Options: options, Key: questionbank.Key{Choices: []string{"a", "c"}}}, "多选题；可选多项；10 分", "AC\n少选且没有选错，得 50%；选错不得分"},
		{questionbank.Question{Type: questionbank.Multiple, MultiplePolicy: questionbank.PolicyNone, Options: options, Key: questionbank.Key{Choices: []string{"a", "c"}}}, "多选题；可选多项；10 分", "AC\n全部选对才得分"},
		{questionbank.Question{Type: questionbank.Judgement, PartialPercent: 40, Options: options, Key: questionbank.Key{Grades: []questionbank.OptionGrade{{Option: "c", Grade: questionbank.Green}, {Option: "a", Grade: questionbank.Red}, {Option: "b", Grade: questionbank.Yellow}}}},
			"情境判断题；选出最合适的一种做法；10 分", "A 红 0%；B 黄 40%；C 绿 100%"},
		{questionbank.Question{Type: questionbank.Blank, Stem: "____", Key: questionbank.Key{Gaps: [][]string{{"一", "1"}}}}, "填空题；10 分", "一 / 1"},
		{questionbank.Question{Type: questionbank.Blank, Stem: "____，____", Key: questionbank.Key{Gaps: [][]string{{"一"}, {"二"}}}}, "填空题；10 分", "一；二\n每空（项）分值相同，对一个得一份"},
		{questionbank.Question{Type: questionbank.Ordering, Options: options, Key: questionbank.Key{Choices: []string{"b", "a", "c"}}}, "排序题；按正确的顺序写出各项的字母；10 分", "B A C\n任取两项"},
		{questionbank.Question{Type: questionbank.Labelling, Stem: "{{甲}}{{乙}}", Key: questionbank.Key{Choices: []string{"1"}}}, "标注题；写出文中应标出的部分的序号；10 分", "1\n少选"},
		{questionbank.Question{Type: questionbank.Short, Key: questionbank.Key{Model: "先道歉", Rubric: []questionbank.Criterion{{Text: "致歉", Percent: 40}, {Text: "说明", Percent: 60}}}}, "简答题；10 分", "先道歉\n评分标准：\n· 致歉 40%\n· 说明 60%"},
	} {
		view := exam.PaperView{Content: []exam.PaperContent{{PaperSlot: exam.PaperSlot{Points: 1000}, Question: exam.Question{Question: c.q}}}}
		got := printedAs(t, view, nil).Content[0]
		if got.Remark != c.remark || !strings.HasPrefix(got.Key, c.key) {
			t.Errorf("%s: %q %q", c.q.Type, got.Remark, got.Key)
		}
	}
}

// What is written in Markdown is printed as it is read, without its signs; what is not, as it stands.
func TestPrintedPaperHasNoMarkdown(t *testing.T) {
	const text = "顾客问**哪一项**____？\n\n- 甲 & 乙\n- 丙"
	for markdown, want := range map[bool]string{true: "顾客问哪一项____？\n\n- 甲 & 乙\n- 丙", false: text} {
		q := questionbank.Question{Type: questionbank.Matching, Markdown: markdown, Stem: text, Rows: []string{text}, Options: []questionbank.Option{{ID: "a", Text: text}},
			Stimulus: &questionbank.Stimulus{ID: "s", Text: "**材料**"}}
		view := exam.PaperView{Content: []exam.PaperContent{{Question: exam.Question{Question: q}}}}
		got := printedAs(t, view, nil).Content[0]
		if got.Stem.Text != want+"\n(1) "+want || got.Options[0].Text != want || strings.Contains(got.Material.Text, "*") {
			t.Errorf("markdown %v: %q %q %q", markdown, got.Stem.Text, got.Options[0].Text, got.Material.Text)
		}
	}
}

// leaveAt is the page of somebody who asks for leave so long after it could last be granted.
func leaveAt(k exam.Kind, after time.Duration) granting {
	e := cannedExam(exam.Published)
	e.Kind = k
	row := exam.BoardRow{}
	row.PersonID, row.Name = 104, "周婷"
	return granting{Exam: e, Candidate: row, Form: grantForm{Mode: modeDeferral}, LeaveUntil: e.ClosesAt, Now: e.ClosesAt.Add(after)}
}

func begunAt(g granting) granting {
	g.Candidate.Standing, g.Candidate.State = exam.StandingWorking, exam.Invited
	return g
}
