// Package help holds the help in Chinese: one page for each feature, written in Markdown beside this file. What is written
// here exists; what is only planned is not here.
package help

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

//go:embed pages/*.md
var files embed.FS

// chapters are the topics in the order in which the index shows them.
var chapters = []chapter{
	{"start", []string{"home", "signin", "notices"}, nil},
	{"consultant", []string{"sit", "results", "cases", "ledger", "learn"}, nil},
	{"trainer", []string{"bank", "bank-review", "bank-reports", "bank-bulk", "papers", "exams", "analysis", "regrade", "invigilation", "integrity", "marking", "courseware"},
		[]account.Action{account.BankRead, account.ExamRead, account.ExamCorrectionRead}},
	{"hr", []string{"people", "org", "appraisal", "policies"}, []account.Action{account.OrgRead, account.PolicyRead}},
	{"operation", []string{"audit", "tls", "backup", "demo"}, []account.Action{account.AuditRead, account.AdminSettings}},
}

// chapter is a heading of the index; its word is "help.chapter." and the key.
type chapter struct {
	Key    string
	Topics []string
	For    []account.Action // the index shows it to whoever may do one of these; nil: to everybody
}

// offered are the chapters that help the viewer with something that they may do. Every page can be read by its address.
func offered(v account.Viewer) []chapter {
	return slices.DeleteFunc(slices.Clone(chapters), func(c chapter) bool {
		return c.For != nil && !slices.ContainsFunc(c.For, v.CanBeyondSelf)
	})
}

// article is a rendered page.
type article struct {
	Topic string
	Title string // the first line of the file, without "# "
	Body  templ.Component
}

// articles renders every page once; a page that cannot be rendered is a fault of the build and found by a test.
var articles = sync.OnceValues(func() (map[string]article, error) {
	out := map[string]article{}
	for _, c := range chapters {
		for _, topic := range c.Topics {
			a, err := load(topic)
			if err != nil {
				return nil, err
			}
			out[topic] = a
		}
	}
	return out, nil
})

var (
	markdown = goldmark.New(goldmark.WithExtensions(extension.Table))
	// The pages are ours; the policy keeps it so that a page can never carry more than text.
	allowed = bluemonday.UGCPolicy()
)

func load(topic string) (article, error) {
	text, err := files.ReadFile("pages/" + topic + ".md")
	if err != nil {
		return article{}, fmt.Errorf("help: %w", err)
	}
	head, body, _ := strings.Cut(string(text), "\n")
	title, ok := strings.CutPrefix(head, "# ")
	if !ok {
		return article{}, fmt.Errorf("help: %s does not begin with a title", topic)
	}
	var html bytes.Buffer
	if err := markdown.Convert([]byte(body), &html); err != nil {
		return article{}, fmt.Errorf("help: %s: %w", topic, err)
	}
	return article{topic, title, templ.Raw(allowed.Sanitize(html.String()))}, nil
}

// Handlers are the pages of the help.
type Handlers struct{}

// Show is GET /help/{topic}; without a topic it is the index.
func (Handlers) Show(c echo.Context) error {
	all, err := articles()
	if err != nil {
		return err
	}
	topic := c.Param("topic")
	if topic == "" {
		return layout.Render(c, http.StatusOK, indexPage(all))
	}
	a, ok := all[topic]
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return layout.Render(c, http.StatusOK, articlePage(a))
}
