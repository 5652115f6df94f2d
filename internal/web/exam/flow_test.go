package exam_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// rule:C34 from the blueprint to the released result, through the pages alone.
func TestFromBlueprintToRelease(t *testing.T) {
	c := newClinic(t)
	paper := c.drawAPaper()
	c.shows(c.get("讲师", paper), 200, "句话是对的", "2.5 分", "判断题")
	id := c.setUpAnExam(strings.TrimPrefix(paper, "/papers/"))
	c.publishIt(id)

	c.shows(c.get("林小溪", "/exams"), 200, "第一季度考核", "即将开始")
	c.shows(c.get("林小溪", id), 200, "还没到时间", "自动交卷")
	c.clock.Advance(time.Hour + time.Minute)
	c.shows(c.get("林小溪", id), 200, id+"/sit", "最晚 2026")
	_, _, err := c.exams.Start(t.Context(), c.who["林小溪"], account.ParseID[exam.ExamID](strings.TrimPrefix(id, "/exams/")), exam.Arrival{Client: "tab"})
	c.no(err)
	c.shows(c.get("林小溪", id), 200, "继续作答", "/attempts/1")
	c.shows(c.get("人事", id+"/results"), 200, "作答中", "未开始")
	c.shows(c.post("人事", id+"/release"), 409, "没有成绩", "考试结束后才能公布成绩")
	c.giveTime(id)
	c.releaseIt(id)
}

// giveTime tries what cannot be granted, then 15 minutes to the one who sits (decision 21).
func (c *clinic) giveTime(id string) {
	c.Helper()
	path := id + "/people/" + c.who["林小溪"].PersonID.String()
	c.shows(c.get("人事", path), 200, "调整林小溪的考试时间", "2026-03-02 11:01", "作答中")
	c.shows(c.post("人事", path, "mode", "times", "extra_minutes", "15"), 422, "请写明原因")
	c.shows(c.post("人事", path, "mode", "times", "extra_minutes", "9999", "reason", "网络故障"), 422, "加时在 0 到 24 小时之间", `value="9999"`)
	c.shows(c.post("人事", path, "mode", "deferral", "reason", "病假"), 422, "结束时间")
	c.shows(c.post("人事", path, "mode", "deferral", "opens_at", "2026-03-05T09:00", "closes_at", "2026-03-05T11:00", "reason", "病假"), 409, "考生已经开考，不能办缓考", `value="2026-03-05T09:00"`)
	c.led(c.post("人事", path, "mode", "times", "extra_minutes", "15", "reason", "网络故障"), id+"/results")
	c.shows(c.get("人事", id+"/results"), 200, "加时 15 分钟", "11:16 截止")
	c.shows(c.get("人事", id+"/people/99"), 404)
	c.shows(c.get("讲师", path), 403)
}

func (c *clinic) drawAPaper() string {
	c.Helper()
	c.shows(c.get("讲师", "/papers/new"), 200, "法律法规 › 医疗广告")
	c.shows(c.post("讲师", "/papers/new", with(c.blueprintFields("99"), "do", "check")...), 200, "法律法规 › 医疗广告 差 87 道判断题", "题库符合的有 12 题")
	c.shows(c.post("讲师", "/papers/new", with(c.blueprintFields("x"), "do", "save")...), 422, "题数在 1 到 200 之间", `value="x"`)
	c.shows(c.post("讲师", "/papers/new", with(c.blueprintFields("4"), "do", "add")...), 200, "第 2 行")
	blueprint := c.led(c.post("讲师", "/papers/new", c.blueprintFields("99")...), "/papers/blueprints/")
	c.shows(c.post("讲师", blueprint+"/draw", "title", "卷一"), 409, "差 87 道")
	c.led(c.post("讲师", blueprint, c.blueprintFields("4")...), blueprint)
	c.shows(c.get("讲师", blueprint), 200, `hx-trigger="load, change delay:600ms"`)
	c.shows(c.post("讲师", blueprint, with(c.blueprintFields("4"), "do", "check")...), 200, "题库足够：共 4 题，满分 10 分")
	return c.led(c.post("讲师", blueprint+"/draw", "title", "卷一"), "/papers/")
}

