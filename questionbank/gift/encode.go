package gift

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
)

// Encode writes the questions; what Losses calls whole is left out.
func Encode(w io.Writer, questions []qb.Question) error {
	e := encoder{bufio.NewWriter(w)}
	category := ""
	for _, q := range questions {
		if slices.ContainsFunc(Losses(q), func(l qb.Loss) bool { return l.Whole }) {
			continue
		}
		if c := categoryOf(q); c != category {
			category = c
			e.print("$CATEGORY: $course$/%s\n\n", c)
		}
		e.question(draft.WithFiles(q, nil))
	}
	return e.w.Flush()
}

func categoryOf(q qb.Question) string {
	if len(q.KnowledgePoints) == 0 {
		return "top"
	}
	return strings.Join(strings.Fields(q.KnowledgePoints[0]), " ")
}

// encoder writes; bufio keeps the first error until the end.
type encoder struct{ w *bufio.Writer }

func (e encoder) print(format string, args ...any) { fmt.Fprintf(e.w, format, args...) }

var signs = strings.NewReplacer(`\`, `\\`, "~", `\~`, "=", `\=`, "#", `\#`, "{", `\{`, "}", `\}`, ":", `\:`, "\n", `\n`)

// escape writes a text; one that begins as a format does is given one.
func escape(text string) string {
	if strings.HasPrefix(text, "[") {
		return "[plain]" + signs.Replace(text)
	}
	return signs.Replace(text)
}

var (
	gapRun  = regexp.MustCompile(`_{4,}`)
	tagSign = strings.NewReplacer(`\`, `\\`, `]`, `\]`, "\n", " ")
)

func (e encoder) question(q qb.Question) {
	e.print("//")
	for _, t := range draft.Tags(q) {
		e.print(" [tag:%s]", tagSign.Replace(t))
	}
	stem, _ := draft.WithStimulus(q)
	before, after := stem, ""
	if at := gapRun.FindStringIndex(q.Stem); q.Type == qb.Blank && at != nil {
		cut := len(stem) - len(q.Stem)
		before, after = stem[:cut+at[0]], stem[cut+at[1]:]
	}
	e.print("\n[plain]%s{", signs.Replace(before))
	e.answers(q)
	if q.Explanation != "" {
		e.print("####%s", escape(q.Explanation))
	}
	e.print("}%s\n\n", signs.Replace(after))
}

func (e encoder) answers(q qb.Question) {
	switch q.Type {
	case qb.TrueFalse:
		e.print("%s", map[bool]string{true: "T", false: "F"}[slices.Contains(q.Key.Choices, "true")])
	case qb.Blank:
		e.gap(q.Key.Gaps[0])
	case qb.Matching:
		e.pairs(q)
	default:
		e.choice(q)
	}
}

func (e encoder) choice(q qb.Question) {
	for i, o := range q.Options {
		part := draft.Weight(q, i)
		switch {
		case part.Of != 0 && part.N == part.Of && q.Type != qb.Multiple:
			e.print("\n\t=%%100%%%s", escape(o.Text))
		case part.Of != 0:
			percent := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.5f", 100*float64(part.N)/float64(part.Of)), "0"), ".")
			e.print("\n\t~%%%s%%%s", percent, escape(o.Text))
		default:
			e.print("\n\t~%%0%%%s", escape(o.Text))
		}
		if reason := draft.Reason(q, o.ID); reason != "" {
			e.print("#%s", escape(reason))
		}
	}
	e.print("\n")
}

func onlyNumbers(gap []string) bool {
	return !slices.ContainsFunc(gap, func(text string) bool { _, ok := qb.ParseNumber(text); return !ok })
}

func (e encoder) gap(gap []string) {
	numbers := onlyNumbers(gap)
	if numbers {
		e.print("#")
	}
	for _, text := range gap {
		n, ok := qb.ParseNumber(text)
		switch {
		case numbers:
			e.print("\n\t=%s:%s", draft.Decimal(n.Value), draft.Decimal(n.Tolerance))
		case ok:
			e.print("\n\t=%s", draft.Decimal(n.Value))
		default:
			e.print("\n\t=%%100%%%s", escape(strings.ReplaceAll(text, "*", `\*`)))
		}
	}
	e.print("\n")
}

func (e encoder) pairs(q qb.Question) {
	for i, row := range q.Rows {
		o, _ := q.Option(q.Key.Choices[i])
		e.print("\n\t=%s -> %s", escape(row), signs.Replace(o.Text))
	}
	for _, o := range q.Options {
		if !slices.Contains(q.Key.Choices, o.ID) {
			e.print("\n\t= -> %s", signs.Replace(o.Text))
		}
	}
	e.print("\n")
}

// Losses says what GIFT cannot hold of the question. What it says nothing of is read back as it was.
func Losses(q qb.Question) []qb.Loss {
	var l draft.Losses
	switch q.Type {
	case qb.Labelling, qb.Spoken, qb.Ordering:
		l.Whole("GIFT 没有" + q.Type.Name() + "，整题不写出")
		return l
	case qb.Short, qb.Essay:
		l.Whole("GIFT 的问答题不带参考答案和评分标准，整题不写出")
		return l
	case qb.Multiple:
		if q.MultiplePolicy != qb.PolicyPerOption {
			l.Add(qb.FieldPolicy, "Moodle 按每个选项的百分比计分，本系统的计分方式只留在标签里")
		}
	case qb.Blank:
		if len(q.Key.Gaps) > 1 {
			l.Whole("GIFT 一题只能有一个空，整题不写出")
			return l
		}
		gapLosses(&l, q)
	case qb.Matching:
		l.Pairs(q)
		for _, t := range append(slices.Clone(q.Rows), optionTexts(q)...) {
			if strings.Contains(t, "->") || strings.HasPrefix(t, "%") {
				l.Add(qb.FieldRows, "“->”和开头的“%”在匹配题里有别的意思")
			}
		}
	}
	if len(q.MediaAll()) > 0 {
		l.Add(qb.FieldMedia, "GIFT 不带文件，图片与音视频不写出")
	}
	l.Common(q)
	l.Stimulus(q)
	return l
}

func optionTexts(q qb.Question) (texts []string) {
	for _, o := range q.Options {
		texts = append(texts, o.Text)
	}
	return texts
}

func gapLosses(l *draft.Losses, q qb.Question) {
	at := gapRun.FindStringIndex(q.Stem)
	if at == nil || join(strings.TrimSpace(q.Stem[:at[0]]), qb.Gap, strings.TrimSpace(q.Stem[at[1]:])) != q.Stem {
		l.Add(qb.FieldStem, "空的长短和它旁边的空格")
	}
	l.Gap(q.Key.Gaps[0], onlyNumbers(q.Key.Gaps[0]), false)
}
