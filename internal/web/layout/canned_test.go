package layout_test

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

type view struct {
	env  layouttest.Env
	page templ.Component
	want []string
}

func canned() map[string]view {
	return map[string]view{
		"home":      {page: homePage(), want: []string{"还剩 3 天", "bottom-bar", "aria-current=\"step\""}},
		"list":      {env: trainerAt("/bank?type=single&page=2&sort=-difficulty"), page: listPage(), want: []string{"玻尿酸", "共 1,281 条", "aria-sort=\"descending\""}},
		"form":      {env: trainerAt("/bank/questions/new"), page: formPage(), want: []string{"有内容需要改正", "（选填）"}},
		"import":    {env: trainerAt("/bank/import"), page: importPage(), want: []string{"第 12 行", "共 240 个问题"}},
		"media":     {env: trainerAt("/courseware/3/edit"), page: mediaPage(), want: []string{"data-upload", "data-position-ms=\"73000\"", "80.0 MB"}},
		"empty":     {env: trainerAt("/courseware"), page: emptyPage(), want: []string{"上传第一份课件"}},
		"bare":      {page: within(layout.Bare("登录"), layout.Card("登录")), want: []string{"English"}},
		"notices":   {env: layouttest.Env{Settings: layout.Settings{Demo: true, Insecure: true}}, page: layout.Page(layout.PageProps{Title: "首页"}), want: []string{"演示诊所", "未加密"}},
		"forbidden": {page: layout.ErrorPage(layout.ErrorProps{Status: 403}), want: []string{"没有权限"}},
		"not found": {page: layout.ErrorPage(layout.ErrorProps{Status: 404, RequestID: "K3QH"}), want: []string{"找不到这一页", "K3QH"}},
		"too many":  {page: layout.ErrorPage(layout.ErrorProps{Status: 429}), want: []string{"再试一次"}},
		"gone":      {page: layout.ErrorPage(layout.ErrorProps{Status: 410}), want: []string{"已经结束"}},
		"busy":      {page: layout.ErrorPage(layout.ErrorProps{Status: 503}), want: []string{"服务器繁忙"}},
		"fault":     {page: layout.ErrorPage(layout.ErrorProps{Status: 500, Message: "已记录"}), want: []string{"系统出了问题", "已记录"}},
		"request":   {page: layout.ErrorPage(layout.ErrorProps{Status: 400}), want: []string{"无法处理"}},
	}
}

func trainerAt(address string) layouttest.Env {
	return layouttest.Env{Viewer: layouttest.As("陈思远", account.Trainer, account.HR), Address: address}
}

func homePage() templ.Component {
	return within(layout.Page(layout.PageProps{Title: "今天要做的", Nav: "home"}),
		within(layout.Notice(layout.Warn), text("补考最后一天是 11 月 27 日，还剩 3 天；逾期将转入复训。")),
		within(layout.Stats(),
			layout.Stat(layout.StatProps{Label: "上次成绩", Value: "58.5", Hint: "不合格", URL: "/exams/3", Tone: layout.Bad}),
			layout.Stat(layout.StatProps{Label: "本月积分", Value: "126"}),
			layout.Stat(layout.StatProps{Label: "组内名次", Value: "4 / 9", Tone: layout.OK}),
		),
		within(layout.Card("补考与复训"),
			layout.Steps([]layout.Step{
				{Label: "季度考核", Note: "58.5 分，11-20", State: layout.Failed},
				{Label: "补考", Note: "还剩 3 天", State: layout.Current},
				{Label: "复训", State: layout.Todo},
				{Label: "复训后考核", State: layout.Todo},
			}),
		),
		within(layout.Card("学习"), layout.Ring(64, "注射美容基础"), layout.ProgressBar(64, "注射美容基础")),
		within(layout.Card("选项分析"), layout.BarPlot(layout.BarPlotProps{
			Title: "各组的选择", Groups: []string{"A", "B ✓"}, Series: []layout.PlotSeries{{Label: "高分组", Tone: layout.OK}, {Label: "低分组", Tone: layout.Warn}},
			Values: [][]float64{{20, 80}, {60, 40}}, Most: 100, Unit: "%",
		}), layout.ScatterPlot(layout.ScatterProps{
			Title: "得分率与区分度", XLabel: "得分率", YLabel: "区分度", X: [2]float64{0, 100}, Y: [2]float64{-100, 100}, Good: [4]float64{30, 95, 20, 100},
			Points: []layout.PlotPoint{{X: 60, Y: 40, Tone: layout.OK}, {X: 97, Y: -10, Label: "7", Tone: layout.Bad}},
		})),
		within(layout.Card("各组成绩"), layout.Bar([]layout.Segment{
			{Label: "优秀", Count: 9, Tone: layout.OK}, {Label: "良好", Count: 14, Tone: layout.Info},
			{Label: "合格", Count: 11, Tone: layout.Warn}, {Label: "不合格", Count: 6, Tone: layout.Bad},
		})),
	)
}

