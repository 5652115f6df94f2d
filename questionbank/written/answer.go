package written

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
)

func (r *reader) choiceAnswer(q *qb.Question) {
	answer := r.answerWithStem(q, lettersInStem(q.Stem, q.Options), func(text string) string {
		ids, _ := keyIDs(text, q.Options)
		slices.Sort(ids)
		return strings.Join(slices.Compact(ids), "")
	})
	if answer == "" {
		answer = r.standsOut(q)
	}
	if answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	ids, how := keyIDs(answer, q.Options)
	switch how {
	case byNothing:
		r.problem(qb.Error, qb.FieldKey, "key_unknown", "答案“%.60s”既不是选项字母，也不是选项文字", answer)
	case byNumber:
		r.problem(qb.Warning, qb.FieldKey, "key_number", "答案“%.60s”按选项的顺序号理解", answer)
	case byLetter:
		if o, ok := optionOfText(answer, q.Options); ok && !slices.Contains(ids, o) {
			r.problem(qb.Warning, qb.FieldKey, "key_ambiguous", "答案“%.60s”按选项字母理解，但它也是选项 %s 的文字", answer, qb.Letter(o))
		}
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			r.problem(qb.Warning, qb.FieldKey, "key_twice", "答案里 %s 写了两次", qb.Letter(id))
		}
	}
	slices.Sort(ids)
	q.Key.Choices = slices.Compact(ids)
}

// reading is how an answer was understood.
type reading int

const (
	byNothing reading = iota
	byLetter
	byText
	byNumber
)

// trimAnswer takes a repeated "答案：" off an answer.
func trimAnswer(answer string) string {
	return strings.TrimSpace(answerPrefix.ReplaceAllString(answer, ""))
}

// optionWord is what some write before or after a letter: 选项A, A项.
var optionWord = strings.NewReplacer("选项", "", "项", "", "option", "", "Option", "")

// keyIDs are the options that the answer names, by letters (AC, A,C, Ａ、Ｃ, "B. 文字"), by their texts, or by numbers.
// Letters may name options that there are none of: Validate tells. With byNothing there are none.
func keyIDs(answer string, options []qb.Option) ([]string, reading) {
	answer = fromJSON(trimAnswer(answer))
	named := letters(optionWord.Replace(answer))
	if named != nil && !slices.ContainsFunc(named, func(id string) bool { return !hasOption(options, id) }) {
		return named, byLetter
	}
	if id, ok := optionOfText(answer, options); ok {
		return []string{id}, byText
	}
	for _, separators := range []string{"\n", "|┋", "；;", "、，,"} {
		parts := strings.FieldsFunc(doubled.Replace(lineBreaks.Replace(answer)), func(r rune) bool { return strings.ContainsRune(separators, r) })
		if ids := optionsOfTexts(parts, options); ids != nil {
			return ids, byText
		}
	}
	if ids := numbers(optionWord.Replace(answer), options); ids != nil {
		return ids, byNumber
	}
	if named != nil {
		return named, byLetter
	}
	return nil, byNothing
}

// doubled are signs that part the texts of several options where they stand twice.
var doubled = strings.NewReplacer("##", "|", "$$", "|", "@@", "|")

func hasOption(options []qb.Option, id string) bool {
	return slices.ContainsFunc(options, func(o qb.Option) bool { return o.ID == id })
}

// letters reads an answer that consists of option letters and separators alone; nil for another.
func letters(answer string) (ids []string) {
	for _, r := range answer {
		r = unicode.ToLower(qb.HalfWidth(r))
		switch {
		case r >= 'a' && r <= 'z':
			ids = append(ids, string(r))
		case unicode.IsSpace(r) || strings.ContainsRune(",、;；|┋/.。+&()[]【】和及-→>—~", r):
		default:
			return nil
		}
	}
	// A word such as "high" is not a list of letters.
	if slices.ContainsFunc(ids, func(id string) bool { return id > "h" }) {
		return nil
	}
	return ids
}

