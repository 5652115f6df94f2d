package appraisal

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var (
	cannedDay   = time.Date(2026, 3, 27, 1, 0, 0, 0, time.UTC)
	cannedCycle = appraisal.Cycle{ID: 3, SchemeName: "网电季度综合考核", Version: 2, UnitName: "网络咨询部", Year: 2026, Quarter: 1,
		FromOn: appraisal.Quarter{Year: 2026, No: 1}.From(), ToOn: appraisal.Quarter{Year: 2026, No: 1}.To(), Mode: appraisal.Counting, State: appraisal.Open}
	cannedFacts = []appraisal.Fact{
		{ID: 1, Indicator: "knowledge", Source: appraisal.Round, SourceID: 7, Version: 2, Value: 6000, N: 1, RecordedAt: cannedDay,
			Detail: appraisal.Detail{ExamTitle: "一季度考核", ExamID: 8, AttemptID: 31, Outcome: "passed_retake", ClosedOn: "2026-03-27"}},
		{ID: 2, Indicator: "knowledge", Source: appraisal.Round, SourceID: 9, Version: 1, Value: 9100, N: 1, RecordedAt: cannedDay,
			Detail: appraisal.Detail{ExamTitle: "专项考核", ExamID: 9, AttemptID: 32, Outcome: "passed", ClosedOn: "2026-03-20"}},
		{ID: 3, Indicator: "participation", Source: appraisal.Courses, Version: 1, Value: 6666, N: 3, Detail: appraisal.Detail{Assigned: 3, Completed: 2}},
		{ID: 4, Indicator: "attainment", Source: appraisal.Typed, Version: 1, Value: 9350, N: 1, RecordedAt: cannedDay, Detail: appraisal.Detail{Note: "<b>系统数据</b>"}},
		{ID: 5, Indicator: "chat", Source: appraisal.Typed, Version: 1, Value: 8800, N: 1, RecordedAt: cannedDay},
		{ID: 6, Indicator: "satisfaction", Source: appraisal.Typed, Version: 1, Value: 8600, N: 1, RecordedAt: cannedDay},
		{ID: 7, Indicator: "complaints", Source: appraisal.Typed, Version: 1, Value: 10000, N: 1, RecordedAt: cannedDay},
	}
)

func cannedScheme() appraisal.Scheme {
	p, _ := appraisal.FindPreset("quarterly")
	return p.Scheme
}

// cannedSheet lacks the call's score, or is complete.
func cannedSheet(complete bool) appraisal.Explained {
	facts := cannedFacts
	if complete {
		facts = append(facts[:len(facts):len(facts)], appraisal.Fact{ID: 8, Indicator: "call", Source: appraisal.Typed, Version: 1, Value: 9100, N: 1, RecordedAt: cannedDay})
	}
	c := appraisal.Compute(cannedScheme(), facts)
	e := appraisal.Explained{Cycle: cannedCycle, Scheme: cannedScheme(), Facts: map[appraisal.FactID]appraisal.Fact{}, Recorders: map[appraisal.FactID]string{4: "周组长"}}
	e.Sheet = appraisal.Sheet{ID: 5, CycleID: 3, PersonID: 12, PersonName: "<i>张小美</i>", EmployeeNo: "A007", UnitName: "一组", PostName: "网络咨询员",
		State: appraisal.StateOf(c), Missing: c.Missing, Total: &c.Total, Computed: db.JSONOf(c)}
	if c.Grade != "" {
		e.Grade = &c.Grade
	}
	for _, f := range facts {
		e.Facts[f.ID] = f
	}
	return e
}

func confirmed() appraisal.Explained {
	e := cannedSheet(true)
	opinion := "基础扎实"
	e.State, e.Opinion, e.ConfirmedAt, e.Confirmer, e.Newer = appraisal.SheetConfirmed, &opinion, &cannedDay, "主管", 1
	return e
}

func excused() appraisal.Explained {
	e := cannedSheet(false)
	reason := "产假"
	e.State, e.ExcusedReason = appraisal.SheetExcused, &reason
	return e
}

func toConfirm() appraisal.Explained {
	e := cannedSheet(true)
	e.Cycle.State = appraisal.Scored
	return e
}

