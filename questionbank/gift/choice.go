package gift

import (
	"html"
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// shortAnswer is one gap; an answer that earns a part of the points can't be carried over and is not accepted.
func (p *parser) shortAnswer(all []answer) {
	p.question.Type = qb.Blank
	var accepted []string
	for _, a := range all {
		text := p.plain(a.format, qb.FieldKey, a.text)
		if a.weighted && a.weight < 10000 {
			p.problem(qb.Warning, qb.FieldKey, "weight_dropped", "只得部分分的答案“%.60s”没有导入", text)
			continue
		}
		accepted = append(accepted, text)
		p.explainAnswer(text, a)
	}
	p.question.Key.Gaps = [][]string{accepted}
}

// choice: weights without "=" make a multiple choice question, one "=" a single choice one.
func (p *parser) choice(all []answer) {
	right, weighted, partial := 0, 0, false
	for _, a := range all {
		if a.right {
			right++
		} else if a.weighted && a.weight > 0 {
			weighted++
			partial = partial || a.weight < 10000
		}
	}
	switch {
	case right == 0 && weighted == 1 && !partial:
		right, p.question.Type = 1, qb.Single // ~%100%text
	case right == 0 && weighted > 0:
		p.question.Type = qb.Multiple
		p.checkWeights(all)
	case right == 1:
		p.question.Type = qb.Single
		if weighted > 0 {
			p.problem(qb.Warning, qb.FieldKey, "weight_dropped", "单选题里得部分分的选项按错误选项导入")
		}
	case right > 1:
		p.question.Type = qb.Single
		p.problem(qb.Error, qb.FieldKey, "key_many", "有 %d 个选项都算全对：是多选题的话请用百分比（~%%50%%）", right)
	default:
		p.question.Type = qb.Single
	}
	p.addOptions(all)
}

func (p *parser) addOptions(all []answer) {
	if len(all) > qb.MaxOptions {
		p.problem(qb.Error, qb.FieldOptions, "options_many", "选项多于 %d 个", qb.MaxOptions)
		return
	}
	plainRight := p.question.Type == qb.Single && hasRight(all)
	for i, a := range all {
		id := string(rune('a' + i))
		o := qb.Option{ID: id, Text: p.plain(a.format, qb.FieldOptions, a.text)}
		p.question.Options = append(p.question.Options, o)
		p.places[qb.OptionField(id)] = a.line
		if a.right || !plainRight && a.weighted && a.weight > 0 {
			p.question.Key.Choices = append(p.question.Key.Choices, id)
		}
		p.explainAnswer(o.Text, a)
	}
}

func hasRight(all []answer) bool {
	for _, a := range all {
		if a.right {
			return true
		}
	}
	return false
}

// checkWeights: here every right option counts the same.
func (p *parser) checkWeights(all []answer) {
	weight := 0
	for _, a := range all {
		if a.weight <= 0 {
			continue
		}
		if weight != 0 && a.weight != weight {
			p.problem(qb.Warning, qb.FieldKey, "weight_dropped", "各正确选项的百分比不同，导入后按同等计分")
			return
		}
		weight = a.weight
	}
}

// explainAnswer adds the feedback of an answer to the explanation, named by the answer's own text: letters may be shuffled.
func (p *parser) explainAnswer(text string, a answer) {
	if a.feedback != "" {
		p.explain("“" + text + "”：" + a.feedback)
	}
}

var (
	tag    = regexp.MustCompile(`(?s)<[/!a-zA-Z][^<>]*>`)
	media  = regexp.MustCompile(`(?i)<(img|audio|video|iframe|object|embed|a)\b|@@PLUGINFILE@@`)
	breaks = regexp.MustCompile(`(?i)<(br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>`)
)

// plain turns an HTML text into plain text and says what was lost. Other texts stay as they are.
func (p *parser) plain(format string, f qb.Field, text string) string {
	if format != "html" {
		return strings.TrimSpace(text)
	}
	if media.MatchString(text) {
		p.problem(qb.Warning, f, "media_dropped", "图片、音频、视频或链接没有导入")
	}
	text = tag.ReplaceAllString(breaks.ReplaceAllString(text, "\n"), "")
	return strings.TrimSpace(html.UnescapeString(text))
}
