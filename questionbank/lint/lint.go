// Package lint looks for what makes a sound question a poor one: give-aways, doubles, missing sources, law articles that
// do not exist or are no longer in force, answers that sit at one letter, are the longest option or as many as ever. questionbank.Validate says whether a question
// can be asked; lint says whether it should be. All it finds is a Warning, except a citation that can't be right.
package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// Thresholds; signs, not proofs.
const (
	// A right option that is both this many times as long as the longest wrong one (in tenths) and this many
	// characters longer gives itself away.
	giveAwayTenths, giveAwayRunes = 15, 8
	// Positions are judged from this many questions with one right option on: a letter that is right in more than
	// balanceHigh or fewer than balanceLow tenths of its fair share is named.
	balanceFrom, balanceHigh, balanceLow = 20, 16, 4
	// lawArea is the content area whose questions must rest on a law (C15).
	lawArea = 4
)

// Run lints the items together; laws may be nil, then articles are not looked up.
func Run(items []qb.Item, laws *Laws) []qb.Problem {
	l := &linter{}
	for _, it := range items {
		l.item = it
		l.giveAway()
		l.allOfTheAbove()
		l.grades()
		l.redLine()
		l.storedOrder()
		l.points()
		l.source(laws)
		if strings.TrimSpace(it.Question.Explanation) == "" {
			l.warn(qb.FieldExplanation, "explanation_missing", "没有解析")
		}
	}
	l.item = qb.Item{Place: "全部题目"}
	l.balance(items)
	l.doubles(items)
	l.guessable(items)
	return l.problems
}

type linter struct {
	item     qb.Item
	problems []qb.Problem
}

func (l *linter) add(s qb.Severity, f qb.Field, code, format string, args ...any) {
	place := l.item.Place
	if f != "" {
		place += " " + f.Name()
	}
	l.problems = append(l.problems, qb.Problem{Place: place, Field: f, Code: code, Message: fmt.Sprintf(format, args...),
		Severity: s, Item: l.item.Number})
}

func (l *linter) warn(f qb.Field, code, format string, args ...any) {
	l.add(qb.Warning, f, code, format, args...)
}

func (l *linter) giveAway() {
	q := l.item.Question
	key, ok := onlyRight(q)
	if !ok {
		return
	}
	right, wrong := 0, 0
	for _, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); o.ID == key {
			right = n
		} else {
			wrong = max(wrong, n)
		}
	}
	if right*10 >= wrong*giveAwayTenths && right-wrong >= giveAwayRunes {
		l.warn(qb.OptionField(key), "give_away", "正确选项（%d 字）比其他选项（最长 %d 字）长得多，容易被猜中", right, wrong)
	}
}

// onlyRight is the one option that is right: the key of a single choice question, the one green reply.
func onlyRight(q qb.Question) (id string, ok bool) {
	switch q.Type {
	case qb.Single:
		if len(q.Key.Choices) == 1 {
			return q.Key.Choices[0], true
		}
	case qb.Judgement:
		for _, g := range q.Key.Grades {
			if g.Grade == qb.Green && ok {
				return "", false
			}
			if g.Grade == qb.Green {
				id, ok = g.Option, true
			}
		}
	}
	return id, ok
}

// grades: one reply is the one to give, one at least crosses a line.
func (l *linter) grades() {
	q := l.item.Question
	if q.Type != qb.Judgement {
		return
	}
	if _, ok := onlyRight(q); !ok {
		l.warn(qb.FieldGrades, "green_many", "应有且只有一个绿色选项")
	}
	if !slices.ContainsFunc(q.Key.Grades, func(g qb.OptionGrade) bool { return g.Grade == qb.Red }) {
		l.warn(qb.FieldGrades, "red_missing", "没有红色选项：没有一种说法是越线的")
	}
}

func (l *linter) redLine() {
	if q := l.item.Question; q.RedLine && strings.TrimSpace(q.Explanation) == "" {
		l.warn(qb.FieldRedLine, "red_line_unexplained", "红线题必须在解析里说明红线在哪里")
	}
}