func cannedCockpit(typing string, state appraisal.CycleState) cockpitView {
	v := cockpitView{Page: page.New(1, 20), Query: "sort=total", Units: []layout.Option{{Value: "1", Label: "公司"}}}
	v.Cycle, v.Scheme, v.Progress = cannedCycle, cannedScheme(), appraisal.Progress{Collecting: 1, Scored: 1, Confirmed: 1, Excused: 1}
	v.State = state
	v.Gaps, v.Grades = []appraisal.Gap{{Indicator: "call", People: 1}}, []appraisal.GradeCount{{Grade: score.Good, People: 2}}
	v.Sheets, v.Total = []appraisal.Sheet{cannedSheet(false).Sheet, cannedSheet(true).Sheet, confirmed().Sheet}, 45
	for i := range v.Sheets {
		v.Sheets[i].PersonID = account.PersonID(12 + i)
	}
	if i, ok := v.Scheme.Indicator(typing); ok {
		v.Typing = &i
		v.Form = scoresForm{Indicator: typing, People: []int64{12}, Values: []string{"八十"}, Notes: []string{"听录音"}}
		v.Errors = layout.Errors{Fields: []layout.FieldError{{Name: "value-12", Message: "请填 0 到 100 的数"}}}
	}
	return v
}

func cannedVersion(state appraisal.VersionState, change func(*appraisal.Scheme)) appraisal.Version {
	p, _ := appraisal.FindPreset("agreement")
	s := p.Scheme
	s.Dimensions = append([]appraisal.Dimension{}, s.Dimensions...)
	change(&s)
	return appraisal.Version{ID: 4, Name: p.Name, Version: 1, State: state, Preset: p.Key, Body: db.JSONOf(s)}
}

func asIs(*appraisal.Scheme) {}

// Every view, rendered once with canned data in both languages.
func TestEveryViewRenders(t *testing.T) {
	hr := layouttest.As("人事", account.HR)
	draft := cannedVersion(appraisal.Draft, func(s *appraisal.Scheme) { s.Dimensions[0].Weight = 4500 })
	own := cannedSheet(false)
	rows := []appraisal.CycleRow{{Cycle: cannedCycle, Progress: appraisal.Progress{Collecting: 2, Confirmed: 3}}}
	shadow := cannedCycle
	shadow.Mode, shadow.State = appraisal.Shadow, appraisal.Closed
	rows = append(rows, appraisal.CycleRow{Cycle: shadow})
	wrong := layout.Errors{General: "状态不能这样做"}
	for name, view := range map[string]struct {
		page templ.Component
		as   account.Viewer
		want []string
	}{
		"schemes, none":   {schemesPage(nil, appraisal.Presets(), schemeForm{}, layout.Errors{}), hr, []string{"还没有考核方案", "业绩指标 50%"}},
		"schemes":         {schemesPage([]appraisal.Version{draft, cannedVersion(appraisal.Active, asIs), cannedVersion(appraisal.Retired, asIs)}, appraisal.Presets(), schemeForm{Preset: "agreement"}, wrong), hr, []string{"合计 95%", "合计 100%", "低于建议下限"}},
		"a draft":         {schemePage(draft, editorOf(draft.Scheme()), layout.Errors{Fields: []layout.FieldError{{Name: "dimension-0", Message: "权重"}}}), hr, []string{"各维度权重合计 95.00%", "建议不低于 50%", `id="f-dimension-0"`}},
		"a fixed version": {schemePage(cannedVersion(appraisal.Active, asIs), editor{}, layout.Errors{}), layouttest.As("监督", account.Supervisor), []string{"完成率 ≥100% 得 100 分", "15%", "考试成绩自动归入"}},
		"cycles, none":    {cyclesPage(nil, page.New(1, 20), 0, 2026), hr, []string{"还没有考核周期"}},
		"cycles":          {cyclesPage(rows, page.New(1, 20), 2, 2026), hr, []string{"2026 年第 1 季度", "缺数据 2", "第 2 版", "试运行"}},
		"open, no scheme": {newCyclePage(cycleForm{}, layout.Errors{}, nil, nil), hr, []string{"还没有启用的考核方案"}},
		"open":            {newCyclePage(cycleForm{Year: 2026, Quarter: 1, Mode: "counting"}, wrong, []layout.Option{{Value: "1", Label: "方案"}}, []layout.Option{{Value: "1", Label: "公司"}}), hr, []string{"第 1 季度", "正式考核"}},
		"cockpit":         {cockpitPage(cannedCockpit("", appraisal.Open)), hr, []string{"还缺 1 人", "数据是否齐全", "更正", "（暂计）", `href="/appraisal/cycles/3?score=chat"`, `action="/appraisal/cycles/3/export"`, `name="filter" value="sort=total"`}},
		"typing, refused": {cockpitPage(cannedCockpit("call", appraisal.Open)), layouttest.As("组长", account.Lead), []string{`id="f-value-12"`, `value="八十"`, "张小美&lt;/i&gt;：请填"}},
		"scored":          {cockpitPage(cannedCockpit("", appraisal.Scored)), hr, []string{"关闭周期", "重新开放录入"}},
		"closed":          {cockpitPage(cannedCockpit("", appraisal.Closed)), layouttest.As("监督", account.Supervisor), []string{"已关闭"}},
		"sheet, gaps":     {sheetPage(own, sheetForm{}, layout.Errors{}), hr, []string{"缺数据：电话沟通", "暂计：只按", "/exams/8/results", "周组长于 2026-03-27 录入 93.50", "2 轮平均 75.50", "目标完成率 93.5%"}},
		"sheet, confirm":  {sheetPage(toConfirm(), sheetForm{Opinion: "同意"}, wrong), hr, []string{`action="/appraisal/sheets/5/confirm"`, "良好"}},
		"sheet, final":    {sheetPage(confirmed(), sheetForm{}, layout.Errors{}), hr, []string{"基础扎实", "确认人：主管", "又有 1 条新数据"}},
		"sheet, excused":  {sheetPage(excused(), sheetForm{}, wrong), hr, []string{"本期免考核：产假"}},
		"own, none":       {ownListPage(nil), account.Viewer{}, []string{"还没有您的考核表"}},
		"own list":        {ownListPage([]appraisal.OwnSheet{{CycleID: 3, State: own.State, Missing: own.Missing, Total: own.Total, SchemeName: "季度", Year: 2026, Quarter: 1}}), account.Viewer{}, []string{"/me/appraisal/3", "（暂计）"}},
		"own sheet":       {ownSheetPage(own), account.Viewer{}, []string{"/attempts/31/result", "补考合格", "/learn", "应学 3 门，完成 2 门", "总分 ="}},
	} {
		for _, lang := range words.Langs {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				got := layouttest.HTML(t, layouttest.Env{Viewer: view.as, Lang: lang, Address: "/appraisal/cycles/3?sort=total"}, view.page)
				if strings.Contains(got, "<i>张小美</i>") || strings.Contains(got, "<b>系统数据</b>") {
					t.Error("a name or note is not escaped")
				}
				flat := strings.Join(strings.Fields(got), " ")
				for _, want := range view.want {
					if lang == words.ZH && !strings.Contains(flat, want) {
						t.Errorf("the page does not show %q", want)
					}
				}
			})
		}
	}
}

