package admin

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// Facts are read by people: by their words, with names, times and states as people say them; what has no word keeps its name, and nothing
// that is no JSON is lost.
func TestFactsAreReadable(t *testing.T) {
	ctx := layout.Context(t.Context(), layout.Settings{Zone: time.UTC}, layouttest.As("监督", account.Supervisor), words.ZH, "/admin/audit")
	names := map[account.PersonID]string{7: "林小溪"}
	for body, want := range map[string]string{
		`{"facts":{"person_id":"7","from":"retake_due","to":"closed","outcome":""}}`: "原状态：待补考；结果：—；人员：林小溪；新状态：已结",
		`{"facts":{"person_id":8,"absent":true,"overran":false,"note":null}}`:        "缺考：是；说明：—；评分拖过期限：否；人员：8",
		`{"facts":{"fen":-5000,"points":-5}}`:                                        "金额：−\u2060¥50.00；积分：-5",
		`{"facts":{"closes_at":"2026-10-04T10:00:00Z","zzz_new":"x"}}`:               "截止时间：2026-10-04 10:00；zzz_new：x",
		`{"facts":{"person_ids":["7","9"],"body":{"year":2026,"quarter":3}}}`:        "内容：季度 3；年度 2026；人员：林小溪、9",
		`{"facts":{},"personal":{"name":"ab","phone":"cd"}}`:                         "个人信息：名称、手机（只存指纹）",
		`{"facts":["a",1]}`: "详情：a、1",
		`broken`:            "详情：broken",
		`{"facts":{"later_close":[{"exam_id":3,"person_id":7,"closes_at":"2026-10-04T10:00:00Z"}]}}`: "截止改晚：截止时间 2026-10-04 10:00；考试编号 3；人员 林小溪",
		`{"facts":{"after":{"PersonID":"7","ClosesAt":null},"author":"person:7"}}`:                   "之后：截止时间 —；人员 林小溪；作者：林小溪",
	} {
		if got := factsLine(ctx, names, "", body); got != want {
			t.Errorf("%s\n is %s\nnot %s", body, got, want)
		}
		if people := peopleOf("", "", body, 0); strings.Contains(want, "林小溪") && !slices.Contains(people, 7) {
			t.Errorf("%s\n names nobody but %v", body, people)
		}
	}
	for act, want := range map[string]string{
		"case.passed": "新状态：已结", "appraisal.cycle.close": "新状态：已关闭", "": "新状态：已结", "appraisal.sheet.confirm": "新状态：已关闭",
	} {
		if got := factsLine(ctx, nil, act, `{"facts":{"to":"closed"}}`); got != want {
			t.Errorf("%s: %s, not %s as its pages say", act, got, want)
		}
	}
}

// A page writes the first entries of a long list and how many there are; the file writes all, over as many cells as hold them, and names
// everybody of them.
func TestLongFacts(t *testing.T) {
	ctx := layout.Context(t.Context(), layout.Settings{Zone: time.UTC}, layouttest.As("监督", account.Supervisor), words.ZH, "/admin/audit")
	long := `{"facts":{"person_ids":[7` + strings.Repeat(",8", 499) + `]}}`
	names := map[account.PersonID]string{7: "林小溪", 8: strings.Repeat("诺", 100)}
	if got := factLines(ctx, nil, "", long)[0].Value; !strings.HasSuffix(got, "等共 500 项") || strings.Count(got, "8") != 20-1 {
		t.Errorf("on the page: %s", got)
	}
	if page, file := peopleOf("", "", long, mostOfList), peopleOf("", "", long, 0); len(page) != 20 || len(file) != 500 {
		t.Errorf("%d people are looked up for the page, %d for the file", len(page), len(file))
	}
	rows := auditRows(ctx, record{Names: names, Events: []audit.Listed{{Actor: "system", Act: "exam.invite", Subject: "exam:3", Body: long, Seq: 12}}})
	if len(rows) != 3 {
		t.Fatalf("%d rows of a file, want a head and two for the facts", len(rows))
	}
	whole := rows[1][6] + rows[2][6]
	if strings.Count(whole, names[8]) != 499 || !strings.HasPrefix(whole, "人员：林小溪") {
		t.Errorf("in the file: %.90s… %d", whole, strings.Count(whole, names[8]))
	}
	for _, row := range rows[1:] {
		if row[0] != "12" || row[5] != "考试 3" || utf8.RuneCountInString(row[6]) > mostOfCell {
			t.Errorf("%q with %d characters", row[:6], utf8.RuneCountInString(row[6]))
		}
	}
}

// The file has a line for each event, in words.
func TestAuditFile(t *testing.T) {
	ctx := layout.Context(t.Context(), layout.Settings{Zone: time.UTC}, layouttest.As("监督", account.Supervisor), words.ZH, "/admin/audit")
	at := time.Date(2026, 11, 21, 6, 5, 9, 0, time.UTC)
	rows := auditRows(ctx, record{Names: map[account.PersonID]string{7: "周敏"}, Events: []audit.Listed{{At: at, Actor: "person:7", Act: "exam.publish", Subject: "exam:3", Body: `{"facts":{"round_id":2}}`, Seq: 12}}})
	if len(rows) != 2 || len(rows[0]) != len(rows[1]) || strings.Join(rows[1], "|") != "12|2026-11-21 06:05:09|考试：发布|exam.publish|周敏|考试 3|考核轮次编号：2" {
		t.Errorf("%q", rows)
	}
}
