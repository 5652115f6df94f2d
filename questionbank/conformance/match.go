package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// match compares each expectation with the item of the same stem, the first that is not taken yet. Without expectations every item
// stands as it is.
func match(items []qb.Item, want []expectation) (found []string) {
	if want == nil {
		if len(items) == 0 {
			return []string{"no questions"}
		}
		return nil
	}
	byStem := map[string][]int{}
	for i, it := range items {
		key := bareStem(it.Question.Stem)
		byStem[key] = append(byStem[key], i)
	}
	for n, w := range want {
		key := bareStem(w.Question)
		same := byStem[key]
		if len(same) == 0 {
			found = append(found, fmt.Sprintf("expectation %d %s: no question with the stem %.60q", n+1, w.ID, w.Question))
			continue
		}
		byStem[key] = same[1:]
		found = append(found, differences(items[same[0]], w)...)
	}
	if len(items) != len(want) {
		found = append(found, fmt.Sprintf("%d items, expected %d", len(items), len(want)))
	}
	return found
}

// place is where an answer is written: empty brackets, or a gap.
var place = regexp.MustCompile(`[（(【\[][\s　_]*[）)】\]]|[_＿]{2,}`)

// bareStem is the stem without the places for answers, in which layouts differ, and without spaces and widths.
func bareStem(stem string) string {
	return strings.ReplaceAll(qb.Fold(place.ReplaceAllString(stem, "")), " ", "")
}

func differences(it qb.Item, want expectation) (found []string) {
	q := it.Question
	check := func(what, got, want string) {
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			found = append(found, fmt.Sprintf("%s %s: got %.60q, want %.60q", it.Place, what, got, want))
		}
	}
	check("explanation", q.Explanation, want.Explanation)
	options := want.Options
	if q.Type == qb.TrueFalse && len(options) == 2 {
		want.Answer, options = options[strings.TrimSpace(want.Answer)], nil
	}
	check("options", fmt.Sprint(len(q.Options)), fmt.Sprint(len(options)))
	for _, o := range q.Options {
		check("option "+o.ID, o.Text, options[qb.Letter(o.ID)])
	}
	if !answered(q, want.Answer) {
		key, _ := q.Key.MarshalJSON()
		found = append(found, fmt.Sprintf("%s answer: got %s %.80s, want %.60q", it.Place, q.Type, key, want.Answer))
	}
	return found
}

// answered reports whether the key says what the answer does.
func answered(q qb.Question, answer string) bool {
	letters := strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ,，、;；|/", r) {
			return -1
		}
		return qb.HalfWidth(r)
	}, answer))
	switch q.Type {
	case qb.Single, qb.Multiple:
		got := ""
		for _, id := range q.Key.Choices {
			got += qb.Letter(id)
		}
		sorted := strings.Split(letters, "")
		slices.Sort(sorted)
		return got == strings.Join(sorted, "") && (q.Type == qb.Multiple || len(got) == 1)
	case qb.TrueFalse:
		yes := slices.Contains([]string{"对", "正确", "√", "T", "TRUE", "是", "YES"}, letters)
		no := slices.Contains([]string{"错", "错误", "×", "F", "FALSE", "否", "NO"}, letters)
		return yes != no && q.Key.Choices[0] == fmt.Sprint(yes)
	case qb.Blank:
		parts := strings.FieldsFunc(answer, func(r rune) bool { return strings.ContainsRune(";；|\n", r) })
		for i, gap := range q.Key.Gaps {
			if len(parts) != len(q.Key.Gaps) && len(q.Key.Gaps) > 1 || !slices.Contains(gap, strings.TrimSpace(parts[min(i, len(parts)-1)])) {
				return false
			}
		}
		return len(parts) > 0
	}
	return strings.TrimSpace(q.Key.Model) == strings.TrimSpace(answer)
}

// readTable takes a table whose columns are named Question, A, B, C, D and Answer at its word, by the standard library alone. Another
// table has no expectation.
func readTable(name string) (all []expectation, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, nil
	}
	at := map[string]int{}
	for i, title := range rows[0] {
		at[title] = i
	}
	for _, title := range []string{"Question", "A", "B", "C", "D", "Answer"} {
		if _, ok := at[title]; !ok {
			return nil, nil
		}
	}
	for _, row := range rows[1:] {
		w := expectation{Question: row[at["Question"]], Answer: row[at["Answer"]], Options: map[string]string{}}
		for _, letter := range []string{"A", "B", "C", "D"} {
			if text := strings.TrimSpace(row[at[letter]]); text != "" {
				w.Options[letter] = text
			}
		}
		all = append(all, w)
	}
	return all, nil
}
