package help

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

func TestEveryPageIsShownAndInTheIndex(t *testing.T) {
	all, err := articles()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := files.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	if len(stored) != len(all) {
		t.Errorf("%d pages are stored, %d are in the index", len(stored), len(all))
	}
	index := layouttest.HTML(t, layouttest.Env{Address: "/help", Viewer: layouttest.As("方致远", account.Trainer, account.HR, account.Admin)}, indexPage(all))
	for topic, a := range all {
		if !strings.Contains(index, `href="/help/`+topic+`"`) {
			t.Errorf("%s is not in the index", topic)
		}
		html := layouttest.HTML(t, layouttest.Env{Address: "/help/" + topic}, articlePage(a))
		if !strings.Contains(html, a.Title) {
			t.Errorf("%s is not shown", topic)
		}
	}
	if english := layouttest.HTML(t, layouttest.Env{Lang: words.EN}, indexPage(all)); !strings.Contains(english, "Chinese only") {
		t.Error("who reads English is not told")
	}
}

// The index offers what somebody may do: a consultant has no use for commands of the server.
func TestTheIndexIsTheViewers(t *testing.T) {
	for role, want := range map[account.Role][]string{
		account.Consultant: {"start", "consultant"},
		account.Lead:       {"start", "consultant", "hr"},
		account.Trainer:    {"start", "consultant", "trainer", "hr"},
		account.Superior:   {"start", "consultant", "trainer", "hr"},
		account.Admin:      {"start", "consultant", "hr", "operation"},
		account.Supervisor: {"start", "consultant", "trainer", "hr", "operation"},
	} {
		var got []string
		for _, c := range offered(layouttest.As("某人", role)) {
			got = append(got, c.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is offered %v, want %v", role, got, want)
		}
	}
}

// The pages can be read before log-in, without a menu.
func TestPagesAreReadBeforeLogIn(t *testing.T) {
	all, err := articles()
	if err != nil {
		t.Fatal(err)
	}
	var html strings.Builder
	if err := articlePage(all["tls"]).Render(layout.Context(t.Context(), layout.Settings{}, account.Viewer{}, words.ZH, "/help/tls"), &html); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(html.String(), "sidebar") || !strings.Contains(html.String(), "受信任的根证书颁发机构") {
		t.Error("the page is not bare, or empty")
	}
}

func TestMarkdownCarriesNoScript(t *testing.T) {
	if got := allowed.Sanitize(`<p onclick="x()">a<script>x()</script><a href="javascript:x()">b</a></p>`); strings.Contains(got, "x()") {
		t.Errorf("%q", got)
	}
}

var (
	asked  = regexp.MustCompile(`Help: "([a-z-]+)"`)
	linked = regexp.MustCompile(`\(/help/([a-z-]+)\)`)
)

// Each page's "?" leads to a page that exists, and so does each link between the pages.
func TestEveryQuestionMarkHasItsPage(t *testing.T) {
	var topics []string
	views, err := filepath.Glob("../*/*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range views {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			topics = append(topics, m[1])
		}
	}
	if len(topics) < 10 {
		t.Fatalf("only %v found: the test looks in the wrong place", topics)
	}
	pages, err := filepath.Glob("pages/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range pages {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range linked.FindAllStringSubmatch(string(text), -1) {
			topics = append(topics, m[1])
		}
	}
	all, err := articles()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(topics)
	for _, topic := range slices.Compact(topics) {
		if _, ok := all[topic]; !ok {
			t.Errorf("/help/%s is asked for and does not exist", topic)
		}
	}
}
