package written

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

var difficultyWords = map[string]int{
	"1": 1, "容易": 1, "易": 1, "很易": 1, "很容易": 1, "非常容易": 1, "简单": 1, "很简单": 1, "easy": 1, "低": 1, "初级": 1, "★": 1,
	"2": 2, "较易": 2, "较容易": 2, "比较容易": 2, "偏易": 2, "较简单": 2, "较低": 2, "★★": 2,
	"3": 3, "适中": 3, "中等": 3, "中": 3, "普通": 3, "一般": 3, "正常": 3, "medium": 3, "normal": 3, "中级": 3, "★★★": 3,
	"4": 4, "较难": 4, "比较难": 4, "偏难": 4, "较高": 4, "★★★★": 4,
	"5": 5, "困难": 5, "难": 5, "很难": 5, "非常难": 5, "极难": 5, "hard": 5, "difficult": 5, "高": 5, "高级": 5, "★★★★★": 5,
}

// difficulty is the middle where nothing is said; a word that is not understood is told.
func (r *reader) difficulty() int {
	if r.Difficulty == "" {
		return qb.DefaultDifficulty
	}
	if d, ok := difficultyWords[strings.TrimSuffix(qb.Fold(r.Difficulty), ".0")]; ok {
		return d
	}
	r.problem(qb.Warning, qb.FieldDifficulty, "difficulty_unknown", "不认识的难度“%.30s”，按 3（适中）导入", r.Difficulty)
	return qb.DefaultDifficulty
}

// Truth is what the word says: true, false, or not ok.
func Truth(word string) (is, ok bool) {
	switch qb.Fold(strings.Trim(word, "。.！!（）()“”\"' ")) {
	case "对", "正确", "是", "√", "✓", "✔", "☑", "t", "true", "y", "yes", "right", "1", "对的", "说法正确", "r":
		return true, true
	case "错", "错误", "否", "不对", "不正确", "不是", "×", "✗", "✘", "╳", "x", "f", "false", "n", "no", "wrong", "0", "错的", "说法错误", "w":
		return false, true
	}
	return false, false
}

// TruthPair tells of the texts of two options that say 对 and 错 whether the first is true. X and Y, or 1 and 0, may be anything;
// T and F are not.
func TruthPair(first, second string) (is, ok bool) {
	is, ok1 := Truth(first)
	other, ok2 := Truth(second)
	pair := qb.Fold(first + second)
	return is, ok1 && ok2 && is != other && (len(pair) > 2 || pair == "tf" || pair == "ft")
}

// yes reads a cell that says yes or no; an empty one says no.
func (r *reader) yes(text string, f qb.Field) bool {
	switch text {
	case "":
		return false
	case "重点", "必考", "红线", "★":
		return true
	case "非重点", "普通", "-":
		return false
	}
	is, ok := Truth(text)
	if !ok {
		r.fixable(qb.Warning, f, string(f)+"_unknown", "写“是”或“否”", "不认识“%.30s”，按“否”导入", text)
	}
	return is
}

// seconds reads 60 or 60 秒; nothing is 0, the default.
func (r *reader) seconds() int {
	if r.Seconds == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimRight(qb.Fold(r.Seconds), "秒s")))
	if err != nil {
		r.fixable(qb.Error, qb.FieldSeconds, "seconds_unread", "写 10 到 600 的整数，单位是秒", "录音时限“%.20s”不是秒数", r.Seconds)
		return 0
	}
	return n
}

// partial reads 50 or 50%; nothing is 0, the default.
func (r *reader) partial() int {
	if r.Partial == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimRight(qb.Fold(r.Partial), "%")))
	if err != nil {
		r.fixable(qb.Error, qb.FieldPartial, "partial_unread", "写 1 到 99 的整数", "部分得分“%.20s”不是百分数", r.Partial)
		return 0
	}
	return n
}

// stimulus is the common material; an equal text gets an equal ID.
func (d Draft) stimulus() *qb.Stimulus {
	s := d.Stimulus
	if s.ID == "" && s.Text == "" && s.Title == "" {
		return nil
	}
	if s.ID == "" {
		sum := sha256.Sum256([]byte(s.Title + "\n" + s.Text))
		s.ID = "m-" + hex.EncodeToString(sum[:6])
	}
	return &s
}

func (r *reader) policy() qb.MultiplePolicy {
	switch r.Policy {
	case "":
		return qb.PolicyDefault
	case "少选得一半", "少选得分", "部分得分", "部分给分", "partial":
		return qb.PolicyPartial
	case "按选项得分", "按选项计分", "per_option":
		return qb.PolicyPerOption
	case "全对得分", "全对才得分", "少选不得分", "不给分", "none":
		return qb.PolicyNone
	default:
		return qb.MultiplePolicy(r.Policy) // refused by Validate, with its place
	}
}

var lawAndArticle = regexp.MustCompile(`^[《\s]*([^《》]+?)[》\s]*(第\s*[一二三四五六七八九十百零〇0-9]+\s*条.*)$`)

// source takes the law and the article from their own texts, or both from one: 《广告法》第十六条.
func (d Draft) source() qb.Source {
	s := qb.Source{Law: d.Law, Article: d.Article, Edition: d.Edition, Status: d.Status}
	if m := lawAndArticle.FindStringSubmatch(s.Law); m != nil && s.Article == "" {
		s.Law, s.Article = m[1], m[2]
	}
	s.Law = strings.TrimSuffix(strings.TrimPrefix(s.Law, "《"), "》")
	return s
}
