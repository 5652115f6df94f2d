package bank

import (
	"net/url"
	"strings"
	"testing"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/questionbank"
)

// A short answer question from the editor into the list, the exported file and back.
func TestShortAnswerQuestion(t *testing.T) {
	w := newSite(t)
	w.submit("/bank/topics", url.Values{"parent_id": {"3"}, "name": {"投诉处理"}}, 303, "/bank/topics")
	w.get("/bank/questions/new", 200, `name="percent_6"`)
	form := url.Values{"type": {"short"}, "stem": {"客户投诉术后淤青，写出回复。"}, "explanation": {"先安抚。"}, "difficulty": {"4"}, "topic_1": {"6"},
		"criterion_1": {"致歉；不辩解"}, "percent_1": {"40"}, "criterion_3": {"说明复诊"}, "percent_3": {"50"}}
	w.submit("/bank/questions", form, 422, "没有参考答案")
	form.Set("model", "您好，\r\n很抱歉。")
	page := w.submit("/bank/questions", form, 422, "评分标准的占比合计 90%，应为 100%")
	if !strings.Contains(page, `value="说明复诊"`) || !strings.Contains(page, "很抱歉。") {
		t.Error("what was typed is gone")
	}
	form.Set("percent_3", "六十")
	w.submit("/bank/questions", form, 422, "评分标准第 2 条的占比应在 1% 到 100% 之间")
	form.Set("percent_3", "60")
	at := w.submit("/bank/questions", form, 303, "/bank/questions/1")
	w.get(at, 200, "说明复诊 · 60%")
	w.get(at+"/edit", 200, `name="percent_2" value="60"`)
	w.submit(at+"/publish", nil, 303, at)
	w.get("/bank?type=short", 200, "客户投诉术后淤青")
	if w.total(store.Filter{Type: questionbank.Single}) != 0 {
		t.Error("the filter by type finds another type")
	}
	file := w.get("/bank/export.csv?type=short", 200, "致歉；不辩解=40；说明复诊=60")
	// The exported file is read back as the same question.
	w.get(w.upload("bank.csv", file, 303, "/bank/import/"), 200, "题库已有")
}
