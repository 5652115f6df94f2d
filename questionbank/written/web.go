package written

import (
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// webMark is a mark of HTML, as an export of a website has them in its cells.
var webMark = regexp.MustCompile(`(?i)</?(?:p|br|div|span|font|b|strong|i|em|u|s|sub|sup|ul|ol|li|table|tbody|tr|td|th|h[1-6]|img|a|video|audio)(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|hellip|mdash|middot|#\d{1,5}|#x[0-9a-f]{1,4});`)

// webMarks names marks of HTML in a text that is not read as HTML: examinees would see them, and not the picture that one stands for.
func (r *reader) webMarks(q qb.Question) {
	look := func(f qb.Field, text string) {
		if !strings.ContainsAny(text, "<&") {
			return
		}
		all := webMark.FindAllString(text, -1)
		for _, mark := range all {
			if name := strings.ToLower(mark); strings.HasPrefix(name, "<img") || strings.HasPrefix(name, "<video") || strings.HasPrefix(name, "<audio") {
				r.fixable(qb.Warning, f, "web_media", "导入后在题目里补上", "网页里的图片或音视频“%.40s”没有导入，只留下了文字", mark)
				return
			}
		}
		if len(all) > 0 {
			r.fixable(qb.Warning, f, "web_marks", "从网页复制时只粘贴文字，或删去这些标记", "网页标记“%.40s”会原样显示给考生", all[0])
		}
	}
	look(qb.FieldStem, q.Stem)
	for _, o := range q.Options {
		look(qb.OptionField(o.ID), o.Text)
	}
	look(qb.FieldExplanation, q.Explanation)
}
