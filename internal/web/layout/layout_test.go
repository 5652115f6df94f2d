package layout_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// group renders several pieces one after another, as the children of a page.
func group(parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, p := range parts {
			if err := p.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(s))
		return err
	})
}

// within gives a component its children, as `@outer() { … }` does in a view.
func within(outer templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, group(children...)), w)
	})
}

// Every view of the package, rendered once with canned data in both languages.
func TestEveryViewRenders(t *testing.T) {
	for name, view := range canned() {
		for _, lang := range words.Langs {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				env := view.env
				env.Lang = lang
				page := layouttest.HTML(t, env, view.page)
				for _, want := range view.want {
					if lang == words.ZH && !strings.Contains(page, want) {
						t.Errorf("the page does not show %q", want)
					}
				}
			})
		}
	}
}

func TestMenuByRole(t *testing.T) {
	for _, tc := range []struct {
		name       string
		roles      []account.Role
		shows      []string
		hides      []string
		bottomOnly bool
	}{
		{"consultant", []account.Role{account.Consultant}, []string{"/learn", "/exams", "/me"}, []string{"/bank", "/people", "/cases", "/admin/audit"}, true},
		{"trainer", []account.Role{account.Trainer}, []string{"/courseware", "/bank", "/papers", "/admin/policies"}, []string{"/people", "/admin/audit"}, false},
		{"hr", []account.Role{account.HR}, []string{"/cases", "/people", "/org", "/appraisal/cycles", "/admin/policies"}, []string{"/admin/audit"}, false},
		{"supervisor", []account.Role{account.Supervisor}, []string{"/cases", "/admin/audit", "/admin/policies"}, []string{"/courseware"}, false},
		{"admin", []account.Role{account.Admin}, []string{"/people", "/admin/audit", "/admin/policies"}, []string{"/bank", "/cases"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", tc.roles...)}, layout.Page(layout.PageProps{Title: "页"}))
			for _, path := range tc.shows {
				if !strings.Contains(page, `href="`+path+`" class="sidebar-link"`) {
					t.Errorf("the menu lacks %s", path)
				}
			}
			for _, path := range tc.hides {
				if strings.Contains(page, `href="`+path+`" class="sidebar-link"`) {
					t.Errorf("the menu shows %s", path)
				}
			}
			if got := strings.Contains(page, `class="bottom-bar"`); got != tc.bottomOnly {
				t.Errorf("bottom bar %v, want %v", got, tc.bottomOnly)
			}
		})
	}
}

func TestMenuMarksThePage(t *testing.T) {
	page := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Trainer), Address: "/bank/questions/7"},
		layout.Page(layout.PageProps{Title: "题目"}))
	if !strings.Contains(page, `href="/bank" class="sidebar-link" aria-current="page"`) {
		t.Error("/bank is not marked on /bank/questions/7")
	}
	if strings.Contains(page, `href="/" class="sidebar-link" aria-current="page"`) {
		t.Error("the home page is marked too")
	}
}

