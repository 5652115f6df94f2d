package draft

import (
	"fmt"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// WordGaps is the form of a text whose gaps, written 【1】 【2】 … in the item's stem, take words of one list: key holds a
// word's place for each gap. A single gap is single choice, and is written as a gap.
func WordGaps(it *Item, words []Text, key []int) Form {
	if len(key) == 1 && key[0] >= 0 {
		it.Stem.HTML = strings.ReplaceAll(it.Stem.HTML, "【1】", qb.Gap)
		it.Stem.Plain = strings.ReplaceAll(it.Stem.Plain, "【1】", qb.Gap)
		answers := answersOf(words)
		answers[key[0]].Weight = Full
		return Choice{Answers: answers, One: true}
	}
	p := Pairs{Options: words, Key: key}
	for i := range key {
		p.Rows = append(p.Rows, Text{Plain: fmt.Sprintf("【%d】", i+1)})
	}
	return p
}

// Category turns a category of Moodle's into a knowledge point. $course$ and its like, and "top", are Moodle's own.
func Category(path string) (points []string, found *qb.Problem) {
	var parts []string
	for _, part := range strings.Split(path, "/") {
		part = strings.TrimSpace(part)
		if part == "" || part == "top" || strings.HasPrefix(part, "$") && strings.HasSuffix(part, "$") {
			continue
		}
		parts = append(parts, part)
	}
	point, inArea := qb.KnowledgePoint(strings.Join(parts, "/"))
	if point == "" {
		return nil, nil
	}
	if !inArea {
		found = &qb.Problem{Severity: qb.Warning, Code: "point_area", Message: "分类“" + point + "”不在五大内容领域之下，导入后须归类"}
	}
	return []string{point}, found
}