func (c *clinic) setUpAnExam(paper string) string {
	c.Helper()
	c.shows(c.get("讲师", "/exams/new?paper="+paper), 200, "2026-03-03T09:00", "卷一（4 题，10 分）")
	c.shows(c.post("讲师", "/exams/new", with(examFields(paper), "limit_minutes", "121")...), 422, "答题时长不能超过开放时间", `value="121"`)
	c.shows(c.post("讲师", "/exams/new", with(examFields(paper), "opens_at", "soon")...), 422, "请选择日期和时间")
	setup := c.led(c.post("讲师", "/exams/new", examFields("")...), "/exams/")
	id := strings.TrimSuffix(setup, "/setup")
	c.shows(c.get("讲师", setup), 200, "请先选择试卷", "还没有邀请任何人", "2026-03-02 10:00 起可以开始")
	c.led(c.post("讲师", setup, examFields(paper)...), setup)
	const idle = "试卷只有一个部分，所以不起作用"
	oneWay := append(examFields(paper), "way", "one_way")
	c.led(c.post("讲师", setup, oneWay...), setup)
	c.shows(c.get("讲师", setup), 200, idle)
	c.shows(c.get("人事", id+"/publish"), 200, idle)
	c.led(c.post("讲师", setup, examFields(paper)...), setup)
	if strings.Contains(c.get("讲师", setup).body, idle) {
		c.Error("of an exam to and fro it is said that its one way does nothing")
	}
	c.shows(c.post("人事", id+"/publish"), 422, "还没有邀请任何人", `href="`+id+`/setup#people"`)
	c.led(c.post("讲师", id+"/people", "unit_id", "2", "post_id", "1"), setup)
	c.led(c.post("人事", id+"/people", "person_id", c.who["讲师"].PersonID.String()), setup)
	c.led(c.post("讲师", id+"/people/"+c.who["讲师"].PersonID.String()+"/remove"), setup)
	c.led(c.post("讲师", id+"/people"), setup)
	c.shows(c.get("讲师", setup+"?who=A003"), 200, "考生（2）", "林小溪", "赵可欣", "已在名单")
	c.shows(c.get("讲师", setup+"?who=zz"), 200, "没有找到这个人")
	c.shows(c.get("讲师", setup+"?unit_id=1"), 200, "符合的在职人员有 4 人，其中 2 人已在名单，将新增 2 人", "邀请这 2 人")
	c.shows(c.get("讲师", setup+"?unit_id=2"), 200, "其中 2 人已在名单，将新增 0 人")
	c.shows(c.get("讲师", setup+"?post_id=99"), 200, "没有在职人员符合")
	c.led(c.post("讲师", id+"/people", "person_id", "9999"), setup)
	return id
}

func (c *clinic) publishIt(id string) {
	c.Helper()
	c.shows(c.get("人事", id+"/publish"), 200, "2 人", "确认发布", "卷一（4 题，10 分）")
	c.shows(c.post("讲师", id+"/publish"), 403)
	c.led(c.post("人事", id+"/publish"), id+"/setup")
	c.shows(c.post("人事", id+"/publish"), 409, "考试已发布，还没有全部考完")
	c.shows(c.post("讲师", id+"/setup", examFields("1")...), 409, "状态刚刚变了")
}

// export takes the board out of the house, with a reason, and the lists that name nobody, without one.
func (c *clinic) export(id string) {
	c.Helper()
	c.led(c.post("人事", id+"/results/export", "format", "csv"), id+"/results")
	c.shows(c.post("人事", id+"/results/export", "format", "csv", "reason", "核对", "filter", "standing=absent"), 200, "A003,赵可欣,网络咨询部,缺考,0.00,10.00,0.00,不合格,,2026-03-02 12:01:00,1")
	if got := c.post("人事", id+"/results/export", "format", "xlsx", "reason", "核对"); got.status != 200 || !strings.HasPrefix(got.body, "PK") {
		c.Errorf("%d, no sheet", got.status)
	}
	c.shows(c.post("林小溪", id+"/results/export", "reason", "好奇"), 403)
	c.shows(c.get("讲师", "/exams/export.csv?kind=quarterly"), 200, "第一季度考核,季度考核,")
	if got := c.get("讲师", "/exams/export.csv?kind=mock"); strings.Contains(got.body, "第一季度考核") {
		c.Error("the file does not keep the filter")
	}
	if got := c.get("讲师", "/exams/export.xlsx"); got.status != 200 || !strings.HasPrefix(got.body, "PK") {
		c.Errorf("%d, no sheet", got.status)
	}
	c.shows(c.get("讲师", "/papers/export.csv?use=used"), 200, "卷一,4,10.00,1,")
	c.shows(c.get("讲师", "/papers/export.csv?show=blueprints"), 200, "广告法卷,4,10.00,30,2,")
	c.shows(c.get("林小溪", "/exams/export.csv"), 403)
	c.shows(c.get("讲师", "/papers?use=free"), 200, "没有符合条件的试卷")
	c.shows(c.get("讲师", "/papers?show=blueprints&q=%E5%B9%BF%E5%91%8A"), 200, "广告法卷")
}

