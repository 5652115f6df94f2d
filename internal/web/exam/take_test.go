package exam

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
)

func get(t *testing.T, handler echo.HandlerFunc, id string) (*httptest.ResponseRecorder, error) {
	t.Helper()
	rec := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/exams/"+id+"/sit", nil), rec)
	c.SetParamNames("id")
	c.SetParamValues(id)
	return rec, handler(c)
}

func shellIn(t *testing.T, html string) shell {
	t.Helper()
	block := regexp.MustCompile(`(?s)<script id="shell" type="application/json">(.*?)</script>`).FindStringSubmatch(html)
	if block == nil {
		t.Fatal("no data block in the shell")
	}
	var s shell
	if err := json.Unmarshal([]byte(block[1]), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// The shell may be kept by the browser, so that a reload without a line still finds it; it runs nothing inline.
func TestShellIsKeptAndHoldsIdsAndWordsAlone(t *testing.T) {
	take := Take{Zone: time.FixedZone("Asia/Shanghai", 8*3600)}
	rec, err := get(t, take.Sit, "3")
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Header().Get("Cache-Control"); got != "private, max-age=10800" {
		t.Errorf("Cache-Control %q", got)
	}
	html := rec.Body.String()
	for _, tag := range regexp.MustCompile(`<(script|style)[^>]*>`).FindAllString(html, -1) {
		if !strings.Contains(tag, " src=") && !strings.Contains(tag, `type="application/json"`) {
			t.Errorf("inline code would be refused by the policy: %s", tag)
		}
	}
	if strings.Contains(html, " style=") || strings.Contains(html, "http://") || strings.Contains(html, "https://") {
		t.Error("inline style or another host in the shell")
	}
	s := shellIn(t, html)
	if s.ExamID != "3" || s.AttemptID != "" || s.TimeZone != "Asia/Shanghai" || s.Lang != "zh-CN" {
		t.Errorf("shell %q %q %q %q", s.ExamID, s.AttemptID, s.TimeZone, s.Lang)
	}
	if s.Words["attempt.action.takeover"] != "在本机继续" {
		t.Error("the page's words are missing")
	}
	for key := range s.Words {
		if !strings.HasPrefix(key, pageWords) || strings.HasPrefix(key, "attempt.result.") {
			t.Errorf("the page does not say %q", key)
		}
	}
}

func TestShellOfAnAttempt(t *testing.T) {
	take := Take{Zone: time.UTC}
	rec, err := get(t, take.Resume, "7")
	if err != nil {
		t.Fatal(err)
	}
	if s := shellIn(t, rec.Body.String()); s.AttemptID != "7" || s.ExamID != "" {
		t.Errorf("shell %+v", s)
	}
	for _, id := range []string{"0", "-1", "07", "x", "", "9999999999999999999"} {
		if _, err := get(t, take.Resume, id); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: want not found, got %v", id, err)
		}
	}
}
