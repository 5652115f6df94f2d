package bank

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// site is the bank's pages over a real database, used by a trainer.
type site struct {
	*testing.T
	e *echo.Echo
	s *store.Service
	v account.Viewer
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, clock := dbtest.NewFake(t)
	s, err := store.New(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	w := &site{T: t, s: s, v: layouttest.As("林老师", account.Trainer)}
	w.e = httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(context.Context, string) (httpx.Identity, error) {
			return httpx.Identity{Who: w.v, Actor: w.v.Actor(), Lang: w.v.Lang}, nil
		},
	})
	h := &Handlers{Bank: s}
	for path, fn := range map[string]echo.HandlerFunc{
		"/bank": h.List, "/bank/export.csv": h.Export, "/bank/export.xlsx": h.Export, "/bank/export": h.ExportPage, "/bank/export/file": h.ExportFile, "/bank/questions/new": h.New, "/bank/questions/:id": h.Question,
		"/bank/questions/:id/edit": h.Edit, "/bank/import": h.Import, "/bank/import/template.xlsx": h.Template, "/bank/import/:import": h.Preview,
		"/bank/near": h.Near, "/bank/bulk/edit": h.BulkForm, "/bank/review": h.Review, "/bank/review/imports/:import": h.Batch, "/bank/questions/:id/diff": h.Diff, "/bank/import/:import/left-out.csv": h.LeftOutFile,
		"/bank/rivals": h.Rivals, "/bank/topics": h.Topics, "/bank/topics/:topic": h.Topic,
	} {
		w.e.GET(path, fn)
	}
	for path, fn := range map[string]echo.HandlerFunc{
		"/bank/bulk": h.Bulk, "/bank/questions": h.Create, "/bank/questions/:id": h.Save, "/bank/questions/:id/publish": h.Publish,
		"/bank/questions/:id/retire": h.Retire, "/bank/import": h.Upload, "/bank/import/:import": h.Apply,
		"/bank/near": h.DismissNear, "/bank/bulk/edit": h.BulkEdit, "/bank/questions/:id/tags": h.SaveTags, "/bank/review": h.Decide, "/bank/review/imports/:import": h.DecideBatch, "/bank/questions/:id/submit": h.Submit, "/bank/questions/:id/withdraw": h.Withdraw,
		"/bank/rivals": h.CreateRivals, "/bank/rivals/:set/retire": h.RetireRivals,
		"/bank/topics": h.CreateTopic, "/bank/topics/:topic": h.SaveTopic, "/bank/topics/:topic/retire": h.RetireTopic,
	} {
		w.e.POST(path, fn)
	}
	return w
}

func (w *site) do(r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Authorization", "Bearer x")
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	return rec
}

func (w *site) get(path string, code int, text string) string {
	w.Helper()
	return w.want(w.do(httptest.NewRequest(http.MethodGet, path, nil)), code, text)
}

func (w *site) submit(path string, form url.Values, code int, text string) string {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.want(w.do(r), code, text)
}

func (w *site) upload(name, text string, code int, want string) string {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		w.Fatal(err)
	}
	_, _ = io.WriteString(part, text)
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, "/bank/import", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return w.want(w.do(r), code, want)
}

// want checks the status and a text of the page, and returns where the answer leads or the page itself.
func (w *site) want(rec *httptest.ResponseRecorder, code int, text string) string {
	w.Helper()
	to := rec.Header().Get("Location")
	if rec.Code != code || !strings.Contains(to+rec.Body.String(), text) {
		w.Fatalf("status %d, want %d with %q: %s\n%s", rec.Code, code, text, to, rec.Body)
	}
	if to != "" {
		return to
	}
	return rec.Body.String()
}

func (w *site) total(f store.Filter) int {
	w.Helper()
	_, total, err := w.s.Questions(context.Background(), w.v, f, page.New(1, 100))
	if err != nil {
		w.Fatal(err)
	}
	return total
}

