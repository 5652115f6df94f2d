package layout_test

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// A date says in which order it is written, also to who hears the page; a hint of its own follows.
func TestDateInputSaysItsForm(t *testing.T) {
	for kind, want := range map[string]string{"date": "年-月-日 · 含当天", "datetime-local": "年-月-日 时:分 · 含当天", "text": ">含当天"} {
		html := layouttest.HTML(t, layouttest.Env{}, layout.Input(layout.InputProps{Name: "on", Label: "日期", Type: kind, Hint: "含当天"}))
		if !strings.Contains(html, want) || !strings.Contains(html, `aria-describedby="f-on-hint"`) {
			t.Errorf("%s: %s", kind, html)
		}
	}
	if html := layouttest.HTML(t, layouttest.Env{}, layout.Input(layout.InputProps{Name: "on", Label: "日期", Type: "date"})); !strings.Contains(html, "年-月-日") || !strings.Contains(html, `aria-describedby="f-on-hint"`) {
		t.Error(html)
	}
}