func TestSummaryNamesFieldsByTheirLabels(t *testing.T) {
	e := layout.Errors{Fields: []layout.FieldError{{Name: "stem", Message: "请填写"}}}
	form := within(layout.Form(layout.FormProps{Action: "/bank/questions", Errors: e}),
		layout.Input(layout.InputProps{Name: "stem", Label: "题干", Required: true, Error: e.For("stem")}))
	page := strings.Join(strings.Fields(layouttest.HTML(t, layouttest.Env{}, form)), " ")
	if !strings.Contains(page, `<a href="#f-stem">题干：请填写</a>`) {
		t.Errorf("the summary does not lead to the field: %s", page)
	}
	if strings.Index(page, "error-summary") > strings.Index(page, "form-control") {
		t.Error("the summary stands below the field")
	}
	for _, want := range []string{`aria-describedby="f-stem-error"`, `aria-invalid="true"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the field lacks %s", want)
		}
	}
}

// A refusal is no field to correct.
func TestSummaryOfARefusal(t *testing.T) {
	page := layouttest.HTML(t, layouttest.Env{}, layout.Form(layout.FormProps{Action: "/login", Errors: layout.Errors{General: "登录名或密码不对。"}}))
	if !strings.Contains(page, "<h2>没有完成</h2>") || strings.Contains(page, "有内容需要改正") {
		t.Errorf("the summary is headed as if a field were wrong: %s", page)
	}
}

// A phone leaves a value out that is not there; a zero is a value.
func TestCellsWithoutValue(t *testing.T) {
	for value, none := range map[string]bool{"": true, "—": true, " — ": true, "0": false, "张三": false} {
		for name, cell := range map[string]func(string) templ.Component{"cell": layout.Cell, "number": layout.NumberCell} {
			page := layouttest.HTML(t, layouttest.Env{}, within(cell("得分"), text(value)))
			if got := strings.Contains(page, "cell-none"); got != none {
				t.Errorf("%s with %q: left out %v, want %v", name, value, got, none)
			}
			if !strings.Contains(page, value) || !strings.Contains(page, `data-label="得分"`) {
				t.Errorf("%s with %q lacks its value or its label: %s", name, value, page)
			}
		}
	}
}

func TestShortcutsAreTheMenuOfTheStaff(t *testing.T) {
	page := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Admin)}, layout.Shortcuts())
	if !strings.Contains(page, `href="/people"`) || strings.Contains(page, `href="/learn"`) || strings.Contains(page, `href="/bank"`) {
		t.Errorf("the administrator's shortcuts: %s", page)
	}
	if layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("陈雨桐", account.Consultant)}, layout.Shortcuts()) != "" {
		t.Error("a consultant has shortcuts beside the bottom bar")
	}
}

func TestPagerKeepsTheFilter(t *testing.T) {
	page := layouttest.HTML(t, layouttest.Env{Address: "/bank?q=%E7%8E%BB%E5%B0%BF%E9%85%B8&type=single&page=2"}, layout.Pager(2, 20, 81))
	if !strings.Contains(page, `href="/bank?page=3&amp;q=%E7%8E%BB%E5%B0%BF%E9%85%B8&amp;type=single"`) {
		t.Errorf("the next page loses the filter: %s", page)
	}
	if strings.Contains(layouttest.HTML(t, layouttest.Env{}, layout.Pager(1, 20, 20)), "<nav") {
		t.Error("one page needs no pager")
	}
}

func TestSearchCarriesOtherParametersButThePage(t *testing.T) {
	page := layouttest.HTML(t, layouttest.Env{Address: "/bank?q=a&sort=-difficulty&page=4"}, layout.SearchBar(layout.SearchProps{Placeholder: "搜索"}))
	if !strings.Contains(page, `name="sort" value="-difficulty"`) || strings.Contains(page, `name="page"`) {
		t.Errorf("wrong hidden fields: %s", page)
	}
}

// Where nothing is searched, a choice applies by itself: only without a script there is a button, and it does not say "search".
func TestChoicesAloneNeedNoButton(t *testing.T) {
	choices := layout.SearchProps{Filters: []layout.Filter{{Name: "year", Label: "年份", Options: []layout.Option{{Value: "2026", Label: "2026"}}}}}
	alone := layouttest.HTML(t, layouttest.Env{}, layout.SearchBar(choices))
	if !strings.Contains(alone, `<noscript><button type="submit" class="btn">筛选</button></noscript>`) || strings.Count(alone, "<button") != 1 {
		t.Errorf("a button stands beside choices: %s", alone)
	}
	choices.Placeholder = "姓名"
	if beside := layouttest.HTML(t, layouttest.Env{}, layout.SearchBar(choices)); strings.Contains(beside, "noscript") || !strings.Contains(beside, ">搜索</button>") {
		t.Errorf("no button searches the text: %s", beside)
	}
}

// A list that is counted no further than a bound does not claim to be whole at the bound.
func TestListsAreCountedInOneForm(t *testing.T) {
	for _, tc := range []struct {
		page templ.Component
		want string
	}{
		{layout.Pager(1, 20, 1000), ">共 1,000 条<"},
		{layout.PagerUpTo(1, 20, 999, 1000), ">共 999 条<"},
		{layout.PagerUpTo(1, 20, 1000, 1000), ">至少 1,000 条<"},
	} {
		if html := layouttest.HTML(t, layouttest.Env{}, tc.page); !strings.Contains(html, tc.want) {
			t.Errorf("without %s: %s", tc.want, html)
		}
	}
	tabs := layouttest.HTML(t, layouttest.Env{}, layout.Tabs("更正", layout.Tab{Label: "更正单（1,281）", URL: "/a", Active: true}, layout.Tab{Label: "作答（0）", URL: "/b"}))
	for _, want := range []string{`aria-label="更正"`, `href="/a" class="nav-link active" aria-current="page"`, `href="/b" class="nav-link" aria-current="false"`} {
		if !strings.Contains(tabs, want) {
			t.Errorf("without %s: %s", want, tabs)
		}
	}
	if got := layout.Counted(layout.Context(context.Background(), layout.Settings{}, account.Viewer{}, words.ZH, "/"), "regrade.tab.orders", 1281); got != "更正单（1,281）" {
		t.Error(got)
	}
}