// A trainer writes a question, mends what is wrong, publishes it, opens a new version and retires it.
func TestWriteAndPublish(t *testing.T) {
	w := newSite(t)
	w.get("/bank", 200, "题库还没有题目")
	w.submit("/bank/topics", url.Values{"parent_id": {"4"}, "name": {"医疗广告"}}, 303, "/bank/topics")
	w.submit("/bank/topics", url.Values{"parent_id": {"4"}, "name": {"医疗广告"}}, 422, "同一上级下已有这个名称")
	w.submit("/bank/topics", url.Values{"parent_id": {""}, "name": {"甲"}}, 422, "请选择本领域内的另一个上级")
	w.get("/bank/questions/new", 200, "医疗广告")
	form := url.Values{"type": {"single"}, "stem": {"广告里能写“永久”吗？<b>"}, "option_a": {"能"}, "option_b": {"不能"}, "difficulty": {"2"}, "topic_1": {"6"}}
	w.submit("/bank/questions", form, 422, "没有正确答案")
	form.Set("key", "b")
	at := w.submit("/bank/questions", form, 303, "/bank/questions/1")
	w.get(at, 200, "广告里能写“永久”吗？&lt;b&gt;")
	w.submit(at, form, 409, "刚刚被别人改过") // without the version that the editor began with
	edit := w.get(at+"/edit", 200, `name="revision" value="1"`)
	if !strings.Contains(edit, `value="b" checked`) {
		t.Error("the editor forgot the key")
	}
	form.Set("version", "1")
	form.Set("revision", "1")
	w.submit(at, form, 303, at)
	w.submit(at+"/publish", nil, 303, at)
	if w.total(store.Filter{State: "published"}) != 1 {
		t.Fatal("not published")
	}
	form.Set("revision", "2")
	form.Set("stem", "新的题干？")
	w.submit(at, form, 303, at)
	w.get("/bank?q=永久", 200, "有未发布的修改")
	w.get(at+"?version=1", 200, "永久")
	w.submit("/bank/bulk", url.Values{"question": {"1"}, "act": {"publish"}, "filter": {"q=a"}}, 303, "/bank?q=a")
	w.get("/bank?q=新的题干", 200, "第")
	w.submit("/bank/bulk", url.Values{"question": {"1"}, "act": {"retire"}}, 303, "/bank")
	if w.total(store.Filter{}) != 1 {
		t.Fatal("retired without a reason")
	}
	w.submit(at+"/retire", url.Values{"reason": {"条文已改"}}, 303, at)
	w.get("/bank", 200, "题库还没有题目")
	w.get("/bank?state=retired", 200, "新的题干")
	w.get("/bank/export.csv?state=all", 200, "新的题干")
	w.get("/bank/questions/99", 404, "")
}

// The export's page says what a format loses of the questions that the filter finds, before it gives the file; a file that
// holds them whole is read back.
func TestExportPages(t *testing.T) {
	w := newSite(t)
	w.get("/bank/export", 200, "没有符合条件的题目")
	head := "题型,题干,选项A,选项B,正确答案,知识点,多选计分\n"
	at := w.upload("题.csv", head+"单选题,甲题？,甲,乙,A,4/广告,\n多选题,乙题？,甲,乙,AB,4/广告,全对得分\n排序题,丙题？,甲,乙,AB,4/广告,\n填空题,丁____戊____,,,一；二,4/广告,\n", 303, "/bank/import/")
	w.get(at, 200, "排序题")
	at = w.upload("题.csv", head+"单选题,甲题？,甲,乙,A,4/广告,\n多选题,乙题？,甲,乙,AB,4/广告,全对得分\n填空题,丁____戊____,,,一；二,4/广告,\n", 303, "/bank/import/")
	w.submit(at, url.Values{"state": {"draft"}}, 303, "/bank")
	w.get("/bank?q=乙题", 200, "/bank/export?q=")
	w.get("/bank/export", 200, "都能完整保存")
	page := w.get("/bank/export?to=gift&type=blank", 200, "GIFT 一题只能有一个空，整题不写出")
	if strings.Contains(page, "乙题") || !strings.Contains(page, "/bank/export/file?to=gift&amp;type=blank") {
		t.Error("the filter does not hold")
	}
	filter := url.Values{"q": {"题"}, "topic": {"4"}, "type": {"blank"}, "difficulty": {"3"}, "key": {"no"}, "state": {"all"}, "law": {"广告法"}, "tag": {"7"}, "exposure": {"never"}, "sort": {"id"}}
	page = w.get("/bank/export?"+filter.Encode(), 200, "没有符合条件的题目")
	for name, value := range filter {
		if !strings.Contains(page, `name="`+name+`" value="`+value[0]+`"`) {
			t.Errorf("another format is asked for without %s", name)
		}
	}
	w.get("/bank/export?to=moodle", 200, "标签里")
	w.get("/bank/export/file?to=moodle", 200, "<quiz>")
	file := w.get("/bank/export/file", 200, "PK")
	back := w.upload("备份.zip", file, 303, "/bank/import/")
	w.get(back, 200, "题库已有的 3 道也导入")
}