// releaseIt lets the exam end with one empty hand-in and one absence, and releases both.
func (c *clinic) releaseIt(id string) {
	c.Helper()
	c.clock.Advance(2 * time.Hour)
	c.no(c.exams.Due(c.Context(), c.clock.Now()))
	c.no(c.exams.Due(c.Context(), c.clock.Now()))
	c.shows(c.get("林小溪", id), 200, "已交卷", "/attempts/1/receipt")
	c.shows(c.get("讲师", id+"/results"), 200, "2 份成绩还没有公布", "系统收卷")
	if strings.Contains(c.get("讲师", id+"/results").body, "0 / 10") {
		c.Error("a trainer sees a score before its release")
	}
	c.shows(c.get("人事", id+"/release"), 200, "将为 2 人开放补考，最晚到 2026-03-09 12:00", "公布 2 份成绩")
	c.overdue(id)
	c.led(c.post("人事", id+"/release"), id+"/results")
	c.shows(c.post("人事", id+"/release"), 409, "没有可公布的成绩")
	c.shows(c.get("人事", id+"/results?band=fail"), 200, "林小溪", "赵可欣", "0 / 10")
	c.export(id)
	c.shows(c.get("林小溪", id), 200, "不合格", "/attempts/1/result")
	c.led(c.post("人事", id+"/archive"), "/exams?desk=1")
	c.shows(c.get("人事", "/exams?desk=1&state=archived&q=%E5%AD%A3%E5%BA%A6"), 200, "第一季度考核", "已归档")
	c.shows(c.get("人事", "/exams?desk=1&q=%E5%B9%B4%E5%BA%A6"), 200, "没有符合条件的考试")
}

// overdue looks at results that wait, up to the midnight that begins day 3 (the exam closed on March 2). rule:N02
func (c *clinic) overdue(id string) {
	c.Helper()
	midnight := time.Date(2026, 3, 5, 0, 0, 0, 0, c.zone)
	was := c.clock.Now()
	c.clock.Set(midnight.Add(-time.Microsecond).UTC())
	c.shows(c.get("人事", "/exams?desk=1&state=unreleased"), 200, "2 份待公布")
	c.shows(c.get("人事", id+"/results"), 200, "有 2 份成绩还没有公布")
	c.clock.Set(midnight.UTC())
	c.shows(c.get("人事", "/exams?desk=1&state=unreleased"), 200, "第 3 天，2 份未公布")
	c.shows(c.get("人事", id+"/results"), 200, "考试结束后第 3 天，仍有 2 份成绩没有公布")
	c.clock.Set(was)
}

// rule:N05 rule:C43 what an examinee reads follows the versions that the exam was published with, not those that came later.
func TestHallSaysThePinnedRules(t *testing.T) {
	c := newClinic(t)
	id := c.setUpAnExam(strings.TrimPrefix(c.drawAPaper(), "/papers/"))
	c.no(c.exams.AddAbsence(t.Context(), account.System(), exam.Absence{LeaveHours: 24}, time.Time{}))
	c.shows(c.get("人事", id+"/publish"), 200, "只记为缺考", "考试结束后 24 小时内（2026-03-03 12:00 之前）")
	c.publishIt(id)
	c.clock.Advance(time.Minute)
	c.no(c.exams.AddAbsence(t.Context(), account.System(), exam.DefaultAbsence(), time.Time{}))
	c.no(c.exams.AddBands(t.Context(), account.System(), score.Bands{PassFrom: 8000, Edges: []score.Edge{
		{Band: score.Excellent, From: 9500}, {Band: score.Good, From: 9000}, {Band: score.Pass, From: 8000}, {Band: score.Fail}}}, time.Time{}))
	page := c.get("林小溪", id)
	c.shows(page, 200, "只记为缺考", "24 小时内（2026-03-03 12:00 之前）", "优秀：90% 及以上", "低于 60%")
	if strings.Contains(page.body, "按 0 分计") || strings.Contains(page.body, "95%") {
		t.Error("a rule that came later is told")
	}
	c.shows(c.get("讲师", id+"/setup"), 200, "只记为缺考", "优秀：90% 及以上")
}