// storedOrder: the options of an ordering question stand in the right order, or those of a matching question in its rows'
// order, one each: on paper, that is the answer.
func (l *linter) storedOrder() {
	q := l.item.Question
	if q.Type != qb.Ordering && q.Type != qb.Matching || len(q.Key.Choices) != len(q.Options) {
		return
	}
	for i, o := range q.Options {
		if q.Key.Choices[i] != o.ID {
			return
		}
	}
	l.warn(qb.FieldKey, "key_in_order", "选项就是按答案的顺序写的：请打乱选项")
}

var catchAll = []string{"以上都", "以上均", "以上皆", "以上全", "以上选项都", "以上选项均", "都不是", "都不对", "均不正确", "全部正确", "allofthe", "noneofthe"}

func (l *linter) allOfTheAbove() {
	for _, o := range l.item.Question.Options {
		text := strings.ReplaceAll(qb.Fold(o.Text), " ", "")
		for _, phrase := range catchAll {
			if strings.HasPrefix(text, phrase) {
				l.warn(qb.OptionField(o.ID), "all_of_the_above", "不要用“%.20s”这样的选项：选项的顺序会打乱，也容易被猜中", o.Text)
				break
			}
		}
	}
}

func (l *linter) points() {
	if len(l.item.Question.KnowledgePoints) == 0 {
		l.warn(qb.FieldPoints, "point_missing", "没有知识点")
	}
	for _, p := range l.item.Question.KnowledgePoints {
		if qb.Area(p) == 0 || !strings.Contains(p, "/") {
			l.warn(qb.FieldPoints, "point_area", "“%s”应写成“领域/知识点”，领域为 1 到 5", p)
		}
	}
}

func (l *linter) source(laws *Laws) {
	q := l.item.Question
	if q.Source.Law == "" {
		for _, p := range q.KnowledgePoints {
			if qb.Area(p) == lawArea {
				l.warn(qb.FieldSource, "source_missing", "法律法规题没有注明法规和条款")
				return
			}
		}
		return
	}
	if q.Source.Status == qb.StatusUnverified {
		l.warn(qb.FieldStatus, "source_unverified", "法规待核，核对之前不发布")
		return
	}
	if laws == nil {
		return
	}
	switch state := laws.Look(q.Source); state {
	case LawUnknown:
		l.add(qb.Error, qb.FieldSource, string(state), "条文表里没有“%s”", q.Source.Law)
	case EditionUnknown:
		l.add(qb.Error, qb.FieldEdition, string(state), "条文表里没有“%s”的 %s 版", q.Source.Law, q.Source.Edition)
	case ArticleUnknown:
		l.add(qb.Error, qb.FieldArticle, string(state), "“%s”没有“%s”", q.Source.Law, q.Source.Article)
	case LawReplaced:
		l.add(qb.Error, qb.FieldEdition, string(state), "“%s”的这一版已被取代", q.Source.Law)
	case LawAmended:
		l.warn(qb.FieldEdition, string(state), "“%s”的这一版之后有修订，请核对条文", q.Source.Law)
	}
}

// balance looks at where the only right options sit, and at how many statements are true.
func (l *linter) balance(items []qb.Item) {
	fair, right := map[string]float64{}, map[string]int{}
	single, statements, yes := 0, 0, 0
	for _, it := range items {
		key, ok := onlyRight(it.Question)
		switch q := it.Question; {
		case ok:
			single++
			right[key]++
			for _, o := range q.Options {
				fair[o.ID] += 1 / float64(len(q.Options))
			}
		case q.Type == qb.TrueFalse && len(q.Key.Choices) == 1:
			statements++
			if q.Key.Choices[0] == "true" {
				yes++
			}
		}
	}
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		share := float64(right[id]) * 10
		if single >= balanceFrom && fair[id] >= 2 && (share > fair[id]*balanceHigh || share < fair[id]*balanceLow) {
			l.warn("", "position_unbalanced", "%d 道单选题和情境判断题里答案为 %s 的有 %d 道，应在 %.0f 道上下", single, qb.Letter(id), right[id], fair[id])
		}
	}
	if statements >= balanceFrom && (yes*10 < statements*3 || yes*10 > statements*7) {
		l.warn("", "truth_unbalanced", "%d 道判断题里正确的有 %d 道，应接近一半", statements, yes)
	}
}