func TestRivalsPages(t *testing.T) {
	w := newSite(t)
	w.get("/bank/rivals", 200, "还没有互斥题")
	for i := range 2 {
		form := url.Values{"type": {"true_false"}, "stem": {fmt.Sprintf("第 %d 句是对的。", i+1)}, "truth": {"true"}, "difficulty": {"2"}, "topic_1": {"4"}}
		w.submit("/bank/questions", form, 303, "/bank/questions/")
	}
	w.get("/bank/questions/1", 200, "/bank/rivals?q=1&amp;questions=1")
	w.get("/bank/rivals?q=1&questions=1", 200, `value="1"`)
	w.submit("/bank/rivals", url.Values{"questions": {"1"}}, 422, "一组互斥题要有 2–20 个不同的题号")
	w.submit("/bank/rivals", url.Values{"questions": {"1、7"}, "note": {"同一件事"}}, 422, "有题号不在题库里")
	w.submit("/bank/rivals", url.Values{"questions": {"1、2"}, "note": {"同一件事"}}, 303, "/bank/rivals")
	w.get("/bank/rivals?q=2", 200, "同一件事")
	w.get("/bank/rivals?q=9", 200, "这道题没有互斥题")
	w.submit("/bank/rivals/1/retire", nil, 303, "/bank/rivals")
	w.get("/bank/rivals", 200, "还没有互斥题")
}

func TestTopicsPages(t *testing.T) {
	w := newSite(t)
	w.submit("/bank/topics", url.Values{"parent_id": {"2"}, "name": {"电话"}}, 303, "/bank/topics")
	w.get("/bank/topics", 200, "电话")
	w.get("/bank/topics/6", 200, "修改知识点：电话")
	w.get("/bank/topics/2", 404, "") // an area
	w.submit("/bank/topics/6", url.Values{"parent_id": {"2"}, "name": {""}, "position": {"1"}}, 422, "请填写")
	w.submit("/bank/topics/6", url.Values{"parent_id": {"2"}, "name": {"电话礼仪"}, "position": {"3"}}, 303, "/bank/topics")
	w.submit("/bank/topics/6/retire", nil, 303, "/bank/topics")
	if strings.Contains(w.get("/bank/topics", 200, "法律法规"), "电话礼仪") {
		t.Error("a retired point is listed")
	}
}

// A file is uploaded, mended, previewed with its unknown point mapped, and imported.
func TestImportPages(t *testing.T) {
	w := newSite(t)
	w.get("/bank/import", 200, "下载 Excel 模板")
	w.get("/bank/import/template.xlsx", 200, "PK")
	w.submit("/bank/import", nil, 422, "请先选择文件")
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	bad := w.upload("题.csv", head+"单选题,甲题？,甲,乙,F,4/广告\n", 303, "/bank/import/")
	w.get(bad, 200, "第 2 行 · 正确答案")
	w.submit(bad, url.Values{"state": {"draft"}}, 409, "没有导入任何题目")
	good := w.upload("题.csv", head+"单选题,甲题？,甲,乙,A,沟通\n单选题,乙题？,甲,乙,B,4/广告\n", 303, "/bank/import/")
	w.get(good, 200, "沟通（1 题）")
	w.submit(good, url.Values{"state": {"published"}, "path_0": {"沟通"}, "point_0": {"map:2"}}, 303, "/bank")
	if w.total(store.Filter{State: "published"}) != 2 || w.total(store.Filter{TopicID: 2}) != 1 || w.total(store.Filter{TopicID: 4}) != 1 {
		t.Error("not imported as decided")
	}
	w.get(good, 200, "已导入 2 道题")
	w.get("/bank/import/99", 404, "")
}