var circledNumbers = strings.NewReplacer("①", " 1 ", "②", " 2 ", "③", " 3 ", "④", " 4 ", "⑤", " 5 ", "⑥", " 6 ", "⑦", " 7 ", "⑧", " 8 ")

func optionOfText(text string, options []qb.Option) (string, bool) {
	text = qb.Fold(text)
	for _, o := range options {
		if text != "" && qb.Fold(o.Text) == text {
			return o.ID, true
		}
	}
	return "", false
}

// optionsOfTexts wants every part to be an option's text, with or without its label.
func optionsOfTexts(parts []string, options []qb.Option) []string {
	var ids []string
	for _, part := range filled(parts) {
		id, ok := optionOfText(part, options)
		if letter, length := label([]rune(part), true); !ok && length > 0 {
			id, ok = optionOfText(string([]rune(part)[length:]), options)
			ok = ok && id == string(letter)
		}
		if !ok {
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// numbers reads 1,3 and ①③.
func numbers(answer string, options []qb.Option) (ids []string) {
	answer = circledNumbers.Replace(answer)
	for _, part := range strings.FieldsFunc(qb.Fold(answer), func(r rune) bool { return strings.ContainsRune(",、;| ", r) }) {
		if len(part) != 1 || part[0] < '1' || int(part[0]-'0') > len(options) {
			return nil
		}
		ids = append(ids, options[part[0]-'1'].ID)
	}
	return ids
}

// emptyEnd is where a statement's mark is to be written; on a page nobody writes there.
var emptyEnd = regexp.MustCompile(`[\s　]*[（(][\s　]*[）)]([。.]?)\s*$`)

// trueFalseAnswer drops the two options that some layouts give a true-false question.
func (r *reader) trueFalseAnswer(q *qb.Question) {
	answer := r.answerWithStem(q, truthInStem(q.Stem), func(text string) string {
		if is, ok := Truth(text); ok {
			return map[bool]string{true: "true", false: "false"}[is]
		}
		return text
	})
	q.Stem = emptyEnd.ReplaceAllString(q.Stem, "$1")
	options := q.Options
	q.Options = nil
	if answer == "" && len(options) == 0 {
		q.Stem, answer = truthLines(q.Stem)
	}
	if len(options) > 0 && !isTruthPair(options) {
		r.problem(qb.Error, qb.FieldOptions, "options_unwanted", "判断题的选项只能是“对”和“错”")
		return
	}
	if answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	answer = trimAnswer(answer)
	if ids := letters(answer); len(ids) == 1 && (ids[0] == "a" || ids[0] == "b") {
		if len(options) == 0 {
			options = []qb.Option{{ID: "a", Text: "对"}, {ID: "b", Text: "错"}}
			r.problem(qb.Warning, qb.FieldKey, "key_letter", "判断题的答案 %s 按“A 对、B 错”理解", qb.Letter(ids[0]))
		}
		for _, o := range options {
			if o.ID == ids[0] {
				answer = o.Text
			}
		}
	}
	is, ok := Truth(answer)
	if !ok {
		r.fixable(qb.Error, qb.FieldKey, "key_unknown", "写“对”或“错”", "判断题的答案“%.60s”看不懂", answer)
		return
	}
	q.Key.Choices = []string{map[bool]string{true: "true", false: "false"}[is]}
}

// truthLines takes 对 and 错 off the lines below a statement, where one of the two is marked as the right one.
func truthLines(stem string) (rest, answer string) {
	lines := strings.Split(stem, "\n")
	n := len(lines) - 2
	if n < 1 {
		return stem, ""
	}
	for i, line := range lines[n:] {
		if bare := rightMark.ReplaceAllString(line, ""); bare != line {
			if answer != "" {
				return stem, ""
			}
			answer, lines[n+i] = bare, bare
		}
	}
	if _, ok := TruthPair(strings.TrimSpace(lines[n]), strings.TrimSpace(lines[n+1])); !ok {
		return stem, ""
	}
	return strings.Join(lines[:n], "\n"), answer
}
