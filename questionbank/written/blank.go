package written

import (
	"regexp"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

func (r *reader) blankAnswer(q *qb.Question) {
	answer := trimAnswer(r.Answer)
	q.Stem = qb.NormaliseGaps(q.Stem)
	if n := len(q.Options); n > 0 && answer == "" && n == max(1, qb.CountGaps(q.Stem)) {
		for _, o := range q.Options {
			answer += o.Text + "\n"
		}
		q.Options, answer = nil, strings.TrimSpace(answer)
		r.problem(qb.Warning, qb.FieldKey, "key_from_options", "没有写答案，选项作为 %d 个空的答案导入；请核对", n)
	}
	if len(q.Options) > 0 {
		r.problem(qb.Error, qb.FieldOptions, "options_unwanted", "填空题没有选项")
		return
	}
	if answer == "" && qb.CountGaps(q.Stem) == 0 && r.underlinedGaps(q) {
		return
	}
	if answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	gaps := qb.CountGaps(q.Stem)
	groups := bracketed(answer)
	if gaps == 0 && len(groups) > 1 {
		q.Stem, gaps = numberedGaps(q.Stem, len(groups))
	}
	if gaps == 0 && len(groups) > 1 {
		r.problem(qb.Error, qb.FieldStem, "gaps_differ", "题干里没有空（____），答案“%.60s”有 %d 份", answer, len(groups))
		return
	}
	if gaps == 0 && q.Stem != "" {
		q.Stem += qb.Gap
		gaps = 1
		r.problem(qb.Warning, qb.FieldStem, "gap_added", "题干里没有空（____），已加在末尾")
	}
	parts := splitGaps(answer, gaps)
	if parts == nil {
		r.problem(qb.Error, qb.FieldKey, "gaps_differ", "题干有 %d 个空，答案“%.60s”分不成 %d 份（用“；”分开）", gaps, answer, gaps)
		return
	}
	for _, part := range parts {
		part = strings.TrimRight(part, "。")
		if gaps > 1 && strings.ContainsAny(part, betweenVariants) {
			r.problem(qb.Warning, qb.FieldKey, "key_variants", "一个空的答案“%.60s”按几种写法导入；请核对", part)
		}
		q.Key.Gaps = append(q.Key.Gaps, accepted(part))
	}
}

// splitGaps parts the answer at its numbers (1.甲 2.乙, ①甲②乙), else at the first separator that gives as many parts as there are
// gaps; nil for none.
func splitGaps(answer string, gaps int) []string {
	answer = lineBreaks.Replace(answer)
	if gaps == 1 {
		return []string{answer}
	}
	if parts := bracketed(answer); len(parts) == gaps && gaps > 0 {
		return parts
	}
	if parts := splitNumbered(answer, gaps); parts != nil {
		return parts
	}
	for _, separators := range []string{"\n", "；;", "|", "\t", "#", "、", "，,"} {
		parts := filled(strings.FieldsFunc(answer, func(r rune) bool { return strings.ContainsRune(separators, r) }))
		if len(parts) == gaps {
			return parts
		}
	}
	if parts := filled(wideSpace.Split(answer, -1)); len(parts) == gaps {
		return parts
	}
	return nil
}

// bracketed are the answers of a text that consists of several in brackets and nothing else: （甲）（乙）; nil for another.
func bracketed(answer string) (parts []string) {
	all := inBrackets.FindAllStringSubmatch(answer, -1)
	if len(all) < 2 || strings.TrimSpace(inBrackets.ReplaceAllString(answer, "")) != "" {
		return nil
	}
	for _, m := range all {
		part := strings.TrimSpace(m[1])
		if part == "" {
			return nil
		}
		parts = append(parts, part)
	}
	return parts
}

// numberedGaps makes gaps of the brackets （1）（2）… of a stem where these are the numbers from 1 to n, each once and in their order.
func numberedGaps(stem string, n int) (string, int) {
	marks := inBrackets.FindAllStringSubmatch(stem, -1)
	if len(marks) != n {
		return stem, 0
	}
	for i, m := range marks {
		if qb.Fold(m[1]) != strconv.Itoa(i+1) {
			return stem, 0
		}
	}
	return inBrackets.ReplaceAllString(stem, qb.Gap), n
}

var (
	inBrackets = regexp.MustCompile(`[（(【\[]([^（）()【】\[\]]*)[）)】\]]`)
	wideSpace  = regexp.MustCompile(`　+|\s{2,}`)
	gapNumber  = regexp.MustCompile(`(?:^|[\s；;，,、])(?:[（(]?(\d{1,2})[)）.．、]|第(\d{1,2}|[一二三四五六七八九十])[空格]\s*[:：]?)|([①-⑳])`)
)

// splitNumbered wants the numbers 1 to gaps, each once, in their order, and the first at the start.
func splitNumbered(answer string, gaps int) []string {
	at := gapNumber.FindAllStringSubmatchIndex(answer, -1)
	if gaps == 0 || len(at) != gaps || strings.TrimSpace(answer[:at[0][0]]) != "" {
		return nil
	}
	parts := make([]string, gaps)
	for i, m := range at {
		n := strconv.Itoa(i + 1)
		switch mark := submatch(answer, m, 1) + submatch(answer, m, 2) + submatch(answer, m, 3); {
		case mark == n, mark == string(rune('①'+i)), i < 10 && mark == string([]rune("一二三四五六七八九十")[i]):
		default:
			return nil
		}
		end := len(answer)
		if i+1 < gaps {
			end = at[i+1][0]
		}
		if parts[i] = strings.Trim(answer[m[1]:end], " 　\t\n；;，,、"); parts[i] == "" {
			return nil
		}
	}
	return parts
}

// betweenVariants part the texts that one gap takes, as a slash does: where there are several gaps, those were parted by something else.
const betweenVariants = "；;|\n"

// accepted are the texts that one gap takes.
func accepted(part string) []string {
	runes := []rune(part)
	var texts []string
	var text []rune
	for i, r := range runes {
		switch {
		case r == '/' && i > 0 && runes[i-1] == '\\':
			text[len(text)-1] = '/'
			continue
		case r == '/' && !(i > 0 && isLatin(runes[i-1]) && i+1 < len(runes) && isLatin(runes[i+1])),
			strings.ContainsRune(betweenVariants, r):
			texts, text = append(texts, string(text)), nil
			continue
		}
		text = append(text, r)
	}
	return filled(append(texts, string(text)))
}

func isLatin(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == 'μ' || r == 'µ' || r == '%' || r == '²'
}

// underlinedGaps makes a gap of each part of the stem that is underlined. A person must look.
func (r *reader) underlinedGaps(q *qb.Question) bool {
	stem, rest := "", q.Stem
	for _, m := range r.Marks {
		text := strings.TrimSpace(m.Text)
		before, after, ok := strings.Cut(rest, text)
		if m.How != Underline || text == "" || !ok {
			continue
		}
		stem, rest = stem+before+qb.Gap, after
		q.Key.Gaps = append(q.Key.Gaps, accepted(text))
	}
	if len(q.Key.Gaps) == 0 {
		return false
	}
	q.Stem = stem + rest
	r.problem(qb.Warning, qb.FieldKey, "key_by_format", "没有写答案，按%s的文字作为 %d 个空的答案导入；请核对", Underline, len(q.Key.Gaps))
	return true
}