// A question goes from its writer to the reviewer, back with a reason, and past the reviewer into the pool; what changed is shown.
func TestReviewPages(t *testing.T) {
	w := newSite(t)
	writer, reviewer := w.v, layouttest.As("周主任", account.Professional)
	reviewer.PersonID = writer.PersonID + 1
	to := w.upload("题.csv", "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,甲题？,甲,乙,A,4/医疗广告,说明\n单选题,坏题？,甲,乙,F,,说明\n判断题,丙题？,,,错,4/医疗广告,说明\n", 303, "/bank/import/")
	w.get(to, 200, "略去有错误的 1 道")
	w.submit(to, url.Values{"state": {"in_review"}}, 409, "没有导入任何题目")
	w.submit(to, url.Values{"state": {"in_review"}, "sound_only": {"true"}}, 303, to)
	w.get(to, 200, "没有导入的题（1）")
	w.get(to+"/left-out.csv", 200, "F")
	w.get("/bank/import", 200, "题.csv")
	batch := strings.Replace(to, "/bank/import/", "/bank/review/imports/", 1)
	w.get("/bank/review", 200, batch)
	w.get(batch, 200, "您导入的")
	all := url.Values{"act": {"approve"}, "waiting": {"2"}, "revisions": {"2"}, "looked": {"2"}, "note": {"逐题看过"}}
	w.submit(batch, all, 409, "您导入的")

	w.v = reviewer
	w.get(batch, 200, "整批决定（2 道）")
	w.submit("/bank/review", url.Values{"seen": {"1:1:1"}, "act": {"return"}, "reason": {"题干太短"}, "back": {batch}}, 303, batch)
	w.submit(batch, all, 409, "有变化")
	w.submit("/bank/review", url.Values{"seen": {"2:1:7"}, "act": {"approve"}, "back": {"//elsewhere.example"}}, 303, "/bank/review")
	w.get("/bank?state=published", 200, "没有符合条件")
	all.Set("waiting", "1")
	all.Set("revisions", "1")
	all.Set("looked", "2")
	w.submit(batch, all, 422, "1 到 1")
	all.Set("looked", "1")
	w.submit(batch, all, 303, "/bank/review")
	w.get("/bank/questions/2", 200, "逐题看过 1 道")

	w.v = writer
	w.get("/bank/questions/1", 200, "题干太短")
	w.submit("/bank/questions/1", questionValues("甲题是什么？"), 303, "/bank/questions/1")
	w.submit("/bank/questions/1/submit", nil, 303, "/bank/questions/1")
	w.submit("/bank/questions/1/withdraw", nil, 303, "/bank/questions/1")
	w.submit("/bank/questions/1/submit", nil, 303, "/bank/questions/1")
	w.get(batch, 200, "您参与编写") // what an import brought stays in its batch

	w.v = reviewer
	w.submit("/bank/questions/1/publish", url.Values{"seen": {"1:1:2"}}, 303, "/bank/questions/1")
	w.get("/bank?state=published", 200, "甲题是什么？")
	next := questionValues("甲题又是什么？")
	next.Set("revision", "2")
	w.submit("/bank/questions/1", next, 303, "/bank/questions/1")
	w.get("/bank/questions/1/diff", 200, `<ins class="diff-is">又</ins>`)
	w.get("/bank/questions/1/diff?from=2&to=2", 200, "两版内容相同")
	w.get("/bank/questions/1/diff?from=9", 404, "")
}

