package questionbank

import (
	"fmt"
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
	MaxTags             = 20
	MaxTagRunes         = 20
	MaxCriteria         = 20
	MaxRows             = 10 // of a matching question
	MaxSegments         = 26 // of a labelling question
	MaxReasonRunes      = 1_000
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
	v.byType(q)
	v.marking(q)
	v.media(q)
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

func (v *validation) rest(q Question) {
	v.text(FieldExplanation, q.Explanation, MaxExplanationRunes)
	if strings.TrimSpace(q.Explanation) == "" {
		v.warn(FieldExplanation, "explanation_missing", "没有解析")
	}
	if q.Difficulty < 1 || q.Difficulty > 5 {
		v.fail(FieldDifficulty, "difficulty_range", "难度应在 1 到 5 之间")
	}
	if len(q.KnowledgePoints) > MaxPoints {
		v.fail(FieldPoints, "points_many", "知识点多于 %d 个", MaxPoints)
	}
	if len(q.Tags) > MaxTags {
		v.fail(FieldTags, "tags_many", "标签多于 %d 个", MaxTags)
	}
	for _, tag := range q.Tags {
		v.text(FieldTags, tag, MaxTagRunes)
		if strings.TrimSpace(tag) == "" || strings.ContainsAny(tag, "\n\t") {
			v.fail(FieldTags, "tag_empty", "有一个空白或换行的标签")
		}
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