// The main button leads to what a person must type; what exams and courses bring has a lesser one, and nothing is red.
func TestMainButtonLeadsToWhatPeopleType(t *testing.T) {
	v := cannedCockpit("", appraisal.Open)
	v.Gaps = []appraisal.Gap{{Indicator: "knowledge", People: 2}, {Indicator: "chat", People: 1}}
	got := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("人事", account.HR), Address: "/appraisal/cycles/3"}, cockpitPage(v))
	if !strings.Contains(got, `class="btn btn-sm btn-primary" href="/appraisal/cycles/3?score=chat"`) || !strings.Contains(got, `class="btn btn-sm" href="/appraisal/cycles/3?score=knowledge"`) {
		t.Error("the main button is another one")
	}
	sheet := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("人事", account.HR), Address: "/"}, sheetPage(cannedSheet(false), sheetForm{}, layout.Errors{}))
	if strings.Contains(sheet, "danger") || !strings.Contains(sheet, "本期免考核") {
		t.Error("to excuse somebody looks as if it destroyed something")
	}
}

// Scoring is finished only when nothing is missing: until then the button is not to be pressed, and beside it stands why, with a link to whom.
func TestFinishIsOfferedWhenNothingIsMissing(t *testing.T) {
	page := func(missing int) string {
		v := cannedCockpit("", appraisal.Open)
		v.Progress.Collecting = missing
		return layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("人事", account.HR), Address: "/appraisal/cycles/3"}, cockpitPage(v))
	}
	if got := page(2); strings.Contains(got, `data-dialog-open="finish"`) || !strings.Contains(got, `disabled aria-describedby="finish-waits"`) || !strings.Contains(got, `href="/appraisal/cycles/3?state=collecting">还有 2 人缺数据`) {
		t.Error("finishing is offered although data are missing, or it is not said why not")
	}
	if got := page(0); !strings.Contains(got, `data-dialog-open="finish"`) || strings.Contains(got, "finish-waits") {
		t.Error("finishing is not offered although nothing is missing")
	}
}

