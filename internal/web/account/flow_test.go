package account

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// site is the feature's pages over a real database, with one browser.
type site struct {
	*testing.T
	e       *echo.Echo
	s       *people.Service
	d       *db.DB
	root    people.UnitID
	post    people.PostID
	cookies map[string]string
}

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := people.New(ctx, d, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	w := &site{T: t, s: s, d: d, cookies: map[string]string{}}
	if w.root, err = s.CreateUnit(ctx, people.System(), 0, people.Company, "美丽医疗", 0); err != nil {
		t.Fatal(err)
	}
	if w.post, err = s.CreatePost(ctx, people.System(), people.Post{Code: "online", Name: "网络咨询员", Kind: "online"}); err != nil {
		t.Fatal(err)
	}
	w.e = httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(ctx context.Context, token string) (httpx.Identity, error) {
			v, info, err := s.Authenticate(ctx, token)
			if info.MustChange {
				return httpx.Identity{Who: info, Lang: info.Lang}, err
			}
			return httpx.Identity{Who: v, Actor: v.Actor(), Lang: v.Lang}, err
		},
	})
	h := &Handlers{Accounts: s}
	for path, fn := range map[string]echo.HandlerFunc{
		"/login": h.Login, "/first-password": h.FirstPassword, "/me/settings": h.Settings, "/people": h.People, "/people/new": h.NewPerson,
		"/people/import": h.Import, "/people/import/:import": h.Preview, "/people/:person": h.Person, "/people/:person/edit": h.EditPerson, "/org": h.Org, "/link/:token": h.Link,
	} {
		w.e.GET(path, fn)
	}
	for path, fn := range map[string]echo.HandlerFunc{
		"/login": h.SignIn, "/logout": h.SignOut, "/first-password": h.ChooseFirstPassword, "/people": h.CreatePerson, "/people/:person": h.SavePerson,
		"/people/:person/grants": h.Grant, "/people/:person/phone": h.ShowPhone, "/people/:person/login": h.CreateLogin, "/people/export": h.Export,
		"/people/import": h.Upload, "/people/import/:import": h.Apply, "/org/units": h.CreateUnit, "/org/units/:unit/retire": h.RetireUnit,
		"/link/:token": h.UseLink, "/me/settings/password": h.ChangePassword, "/me/settings/sign-out-everywhere": h.SignOutEverywhere, "/me/settings/sign-out": h.SignOutOne, "/language": h.Language,
	} {
		w.e.POST(path, fn)
	}
	return w
}

func (w *site) do(r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		w.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		}
	}
	return rec
}