// The budget of a page is eight statements, one of them the bell's, however many people an exam has.
func TestPagesKeepToTheirStatements(t *testing.T) {
	c := newClinic(t)
	id := c.setUpAnExam(strings.TrimPrefix(c.drawAPaper(), "/papers/"))
	for _, path := range []string{"/exams?desk=1", "/papers", "/papers?show=blueprints", id + "/setup?unit_id=1", id + "/setup?who=A003", id + "/publish"} {
		c.keeps(path)
	}
	c.mockBeside(id)
	c.shows(c.get("人事", id+"/publish"), 200, "有 4 道题和这场考试相同")
	c.keeps(id + "/publish")
	c.publishIt(id)
	c.clock.Advance(4 * time.Hour)
	c.no(c.exams.Due(t.Context(), c.clock.Now()))
	for _, path := range []string{"/exams?desk=1", id + "/setup?who=A", id + "/results?q=A&sort=-score&unit=1", id + "/release", id + "/people/" + c.who["林小溪"].PersonID.String()} {
		c.keeps(path)
	}
}

// mockBeside publishes a mock with the exam's own paper.
func (c *clinic) mockBeside(id string) {
	c.Helper()
	e, err := c.exams.Exam(c.Context(), account.System(), account.ParseID[exam.ExamID](strings.TrimPrefix(id, "/exams/")))
	c.no(err)
	mock, err := c.exams.CreateExam(c.Context(), account.System(), exam.Settings{
		Title: "考前模拟", Kind: exam.Mock, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt, LimitSeconds: e.LimitSeconds, GraceSeconds: e.GraceSeconds,
		Review: exam.ReviewKeys, Release: exam.ReleaseAtHandIn, AttemptsAllowed: 3,
	}, *e.PaperID)
	c.no(err)
	_, err = c.exams.Invite(c.Context(), account.System(), mock, account.Audience{PersonIDs: []account.PersonID{c.who["林小溪"].PersonID}})
	c.no(err)
	c.no(c.exams.Publish(c.Context(), account.System(), mock))
}

func (c *clinic) keeps(path string) {
	c.Helper()
	ctx, tally := db.WithTally(c.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "peikao", Value: url.QueryEscape("人事")})
	w := httptest.NewRecorder()
	c.echo.ServeHTTP(w, r)
	if n := len(tally.Runs()) + 1; w.Code != http.StatusOK || n < 2 || n > 8 {
		c.Errorf("%s: status %d, %d statements: %+v", path, w.Code, n, tally.Runs())
	}
}

func TestWhatIsForeignIsNotThere(t *testing.T) {
	c := newClinic(t)
	for _, path := range []string{"/exams/7", "/exams/x", "/exams/9223372036854775808"} {
		c.shows(c.get("林小溪", path), 404)
	}
	for _, path := range []string{"/exams/7/setup", "/exams/7/publish", "/exams/7/results", "/exams/7/release", "/papers/7", "/papers/blueprints/7"} {
		c.shows(c.get("人事", path), 404)
	}
	for _, path := range []string{"/exams/7/setup", "/exams/7/publish", "/exams/7/results", "/papers", "/papers/7", "/exams/new"} {
		c.shows(c.get("林小溪", path), 403)
	}
	c.led(c.get("人事", "/exams/7"), "/exams/7/setup")
	c.led(c.get("人事", "/exams"), "/exams?desk=1")
	c.shows(c.get("林小溪", "/exams?desk=1"), 200, "目前没有您的考试")
}

// Parallel forms through the pages: drawn, shown beside each other, named before the publication.
func TestFormsPages(t *testing.T) {
	c := newClinic(t)
	blueprint := c.led(c.post("讲师", "/papers/new", c.blueprintFields("4")...), "/papers/blueprints/")
	paper := c.led(c.post("讲师", blueprint+"/draw", "title", "季考", "forms", "2"), "/papers/")
	c.shows(c.get("讲师", paper), 200, "季考（A 卷）", "季考（B 卷）", "最多相差 0.00", "没有重复的题")
	c.led(c.post("讲师", blueprint+"/draw", "title", "季考", "forms", "9"), blueprint)
	c.led(c.post("讲师", blueprint+"/draw", "title", "季考", "forms", "4"), "/papers/")
	id := strings.TrimSuffix(c.led(c.post("讲师", "/exams/new", examFields(strings.TrimPrefix(paper, "/papers/"))...), "/exams/"), "/setup")
	c.shows(c.get("人事", id+"/publish"), 200, "A、B 卷平均分给考生")
	c.led(c.post("人事", id+"/people", "person_id", c.who["林小溪"].PersonID.String()), id+"/setup")
	c.shows(c.get("讲师", blueprint), 200, "给哪场考试用", "（已邀请 1 人）")
	paper = c.led(c.post("讲师", blueprint+"/draw", "title", "给她", "exam", strings.TrimPrefix(id, "/exams/")), "/papers/")
	c.shows(c.get("讲师", paper), 200, "邀请的人都没见过")
}

