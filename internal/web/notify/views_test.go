package notify

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var at = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

func notice(t *testing.T, kind notify.Kind, key string, places map[string]any, read *time.Time) notify.Notice {
	t.Helper()
	text, err := json.Marshal(places) // as it comes out of the database
	if err != nil {
		t.Fatal(err)
	}
	n := notify.Notice{ID: 4, Kind: kind, Key: key, Link: "/cases/3", SentAt: at, ReadAt: read}
	if err := json.Unmarshal(text, &n.Places.V); err != nil {
		t.Fatal(err)
	}
	return n
}

func list(t *testing.T) []notify.Notice {
	return []notify.Notice{
		notice(t, notify.Retake, "notify.retake_opened", map[string]any{"title": "第三季度考核", "closes_at": notify.Until(at)}, nil),
		notice(t, notify.Decision, "notify.case_closed", map[string]any{"title": "第三季度考核", "outcome": notify.Word("cases.outcome.passed_retake")}, &at),
	}
}

// rule:C52: the notice of a retake carries its last moment in the clinic's time.
func TestViews(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	for name, v := range map[string]struct {
		address string
		page    templ.Component
		want    []string
	}{
		"inbox":  {"/notices", inboxPage(inbox{Notices: list(t), Total: 2, Page: page.New(1, 20), Zone: zone}), []string{"第三季度考核", "2026-11-20 12:00", "补考合格", "is-unread", "action=\"/notices/4\"", "全部标为已读"}},
		"unread": {"/notices?unread=1", inboxPage(inbox{Page: page.New(1, 20), Unread: true}), []string{"没有消息"}},
	} {
		html := layouttest.HTML(t, layouttest.Env{Address: v.address}, v.page)
		for _, want := range v.want {
			if !strings.Contains(html, want) {
				t.Errorf("%s: without %q", name, want)
			}
		}
		layouttest.HTML(t, layouttest.Env{Address: v.address, Lang: words.EN}, v.page)
	}
}

func TestNoticesLeadNowhereElse(t *testing.T) {
	for link, want := range map[string]string{"/cases/3?x=1": "/cases/3?x=1", "//evil.example": "/", "https://evil.example": "/", "/\\evil": "/", "": "/"} {
		if got := localPath(link); got != want {
			t.Errorf("%q leads to %q", link, got)
		}
	}
}