func (w *site) get(path string) *httptest.ResponseRecorder {
	return w.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (w *site) submit(path string, kv ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		form.Set(kv[i], kv[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r)
}

func (w *site) want(rec *httptest.ResponseRecorder, code int, text string) {
	w.Helper()
	if rec.Code != code || !strings.Contains(rec.Body.String()+rec.Header().Get("Location"), text) {
		w.Fatalf("status %d, want %d with %q:\n%s %s", rec.Code, code, text, rec.Header().Get("Location"), rec.Body)
	}
}

// enterAs makes a person with the role and signs in as them.
func (w *site) enterAs(login string, role people.Role) people.PersonID {
	w.Helper()
	ctx := context.Background()
	id, err := w.s.CreatePerson(ctx, people.System(), people.NewPerson{
		PersonInput: people.PersonInput{EmployeeNo: login, Name: "人事", Phone: "13812345678"}, UnitID: w.root, PostID: w.post,
	})
	if err == nil {
		err = w.s.GrantRole(ctx, people.System(), id, role, w.root)
	}
	if err == nil {
		err = w.s.CreateLoginWithPassword(ctx, people.System(), id, login, "correct horse")
	}
	if err != nil {
		w.Fatal(err)
	}
	w.want(w.submit("/login", "login", login, "password", "correct horse", "next", "/people"), 303, "/people")
	return id
}

func TestFirstAdministratorComesInByTheLink(t *testing.T) {
	w := newSite(t)
	link, err := w.s.FirstAdmin(context.Background(), people.Operator("root"), "chief", "")
	if err != nil {
		t.Fatal(err)
	}
	w.want(w.get("/link/nonsense"), 404, "")
	w.want(w.get("/link/"+link.Reveal()), 200, "chief")
	w.want(w.submit("/link/"+link.Reveal(), "password", "correct horse", "repeat", "other"), 422, "不一样")
	w.want(w.submit("/link/"+link.Reveal(), "password", "correct horse", "repeat", "correct horse"), 303, "/")
	w.want(w.get("/org"), 200, "美丽医疗")
	w.want(w.get("/link/"+link.Reveal()), 404, "")
}

func TestLogInFormKeepsTheLoginAndNotThePassword(t *testing.T) {
	w := newSite(t)
	w.enterAs("hr", people.HR)
	w.want(w.submit("/logout"), 303, "/login")
	w.want(w.get("/people"), 401, "")
	rec := w.submit("/login", "login", "hr", "password", "wrong horse")
	w.want(rec, 401, "登录名或密码不对")
	if strings.Contains(rec.Body.String(), "wrong horse") || !strings.Contains(rec.Body.String(), `value="hr"`) {
		t.Error("the form keeps the wrong field")
	}
}

// A first password opens one page; the token changes with the password.
func TestFirstPasswordOpensOnePage(t *testing.T) {
	w := newSite(t)
	w.enterAs("hr", people.HR)
	w.want(w.submit("/people", "employee_no", "A1", "name", "小美", "phone", "13899991111", "unit_id", w.root.String(), "post_id", w.post.String()), 303, "/people/2")
	rec := w.submit("/people/2/login", "login", "mei")
	w.want(rec, 200, "只显示这一次")
	first := regexp.MustCompile(`<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>`).FindStringSubmatch(rec.Body.String())
	if first == nil {
		t.Fatal(rec.Body)
	}
	w.want(w.submit("/logout"), 303, "/login")
	w.want(w.submit("/login", "login", "mei", "password", first[1]), 303, "/first-password")
	before := w.cookies["peikao"]
	w.want(w.get("/people"), 401, "")
	w.want(w.get("/first-password"), 200, "mei")
	w.want(w.submit("/first-password", "password", "short", "repeat", "short"), 422, "至少 8 个字符")
	w.want(w.submit("/first-password", "password", "correct horse", "repeat", "correct horse"), 303, "/")
	if w.cookies["peikao"] == before {
		t.Error("the session kept its token")
	}
	w.want(w.get("/people"), 200, "小美")
	w.want(w.submit("/me/settings/sign-out-everywhere"), 303, "/login")
	w.want(w.get("/people"), 401, "")
}

// A device is signed out from another one; the page that shows both marks the present one.
func TestAnotherDeviceIsSignedOut(t *testing.T) {
	w := newSite(t)
	w.enterAs("hr", people.HR)
	phone := maps.Clone(w.cookies)
	w.cookies = map[string]string{}
	w.want(w.submit("/login", "login", "hr", "password", "correct horse", "next", "/people"), 303, "/people")
	desk := maps.Clone(w.cookies)
	page := w.get("/me/settings")
	w.want(page, 200, "本机")
	others := regexp.MustCompile(`name="session" value="([0-9a-f]{64})"`).FindAllStringSubmatch(page.Body.String(), -1)
	if len(others) != 1 {
		t.Fatalf("%d devices to sign out", len(others))
	}
	w.want(w.submit("/me/settings/sign-out", "session", "no hex"), 303, "/me/settings")
	w.want(w.submit("/me/settings/sign-out", "session", others[0][1]), 303, "/me/settings")
	w.want(w.get("/me/settings"), 200, "那台设备已退出登录")
	w.cookies = phone
	w.want(w.get("/people"), 401, "")
	w.cookies = desk
	w.want(w.get("/people"), 200, "人员")
}

func TestPersonForms(t *testing.T) {
	w := newSite(t)
	hr := w.enterAs("hr", people.HR)
	w.want(w.get("/people/new"), 200, "网络咨询员")
	w.want(w.submit("/people", "employee_no", "=1", "name", "小美"), 422, "小美")
	w.want(w.submit("/people", "employee_no", "A1", "name", "小美", "phone", "13899991111", "unit_id", w.root.String(), "post_id", w.post.String()), 303, "/people/2")
	w.want(w.get("/people?q=xm&page=1"), 200, "138****1111")
	w.want(w.get("/people?q=xm&page=9"), 303, "/people?q=xm")
	w.want(w.get("/people?q=nobody&page=1"), 200, "没有符合条件")
	w.want(w.get("/people/2/edit"), 200, "138****1111")
	w.want(w.submit("/people/2", "employee_no", "A1", "name", "大美", "phone", "138****1111", "version", "1"), 303, "/people/2")
	w.want(w.submit("/people/2", "employee_no", "A1", "name", "大美", "version", "1"), 409, "另开一页")
	w.want(w.submit("/people/2/phone", "reason", "联系本人"), 200, "13899991111")
	w.want(w.submit("/people/2/grants", "role", "trainer", "unit_id", w.root.String()), 303, "/people/2")
	w.want(w.get("/people/2"), 200, "讲师")
	w.want(w.submit("/people/"+hr.String()+"/grants", "role", "trainer", "unit_id", w.root.String()), 303, "/people/1")
	w.want(w.get("/people/1"), 200, "不能对自己")
	w.want(w.get("/people/99"), 404, "")
	w.want(w.submit("/people/export", "reason", "核对", "filter", "q=dm"), 200, "A1,大美,138****1111")
	w.want(w.submit("/people/export", "filter", "q=dm"), 303, "/people")
	w.want(w.get("/people"), 200, "notice tone-bad")
	w.want(w.submit("/org/units", "parent_id", w.root.String(), "kind", "branch", "name", "东院"), 303, "/org")
	w.want(w.submit("/org/units", "parent_id", w.root.String(), "kind", "branch", "name", "东院"), 422, "同名")
	w.want(w.submit("/org/units/"+w.root.String()+"/retire"), 303, "/org")
	w.want(w.get("/org"), 200, "请先移走")
	w.want(w.submit("/language", "lang", "en", "back", "/org"), 303, "/org")
	w.want(w.get("/org"), 200, "Organisation")
}

func (w *site) upload(text string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "staff.csv")
	if err != nil {
		w.Fatal(err)
	}
	_, _ = part.Write([]byte(text))
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, "/people/import", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return w.do(r)
}

func TestImportFromUploadToPasswords(t *testing.T) {
	w := newSite(t)
	w.enterAs("hr", people.HR)
	w.want(w.upload("工号\nA1\n"), 422, "缺少")
	rec := w.upload("工号,姓名,部门路径,岗位,登录名\nA1,小美,没有,网络咨询员,mei\n")
	w.want(rec, 303, "/people/import/1")
	w.want(w.get("/people/import/1"), 200, "第 2 行 · 部门路径")
	w.want(w.submit("/people/import/1"), 303, "/people/import/1")
	w.want(w.get("/people/import/1"), 200, "没有导入任何一行")
	w.want(w.upload("工号,姓名,部门路径,岗位,登录名\nA1,小美,美丽医疗,网络咨询员,mei\n"), 303, "/people/import/2")
	w.want(w.get("/people/import/2"), 200, "确认导入 1 行")
	w.want(w.submit("/people/import/2"), 200, "只显示这一次")
	w.want(w.get("/people/import/2"), 404, "")
	w.want(w.get("/people?q=xiaomei"), 200, "小美")
}

// What cannot be recorded does not leave the system, and no file that breaks off looks whole.
func TestAnExportThatIsNotRecordedIsNoFile(t *testing.T) {
	w := newSite(t)
	w.enterAs("hr", people.HR)
	if _, err := w.d.SQL().ExecContext(t.Context(), `ALTER TABLE audit_event ADD CHECK (act <> 'people.export') NOT VALID`); err != nil {
		t.Fatal(err)
	}
	answer := w.submit("/people/export", "reason", "核对")
	if answer.Code == http.StatusOK || strings.Contains(answer.Body.String(), "工号") {
		t.Errorf("status %d:\n%s", answer.Code, answer.Body)
	}
}