// rule:C37 an exam on paper through the pages: printed, marks keyed in by one person, the sum checked by another.
func TestExamOnPaperPages(t *testing.T) {
	c := newClinic(t)
	for marker, as := range map[string]string{"阅卷甲": "人事", "阅卷乙": "讲师"} {
		v := c.who[as]
		v.Name, v.Grants = marker, []account.Grant{{Role: account.Marker, UnitID: v.Grants[0].UnitID, Units: v.Grants[0].Units}}
		c.who[marker] = v
	}
	blueprint := c.led(c.post("讲师", "/papers/new", c.blueprintFields("4")...), "/papers/blueprints/")
	paper := c.led(c.post("讲师", blueprint+"/draw", "title", "季考"), "/papers/")
	for _, part := range []string{"", "?part=key"} {
		if pdf := c.get("讲师", paper+"/print.pdf"+part); pdf.status != 200 || !strings.HasPrefix(pdf.body, "%PDF-") {
			t.Errorf("%q: %d", part, pdf.status)
		}
	}
	id := strings.TrimSuffix(c.led(c.post("讲师", "/exams/new", examFields(strings.TrimPrefix(paper, "/papers/"))...), "/exams/"), "/setup")
	c.shows(c.get("讲师", id+"/setup"), 200, "这场考试是笔试")
	c.led(c.post("讲师", id+"/setup/paper", "on_paper", "true"), id+"/setup")
	person := c.who["林小溪"].PersonID.String()
	c.led(c.post("讲师", id+"/people", "person_id", person), id+"/setup")
	c.led(c.post("人事", id+"/publish"), id+"/setup")
	c.shows(c.get("林小溪", id), 200, "这是笔试：请按时到考场")
	c.clock.Advance(2 * time.Hour)
	c.shows(c.get("阅卷甲", "/marking"), 200, id+"/sheets", "1 份待登分或复核")
	c.shows(c.get("阅卷甲", id+"/sheets"), 200, "林小溪", "未登分")
	sheet := id + "/sheets/" + person
	c.shows(c.get("阅卷甲", sheet), 200, "第 4 题（2.5 分）", `name="marks.4"`, "缺考")
	fields := []string{"do", "enter", "marks.1", "2.5", "marks.2", "", "marks.3", "2.5", "marks.4", "1", "sum", "6"}
	c.shows(c.post("阅卷甲", sheet, with(fields, "sum", "5")...), 422, "各题加起来是 6", `value="2.5"`)
	c.shows(c.post("阅卷甲", sheet, with(fields, "marks.4", "9")...), 422, "得分在 0 到 2.50 之间")
	c.shows(c.post("阅卷甲", sheet, with(fields, "marks.4", "x")...), 422, "请填数字")
	c.led(c.post("阅卷甲", sheet, fields...), id+"/sheets")
	c.shows(c.post("阅卷甲", sheet, "do", "confirm", "again", "6"), 409, "自己登记的要由另一人复核")
	if page := c.get("阅卷乙", sheet); strings.Contains(page.body, `value="2.5"`) || !strings.Contains(page.body, "人事 已登记每题得分") {
		t.Error("the second person sees the marks, or is not asked")
	}
	c.shows(c.post("阅卷乙", sheet, "do", "confirm", "again", "6.5"), 422, "与登记的合计不同")
	c.led(c.post("阅卷乙", sheet, "do", "confirm", "again", "6"), id+"/sheets")
	c.shows(c.get("阅卷乙", id+"/sheets?standing=confirmed"), 200, "已出成绩")
	c.shows(c.get("阅卷乙", sheet), 200, "成绩已生成")
	c.shows(c.get("讲师", id+"/sheets"), 403)
}
