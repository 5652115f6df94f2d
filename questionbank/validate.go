package questionbank

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a question's texts, in characters.
const (
	MaxStemRunes        = 10_000
	MaxOptionRunes      = 2_000
	MaxExplanationRunes = 20_000
	MaxGaps             = 20
	MaxPoints           = 20 // knowledge points of one question
	MaxCriteria         = 20
	MaxModelRunes       = 5_000
	maxShortRunes       = 200
)

// Validate lists what is wrong with q (Error: it cannot be asked or marked) and what is doubtful (Warning). Each
// problem's Place is the field's Chinese name; an importer replaces it by the place in the file.
func Validate(q Question) []Problem {
	v := &validation{}
	v.text(FieldStem, q.Stem, MaxStemRunes)
	if strings.TrimSpace(q.Stem) == "" {
		v.fail(FieldStem, "stem_missing", "题干为空")
	}
	switch q.Type {
	case Single, Multiple:
		v.options(q)
		v.choiceKey(q)
	case TrueFalse:
		v.trueFalse(q)
	case Blank:
		v.blank(q)
	case Short:
		v.rubric(q)
	case "":
		v.fail(FieldType, "type_missing", "没有题型")
	default:
		v.fail(FieldType, "type_unknown", "不认识的题型“%.20s”", q.Type)
	}
	v.rest(q)
	return v.problems
}

type validation struct{ problems []Problem }

func (v *validation) add(s Severity, f Field, code, format string, args ...any) {
	v.problems = append(v.problems, Problem{Place: f.Name(), Field: f, Code: code, Message: fmt.Sprintf(format, args...), Severity: s})
}
func (v *validation) fail(f Field, code, format string, args ...any) {
	v.add(Error, f, code, format, args...)
}
func (v *validation) warn(f Field, code, format string, args ...any) {
	v.add(Warning, f, code, format, args...)
}

// text refuses what a database or a page cannot hold.
func (v *validation) text(f Field, s string, maxRunes int) {
	switch {
	case !utf8.ValidString(s):
		v.fail(f, "text_encoding", "不是有效的 UTF-8 文字")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		v.fail(f, "text_control", "含有看不见的控制字符")
	case utf8.RuneCountInString(s) > maxRunes:
		v.fail(f, "text_long", "超过 %d 个字", maxRunes)
	case strings.ContainsRune(s, utf8.RuneError):
		v.warn(f, "text_garbled", "含有乱码（�）")
	}
}

func (v *validation) options(q Question) {
	if len(q.Options) < 2 {
		v.fail(FieldOptions, "options_few", "选择题至少要有两个选项")
	}
	if len(q.Options) > MaxOptions {
		v.fail(FieldOptions, "options_many", "选项多于 %d 个", MaxOptions)
	}
	ids, texts := map[string]bool{}, map[string]string{}
	for _, o := range q.Options {
		f := OptionField(o.ID)
		if !validOptionID(o.ID) {
			v.fail(FieldOptions, "option_id", "选项编号“%.20s”不在 a–h 之内", o.ID)
			continue
		}
		if ids[o.ID] {
			v.fail(f, "option_id_twice", "选项 %s 出现两次", Letter(o.ID))
		}
		ids[o.ID] = true
		v.text(f, o.Text, MaxOptionRunes)
		folded := Fold(o.Text)
		if folded == "" {
			v.fail(f, "option_empty", "选项 %s 为空", Letter(o.ID))
		} else if other, ok := texts[folded]; ok {
			v.warn(f, "options_equal", "选项 %s 与选项 %s 相同", Letter(o.ID), Letter(other))
		} else {
			texts[folded] = o.ID
		}
	}
}

func validOptionID(id string) bool { return len(id) == 1 && id[0] >= 'a' && id[0] < 'a'+MaxOptions }

func (v *validation) choiceKey(q Question) {
	if q.Key.Gaps != nil {
		v.fail(FieldKey, "key_shape", "选择题的答案应是选项编号")
		return
	}
	if len(q.Key.Choices) == 0 {
		v.fail(FieldKey, "key_missing", "没有正确答案")
	}
	for i, id := range q.Key.Choices {
		if _, ok := q.Option(id); !ok {
			v.fail(FieldKey, "key_unknown", "答案“%.20s”不是选项之一", Letter(id))
		}
		if slices.Contains(q.Key.Choices[:i], id) {
			v.fail(FieldKey, "key_twice", "答案 %.20s 写了两次", Letter(id))
		}
	}
	switch {
	case q.Type == Single && len(q.Key.Choices) > 1:
		v.fail(FieldKey, "key_many", "单选题有 %d 个答案", len(q.Key.Choices))
	case q.Type == Multiple && len(q.Key.Choices) == 1:
		v.warn(FieldKey, "key_one", "多选题只有一个答案")
	}
}

