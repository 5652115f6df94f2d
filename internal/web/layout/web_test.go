package layout_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// request is a context of a signed-in consultant with the cookies.
func request(cookies ...*http.Cookie) (echo.Context, *httptest.ResponseRecorder) {
	r := httptest.NewRequest(http.MethodGet, "/exams?page=2", nil)
	for _, k := range cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	c := echo.New().NewContext(r, w)
	httpx.SetIdentity(c, httpx.Identity{Who: layouttest.As("林小溪", account.Consultant), Lang: words.ZH})
	return c, w
}

func TestFlashIsShownOnce(t *testing.T) {
	c, w := request()
	layout.SetFlash(c, layout.OK, "layout.page_n", "n", 3)
	left := w.Result().Cookies()

	c, w = request(left...)
	if err := layout.Render(c, http.StatusOK, layout.Page(layout.PageProps{Title: "考试"})); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Body.String(), "第 3 页") {
		t.Error("the message is not on the next page")
	}
	if k := w.Result().Cookies(); len(k) != 1 || k[0].MaxAge >= 0 {
		t.Errorf("the message is not taken away: %v", k)
	}
}

func TestSpoiltFlashIsIgnored(t *testing.T) {
	for _, value := range []string{"%", "bm90IGpzb24", "e30"} {
		c, w := request(&http.Cookie{Name: "flash", Value: value})
		if err := layout.Render(c, http.StatusOK, layout.Page(layout.PageProps{Title: "考试"})); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(w.Body.String(), `class="notice`) {
			t.Errorf("%q became a message", value)
		}
	}
}

func TestErrorsOf(t *testing.T) {
	c, _ := request()
	e, ok := layout.ErrorsOf(c, errs.InvalidFields(errs.NewField("stem", "error.field.required")))
	if !ok || !e.Any() || e.For("stem") == "" || e.For("other") != "" || e.General != "" {
		t.Errorf("fields: %+v %v", e, ok)
	}
	if e, ok := layout.ErrorsOf(c, errs.New(errs.Conflict, "error.conflict")); !ok || e.General == "" {
		t.Errorf("a conflict is a general message: %+v %v", e, ok)
	}
	for _, err := range []error{errs.New(errs.Forbidden, "error.forbidden"), errors.New("disk")} {
		if _, ok := layout.ErrorsOf(c, err); ok {
			t.Errorf("%v is not about the input", err)
		}
	}
}

func TestPageError(t *testing.T) {
	c, w := request()
	if err := layout.PageError(c, http.StatusNotFound, ""); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "找不到这一页") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("a personal page may be cached: %q", got)
	}
}

// Anything but CSV is a workbook; no cache keeps what leaves.
func TestFilesToKeep(t *testing.T) {
	rows := [][]string{{"姓名"}, {"=1"}}
	table := func(format string) func(echo.Context) error {
		return func(c echo.Context) error { return layout.SendTable(c, "people", format, rows) }
	}
	for name, f := range map[string]struct {
		send        func(echo.Context) error
		kind, begin string
	}{
		"people.csv":  {table(layout.FormatCSV), "text/csv; charset=utf-8", "\xef\xbb\xbf姓名\n'=1\n"},
		"people.xlsx": {table(""), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"},
		"made.zip":    {func(c echo.Context) error { return layout.SendFile(c, "application/zip", "made.zip", []byte("zip")) }, "application/zip", "zip"},
	} {
		c, w := request()
		if err := f.send(c); err != nil {
			t.Fatal(err)
		}
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != f.kind || h.Get("Content-Disposition") != `attachment; filename="`+name+`"` || h.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(w.Body.String(), f.begin) {
			t.Errorf("%s: %d %v %.40q", name, w.Code, h, w.Body)
		}
	}
}