func TestNextQuarterIsTheFirstWithoutACycle(t *testing.T) {
	row := func(unit account.UnitID, year, no int) appraisal.CycleRow {
		return appraisal.CycleRow{Cycle: appraisal.Cycle{UnitID: unit, Year: year, Quarter: no}}
	}
	top := []layout.Option{{Value: "1"}, {Value: "2"}}
	now := appraisal.Quarter{Year: 2026, No: 4}
	for name, c := range map[string]struct {
		rows []appraisal.CycleRow
		want appraisal.Quarter
	}{
		"none":            {nil, now},
		"the present one": {[]appraisal.CycleRow{row(1, 2026, 4)}, appraisal.Quarter{Year: 2027, No: 1}},
		"two":             {[]appraisal.CycleRow{row(1, 2027, 1), row(1, 2026, 4)}, appraisal.Quarter{Year: 2027, No: 2}},
		"of a part":       {[]appraisal.CycleRow{row(2, 2026, 4)}, now},
		"the one before":  {[]appraisal.CycleRow{row(1, 2026, 3)}, now},
	} {
		if got := nextQuarter(now, c.rows, top); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := nextQuarter(now, []appraisal.CycleRow{row(1, 2026, 4)}, nil); got != now {
		t.Errorf("nothing to choose: %+v", got)
	}
}

// What a viewer may not do is not offered.
func TestButtonsByRole(t *testing.T) {
	for _, tc := range []struct {
		role  account.Role
		shows []string
		hides []string
	}{
		{account.HR, []string{"/collect", "?score=chat", "?score=knowledge"}, nil},
		{account.Superior, []string{"?score=chat", "?score=knowledge"}, []string{"/collect"}},
		{account.Lead, []string{"?score=chat"}, []string{"/collect", "?score=knowledge"}},
		{account.Supervisor, nil, []string{"/collect", "?score="}},
	} {
		got := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("某人", tc.role), Address: "/appraisal/cycles/3"}, cockpitPage(cannedCockpit("", appraisal.Open)))
		for _, s := range tc.shows {
			if !strings.Contains(got, s) {
				t.Errorf("%s is not offered %s", tc.role, s)
			}
		}
		for _, s := range tc.hides {
			if strings.Contains(got, s) {
				t.Errorf("%s is offered %s", tc.role, s)
			}
		}
	}
}

// Nobody is offered an input for the own score or for a sheet that no longer moves.
func TestNoInputForOneselfOrAFixedSheet(t *testing.T) {
	v := cannedCockpit("call", appraisal.Open)
	v.Sheets[1].PersonID = 1 // the viewer of layouttest
	got := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("组长", account.Lead), Address: "/appraisal/cycles/3"}, cockpitPage(v))
	if n := strings.Count(got, `name="value"`); n != 1 || !strings.Contains(got, "不能给自己评分") {
		t.Errorf("%d inputs", n)
	}
}

func TestEditor(t *testing.T) {
	p, _ := appraisal.FindPreset("agreement")
	e := editorOf(p.Scheme)
	if !e.fits(p.Scheme) {
		t.Fatal("a form made from a draft does not fit it")
	}
	e.DimensionWeights[0], e.DimensionWeights[1], e.IndicatorNames[0] = "45", " 30.0% ", "转化率"
	got, err := e.apply(p.Scheme)
	if err != nil || got.Dimensions[0].Weight != 4500 || got.Dimensions[1].Weight != 3000 || got.Dimensions[0].Indicators[0].Name != "转化率" {
		t.Fatalf("%+v %v", got.Dimensions[0], err)
	}
	if p.Scheme.Dimensions[0].Indicators[0].Name == "转化率" {
		t.Error("the preset itself was changed")
	}
	e.IndicatorWeights[1] = "四十"
	if _, err := e.apply(p.Scheme); !errs.Is(err, errs.Invalid) {
		t.Error("a weight that is no number:", err)
	}
	e.IndicatorNames = e.IndicatorNames[1:]
	if e.fits(p.Scheme) {
		t.Error("a form with a part missing fits")
	}
}

func TestExportRows(t *testing.T) {
	head, row := exportHead(words.ZH, cannedScheme()), exportRow(words.ZH, cannedScheme(), cannedSheet(false).Sheet)
	if len(head) != len(row) {
		t.Fatalf("%d heads, %d cells", len(head), len(row))
	}
	text := strings.Join(row, "|")
	for _, want := range []string{"A007", "缺数据", "（暂计）", "75.50"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
}
