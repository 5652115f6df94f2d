package account

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var (
	cannedDay  = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	cannedTree = people.Tree{
		{ID: 1, Kind: people.Company, Name: "美丽医疗"},
		{ID: 2, ParentID: 1, Kind: people.Branch, Name: "东院", Depth: 1},
		{ID: 3, ParentID: 2, Kind: people.Group, Name: "整形组", Depth: 2, People: 4},
	}
	cannedChoices = choices{tree: cannedTree, posts: []people.Post{{ID: 1, Code: "online", Name: "网络咨询员", Kind: "online"}}}
	cannedPerson  = people.Person{
		ID: 7, EmployeeNo: "A007", Name: "<b>张小美</b>", Pinyin: "zhangxiaomei", Phone: "138****1234", Email: "mei@example.com",
		HiredOn: &cannedDay, UnitID: 1, UnitName: "美丽医疗", PostID: 1, PostName: "网络咨询员",
	}
	cannedErrors = layout.Errors{General: "系统提示", Fields: []layout.FieldError{{Name: "name", Message: "请填写"}}}
)

func cannedDetail(l *people.Login, left bool) people.Detail {
	d := people.Detail{
		Person: cannedPerson, Login: l,
		Assignments: []people.Assignment{{UnitName: "东院", PostName: "网络咨询员", FromOn: cannedDay, ToOn: &cannedDay}, {UnitName: "美丽医疗", PostName: "网络咨询员", FromOn: cannedDay}},
		Grants:      []people.HeldGrant{{ID: 4, Role: people.Trainer, UnitID: 1, UnitName: "美丽医疗", FromAt: cannedDay}},
	}
	if left {
		d.LeftOn = &cannedDay
	}
	return d
}

func cannedPlan(problems ...people.ImportProblem) people.Plan {
	return people.Plan{Problems: problems, Rows: []people.PlannedRow{
		{Line: 2, Act: people.ImportNew, Input: people.PersonInput{EmployeeNo: "A1", Name: "甲"}, UnitID: 3, Login: "jia"},
		{Line: 3, Act: people.ImportUpdate, Changes: []string{"手机", "角色"}, Input: people.PersonInput{EmployeeNo: "A2", Name: "乙"}, UnitID: 2},
		{Line: 4, Act: people.ImportUnchanged, Input: people.PersonInput{EmployeeNo: "A3", Name: "丙"}, UnitID: 2},
	}}
}

func TestEveryViewRenders(t *testing.T) {
	admin := layouttest.As("管理员", people.Admin, people.HR)
	active := &people.Login{Login: "mei", LastLoginAt: &cannedDay}
	rows := []people.PersonRow{{Person: cannedPerson, Roles: []string{"trainer", "hr"}, Total: 45}}
	for name, view := range map[string]templ.Component{
		"log-in":           loginPage(loginForm{Next: "/exams"}, layout.Errors{}, nil),
		"log-in, demo":     loginPage(loginForm{Login: "mei"}, cannedErrors, []DemoAccount{{"mei", "pw", "小美", "网络咨询员"}, {"hr", "pw", "人事", "人力资源"}}),
		"first password":   choosePage("/first-password", "mei", "/", cannedErrors),
		"settings":         settingsPage(admin, []people.Session{{Client: "Mozilla/5.0 (iPhone) Safari", Address: "10.0.0.1", LastSeenAt: cannedDay}}, nil, layout.Errors{}),
		"people":           peoplePage(rows, page.New(2, 20), 45, cannedChoices, "q=a"),
		"people, none":     peoplePage(nil, page.New(1, 20), 0, cannedChoices, ""),
		"new person":       newPersonPage(personForm{Name: "甲"}, cannedChoices, cannedErrors),
		"edit person":      editPersonPage(7, personForm{Name: "甲", Version: 3}, layout.Errors{}),
		"person":           personPage(admin, cannedDetail(active, false), cannedChoices, shown{}, cannedDay),
		"person, no login": personPage(admin, cannedDetail(nil, false), cannedChoices, shown{}, cannedDay),
		"person, left":     personPage(admin, cannedDetail(&people.Login{Login: "mei", DisabledAt: &cannedDay}, true), cannedChoices, shown{}, cannedDay),
		"password once":    personPage(admin, cannedDetail(&people.Login{Login: "mei", MustChange: true}, false), cannedChoices, shown{password: "abcd-efgh", phone: "13812341234"}, cannedDay),
		"import":           importPage(cannedErrors),
		"preview":          previewPage(3, "人员表.xlsx", cannedPlan(), cannedTree),
		"preview, faults":  previewPage(3, "人员表.xlsx", cannedPlan(people.ImportProblem{Line: 2, Column: "部门路径", Key: "error.account.import_unit", Args: errs.Args("path", "西院")}, people.ImportProblem{Column: "登录名", Key: "error.account.import_logins", Args: errs.Args("max", 5)}), cannedTree),
		"imported":         importedPage(people.ImportResult{Created: 1, Logins: []people.FirstLogin{{EmployeeNo: "A1", Name: "甲", Login: "jia", Password: "abcd-efgh"}}}),
		"organisation":     orgPage(admin, cannedChoices, orgForms{unitErrors: cannedErrors}),
		"no organisation":  orgPage(admin, choices{}, orgForms{}),
	} {
		for _, lang := range words.Langs {
			t.Run(name+" "+string(lang), func(t *testing.T) {
				page := layouttest.HTML(t, layouttest.Env{Viewer: admin, Lang: lang, Address: "/people?q=a"}, view)
				if strings.Contains(page, "<b>张小美") {
					t.Error("a name is taken for HTML")
				}
			})
		}
	}
}

