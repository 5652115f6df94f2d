package table

import (
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
	{"multipleanswer", qb.Multiple}, {"multipleresponse", qb.Multiple}, {"multiselect", qb.Multiple}, {"multi-select", qb.Multiple},
	{"判断", qb.TrueFalse}, {"是非", qb.TrueFalse}, {"对错", qb.TrueFalse}, {"true", qb.TrueFalse}, {"judg", qb.TrueFalse},
	{"填空", qb.Blank}, {"blank", qb.Blank}, {"fill", qb.Blank},
	{"简答", qb.Short}, {"问答", qb.Short}, {"essay", qb.Short},
}

// namedType is the type that a word names. ok is false when it names none; "" with ok is "some choice question".
func namedType(word string) (t qb.Type, ok bool) {
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

// questionType takes the column, else the sheet's name, else what the answer looks like.
func (r *rowReader) questionType(answer string, options []qb.Option) qb.Type {
	if cell := r.cell(colType); cell != "" {
		t, ok := namedType(cell)
		if !ok {
			r.problem(qb.Error, qb.FieldType, "type_unsupported", "题型“%.30s”尚不支持", cell)
			return ""
		}
		if t != "" {
			return t
		}
	} else if t, ok := namedType(r.sheetName); ok && t != "" {
		return t
	}
	return r.guessType(answer, options)
}

// guessType: the number of key letters decides; without options, a word of truth or a gap in the stem.
func (r *rowReader) guessType(answer string, options []qb.Option) qb.Type {
	if len(options) >= 2 {
		if isTruthPair(options) {
			return qb.TrueFalse
		}
		ids, _ := keyIDs(answer, options)
		if len(ids) > 1 {
			return qb.Multiple
		}
		return qb.Single
	}
	if len(options) == 0 {
		if _, ok := truth(answer); ok {
			return qb.TrueFalse
		}
		if qb.CountGaps(qb.NormaliseGaps(r.cell(colStem))) > 0 && answer != "" {
			return qb.Blank
		}
	}
	r.problem(qb.Error, qb.FieldType, "type_missing", "没有题型，从选项和答案也看不出来")
	return ""
}

// isTruthPair: two options that say 对 and 错. X and Y, or 1 and 0, may be anything; T and F are not.
func isTruthPair(options []qb.Option) bool {
	if len(options) != 2 {
		return false
	}
	first, ok1 := truth(options[0].Text)
	second, ok2 := truth(options[1].Text)
	if !ok1 || !ok2 || first == second {
		return false
	}
	pair := qb.Fold(options[0].Text + options[1].Text)
	return len(pair) > 2 || pair == "tf" || pair == "ft"
}
