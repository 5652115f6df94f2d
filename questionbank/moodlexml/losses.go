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
		l.Pairs(q)
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
		l.Gap(gap, onlyNumbers(gap), len(q.Key.Gaps) == 1)
	}
}