func listPage() templ.Component {
	row := func(stem, kind, level string, tone layout.Tone, state string) templ.Component {
		return within(layout.Row(),
			within(layout.MainCell(), text(stem)),
			within(layout.Cell("题型"), text(kind)),
			within(layout.NumberCell("难度"), text(level)),
			within(layout.Cell("状态"), layout.Badge(tone, state)),
			within(layout.ActionCell(), layout.OpenDialog("retire", "停用", layout.Bad)),
		)
	}
	return within(layout.Page(layout.PageProps{Title: "题库", Nav: "bank", Help: "bank", Actions: templ.Raw(`<a class="btn btn-primary" href="/bank/questions/new">新建题目</a><a class="btn" href="/bank/import">导入</a>`)}),
		layout.SearchBar(layout.SearchProps{Placeholder: "题干、编号或拼音首字母", Export: "/bank.xlsx", Filters: []layout.Filter{
			{Name: "type", Label: "题型", Options: []layout.Option{{Value: "single", Label: "单选"}, {Value: "multiple", Label: "多选"}}},
			{Name: "state", Label: "状态", Options: []layout.Option{{Value: "draft", Label: "草稿"}}},
		}}),
		within(layout.Table(layout.TableProps{Caption: "题库", Columns: []layout.Column{
			{Label: "题干"}, {Label: "题型"}, {Label: "难度", Sort: "difficulty", Number: true}, {Label: "状态"}, {Label: "操作", Hidden: true},
		}}),
			row("玻尿酸填充后出现皮肤苍白、疼痛，首先应考虑下列哪种情况？", "单选", "4", layout.OK, "已发布"),
			row("顾客问“能保证不留疤吗”，下列哪些答复符合广告法的要求？", "多选", "3", layout.Warn, "待审核"),
			row("光子嫩肤治疗后当天可以化妆。", "判断", "1", layout.Neutral, "草稿"),
		),
		layout.Pager(2, 20, 1281),
		layout.Confirm(layout.ConfirmProps{ID: "retire", Title: "停用这道题？", Body: "停用后不再进入新试卷，已发布的试卷不受影响。", Action: "/bank/questions/7/retire", Confirm: "停用", Tone: layout.Bad, Reason: true}),
	)
}

func formPage() templ.Component {
	e := layout.Errors{Fields: []layout.FieldError{{Name: "stem", Message: "请填写"}, {Name: "kind", Message: "请从给出的选项中选择"}}}
	return within(layout.Page(layout.PageProps{Title: "新建题目", Nav: "bank", Back: "/bank", Narrow: true}),
		within(layout.Form(layout.FormProps{Action: "/bank/questions", Errors: e}),
			layout.Textarea(layout.TextareaProps{Name: "stem", Label: "题干", Required: true, Hint: "一句话说清问题", Error: e.For("stem")}),
			layout.Choices(layout.ChoicesProps{Name: "kind", Label: "题型", Required: true, Error: e.For("kind"), Values: []string{"multiple"}, Options: []layout.Option{{Value: "single", Label: "单选题"}, {Value: "multiple", Label: "多选题"}}}),
			layout.Select(layout.SelectProps{Name: "point", Label: "知识点", Required: true, Choose: "请选择", Options: []layout.Option{{Value: "1", Label: "注射美容"}}}),
			layout.Input(layout.InputProps{Name: "source", Label: "来源", Hint: "法规名称与条款", Value: "广告法 第十六条", Attrs: templ.Attributes{"maxlength": "200"}}),
			layout.Checkbox("key", "重点题", true),
			layout.FileInput(layout.InputProps{Name: "list", Label: "名单", Plain: true}, ".xlsx", 1000),
			within(layout.FieldsWhile("kind", "single"), layout.Input(layout.InputProps{Name: "single_only", Label: "正确选项"})),
			within(layout.FieldsWhile("kind", "multiple", "blank"), layout.Input(layout.InputProps{Name: "many", Label: "多选计分", Plain: true})),
			layout.Hidden("version", "3"),
			layout.Buttons("保存", "/bank"),
		),
	)
}

func importPage() templ.Component {
	return within(layout.Page(layout.PageProps{Title: "导入预览", Nav: "bank", Back: "/bank/import"}),
		layout.Facts([]layout.Pair{{Label: "文件", Value: "题库-2026Q4.xlsx"}, {Label: "读到", Value: "312 题"}}),
		layout.ProblemList([]layout.Problem{
			{Place: "第 12 行 · 答案", Message: "答案 F 不在选项 A–E 之中", Tone: layout.Bad},
			{Place: "第 40 行 · 解析", Message: "没有解析", Tone: layout.Warn},
		}, 240),
	)
}

func mediaPage() templ.Component {
	return within(layout.Page(layout.PageProps{Title: "编辑课程", Nav: "courseware", Scripts: []string{"upload.js", "player.js"}}),
		within(layout.Form(layout.FormProps{Action: "/courseware/3/units"}),
			layout.Uploader(layout.UploaderProps{Name: "upload_id", Label: "课件文件", Hint: "视频、音频、PDF 或图片。", Accept: "video/*,.pdf", Multiple: true, MaxBytes: 80 << 20})),
		layout.Player(layout.PlayerProps{Kind: layout.VideoPlayer, UnitID: "4", Title: "光电项目", Source: "/media/4", Captions: "/media/5", PositionMS: 73_000, Percent: 40}),
		layout.Player(layout.PlayerProps{Kind: layout.AudioPlayer, UnitID: "5", Title: "话术录音", Source: "/media/6"}),
		layout.Player(layout.PlayerProps{Kind: layout.PagesPlayer, UnitID: "6", Title: "禁忌证", Pages: []string{"/media/7", "/media/8"}, Page: 1, Percent: 50}),
	)
}

func emptyPage() templ.Component {
	return within(layout.Page(layout.PageProps{Title: "课件"}),
		layout.Empty(layout.EmptyProps{Icon: "presentation", Title: "还没有课件", Body: "先上传一段视频或一份讲义，再编成课程。", ActionLabel: "上传第一份课件", ActionURL: "/uploads"}),
		within(layout.Card(strings.Repeat("长", 3)), text("—"), layout.Choices(layout.ChoicesProps{Name: "address", Label: "网址", Options: []layout.Option{{Value: "1", Label: "https://" + strings.Repeat("x", 120)}}})))
}