func (v *validation) trueFalse(q Question) {
	if len(q.Options) > 0 {
		v.fail(FieldOptions, "options_unwanted", "判断题没有选项")
	}
	if q.Key.Gaps != nil || len(q.Key.Choices) != 1 || q.Key.Choices[0] != "true" && q.Key.Choices[0] != "false" {
		v.fail(FieldKey, "key_shape", "判断题的答案应是“正确”或“错误”")
	}
}

func (v *validation) blank(q Question) {
	if len(q.Options) > 0 {
		v.fail(FieldOptions, "options_unwanted", "填空题没有选项")
	}
	gaps := CountGaps(q.Stem)
	switch {
	case gaps == 0:
		v.fail(FieldStem, "gap_missing", "填空题的题干里没有空（____）")
	case gaps > MaxGaps:
		v.fail(FieldStem, "gaps_many", "空多于 %d 个", MaxGaps)
	case q.Key.Choices != nil:
		v.fail(FieldKey, "key_shape", "填空题的答案应逐空列出")
	case len(q.Key.Gaps) != gaps:
		v.fail(FieldKey, "gaps_differ", "题干有 %d 个空，答案有 %d 个", gaps, len(q.Key.Gaps))
	}
	for i, accepted := range q.Key.Gaps {
		if len(accepted) == 0 {
			v.fail(FieldKey, "key_missing", "第 %d 空没有答案", i+1)
		}
		for _, text := range accepted {
			v.text(FieldKey, text, MaxBlankRunes)
			if Fold(text) == "" {
				v.fail(FieldKey, "key_empty", "第 %d 空有一个空白的答案", i+1)
			}
		}
	}
}

func (v *validation) rubric(q Question) {
	if len(q.Options) > 0 {
		v.fail(FieldOptions, "options_unwanted", "简答题没有选项")
	}
	if q.Key.Choices != nil || q.Key.Gaps != nil {
		v.fail(FieldKey, "key_shape", "简答题的答案应是参考答案和评分标准")
	}
	v.text(FieldKey, q.Key.Model, MaxModelRunes)
	if strings.TrimSpace(q.Key.Model) == "" {
		v.fail(FieldKey, "model_missing", "没有参考答案")
	}
	if n := len(q.Key.Rubric); n == 0 || n > MaxCriteria {
		v.fail(FieldRubric, "rubric_size", "评分标准应有 1 到 %d 条", MaxCriteria)
		return
	}
	sum := 0
	for i, c := range q.Key.Rubric {
		v.text(FieldRubric, c.Text, maxShortRunes)
		if strings.TrimSpace(c.Text) == "" {
			v.fail(FieldRubric, "criterion_empty", "评分标准第 %d 条没有内容", i+1)
		}
		if c.Percent < 1 || c.Percent > 100 {
			v.fail(FieldRubric, "criterion_percent", "评分标准第 %d 条的占比应在 1%% 到 100%% 之间", i+1)
		}
		sum += c.Percent
	}
	if sum != 100 {
		v.fail(FieldRubric, "rubric_sum", "评分标准的占比合计 %d%%，应为 100%%", sum)
	}
}

func (v *validation) rest(q Question) {
	v.text(FieldExplanation, q.Explanation, MaxExplanationRunes)
	if strings.TrimSpace(q.Explanation) == "" {
		v.warn(FieldExplanation, "explanation_missing", "没有解析")
	}
	switch q.MultiplePolicy {
	case PolicyDefault, PolicyPartial, PolicyNone:
	default:
		v.fail(FieldPolicy, "policy_unknown", "不认识的多选计分方式“%.20s”", q.MultiplePolicy)
	}
	if q.Difficulty < 1 || q.Difficulty > 5 {
		v.fail(FieldDifficulty, "difficulty_range", "难度应在 1 到 5 之间")
	}
	if len(q.KnowledgePoints) > MaxPoints {
		v.fail(FieldPoints, "points_many", "知识点多于 %d 个", MaxPoints)
	}
	for _, p := range q.KnowledgePoints {
		v.text(FieldPoints, p, maxShortRunes)
		if strings.TrimSpace(p) == "" {
			v.fail(FieldPoints, "point_empty", "有一个空白的知识点")
		}
	}
	v.text(FieldSource, q.Source.Law, maxShortRunes)
	v.text(FieldArticle, q.Source.Article, maxShortRunes)
	v.text(FieldEdition, q.Source.Edition, maxShortRunes)
	if q.Source.Status != "" && q.Source.Status != StatusUnverified {
		v.fail(FieldStatus, "status_unknown", "核对状态只能为空或“%s”", StatusUnverified)
	}
	if q.Source.Law == "" && q.Source.Article != "" {
		v.warn(FieldSource, "law_missing", "有条款而没有法规名称")
	}
}
