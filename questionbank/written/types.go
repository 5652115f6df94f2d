package written

import (
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// typeWords in the order in which they are looked for inside the cell.
var typeWords = []struct {
	word string
	t    qb.Type
}{
	{"单选", qb.Single}, {"单项", qb.Single}, {"最佳选择", qb.Single}, {"a1", qb.Single}, {"a2", qb.Single}, {"a型", qb.Single}, {"single", qb.Single},
	{"多选", qb.Multiple}, {"多项", qb.Multiple}, {"不定项", qb.Multiple}, {"x型", qb.Multiple},
	{"multipleanswer", qb.Multiple}, {"multipleresponse", qb.Multiple}, {"multiselect", qb.Multiple}, {"multi-select", qb.Multiple}, {"checkbox", qb.Multiple},
	{"情境", qb.Judgement}, {"情景", qb.Judgement}, {"话术", qb.Judgement}, {"judgement", qb.Judgement}, {"situational", qb.Judgement},
	{"判断", qb.TrueFalse}, {"是非", qb.TrueFalse}, {"对错", qb.TrueFalse}, {"true", qb.TrueFalse}, {"judg", qb.TrueFalse},
	{"填空", qb.Blank}, {"blank", qb.Blank}, {"fill", qb.Blank},
	{"排序", qb.Ordering}, {"order", qb.Ordering}, {"匹配", qb.Matching}, {"连线", qb.Matching}, {"配对", qb.Matching}, {"配伍", qb.Matching}, {"match", qb.Matching},
	{"标注", qb.Labelling}, {"labelling", qb.Labelling}, {"录音", qb.Spoken}, {"口述", qb.Spoken}, {"口语", qb.Spoken}, {"spoken", qb.Spoken},
	{"论述", qb.Essay}, {"作文", qb.Essay}, {"案例分析", qb.Essay}, {"essay", qb.Essay},
	{"简答", qb.Short}, {"问答", qb.Short}, {"名词解释", qb.Short}, {"主观", qb.Short}, {"shortanswer", qb.Short}, {"subjective", qb.Short}, {"open-ended", qb.Short},
}

// namedType is the type that a word names. ok is false when it names none; "" with ok is "some choice question".
func namedType(word string) (t qb.Type, ok bool) {
	if word == "" {
		return "", false
	}
	word = strings.ReplaceAll(qb.Fold(word), " ", "")
	for _, w := range typeWords {
		if strings.Contains(word, w.word) {
			return w.t, true
		}
	}
	switch word {
	case "选择", "选择题", "multiplechoice", "multiple-choice", "multiple_choice", "choice", "mcq":
		return "", true
	case "multiple", "multi":
		return qb.Multiple, true
	case "tf", "t/f":
		return qb.TrueFalse, true
	}
	return "", false
}

// NamedType is the type that the text names, "" for none. "选择题" names none: its answer tells single from multiple.
func NamedType(text string) qb.Type {
	t, _ := namedType(text)
	return t
}

// NamesType reports whether the text names a type at all; "选择题" does.
func NamesType(text string) bool {
	_, ok := namedType(text)
	return ok
}

// questionType takes the written type, else what the question stands under, else what the answer looks like. A question whose
// options stand in its stem gets them on the way.
func (r *reader) questionType(q *qb.Question) qb.Type {
	t, ok := namedType(r.Type)
	if r.Type != "" && !ok {
		r.problem(qb.Error, qb.FieldType, "type_unsupported", "题型“%.30s”尚不支持", r.Type)
		return ""
	}
	if r.Type == "" {
		t = NamedType(r.Under)
	}
	if len(q.Options) == 0 && (t == "" || t.HasOptions() || t == qb.TrueFalse) {
		r.optionsInStem(q)
	}
	if t != "" {
		return t
	}
	return r.guessType(*q)
}

// optionsInStem parts the options from a stem that ends with them.
func (r *reader) optionsInStem(q *qb.Question) {
	stem, texts, tight := SplitStem(q.Stem)
	if len(texts) < 2 {
		return
	}
	q.Stem, q.Options = stem, r.optionsOf(texts)
	if tight {
		r.tightOptions()
	}
}

// guessType: the number of key letters decides; without options, a word of truth or a gap in the stem.
func (r *reader) guessType(q qb.Question) qb.Type {
	if len(q.Options) >= 2 {
		if isTruthPair(q.Options) {
			return qb.TrueFalse
		}
		answer := r.Answer
		if answer == "" {
			answer = lettersInStem(q.Stem, q.Options).answer
		}
		if answer == "" {
			quiet := reader{Draft: r.Draft}
			answer = quiet.standsOut(&q)
		}
		if ids, _ := keyIDs(answer, q.Options); len(ids) > 1 {
			return qb.Multiple
		}
		return qb.Single
	}
	if len(q.Options) == 0 {
		if _, ok := Truth(r.Answer); ok {
			return qb.TrueFalse
		}
		if r.Answer == "" && truthInStem(q.Stem).answer != "" {
			return qb.TrueFalse
		}
		if qb.CountGaps(qb.NormaliseGaps(q.Stem)) > 0 && r.Answer != "" {
			if bareLetters.MatchString(trimAnswer(r.Answer)) { // of options, as a rule, that were not found
				r.fixable(qb.Error, qb.FieldType, "type_missing", "写上题型，或把选项写成 A. 甲  B. 乙", "答案“%.20s”是字母，却没有选项", r.Answer)
				return ""
			}
			return qb.Blank
		}
	}
	r.fixable(qb.Error, qb.FieldType, "type_missing", "写上题型，例：单选题", "没有题型，从选项和答案也看不出来")
	return ""
}

var bareLetters = regexp.MustCompile(`^[A-HＡ-Ｈ][A-HＡ-Ｈ、，, 　]*$`)

func isTruthPair(options []qb.Option) bool {
	if len(options) != 2 {
		return false
	}
	_, ok := TruthPair(options[0].Text, options[1].Text)
	return ok
}
