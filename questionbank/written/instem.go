package written

import (
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

var (
	letterBracket = regexp.MustCompile(`[（(【\[][\s　]*([A-HＡ-Ｈ][A-HＡ-Ｈ、，,\s　]*)[）)】\]]`)
	// truthEnd and truthStart are where a person marks a statement. A sign without brackets counts at the end alone.
	truthEnd   = regexp.MustCompile(`[\s　]*(?:[（(【\[][\s　]*(` + truthMarks + `)[\s　]*[）)】\]]|([√×✓✔✗✘]))[\s　]*([。.]?)[\s　]*$`)
	truthStart = regexp.MustCompile(`^[\s　]*[（(【\[][\s　]*(` + truthMarks + `)[\s　]*[）)】\]][\s　]*`)
)

const truthMarks = `√|×|✓|✔|✗|✘|对|错|正确|错误|T|F|Ｔ|Ｆ|Y|N|X|x`

// inStem is an answer that was written into the stem.
type inStem struct {
	answer string // empty: none
	rest   string // the stem without it
	sure   bool   // false: the brackets may belong to the sentence, as in 维生素（C）
}

// lettersInStem finds an answer in brackets: …首选的是（ B ）. Brackets at the end go with their content, others stay, empty. Of
// several brackets with option letters only the one at the end can be the answer.
func lettersInStem(stem string, options []qb.Option) inStem {
	var found [][]int
	for _, at := range letterBracket.FindAllStringSubmatchIndex(stem, -1) {
		if ids := letters(stem[at[2]:at[3]]); len(ids) > 0 && allOptions(ids, options) {
			found = append(found, at)
		}
	}
	if len(found) == 0 {
		return inStem{}
	}
	at := found[len(found)-1]
	atEnd := endsWith(stem, at)
	if len(found) > 1 && !atEnd {
		return inStem{}
	}
	s := inStem{answer: strings.TrimSpace(stem[at[2]:at[3]])}
	inside := stem[at[0]:at[1]]
	s.sure = atEnd || strings.ContainsAny(inside, " 　")
	if strings.TrimSpace(stem[at[1]:]) == "" {
		s.rest = strings.TrimSpace(stem[:at[0]])
	} else {
		s.rest = stem[:at[0]] + "（ ）" + stem[at[1]:]
	}
	return s
}

func allOptions(ids []string, options []qb.Option) bool {
	for _, id := range ids {
		if !hasOption(options, id) {
			return false
		}
	}
	return true
}

// endsWith reports whether nothing but a full stop or a question mark follows the match.
func endsWith(stem string, at []int) bool {
	return strings.Trim(stem[at[1]:], " \t\n　。.？?：:") == ""
}

// truthInStem finds a mark of truth: …由医生进行。（√） or （×）….
func truthInStem(stem string) inStem {
	if m := truthEnd.FindStringSubmatchIndex(stem); m != nil && m[0] > 0 {
		return inStem{submatch(stem, m, 1) + submatch(stem, m, 2), stem[:m[0]] + stem[m[6]:m[7]], true}
	}
	if m := truthStart.FindStringSubmatchIndex(stem); m != nil {
		return inStem{submatch(stem, m, 1), stem[m[1]:], true}
	}
	return inStem{}
}

func submatch(s string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

// answerWithStem is the answer, or the one that stands in the stem where there is no other. An answer in the stem that repeats the
// other one leaves the stem, for it would be shown; one that says something else is told. same makes two answers comparable.
func (r *reader) answerWithStem(q *qb.Question, found inStem, same func(string) string) string {
	switch {
	case found.answer == "":
	case r.Answer == "":
		q.Stem = found.rest
		if !found.sure {
			r.problem(qb.Warning, qb.FieldKey, "key_from_stem", "没有写答案，按题干括号里的“%.20s”导入；请核对", found.answer)
		}
		return found.answer
	case same(found.answer) != same(r.Answer):
		if found.sure {
			r.fixable(qb.Warning, qb.FieldStem, "key_in_stem", "若是旧答案，请从题干里删去", "题干括号里写着“%.20s”，与答案“%.20s”不同", found.answer, r.Answer)
		}
	case found.sure:
		q.Stem = found.rest
	default:
		r.fixable(qb.Warning, qb.FieldStem, "key_in_stem", "若是写进题干的答案，请改成（ ）", "题干括号里的“%.20s”与答案相同，考生会看到", found.answer)
	}
	return r.Answer
}