func TestButtonsFollowThePermission(t *testing.T) {
	for role, want := range map[people.Role]bool{people.HR: true, people.Supervisor: false, people.Lead: false} {
		v := layouttest.As("某人", role)
		html := layouttest.HTML(t, layouttest.Env{Viewer: v}, personPage(v, cannedDetail(&people.Login{Login: "mei"}, false), cannedChoices, shown{}, cannedDay))
		for _, act := range []string{"/people/7/transfer", "/people/7/leave", "/people/7/grants", "/people/7/login/reset", "/people/7/edit"} {
			if strings.Contains(html, act) != want {
				t.Errorf("%s sees %s: %v", role, act, !want)
			}
		}
	}
}

// A page says what its reader can use: codes only where they are kept, people with all below, and what an empty list wants.
func TestWhatAPageSays(t *testing.T) {
	hr, lead := layouttest.As("人事", people.HR), layouttest.As("组长", people.Lead)
	phone, desk := people.Session{TokenHash: []byte{1}, Client: "Mozilla/5.0 (iPhone) Safari"}, people.Session{TokenHash: []byte{2}, Client: "Mozilla/5.0 (Windows) Chrome"}
	faulty := cannedPlan(people.ImportProblem{Line: 2, Column: "姓名", Key: "error.account.person_name"})
	faulty.Rows[0].Act, faulty.Rows[0].Input.Name = people.ImportFaulty, ""
	for name, c := range map[string]struct {
		viewer        people.Viewer
		page          templ.Component
		want, without []string
	}{
		"codes for HR":      {hr, orgPage(hr, cannedChoices, orgForms{}), []string{"编码 online", "新增组织", "岗位名称"}, nil},
		"none for a lead":   {lead, orgPage(lead, cannedChoices, orgForms{}), []string{"网络咨询员"}, []string{"online", "cell-actions"}},
		"people with below": {hr, orgPage(hr, cannedChoices, orgForms{}), []string{"人数（含下级）"}, []string{"本级 0 人"}},
		"nobody yet":        {hr, peoplePage(nil, page.New(1, 20), 0, cannedChoices, ""), []string{"还没有人员", "/people/import"}, []string{"清除筛选条件"}},
		"nobody fits":       {hr, peoplePage(nil, page.New(1, 20), 0, cannedChoices, "q=x"), []string{"清除筛选条件"}, []string{"还没有人员"}},
		"faulty rows":       {hr, previewPage(3, "人员表.xlsx", faulty, cannedTree), []string{"有错的行", "请填写姓名", "（没有姓名）"}, nil},
		"devices":           {hr, settingsPage(hr, []people.Session{phone, desk}, desk.TokenHash, layout.Errors{}), []string{"本机", `value="01"`, "让Safari · iPhone退出登录"}, []string{`value="02"`}},
	} {
		t.Run(name, func(t *testing.T) {
			html := layouttest.HTML(t, layouttest.Env{Viewer: c.viewer}, c.page)
			for _, want := range c.want {
				if !strings.Contains(html, want) {
					t.Errorf("without %q", want)
				}
			}
			for _, bad := range c.without {
				if strings.Contains(html, bad) {
					t.Errorf("with %q", bad)
				}
			}
		})
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/exams?a=1": "/exams?a=1", "": "/", "https://evil.example": "/", "//evil.example": "/", "/\\evil.example": "/", "exams": "/",
	} {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDeviceNames(t *testing.T) {
	for in, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1": "Safari · iPhone",
		"Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8":         "微信 · Android",
		"curl/8.0": "curl/8.0",
	} {
		if got := device(in); got != want {
			t.Errorf("device(%q) = %q, want %q", in, got, want)
		}
	}
}

// A role is taken away after a question that says whose it is, and of what.
func TestARoleIsNotTakenWithOneTap(t *testing.T) {
	v := layouttest.As("某人", people.Admin)
	html := layouttest.HTML(t, layouttest.Env{Viewer: v}, personPage(v, cannedDetail(nil, false), cannedChoices, shown{}, cannedDay))
	for _, want := range []string{`data-dialog-open="end-grant-`, "角色？", "立即生效"} {
		if !strings.Contains(html, want) {
			t.Errorf("without %s", want)
		}
	}
}

// A post is taken out of use after a question: it does not come back.
func TestAPostIsNotRetiredWithOneTap(t *testing.T) {
	v := layouttest.As("某人", people.Admin)
	html := layouttest.HTML(t, layouttest.Env{Viewer: v}, orgPage(v, cannedChoices, orgForms{}))
	for _, p := range cannedChoices.posts {
		id := "post-" + p.ID.String() + "-retire"
		if !strings.Contains(html, `data-dialog-open="`+id+`"`) || !strings.Contains(html, `<dialog class="dialog" id="`+id+`"`) {
			t.Errorf("%s is retired without a question", p.Name)
		}
	}
}

// What is wrong with a post leads to the post's fields: the page has a unit's name and kind too.
func TestFaultsOfAPostLeadToItsFields(t *testing.T) {
	v := layouttest.As("某人", people.Admin)
	wrong := ofPost(layout.Errors{Fields: []layout.FieldError{{Name: "name", Message: "请填写名称"}, {Name: "kind", Message: "请选择"}, {Name: "code", Message: "编码不对"}}})
	html := layouttest.HTML(t, layouttest.Env{Viewer: v}, orgPage(v, cannedChoices, orgForms{postErrors: wrong}))
	for _, name := range []string{"post_name", "post_kind", "code"} {
		if !strings.Contains(html, `href="#`+layout.FieldID(name)+`"`) || !strings.Contains(html, `id="`+layout.FieldID(name)+`-error"`) {
			t.Errorf("%s: the message does not stand at the field, or does not lead there", name)
		}
	}
}
