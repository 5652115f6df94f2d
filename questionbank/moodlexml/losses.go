package moodlexml

import (
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
)

// Losses says what Moodle XML cannot hold of the question. What it says nothing of is read back as it was.
func Losses(q qb.Question) []qb.Loss {
	var l draft.Losses
	switch q.Type {
	case qb.Labelling, qb.Spoken:
		l.Whole("Moodle 没有" + q.Type.Name() + "，整题不写出")
		return l
	case qb.Multiple:
		if q.MultiplePolicy != qb.PolicyPerOption {
			l.Add(qb.FieldPolicy, "Moodle 按每个选项的百分比计分，本系统的计分方式只留在标签里")
		}
	case qb.Blank:
		blankLosses(&l, q)
	case qb.Matching:
		matchingLosses(&l, q)
	case qb.Ordering:
		l.OptionMedia(q)
		if !slices.IsSorted(q.Key.Choices) {
			l.Add(qb.FieldOptions, "选项按正确的次序重新编号")
		}
	case qb.Short, qb.Essay:
		if strings.Contains(q.Key.Model, strings.TrimSpace(rubricHead)) {
			l.Add(qb.FieldKey, "参考答案里的“评分标准：”会被当作评分标准的开头")
		}
	}
	l.Common(q)
	l.Stimulus(q)
	return l
}

func holds(q qb.Question) bool {
	return !slices.ContainsFunc(Losses(q), func(l qb.Loss) bool { return l.Whole })
}

func blankLosses(l *draft.Losses, q qb.Question) {
	for _, run := range gapRun.FindAllString(q.Stem, -1) {
		if len(q.Key.Gaps) > 1 && run != qb.Gap {
			l.Add(qb.FieldStem, "空的长短")
		}
	}
	for _, gap := range q.Key.Gaps {
		gapLosses(l, q, gap)
	}
}

func gapLosses(l *draft.Losses, q qb.Question, gap []string) {
	numbers := onlyNumbers(gap)
	folded := map[string]bool{}
	for _, text := range gap {
		n, isNumber := qb.ParseNumber(text)
		value, tolerance := parts(text)
		switch {
		case isNumber && !numbers:
			l.Add(qb.FieldKey, "数值与文字并列时，“"+text+"”只写出数值，没有误差和单位")
		case isNumber && len(n.Units) > 0 && len(q.Key.Gaps) > 1:
			l.Add(qb.FieldKey, "“"+text+"”的单位不写出")
		case isNumber && !sameUnits(gap[0], n):
			l.Add(qb.FieldKey, "各数值的单位不同，只写出第一个的")
		case isNumber && strings.Join(append([]string{value + "±" + tolerance}, n.Units...), " ") != text:
			l.Add(qb.FieldKey, "“"+text+"”的数字写成最简单的形式")
		}
		if strings.Contains(text, "\n") && len(q.Key.Gaps) > 1 || !isNumber && strings.Contains(text, `\`) || uneven(text) {
			l.Add(qb.FieldKey, "答案里的换行、反斜线或连续空格")
		}
		if folded[qb.Fold(text)] {
			l.Add(qb.FieldKey, "只是大小写或全角半角不同的答案合并为一个")
		}
		folded[qb.Fold(text)] = true
	}
}

func uneven(text string) bool { return strings.Join(strings.Fields(text), " ") != text }

func sameUnits(first string, n qb.Number) bool {
	f, _ := qb.ParseNumber(first)
	return slices.Equal(f.Units, n.Units)
}

// matchingLosses: options are known by their texts, in the order in which rows use them.
func matchingLosses(l *draft.Losses, q qb.Question) {
	l.OptionMedia(q)
	var order []string
	for _, id := range q.Key.Choices {
		if !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	for i, o := range q.Options {
		if i < len(order) && order[i] != o.ID {
			l.Add(qb.FieldOptions, "选项按用到的先后重新编号")
			break
		}
	}
	for i, o := range q.Options {
		if slices.ContainsFunc(q.Options[:i], func(p qb.Option) bool { return p.Text == o.Text }) {
			l.Add(qb.OptionField(o.ID), "与前面相同的选项合并为一个")
		}
	}
}
