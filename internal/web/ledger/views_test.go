package ledger

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

func on(text string) time.Time {
	day, _ := time.Parse(time.DateOnly, text)
	return day
}

var (
	attempt = int64(31)
	lines   = []ledger.Line{
		{ID: 3, BookedOn: on("2026-10-02"), Outcome: ledger.Excellent, Pay: ledger.Pay{Points: 20, Fen: 200_00}, Version: 2, AttemptID: &attempt, Title: "<b>三季度考核</b>", Kind: ledger.Quarterly},
		{ID: 2, BookedOn: on("2026-10-02"), Outcome: ledger.Good, Pay: ledger.Pay{Points: -10}, Reversal: true, Version: 2, AttemptID: &attempt, Title: "三季度考核", Kind: ledger.Quarterly},
		{ID: 1, BookedOn: on("2026-09-30"), Outcome: ledger.Good, Pay: ledger.Pay{Points: 10}, Reversed: true, Version: 2, AttemptID: &attempt, Title: "三季度考核", Kind: ledger.Quarterly},
		{ID: 4, BookedOn: on("2026-08-01"), Outcome: ledger.Failed, Pay: ledger.Pay{Points: -5, Fen: -100_00}, Version: 1, Title: "专项考核", Kind: ledger.Special},
	}
	months = []ledger.Month{
		{Month: on("2026-10-01"), N: 2, Pay: ledger.Pay{Points: 10, Fen: 200_00}}, {Month: on("2026-09-01"), N: 1, Pay: ledger.Pay{Points: 10}},
		{Month: on("2026-08-01"), N: 1, Pay: ledger.Pay{Points: -5, Fen: -100_00}}, {Month: on("2026-01-01"), N: 7},
	}
)

// A month of the page holds the page's lines with the sum of all of the month's; a month that is on other pages is left out.
func TestByMonth(t *testing.T) {
	got := byMonth(lines[1:], months)
	var shape []string
	for _, m := range got {
		shape = append(shape, m.Month.Month.Format("2006-01")+" "+strings.Repeat("|", len(m.Lines)))
	}
	if want := []string{"2026-10 |", "2026-09 |", "2026-08 |"}; !slices.Equal(shape, want) || got[0].Points != 10 || got[0].N != 2 {
		t.Errorf("%q, %+v", shape, got)
	}
	if got := byMonth(nil, months); got != nil {
		t.Errorf("%+v", got)
	}
}

// What is not understood filters nothing.
func TestFilterOfAnAddress(t *testing.T) {
	f := filterOf(map[string][]string{"month": {"2026-09"}, "unit": {"7"}, "q": {"小美"}, "sort": {"-worth"}, "page": {"2"}})
	if !f.Month.Equal(on("2026-09-01")) || f.Unit != 7 || f.Search != "小美" || f.Sort != "-worth" || f.Page.Number != 2 {
		t.Errorf("%+v", f)
	}
	for _, month := range []string{"2026-13", "2026", "x", "2026-09-01"} {
		if f := filterOf(map[string][]string{"month": {month}}); !f.Month.IsZero() {
			t.Errorf("%q is %s", month, f.Month)
		}
	}
}

// A file says of each line what the page does, numbers as numbers are written.
func TestFileRow(t *testing.T) {
	row := fileRow(words.ZH, ledger.PersonLine{Line: lines[3], PersonName: "小美", EmployeeNo: "A1", UnitName: "一组"})
	want := []string{"小美", "A1", "一组", "2026-08-01", "专项考核", "专项考核", "不合格", "-5", "-100.00", "-105.00", "1", ""}
	if !slices.Equal(row, want) || len(fileHead(words.ZH)) != len(want) {
		t.Errorf("%q", row)
	}
	for i, note := range []string{"", "冲回", "已冲回"} {
		if got := noteWord(words.ZH, lines[i]); got != note {
			t.Errorf("line %d: %q", i, got)
		}
	}
}

// Every view, rendered once with canned data in both languages.
func TestEveryViewRenders(t *testing.T) {
	staff := list{Sum: ledger.Sum{N: 41, Pay: ledger.Pay{Points: 15, Fen: 100_00}}, Page: page.New(1, 20), Query: "q=x", Months: []time.Time{on("2026-10-01")}, Units: []layout.Option{{Value: "1", Label: "公司"}}}
	for _, l := range lines {
		staff.Lines = append(staff.Lines, ledger.PersonLine{Line: l, PersonName: "<i>张小美</i>", EmployeeNo: "A007", UnitName: "一组"})
	}
	waits := []pending{{7, "四季度考核", remediation.Retraining}}
	me, hr := layouttest.As("张小美", account.Consultant), layouttest.As("人事", account.HR)
	for name, v := range map[string]struct {
		viewer  account.Viewer
		address string
		page    templ.Component
		want    []string
	}{
		"own": {me, "/me/ledger", ownPage(byMonth(lines, months), waits, page.New(1, 4), 11), []string{"2026 年 10 月", "积分 +10 分、奖金 +\u2060¥200.00，共折合 +\u2060¥210.00", "积分 −5 分、奖金 −\u2060¥100.00，共折合 −\u2060¥105.00",
			"/attempts/31/result", "&lt;b&gt;三季度考核", "季度考核 · 优秀 · 政策第 2 版", "冲回", "已冲回", "四季度考核", "/cases/7", "复训中。结束以后", "page=2"}},
		"own none":  {me, "/me/ledger", ownPage(nil, nil, page.New(1, 20), 0), []string{"没有积分和奖金记录", "/exams"}},
		"list":      {hr, "/ledger?sort=-worth", listPage(staff), []string{"&lt;i&gt;张小美", "A007", "一组", "共折合 +\u2060¥115.00", `aria-sort="descending"`, "page=2", "/ledger/export", `value="2026-10"`}},
		"list none": {hr, "/ledger?q=x", listPage(list{Page: page.New(1, 20)}), []string{"没有积分和奖金记录", "/admin/policies"}},
	} {
		t.Run(name, func(t *testing.T) {
			html := layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Address: v.address}, v.page)
			for _, want := range v.want {
				if !strings.Contains(html, want) {
					t.Errorf("without %q", want)
				}
			}
			layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Address: v.address, Lang: words.EN}, v.page)
		})
	}
}
