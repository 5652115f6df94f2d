// Package richtext turns what people write in Markdown into HTML that cannot do anything: text with its structure, without
// links, files, scripts, styles or any attribute.
package richtext

import (
	"bytes"
	"html"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	render "github.com/yuin/goldmark/renderer/html"
)

// A line break that somebody writes is one that a reader sees: chats and lists of cases depend on it.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough), goldmark.WithRendererOptions(render.WithHardWraps()))

var allowed = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
		"table", "thead", "tbody", "tr", "th", "td")
	return p
}()

// writtenGap is a place to fill in. gap stands for it while Markdown is read, to which underscores are emphasis; no text holds
// it, see HTML.
const (
	writtenGap = "____"
	gap        = "\uE000"
)

// HTML is the text as HTML. Gaps stay as they are written.
func HTML(text string) string {
	text = strings.ReplaceAll(text, gap, "")
	text = strings.ReplaceAll(text, writtenGap, gap)
	var out bytes.Buffer
	if err := markdown.Convert([]byte(text), &out); err != nil {
		return html.EscapeString(text) // a buffer takes everything: this is for the type alone
	}
	return strings.ReplaceAll(allowed.Sanitize(out.String()), gap, writtenGap)
}