// What is near stands side by side on the preview, and in the bank until somebody says that both are meant.
func TestNearPages(t *testing.T) {
	w := newSite(t)
	w.get("/bank/near", 200, "没有相近的题")
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	first, second := "单选题,客户问激光脱毛几次能见效，咨询员怎样回答最合适？,以医生面诊为准,保证三次,A,4/广告\n", "单选题,客户问激光脱毛几次可见效，咨询员怎样回答最合适？,以医生面诊为准,保证三次,A,4/广告\n"
	to := w.upload("题.csv", head+first+second, 303, "/bank/import/")
	w.get(to, 200, "文件里的第 1 道题")
	w.submit(to, url.Values{"state": {"draft"}, "leave": {"2"}}, 303, to)
	w.get(to, 200, "没有导入的题（1）")
	if _, err := w.s.Liken(context.Background()); err != nil {
		t.Fatal(err)
	}
	to = w.upload("题.csv", head+second, 303, "/bank/import/")
	w.get(to, 200, "不导入第 2 行的这一题")
	w.submit(to, url.Values{"state": {"draft"}}, 303, "/bank")
	w.get("/bank/near", 200, "正在比较，暂时还没有发现")
	if _, err := w.s.Liken(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.get("/bank/near", 200, "/bank/rivals?questions=1,2")
	w.submit("/bank/near", url.Values{"version": {"1"}, "other": {"2"}}, 303, "/bank/near")
	w.get("/bank/near", 200, "没有相近的题")
}

// Tags are typed on a question's page, shown in the list and chosen there; what is refused is said.
func TestTagPages(t *testing.T) {
	w := newSite(t)
	tree, err := w.s.Topics(context.Background(), w.v)
	if err != nil {
		t.Fatal(err)
	}
	create := func(stem string) string {
		form := questionValues(stem)
		form.Set("topic_1", tree.Area(4).String())
		return w.submit("/bank/questions", form, 303, "/bank/questions/")
	}
	id := create("问题一")
	w.get(id, 200, `name="tags"`)
	w.submit(id+"/tags", url.Values{"tags": {"术后、 ＡＢ，ab;"}}, 303, id)
	w.get(id, 200, `value="术后、AB"`)
	list := w.get("/bank", 200, "术后")
	create("问题二")
	if !strings.Contains(list, `name="tag"`) {
		t.Error("the list cannot be chosen by tag")
	}
	_, tags, err := w.s.FilterWords(context.Background(), w.v)
	if err != nil || len(tags) != 2 {
		t.Fatal(tags, err)
	}
	if list = w.get("/bank?tag="+tags[0].ID.String(), 200, "问题一"); strings.Contains(list, "问题二") {
		t.Error("a question without the tag is listed")
	}
	w.submit(id+"/tags", url.Values{"tags": {strings.Repeat("长", 21)}}, 303, id)
	w.get(id, 200, `value="术后、AB"`)
}

// A bulk edit is chosen in the list, filled in, seen in a preview, and then done; what moved meanwhile is said.
func TestBulkPages(t *testing.T) {
	w := newSite(t)
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	to := w.upload("题.csv", head+"单选题,问题一要怎样回答？,甲,乙,A,4/广告\n单选题,问题二该怎样处理？,甲,乙,A,4/广告\n", 303, "/bank/import/")
	w.submit(to, url.Values{"state": {"published"}}, 303, "/bank")
	w.get("/bank", 200, `formaction="/bank/bulk/edit"`)
	w.get("/bank/bulk/edit", 303, "/bank")
	w.get("/bank/bulk/edit?question=1", 200, "选了 1 道题")
	w.get("/bank/bulk/edit?all=1&filter=q%3D%E9%97%AE%E9%A2%98", 200, "选了 2 道题")
	chosen := url.Values{"question": {"1", "2"}, "filter": {"q=x"}, "act": {""}}
	w.submit("/bank/bulk/edit", chosen, 422, "请至少选一项要改的")
	chosen.Set("difficulty", "5")
	chosen.Set("add_tag", "春季")
	page := w.submit("/bank/bulk/edit", chosen, 200, "要改 2 道")
	for _, want := range []string{`value="1:1:1"`, `value="2:1:1"`, "生成第 2 版", "难度：", "标签：（空） → 春季", "再做一次批量修改"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	chosen.Set("step", "change")
	w.submit("/bank/bulk/edit", chosen, 200, `value="春季"`)
	chosen.Set("step", "confirm")
	chosen["seen"] = []string{"1:1:1"}
	w.submit("/bank/bulk/edit", chosen, 303, "/bank?q=x")
	chosen["seen"] = []string{"1:1:1", "2:1:1"}
	w.submit("/bank/bulk/edit", chosen, 200, "不能改的题（1）")
	if n := w.total(store.Filter{TagID: 1}); n != 2 {
		t.Errorf("%d questions have the tag", n)
	}
}

// questionValues is a sound single choice as the editor sends it, over version 1 as it was imported.
func questionValues(stem string) url.Values {
	return url.Values{"type": {"single"}, "stem": {stem}, "option_a": {"甲"}, "option_b": {"乙"}, "key": {"a"}, "difficulty": {"3"}, "topic_1": {"6"},
		"explanation": {"说明"}, "version": {"1"}, "revision": {"1"}}
}
